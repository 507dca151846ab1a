"""Detect: watches, looks, alerts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import READS, WRITES, listed, made
from seawall.entrypoints.api.v1.schemas import Empty, Key, Listed, Made, Note, Page, Reason, SettleIn
from seawall.entrypoints.api.writes import write
from seawall.lifecycle.detect.actions import alert as alerts
from seawall.lifecycle.detect.actions import watch as watches
from seawall.lifecycle.detect.models import Alert, Observation, Watch
from seawall.lifecycle.detect.queries import watch as queries

router = Router(tags=["detect"])


def _watch(row: Watch) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "policy": str(row.policy_id),
        "company": str(row.company_id),
        "every_days": row.every_days,
        "next_at": row.next_at,
        "active": row.active,
    }


@router.get("watches", response={200: Listed, **READS}, operation_id="list_watches")
def list_watches(request: HttpRequest, page: Page = 1) -> Listed:
    """Watches, active ones first."""
    return listed(queries.watches(viewer(request), at=timezone.now()), page, _watch)


@router.post("policies/{uuid:policy_id}/watch", response={201: Made, **WRITES}, operation_id="start_watch")
def start(request: HttpRequest, policy_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """Watch a running policy under the newest consent."""
    return write(request, body, lambda by, at: made(watches.start(policy=policy_id, by=by, at=at)), 201)


@router.post("watches/{uuid:watch_id}/end", response={200: Made, **WRITES}, operation_id="end_watch")
def end(request: HttpRequest, watch_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """Stop looking."""
    return write(request, body, lambda by, at: made(watches.end(watch=watch_id, reason=body.reason, by=by, at=at)))


def _observation(row: Observation) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "at": row.recorded_at,
        "scan": str(row.order_id),
        "changes": row.counts,
        "findings_sha256": row.findings_hash,
        "leaf": row.leaf.index,
    }


@router.get("watches/{uuid:watch_id}/observations", response={200: Listed, **READS}, operation_id="list_observations")
def observations(request: HttpRequest, watch_id: UUID, page: Page = 1) -> Listed:
    """The looks of a watch, newest first, each with its place in the evidence log."""
    return listed(queries.observations(viewer(request), watch_id, at=timezone.now()), page, _observation)


def _alert(row: Alert) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "policy": str(row.policy_id),
        "check": row.fault,
        "asset": row.asset,
        "change": row.change,
        "severity": row.severity,
        "effect": row.effect,
        "reason": row.reason,
        "due_on": row.due_on,
        "status": row.status,
        "outcome": row.outcome,
    }


@router.get("alerts", response={200: Listed, **READS}, operation_id="list_alerts")
def list_alerts(request: HttpRequest, page: Page = 1) -> Listed:
    """Alerts; each says whether it changes terms now, at renewal, or never."""
    return listed(queries.alerts(viewer(request), at=timezone.now()), page, _alert)


@router.post("alerts/{uuid:alert_id}/settle", response={200: Made, **WRITES}, operation_id="settle_alert")
def settle(request: HttpRequest, alert_id: UUID, body: SettleIn, key: Key) -> HttpResponse:
    """Settle it: mended, risk accepted, or a mistake."""
    return write(
        request,
        body,
        lambda by, at: made(alerts.settle(alert=alert_id, outcome=body.outcome, note=body.note, by=by, at=at)),
    )


@router.post("alerts/{uuid:alert_id}/reopen", response={200: Made, **WRITES}, operation_id="reopen_alert")
def reopen(request: HttpRequest, alert_id: UUID, body: Note, key: Key) -> HttpResponse:
    """Open it again."""
    return write(request, body, lambda by, at: made(alerts.reopen(alert=alert_id, note=body.note, by=by, at=at)))
