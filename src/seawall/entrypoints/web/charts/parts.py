"""What the pictures are made of, and what every spec shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale
from django.utils.translation import get_language

from seawall.core.money import Money, exponent
from seawall.entrypoints.web import formats

Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A threshold drawn across an exceedance curve: kind retention, limit or tolerance."""

    kind: str
    at: Money


@dataclass(frozen=True, slots=True)
class Reading:
    """A score of 0 to 100 on a day, with the interval it lies in."""

    on: date
    score: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Part:
    """One step of a waterfall: what it adds (points)."""

    label: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class MoneyPart:
    """One step of a money bridge: what it adds or takes away; a total stands on its own."""

    label: str
    value: Money
    total: bool = False


@dataclass(frozen=True, slots=True)
class Fix:
    label: str
    points: Decimal
    cost: Money
    premium_saved: Money


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: lane is who or where, tone a status (ok, warn, bad, note, idle)."""

    at: datetime
    title: str
    lane: str
    tone: str = "idle"


def locale_now() -> Locale:
    return formats.locale_of(get_language() or "zh-hans")


def sentences(said: Sequence[str]) -> str:
    """One paragraph: Chinese sentences follow each other without a space."""
    return ("" if locale_now().language == "zh" else " ").join(said)


def table(head: Sequence[str], body: Sequence[Sequence[str]]) -> Mapping[str, Any]:
    return {"head": list(head), "body": [list(row) for row in body]}


def in_unit(label: str, currency: str) -> str:
    return f"{label} ({formats.unit_of(currency, locale_now())})"


def money_unit(currency: str) -> Mapping[str, Any]:
    unit = formats.unit_of(currency, locale_now())
    return {"kind": "money", "currency": currency, "name": unit, "scale": 10 ** exponent(currency)}
