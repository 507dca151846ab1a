"""Business interruption, hour by hour.

loss = (expected net profit + continuing fixed cost − actual) after the waiting period and within the indemnity period
       + increased cost of working − saved cost
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from seawall.core.adjusting.worksheet import NOT_DOCUMENTED, AdjustedLine, CostSchema, Worksheet, deduct
from seawall.core.coverage.terms import CoverTerms, Waiting, counted_hours
from seawall.core.money import Money, total

INCOME, EXTRA, SAVED = "lost_income", "increased_cost_of_working", "saved_cost"


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the interruption, from its start: what was expected, what went on costing, what was still earned."""

    expected_profit: Money
    fixed_cost: Money
    actual: Money

    @property
    def loss(self) -> Money:
        """Negative in an hour that made up for lost business."""
        return self.expected_profit + self.fixed_cost - self.actual


@dataclass(frozen=True, slots=True)
class Interruption:
    """`avoided` is the loss the extra cost prevented (None: not questioned); `evidence` supports the hourly figures."""

    hours: tuple[Hour, ...]
    extra_cost: Money
    saved_cost: Money
    evidence: tuple[str, ...]
    extra_evidence: tuple[str, ...] = ()
    avoided: Money | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of the interruption by what becomes of them; `first` counted hour (from 0)."""

    total: int
    first: int
    counted: int

    @property
    def beyond(self) -> int:
        """Hours after the indemnity period; an interruption that never outlasts the waiting period has none."""
        return self.total - self.first - self.counted


def window(hours: int, terms: CoverTerms) -> Window:
    """Which hours count under the cover's waiting and indemnity terms."""
    counted = int(counted_hours(Decimal(hours), terms.waiting_hours, terms.indemnity_days, terms.waiting))
    if counted == 0:
        return Window(hours, hours, 0)
    return Window(hours, terms.waiting_hours if terms.waiting is Waiting.RETENTION else 0, counted)


def adjust_interruption(interruption: Interruption, terms: CoverTerms, costs: CostSchema) -> Worksheet:
    """The worksheet of the interruption cover, in three lines: lost income, increased cost of working, saved cost.

    Profit made up in uncounted hours does not lower the loss of the counted ones.
    """
    currency = terms.limit.currency
    zero = Money.zero(currency)
    span = window(len(interruption.hours), terms)
    first, end = span.first, span.first + span.counted
    waited = max(_loss(interruption.hours[:first], currency), zero)
    counted = max(_loss(interruption.hours[first:end], currency), zero)
    beyond = max(_loss(interruption.hours[end:], currency), zero)
    wanted = [
        ("waiting_period", costs.reasons["waiting_period"][0], waited),
        ("beyond_indemnity_period", costs.reasons["beyond_indemnity_period"][0], beyond),
    ]
    undocumented = costs.reasons[NOT_DOCUMENTED][0]
    if not interruption.evidence:
        wanted.append((NOT_DOCUMENTED, undocumented, counted))
    income = deduct(INCOME, "income", waited + counted + beyond, wanted, interruption.evidence)
    extra = interruption.extra_cost
    off = [] if interruption.extra_evidence else [(NOT_DOCUMENTED, undocumented, extra)]
    if interruption.avoided is not None:
        off.append(("uneconomic", costs.reasons["uneconomic"][0], max(extra - interruption.avoided, zero)))
    extra_line = deduct(EXTRA, "other", extra, off, interruption.extra_evidence)
    saved = -interruption.saved_cost
    saved_line = AdjustedLine(SAVED, "other", saved, (), saved, interruption.evidence)
    return Worksheet(terms.cover, currency, (income, extra_line, saved_line))


def _loss(hours: Sequence[Hour], currency: str) -> Money:
    return total([hour.loss for hour in hours], currency)
