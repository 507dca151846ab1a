"""The Merkle tree against the published vectors of Certificate Transparency, and proofs right and wrong."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest

from seawall.core.evidence_log.entries import Entry, HeadWords, canonical, moment
from seawall.core.evidence_log.hashing import EMPTY, append, leaf_hash, node_hash, root_of
from seawall.core.evidence_log.proofs import verify_consistency, verify_inclusion
from seawall.core.evidence_log.tree import Tree

# The test leaves and roots of google/certificate-transparency (cpp/merkletree/merkle_tree_test.cc).
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PUBLISHED = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES]


def naive_root(leaves: list[bytes]) -> bytes:
    """The recursive definition of RFC 9162, 2.1.1."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def some_leaves(count: int, seed: int = 1) -> list[bytes]:
    dice = random.Random(seed)
    return [leaf_hash(dice.randbytes(8)) for _ in range(count)]


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size: int) -> None:
    assert Tree(PUBLISHED).root(size).hex() == ROOTS[size - 1]
    peaks: tuple[bytes, ...] = ()
    for index in range(size):
        peaks = append(peaks, index, PUBLISHED[index])
    assert root_of(peaks).hex() == ROOTS[size - 1]


def test_published_proofs() -> None:
    tree = Tree(PUBLISHED)
    assert [p.hex()[:8] for p in tree.inclusion(5, 8)] == ["bc1a0643", "ca854ea1", "d37ee418"]
    assert [p.hex()[:8] for p in tree.inclusion(2, 3)] == ["fac54203"]
    assert [p.hex()[:8] for p in tree.consistency(1, 8)] == ["96a296d2", "5f083f0a", "6b47aaf2"]
    assert [p.hex()[:8] for p in tree.consistency(6, 8)] == ["0ebc5d34", "ca854ea1", "d37ee418"]


def test_the_tree_agrees_with_its_definition_at_every_size() -> None:
    leaves = some_leaves(130)
    tree = Tree(leaves)
    for size in range(len(leaves) + 1):
        assert tree.root(size) == naive_root(leaves[:size])
    assert Tree([]).root() == EMPTY == root_of(())


def test_every_proof_of_small_trees_holds_and_shows_nothing_else() -> None:
    leaves = some_leaves(20)
    tree = Tree(leaves)
    roots = [tree.root(n) for n in range(21)]
    for size in range(1, 21):
        for index in range(size):
            proof = tree.inclusion(index, size)
            for claimed in range(-1, size + 1):
                assert verify_inclusion(leaves[index], claimed, size, proof, roots[size]) is (claimed == index)
        for first in range(size + 1):
            proof = tree.consistency(first, size)
            assert verify_consistency(first, size, (roots[first], roots[size]), proof)
            for other in range(1, size + 1):
                if other != first:
                    assert not verify_consistency(other, size, (roots[first], roots[size]), proof)


def spoil(dice: random.Random, proof: list[bytes]) -> list[bytes]:
    """A proof that differs from `proof` in one way."""
    way = dice.choice(
        ["flip", "drop", "add", "swap"] if len(proof) > 1 else ["flip", "drop", "add"] if proof else ["add"]
    )
    wrong = list(proof)
    place = dice.randrange(len(proof)) if proof else 0
    if way == "flip":
        bit = dice.randrange(256)
        changed = bytearray(wrong[place])
        changed[bit // 8] ^= 1 << bit % 8
        wrong[place] = bytes(changed)
    elif way == "drop":
        del wrong[place]
    elif way == "add":
        wrong.insert(place, dice.choice([*proof, dice.randbytes(32)]))
    else:
        other = (place + 1) % len(proof)
        wrong[place], wrong[other] = wrong[other], wrong[place]
    return wrong


def test_ten_thousand_random_proofs_right_and_wrong() -> None:
    dice = random.Random(20260301)
    leaves = some_leaves(3000)
    tree = Tree(leaves)
    accepted_wrong = refused_right = 0
    for _ in range(5000):
        size = dice.randint(1, len(leaves))
        index, first, root = dice.randrange(size), dice.randint(1, size), tree.root(size)
        inclusion, consistency = tree.inclusion(index, size), tree.consistency(first, size)
        roots = (tree.root(first), root)
        refused_right += not verify_inclusion(leaves[index], index, size, inclusion, root)
        refused_right += not verify_consistency(first, size, roots, consistency)
        wrong = spoil(dice, inclusion)
        accepted_wrong += wrong != inclusion and verify_inclusion(leaves[index], index, size, wrong, root)
        wrong = spoil(dice, consistency)
        accepted_wrong += wrong != consistency and verify_consistency(first, size, roots, wrong)
        flipped = bytes([root[0] ^ 1]) + root[1:]
        accepted_wrong += verify_inclusion(leaves[index], index, size, inclusion, flipped)
        accepted_wrong += verify_inclusion(flipped, index, size, inclusion, root)
        accepted_wrong += verify_consistency(first, size, (roots[0], flipped), consistency)
        accepted_wrong += verify_consistency(first, size, (flipped, root), consistency)
    assert (accepted_wrong, refused_right) == (0, 0)


def test_edges_of_consistency() -> None:
    root = Tree(PUBLISHED).root()
    assert verify_consistency(0, 0, (EMPTY, EMPTY), [])
    assert verify_consistency(0, 8, (EMPTY, root), [])
    assert verify_consistency(8, 8, (root, root), [])
    for first, second, roots, proof in [
        (0, 0, (EMPTY, root), []),
        (0, 8, (root, root), []),
        (0, 8, (EMPTY, root), [root]),
        (8, 8, (EMPTY, root), []),
        (8, 8, (root, root), [root]),
        (9, 8, (root, root), []),
        (-1, 8, (EMPTY, root), []),
        (3, 8, (EMPTY, root), []),
        (1, 2, (PUBLISHED[0], root), [root, root, root]),
    ]:
        assert not verify_consistency(first, second, roots, proof)


def test_what_lies_beyond_the_tree_is_an_error() -> None:
    tree = Tree(PUBLISHED)
    for wrong in (
        lambda: tree.root(9),
        lambda: tree.root(-1),
        lambda: tree.inclusion(8),
        lambda: tree.inclusion(-1),
        lambda: tree.inclusion(0, 9),
        lambda: tree.consistency(5, 4),
        lambda: tree.consistency(1, 9),
        lambda: append((EMPTY,), 2 + 1, EMPTY),
    ):
        with pytest.raises(ValueError):
            wrong()


def test_canonical_json_has_one_form() -> None:
    assert canonical({"b": [1, None, True], "a": "海堤"}) == '{"a":"海堤","b":[1,null,true]}'
    for bad in (1.0, {1: "x"}, "a\0b", "\ud800", {"x": {"y": object()}}, {"a": [0.5]}):
        with pytest.raises(ValueError):
            canonical(bad)


def test_times_have_one_form() -> None:
    at = datetime(2026, 3, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    assert moment(at) == "2026-03-01T00:00:00.000000Z"
    with pytest.raises(ValueError):
        moment(at.replace(tzinfo=None))


def test_leaves_and_heads_name_their_log() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    entry = Entry("L", 3, at, "file.stored", "incident", "i", 7, "o", {"sha256": "00"})
    assert entry.data() == (
        '{"at":"2026-03-01T00:00:00.000000Z","by":[7,"o"],"index":3,"kind":"file.stored","log":"L",'
        '"payload":{"sha256":"00"},"subject":["incident","i"]}'
    )
    words = HeadWords("L", 4, "ab", at, "cd")
    assert words.data() == b"seawall vault head v1\nL\n4\nab\n2026-03-01T00:00:00.000000Z\ncd\n"


def test_parts_are_the_largest_perfect_subtrees_and_make_the_same_root() -> None:
    leaves = some_leaves(45)
    tree = Tree(leaves)
    for start in range(45):
        for end in range(start + 1, 46):
            height, root = tree.part(start, end)
            width = 1 << height
            assert start % width == 0
            assert start + width <= end
            assert (start % (2 * width), start + 2 * width > end) != (0, False)
            assert root == naive_root(leaves[start : start + width])
    for wrong in ((3, 3), (4, 3), (-1, 3), (0, 46)):
        with pytest.raises(ValueError):
            tree.part(*wrong)
