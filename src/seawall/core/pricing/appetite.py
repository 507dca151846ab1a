"""承保偏好: which risks an underwriter may accept, must refer, or declines, as data with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from seawall.core.conditions import Condition, judge, read_condition
from seawall.core.decimals import exact
from seawall.core.problems import Collector
from seawall.core.texts import Text, read_text

OUTCOMES = ("accept", "refer", "decline")
"""From mild to severe; the most severe rule that fires decides."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`when` true: the outcome with its reason. Not known: `unknown` (refer, unless the rule says accept)."""

    id: str
    outcome: str
    when: Condition
    reason: Text
    remedy: Text
    unknown: str


@dataclass(frozen=True, slots=True)
class Authority:
    """Who may bind how much: limits up to `limit` of insureds with revenue up to `revenue` (plan currency)."""

    role: str
    title: Text
    limit: Decimal
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class Appetite:
    """Rules in the order they are told; authorities from the lowest up."""

    currency: str
    rules: tuple[Rule, ...]
    authorities: tuple[Authority, ...]


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that speaks: its outcome for this risk, why, what would change it, and on which facts it rests."""

    rule: str
    outcome: str
    reason: Text
    remedy: Text
    facts: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """`authority` is the lowest role that may bind the limit; None when nobody in the house may."""

    outcome: str
    fired: tuple[Fired, ...]
    authority: Authority | None

    @property
    def rule_ids(self) -> tuple[str, ...]:
        return tuple(fired.rule for fired in self.fired)


def load_appetite(document: Mapping[str, Any]) -> Appetite:
    """Raises `Invalid` with every fault of the document."""
    problems = Collector("appetite")
    rules: list[Rule] = []
    seen: set[str] = set()
    for i, body in enumerate(document.get("rules") or ()):
        rules.append(_rule(body, f"rules.{i}", problems))
        if rules[-1].id in seen or not rules[-1].id:
            problems.add(f"rules.{i}.id", "manual.duplicate_step", id=rules[-1].id)
        seen.add(rules[-1].id)
    authorities = [_authority(a, f"authorities.{i}", problems) for i, a in enumerate(document.get("authorities") or ())]
    if not rules or not authorities:
        problems.add("rules", "manual.no_rows")
    problems.raise_if_any()
    return Appetite(str(document.get("currency")), tuple(rules), tuple(sorted(authorities, key=lambda a: a.limit)))


def _rule(body: Mapping[str, Any], field: str, problems: Collector) -> Rule:
    values = {"outcome": str(body.get("outcome")), "unknown": str(body.get("unknown", "refer"))}
    for key, value in values.items():
        if value not in OUTCOMES:
            problems.add(f"{field}.{key}", "manual.choice", value=value, choices=", ".join(OUTCOMES))
    return Rule(
        id=str(body.get("id", "")),
        outcome=values["outcome"],
        when=read_condition(body.get("when"), f"{field}.when", problems),
        reason=read_text(body.get("reason"), f"{field}.reason", problems),
        remedy=read_text(body.get("remedy"), f"{field}.remedy", problems),
        unknown=values["unknown"],
    )


def _authority(body: Mapping[str, Any], field: str, problems: Collector) -> Authority:
    numbers: dict[str, Decimal] = {}
    for key in ("limit", "revenue"):
        number = exact(body.get(key))
        if number is None:
            problems.add(f"{field}.{key}", "manual.number", value=str(body.get(key)))
        numbers[key] = number if number is not None else Decimal(0)
    title = read_text(body.get("title"), f"{field}.title", problems)
    return Authority(str(body.get("role", "")), title, numbers["limit"], numbers["revenue"])


def decide(appetite: Appetite, facts: Mapping[str, Any]) -> Decision:
    """The most severe outcome of all rules, and who may sign.

    `facts` are dotted names or nested mappings: `industry`, `limit`, `revenue` (in the plan's currency, major units),
    `score`, `controls.mfa_remote.absent` (probability), and so on. A fact that is not there never counts as good news.
    """
    fired: list[Fired] = []
    for rule in appetite.rules:
        verdict = judge(rule.when, facts)
        outcome = {True: rule.outcome, False: "accept", None: rule.unknown}[verdict.value]
        if outcome != "accept":
            fired.append(Fired(rule.id, outcome, rule.reason, rule.remedy, verdict.used, verdict.missing))
    authority = _lowest(appetite, facts)
    worst = max((OUTCOMES.index(f.outcome) for f in fired), default=0)
    if authority is None:
        worst = max(worst, OUTCOMES.index("refer"))
    return Decision(OUTCOMES[worst], tuple(fired), authority)


def _lowest(appetite: Appetite, facts: Mapping[str, Any]) -> Authority | None:
    limit, revenue = facts.get("limit"), facts.get("revenue")
    if limit is None or revenue is None:
        return None
    return next((a for a in appetite.authorities if limit <= a.limit and revenue <= a.revenue), None)
