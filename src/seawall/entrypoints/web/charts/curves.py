"""Curves: losses against their chance, scores against time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from babel import Locale
from django.utils.translation import gettext, pgettext

from seawall.core.money import Money
from seawall.entrypoints.web import formats
from seawall.entrypoints.web.charts.parts import Line, Reading, Spec, in_unit, locale_now, money_unit, sentences, table


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
    for (chance, low), (next_chance, high) in pairwise(curve):
        if low.minor <= loss.minor <= high.minor and high.minor > low.minor:
            share = (loss.minor - low.minor) / (high.minor - low.minor)
            return chance + (next_chance - chance) * share
    return curve[-1][0]


def exceedance(
    curve: Sequence[tuple[float, Money]],
    lines: Sequence[Line] = (),
    *,
    after: Sequence[tuple[float, Money]] = (),
    title: str = "",
) -> Spec:
    """Loss exceedance curve: chance a year (share of one) that the loss is above an amount.

    `curve` has at least one point and rises in loss; `after` is the same curve under a treaty or after fixes.
    """
    locale = locale_now()
    points = sorted(curve, key=lambda point: point[1].minor)
    marks = [
        {
            "kind": line.kind,
            "name": _line_name(line.kind),
            "x": line.at.minor,
            "text": formats.money_short(line.at, locale),
        }
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
    head = [gettext("Once in … years"), gettext("Chance a year"), in_unit(gettext("Loss above"), last[1].currency)]
    body = [
        [formats.number(1 / chance, locale, 0), formats.percent(chance, locale, 2), formats.amount(loss, locale, 0)]
        for chance, loss in points
        if chance > 0
    ]
    return {
        "kind": "exceedance",
        "title": title or gettext("Chance of a loss above an amount"),
        "summary": sentences(said),
        "rows": table(head, body),
        "unit": money_unit(last[1].currency),
        "axes": {"x": gettext("Loss in a year"), "y": gettext("Chance a year")},
        "series": series,
        "lines": marks,
    }


def _curve(points: Sequence[tuple[float, Money]], locale: Locale) -> list[Mapping[str, Any]]:
    return [
        {
            "x": loss.minor,
            "y": chance,
            "text": formats.money_short(loss, locale),
            "chance": formats.percent(chance, locale, 2),
        }
        for chance, loss in points
    ]


def score(readings: Sequence[Reading], *, peer: float | None = None, title: str = "") -> Spec:
    """The score over time with the band it lies in and the middle of its peers. At least one reading, oldest first."""
    locale = locale_now()
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
        "summary": sentences(said),
        "rows": table(
            [gettext("Day"), gettext("Score"), gettext("Not below"), gettext("Not above")],
            [
                [formats.day(r.on, locale), *(formats.number(v, locale, 0) for v in (r.score, r.low, r.high))]
                for r in readings
            ],
        ),
        "names": {"score": gettext("Score"), "interval": gettext("Interval"), "peer": gettext("Peers")},
        "points": [
            {"x": r.on.isoformat(), "text": formats.day(r.on, locale), "score": r.score, "low": r.low, "high": r.high}
            for r in readings
        ],
        "peer": peer,
    }
