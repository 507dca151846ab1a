"""Exceedance curves: how likely a year's total (AEP) or its largest event (OEP) passes an amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seawall.core.losses.aggregate import Aggregate, Event
from seawall.core.losses.frequency import Frequency


@dataclass(frozen=True, slots=True)
class Point:
    """An amount in major units, with the annual probabilities that the total and the largest event exceed it."""

    amount: float
    total: float
    largest: float

    @property
    def return_period(self) -> float:
        """Years; infinite where the total never passes the amount."""
        return 1 / self.total if self.total > 0 else float("inf")


def largest_exceeds(events: Sequence[Event], x: float, shape: float | None = None) -> float:
    """P(largest event of the year > x), exact."""
    hits = sum(e.rate * float(e.payout.survival(e.severity, x)[0]) for e in events)
    return Frequency(hits, shape).some(hits)


def curve(
    events: Sequence[Event], annual: Aggregate, amounts: Sequence[float], *, shape: float | None = None
) -> tuple[Point, ...]:
    """Both probabilities at each amount; at or above the aggregate limit nothing more can be paid."""
    points = []
    for x in amounts:
        capped = annual.cap is not None and x >= annual.cap
        total = 0.0 if capped else annual.exceeds(x)
        largest = 0.0 if capped else largest_exceeds(events, x, shape)
        points.append(Point(x, total, min(largest, total)))
    return tuple(points)
