"""Respond: providers at work, steps of the playbook, legal notices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import content_of, made, page_of, reads, writes
from seawall.entrypoints.api.v1.respond import duty_row, upload
from seawall.entrypoints.api.v1.schemas import respond as s
from seawall.entrypoints.api.v1.schemas.base import Empty, Key, Listed, Made, Note, Paging, Reason, minor
from seawall.entrypoints.api.writes import write
from seawall.lifecycle.respond.actions import duty as duties
from seawall.lifecycle.respond.actions import engagement as engagements
from seawall.lifecycle.respond.actions import steps
from seawall.lifecycle.respond.actions.timeline import Upload
from seawall.lifecycle.respond.models import Duty, Engagement
from seawall.lifecycle.respond.queries import incident as queries
from seawall.records.parties.viewer import Forbidden, Viewer

router = Router(tags=["respond"])


@router.post("incidents/{uuid:incident_id}/engagements", response=writes(Made, 201), operation_id="engage_provider")
def engage(request: HttpRequest, incident_id: UUID, body: s.EngageIn, key: Key) -> HttpResponse:
    """Call in a provider of the panel."""
    return write(
        request,
        body,
        lambda by, at: made(
            engagements.engage(incident=incident_id, provider=body.provider, brief=body.brief, by=by, at=at)
        ),
        201,
    )


def _work(row: Engagement, by: Viewer) -> s.Work:
    # A provider that declined knows of nothing any more.
    gone = row.status == "declined" and not by.office
    return s.Work(
        id=row.pk,
        incident=row.incident_id,
        incident_number=row.incident.number,
        provider=row.organisation.name_zh,
        service=row.service,
        status=row.status,
        brief="" if gone else row.brief,
        engaged_at=row.engaged_at,
        respond_by=row.respond_by,
        answered_at=row.answered_at,
        price=minor(row.price, row.currency),
    )


@router.get("engagements", response=reads(Listed[s.Work]), operation_id="list_engagements")
def list_engagements(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Work for providers, open ones first: a provider's own, the office's whole list."""
    by = viewer(request)
    if not by.office and by.kind != "provider":
        raise Forbidden("", verb="engagement.report")
    return page_of(queries.engagements(by, at=timezone.now()), paging, lambda row: _work(row, by))


@router.post("engagements/{uuid:engagement_id}/accept", response=writes(Made), operation_id="accept_engagement")
def accept(request: HttpRequest, engagement_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """The provider takes it on."""
    return write(request, body, lambda by, at: made(engagements.accept(engagement=engagement_id, by=by, at=at)))


@router.post("engagements/{uuid:engagement_id}/decline", response=writes(Made), operation_id="decline_engagement")
def turn_down(request: HttpRequest, engagement_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """The provider cannot; it sees nothing of the incident any more."""
    return write(
        request,
        body,
        lambda by, at: made(engagements.decline(engagement=engagement_id, reason=body.reason, by=by, at=at)),
    )


@router.post("engagements/{uuid:engagement_id}/report", response=writes(Made), operation_id="report_engagement")
def findings(request: HttpRequest, engagement_id: UUID, body: s.FindingsIn, key: Key) -> HttpResponse:
    """The provider's findings with its report."""

    def work(by: Any, at: Any) -> Made:
        report = Upload(body.report.name, content_of(body.report))
        return made(engagements.report(engagement=engagement_id, findings=body.findings, upload=report, by=by, at=at))

    return write(request, body, work)


@router.post("tasks/{uuid:task_id}/start", response=writes(Made), operation_id="start_task")
def start(request: HttpRequest, task_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """A step is begun."""
    return write(request, body, lambda by, at: made(steps.start(task=task_id, by=by, at=at)))


@router.post("tasks/{uuid:task_id}/finish", response=writes(Made), operation_id="finish_task")
def finish(request: HttpRequest, task_id: UUID, body: Note, key: Key) -> HttpResponse:
    """A step is done."""
    return write(request, body, lambda by, at: made(steps.finish(task=task_id, note=body.note, by=by, at=at)))


def _duty(row: Duty) -> s.OpenDuty:
    return s.OpenDuty(**duty_row(row).model_dump(), incident=row.incident_id, incident_number=row.incident.number)


@router.get("duties", response=reads(Listed[s.OpenDuty]), operation_id="list_duties")
def list_duties(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Legal notices that are still owed, the earliest deadline first; a provider has none."""
    return page_of(queries.duties_due(viewer(request), at=timezone.now()), paging, _duty)


@router.post("duties/{uuid:duty_id}/done", response=writes(Made), operation_id="mark_duty_done")
def done(request: HttpRequest, duty_id: UUID, body: s.DutyIn, key: Key) -> HttpResponse:
    """The notice was given."""

    def work(by: Any, at: Any) -> Made:
        return made(
            duties.mark_done(duty=duty_id, when=body.when, note=body.note, upload=upload(body.file), by=by, at=at)
        )

    return write(request, body, work)


@router.post("duties/{uuid:duty_id}/waive", response=writes(Made), operation_id="waive_duty")
def waive(request: HttpRequest, duty_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """It does not apply here, and why."""
    return write(request, body, lambda by, at: made(duties.waive(duty=duty_id, reason=body.reason, by=by, at=at)))
