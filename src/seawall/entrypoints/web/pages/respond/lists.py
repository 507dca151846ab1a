"""The lists that lead to an incident: clocks that run, incidents, a provider's work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from seawall.entrypoints.web import clocks
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.listing import Column, Plan, State, listing
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.respond import words
from seawall.lifecycle.respond.models import Duty, Incident
from seawall.lifecycle.respond.queries import incident as queries
from seawall.records.parties.viewer import Viewer

MOST_CLOCKS = 8


@require_safe
@desk_page("respond")
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Which clock runs out next, then every incident the viewer may see."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    running = queries.duties_due(viewer, at=now).filter(deadline__isnull=False)
    certain = running.filter(status="due")
    found = queries.with_next_deadline(queries.incidents(viewer, at=now))
    found = found.order_by(F("next_deadline").asc(nulls_last=True), "-reported_at")
    shown = listing(request, _plan(viewer, here, language, now), found)
    if shown.export is not None:
        return shown.export
    context = {
        "heading": _("Incidents"),
        "clocks": [_clock(duty, here, language, now) for duty in certain[:MOST_CLOCKS]],
        "more": max(0, certain.count() - MOST_CLOCKS),
        "open_facts": running.filter(status="needs_facts").count(),
        "list": shown,
    }
    return render(request, "respond/index.html", context)


def _clock(duty: Duty, here: str, language: str, now: datetime) -> dict[str, Any]:
    assert duty.deadline is not None  # noqa: S101  (the list asks for those with one)
    return {
        "left": _("at once") if words.is_at_once(duty.basis) else clocks.left(duty.deadline, now),
        "tone": clocks.urgency(duty.deadline, now),
        "deadline": duty.deadline,
        "what": duty.what[language],
        "whom": duty.whom[language],
        "bearer": words.bearers()[duty.bearer],
        "incident": duty.incident.number,
        "company": name_of(duty.incident.company, language),
        "url": address(here, "incident", duty.incident_id),
    }


def _plan(viewer: Viewer, here: str, language: str, now: datetime) -> Plan[Incident]:
    own = viewer.kind == "insured"

    def row(found: Incident) -> dict[str, Any]:
        deadline: datetime | None = found.next_deadline  # type: ignore[attr-defined]
        clock: dict[str, Any] = {"value": "–"}
        if deadline is not None:
            clock = {"value": clocks.left(deadline, now), "tone": clocks.urgency(deadline, now)}
        cells = [
            {"value": found.number, "sub": words.category_name(found.category, language)},
            *([] if own else [name_of(found.company, language)]),
            clock,
            deadline,
            found.reported_at,
            {
                "value": words.grade_name(found.grade, language) or _("not graded"),
                "tone": words.grade_tone(found.grade),
            },
            {"value": words.badge(found.status)["text"], "tone": words.badge(found.status)["tone"]},
        ]
        return {"cells": cells, "url": address(here, "incident", found.pk)}

    report_url = address(here, "incident-report") if viewer.may("incident.notify") else ""
    return Plan(
        key=f"incidents-{here}",
        caption=_("Incidents"),
        columns=(
            Column(_("Incident"), sort="number", sub=_("Category")),
            *(() if own else (Column(pgettext("column", "Company"), sort="company__name_zh"),)),
            Column(_("Next deadline"), "badge"),
            Column(_("On"), "moment", sort="next_deadline"),
            Column(_("Reported"), "moment", sort="reported_at"),
            Column(_("Grade"), "badge", sort="grade"),
            Column(_("State"), "badge", sort="status"),
        ),
        row=row,
        states=(
            State("open", pgettext("incidents", "Open"), ~Q(status="closed")),
            State("closed", pgettext("incidents", "Closed"), Q(status="closed")),
            State("all", pgettext("incidents", "All")),
        ),
        search=("number", "company__name_zh", "company__name_en"),
        empty={
            "title": _("No incident here"),
            "text": _("If something looks wrong, report it at once: help comes first, cover is looked at afterwards."),
            "url": report_url,
            "label": _("Report an incident"),
            "icon": "siren",
        },
    )


@require_safe
@desk_page("respond", frozenset({"provider"}))
def engagements(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A provider's work, what waits for an answer first."""
    context = {"heading": _("Engagements"), "table": work(viewer, timezone.now(), language_of(request))}
    return render(request, "respond/engagements.html", context)


def work(viewer: Viewer, now: datetime, language: str) -> dict[str, Any]:
    """The table of a provider's engagements; for the provider's home as well."""
    named = words.services(viewer)
    rows = []
    for found in queries.engagements(viewer, at=now).select_related("incident__company"):
        waiting = found.status == "engaged"
        clock: dict[str, Any] = {"value": "–"}
        if waiting:
            clock = {"value": clocks.left(found.respond_by, now), "tone": clocks.urgency(found.respond_by, now)}
        gone = found.status == "declined"
        rows.append(
            {
                "cells": [
                    {
                        "value": found.incident.number,
                        "sub": "" if gone else name_of(found.incident.company, language),
                    },
                    named.get(found.service, {}).get(language, found.service),
                    clock,
                    found.respond_by,
                    found.engaged_at,
                    {"value": words.badge(found.status)["text"], "tone": words.badge(found.status)["tone"]},
                ],
                "url": "" if gone else address("provider", "incident", found.incident_id),
            }
        )
    return {
        "caption": _("Engagements"),
        "columns": [
            {"label": _("Incident"), "kind": "text"},
            {"label": _("Service"), "kind": "text"},
            {"label": _("Answer within"), "kind": "badge"},
            {"label": _("Answer by"), "kind": "moment"},
            {"label": _("Called in"), "kind": "moment"},
            {"label": _("State"), "kind": "badge"},
        ],
        "rows": rows,
        "empty": {
            "title": _("No engagement"),
            "text": _("When an insurer calls you in, the incident appears here with the time by which to answer."),
            "icon": "siren",
        },
    }
