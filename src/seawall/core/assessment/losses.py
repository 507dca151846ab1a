"""The loss figures of an assessment: one company's scenarios through the aggregate model, before and after terms."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from seawall.core.assessment.values import Losses, LossFigures
from seawall.core.coverage.products import COVERS
from seawall.core.coverage.terms import PolicyTerms
from seawall.core.losses.aggregate import Aggregate, Event, aggregate
from seawall.core.losses.exceedance import curve
from seawall.core.losses.net import event_payouts
from seawall.core.losses.payout import Payout
from seawall.core.money import Money
from seawall.core.universe.model import UNINSURED
from seawall.core.universe.risk import CompanyRisk, Floats

SIZE = 2**12  # grid points; the error estimate is told with every figure
SMALL = 2**11
CURVE = (0.5, 1, 2, 5, 10, 20, 50, 100, 200)  # amounts, in hundredths of annual revenue


def in_money(amount: float, currency: str) -> Money:
    """A model figure, to the minor unit."""
    return Money.of(Decimal(repr(round(float(amount), 6))), currency)


def figures(annual: Aggregate, currency: str) -> LossFigures:
    return LossFigures(
        expected=in_money(annual.mean, currency),
        q95=in_money(annual.quantile(0.95), currency),
        q995=in_money(annual.quantile(0.995), currency),
        tail995=in_money(annual.tail_mean(0.995), currency),
        error=annual.error(0.995),
        flags=annual.flags(0.995),
    )


def ground_up(risk: CompanyRisk, beliefs: Floats) -> Losses:
    """Total and by cover, before any terms, with the exceedance curve of the total."""
    universe = risk.universe
    struck = risk.events(beliefs)
    whole = [Event(rate, severity, Payout.ground_up()) for rate, severity in struck]
    total = aggregate(whole, shape=universe.shape, size=SIZE)
    by_cover = {}
    for cover in (*COVERS, UNINSURED):
        parts = [
            Event(rate, severity, Payout.ground_up(scenario.shares[cover]))
            for (rate, severity), scenario in zip(struck, risk.families, strict=True)
            if scenario.shares.get(cover, 0.0) > 0
        ]
        by_cover[cover] = figures(aggregate(parts, shape=universe.shape, size=SMALL), universe.currency)
    revenue = risk.hourly * 8760 / universe.reference.gross_margin
    amounts = [x / 100 * revenue for x in CURVE]
    reach = total.step * (len(total.mass) - 1)
    points = curve(whole, total, [x for x in amounts if x < reach], shape=universe.shape)
    return Losses(figures(total, universe.currency), by_cover, points)


def through_terms(risk: CompanyRisk, beliefs: Floats, policy: PolicyTerms) -> tuple[LossFigures, dict[str, Money]]:
    """What the policy would pay in a year: in all, and expected by cover (before the aggregate limit)."""
    universe = risk.universe
    events: list[Event] = []
    by_cover = {c.cover: 0.0 for c in policy.covers}
    for (rate, severity), scenario in zip(risk.events(beliefs), risk.families, strict=True):
        payouts = event_payouts(policy, scenario.shares, hourly=risk.hourly * max(scenario.interruption, 0.01))
        for cover, payout in payouts.items():
            by_cover[cover] += rate * payout.mean(severity)
        if payouts:
            events.append(Event(rate, severity, _sum(list(payouts.values()))))
    annual = aggregate(events, shape=universe.shape, size=SIZE, cap=float(policy.aggregate.amount))
    expected = {cover: in_money(value, universe.currency) for cover, value in by_cover.items()}
    return figures(annual, universe.currency), expected


def _sum(payouts: Sequence[Payout]) -> Payout:
    total = payouts[0]
    for payout in payouts[1:]:
        total = total + payout
    return total
