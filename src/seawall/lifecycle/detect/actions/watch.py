"""Watching a policy's domains while it runs: start, order the looks that are due, end."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from seawall.core.problems import Refused
from seawall.lifecycle.detect.models import Watch
from seawall.lifecycle.identify.actions import scan
from seawall.lifecycle.identify.models import Consent, ScanOrder
from seawall.lifecycle.protect.models import Policy
from seawall.records.journal.actions import record
from seawall.records.parties.queries.viewers import visible_companies
from seawall.records.parties.viewer import NotFound, Viewer

EVERY, LEAST, MOST = 7, 1, 92
AGAIN = timedelta(days=1)


class NoConsent(Refused):
    """Nothing is looked at without a verified consent in force."""

    code = "watch.no_consent"
    status = 422


class Running(Refused):
    code = "watch.running"


class NotRunning(Refused):
    """The policy does not run on this day."""

    code = "watch.policy_not_running"


class Interval(Refused):
    code = "watch.interval"
    status = 422


@transaction.atomic
def start(*, policy: UUID, every_days: int = EVERY, by: Viewer, at: datetime) -> Watch:
    """Watch a running policy under the company's newest consent; the first look is due at once.

    Raises `Interval`, `NotRunning`, `Running`, `NoConsent`.
    """
    by.require("watch.start")
    companies = visible_companies(by, at=at)
    held = Policy.objects.select_for_update().filter(tenant_id=by.tenant, pk=policy, insured__in=companies).first()
    if held is None:
        raise NotFound("policy")
    if not LEAST <= every_days <= MOST:
        raise Interval("every_days", low=LEAST, high=MOST)
    if not held.running(at):
        raise NotRunning("policy", number=held.number)
    if Watch.objects.filter(policy=held, active=True).exists():
        raise Running("policy")
    day = timezone.localdate(at)
    consents = Consent.objects.filter(
        company_id=held.insured_id,
        verified_at__isnull=False,
        withdrawn_at=None,
        valid_from__lte=day,
        valid_until__gte=day,
    )
    consent = consents.order_by("-valid_until", "-recorded_at").first()
    if consent is None:
        raise NoConsent("consent")
    made = Watch.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        policy=held,
        company_id=held.insured_id,
        consent=consent,
        every_days=every_days,
        next_at=at,
    )
    new = {"policy": held.number, "consent": str(consent.pk), "every_days": every_days}
    record("watch.start", made, by=by, at=at, new=new)
    return made


@transaction.atomic
def look(*, watch: UUID, by: Viewer, at: datetime) -> ScanOrder | None:
    """Order the scan of a watch that is due. None when it is not due, or can be watched no longer, or must wait.

    A watch ends with its policy and with its consent; a scan of the company under way makes it wait.
    """
    by.require("watch.run")
    held = _locked(watch, by)
    if not held.active or held.order_id is not None or held.next_at > at:
        return None
    if not held.policy.running(at):
        _end(held, "policy_ended", by, at)
        return None
    try:
        with transaction.atomic():
            order = scan.order(company=held.company_id, domains=held.consent.domains, purpose="watch", by=by, at=at)
    except scan.NoConsent:
        _end(held, "consent_ended", by, at)
        return None
    except scan.UnderWay:
        return None
    held.order, held.next_at = order, at + timedelta(days=held.every_days)
    held.save(update_fields=["order", "next_at"])
    record("watch.look", held, by=by, at=at, new={"order": str(order.pk), "next_at": held.next_at})
    return order


@transaction.atomic
def missed(*, order: UUID, by: Viewer, at: datetime) -> Watch | None:
    """The scan failed: nothing is known to have changed, and the next look comes sooner. None when not ours."""
    by.require("watch.run")
    place = Watch.objects.filter(tenant_id=by.tenant, order=order, order__status="failed").first()
    if place is None:
        return None
    held = _locked(place.pk, by)
    held.order, held.next_at = None, min(held.next_at, at + AGAIN)
    held.save(update_fields=["order", "next_at"])
    record("watch.missed", held, by=by, at=at, new={"order": str(order), "next_at": held.next_at})
    return held


@transaction.atomic
def end(*, watch: UUID, reason: str, by: Viewer, at: datetime) -> Watch:
    """Watch no longer; alerts stay as they are."""
    by.require("watch.end")
    held = _locked(watch, by)
    if held.active:
        _end(held, "by_hand", by, at, reason.strip())
    return held


def _end(held: Watch, because: str, by: Viewer, at: datetime, reason: str = "") -> None:
    held.active, held.ended_at, held.ended_because = False, at, because
    held.save(update_fields=["active", "ended_at", "ended_because"])
    record("watch.end", held, by=by, at=at, new={"because": because}, reason=reason)


def _locked(watch: UUID, by: Viewer) -> Watch:
    held = Watch.objects.select_for_update().filter(tenant_id=by.tenant, pk=watch).first()
    if held is None:
        raise NotFound("watch")
    return held
