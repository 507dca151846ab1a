"""The house's own book in the terms in which markets publish theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from seawall.core.decimals import exact_context
from seawall.core.money import Money
from seawall.lifecycle.protect.queries.policy import policies
from seawall.lifecycle.recover.models import Claim
from seawall.lifecycle.recover.queries.experience import NOT_COUNTED
from seawall.records.parties.viewer import Forbidden, Viewer

# A frequency from fewer policy years says nothing: at 1.5 % a year they expect less than one claim.
LEAST_YEARS = 50
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Book:
    """One currency. `premium` and `limits` are of the policies in force; `years` on risk and `claims` of twelve months.

    `figures` carries the codes of `core.figures.BESIDE`, in major units; None where the book is too small to say.
    """

    currency: str
    policies: int
    premium: Money
    limits: Money
    years: Decimal
    claims: int
    figures: dict[str, Decimal | None]


def book(viewer: Viewer, *, on: date, at: datetime, currency: str) -> Book:
    """The book of the viewer's house on a day; raises `Forbidden` outside the office."""
    if not viewer.office:
        raise Forbidden("", verb="policy.read")
    held = policies(viewer, at=at).filter(currency=currency)
    running = held.filter(period__contains=on, status__in=("bound", "in_force"))
    amounts = list(running.values_list("premium", "aggregate_limit"))
    premium = Money(sum(p for p, _ in amounts), currency)
    limits = Money(sum(limit for _, limit in amounts), currency)
    start = on - timedelta(days=_YEAR)
    spans = held.filter(period__overlap=(start, on)).values_list("period", flat=True)
    days = sum((min(span.upper, on) - max(span.lower, start)).days for span in spans)
    claims = Claim.objects.filter(policy__in=held, recorded_at__date__gte=start, recorded_at__date__lt=on)
    counted = claims.exclude(closures__kind__in=NOT_COUNTED).distinct().count()
    with exact_context():
        years = Decimal(days) / _YEAR
        figures = {
            "rate_on_line": premium.amount / limits.amount if amounts else None,
            "mean_premium": premium.amount / len(amounts) if amounts else None,
            "mean_limit": limits.amount / len(amounts) if amounts else None,
            "claim_frequency": Decimal(counted) / years if years >= LEAST_YEARS else None,
        }
    return Book(currency, len(amounts), premium, limits, years, counted, figures)
