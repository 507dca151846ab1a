"""Alerts and watches as lists: what has effect now and is due soonest comes first."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.listing import Column, Plan, State, listing
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.detect import words
from seawall.entrypoints.web.pages.protect.lists import name_of
from seawall.lifecycle.detect.models import Alert, Watch
from seawall.lifecycle.detect.queries import watch as queries
from seawall.records.parties.viewer import Viewer


def tabs(request: HttpRequest, here: str) -> list[dict[str, Any]]:
    """The two lists of this stage."""
    return [
        {"label": label, "url": address(here, name), "active": request.resolver_match.url_name == name}  # type: ignore[union-attr]
        for name, label in (("detect", _("Alerts")), ("watches", _("Watches")))
    ]


def left(due: date, today: date) -> str:
    """How long the days of grace still run."""
    days = (due - today).days
    if days < 0:
        return ngettext("%(n)s day over", "%(n)s days over", -days) % {"n": -days}
    if days == 0:
        return _("today")
    return ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}


@require_safe
@desk_page("detect")
def alerts(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Alerts of every policy the viewer may know of."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    rows = queries.alerts(viewer, at=now)
    shown = listing(request, _alert_plan(here, language, now), rows)
    if shown.export:
        return shown.export
    today = timezone.localtime(now).date()
    open_now = rows.order_by().filter(status="open")
    over = open_now.filter(effect="now", due_on__lt=today).count()
    active = queries.watches(viewer, at=now).filter(active=True).count()
    stats = [
        _stat(_("Change terms now"), open_now.filter(effect="now").count(), "?state=now"),
        _stat(
            _("Past their days of grace"),
            over,
            "?state=now&sort=due_on",
            sub=_("the wording may reduce a claim") if over else "",
            tone="bad" if over else "",
        ),
        _stat(_("Count at renewal"), open_now.filter(effect="renewal").count(), "?state=renewal"),
        _stat(_("Watched policies"), active, address(here, "watches")),
    ]
    context = {"heading": _("Alerts"), "tabs": tabs(request, here), "list": shown, "stats": stats}
    return render(request, "detect/list.html", context)


def _stat(label: str, value: int, url: str, *, sub: str = "", tone: str = "") -> dict[str, Any]:
    return {"label": label, "value": value, "url": url, "sub": sub, "tone": tone}


def _alert_plan(here: str, language: str, now: datetime) -> Plan[Alert]:
    effects, changes, today = words.effects(), words.changes(), timezone.localtime(now).date()
    severities, outcomes = words.severities(), words.outcomes()

    def row(alert: Alert) -> dict[str, Any]:
        check = queries.checks().checks.get(alert.fault)
        waiting = alert.status == "open"
        return {
            "cells": [
                {"value": check.title[language] if check else alert.fault, "sub": alert.asset},
                {
                    "value": effects[alert.effect],
                    "tone": words.EFFECT_TONES[alert.effect] if waiting else "idle",
                    "icon": None,
                },
                {"value": name_of(alert.watch.company, language), "sub": alert.policy.number}
                if here != "insured"
                else alert.policy.number,
                {"value": alert.due_on, "sub": left(alert.due_on, today) if alert.due_on and waiting else ""},
                {"value": changes.get(alert.change, alert.change), "sub": severities.get(alert.severity, "")},
                alert.observation.recorded_at,
                {
                    "value": pgettext("alert", "Open") if waiting else outcomes.get(alert.outcome, _("Settled")),
                    "tone": "warn" if waiting else "ok",
                    "icon": None,
                },
            ],
            "url": address(here, "alert", alert.pk),
        }

    return Plan(
        key="alerts",
        caption=_("Alerts"),
        columns=[
            Column(_("Fault"), sort="fault", sub=_("Asset")),
            Column(_("Effect on the policy"), "badge", sort="effect"),
            Column(_("Company"), sub=_("Policy")) if here != "insured" else Column(_("Policy")),
            Column(_("Mend by"), "day", sort="due_on", sub=_("Time left")),
            Column(_("Change"), sub=_("Severity")),
            Column(_("Last seen"), "moment", sort="observation__recorded_at"),
            Column(_("State"), "badge", sort="status"),
        ],
        row=row,
        states=[
            State("", pgettext("alert", "Open"), Q(status="open")),
            State("now", effects["now"], Q(status="open", effect="now"), alarm=True),
            State("renewal", effects["renewal"], Q(status="open", effect="renewal")),
            State("settled", _("Settled"), Q(status="settled")),
            State("all", _("All")),
        ],
        search=("asset", "fault", "policy__number", "watch__company__name_zh", "watch__company__name_en"),
        empty={
            "title": _("No alert here"),
            "text": _("An alert is raised when a look from outside finds something new or worse."),
            "icon": "circle-check",
        },
    )


@require_safe
@desk_page("detect")
def watches(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every watch the viewer may know of."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    rows = queries.watches(viewer, at=now).prefetch_related("observations")
    shown = listing(request, _watch_plan(viewer, here, language, now), rows)
    if shown.export:
        return shown.export
    context = {"heading": _("Watches"), "tabs": tabs(request, here), "list": shown, "stats": []}
    return render(request, "detect/list.html", context)


def _watch_plan(viewer: Viewer, here: str, language: str, now: datetime) -> Plan[Watch]:
    def row(watch: Watch) -> dict[str, Any]:
        looks = list(watch.observations.all())
        open_alerts = watch.alerts.filter(status="open").count()
        state = (_("Active"), "ok") if watch.active else (_("Ended"), "idle")
        if watch.order_id is not None:
            state = (_("Looking now"), "note")
        return {
            "cells": [
                {"value": name_of(watch.company, language), "sub": watch.policy.number},
                {"value": state[0], "tone": state[1], "icon": None},
                _(", ").join(watch.consent.domains),
                watch.every_days,
                looks[0].recorded_at if looks else None,
                watch.next_at if watch.active else None,
                len(looks),
                open_alerts,
            ],
            "url": address(here, "watch", watch.pk),
        }

    return Plan(
        key="watches",
        caption=_("Watches"),
        columns=[
            Column(_("Company"), sub=_("Policy")),
            Column(_("State"), "badge", sort="active"),
            Column(_("Domains")),
            Column(_("Every, days"), "num", sort="every_days"),
            Column(_("Last look"), "moment"),
            Column(_("Next look"), "moment", sort="next_at"),
            Column(_("Looks"), "num"),
            Column(_("Open alerts"), "num"),
        ],
        row=row,
        states=[
            State("", _("Active"), Q(active=True)),
            State("ended", _("Ended"), Q(active=False)),
            State("all", _("All")),
        ],
        search=("company__name_zh", "company__name_en", "policy__number"),
        empty={
            "title": _("Nothing is watched"),
            "text": _("A watch starts with the policy, under a consent that the domain's own name servers confirm."),
            "url": address(here, "policies"),
            "label": _("Policies"),
            "icon": "eye-off",
        },
    )
