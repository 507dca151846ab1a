import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.core.conditions import fact_of, facts_named, judge, read_condition
from seawall.core.problems import Collector


def read(document):
    problems = Collector()
    condition = read_condition(document, "when", problems)
    problems.raise_if_any()
    return condition


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"fact": "n", "is": 3}, True),
        ({"fact": "n", "is_not": 3}, False),
        ({"fact": "n", "in": [1, 3]}, True),
        ({"fact": "n", "not_in": [1, 3]}, False),
        ({"fact": "many", "has_any": ["b", "z"]}, True),
        ({"fact": "n", "above": 3}, False),
        ({"fact": "n", "at_least": 3}, True),
        ({"fact": "n", "below": 3}, False),
        ({"fact": "n", "at_most": 3}, True),
        ({"fact": "deep.er", "is": "x"}, True),
        ({"fact": "gone", "is": 3}, None),
        ({"fact": "deep.gone", "is": 3}, None),
        ({"fact": "gone", "known": True}, False),
        ({"fact": "gone", "known": False}, True),
        ({"not": {"fact": "n", "is": 3}}, False),
        ({"not": {"fact": "gone", "is": 3}}, None),
        ({"all": []}, True),
        ({"any": []}, False),
        ({"all": [{"fact": "gone", "is": 1}, {"fact": "n", "is": 4}]}, False),
        ({"all": [{"fact": "gone", "is": 1}, {"fact": "n", "is": 3}]}, None),
        ({"any": [{"fact": "gone", "is": 1}, {"fact": "n", "is": 3}]}, True),
        ({"any": [{"fact": "gone", "is": 1}, {"fact": "n", "is": 4}]}, None),
    ],
)
def test_three_answers(document, expected):
    assert judge(read(document), {"n": 3, "many": ("a", "b"), "deep": {"er": "x"}}).value is expected


def test_what_decided_is_told_and_what_is_missing():
    both = read({"all": [{"fact": "a", "is": 1}, {"fact": "b", "is": 1}]})
    assert facts_named(both) == ("a", "b")
    assert judge(both, {"b": 2}).used == ("b",)
    assert judge(both, {"b": 2}).missing == ()
    assert judge(both, {"b": 1}).missing == ("a",)


@pytest.mark.parametrize(
    "document",
    [
        3,
        {},
        {"fact": "a"},
        {"fact": "a", "is": 1, "in": [1]},
        {"fact": 3, "is": 1},
        {"fact": "a", "like": 1},
        {"fact": "a", "in": "abc"},
        {"all": "abc"},
        {"all": [3]},
        {"all": [], "any": []},
        {"some": []},
        {"all": [], "x": 1},
    ],
)
def test_what_is_not_a_condition(document):
    problems = Collector()
    read_condition(document, "when", problems)
    assert problems


def test_a_dotted_name_may_stand_whole():
    assert fact_of({"a.b": 1, "a": {"b": 2}}, "a.b") == 1
    assert fact_of({"a": 3}, "a.b") is None


@given(st.dictionaries(st.sampled_from("abc"), st.booleans()))
def test_more_facts_never_turn_yes_into_no(facts):
    condition = read(
        {"any": [{"all": [{"fact": "a", "is": True}, {"fact": "b", "is": True}]}, {"not": {"fact": "c", "is": True}}]}
    )
    before = judge(condition, facts).value
    after = judge(condition, {"a": True, "b": False, "c": True, **facts}).value
    assert before in (None, after)
