"""Marks on a plane: fixes against their cost, events against time."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from seawall.entrypoints.web import formats
from seawall.entrypoints.web.charts.parts import Event, Fix, Spec, in_unit, locale_now, money_unit, table


def fixes(options: Sequence[Fix], *, title: str = "") -> Spec:
    """Points gained against what each fix costs; the size of a mark shows the premium saved. At least one."""
    locale, currency = locale_now(), options[0].cost.currency
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
        "rows": table(
            [
                gettext("Fix"),
                gettext("Points"),
                in_unit(gettext("Cost"), currency),
                in_unit(gettext("Premium saved"), currency),
            ],
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
        "unit": money_unit(currency),
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
    locale, zone = locale_now(), timezone.get_current_timezone()
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
        "rows": table(
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
