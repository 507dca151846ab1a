"""Waterfalls: a score from its controls, a premium from its base, a payment from its loss."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, ngettext, pgettext

from seawall.core.money import Money
from seawall.entrypoints.web import formats
from seawall.entrypoints.web.charts.parts import (
    MoneyPart,
    Part,
    Spec,
    in_unit,
    locale_now,
    money_unit,
    sentences,
    table,
)


def contributions(start: Decimal, parts: Sequence[Part], *, title: str = "") -> Spec:
    """What each control adds to or takes from the score: from `start` (the score knowing nothing) to the score."""
    locale = locale_now()
    bars, now = [_bar(gettext("Knowing nothing"), Decimal(0), start, "total", formats.number(start, locale, 0))], start
    for part in parts:
        kind = "good" if part.value >= 0 else "harm"
        bars.append(
            _bar(part.label, now, now + part.value, kind, _plus(formats.number(part.value, locale, 1), part.value))
        )
        now += part.value
    bars.append(_bar(gettext("Score"), Decimal(0), now, "total", formats.number(now, locale, 0)))
    best = max(parts, key=lambda part: part.value, default=None)
    worst = min(parts, key=lambda part: part.value, default=None)
    said = [
        gettext("From %(start)s to a score of %(score)s.")
        % {"start": formats.number(start, locale, 0), "score": formats.number(now, locale, 0)}
    ]
    if best and best.value > 0:
        said.append(
            gettext("Most is gained by “%(label)s” (%(points)s).")
            % {"label": best.label, "points": _plus(formats.number(best.value, locale, 1), best.value)}
        )
    if worst and worst.value < 0:
        said.append(
            gettext("Most is lost by “%(label)s” (%(points)s).")
            % {"label": worst.label, "points": formats.number(worst.value, locale, 1)}
        )
    return {
        "kind": "waterfall",
        "title": title or gettext("What each control contributes"),
        "summary": sentences(said),
        "rows": table([gettext("Control"), gettext("Points")], [[bar["label"], bar["text"]] for bar in bars]),
        "unit": {"kind": "points", "name": gettext("points"), "scale": 1},
        "bars": bars,
    }


def _plus(text: str, value: Decimal | int) -> str:
    return "+" + text if value > 0 else text


def _bar(label: str, start: Decimal | int, end: Decimal | int, kind: str, text: str) -> dict[str, Any]:
    """A floating bar; coordinates leave exact arithmetic here, they only place ink."""
    return {"label": label, "from": float(start), "to": float(end), "kind": kind, "text": text}


def _bridge(parts: Sequence[MoneyPart], *, harm: str, good: str) -> tuple[list[dict[str, Any]], int]:
    locale, bars, now = locale_now(), [], 0
    for part in parts:
        text = formats.amount(part.value, locale, 0)
        if part.total:
            now = part.value.minor
            bars.append(_bar(part.label, 0, now, "total", text))
            continue
        end = now + part.value.minor
        bars.append(_bar(part.label, now, end, harm if end > now else good, _plus(text, part.value.minor)))
        now = end
    return bars, now


def premium(steps: Sequence[MoneyPart], *, title: str = "", result: str = "") -> Spec:
    """Premium from the base to the total; the first step is the base, at least one step, one currency.

    `result` names the last bar where it is not the premium.
    """
    locale, currency = locale_now(), steps[0].value.currency
    bars, end = _bridge([MoneyPart(steps[0].label, steps[0].value, total=True), *steps[1:]], harm="harm", good="good")
    total = Money(end, currency)
    bars.append(_bar(result or gettext("Premium"), 0, end, "total", formats.amount(total, locale, 0)))
    changes = [step for step in steps[1:] if not step.total]
    largest = max(changes, key=lambda step: abs(step.value.minor), default=None)
    said = [
        gettext("From a base of %(base)s to a premium of %(total)s.")
        % {"base": formats.money(steps[0].value, locale, 0), "total": formats.money(total, locale, 0)}
    ]
    if largest:
        said.append(
            gettext("“%(label)s” changes it most (%(amount)s).")
            % {"label": largest.label, "amount": _plus(formats.money(largest.value, locale, 0), largest.value.minor)}
        )
    return {
        "kind": "waterfall",
        "title": title or gettext("From base to premium"),
        "summary": sentences(said),
        "rows": table(
            [pgettext("price trace", "Step"), in_unit(gettext("Amount"), currency)],
            [[bar["label"], bar["text"]] for bar in bars],
        ),
        "unit": money_unit(currency),
        "bars": bars,
    }


def bridge(parts: Sequence[MoneyPart], *, title: str = "") -> Spec:
    """A claim from gross to paid: first the gross loss, then what is taken off (negative), last the payment.

    The payment is the sum and is added here. At least one part, one currency.
    """
    locale, currency = locale_now(), parts[0].value.currency
    bars, end = _bridge([MoneyPart(parts[0].label, parts[0].value, total=True), *parts[1:]], harm="plain", good="plain")
    paid = Money(end, currency)
    bars.append(_bar(gettext("To be paid"), 0, end, "total", formats.amount(paid, locale, 0)))
    taken = [part for part in parts[1:] if part.value.minor < 0]
    said = ngettext(
        "Of a gross loss of %(gross)s, %(paid)s is to be paid after %(n)s deduction.",
        "Of a gross loss of %(gross)s, %(paid)s is to be paid after %(n)s deductions.",
        len(taken),
    ) % {"gross": formats.money(parts[0].value, locale, 0), "paid": formats.money(paid, locale, 0), "n": len(taken)}
    return {
        "kind": "waterfall",
        "title": title or gettext("From the loss to the payment"),
        "summary": said,
        "rows": table(
            [gettext("Item"), in_unit(gettext("Amount"), currency)], [[bar["label"], bar["text"]] for bar in bars]
        ),
        "unit": money_unit(currency),
        "bars": bars,
    }
