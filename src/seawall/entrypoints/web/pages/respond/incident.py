"""The incident's page: clocks first, then the course of events, the steps, and help."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from seawall.core.money import Money
from seawall.entrypoints.web import clocks
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.respond import facts, forms, words
from seawall.entrypoints.web.pages.respond.lists import work
from seawall.lifecycle.recover.queries.claim import claims
from seawall.lifecycle.respond.actions.timeline import read_evidence
from seawall.lifecycle.respond.models import Duty, Incident, Task
from seawall.lifecycle.respond.queries import incident as queries
from seawall.lifecycle.strategy.queries.in_force import hotlines, panel
from seawall.records.parties.viewer import Viewer

__all__ = ["EVERYONE", "file", "page", "show", "work"]

EVERYONE = frozenset({"office", "broker", "insured", "provider"})
WAY = ("notified", "triaged", "contained", "closed")
EVENT_TONES = {"notified": "bad", "contained": "ok", "closed": "ok", "duty_done": "ok"}
EVENT_ICONS = {"note": "pencil", "task_done": "check", "engaged": "phone", "reported": "file-check"}


@require_safe
@desk_page("respond", EVERYONE)
def page(request: HttpRequest, viewer: Viewer, incident: UUID) -> HttpResponse:
    """Everything about one incident that the viewer may see."""
    return show(request, viewer, incident)


def show(request: HttpRequest, viewer: Viewer, incident: UUID, refused: dict[str, Any] | None = None) -> HttpResponse:
    """The page, with the form that was refused in the place of its namesake."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    found = queries.detail(viewer, incident, at=now)
    held = found.incident
    closed = held.status == "closed"
    named = words.services(viewer)
    context = {
        "heading": held.number,
        "incident": held,
        "closed": closed,
        "company": name_of(held.company, language),
        "company_url": address(here, "company", held.company_id) if here != "provider" else "",
        "policy": found.policy,
        "policy_url": address(here, "policy", found.policy.pk) if found.policy else "",
        "uncovered_day": found.uncovered_day,
        "badge": words.badge(held.status),
        "way": _way(held),
        "category": words.category_name(held.category, language),
        "grade": words.grade_name(held.grade, language),
        "grade_tone": words.grade_tone(held.grade),
        "provisional": held.grading.get("provisional", True),
        "report_level": words.NUMERALS.get(held.report_level or 0, ""),
        **_duties(viewer, found.duties, now),
        "events": [_event(entry, here, language, held.pk) for entry in found.timeline],
        "phases": _phases(viewer, found.tasks, now, closed),
        "undone": sum(task.status != "done" for task in found.tasks),
        "helpers": [_helper(helper, named, language, now) for helper in found.helpers],
        "panel": _panel(viewer, found, named, language, now) if here == "office" and not closed else [],
        "hotlines": [(name_of(o, language), o.hotline, o.hotline.replace(" ", "")) for o in hotlines(viewer)],
        "facts": facts.told(viewer, held, language),
        "claims": _claims(viewer, held, here, now),
        "claim_url": _claim_url(viewer, held, here),
        **forms.blank(),
        **(refused or {}),
    }
    return render(request, "respond/incident.html", context, status=422 if refused else 200)


def _way(held: Incident) -> list[dict[str, str]]:
    """The four states in order, and where the incident stands."""
    place = WAY.index(held.status)
    last = len(WAY) - 1
    return [
        {
            "text": words.badge(code)["text"],
            "state": "done" if n < place or place == last else "now" if n == place else "",
        }
        for n, code in enumerate(WAY)
    ]


def _duties(viewer: Viewer, duties: Iterable[Duty], now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Clocks that run, what may apply once facts are known, what is settled, and what has not started."""
    told: dict[str, list[dict[str, Any]]] = {"running": [], "maybe": [], "settled": [], "later": []}
    places = {"due": "running", "needs_facts": "maybe", "not_started": "later"}
    for duty in duties:
        deadline, at_once = duty.deadline, words.is_at_once(duty.basis)
        mine = viewer.office or duty.bearer == viewer.kind
        told[places.get(duty.status, "settled")].append(
            {
                "duty": duty,
                "pk": str(duty.pk),
                **words.badge(duty.status),
                "left": _("at once") if deadline is None or at_once else clocks.left(deadline, now),
                "urgency": clocks.urgency(deadline, now) if deadline else "warn",
                "bearer": words.bearers()[duty.bearer],
                "missing": words.named_facts(duty.missing),
                "may_mark": mine and viewer.may("duty.mark") and duty.status in ("due", "needs_facts"),
                "may_waive": viewer.may("duty.waive") and duty.status in ("due", "needs_facts"),
                "late": duty.done_at is not None and deadline is not None and duty.done_at > deadline,
            }
        )
    return told


def _phases(viewer: Viewer, tasks: Iterable[Task], now: datetime, closed: bool) -> list[dict[str, Any]]:
    """The steps of the playbook, phase by phase."""
    told: dict[str, list[dict[str, Any]]] = {}
    for task in tasks:
        undone = task.status != "done"
        late = undone and task.due_at is not None and task.due_at < now and not closed
        told.setdefault(task.phase, []).append(
            {
                "task": task,
                **words.badge(task.status),
                "tone": "bad" if late else words.badge(task.status)["tone"],
                "late": late,
                "left": clocks.left(task.due_at, now) if undone and task.due_at and not closed else "",
                "bearer": words.bearers()[task.bearer],
                "mine": undone and not closed and viewer.may("incident.update")
                and (viewer.office or task.bearer == viewer.kind),
            }
        )  # fmt: skip
    names = words.phases()
    return [{"name": names.get(code, code), "tasks": rows} for code, rows in told.items()]


def _event(entry: Any, here: str, language: str, incident: UUID) -> dict[str, Any]:
    event = entry.event
    pins = []
    if entry.file is not None:
        # What was erased is still told of, and leads nowhere.
        url = "" if entry.file.key.destroyed else address(here, "incident-file", incident, entry.file.pk)
        pins = [{"label": entry.file.name or _("Files erased"), "url": url, "icon": "file-text"}]
    return {
        "at": event.happened_at,
        "title": words.events().get(event.kind, event.kind),
        "text": facts.spoken(event.words, event.kind, language),
        "who": f"{event.by.name} · {name_of(event.organisation, language)}" if event.by else "",
        "tone": EVENT_TONES.get(event.kind, "note"),
        "icon": EVENT_ICONS.get(event.kind, ""),
        "pins": pins,
    }


def _helper(helper: queries.Helper, named: dict[str, Any], language: str, now: datetime) -> dict[str, Any]:
    engagement = helper.engagement
    waiting = engagement.status == "engaged"
    return {
        "helper": helper,
        "pk": str(engagement.pk),
        "name": name_of(engagement.organisation, language),
        "service": named.get(engagement.service, engagement.service),
        **words.badge(engagement.status),
        "left": clocks.left(engagement.respond_by, now) if waiting else "",
        "urgency": clocks.urgency(engagement.respond_by, now) if waiting else "idle",
    }


def _panel(viewer: Viewer, found: queries.Detail, named: dict[str, Any], language: str, now: datetime) -> list[Any]:
    """Whom of the panel one can still call in, services that the playbook asks for first."""
    taken = {h.engagement.provider_id for h in found.helpers if h.engagement.status != "declined"}
    wanted = {task.service for task in found.tasks if task.service and task.status != "done"}
    options = [
        {
            "pk": str(p.pk),
            "name": name_of(p.organisation, language),
            "service": named.get(p.service, p.service),
            "price": Money(p.price, p.currency),
            "minutes": p.response_minutes,
            "by": now + timedelta(minutes=p.response_minutes),
            "wanted": p.service in wanted,
        }
        for p in panel(viewer)
        if p.pk not in taken
    ]
    return sorted(options, key=lambda option: not option["wanted"])


def _claims(viewer: Viewer, held: Incident, here: str, now: datetime) -> list[tuple[str, str]]:
    if here == "provider":
        return []
    return [(c.number, address(here, "claim", c.pk)) for c in claims(viewer, at=now).filter(incident=held)]


def _claim_url(viewer: Viewer, held: Incident, here: str) -> str:
    """Where the office opens a claim, while there is none."""
    if here != "office" or not viewer.may("claim.open") or held.claims.exists():
        return ""
    return address(here, "claim-open", incident=str(held.pk))


@require_safe
@desk_page("respond", EVERYONE)
def file(request: HttpRequest, viewer: Viewer, incident: UUID, file: UUID) -> HttpResponse:
    """An original of the incident; that it was fetched goes into the vault's log."""
    found, content = read_evidence(incident=incident, file=file, by=viewer, at=timezone.now())
    return download(content, found.name, found.media_type)


def download(content: bytes, name: str, media_type: str) -> HttpResponse:
    """A file to keep, under its own name in whatever script that is written."""
    answer = HttpResponse(content, content_type=media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
