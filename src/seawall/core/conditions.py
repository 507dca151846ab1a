"""Conditions over facts, as data: three answers (true, false, not known), never a guess.

A leaf names one fact and one comparison, `{fact: incident.cause, in: [ransomware, intrusion]}`; leaves are joined by
`all`, `any` and `not`. A fact that is absent or `None` makes its leaf *not known*, and Kleene's logic carries that up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seawall.core.problems import Collector

_JOINS = ("all", "any", "not")


def _in(value: Any, wanted: Any) -> bool:
    return value in wanted


def _has_any(value: Any, wanted: Any) -> bool:
    return any(item in value for item in wanted)


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": lambda value, wanted: bool(value == wanted),
    "is_not": lambda value, wanted: bool(value != wanted),
    "in": _in,
    "not_in": lambda value, wanted: not _in(value, wanted),
    "has_any": _has_any,
    "above": lambda value, wanted: bool(value > wanted),
    "at_least": lambda value, wanted: bool(value >= wanted),
    "below": lambda value, wanted: bool(value < wanted),
    "at_most": lambda value, wanted: bool(value <= wanted),
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """`fact` `op` `wanted`; with op `known` the question is whether the fact is there at all."""

    fact: str
    op: str
    wanted: Any


@dataclass(frozen=True, slots=True)
class Join:
    """`all`, `any` or `not` (of exactly one) over `parts`."""

    how: str
    parts: tuple[Condition, ...]


Condition = Leaf | Join


@dataclass(frozen=True, slots=True)
class Verdict:
    """`value` is None when not known; `used` are the facts that were read, `missing` those that were not there."""

    value: bool | None
    used: tuple[str, ...]
    missing: tuple[str, ...]


ALWAYS = Join("all", ())
"""The condition without parts: always true."""


def read_condition(document: Any, field: str, problems: Collector) -> Condition:
    """A condition from its document; adds a problem for every part that is not one, and reads on."""
    if not isinstance(document, Mapping) or not document:
        problems.add(field, "condition.not_a_condition")
        return ALWAYS
    if "fact" in document:
        return _read_leaf(document, field, problems)
    joins = [key for key in document if key in _JOINS]
    if len(document) != 1 or len(joins) != 1:
        problems.add(field, "condition.not_a_condition")
        return ALWAYS
    how = joins[0]
    parts = [document[how]] if how == "not" else document[how]
    if not isinstance(parts, Sequence) or isinstance(parts, str):
        problems.add(f"{field}.{how}", "condition.not_a_condition")
        return ALWAYS
    return Join(how, tuple(read_condition(part, f"{field}.{how}.{i}", problems) for i, part in enumerate(parts)))


def _read_leaf(document: Mapping[str, Any], field: str, problems: Collector) -> Condition:
    ops = [key for key in document if key != "fact"]
    if len(ops) != 1 or (ops[0] not in _COMPARE and ops[0] != "known") or not isinstance(document["fact"], str):
        problems.add(field, "condition.not_a_condition")
        return ALWAYS
    wanted = document[ops[0]]
    if ops[0] in ("in", "not_in", "has_any") and (not isinstance(wanted, Sequence) or isinstance(wanted, str)):
        problems.add(f"{field}.{ops[0]}", "condition.needs_a_list")
        return ALWAYS
    return Leaf(document["fact"], ops[0], wanted)


def fact_of(facts: Mapping[str, Any], name: str) -> Any:
    """The value of a fact: the whole dotted name if it stands there, else step by step into nested mappings."""
    if name in facts:
        return facts[name]
    value: Any = facts
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value


def facts_named(condition: Condition) -> tuple[str, ...]:
    """Every fact a condition speaks of, once, in order."""
    if isinstance(condition, Leaf):
        return (condition.fact,)
    return tuple(dict.fromkeys(name for part in condition.parts for name in facts_named(part)))


def judge(condition: Condition, facts: Mapping[str, Any]) -> Verdict:
    """Evaluate without guessing; values that cannot be compared (`TypeError`) are a fault of the data and raise."""
    if isinstance(condition, Leaf):
        return _judge_leaf(condition, facts)
    verdicts = [judge(part, facts) for part in condition.parts]
    used = tuple(dict.fromkeys(name for verdict in verdicts for name in verdict.used))
    missing = tuple(dict.fromkeys(name for verdict in verdicts for name in verdict.missing))
    values = [verdict.value for verdict in verdicts]
    if condition.how == "not":
        return Verdict(None if values[0] is None else not values[0], used, missing)
    decisive = condition.how == "any"
    if decisive in values:
        # What decided it is all that need be told.
        deciding = [verdict for verdict in verdicts if verdict.value is decisive]
        return Verdict(decisive, tuple(dict.fromkeys(name for v in deciding for name in v.used)), ())
    return Verdict(None if None in values else not decisive, used, missing)


def _judge_leaf(leaf: Leaf, facts: Mapping[str, Any]) -> Verdict:
    value = fact_of(facts, leaf.fact)
    if leaf.op == "known":
        return Verdict((value is not None) is bool(leaf.wanted), (leaf.fact,), ())
    if value is None:
        return Verdict(None, (), (leaf.fact,))
    return Verdict(_COMPARE[leaf.op](value, leaf.wanted), (leaf.fact,), ())
