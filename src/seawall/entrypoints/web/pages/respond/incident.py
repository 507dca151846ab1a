"""The incident's page and the lists that lead to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.respond import forms, words
from seawall.lifecycle.respond.actions.timeline import read_evidence
from seawall.lifecycle.respond.queries import incident as queries
from seawall.lifecycle.respond.queries import rules
from seawall.lifecycle.strategy.queries.in_force import panel
from seawall.records.parties.models import Organisation
from seawall.records.parties.viewer import Viewer

EVERYONE = frozenset({"office", "broker", "insured", "provider"})


def name_of(organisation: Organisation, language: str) -> str:
    """The organisation in the reader's language."""
    return organisation.name_en if language == "en" and organisation.name_en else organisation.name_zh


@desk_page("respond")
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Which clock runs out next, then every incident the viewer may see."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    due = [
        {
            "cells": [
                {"value": _when(duty.deadline, now), "tone": _urgency(duty.deadline, now)},
                duty.deadline,
                duty.what[language],
                {"value": duty.incident.number, "sub": name_of(duty.incident.company, language)},
            ],
            "url": address(here, "incident", duty.incident_id),
        }
        for duty in queries.duties_due(viewer, at=now).filter(deadline__isnull=False)[:20]
    ]
    rows = [
        {
            "cells": [
                {"value": i.number, "sub": rules.known_category(i.category).name[language]},
                name_of(i.company, language),
                i.reported_at,
                {"value": words.grades()[i.grade] if i.grade else _("not graded"), "tone": "note"},
                {"value": words.badge(i.status)["text"], "tone": words.badge(i.status)["tone"]},
            ],
            "url": address(here, "incident", i.pk),
        }
        for i in queries.incidents(viewer, at=now)[:200]
    ]
    clocks = {
        "caption": _("Clocks that run"),
        "columns": [
            {"label": _("Time left"), "kind": "badge"}, {"label": _("Deadline"), "kind": "moment"},
            {"label": _("What"), "kind": "text"}, {"label": _("Incident"), "kind": "text"},
        ],
        "rows": due,
        "empty": {"title": _("No clock is running"), "text": _("Legal deadlines of open incidents appear here.")},
    }  # fmt: skip
    table = {
        "caption": _("Incidents"),
        "columns": [
            {"label": _("Incident"), "kind": "text"}, {"label": _("Company"), "kind": "text"},
            {"label": _("Reported"), "kind": "moment"}, {"label": _("Grade"), "kind": "badge"},
            {"label": _("State"), "kind": "badge"},
        ],
        "rows": rows,
        "empty": {
            "title": _("No incident has been reported"),
            "text": _("If something looks wrong, report it at once: help comes first, cover is looked at afterwards."),
            "url": address(here, "incident-report") if viewer.may("incident.notify") else "",
            "label": _("Report an incident"),
        },
    }  # fmt: skip
    return render(request, "respond/index.html", {"heading": _("Incidents"), "clocks": clocks, "table": table})


@desk_page("respond", frozenset({"provider"}))
def engagements(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A provider's work, what waits for an answer first."""
    now, language = timezone.now(), language_of(request)
    return render(
        request, "respond/engagements.html", {"heading": _("Engagements"), "table": work(viewer, now, language)}
    )


def work(viewer: Viewer, now: datetime, language: str) -> dict[str, Any]:
    """The table of a provider's engagements."""
    rows = [
        {
            "cells": [
                {"value": e.incident.number, "sub": e.brief},
                e.engaged_at,
                e.respond_by,
                {"value": words.badge(e.status)["text"], "tone": words.badge(e.status)["tone"]},
            ],
            "url": address("provider", "incident", e.incident_id),
        }
        for e in queries.engagements(viewer, at=now)
    ]
    return {
        "caption": _("Engagements"),
        "columns": [
            {"label": _("Incident"), "kind": "text"}, {"label": _("Called in"), "kind": "moment"},
            {"label": _("Answer by"), "kind": "moment"}, {"label": _("State"), "kind": "badge"},
        ],
        "rows": rows,
        "empty": {"title": _("No engagement"), "text": _("When an insurer calls you in, the incident appears here.")},
    }  # fmt: skip


@desk_page("respond", EVERYONE)
def page(request: HttpRequest, viewer: Viewer, incident: UUID) -> HttpResponse:
    """Everything about one incident that the viewer may see."""
    return show(request, viewer, incident)


def show(request: HttpRequest, viewer: Viewer, incident: UUID, refused: dict[str, Any] | None = None) -> HttpResponse:
    """The page, with the form that was refused in the place of its namesake."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    found = queries.detail(viewer, incident, at=now)
    held = found.incident
    context = {
        "heading": held.number,
        "incident": held,
        "company": name_of(held.company, language),
        "company_url": address(here, "company", held.company_id),
        "policy": found.policy,
        "policy_url": address(here, "policy", found.policy.pk) if found.policy else "",
        "uncovered_day": found.uncovered_day,
        "badge": words.badge(held.status),
        "category": rules.known_category(held.category).name,
        "grade": words.grades().get(held.grade or 0, ""),
        "reasons": held.grade_reasons,
        "duties": [_duty(duty, now) for duty in found.duties],
        "events": [_event(entry, here, held.pk) for entry in found.timeline],
        "tasks": [{"task": task, **words.badge(task.status)} for task in found.tasks],
        "helpers": [{"helper": helper, **words.badge(helper.engagement.status)} for helper in found.helpers],
        "panel": [
            {"provider": p, "name": name_of(p.organisation, language)}
            for p in panel(viewer)
            if here == "office" and not any(h.engagement.provider_id == p.pk for h in found.helpers)
        ],
        "facts": _facts(held, now),
        "claim_url": address(here, "claim-open", incident=str(held.pk)) if viewer.may("claim.open") else "",
        **forms.blank(held),
        **(refused or {}),
    }
    return render(request, "respond/incident.html", context, status=422 if refused else 200)


def _facts(held: Any, now: datetime) -> list[dict[str, Any]]:
    from seawall.entrypoints.web.templatetags.seawall import moment

    told = [
        {"label": _("Discovered"), "value": moment(held.discovered_at)},
        {"label": _("Began"), "value": moment(held.occurred_at) if held.occurred_at else _("not known")},
        {"label": _("Reported"), "value": moment(held.reported_at)},
        {"label": _("Affected"), "value": held.affected or _("not known")},
        {"label": _("Contact"), "value": held.contact},
    ]
    labels = forms.fact_labels()
    yes, no = _("Yes"), _("No")
    for name, value in held.facts.items():
        if name in labels:
            told.append({"label": labels[name], "value": yes if value is True else no if value is False else value})
    return told


def _duty(duty: Any, now: datetime) -> dict[str, Any]:
    return {
        "duty": duty,
        **words.badge(duty.status),
        "left": _when(duty.deadline, now) if duty.status == "due" else "",
        "urgency": _urgency(duty.deadline, now) if duty.status == "due" else "idle",
    }


def _event(entry: Any, here: str, incident: UUID) -> dict[str, Any]:
    event = entry.event
    pins = []
    if entry.file is not None:
        url = address(here, "incident-file", incident, entry.file.pk)
        pins = [{"label": entry.file.name, "url": url, "icon": "file-text"}]
    return {
        "at": event.happened_at,
        "title": words.events().get(event.kind, event.kind),
        "text": event.words,
        "who": event.by.name if event.by else "",
        "tone": {"notified": "bad", "contained": "ok", "closed": "ok", "duty_done": "ok"}.get(event.kind, "note"),
        "icon": "",
        "pins": pins,
    }


def _when(deadline: datetime | None, now: datetime) -> str:
    """How long is left, in days and hours; what is past says so."""
    if deadline is None:
        return _("no fixed hour")
    minutes = int((deadline - now).total_seconds() // 60)
    late, minutes = minutes < 0, abs(minutes)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    span = _("%(d)s d %(h)s h") % {"d": days, "h": hours} if days else _("%(h)s h %(m)s min") % {"h": hours, "m": rest}
    return _("%(span)s over") % {"span": span} if late else _("%(span)s left") % {"span": span}


def _urgency(deadline: datetime | None, now: datetime) -> str:
    if deadline is None:
        return "idle"
    hours = (deadline - now).total_seconds() / 3600
    return "bad" if hours < 4 else "warn" if hours < 72 else "note"


@desk_page("respond", EVERYONE)
def file(request: HttpRequest, viewer: Viewer, incident: UUID, file: UUID) -> HttpResponse:
    """An original of the incident; that it was fetched goes into the vault's log."""
    found, content = read_evidence(incident=incident, file=file, by=viewer, at=timezone.now())
    answer = HttpResponse(content, content_type=found.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.pk}"'
    return answer
