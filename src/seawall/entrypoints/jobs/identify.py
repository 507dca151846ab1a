"""Looking from outside: the domain's consent record, and the scan."""

from __future__ import annotations

import time
from dataclasses import asdict
from uuid import UUID

from django.utils import timezone

from seawall.core.problems import Refused
from seawall.entrypoints.egress import operators_egress
from seawall.lifecycle.identify.actions import consent as consents
from seawall.lifecycle.identify.actions import scan as scans
from seawall.lifecycle.identify.models import Consent, ScanOrder
from seawall.records.parties.viewer import Viewer
from seawall.technology.net import NotReached
from seawall.technology.scan import Progress
from seawall.technology.scan import scan as look

# Progress is written at most this often, in seconds; a page that polls sees it within a breath.
TELL_EVERY = 1.0


def verify_consent(system: Viewer, *, consent: str) -> None:
    """Ask each domain's name servers for the consent's token and report what they show; nobody once it has ended."""
    found = Consent.objects.get(pk=UUID(consent))
    if found.withdrawn_at is not None or found.valid_until < timezone.localdate():
        return
    way = operators_egress()
    seen: dict[str, str] = {}
    for domain in found.domains:
        try:
            answer = way.lookup(f"{consents.TOKEN_NAME}.{domain}", "TXT")
        except NotReached as error:
            seen[domain] = error.outcome.value
        else:
            seen[domain] = "ok" if found.token in answer.values else "missing"
    consents.report_verification(consent=found.pk, seen=seen, by=system, at=timezone.now())


def scan(system: Viewer, *, order: str) -> None:
    """Make the scan that was ordered; a consent that has ended meanwhile stops it before anything is sent."""
    number = UUID(order)
    if ScanOrder.objects.filter(pk=number, status__in=["done", "failed"]).exists():
        return
    try:
        started = scans.start(order=number, by=system, at=timezone.now())
    except Refused as refused:
        scans.fail(order=number, error=refused.code, by=system, at=timezone.now())
        return
    told = 0.0

    def tell(progress: Progress) -> None:
        nonlocal told
        if time.monotonic() - told >= TELL_EVERY:
            told = time.monotonic()
            done = {"done": progress.done, "total": progress.total, "asset": progress.asset}
            scans.tell(order=number, progress=done, by=system, at=timezone.now())

    try:
        result = look(started.domains, operators_egress(), now=timezone.now(), progress=tell)
    except scans.NoConsent:
        # `tell` has stopped the scan and the order says why.
        return
    assets = [
        {
            "name": asset.name,
            "roles": list(asset.roles),
            "addresses": list(asset.addresses),
            "vendors": [asdict(vendor) for vendor in asset.vendors],
            "names": [asdict(name) for name in asset.names],
        }
        for asset in result.assets
    ]
    scans.report(order=number, findings=result.findings, assets=assets, by=system, at=timezone.now())


def give_up(system: Viewer, *, order: str) -> None:
    """The scan broke off each time it was tried: the order fails, so that another may be given."""
    scans.fail(order=UUID(order), error="scan.check_failed", by=system, at=timezone.now())
