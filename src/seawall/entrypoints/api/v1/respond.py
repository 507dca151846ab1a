"""Respond: incidents, their course, steps, providers and legal notices."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from seawall.core.problems import Refused
from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import READS, WRITES, listed, made
from seawall.entrypoints.api.v1.schemas import (
    ContainIn,
    DutyIn,
    Empty,
    EngageIn,
    EventIn,
    FileIn,
    FindingsIn,
    Key,
    Listed,
    Made,
    Note,
    NoticeIn,
    Page,
    Reason,
    TriageIn,
)
from seawall.entrypoints.api.writes import write
from seawall.lifecycle.respond.actions import duty as duties
from seawall.lifecycle.respond.actions import engagement as engagements
from seawall.lifecycle.respond.actions import steps, timeline, triage
from seawall.lifecycle.respond.actions.notify import Notice, notify
from seawall.lifecycle.respond.actions.timeline import Upload
from seawall.lifecycle.respond.models import Incident
from seawall.lifecycle.respond.queries import incident as queries

router = Router(tags=["respond"])


class NotBase64(Refused):
    code = "file.not_base64"
    status = 422


def upload(file: FileIn) -> Upload:
    """A file out of JSON; raises `NotBase64`."""
    try:
        return Upload(file.name, base64.b64decode(file.content, validate=False))
    except (binascii.Error, ValueError) as error:
        raise NotBase64("content") from error


def _incident(row: Incident) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "number": row.number,
        "status": row.status,
        "company": str(row.company_id),
        "category": row.category,
        "grade": row.grade,
        "discovered_at": row.discovered_at,
        "reported_at": row.reported_at,
    }


@router.get("incidents", response={200: Listed, **READS}, operation_id="list_incidents")
def list_incidents(request: HttpRequest, page: Page = 1) -> Listed:
    """Incidents, newest first; a provider sees those it was called in for."""
    return listed(queries.incidents(viewer(request), at=timezone.now()), page, _incident)


@router.post("incidents", response={201: Made, **WRITES}, operation_id="notify_incident")
def report(request: HttpRequest, body: NoticeIn, key: Key) -> HttpResponse:
    """Report an incident: a case with grade, steps and legal deadlines follows at once."""
    notice = Notice(**{**body.model_dump(), "facts": body.facts})
    return write(request, body, lambda by, at: made(notify(notice=notice, by=by, at=at)), 201)


@router.get("incidents/{uuid:incident_id}", response={200: dict[str, Any], **READS}, operation_id="get_incident")
def incident(request: HttpRequest, incident_id: UUID) -> dict[str, Any]:
    """One incident with its course, steps, providers and legal notices, as far as you may see them."""
    found = queries.detail(viewer(request), incident_id, at=timezone.now())
    return {
        **_incident(found.incident),
        "what_happened": found.incident.what_happened,
        "facts": found.incident.facts,
        "grade_reasons": found.incident.grade_reasons,
        "policy": str(found.policy.pk) if found.policy else None,
        "uncovered_day": found.uncovered_day,
        "timeline": [{"at": e.event.happened_at, "kind": e.event.kind, "words": e.event.words} for e in found.timeline],
        "tasks": [{"id": str(t.pk), "title": t.title, "status": t.status, "due_at": t.due_at} for t in found.tasks],
        "duties": [
            {
                "id": str(d.pk),
                "rule": d.rule,
                "what": d.what,
                "whom": d.whom,
                "law": d.law,
                "deadline": d.deadline,
                "status": d.status,
            }
            for d in found.duties
        ],
        "engagements": [
            {"id": str(h.engagement.pk), "provider": h.provider, "status": h.engagement.status, "findings": h.findings}
            for h in found.helpers
        ],
    }


@router.post("incidents/{uuid:incident_id}/triage", response={200: Made, **WRITES}, operation_id="triage_incident")
def classify(request: HttpRequest, incident_id: UUID, body: TriageIn, key: Key) -> HttpResponse:
    """Confirm facts, category and grade."""
    findings = triage.Findings(facts=body.facts, category=body.category, words=body.words)
    return write(
        request, body, lambda by, at: made(triage.triage(incident=incident_id, findings=findings, by=by, at=at))
    )


@router.post("incidents/{uuid:incident_id}/timeline", response={201: Made, **WRITES}, operation_id="add_event")
def event(request: HttpRequest, incident_id: UUID, body: EventIn, key: Key) -> HttpResponse:
    """Add to the course of events."""
    return write(
        request,
        body,
        lambda by, at: made(
            timeline.add_event(incident=incident_id, words=body.words, happened_at=body.happened_at, by=by, at=at)
        ),
        201,
    )


@router.post("incidents/{uuid:incident_id}/contain", response={200: Made, **WRITES}, operation_id="contain_incident")
def contain(request: HttpRequest, incident_id: UUID, body: ContainIn, key: Key) -> HttpResponse:
    """It is contained."""
    return write(
        request,
        body,
        lambda by, at: made(triage.contain(incident=incident_id, when=body.when, words=body.words, by=by, at=at)),
    )


@router.post("incidents/{uuid:incident_id}/close", response={200: Made, **WRITES}, operation_id="close_incident")
def close(request: HttpRequest, incident_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """Close it; `reason` is what was learnt."""
    return write(
        request, body, lambda by, at: made(triage.close(incident=incident_id, lesson=body.reason, by=by, at=at))
    )


@router.post("incidents/{uuid:incident_id}/engagements", response={201: Made, **WRITES}, operation_id="engage_provider")
def engage(request: HttpRequest, incident_id: UUID, body: EngageIn, key: Key) -> HttpResponse:
    """Call in a provider of the panel."""
    return write(
        request,
        body,
        lambda by, at: made(
            engagements.engage(incident=incident_id, provider=body.provider, brief=body.brief, by=by, at=at)
        ),
        201,
    )


@router.post(
    "engagements/{uuid:engagement_id}/accept", response={200: Made, **WRITES}, operation_id="accept_engagement"
)
def accept(request: HttpRequest, engagement_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """The provider takes it on."""
    return write(request, body, lambda by, at: made(engagements.accept(engagement=engagement_id, by=by, at=at)))


@router.post(
    "engagements/{uuid:engagement_id}/decline", response={200: Made, **WRITES}, operation_id="decline_engagement"
)
def turn_down(request: HttpRequest, engagement_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """The provider cannot."""
    return write(
        request,
        body,
        lambda by, at: made(engagements.decline(engagement=engagement_id, reason=body.reason, by=by, at=at)),
    )


@router.post(
    "engagements/{uuid:engagement_id}/report", response={200: Made, **WRITES}, operation_id="report_engagement"
)
def findings(request: HttpRequest, engagement_id: UUID, body: FindingsIn, key: Key) -> HttpResponse:
    """The provider's findings with its report."""
    return write(
        request,
        body,
        lambda by, at: made(
            engagements.report(
                engagement=engagement_id, findings=body.findings, upload=upload(body.report), by=by, at=at
            )
        ),
    )


@router.post("tasks/{uuid:task_id}/start", response={200: Made, **WRITES}, operation_id="start_task")
def start(request: HttpRequest, task_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """A step is begun."""
    return write(request, body, lambda by, at: made(steps.start(task=task_id, by=by, at=at)))


@router.post("tasks/{uuid:task_id}/finish", response={200: Made, **WRITES}, operation_id="finish_task")
def finish(request: HttpRequest, task_id: UUID, body: Note, key: Key) -> HttpResponse:
    """A step is done."""
    return write(request, body, lambda by, at: made(steps.finish(task=task_id, note=body.note, by=by, at=at)))


@router.post("duties/{uuid:duty_id}/done", response={200: Made, **WRITES}, operation_id="mark_duty_done")
def done(request: HttpRequest, duty_id: UUID, body: DutyIn, key: Key) -> HttpResponse:
    """The notice was given."""
    return write(
        request,
        body,
        lambda by, at: made(duties.mark_done(duty=duty_id, when=body.when, note=body.note, by=by, at=at)),
    )


@router.post("duties/{uuid:duty_id}/waive", response={200: Made, **WRITES}, operation_id="waive_duty")
def waive(request: HttpRequest, duty_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """It does not apply here, and why."""
    return write(request, body, lambda by, at: made(duties.waive(duty=duty_id, reason=body.reason, by=by, at=at)))
