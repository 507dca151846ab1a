"""Pictures as data: each function turns plain figures into a dict that `static/seawall/js/charts.js` draws.

Every spec has `kind`, `title`, `summary` (the picture in words), `rows` (the picture as a table: head and body, already
formatted) and what its kind draws. Money travels as whole minor units beside `scale`, the minor units in one major.
Texts follow the language that is active when the function is called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, pgettext

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


def _locale() -> Locale:
    return formats.locale_of(get_language() or "zh-hans")


def _table(head: Sequence[str], body: Sequence[Sequence[str]]) -> Mapping[str, Any]:
    return {"head": list(head), "body": [list(row) for row in body]}


def _in_unit(label: str, currency: str) -> str:
    return f"{label} ({formats.unit_of(currency, _locale())})"


def _money_unit(currency: str) -> Mapping[str, Any]:
    unit = formats.unit_of(currency, _locale())
    return {"kind": "money", "currency": currency, "name": unit, "scale": 10 ** exponent(currency)}


def _line_name(kind: str) -> str:
    return {
        "retention": pgettext("chart line", "Retention"),
        "limit": pgettext("chart line", "Limit"),
        "tolerance": pgettext("chart line", "Risk tolerance"),
    }[kind]


def probability_above(curve: Sequence[tuple[float, Money]], loss: Money) -> float:
    """Chance a year of a loss above `loss`, by straight lines between the curve's points.

    Shape: (annual exceedance probability, loss) with losses rising. Outside the curve its nearest end holds.
    """
    if loss.minor <= curve[0][1].minor:
        return curve[0][0]
    for (chance, low), (next_chance, high) in zip(curve, curve[1:], strict=False):
        if low.minor <= loss.minor <= high.minor and high.minor > low.minor:
            share = (loss.minor - low.minor) / (high.minor - low.minor)
            return chance + (next_chance - chance) * share
    return curve[-1][0]


def exceedance(curve: Sequence[tuple[float, Money]], lines: Sequence[Line] = (), *,
               after: Sequence[tuple[float, Money]] = (), title: str = "") -> Spec:  # fmt: skip
    """Loss exceedance curve: chance a year (share of one) that the loss is above an amount.

    `curve` has at least one point and rises in loss; `after` is the same curve under a treaty or after fixes.
    """
    locale = _locale()
    points = sorted(curve, key=lambda point: point[1].minor)
    marks = [
        {"kind": line.kind, "name": _line_name(line.kind), "x": line.at.minor, "text": formats.money_short(line.at, locale)}
        for line in lines
    ]
    said = [
        gettext("A loss above the %(line)s of %(amount)s has a chance of %(chance)s a year.")
        % {
            "line": _line_name(line.kind).lower(),
            "amount": formats.money_short(line.at, locale),
            "chance": formats.percent(probability_above(points, line.at), locale, 2),
        }
        for line in lines
    ]
    last = points[-1]
    said.append(
        gettext("The curve ends at %(amount)s with %(chance)s a year.")
        % {"amount": formats.money_short(last[1], locale), "chance": formats.percent(last[0], locale, 2)}
    )
    series = [{"name": gettext("Before") if after else gettext("Annual loss"), "points": _curve(points, locale)}]
    if after:
        series.append({"name": gettext("After"), "points": _curve(sorted(after, key=lambda p: p[1].minor), locale)})
    head = [gettext("Once in … years"), gettext("Chance a year"), _in_unit(gettext("Loss above"), last[1].currency)]
    body = [
        [formats.number(1 / chance, locale, 0), formats.percent(chance, locale, 2), formats.amount(loss, locale, 0)]
        for chance, loss in points
        if chance > 0
    ]
    return {
        "kind": "exceedance",
        "title": title or gettext("Chance of a loss above an amount"),
        "summary": " ".join(said),
        "rows": _table(head, body),
        "unit": _money_unit(last[1].currency),
        "axes": {"x": gettext("Loss in a year"), "y": gettext("Chance a year")},
        "series": series,
        "lines": marks,
    }


def _curve(points: Sequence[tuple[float, Money]], locale: Locale) -> list[Mapping[str, Any]]:
    return [
        {"x": loss.minor, "y": chance, "text": formats.money_short(loss, locale), "chance": formats.percent(chance, locale, 2)}
        for chance, loss in points
    ]


def score(readings: Sequence[Reading], *, peer: float | None = None, title: str = "") -> Spec:
    """The score over time with the band it lies in and the middle of its peers. At least one reading, oldest first."""
    locale = _locale()
    latest = readings[-1]
    values = {"score": round(latest.score), "low": round(latest.low), "high": round(latest.high)}
    said = [gettext("The score is %(score)s; with what is known it lies between %(low)s and %(high)s.") % values]
    if len(readings) > 1:
        change = formats.number(round(latest.score) - round(readings[0].score), locale, 0)
        said.append(
            gettext("Since %(day)s it has changed by %(change)s points.")
            % {"day": formats.day(readings[0].on, locale), "change": change}
        )
    if peer is not None:
        said.append(gettext("The middle of comparable companies is %(peer)s.") % {"peer": round(peer)})
    return {
        "kind": "score",
        "title": title or gettext("Score and its interval"),
        "summary": " ".join(said),
        "rows": _table(
            [gettext("Day"), gettext("Score"), gettext("Not below"), gettext("Not above")],
            [[formats.day(r.on, locale), *(formats.number(v, locale, 0) for v in (r.score, r.low, r.high))] for r in readings],
        ),
        "names": {"score": gettext("Score"), "interval": gettext("Interval"), "peer": gettext("Peers")},
        "points": [
            {"x": r.on.isoformat(), "text": formats.day(r.on, locale), "score": r.score, "low": r.low, "high": r.high}
            for r in readings
        ],
        "peer": peer,
    }


def contributions(start: Decimal, parts: Sequence[Part], *, title: str = "") -> Spec:
    """What each control adds to or takes from the score: from `start` (the score knowing nothing) to the score."""
    locale = _locale()
    bars, now = [_bar(gettext("Knowing nothing"), Decimal(0), start, "total", formats.number(start, locale, 0))], start
    for part in parts:
        kind = "good" if part.value >= 0 else "harm"
        bars.append(_bar(part.label, now, now + part.value, kind, _plus(formats.number(part.value, locale, 1), part.value)))
        now += part.value
    bars.append(_bar(gettext("Score"), Decimal(0), now, "total", formats.number(now, locale, 0)))
    best = max(parts, key=lambda part: part.value, default=None)
    worst = min(parts, key=lambda part: part.value, default=None)
    said = [gettext("From %(start)s to a score of %(score)s.")
            % {"start": formats.number(start, locale, 0), "score": formats.number(now, locale, 0)}]  # fmt: skip
    if best and best.value > 0:
        said.append(gettext("Most is gained by “%(label)s” (%(points)s).")
                    % {"label": best.label, "points": _plus(formats.number(best.value, locale, 1), best.value)})  # fmt: skip
    if worst and worst.value < 0:
        said.append(gettext("Most is lost by “%(label)s” (%(points)s).")
                    % {"label": worst.label, "points": formats.number(worst.value, locale, 1)})  # fmt: skip
    return {
        "kind": "waterfall",
        "title": title or gettext("What each control contributes"),
        "summary": " ".join(said),
        "rows": _table([gettext("Control"), gettext("Points")], [[bar["label"], bar["text"]] for bar in bars]),
        "unit": {"kind": "points", "name": gettext("points"), "scale": 1},
        "bars": bars,
    }


def _plus(text: str, value: Decimal | int) -> str:
    return "+" + text if value > 0 else text


def _bar(label: str, start: Decimal | int, end: Decimal | int, kind: str, text: str) -> dict[str, Any]:
    """A floating bar; coordinates leave exact arithmetic here, they only place ink."""
    return {"label": label, "from": float(start), "to": float(end), "kind": kind, "text": text}


def _bridge(parts: Sequence[MoneyPart], *, harm: str, good: str) -> tuple[list[dict[str, Any]], int]:
    locale, bars, now = _locale(), [], 0
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


def premium(steps: Sequence[MoneyPart], *, title: str = "") -> Spec:
    """Premium from the base to the total; the first step is the base, at least one step, one currency."""
    locale, currency = _locale(), steps[0].value.currency
    bars, end = _bridge([MoneyPart(steps[0].label, steps[0].value, total=True), *steps[1:]], harm="harm", good="good")
    total = Money(end, currency)
    bars.append(_bar(gettext("Premium"), 0, end, "total", formats.amount(total, locale, 0)))
    changes = [step for step in steps[1:] if not step.total]
    largest = max(changes, key=lambda step: abs(step.value.minor), default=None)
    said = [gettext("From a base of %(base)s to a premium of %(total)s.")
            % {"base": formats.money(steps[0].value, locale, 0), "total": formats.money(total, locale, 0)}]  # fmt: skip
    if largest:
        said.append(gettext("“%(label)s” changes it most (%(amount)s).")
                    % {"label": largest.label,
                       "amount": _plus(formats.money(largest.value, locale, 0), largest.value.minor)})  # fmt: skip
    return {
        "kind": "waterfall",
        "title": title or gettext("From base to premium"),
        "summary": " ".join(said),
        "rows": _table([pgettext("price trace", "Step"), _in_unit(gettext("Amount"), currency)],
                       [[bar["label"], bar["text"]] for bar in bars]),  # fmt: skip
        "unit": _money_unit(currency),
        "bars": bars,
    }


def bridge(parts: Sequence[MoneyPart], *, title: str = "") -> Spec:
    """A claim from gross to paid: first the gross loss, then what is taken off (negative), last the payment.

    The payment is the sum and is added here. At least one part, one currency.
    """
    locale, currency = _locale(), parts[0].value.currency
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
        "rows": _table([gettext("Item"), _in_unit(gettext("Amount"), currency)],
                       [[bar["label"], bar["text"]] for bar in bars]),  # fmt: skip
        "unit": _money_unit(currency),
        "bars": bars,
    }


def fixes(options: Sequence[Fix], *, title: str = "") -> Spec:
    """Points gained against what each fix costs; the size of a mark shows the premium saved. At least one."""
    locale, currency = _locale(), options[0].cost.currency
    # Per yuan spent; a fix that costs nothing comes first.
    best = max(options, key=lambda fix: fix.points / max(fix.cost.minor, 1))
    said = gettext("“%(label)s” gains most for its cost: %(points)s points for %(cost)s.") % {
        "label": best.label,
        "points": formats.number(best.points, locale, 1),
        "cost": formats.money_short(best.cost, locale),
    }
    return {
        "kind": "fixes",
        "title": title or gettext("What each fix gains and costs"),
        "summary": said,
        "rows": _table(
            [gettext("Fix"), gettext("Points"), _in_unit(gettext("Cost"), currency), _in_unit(gettext("Premium saved"), currency)],
            [
                [
                    fix.label,
                    formats.number(fix.points, locale, 1),
                    formats.amount(fix.cost, locale, 0),
                    formats.amount(fix.premium_saved, locale, 0),
                ]
                for fix in options
            ],
        ),
        "unit": _money_unit(currency),
        "axes": {"x": gettext("Cost"), "y": gettext("Points gained")},
        "names": {"saved": gettext("Premium saved"), "cost": gettext("Cost"), "points": gettext("Points")},
        "points": [
            {
                "label": fix.label,
                "x": fix.cost.minor,
                "y": float(fix.points),
                "size": fix.premium_saved.minor,
                "text": formats.number(fix.points, locale, 1),
                "cost": formats.money_short(fix.cost, locale),
                "saved": formats.money_short(fix.premium_saved, locale),
            }
            for fix in options
        ],
    }


def timeline(events: Sequence[Event], *, title: str = "") -> Spec:
    """What happened when, in lanes; at least one event. Times are shown in the viewer's zone."""
    locale, zone = _locale(), timezone.get_current_timezone()
    ordered = sorted(events, key=lambda event: event.at)
    first, last = ordered[0], ordered[-1]
    said = ngettext(
        "%(n)s event from %(first)s to %(last)s.", "%(n)s events from %(first)s to %(last)s.", len(ordered)
    ) % {
        "n": len(ordered),
        "first": formats.moment(first.at, locale, zone),
        "last": formats.moment(last.at, locale, zone),
    }
    return {
        "kind": "timeline",
        "title": title or gettext("What happened when"),
        "summary": said,
        "rows": _table(
            [gettext("Time"), gettext("Event"), gettext("Where")],
            [[formats.moment(event.at, locale, zone), event.title, event.lane] for event in ordered],
        ),
        "lanes": list(dict.fromkeys(event.lane for event in ordered)),
        "events": [
            {
                # Wall-clock time of the viewer's zone, which the axis shows as it stands.
                "x": event.at.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes"),
                "text": formats.moment(event.at, locale, zone),
                "title": event.title,
                "lane": event.lane,
                "tone": event.tone,
            }
            for event in ordered
        ],
    }
