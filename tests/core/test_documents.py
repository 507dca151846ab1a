from datetime import date
from decimal import Decimal

from seawall.core.documents import Node


def codes(node: Node) -> list[tuple[str, str]]:
    try:
        node.problems.raise_if_any()
    except Exception as refused:
        return [(p.field, p.code) for p in refused.problems]
    return []


def test_a_good_document_reads_without_problems():
    node = Node(
        {
            "s": "x", "t": {"zh": "甲", "en": "a"}, "d": "1.50", "n": 2, "b": True, "day": date(2026, 1, 2),
            "iso": "2026-01-03", "l": ["a", "b"], "c": [{"s": "y"}], "e": {"k": {"s": "z"}}, "m": {"k": 0.5},
        }
    )  # fmt: skip
    assert node.string("s") == "x"
    assert node.string("left_out", "") == ""
    assert node.text("t") == {"zh": "甲", "en": "a"}
    assert node.decimal("d") == Decimal("1.50")
    assert node.number("n", 0, 3) == 2.0
    assert node.number("left_out", default=4.5) == 4.5
    assert node.integer("n") == 2
    assert node.boolean("b", False) is True
    assert node.date("day") == date(2026, 1, 2)
    assert node.date("iso") == date(2026, 1, 3)
    assert node.strings("l") == ("a", "b")
    assert node.strings("left_out", default=True) == ()
    assert [c.string("s") for c in node.children("c")] == ["y"]
    assert list(node.children("left_out", default=True)) == []
    assert [(k, c.string("s")) for k, c in node.entries("e")] == [("k", "z")]
    assert list(node.entries("left_out", default=True)) == []
    assert node.numbers("m") == {"k": 0.5}
    assert codes(node) == []


def test_every_problem_has_its_path_and_code():
    node = Node(
        {"s": " ", "t": "x", "d": "one", "inf": "inf", "big": 9, "n": 1.5, "b": 1, "day": "soon", "l": [1],
         "dup": ["a", "a"], "c": 1, "deep": {"inner": 1}}
    )  # fmt: skip
    assert node.string("s") == ""
    assert node.one_of("deep", ["a"]) == ""
    node.text("t")
    assert node.decimal("d", "0") == 0
    assert node.decimal("inf", "0") == 0
    assert node.number("big", 0, 5) == 0.0
    assert node.integer("n", 1) == 1
    assert node.boolean("b", False) is False
    assert node.date("day") == date.min
    assert node.strings("l") == ()
    assert node.strings("dup") == ("a", "a")
    assert list(node.children("c")) == []
    assert node.child("deep").child("inner").string("x") == ""
    node.only("s")
    assert codes(node)[:12] == [
        ("s", "document.missing"), ("deep", "document.missing"),
        ("t.zh", "document.missing_language"), ("t.en", "document.missing_language"),
        ("d", "document.not_a_number"), ("inf", "document.not_a_number"), ("big", "document.out_of_range"),
        ("n", "document.not_a_number"), ("b", "document.not_yes_or_no"), ("day", "document.not_a_date"),
        ("l", "document.not_a_list"), ("dup", "document.twice"),
    ]  # fmt: skip
    assert ("deep.inner", "document.not_a_map") in codes(node)
    assert ("c", "document.not_a_list") in codes(node)
    assert ("big", "document.unknown_key") in codes(node)


def test_a_yes_is_not_a_number():
    node = Node({"b": True})
    node.decimal("b")
    assert codes(node) == [("b", "document.not_a_number")]
