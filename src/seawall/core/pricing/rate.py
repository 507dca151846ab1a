"""Running a rate manual on one risk: the premium, the premium of each cover, and every step that led there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from seawall.core.conditions import judge
from seawall.core.decimals import exact_context, plain, rounded
from seawall.core.money import Money
from seawall.core.pricing.inputs import read_risk
from seawall.core.pricing.manual import Manual
from seawall.core.pricing.steps import COVER, OPS, StepSpec
from seawall.core.pricing.tables import Found, refuse
from seawall.core.texts import Text

WHOLE = "policy"
"""The one part of a premium that a manual without covers yields."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step as it ran. `amount` is the running amount after it, `factor` the value it yielded (None: none).

    `cover` is None for the policy as a whole; `rule` says how the value was found, `table` and `row` where.
    """

    id: str
    title: Text
    cover: str | None
    effect: str
    table: str | None
    row: str
    rule: str
    inputs: tuple[tuple[str, str], ...]
    factor: Decimal | None
    amount: Decimal

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": dict(self.title),
            "cover": self.cover,
            "effect": self.effect,
            "table": self.table,
            "row": self.row,
            "rule": self.rule,
            "inputs": dict(self.inputs),
            "factor": None if self.factor is None else plain(self.factor),
            "amount": plain(self.amount),
        }


@dataclass(frozen=True, slots=True)
class Rating:
    """`covers` add up to `premium` exactly. `unused` are inputs that were given but that the manual does not know."""

    manual: tuple[str, str]
    premium: Money
    covers: tuple[tuple[str, Money], ...]
    steps: tuple[Step, ...]
    unused: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """JSON-able; amounts in major units as text."""
        return {
            "manual": {"id": self.manual[0], "version": self.manual[1]},
            "currency": self.premium.currency,
            "premium": plain(self.premium.amount),
            "covers": {cover: plain(money.amount) for cover, money in self.covers},
            "steps": [step.as_dict() for step in self.steps],
            "unused": list(self.unused),
        }


@dataclass(slots=True)
class _Sheet:
    """The running calculation: one amount for the policy, then one for each cover, then one again."""

    inputs: Mapping[str, Any]
    by_cover: Mapping[str, Mapping[str, Any]]
    amount: Decimal = Decimal(0)
    amounts: dict[str, Decimal] = field(default_factory=dict)
    values: dict[str, Decimal] = field(default_factory=dict)
    cover_values: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def facts(self, cover: str | None) -> dict[str, Any]:
        if cover is None:
            return {**self.inputs, **self.values}
        return {**self.inputs, **self.values, **self.by_cover[cover], **self.cover_values[cover], COVER: cover}


def rate(manual: Manual, risk: Mapping[str, Any]) -> Rating:
    """The manual premium of `risk`; amounts and inputs in major units of the manual's currency.

    `risk["covers"]` lists the covers to rate; `risk["cover_terms"]`, by cover, gives inputs that differ for a cover.
    Raises `Invalid`: an input that is missing or out of its range (all told at once), a value outside a table, a cell
    that says refer or not offered, a guard that does not hold.
    """
    read = read_risk(manual, risk)
    sheet = _Sheet(read.inputs, read.by_cover)
    sheet.cover_values = {cover: {} for cover in read.covers}
    with exact_context():
        for spec in manual.steps:
            for cover in _scope(spec, read.covers):
                _run(manual, spec, sheet, cover)
        premium = Money.of(sheet.amount, manual.currency)
        parts = _parts(sheet, premium)
    return Rating((manual.id, manual.version), premium, parts, tuple(sheet.steps), read.unused)


def _scope(spec: StepSpec, covers: tuple[str, ...]) -> Iterator[str | None]:
    if not spec.for_each:
        yield None
        return
    for cover in covers:
        if spec.covers is None or cover in spec.covers:
            yield cover


def _run(manual: Manual, spec: StepSpec, sheet: _Sheet, cover: str | None) -> None:
    facts = sheet.facts(cover)
    if judge(spec.when, facts).value is not True:
        return
    names = [*spec.by, *spec.of]
    for name in names:
        if isinstance(name, str) and name not in facts:
            raise refuse(spec.id, "value_absent", input=name)
    values = [facts[name] if isinstance(name, str) else name for name in names]
    table = manual.tables[spec.table] if spec.table is not None else None
    found = OPS[spec.op].run(spec, table, values)
    before = sheet.amount if cover is None else sheet.amounts.get(cover, sheet.amount)
    if spec.effect == "amount":
        found, after = _on_amount(spec, found, before, sheet)
    else:
        found = _finish(spec, found)
        after = _effect(spec.effect, before, found.value)
        (sheet.values if cover is None else sheet.cover_values[cover])[spec.id] = found.value
    if cover is None:
        sheet.amount = after
    else:
        sheet.amounts[cover] = after
    given = tuple((name, _shown(value)) for name, value in zip(names, values, strict=True) if isinstance(name, str))
    factor = None if spec.effect == "amount" else found.value
    sheet.steps.append(
        Step(spec.id, spec.title, cover, spec.effect, spec.table, found.row, found.rule, given, factor, after)
    )


def _finish(spec: StepSpec, found: Found) -> Found:
    """Cap, then round, the value of a step; the rule tells which cap was met."""
    value, rule = found.value, found.rule
    if spec.low is not None and value < spec.low:
        value, rule = spec.low, f"{rule}, capped_at_min"
    if spec.high is not None and value > spec.high:
        value, rule = spec.high, f"{rule}, capped_at_max"
    if spec.rounding is not None:
        value, rule = rounded(value, spec.rounding.unit, spec.rounding.mode), f"{rule}, rounded_{spec.rounding.mode}"
    return Found(value, found.row, rule)


def _effect(effect: str, amount: Decimal, value: Decimal) -> Decimal:
    if effect == "start":
        return value
    if effect == "multiply":
        return amount * value
    if effect == "add":
        return amount + value
    return amount


def _on_amount(spec: StepSpec, found: Found, amount: Decimal, sheet: _Sheet) -> tuple[Found, Decimal]:
    if spec.op == "join":
        for cover in sheet.by_cover:
            if cover not in sheet.amounts:
                raise refuse(spec.id, "cover_not_rated", cover=cover)
        return found, sum(sheet.amounts.values(), Decimal(0))
    if spec.op == "floor":
        rule = "floor_applies" if amount < found.value else "above_floor"
        return Found(found.value, plain(found.value), rule), max(amount, found.value)
    if spec.op == "ceiling":
        rule = "ceiling_applies" if amount > found.value else "below_ceiling"
        return Found(found.value, plain(found.value), rule), min(amount, found.value)
    if spec.op == "require":
        return found, amount
    done = _finish(spec, Found(amount, "", spec.op))
    return done, done.value


def _parts(sheet: _Sheet, premium: Money) -> tuple[tuple[str, Money], ...]:
    """The premium split over the covers in proportion to their own amounts, to the last minor unit."""
    if not sheet.amounts:
        return ((WHOLE, premium),)
    weights = list(sheet.amounts.values())
    if premium.minor == 0 and not any(weights):
        return tuple((cover, premium) for cover in sheet.amounts)
    if any(weight < 0 for weight in weights) or not any(weights):
        raise refuse("covers", "negative_cover")
    return tuple(zip(sheet.amounts, premium.allocate(weights), strict=True))


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={plain(picked)}" for key, picked in sorted(value.items()))
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def retrace(rating: Rating) -> Decimal:
    """The premium worked out again from the trace alone: what a reader with pencil and paper would do.

    Follows `effect` and `factor` of value steps, and takes over the amount where a step rounded, capped or joined.
    """
    with exact_context():
        amount, amounts = Decimal(0), dict[str, Decimal]()
        for step in rating.steps:
            before = amount if step.cover is None else amounts.get(step.cover, amount)
            after = step.amount if step.factor is None else _effect(step.effect, before, step.factor)
            if step.cover is None:
                amount = after
            else:
                amounts[step.cover] = after
    return amount
