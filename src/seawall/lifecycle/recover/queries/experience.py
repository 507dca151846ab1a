"""What a rating plan's policies were expected to cost, what they have cost, and how far that can be believed.

Bühlmann credibility Z = n/(n+k), with n claims observed; modifier = Z·(actual/expected) + (1−Z).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from seawall.core.decimals import exact_context, plain
from seawall.core.money import Money
from seawall.lifecycle.protect.models import Policy
from seawall.lifecycle.recover.models import Claim
from seawall.lifecycle.strategy.models import RatingPlan

PLACES = Decimal("0.0001")
YEAR = 365
# Ends of a claim that leave nothing to learn about how often and how badly risks strike.
NOT_COUNTED = ("withdrawn",)


@dataclass(frozen=True, slots=True)
class Observed:
    """`exposure` in policy years; `expected_events` are those the policies would pay for.

    Losses are in minor units; what is observed includes what is reserved.
    """

    policies: int
    exposure: Decimal
    expected_events: Decimal
    expected_loss: Decimal
    events: int
    loss: int
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Modifiers:
    """Each modifier multiplies what the plan assumes, believed as far as its credibility; `factor` is both together."""

    frequency_credibility: Decimal
    severity_credibility: Decimal
    frequency: Decimal
    severity: Decimal

    @property
    def factor(self) -> Decimal:
        with exact_context():
            return (self.frequency * self.severity).quantize(PLACES)

    def as_dict(self) -> dict[str, str]:
        values = {"frequency": self.frequency, "severity": self.severity, "factor": self.factor}
        return {name: plain(value) for name, value in values.items()}


def modifier(actual: Decimal, expected: Decimal, credibility: Decimal) -> Decimal:
    """Z·(actual/expected) + (1−Z), to four places; 1 where nothing was expected."""
    if expected <= 0:
        return Decimal(1)
    with exact_context():
        return (credibility * actual / expected + 1 - credibility).quantize(PLACES)


def modifiers(seen: Observed, k: Decimal) -> Modifiers:
    """`k` claims give half credibility.

    n is the number of claims for the severity. For the frequency it is the larger of claims and expected events: that
    few came where many were expected is experience too, and with n = 0 a quiet book would never be believed.
    """
    with exact_context():
        n = Decimal(seen.events)
        weight = max(n, seen.expected_events)
        often, badly = (weight / (weight + k)).quantize(PLACES), (n / (n + k)).quantize(PLACES)
        severity = Decimal(1)
        if seen.events and seen.expected_events > 0 and seen.expected_loss > 0:
            severity = modifier(Decimal(seen.loss) / n, seen.expected_loss / seen.expected_events, badly)
    return Modifiers(often, badly, modifier(n, seen.expected_events, often), severity)


def observe(plan: RatingPlan, *, until: date) -> Observed:
    """The policies priced under the plan's release, up to the day `until`."""
    priced = Policy.objects.filter(tenant_id=plan.tenant_id, currency=plan.currency, inception__lt=until)
    policies = [p for p in priced.select_related("quote", "option") if _priced_under(p, plan)]
    exposure, events, loss = Decimal(0), Decimal(0), Decimal(0)
    with exact_context():
        for policy in policies:
            years = _years(policy, until)
            exposure += years
            events += years * Decimal(policy.option.internals["events"])
            loss += years * Money.of(policy.option.internals["expected"], policy.currency).minor
    claims = list(Claim.objects.filter(policy__in=policies, recorded_at__date__lt=until).order_by("number"))
    counted = [claim for claim in claims if not claim.closures.filter(kind__in=NOT_COUNTED).exists()]
    return Observed(
        policies=len(policies),
        exposure=exposure.quantize(PLACES),
        expected_events=events.quantize(PLACES),
        expected_loss=loss.quantize(PLACES),
        events=len(counted),
        loss=sum(claim.paid + claim.reserve for claim in counted),
        claims=tuple(claim.number for claim in counted),
    )


def _priced_under(policy: Policy, plan: RatingPlan) -> bool:
    ref = policy.quote.releases.get(f"rating/{plan.release.identifier}")
    return ref is not None and ref["sha256"] == plan.release.sha256


def _years(policy: Policy, until: date) -> Decimal:
    """Years on risk until the day, in days of a 365-day year."""
    end = min(policy.cancelled_on or policy.expiry, until)
    return Decimal(max((end - policy.inception).days, 0)) / YEAR
