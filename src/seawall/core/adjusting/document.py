"""A settlement as a document: either side can hand it in again and get the same payment to the last fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from seawall.core.adjusting.bridge import Bridge, Paid, build_bridge
from seawall.core.adjusting.interruption import Hour, Interruption, adjust_interruption
from seawall.core.adjusting.worksheet import CostSchema, Line, Worksheet, adjust_lines
from seawall.core.coverage.terms import CoverTerms, PolicyTerms, Waiting
from seawall.core.decimals import exact
from seawall.core.money import Money, NotAnAmount, parse_amount
from seawall.core.problems import Collector

# A year of hours; more cannot be an interruption under any indemnity period offered.
MOST_HOURS = 24 * 366


@dataclass(frozen=True, slots=True)
class Settlement:
    """The worksheets and the bridge built on them."""

    worksheets: tuple[Worksheet, ...]
    bridge: Bridge

    def as_dict(self) -> dict[str, Any]:
        """JSON-able; amounts in major units as text."""
        return {
            "worksheets": [
                {"cover": sheet.cover, "lines": [line.as_dict() for line in sheet.lines]} for sheet in self.worksheets
            ],
            "bridge": self.bridge.as_dict(),
        }


def replay(document: Mapping[str, Any], costs: CostSchema) -> Settlement:
    """Adjust what `document` holds: `currency`, `jurisdiction`, `policy`, `worksheets`, `earlier`, the two switches.

    Raises `Invalid` with every problem of the document, and what its steps raise.
    """
    reader = _Reader(str(document.get("currency", "")), Collector("settlement"))
    policy = reader.policy(document.get("policy") or {})
    earlier = tuple(
        Paid(str(body.get("cover")), reader.money(body.get("amount"), f"earlier.{i}.amount"))
        for i, body in enumerate(document.get("earlier") or ())
    )
    bodies = list(document.get("worksheets") or ())
    if not bodies:
        reader.problems.add("worksheets", "adjusting.no_worksheets")
    parts = [reader.worksheet(body, f"worksheets.{i}", policy) for i, body in enumerate(bodies)]
    reader.problems.raise_if_any()
    jurisdiction = str(document.get("jurisdiction", ""))
    sheets: list[Worksheet] = []
    for cover, terms, content in parts:
        if isinstance(content, Interruption):
            assert terms is not None  # noqa: S101  (a problem above)
            sheets.append(adjust_interruption(content, terms, costs))
        else:
            sheets.append(adjust_lines(cover, policy.currency, content, costs, jurisdiction=jurisdiction))
    bridge = build_bridge(
        sheets,
        policy,
        earlier,
        one_retention=document.get("one_retention", True) is True,
        mitigation_on_top=document.get("mitigation_on_top", jurisdiction == "CN") is True,
    )
    return Settlement(tuple(sheets), bridge)


@dataclass(frozen=True, slots=True)
class _Reader:
    currency: str
    problems: Collector

    def money(self, value: Any, field: str, default: str | None = None) -> Money:
        """Zero, and a problem, for what is not an amount; an unknown currency raises at once."""
        raw = default if value is None else value
        if isinstance(raw, bool | float) or raw is None:
            self.problems.add(field, "money.not_an_amount", text=str(raw))
            return Money.zero(self.currency)
        try:
            return parse_amount(raw, self.currency, field)
        except NotAnAmount as refused:
            self.problems.extend(refused.problems)
            return Money.zero(self.currency)

    def policy(self, body: Mapping[str, Any]) -> PolicyTerms:
        covers = tuple(self.cover(c, f"policy.covers.{i}") for i, c in enumerate(body.get("covers") or ()))
        return PolicyTerms(
            str(body.get("product", "")), self.currency, self.money(body.get("aggregate"), "policy.aggregate"), covers
        )

    def cover(self, body: Mapping[str, Any], field: str) -> CoverTerms:
        share = exact(body.get("coinsurance", 0))
        if share is None or not 0 <= share < 1:
            self.problems.add(f"{field}.coinsurance", "adjusting.share")
            share = Decimal(0)
        hours, days = body.get("waiting_hours", 0), body.get("indemnity_days")
        for name, number in (("waiting_hours", hours), ("indemnity_days", 1 if days is None else days)):
            if not isinstance(number, int) or isinstance(number, bool) or number < (name == "indemnity_days"):
                self.problems.add(f"{field}.{name}", "adjusting.whole_number")
                hours, days = 0, None
        waiting = str(body.get("waiting", Waiting.RETENTION))
        if waiting not in list(Waiting):
            self.problems.add(f"{field}.waiting", "adjusting.waiting", value=waiting)
            waiting = Waiting.RETENTION
        return CoverTerms(
            cover=str(body.get("cover")),
            limit=self.money(body.get("limit"), f"{field}.limit"),
            retention=self.money(body.get("retention"), f"{field}.retention", "0"),
            coinsurance=share,
            waiting_hours=hours,
            indemnity_days=days,
            waiting=Waiting(waiting),
        )

    def worksheet(
        self, body: Mapping[str, Any], field: str, policy: PolicyTerms
    ) -> tuple[str, CoverTerms | None, tuple[Line, ...] | Interruption]:
        cover = str(body.get("cover"))
        terms = policy.cover(cover)
        if body.get("interruption") is None:
            lines = tuple(self.line(line, f"{field}.lines.{i}") for i, line in enumerate(body.get("lines") or ()))
            return cover, terms, lines
        if terms is None:
            self.problems.add(f"{field}.cover", "adjusting.not_covered", cover=cover)
        return cover, terms, self.interruption(body["interruption"], f"{field}.interruption")

    def line(self, body: Mapping[str, Any], field: str) -> Line:
        return Line(
            id=str(body.get("id")),
            kind=str(body.get("kind")),
            claimed=self.money(body.get("claimed"), f"{field}.claimed"),
            evidence=tuple(body.get("evidence") or ()),
            paid_in=str(body.get("paid_in", "money")),
            deductions=tuple(
                (str(d.get("reason")), self.money(d.get("amount"), f"{field}.deductions.{i}.amount"))
                for i, d in enumerate(body.get("deductions") or ())
            ),
        )

    def interruption(self, body: Mapping[str, Any], field: str) -> Interruption:
        """Hours one by one, or runs of equal hours with `repeat`."""
        hours: list[Hour] = []
        for i, run in enumerate(body.get("hours") or ()):
            place, repeat = f"{field}.hours.{i}", run.get("repeat", 1)
            if not isinstance(repeat, int) or isinstance(repeat, bool) or not 1 <= repeat <= MOST_HOURS:
                self.problems.add(f"{place}.repeat", "adjusting.whole_number")
                continue
            names = ("expected_profit", "fixed_cost", "actual")
            hours += [Hour(*(self.money(run.get(name), f"{place}.{name}") for name in names))] * repeat
        avoided = body.get("avoided")
        return Interruption(
            hours=tuple(hours),
            extra_cost=self.money(body.get("extra_cost"), f"{field}.extra_cost", "0"),
            saved_cost=self.money(body.get("saved_cost"), f"{field}.saved_cost", "0"),
            evidence=tuple(body.get("evidence") or ()),
            extra_evidence=tuple(body.get("extra_evidence") or ()),
            avoided=None if avoided is None else self.money(avoided, f"{field}.avoided"),
        )
