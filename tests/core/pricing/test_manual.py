from copy import deepcopy
from decimal import Decimal

import pytest

from seawall.core.decimals import exact
from seawall.core.pricing.compare import compare
from seawall.core.pricing.manual import load_manual
from seawall.core.problems import Invalid
from seawall.reference import load

T = {"zh": "甲", "en": "a"}
SHIPPED = load("rating", "cn-cyber-2026").body


def small():
    return {
        "currency": "USD",
        "effective": "2026-01-01",
        "covers": ["x"],
        "inputs": {
            "size": {"kind": "number", "title": T},
            "limit": {"kind": "number", "title": T, "premium": "rises"},
            "names": {"kind": "words", "title": T},
        },
        "tables": {
            "m": {"kind": "map", "rows": {"a": 1}},
            "b": {"kind": "bands", "edge": "lower", "rows": [{"from": 0, "to": None, "value": 1}]},
            "c": {"kind": "curve", "below": "flat", "above": "flat", "points": [[0, 1], [1, 2]]},
            "r": {"kind": "ranges", "rows": {"a": [1, 2]}},
            "k": {"kind": "by_key", "tables": {"a": {"kind": "map", "rows": {"a": 1}}}},
        },
        "steps": [
            {"id": "start", "op": "product", "of": [1], "effect": "start", "title": T},
            {"id": "cents", "op": "round", "round": {"places": 2, "mode": "half_up"}, "title": T},
        ],
    }


def problems(document):
    with pytest.raises(Invalid) as refused:
        load_manual(document)
    return [(p.field.removeprefix("manual."), p.code.removeprefix("manual.")) for p in refused.value.problems]


def with_table(table):
    document = small()
    document["tables"]["t"] = table
    return problems(document)


def with_steps(*steps):
    document = small()
    first, last = document["steps"]
    document["steps"] = [first, *({"title": T, **step} for step in steps), last]
    return problems(document)


def test_the_small_manual_loads_and_the_shipped_one_too():
    assert load_manual(small(), id="a", version="1").id == "a"
    assert load_manual(SHIPPED).loading["profit"] == 0.05


def test_an_empty_document_tells_everything_that_is_missing():
    assert problems({}) == [
        ("currency", "currency"),
        ("effective", "date"),
        ("inputs", "no_rows"),
        ("tables", "no_rows"),
        ("steps", "no_rows"),
    ]


def test_inputs_are_checked():
    document = small()
    document["inputs"] |= {
        "bad": {"kind": "colour", "title": {"zh": "甲"}, "premium": "jumps", "min": "low", "default_from": "ghost"},
        "worse": 3,
    }
    assert problems(document) == [
        ("inputs.bad.kind", "choice"),
        ("inputs.bad.premium", "choice"),
        ("inputs.bad.min", "number"),
        ("inputs.bad.title.en", "text.missing"),
        ("inputs.worse.kind", "choice"),
        ("inputs.worse.title.zh", "text.missing"),
        ("inputs.worse.title.en", "text.missing"),
        ("inputs.bad.default_from", "unknown_input"),
    ]


def band(start, end, value=1):
    return {"from": start, "to": end, "value": value}


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (3, [("", "table_kind")]),
        ({"kind": "cube"}, [(".kind", "table_kind")]),
        ({"kind": "map", "rows": [1]}, [(".rows", "no_rows")]),
        ({"kind": "map"}, [(".rows", "no_rows")]),
        ({"kind": "map", "match": "guess", "rows": {"a": True}}, [(".rows.a", "number"), (".match", "choice")]),
        ({"kind": "bands", "edge": "lower", "rows": {"a": 1}}, [(".rows", "no_rows")]),
        ({"kind": "bands", "edge": "both", "rows": [3]}, [(".rows.0", "no_rows"), (".edge", "choice")]),
        ({"kind": "bands", "edge": "lower", "rows": [band(0, 10), band(11, 20)]}, [(".rows.1", "band_gap")]),
        ({"kind": "bands", "edge": "lower", "rows": [band(0, 10), band(9, 20)]}, [(".rows.1", "band_overlap")]),
        ({"kind": "bands", "edge": "lower", "rows": [band(0, None), band(9, 20)]}, [(".rows.1", "band_overlap")]),
        ({"kind": "bands", "edge": "lower", "rows": [band(9, 9)]}, [(".rows.0", "band_reversed")]),
        (
            {"kind": "curve", "below": "flat", "above": "flat", "points": [[0, 1], "x", [1]]},
            [(".points.1", "number"), (".points.2", "number"), (".points", "no_rows")],
        ),
        ({"kind": "curve", "below": "flat", "above": "flat"}, [(".points", "no_rows")]),
        (
            {"kind": "curve", "below": "up", "above": "flat", "slope": "x", "points": [[0, 1], [0, 2]]},
            [(".points.1", "curve_order"), (".below", "choice"), (".slope", "number")],
        ),
        (
            {"kind": "curve", "below": "flat", "above": "flat", "shape": "round", "points": [[0, 1], [1, 2]]},
            [(".shape", "choice")],
        ),
        (
            {"kind": "curve", "below": "flat", "above": "flat", "shape": "decreasing", "points": [[0, 1], [1, 2]]},
            [("", "shape")],
        ),
        (
            {"kind": "curve", "below": "flat", "above": "flat", "shape": "increasing", "points": [[0, 2], [1, 1]]},
            [("", "shape")],
        ),
        (
            {
                "kind": "by_key",
                "shape": "increasing_concave",
                "tables": {
                    "a": {"kind": "curve", "below": "flat", "above": "flat", "points": [[0, 1], [1, 2], [2, 4]]}
                },
            },
            [("", "not_concave")],
        ),
        ({"kind": "map", "shape": "increasing_concave", "rows": {"a": 1}}, []),
        ({"kind": "map", "shape": "increasing"}, [(".rows", "no_rows")]),
        ({"kind": "ranges", "rows": {"a": [2, 1], "b": 3}}, [(".rows.a", "band_reversed"), (".rows.b", "number")]),
        ({"kind": "ranges", "rows": {"b": 3}}, [(".rows.b", "number")]),
        ({"kind": "ranges", "rows": []}, [(".rows", "no_rows")]),
        ({"kind": "ranges", "shape": "increasing", "rows": {"a": [1, 2]}}, []),
        ({"kind": "by_key"}, [(".tables", "no_rows")]),
        ({"kind": "by_key", "tables": {"a": 3}}, [(".tables.a", "table_kind")]),
        (
            {
                "kind": "by_key",
                "tables": {"a": {"kind": "map", "rows": {"a": 1}}, "b": {"kind": "ranges", "rows": {"a": [1, 2]}}},
            },
            [(".tables", "mixed_depth")],
        ),
    ],
)
def test_each_fault_of_a_table_is_told_at_its_place(table, expected):
    if not expected:
        document = small()
        document["tables"]["t"] = table
        load_manual(document)
        return
    assert with_table(table) == [(f"tables.t{place}", code) for place, code in expected]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ({"id": "s", "op": "dream", "of": [1]}, [(".op", "choice")]),
        ({"op": "product", "of": [1]}, [(".id", "missing")]),
        ({"id": "start", "op": "product", "of": [1]}, [(".id", "duplicate_step")]),
        ({"id": "size", "op": "product", "of": [1]}, [(".id", "duplicate_step")]),
        ({"id": "s", "op": "product", "of": [1], "title": {"en": "a"}}, [(".title.zh", "text.missing")]),
        ({"id": "s", "op": "product", "of": [1], "effect": "explode"}, [(".effect", "choice")]),
        ({"id": "s", "op": "floor", "of": [1], "effect": "add"}, [(".effect", "choice")]),
        ({"id": "s", "op": "product", "of": [1], "effect": "start"}, [("", "second_start")]),
        ({"id": "s", "op": "map", "table": "m"}, [("", "missing"), (".by", "key_count")]),
        ({"id": "s", "op": "product"}, [(".of", "operands")]),
        ({"id": "s", "op": "quotient", "of": [1, 2, 3]}, [(".of", "operands")]),
        ({"id": "s", "op": "layer", "table": "c", "by": "limit"}, [(".by", "missing"), (".by", "key_count")]),
        ({"id": "s", "op": "pick", "table": "r", "by": "size"}, [(".row", "missing")]),
        ({"id": "s", "op": "power", "of": [2]}, [(".exponent", "missing")]),
        ({"id": "s", "op": "power", "of": [2], "exponent": "half"}, [(".exponent", "number")]),
        ({"id": "s", "op": "clamp"}, [("", "missing")]),
        ({"id": "s", "op": "clamp", "min": 3, "max": 2}, [("", "band_reversed")]),
        ({"id": "s", "op": "product", "of": [1], "combine": "mix"}, [(".combine", "choice")]),
        ({"id": "s", "op": "product", "of": [1], "covers": ["x"]}, [(".for_each", "choice")]),
        ({"id": "s", "op": "round"}, [(".round", "missing")]),
        ({"id": "s", "op": "round", "round": 3}, [(".round.mode", "choice"), (".round", "missing")]),
        ({"id": "s", "op": "product", "of": ["ghost"]}, [("", "unknown_input")]),
        ({"id": "s", "op": "product", "of": ["cents"]}, [("", "forward_reference")]),
        ({"id": "s", "op": "product", "of": [1], "when": {"fact": "ghost", "is": 1}}, [(".when", "unknown_input")]),
        ({"id": "s", "op": "map", "table": "nowhere", "by": "size"}, [(".table", "unknown_table")]),
        ({"id": "s", "op": "band", "table": "m", "by": "size"}, [(".table", "op_table")]),
        ({"id": "s", "op": "map", "table": "k", "by": "size"}, [(".by", "key_count")]),
        ({"id": "s", "op": "band", "table": "b", "by": "names"}, [("", "input_kind")]),
        ({"id": "s", "op": "layer", "table": "c", "by": ["names", "size"]}, [("", "input_kind")]),
        ({"id": "s", "op": "join"}, [("", "join")]),
        ({"id": "s", "op": "product", "of": [1], "for_each": "covers"}, [("2", "join"), ("", "join")]),
        (
            {"id": "s", "op": "product", "of": [1], "for_each": "covers", "covers": ["q"]},
            [(".covers", "unknown_cover"), ("2", "join"), ("", "join")],
        ),
        (
            3,
            [
                (".op", "choice"),
                (".id", "missing"),
                (".title.zh", "text.missing"),
                (".title.en", "text.missing"),
                (".of", "operands"),
            ],
        ),
    ],
)
def test_each_fault_of_a_step_is_told_at_its_place(step, expected):
    document = small()
    first, last = document["steps"]
    document["steps"] = [first, {"title": T, **step} if isinstance(step, dict) else step, last]
    found = problems(document)
    whole = {"2": "steps.2"}
    places = [(whole.get(place, f"steps.1{place}"), code) for place, code in expected]
    if len(expected) > 1 and expected[-1] == ("", "join"):
        places[-1] = ("steps", "join")
    assert found == places


def test_the_order_of_steps_is_checked():
    document = small()
    document["steps"] = [{"id": "early", "op": "product", "of": [2], "title": T}, *document["steps"]]
    assert problems(document) == [("steps.0", "no_start")]
    document = small()
    document["steps"].pop()
    assert problems(document) == [("steps.0", "no_final_rounding")]
    split = {"id": "a", "op": "product", "of": [1], "for_each": "covers"}
    assert with_steps(split, {"id": "j", "op": "join"}, {**split, "id": "b"}) == [("steps.3", "join")]
    document = small()
    document["covers"] = []
    first, last = document["steps"]
    document["steps"] = [first, {**split, "title": T}, {"id": "j", "op": "join", "title": T}, last]
    assert problems(document) == [("covers", "no_rows")]


def test_values_of_one_cover_are_not_known_to_the_policy():
    split = {"id": "a", "op": "product", "of": [1], "for_each": "covers"}
    kept = {
        "id": "b",
        "op": "map",
        "table": "m",
        "by": "cover",
        "effect": "keep",
        "for_each": "covers",
        "when": {"fact": "cover", "is": "x"},
    }
    assert with_steps(split, kept, {"id": "j", "op": "join"}, {"id": "c", "op": "product", "of": ["a"]}) == [
        ("steps.4", "forward_reference")
    ]


def test_a_table_may_not_go_against_the_declared_direction():
    document = small()
    document["tables"]["falling"] = {"kind": "curve", "below": "flat", "above": "flat", "points": [[0, 2], [1, 1]]}
    document["steps"].insert(1, {"id": "s", "op": "curve", "table": "falling", "by": "limit", "title": T})
    assert problems(document) == [("tables.falling", "shape")]


def test_a_fault_in_the_shipped_plan_is_found():
    broken = deepcopy(dict(SHIPPED))
    broken["tables"] = deepcopy(SHIPPED["tables"])
    broken["tables"]["limit_factor"]["points"][5][1] = 0.7
    assert ("tables.limit_factor", "shape") in problems(broken)


def test_numbers_are_taken_as_written():
    assert exact(1.05) == Decimal("1.05")
    assert exact("1e3") == 1000
    for not_exact in (True, None, "x", "NaN", 0.1 + 0.2, [1]):
        assert exact(not_exact) is None


def test_two_versions_side_by_side():
    new = deepcopy(small())
    new["tables"]["c"]["points"].append([2, 3])
    new["tables"]["c"]["points"][1][1] = 2.5
    new["steps"].insert(1, {"id": "s", "op": "product", "of": [], "title": T})
    del new["tables"]["m"]
    changes = {change.path: (change.before, change.after) for change in compare(small(), new)}
    assert changes == {
        "tables.m.kind": ("map", None),
        "tables.m.rows.a": (1, None),
        "tables.c.points.at 1.1": (2, 2.5),
        "tables.c.points.at 2.0": (None, 2),
        "tables.c.points.at 2.1": (None, 3),
        "steps.s.id": (None, "s"),
        "steps.s.op": (None, "product"),
        "steps.s.of": (None, []),
        "steps.s.title.zh": (None, "甲"),
        "steps.s.title.en": (None, "a"),
    }
