from copy import deepcopy
from decimal import Decimal, getcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.core.pricing.manual import load_manual
from seawall.core.pricing.rate import rate, retrace
from seawall.core.problems import Invalid
from seawall.reference import load

SHIPPED = load_manual(load("rating", "cn-cyber-2026").body, id="cn-cyber-2026", version="1.0")
T = {"zh": "甲", "en": "a"}

RISKS = st.fixed_dictionaries(
    {
        "revenue": st.integers(0, 50_000_000_000),
        "industry": st.sampled_from(["A", "C27", "F", "I65", "J66", "Q84", "S"]),
        "records": st.integers(0, 100_000_000),
        "employees": st.integers(0, 200_000),
        "limit": st.integers(100_000, 100_000_000),
        "retention": st.integers(0, 100_000),
        "waiting_hours": st.integers(6, 168),
        "loss_relativity": st.decimals("0.01", "100", places=4),
        "mlps_level": st.sampled_from([None, 1, 2, 3, 4]),
        "certificates": st.lists(st.sampled_from(["iso27001", "soc2", "pci_dss", "mlps"])),
        "covers": st.lists(st.sampled_from(SHIPPED.covers), min_size=1, unique=True),
    }
)


@settings(max_examples=150, deadline=None)
@given(RISKS)
def test_the_trace_alone_leads_to_the_premium(risk):
    rating = rate(SHIPPED, risk)
    assert retrace(rating) == rating.premium.amount
    assert sum(money.minor for _, money in rating.covers) == rating.premium.minor
    assert [cover for cover, _ in rating.covers] == risk["covers"]
    assert rating.premium.amount >= 3000


@settings(max_examples=100, deadline=None)
@given(RISKS, st.integers(0, 50_000_000), st.integers(0, 400_000))
def test_more_limit_costs_more_and_more_retention_less(risk, more_limit, more_retention):
    start = rate(SHIPPED, risk).premium
    higher = {**risk, "limit": min(risk["limit"] + more_limit, 100_000_000)}
    assert rate(SHIPPED, higher).premium >= start
    bearing = {**higher, "retention": min(risk["retention"] + more_retention, higher["limit"])}
    assert rate(SHIPPED, bearing).premium <= rate(SHIPPED, higher).premium


def test_the_caller_s_decimal_context_does_not_matter():
    risk = {
        "revenue": 33_333_333,
        "industry": "I",
        "employees": 9,
        "limit": 777_777,
        "retention": 1,
        "covers": ["extortion"],
    }
    expected = rate(SHIPPED, risk)
    getcontext().prec = 6
    try:
        assert rate(SHIPPED, risk) == expected
    finally:
        getcontext().prec = 28


def manual(steps, **changes):
    """A small manual in USD with one input of every kind."""
    title = {"title": T}
    document = {
        "id": "small",
        "version": "2",
        "currency": "USD",
        "effective": "2026-01-01",
        "inputs": {
            "size": {"kind": "number", "min": 0, "max": 1000, "default": 10, **title},
            "limit": {"kind": "number", **title},
            "own_limit": {"kind": "number", "default_from": "limit", **title},
            "class": {"kind": "word", "choices": ["a", "b", "2"], "default": "a", **title},
            "papers": {"kind": "words", "default": [], **title},
            "picks": {"kind": "picks", "default": {}, **title},
        },
        "tables": {
            "rate": {"kind": "curve", "below": "extend", "above": "extend", "points": [[10, 100], [20, 200]]},
            "sloped": {
                "kind": "curve",
                "below": "proportional",
                "above": "extend",
                "slope": 1,
                "points": [[10, 100], [20, 200]],
            },
            "referred": {"kind": "curve", "below": "refer", "above": "flat", "points": [[10, 1], [20, 2]]},
            "refused": {"kind": "curve", "below": "refuse", "above": "refuse", "points": [[10, 1], [20, 2]]},
            "layer": {"kind": "curve", "below": "flat", "above": "flat", "points": [[0, 0], [100, 1], [200, 1.5]]},
            "upper": {
                "kind": "bands",
                "edge": "upper",
                "rows": [
                    {"from": 0, "to": 10, "value": 1},
                    {"from": 10, "to": 20, "value": 2},
                    {"from": 20, "to": 30, "value": "refer"},
                ],
            },
            "lower": {
                "kind": "bands",
                "edge": "lower",
                "rows": [{"from": 0, "to": 10, "value": 1}, {"from": 10, "to": None, "value": 2}],
            },
            "classes": {"kind": "map", "rows": {"a": 1, "b": "not_offered", "2": 3}},
            "loose": {"kind": "map", "match": "exact", "rows": {"zz": 1}, "default": 1.5},
            "credit": {"kind": "map", "match": "contains", "rows": {"27001": -0.04, "SOC": -0.02}, "default": 0},
            "grid": {
                "kind": "by_key",
                "tables": {"a": {"kind": "map", "rows": {"2": 7, "5": 8}}, "2": {"kind": "map", "rows": {"2": 9}}},
            },
            "columns": {
                "kind": "by_key",
                "tables": {"a": {"kind": "curve", "below": "flat", "above": "flat", "points": [[0, 1], [10, 2]]}},
            },
            "range": {"kind": "ranges", "rows": {"care": [-0.1, 0.1], "past": [0.8, 1.3]}},
        },
        "covers": ["x", "y"],
        "steps": [{"title": T, **step} for step in steps],
        **changes,
    }
    return load_manual(document)


CENTS = {"id": "cents", "op": "round", "round": {"places": 2, "mode": "half_up"}}


def start(of=(100,), **more):
    return {"id": "start", "op": "product", "of": list(of), "effect": "start", **more}


def premium(steps, **risk):
    return rate(manual([*steps, CENTS]), {"limit": 100, "covers": ["x"], **risk}).premium.amount


def refusal(steps, **risk):
    with pytest.raises(Invalid) as refused:
        premium(steps, **risk)
    return [(p.field, p.code) for p in refused.value.problems]


@pytest.mark.parametrize(
    ("table", "op", "size", "expected"),
    [
        ("rate", "curve", 12, "120"),
        ("rate", "curve", 20, "200"),
        ("rate", "curve", 5, "50"),
        ("rate", "curve", 25, "250"),
        ("sloped", "curve", 5, "50"),
        ("sloped", "curve", 25, "205"),
        ("referred", "curve", 30, "2"),
        ("upper", "band", 0, "1"),
        ("upper", "band", 10, "1"),
        ("upper", "band", "10.01", "2"),
        ("lower", "band", "9.99", "1"),
        ("lower", "band", 10, "2"),
        ("loose", "map", 3, "1.5"),
    ],
)
def test_tables_say_which_edge_is_in_and_what_holds_outside(table, op, size, expected):
    step = {"id": "s", "op": op, "table": table, "by": "size", "effect": "start"}
    assert premium([step], size=size) == Decimal(expected)


@pytest.mark.parametrize(
    ("table", "op", "by", "risk", "code"),
    [
        ("referred", "curve", "size", {"size": 5}, "rate.refer"),
        ("refused", "curve", "size", {"size": 5}, "rate.out_of_range"),
        ("refused", "curve", "size", {"size": 21}, "rate.out_of_range"),
        ("upper", "band", "size", {"size": 25}, "rate.refer"),
        ("upper", "band", "size", {"size": 31}, "rate.out_of_range"),
        ("classes", "map", "class", {"class": "b"}, "rate.not_offered"),
        ("classes", "map", "size", {"size": 9}, "rate.no_row"),
        ("grid", "map", ["class", "size"], {"class": "b"}, "rate.no_row"),
    ],
)
def test_outside_the_rated_range_it_refuses_loudly(table, op, by, risk, code):
    step = {"id": "s", "op": op, "table": table, "by": by, "effect": "start"}
    assert refusal([step], **risk) == [(table, code)]


def test_grids_and_columns_are_tables_of_tables():
    grid = {"id": "s", "op": "map", "table": "grid", "by": ["class", "size"], "effect": "start"}
    assert premium([grid], size=5) == 8
    assert premium([grid], **{"class": 2, "size": "2.0"}) == 9
    columns = {"id": "s", "op": "curve", "table": "columns", "by": ["class", "size"], "effect": "start"}
    assert premium([columns], size=5) == Decimal("1.5")


def test_arithmetic_ops_follow_each_other():
    steps = [
        {"id": "twice", "op": "product", "of": ["size", 2], "effect": "keep"},
        {"id": "less", "op": "difference", "of": ["twice", 5], "effect": "keep"},
        {"id": "share", "op": "quotient", "of": ["less", 2], "effect": "keep"},
        start(["share"]),
        {"id": "fee", "op": "sum", "of": [1, "0.505"], "effect": "add"},
    ]
    assert premium(steps, size=10) == Decimal("9.01")  # 7.5 + 1.505, half up


def test_a_layer_is_the_difference_of_two_points():
    steps = [start(), {"id": "l", "op": "layer", "table": "layer", "by": ["limit", "size"]}]
    assert premium(steps, limit=100, size=100) == 50  # f(200) − f(100) = 0.5


def test_powers_are_capped_and_rounded_as_the_step_says():
    power = {"id": "p", "op": "power", "of": ["size"], "exponent": 0.5, "round": {"places": 3, "mode": "up"}}
    assert premium([start(), power], size=2) == Decimal("141.5")
    capped = {**power, "min": 2, "max": 3}
    assert premium([start(), capped], size=1) == 200
    assert premium([start(), capped], size=100) == 300
    assert refusal([start(), power], size=0) == [("p", "rate.not_positive")]


def test_credits_count_once_and_unknown_papers_nothing():
    steps = [start(), {"id": "c", "op": "credits", "table": "credit", "by": "papers"}]
    assert premium(steps) == 100
    assert premium(steps, papers=["ISO/IEC 27001:2022", "iso27001", "soc-2", "other"]) == 94


def test_picks_stay_in_their_range():
    scheduled = {"id": "s", "op": "schedule", "table": "range", "by": "picks", "min": 0.95}
    assert premium([start(), scheduled], picks={"care": "-0.1"}) == 95
    assert premium([start(), scheduled]) == 100
    assert refusal([start(), scheduled], picks={"care": "-0.2"}) == [("range", "rate.pick_out_of_range")]
    assert refusal([start(), scheduled], picks={"luck": "0"}) == [("range", "rate.no_row")]
    product = {**scheduled, "combine": "product", "min": 0}
    assert premium([start(), product], picks={"past": "1.2"}) == 120
    one = {"id": "o", "op": "pick", "table": "range", "row": "past", "by": "size"}
    assert premium([start(), one], size="1.1") == 110


def test_amounts_are_floored_capped_clamped_and_rounded():
    assert premium([start(), {"id": "f", "op": "floor", "of": [150]}]) == 150
    assert premium([start(), {"id": "f", "op": "floor", "of": [50]}]) == 100
    assert premium([start(), {"id": "f", "op": "ceiling", "of": ["size"]}], size=20) == 20
    assert premium([start(), {"id": "f", "op": "ceiling", "of": [500]}]) == 100
    assert premium([start(), {"id": "f", "op": "clamp", "min": 10, "max": 60}]) == 60
    assert premium([start([142]), {"id": "u", "op": "round", "round": {"unit": 100, "mode": "up"}}]) == 200


def test_guards_and_conditions():
    guard = {"id": "g", "op": "require", "of": ["size", "limit"]}
    assert premium([guard, start()]) == 100
    assert refusal([guard, start()], size=101) == [("g", "rate.required")]
    sometimes = {"id": "w", "op": "product", "of": [2], "when": {"fact": "class", "is": "b"}}
    assert premium([start(), sometimes]) == 100
    assert premium([start(), sometimes], **{"class": "b"}) == 200
    needs = {"id": "n", "op": "product", "of": ["w"]}
    assert refusal([start(), sometimes, needs]) == [("n", "rate.value_absent")]
    ratio = {"id": "q", "op": "quotient", "of": ["size", "limit"]}
    assert refusal([start(), ratio], limit=0) == [("q", "rate.division_by_zero")]


EACH = {"for_each": "covers"}
JOIN = {"id": "join", "op": "join"}


def test_covers_are_split_joined_and_add_up():
    steps = [
        start(),
        {"id": "k", "op": "product", "of": ["own_limit", "0.005"], **EACH},
        {"id": "only", "op": "product", "of": [3], "covers": ["y"], **EACH},
        JOIN,
        {"id": "f", "op": "floor", "of": [1000]},
    ]
    rating = rate(
        manual([*steps, CENTS]),
        {"limit": 100, "covers": ["x", "y", "x"], "cover_terms": {"y": {"own_limit": 50}}, "extra": 1},
    )
    assert {c: str(m.amount) for c, m in rating.covers} == {"x": "400.00", "y": "600.00"}
    assert rating.premium.amount == 1000
    assert rating.unused == ("extra",)
    assert [(s.id, s.cover) for s in rating.steps][1:4] == [("k", "x"), ("k", "y"), ("only", "y")]
    assert retrace(rating) == 1000


def test_a_cover_that_no_step_rates_is_refused_not_left_out():
    steps = [start(), {"id": "only", "op": "product", "of": [3], "covers": ["y"], **EACH}, JOIN]
    with pytest.raises(Invalid, match="cover_not_rated"):
        rate(manual([*steps, CENTS]), {"limit": 1, "covers": ["x", "y"]})


def test_covers_that_cost_nothing_or_less():
    free = [start([0]), {"id": "k", "op": "product", "of": [1], **EACH}, JOIN]
    assert [m.minor for _, m in rate(manual([*free, CENTS]), {"limit": 1, "covers": ["x", "y"]}).covers] == [0, 0]
    floored = [*free, {"id": "f", "op": "floor", "of": [5]}]
    assert refusal(floored) == [("covers", "rate.negative_cover")]
    negative = [start(), {"id": "k", "op": "product", "of": [-1], **EACH}, JOIN]
    assert refusal(negative) == [("covers", "rate.negative_cover")]


def test_a_manual_without_covers_has_one_part():
    rating = rate(manual([start(), CENTS], covers=[]), {"limit": 1})
    assert [c for c, _ in rating.covers] == ["policy"]
    assert rating.as_dict()["manual"] == {"id": "small", "version": "2"}


def test_every_input_is_checked_at_once():
    with pytest.raises(Invalid) as refused:
        rate(
            manual([start(), CENTS]),
            {
                "size": 2000,
                "class": "zz",
                "papers": "iso",
                "picks": 3,
                "covers": ["z"],
                "cover_terms": {"z": {"nope": 1, "size": "many"}, "q": {}},
            },
        )
    assert {(p.field, p.code) for p in refused.value.problems} == {
        ("risk.size", "rate.out_of_range"),
        ("risk.limit", "rate.missing_input"),
        ("risk.own_limit", "rate.missing_input"),
        ("risk.class", "rate.no_row"),
        ("risk.papers", "rate.not_a_list"),
        ("risk.picks", "rate.not_a_list"),
        ("risk.covers", "rate.unknown_cover"),
        ("risk.cover_terms.q", "rate.unknown_cover"),
        ("risk.cover_terms.z.nope", "rate.unknown_input"),
        ("risk.cover_terms.z.size", "rate.not_a_number"),
    }
    assert refusal([start()], covers=[]) == [("risk.covers", "rate.no_covers")]
    assert refusal([start()], picks={"care": "much"}) == [("risk.picks.care", "rate.not_a_number")]
    assert refusal([start()], size=-1) == [("risk.size", "rate.out_of_range")]


def test_a_word_is_not_a_number():
    step = {"id": "s", "op": "band", "table": "lower", "by": "word", "effect": "start"}
    inputs = {"word": {"kind": "number", "title": T}}
    loaded = manual([step, CENTS], inputs=inputs)
    tables = deepcopy(dict(loaded.tables))
    with pytest.raises(Invalid, match="not_a_number"):
        tables["lower"].lookup(("ten",))
    with pytest.raises(Invalid, match="pick_out_of_range"):
        tables["range"].lookup(("care", "ten"))
