"""The file of a claim as facts with their evidence, and what follows from dates and the policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from seawall.core.money import Money
from seawall.core.period import Period


@dataclass(frozen=True, slots=True)
class Fact:
    """A value and the evidence it rests on (references into the vault); a None value is not known."""

    value: Any
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One thing claimed under one cover. `paid_in` is money or virtual_currency; `facts` are named without `item.`."""

    id: str
    cover: str
    amount: Money
    paid_in: str = "money"
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """What the claim is measured against; no retroactive date means that of inception. Days are those of `zone`."""

    period: Period
    covers: frozenset[str]
    jurisdiction: str
    zone: tzinfo
    retroactive_date: date | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """`facts` by the names the wording declares; moments are aware datetimes."""

    policy: PolicyFacts
    facts: Mapping[str, Fact]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """Facts ready for the tests: `values` by name, `evidence` by name, `sources` of those that were derived."""

    values: Mapping[str, Any]
    evidence: Mapping[str, tuple[str, ...]]
    sources: Mapping[str, tuple[str, ...]]

    def evidence_of(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """References behind the named facts, each once, those of derived facts through their sources."""
        all_names = [name for one in names for name in (one, *self.sources.get(one, ()))]
        return tuple(dict.fromkeys(ref for name in all_names for ref in self.evidence.get(name, ())))

    def underlying(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The facts to ask for: a derived fact is missing because one of its sources is."""
        asked: dict[str, None] = {}
        for name in names:
            absent = [source for source in self.sources.get(name, ()) if self.values.get(source) is None]
            asked.update(dict.fromkeys(absent or [name]))
        return tuple(asked)


def known_facts(claim: Claim, item: Item) -> Known:
    """Everything known about `item` of `claim`, with what follows from dates, policy and item."""
    stated = {**claim.facts, **{f"item.{name}": fact for name, fact in item.facts.items()}}
    values: dict[str, Any] = {name: fact.value for name, fact in stated.items()}
    for name, value in values.items():
        if isinstance(value, datetime) and value.utcoffset() is None:
            raise ValueError(f"{name} must be an aware time")
    sources: dict[str, tuple[str, ...]] = {}
    for name, needs, work in _DERIVED:
        sources[name] = needs
        if all(values.get(need) is not None for need in needs):
            values[name] = work(claim.policy, values)
    values["item.cover"] = item.cover
    values["item.paid_in"] = item.paid_in
    values["item.cover_bought"] = item.cover in claim.policy.covers
    values["item.amount_positive"] = item.amount.minor > 0
    return Known(values, {name: fact.evidence for name, fact in stated.items()}, sources)


def _day(policy: PolicyFacts, moment: datetime) -> date:
    return moment.astimezone(policy.zone).date()


def _in_period(name: str) -> Callable[[PolicyFacts, Mapping[str, Any]], bool]:
    return lambda policy, values: _day(policy, values[name]) in policy.period


def _before_retroactive(policy: PolicyFacts, values: Mapping[str, Any]) -> bool:
    return _day(policy, values["occurred_at"]) < (policy.retroactive_date or policy.period.start)


def _hours_between(first: str, second: str) -> Callable[[PolicyFacts, Mapping[str, Any]], Decimal]:
    return lambda policy, values: Decimal((values[second] - values[first]) // timedelta(minutes=1)) / 60


_DERIVED: tuple[tuple[str, tuple[str, ...], Callable[[PolicyFacts, Mapping[str, Any]], Any]], ...] = (
    ("discovered_in_period", ("discovered_at",), _in_period("discovered_at")),
    ("claim_made_in_period", ("claim_made_at",), _in_period("claim_made_at")),
    ("occurred_before_retroactive", ("occurred_at",), _before_retroactive),
    ("notice_hours", ("discovered_at", "notified_at"), _hours_between("discovered_at", "notified_at")),
    ("order_of_events", ("occurred_at", "discovered_at"), lambda _, v: bool(v["occurred_at"] <= v["discovered_at"])),
)
