"""Watches, observations and alerts as far as the viewer may see them: the office all, brokers and insureds those of
the companies they may know of, providers none."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from uuid import UUID

from django.db.models import F, QuerySet

from seawall import reference
from seawall.core.evidence.alerts import Rule, load_rules
from seawall.core.evidence.changes import Change, compare, known, not_repeated
from seawall.core.evidence.items import Finding
from seawall.core.evidence.observations import Checks
from seawall.lifecycle.detect.models import Alert, Observation, Watch
from seawall.lifecycle.identify.models import ScanOrder
from seawall.lifecycle.identify.queries.file import findings_of
from seawall.records.parties.queries.viewers import visible_companies
from seawall.records.parties.viewer import NotFound, Viewer


def watches(viewer: Viewer, *, at: datetime) -> QuerySet[Watch]:
    """Watches, active ones first."""
    found = Watch.objects.filter(tenant_id=viewer.tenant).select_related("policy", "company", "consent")
    if not viewer.office:
        found = found.filter(company__in=visible_companies(viewer, at=at))
    return found.order_by("-active", "next_at")


def watch(viewer: Viewer, watch_id: UUID, *, at: datetime) -> Watch:
    """One watch; raises `NotFound`."""
    found = watches(viewer, at=at).filter(pk=watch_id).first()
    if found is None:
        raise NotFound("watch")
    return found


def observations(viewer: Viewer, watch_id: UUID, *, at: datetime) -> QuerySet[Observation]:
    """The looks of one watch, newest first."""
    return watch(viewer, watch_id, at=at).observations.select_related("order", "leaf")


def alerts(viewer: Viewer, *, at: datetime) -> QuerySet[Alert]:
    """Alerts: open ones first, of these what has effect now and is due soonest."""
    found = Alert.objects.filter(watch__in=watches(viewer, at=at).order_by())
    return found.select_related("policy", "watch__company", "observation").order_by(
        "status", F("due_on").asc(nulls_last=True), "effect", "-recorded_at"
    )


def alert(viewer: Viewer, alert_id: UUID, *, at: datetime) -> Alert:
    """One alert; raises `NotFound`."""
    found = alerts(viewer, at=at).filter(pk=alert_id).first()
    if found is None:
        raise NotFound("alert")
    return found


def due(viewer: Viewer, *, at: datetime) -> QuerySet[Watch]:
    """Active watches whose next look is due and that have none under way, the longest overdue first."""
    viewer.require("watch.run")
    waiting = Watch.objects.filter(tenant_id=viewer.tenant, active=True, next_at__lte=at, order=None)
    return waiting.select_related("policy", "consent").order_by("next_at")


def observation(viewer: Viewer, observation_id: UUID, *, at: datetime) -> Observation:
    """One look; raises `NotFound`."""
    found = Observation.objects.filter(watch__in=watches(viewer, at=at).order_by(), pk=observation_id)
    row = found.select_related("watch__policy", "watch__company", "order", "leaf__log").first()
    if row is None:
        raise NotFound("observation")
    return row


def changes_of(made: Observation) -> tuple[Change, ...]:
    """What the look showed against what was known before it, worked out again from the findings of both."""
    return compare(_known_before(made), findings_of(made.order))


def not_repeated_in(made: Observation) -> tuple[Change, ...]:
    """What was known and this look could not check again; none of it is a change."""
    return not_repeated(_known_before(made), findings_of(made.order))


def _known_before(made: Observation) -> dict[tuple[str, str], Finding]:
    return _known(made.watch, made.order, made.watch.observations.filter(recorded_at__lt=made.recorded_at))


def known_before(held: Watch, order: ScanOrder) -> dict[tuple[str, str], Finding]:
    """What was known before `order`: the last scan before the watch began, and every look since."""
    return _known(held, order, held.observations.exclude(order=order))


def _known(held: Watch, order: ScanOrder, seen: QuerySet[Observation]) -> dict[tuple[str, str], Finding]:
    first = (
        ScanOrder.objects.filter(company_id=held.company_id, status="done", finished_at__lte=held.recorded_at)
        .exclude(pk=order.pk)
        .exclude(observation__watch=held)
        .order_by("-finished_at")
        .first()
    )
    looks = [first] if first else []
    later = seen.select_related("order").order_by("order__finished_at")
    return known(findings_of(look) for look in [*looks, *(observation.order for observation in later)])


@cache
def rules() -> tuple[Rule, ...]:
    """The rule table that ships."""
    return load_rules(reference.load("alerts").body, checks().checks)


@cache
def checks() -> Checks:
    return Checks.load(reference.load("checks").body)


def control_of(fault: str) -> str:
    """The control that a fault says most about, empty when it says nothing."""
    readings = checks().checks[fault].found if fault in checks().checks else ()
    return max(readings, key=lambda reading: reading.reliability).control if readings else ""
