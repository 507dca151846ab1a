"""Watching bound companies: what is due is looked at, what was looked at is compared."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from seawall.lifecycle.detect.actions import observation, watch
from seawall.lifecycle.detect.models import Watch
from seawall.lifecycle.detect.queries.watch import due
from seawall.lifecycle.identify.models import ScanOrder
from seawall.lifecycle.protect.models import Policy
from seawall.records.parties.viewer import Viewer
from seawall.records.vault.actions.log import sign_head


def patrol(system: Viewer) -> None:
    """Start the watch of policies that have a consent and none yet, and order the looks that are due."""
    now = timezone.now()
    watched = Watch.objects.filter(active=True).values("policy")
    for policy in Policy.objects.filter(status="in_force").exclude(pk__in=watched).exclude(watches__isnull=False):
        if policy.running(now):
            try:
                watch.start(policy=policy.pk, by=system, at=now)
            except watch.NoConsent:
                continue
    for held in Watch.objects.filter(active=True, order__status__in=["done", "failed"]):
        observe(system, order=str(held.order_id))
    for held in due(system, at=now):
        watch.look(watch=held.pk, by=system, at=now)


def observe(system: Viewer, *, order: str) -> None:
    """Take in the finished scan of a watch, or say that it was missed; a scan for an assessment is left alone."""
    scanned = ScanOrder.objects.get(pk=UUID(order))
    if scanned.purpose != "watch":
        return
    if scanned.status == "done":
        observation.observe(order=scanned.pk, by=system, at=timezone.now())
    elif scanned.status == "failed":
        watch.missed(order=scanned.pk, by=system, at=timezone.now())


def seal(system: Viewer) -> None:
    """Sign the head of the vault's log, so that it can be anchored elsewhere."""
    sign_head(by=system, at=timezone.now())
