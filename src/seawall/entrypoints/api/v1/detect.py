"""Detect: watches, looks, alerts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from seawall.core.evidence.changes import Change
from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import made, page_of, reads, writes
from seawall.entrypoints.api.v1.looks import finding
from seawall.entrypoints.api.v1.schemas import detect as s
from seawall.entrypoints.api.v1.schemas.base import Code, Key, Listed, Made, Note, Paging, Reason
from seawall.entrypoints.api.writes import write
from seawall.lifecycle.detect.actions import alert as alerts
from seawall.lifecycle.detect.actions import watch as watches
from seawall.lifecycle.detect.models import Alert, Observation, Watch
from seawall.lifecycle.detect.queries import watch as queries

router = Router(tags=["detect"])


def _watch(row: Watch) -> s.Watch:
    return s.Watch(
        id=row.pk,
        policy=row.policy_id,
        company=row.company_id,
        consent=row.consent_id,
        every_days=row.every_days,
        next_at=row.next_at,
        active=row.active,
        ended_at=row.ended_at,
        ended_because=row.ended_because,
    )


@router.get("watches", response=reads(Listed[s.Watch]), operation_id="list_watches")
def list_watches(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Watches, active ones first."""
    return page_of(queries.watches(viewer(request), at=timezone.now()), paging, _watch)


@router.get("watches/{uuid:watch_id}", response=reads(s.Watch), operation_id="get_watch")
def watch(request: HttpRequest, watch_id: UUID) -> s.Watch:
    """One watch."""
    return _watch(queries.watch(viewer(request), watch_id, at=timezone.now()))


@router.post("policies/{uuid:policy_id}/watch", response=writes(Made, 201), operation_id="start_watch")
def start(request: HttpRequest, policy_id: UUID, body: s.StartIn, key: Key) -> HttpResponse:
    """Watch a running policy under the newest consent."""
    return write(
        request,
        body,
        lambda by, at: made(watches.start(policy=policy_id, every_days=body.every_days, by=by, at=at)),
        201,
    )


@router.post("watches/{uuid:watch_id}/end", response=writes(Made), operation_id="end_watch")
def end(request: HttpRequest, watch_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """Stop looking."""
    return write(request, body, lambda by, at: made(watches.end(watch=watch_id, reason=body.reason, by=by, at=at)))


def _observation(row: Observation) -> s.Observation:
    return s.Observation(
        id=row.pk,
        at=row.recorded_at,
        scan=row.order_id,
        changes=row.counts,
        findings_sha256=row.findings_hash,
        leaf=row.leaf.index,
    )


@router.get(
    "watches/{uuid:watch_id}/observations", response=reads(Listed[s.Observation]), operation_id="list_observations"
)
def observations(request: HttpRequest, watch_id: UUID, paging: Query[Paging]) -> dict[str, Any]:
    """The looks of a watch, newest first, each with its place in the evidence log."""
    return page_of(queries.observations(viewer(request), watch_id, at=timezone.now()), paging, _observation)


def _change(found: Change) -> s.Change:
    return s.Change(
        check=found.check,
        asset=found.asset,
        kind=found.kind,
        before=finding(found.before) if found.before else None,
        after=finding(found.after) if found.after else None,
    )


@router.get("observations/{uuid:observation_id}", response=reads(s.ObservationPage), operation_id="get_observation")
def observation(request: HttpRequest, observation_id: UUID) -> s.ObservationPage:
    """One look, and what it showed that was not so before."""
    found = queries.observation(viewer(request), observation_id, at=timezone.now())
    return s.ObservationPage(
        **_observation(found).model_dump(),
        watch=found.watch_id,
        differences=[_change(change) for change in queries.changes_of(found)],
    )


def _alert(row: Alert) -> s.Alert:
    return s.Alert(
        id=row.pk,
        policy=row.policy_id,
        watch=row.watch_id,
        check=row.fault,
        asset=row.asset,
        change=row.change,
        severity=row.severity,
        effect=row.effect,
        reason=row.reason,
        control=row.control,
        due_on=row.due_on,
        status=row.status,
        outcome=row.outcome,
        note=row.note,
        raised_at=row.recorded_at,
        settled_at=row.settled_at,
    )


@router.get("alerts", response=reads(Listed[s.Alert]), operation_id="list_alerts")
def list_alerts(
    request: HttpRequest, paging: Query[Paging], policy: UUID | None = None, status: Code = ""
) -> dict[str, Any]:
    """Alerts, open ones first; each says whether it changes terms now, at renewal, or never."""
    rows = queries.alerts(viewer(request), at=timezone.now())
    rows = rows.filter(policy_id=policy) if policy else rows
    return page_of(rows.filter(status=status) if status else rows, paging, _alert)


@router.get("alerts/{uuid:alert_id}", response=reads(s.Alert), operation_id="get_alert")
def alert(request: HttpRequest, alert_id: UUID) -> s.Alert:
    """One alert."""
    return _alert(queries.alert(viewer(request), alert_id, at=timezone.now()))


@router.post("alerts/{uuid:alert_id}/settle", response=writes(Made), operation_id="settle_alert")
def settle(request: HttpRequest, alert_id: UUID, body: s.SettleIn, key: Key) -> HttpResponse:
    """Settle it; accepting a risk or calling it mistaken is the underwriter's."""
    return write(
        request,
        body,
        lambda by, at: made(alerts.settle(alert=alert_id, outcome=body.outcome, note=body.note, by=by, at=at)),
    )


@router.post("alerts/{uuid:alert_id}/reopen", response=writes(Made), operation_id="reopen_alert")
def reopen(request: HttpRequest, alert_id: UUID, body: Note, key: Key) -> HttpResponse:
    """Open it again; the underwriter's."""
    return write(request, body, lambda by, at: made(alerts.reopen(alert=alert_id, note=body.note, by=by, at=at)))
