"""Respond: incidents and their course. Providers, steps and legal notices: `handling`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import (
    FILE,
    content_of,
    file_answer,
    file_row,
    made,
    named,
    page_of,
    reads,
    sends,
    writes,
)
from seawall.entrypoints.api.v1.schemas import respond as s
from seawall.entrypoints.api.v1.schemas.base import Code, FileIn, Key, Listed, Made, Paging, Reason, amount
from seawall.entrypoints.api.writes import write
from seawall.lifecycle.respond.actions import timeline, triage
from seawall.lifecycle.respond.actions.notify import Notice, notify
from seawall.lifecycle.respond.actions.timeline import Upload
from seawall.lifecycle.respond.models import Duty, Incident, Task
from seawall.lifecycle.respond.queries import incident as queries
from seawall.lifecycle.respond.queries import rules
from seawall.records.vault.models import Leaf

router = Router(tags=["respond"])


def upload(file: FileIn | None) -> Upload | None:
    """A file out of JSON; raises `NotBase64`."""
    return Upload(file.name, content_of(file)) if file else None


def _incident(row: Incident) -> s.Incident:
    return s.Incident(
        id=row.pk,
        number=row.number,
        status=row.status,
        company=named(row.company),  # type: ignore[arg-type]
        category=row.category,
        grade=row.grade,
        discovered_at=row.discovered_at,
        reported_at=row.reported_at,
    )


@router.get("incident-categories", response=reads(s.Categories), operation_id="list_incident_categories")
def categories(request: HttpRequest) -> s.Categories:
    """The categories of GB/T 20986 that a notice or a triage may name."""
    return s.Categories(
        categories=[s.Category(code=code, name=dict(found.name)) for code, found in rules.categories().items()]
    )


@router.get("incidents", response=reads(Listed[s.Incident]), operation_id="list_incidents")
def list_incidents(
    request: HttpRequest, paging: Query[Paging], company: UUID | None = None, status: Code = ""
) -> dict[str, Any]:
    """Incidents, newest first; a provider sees those it was called in for."""
    rows = queries.incidents(viewer(request), at=timezone.now())
    rows = rows.filter(company_id=company) if company else rows
    return page_of(rows.filter(status=status) if status else rows, paging, _incident)


@router.post("incidents", response=writes(Made, 201), operation_id="notify_incident")
def report(request: HttpRequest, body: s.NoticeIn, key: Key) -> HttpResponse:
    """Report an incident: a case with grade, steps and legal deadlines follows at once."""
    notice = Notice(**{**body.model_dump(), "facts": body.facts})
    return write(request, body, lambda by, at: made(notify(notice=notice, by=by, at=at)), 201)


def task_row(row: Task) -> s.Task:
    """A step of the playbook."""
    return s.Task(
        id=row.pk,
        key=row.key,
        phase=row.phase,
        bearer=row.bearer,
        title=row.title,
        detail=row.detail,
        due_at=row.due_at,
        status=row.status,
        done_at=row.done_at,
        note=row.note,
    )


def duty_row(row: Duty) -> s.Duty:
    """A duty to notify."""
    return s.Duty(
        id=row.pk,
        rule=row.rule,
        jurisdiction=row.jurisdiction,
        bearer=row.bearer,
        regime=row.regime,
        whom=row.whom,
        what=row.what,
        law=row.law,
        missing=row.missing,
        deadline=row.deadline,
        status=row.status,
        done_at=row.done_at,
        note=row.note,
    )


def _event(entry: queries.Entry, places: dict[UUID, int]) -> s.Event:
    event = entry.event
    return s.Event(
        id=event.pk,
        at=event.happened_at,
        kind=event.kind,
        words=event.words,
        by=event.by.name if event.by else "Seawall",
        file=entry.file.pk if entry.file else None,
        leaf=places[event.leaf_id],
    )


def _helper(found: queries.Helper) -> s.Engagement:
    engagement = found.engagement
    return s.Engagement(
        id=engagement.pk,
        provider=found.provider,
        service=engagement.service,
        status=engagement.status,
        brief=engagement.brief,
        engaged_at=engagement.engaged_at,
        respond_by=engagement.respond_by,
        answered_at=engagement.answered_at,
        price=amount(found.price) if found.price else None,
        findings=found.findings,
        report=found.report.pk if found.report else None,
    )


@router.get("incidents/{uuid:incident_id}", response=reads(s.IncidentPage), operation_id="get_incident")
def incident(request: HttpRequest, incident_id: UUID) -> s.IncidentPage:
    """One incident with its course, steps, providers and legal notices, as far as you may see them."""
    found = queries.detail(viewer(request), incident_id, at=timezone.now())
    row = found.incident
    leaves = Leaf.objects.filter(pk__in=[entry.event.leaf_id for entry in found.timeline])
    places = dict(leaves.values_list("pk", "index"))
    return s.IncidentPage(
        **_incident(row).model_dump(),
        what_happened=row.what_happened,
        affected=row.affected,
        contact=row.contact,
        occurred_at=row.occurred_at,
        contained_at=row.contained_at,
        closed_at=row.closed_at,
        lesson=row.lesson,
        facts=row.facts,
        grading=row.grading,
        grade_reasons=row.grade_reasons,
        report_level=row.report_level,
        policy=found.policy.pk if found.policy else None,
        uncovered_day=found.uncovered_day,
        timeline=[_event(entry, places) for entry in found.timeline],
        tasks=[task_row(task) for task in found.tasks],
        duties=[duty_row(duty) for duty in found.duties],
        engagements=[_helper(helper) for helper in found.helpers],
        files=[file_row(file) for file in found.files],
    )


@router.post("incidents/{uuid:incident_id}/triage", response=writes(Made), operation_id="triage_incident")
def classify(request: HttpRequest, incident_id: UUID, body: s.TriageIn, key: Key) -> HttpResponse:
    """Confirm facts, category and grade; duties and steps follow."""
    findings = triage.Findings(**{**body.model_dump(), "facts": body.facts})
    return write(
        request, body, lambda by, at: made(triage.triage(incident=incident_id, findings=findings, by=by, at=at))
    )


@router.post("incidents/{uuid:incident_id}/timeline", response=writes(Made, 201), operation_id="add_event")
def event(request: HttpRequest, incident_id: UUID, body: s.EventIn, key: Key) -> HttpResponse:
    """Add to the course of events; evidence goes into the vault."""

    def work(by: Any, at: Any) -> Made:
        return made(
            timeline.add_event(
                incident=incident_id,
                words=body.words,
                happened_at=body.happened_at,
                upload=upload(body.file),
                by=by,
                at=at,
            )
        )

    return write(request, body, work, 201)


@router.get(
    "incidents/{uuid:incident_id}/files/{uuid:file_id}",
    response=FILE,
    operation_id="get_incident_file",
    openapi_extra=sends(),
)
def evidence(request: HttpRequest, incident_id: UUID, file_id: UUID) -> HttpResponse:
    """An original of the incident; who has had it is written into the evidence log."""
    by, now = viewer(request), timezone.now()
    return file_answer(*timeline.read_evidence(incident=incident_id, file=file_id, by=by, at=now))


@router.post("incidents/{uuid:incident_id}/contain", response=writes(Made), operation_id="contain_incident")
def contain(request: HttpRequest, incident_id: UUID, body: s.ContainIn, key: Key) -> HttpResponse:
    """It is contained; clocks that count from the end of handling start."""
    return write(
        request,
        body,
        lambda by, at: made(triage.contain(incident=incident_id, when=body.when, words=body.words, by=by, at=at)),
    )


@router.post("incidents/{uuid:incident_id}/close", response=writes(Made), operation_id="close_incident")
def close(request: HttpRequest, incident_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """Close it; `reason` is what was learnt."""
    return write(
        request, body, lambda by, at: made(triage.close(incident=incident_id, lesson=body.reason, by=by, at=at))
    )


@router.post("incidents/{uuid:incident_id}/reopen", response=writes(Made), operation_id="reopen_incident")
def reopen(request: HttpRequest, incident_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """Open a closed incident again, back in triage."""
    return write(
        request, body, lambda by, at: made(triage.reopen(incident=incident_id, reason=body.reason, by=by, at=at))
    )
