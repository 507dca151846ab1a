"""Attacks on real exports: each must be noticed by the verifier that runs without the platform, and no clean one."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seawall.core.evidence_log.entries import HeadWords, canonical
from seawall.core.evidence_log.hashing import leaf_hash
from seawall.core.evidence_log.tree import Tree
from seawall.entrypoints.verify import verify_export
from seawall.entrypoints.verify.verify_export import ed25519, verify
from seawall.records import tenancy
from seawall.records.vault import signing
from seawall.records.vault.actions.log import anchor, append
from seawall.records.vault.subject import Scope
from tests.records.vault_setting import AT, INCIDENT, OTHER, PNG, House, busy, exported, house, kept

ROOT = Path(__file__).resolve().parents[2]
Lines = list[dict[str, Any]]


@pytest.fixture
def people(db: None) -> House:
    tenancy.enter(tenancy.EVERY)
    return house()


def parsed(bundle: bytes) -> Lines:
    return [json.loads(line) for line in bundle.decode().splitlines()]


def written(lines: Lines) -> bytes:
    return "".join(canonical(line) + "\n" for line in lines).encode()


def of_kind(lines: Lines, kind: str) -> list[int]:
    return [place for place, line in enumerate(lines) if line["type"] == kind]


# --- a forger who has the data but not the key -----------------------------------------------------------------------
def rechained(lines: Lines, key: Ed25519PrivateKey | None = None) -> Lines:
    """Make everything fit again after a change: places, commitment, roots; and signatures, when there is a key."""
    lines = json.loads(json.dumps(lines))
    top = lines[0]
    if key is not None:
        top["key"] = key.public_key().public_bytes_raw().hex()
    hashes: list[bytes] = []
    body, last, end = lines[:-2], lines[-2], lines[-1]
    for line in body:
        if line["type"] == "leaf":
            data = {**json.loads(line["data"]), "index": len(hashes), "log": top["log"]}
            line["data"] = canonical(data)
            hashes.append(leaf_hash(line["data"].encode()))
        elif line["type"] == "head":
            signed_again(line, top, hashes, key)
    top["size"] = len(hashes)
    data = json.loads(last["data"])
    data["index"], data["log"], data["subject"] = len(hashes), top["log"], top["scope"]
    told = {"digest": hashlib.sha256(written(body)).hexdigest(), "lines": len(body), "size": top["size"]}
    data["payload"] = {**told, "complete": top["complete"]}
    last["data"] = canonical(data)
    hashes.append(leaf_hash(last["data"].encode()))
    signed_again(end, top, hashes, key)
    return lines


def signed_again(head: dict[str, Any], top: dict[str, Any], hashes: list[bytes], key: Ed25519PrivateKey | None) -> None:
    head["size"], head["root"] = len(hashes), Tree(hashes).root().hex()
    if key is not None:
        at = AT.strptime(head["at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=AT.tzinfo)
        head["signature"] = key.sign(HeadWords(top["log"], head["size"], head["root"], at, top["key"]).data()).hex()


def changed_leaf(lines: Lines, place: int) -> Lines:
    lines = json.loads(json.dumps(lines))
    data = json.loads(lines[place]["data"])
    data["payload"] = {"n": 999}
    lines[place]["data"] = canonical(data)
    return lines


# --- changes to the bytes ---------------------------------------------------------------------------------------------
def flips(bundle: bytes, dice: random.Random, count: int) -> list[bytes]:
    """Single bits, anywhere."""
    spoilt = []
    for place in dice.sample(range(len(bundle)), count):
        copy = bytearray(bundle)
        copy[place] ^= 1 << dice.randrange(8)
        spoilt.append(bytes(copy))
    return spoilt


def shapes(bundle: bytes, dice: random.Random) -> list[bytes]:
    """Lines deleted, doubled, exchanged, inserted; the end cut; keys doubled; other spellings of the same JSON."""
    lines = bundle.splitlines(keepends=True)
    spoilt = [b"".join(lines[:i] + lines[i + 1 :]) for i in range(len(lines))]
    spoilt += [b"".join([*lines[: i + 1], lines[i], *lines[i + 1 :]]) for i in range(len(lines))]
    spoilt += [b"".join([*lines[:i], lines[i + 1], lines[i], *lines[i + 2 :]]) for i in range(len(lines) - 1)]
    spoilt += [bundle[: dice.randrange(len(bundle))] for _ in range(20)]
    spoilt += [b"".join(lines[:i]) for i in range(len(lines))]
    for i, line in enumerate(lines):
        words = json.loads(line)
        name = dice.choice(sorted(words))
        doubled = line.replace(b"{", canonical({name: words[name]})[:-1].encode() + b",", 1)
        spaced, escaped = line.replace(b":", b": ", 1), json.dumps(words, sort_keys=True).encode() + b"\n"
        extra = canonical({**words, "zzz": 1}).encode() + b"\n"
        less = canonical({key: value for key, value in words.items() if key != name}).encode() + b"\n"
        others = [doubled, spaced, escaped, extra, less, line.replace(b"\n", b"\r\n"), b"\n" + line]
        spoilt += [b"".join([*lines[:i], other, *lines[i + 1 :]]) for other in others]
    return [*spoilt, bundle + b"\n", bundle + b"x", bundle + lines[-1], b"\xef\xbb\xbf" + bundle, b"", b"{}\n", b"[]\n"]


def values(lines: Lines, dice: random.Random) -> list[bytes]:
    """Every value of every line replaced by another of the same and of another kind; the JSON stays canonical."""
    spoilt = []
    for place, line in enumerate(lines):
        for name, value in line.items():
            others: list[Any] = [None, [], {}, True, "", 0, -1, 10**30]
            if isinstance(value, str) and value:
                others += [value[::-1], value.upper(), value[:-1], value + "0"]
            if isinstance(value, int):
                others += [value + 1, not value, float(value)]
            for other in others:
                if type(other) is not type(value) or other != value:
                    copy = [dict(item) for item in lines]
                    copy[place][name] = other
                    text = (
                        json.dumps(item, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for item in copy
                    )
                    spoilt.append("".join(f"{item}\n" for item in text).encode())
    return dice.sample(spoilt, min(250, len(spoilt)))


def blobs(lines: Lines) -> list[bytes]:
    """Contents exchanged, replaced, emptied, or written in base64 another way; also after all has been made to fit."""
    spoilt = []
    there = of_kind(lines, "file")
    for place in there:
        for other in there:
            if other != place:
                copy = [dict(line) for line in lines]
                copy[place]["content"], copy[other]["content"] = copy[other]["content"], copy[place]["content"]
                spoilt += [written(copy), written(rechained(copy))]
        for state in ("erased", "withheld"):
            copy = [dict(line) for line in lines]
            copy[place]["state"], copy[place]["content"] = state, ""
            spoilt += [written(copy), written(rechained(copy))]
        content = base64.b64encode(b"another content").decode()
        spoilt.append(written([*lines[:place], {**lines[place], "content": content}, *lines[place + 1 :]]))
        content = lines[place]["content"]
        if content.endswith("="):
            letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
            at = len(content.rstrip("=")) - 1
            content = content[:at] + letters[letters.index(content[at]) ^ 1] + content[at + 1 :]
            spoilt.append(
                written(rechained([*lines[:place], {**lines[place], "content": content}, *lines[place + 1 :]]))
            )
    return spoilt


def undetected(spoilt: list[bytes], folder: Path, **pins: str) -> list[bytes]:
    return [bundle for bundle in spoilt if not verify(kept(folder, "spoilt", bundle), **pins)]


@pytest.mark.parametrize("whole", [True, False])
def test_every_change_of_an_export_is_noticed(people: House, tmp_path: Path, whole: bool) -> None:
    busy(people, leaves=20)
    bundle = exported(people, scope=None if whole else Scope(INCIDENT, ()))
    lines, dice = parsed(bundle), random.Random(20260301)
    assert verify(kept(tmp_path, "clean", bundle)) == []
    assert {line["type"] for line in lines} == {"export", "leaf", "head", "file", "last"} | (
        set() if whole else {"span"}
    )
    spoilt = [*flips(bundle, dice, 400), *shapes(bundle, dice), *values(lines, dice), *blobs(lines)]
    spoilt += [written(rechained(changed_leaf(lines, place))) for place in of_kind(lines, "leaf")]
    for kind in ("leaf", "head", "file"):
        spoilt += [written(rechained(lines[:place] + lines[place + 1 :])) for place in of_kind(lines[:-2], kind)]
    assert len(spoilt) > 900
    assert undetected(spoilt, tmp_path) == []


def test_signing_with_another_key_is_noticed_by_who_pinned_the_key_or_kept_an_anchor(
    people: House, tmp_path: Path
) -> None:
    busy(people)
    kept_anchor = kept(tmp_path, "anchor", anchor(by=people.insured, at=AT + timedelta(hours=8)))
    lines = parsed(exported(people))
    key = Ed25519PrivateKey.generate()
    forged = [written(rechained(lines, key))]
    events = [p for p in of_kind(lines, "leaf") if json.loads(lines[p]["data"])["kind"] == "incident.event"]
    forged += [written(rechained(changed_leaf(lines, place), key)) for place in events]
    # Without a pin a consistent forgery looks like any export: that is what the anchor is for.
    assert len(undetected(forged, tmp_path)) == len(forged)
    assert undetected(forged, tmp_path, key=signing.public_key()) == []
    assert undetected(forged, tmp_path, anchor=kept_anchor) == []


def test_even_the_owner_of_the_key_cannot_rewrite_what_an_anchor_has_seen(people: House, tmp_path: Path) -> None:
    busy(people)
    kept_anchor = kept(tmp_path, "anchor", anchor(by=people.insured, at=AT + timedelta(hours=8)))
    append(kind="x.y", subject=OTHER, payload={"n": 1}, by=people.claims, at=AT)
    bundle = exported(people)
    lines = parsed(bundle)
    owner = signing._current()
    assert undetected([written(rechained(lines, owner)), bundle], tmp_path, anchor=kept_anchor) == [
        written(rechained(lines, owner)),
        bundle,
    ]
    seen = [place for place in of_kind(lines, "leaf") if json.loads(lines[place]["data"])["kind"] != "file.stored"][:-1]
    forged = [written(rechained(changed_leaf(lines, place), owner)) for place in seen]
    forged += [written(rechained(lines[:place] + lines[place + 1 :], owner)) for place in seen]
    forged += [
        written(rechained([*lines[:place], *lines[place + 1 : -2], lines[place], *lines[-2:]], owner)) for place in seen
    ]
    forged.append(written(rechained([line for line in lines if line["type"] != "head" or line is lines[-1]], owner)))
    assert undetected(forged, tmp_path, key=signing.public_key(), anchor=kept_anchor) == []


def test_an_older_export_is_not_taken_for_the_present(people: House, tmp_path: Path) -> None:
    busy(people)
    older = exported(people)
    append(kind="x.y", subject=OTHER, payload={}, by=people.claims, at=AT)
    kept_anchor = kept(tmp_path, "anchor", anchor(by=people.insured, at=AT + timedelta(hours=10)))
    problems = verify(kept(tmp_path, "older", older), anchor=kept_anchor, key=signing.public_key())
    assert len(problems) == 1
    assert "older" in problems[0]
    for scope in (None, Scope(INCIDENT, (OTHER,)), Scope(INCIDENT, ())):
        newer = exported(people, scope=scope, hours=11)
        assert verify(kept(tmp_path, "newer", newer), anchor=kept_anchor) == []


def test_nothing_is_carried_from_one_tenant_to_another(people: House, tmp_path: Path) -> None:
    other = house("b")
    busy(people, seed=1)
    busy(other, seed=1)
    mine, theirs = parsed(exported(people)), parsed(exported(other))
    key = signing.public_key()
    foreign = kept(tmp_path, "anchor", anchor(by=other.insured, at=AT + timedelta(hours=9)))
    assert undetected([written(mine)], tmp_path, anchor=foreign) == []
    spliced: list[bytes] = []
    for kind in ("leaf", "head", "file", "last"):
        for here, there in zip(of_kind(mine, kind), of_kind(theirs, kind), strict=True):
            spliced.append(written([*mine[:here], theirs[there], *mine[here + 1 :]]))
            spliced.append(written([*mine[:here], *theirs[there:]]))
            spliced.append(written(rechained([*mine[:here], theirs[there], *mine[here + 1 :]])))
    spliced += [written([{**theirs[0], "log": mine[0]["log"]}, *theirs[1:]])]
    same_data = {written(mine)}
    assert undetected([bundle for bundle in spliced if bundle not in same_data], tmp_path, key=key) == []


def test_a_spoilt_or_forged_anchor_is_refused(people: House, tmp_path: Path) -> None:
    busy(people)
    text = anchor(by=people.insured, at=AT + timedelta(hours=8))
    bundle = kept(tmp_path, "e", exported(people))
    assert verify(bundle, anchor=kept(tmp_path, "a", text)) == []
    words = json.loads(text)
    other = {"log": "0" * 8 + words["log"][8:], "size": 1, "root": "0" * 64, "at": "2026-03-02T00:00:00.000000Z"}
    bad = [canonical({**words, name: value}) for name, value in other.items()]
    bad += [canonical({**words, "version": 2}), canonical({**words, "type": "head"}), "{}", "", "not json", "[1]"]
    bad += [flipped.decode("latin-1") for flipped in flips(text.strip().encode(), random.Random(1), 60)]
    for number, content in enumerate(bad):
        assert verify(bundle, anchor=kept(tmp_path, f"bad{number}", content)), content
    assert verify(bundle, anchor=str(tmp_path / "absent"))
    assert verify(str(tmp_path / "absent"))
    assert verify(bundle, key="00" * 32)
    assert verify(bundle, key=signing.public_key().upper()) == []


@pytest.mark.parametrize("batch", range(10))
def test_no_false_alarm_on_a_hundred_clean_exports(people: House, tmp_path: Path, batch: int) -> None:
    anchors = []
    for number in range(10 * batch, 10 * batch + 10):
        busy(people, leaves=1 + number % 4, seed=number)
        scope = (None, Scope(INCIDENT, ()), Scope(OTHER, (INCIDENT,)), Scope(OTHER, ()))[number % 4]
        if number % 10 in (0, 3, 4, 8):
            anchors.append(anchor(by=people.insured, at=AT + timedelta(hours=number)))
        bundle = kept(tmp_path, "e", exported(people, scope=scope, hours=number))
        kept_anchor = kept(tmp_path, "a", random.Random(number).choice(anchors))
        assert verify(bundle, anchor=kept_anchor, key=signing.public_key()) == [], number


def test_the_program_runs_alone(people: House, tmp_path: Path) -> None:
    busy(people)
    program = kept(tmp_path, "verify_export.py", Path(verify_export.__file__).read_bytes())
    text = anchor(by=people.insured, at=AT + timedelta(hours=8))
    bundle = exported(people)

    def run(content: bytes, *arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-I", "-S", program, kept(tmp_path, "e", content), *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.stderr
        return done.returncode, done.stdout

    assert run(bundle, "--anchor", kept(tmp_path, "a", text), "--key", signing.public_key()) == (0, "OK\n")
    assert run(bundle)[0] == 0
    assert "--anchor" in run(bundle)[1]
    status, said = run(bundle[:-1], "--key", signing.public_key())
    assert status == 1
    assert said.startswith("WRONG: ")
    source = Path(verify_export.__file__).read_text(encoding="utf-8")
    assert source.count("\n") <= 300
    assert "seawall." not in source.split('"""', 2)[2]


# --- the signature ----------------------------------------------------------------------------------------------------
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        "655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
        "b00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
        "c027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_signatures_of_rfc_8032(key: str, message: str, signature: str) -> None:
    parts = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
    assert ed25519(*parts)
    dice = random.Random(8032)
    for _ in range(40):
        which = dice.randrange(3)
        spoilt = bytearray(parts[which] or b"\0")
        spoilt[dice.randrange(len(spoilt))] ^= 1 << dice.randrange(8)
        assert not ed25519(*(bytes(spoilt) if place == which else part for place, part in enumerate(parts)))


def test_signatures_that_only_look_right() -> None:
    key, message, signature = (bytes.fromhex(part) for part in VECTORS[1])
    group = 2**252 + 27742317777372353535851937790883648493
    larger = int.from_bytes(signature[32:], "little") + group
    assert not ed25519(key, message, signature[:32] + larger.to_bytes(32, "little"))
    assert not ed25519(key, message, signature[:-1])
    assert not ed25519(key[:-1], message, signature)
    # The neutral point as key and R "signs" every message with s = 0, in any implementation that lets it.
    neutral = (1).to_bytes(32, "little")
    assert not ed25519(neutral, b"anything", neutral + bytes(32))
    assert not ed25519(key, message, (2**255 - 1).to_bytes(32, "little") + signature[32:])
    off_curve = next(
        n.to_bytes(32, "little") for n in range(2, 50) if verify_export._recover(n.to_bytes(32, "little")) is None
    )
    assert not ed25519(off_curve, message, signature)


def test_signatures_agree_with_the_library() -> None:
    dice = random.Random(1)
    for _ in range(30):
        key = Ed25519PrivateKey.from_private_bytes(dice.randbytes(32))
        message = dice.randbytes(dice.randrange(100))
        assert ed25519(key.public_key().public_bytes_raw(), message, key.sign(message))
        assert not ed25519(key.public_key().public_bytes_raw(), message + b"x", key.sign(message))


def test_originals_in_an_export_are_the_originals(people: House) -> None:
    busy(people)
    lines = parsed(exported(people))
    contents = [base64.b64decode(lines[place]["content"]) for place in of_kind(lines, "file")]
    assert PNG + bytes([4]) in contents
    assert all(
        hashlib.sha256(c).hexdigest() == lines[p]["sha256"]
        for c, p in zip(contents, of_kind(lines, "file"), strict=True)
    )
