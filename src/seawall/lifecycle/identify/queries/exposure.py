"""How often a year's loss passes amounts the company names itself: all it sees of the loss model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

from seawall.core.money import Money
from seawall.lifecycle.identify.models import Assessment
from seawall.lifecycle.identify.queries import scope
from seawall.records.parties.viewer import Viewer

KINDS = ("retention", "tolerance", "limit")


@dataclass(frozen=True, slots=True)
class Passed:
    """A year's loss passes `amount` about once in `years`, rounded to two figures; None: rarer than is computed."""

    kind: str
    amount: Money
    years: int | None


def exposure(viewer: Viewer, assessment: UUID, *, at: datetime) -> tuple[Passed, ...]:
    """For retention, tolerance and limit of the request, in this order; raises `NotFound` for one of others."""
    return _passed(scope.assessment(viewer, assessment, at=at))


def _passed(assessment: Assessment) -> tuple[Passed, ...]:
    asked = assessment.inputs["submission"]["request"]
    losses = assessment.result["losses"]
    currency = str(losses["total"]["expected"]["currency"])
    named = [(kind, asked[kind]) for kind in KINDS if asked.get(kind) and asked[kind]["currency"] == currency]
    found = [(kind, Money.of(str(stored["amount"]), currency)) for kind, stored in named]
    return tuple(Passed(kind, amount, _years(losses["curve"], amount)) for kind, amount in found)


def _years(curve: Sequence[Mapping[str, Any]], amount: Money) -> int | None:
    """By straight lines between the points of the curve."""
    at = float(amount.amount)
    points = [(float(p["amount"]), float(p["total"])) for p in curve]
    chance = points[0][1] if points and at <= points[0][0] else None
    for (low, high_chance), (high, low_chance) in pairwise(points):
        if low <= at <= high and high > low:
            chance = high_chance + (low_chance - high_chance) * (at - low) / (high - low)
            break
    if not chance:
        return None
    years = Decimal(str(max(1.0, 1 / chance)))
    return int(years.quantize(Decimal(1)) if years < 100 else Decimal(f"{years:.2g}"))
