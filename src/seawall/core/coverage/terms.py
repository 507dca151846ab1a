"""Policy terms as small named functions; each docstring says what the clause says.

Order of a settlement, the same for a quote, a claim and a simulation:
waiting period → covered loss − retention → × (1 − coinsurance) → ≤ sub-limit left → ≤ aggregate left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from seawall.core.money import Money


class Waiting(StrEnum):
    """The two readings of a waiting period in the market (a field of the policy, never a habit)."""

    QUALIFYING = "qualifying"  # franchise: once it has passed, loss counts from the first hour
    RETENTION = "retention"  # true deductible: the hours within it are the insured's own


@dataclass(frozen=True, slots=True)
class CoverTerms:
    """Terms of one cover: `limit` is its sub-limit, each event and in all; `coinsurance` the insured's own share."""

    cover: str
    limit: Money
    retention: Money
    coinsurance: Decimal = Decimal(0)
    waiting_hours: int = 0
    indemnity_days: int | None = None
    waiting: Waiting = Waiting.RETENTION

    def __post_init__(self) -> None:
        """A programming error, not a user's: `ValueError`."""
        if self.limit.currency != self.retention.currency:
            raise ValueError("limit and retention of a cover are in one currency")
        if self.limit.minor < 0 or self.retention.minor < 0 or self.waiting_hours < 0:
            raise ValueError("limit, retention and waiting hours are not negative")
        if not 0 <= self.coinsurance < 1:
            raise ValueError("coinsurance is the share borne by the insured, from 0 to less than 1")
        if self.indemnity_days is not None and self.indemnity_days <= 0:
            raise ValueError("an indemnity period has at least one day")


@dataclass(frozen=True, slots=True)
class PolicyTerms:
    """What a policy promises: `aggregate` caps everything paid in the period, whatever the cover."""

    product: str
    currency: str
    aggregate: Money
    covers: tuple[CoverTerms, ...]

    def __post_init__(self) -> None:
        names = [c.cover for c in self.covers]
        if len(set(names)) != len(names):
            raise ValueError("a cover stands once in a policy")
        if any(m.currency != self.currency for m in (self.aggregate, *(c.limit for c in self.covers))):
            raise ValueError("all amounts of a policy are in its currency")

    def cover(self, code: str) -> CoverTerms | None:
        """The terms of `code`, or `None` when the policy does not carry it."""
        return next((c for c in self.covers if c.cover == code), None)


@dataclass(frozen=True, slots=True)
class Payment:
    """How a covered loss became an amount payable; the parts the insured keeps stand beside it.

    `covered` = `retained` + `coinsured` + `above_sub_limit` + `above_aggregate` + `payable`, exactly.
    """

    cover: str
    covered: Money
    retained: Money
    coinsured: Money
    above_sub_limit: Money
    above_aggregate: Money
    payable: Money
    aggregate_left: Money


def counted_hours(
    outage_hours: Decimal, waiting_hours: int, indemnity_days: int | None = None, waiting: Waiting = Waiting.RETENTION
) -> Decimal:
    """Hours of an interruption that count: none within the waiting period, none beyond the indemnity period.

    The indemnity period runs from the start of the interruption. As a retention the waiting hours are deducted; as a
    qualifying period they count once the interruption has outlasted them.
    """
    if outage_hours <= waiting_hours:
        return Decimal(0)
    end = outage_hours if indemnity_days is None else min(outage_hours, Decimal(24 * indemnity_days))
    start = Decimal(waiting_hours) if waiting is Waiting.RETENTION else Decimal(0)
    return max(end - start, Decimal(0))


def after_retention(loss: Money, retention: Money) -> Money:
    """The insured bears the first `retention` of every event."""
    return max(loss - retention, Money.zero(loss.currency))


def after_coinsurance(loss: Money, coinsurance: Decimal) -> Money:
    """The insured bears the share `coinsurance` of what is above the retention."""
    return loss.times(1 - coinsurance)


def within(amount: Money, left: Money) -> Money:
    """Not more than what is left of a limit; a limit that is used up pays nothing."""
    return max(min(amount, left), Money.zero(amount.currency))


def eroded(left: Money, paid: Money) -> Money:
    """What is left of a sub-limit or an aggregate after a payment, never below zero."""
    return max(left - paid, Money.zero(left.currency))


def settle(covered: Money, terms: CoverTerms, *, sub_limit_left: Money, aggregate_left: Money) -> Payment:
    """One covered loss under one cover: min(aggregate left, sub-limit left, (1 − c) · max(0, loss − retention)).

    `covered` already reflects the waiting period (`counted_hours`); money only from here on, exact to the minor unit.
    """
    net = after_retention(covered, terms.retention)
    shared = after_coinsurance(net, terms.coinsurance)
    capped = within(shared, min(sub_limit_left, terms.limit))
    payable = within(capped, aggregate_left)
    return Payment(
        cover=terms.cover,
        covered=covered,
        retained=covered - net,
        coinsured=net - shared,
        above_sub_limit=shared - capped,
        above_aggregate=capped - payable,
        payable=payable,
        aggregate_left=eroded(aggregate_left, payable),
    )


def shared_retention(losses: Mapping[str, Money], policy: PolicyTerms) -> dict[str, Money]:
    """One retention for each event: the highest of the covers it touches, split over them in proportion to loss.

    `losses` are covered amounts by cover code; covers the policy does not carry are left out. An event that touches
    several covers is not made to bear several retentions.
    """
    touched = {code: loss for code, loss in losses.items() if policy.cover(code) is not None and loss.minor > 0}
    if not touched:
        return {}
    highest = max(c.retention for c in policy.covers if c.cover in touched)
    parts = highest.allocate([loss.minor for loss in touched.values()])
    return dict(zip(touched, parts, strict=True))
