"""Ordering an outside-in scan, and what its job reports back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from seawall.core.evidence.items import Finding
from seawall.core.problems import Refused
from seawall.lifecycle.identify.models import ScanFinding, ScanOrder, Submission
from seawall.lifecycle.identify.models.scan_order import MACHINE
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.file import consent_in_force
from seawall.records import queue
from seawall.records.journal.actions import record
from seawall.records.parties.models import Organisation
from seawall.records.parties.viewer import NotFound, Viewer


class NoConsent(Refused):
    """No verified, unexpired consent covers the domains."""

    code = "consent.none_in_force"
    status = 422


class NoDomains(Refused):
    code = "scan.no_domains"
    status = 422


class UnderWay(Refused):
    """A scan of this company is under way."""

    code = "scan.under_way"


@transaction.atomic
def order(
    *, company: UUID, domains: Sequence[str], purpose: str, submission: UUID | None = None, by: Viewer, at: datetime
) -> ScanOrder:
    """Order a scan of the company's `domains`; raises `NoDomains`, `NoConsent`, `UnderWay`."""
    by.require("scan.order")
    found = scope.company(by, company, at=at)
    Organisation.objects.select_for_update().get(pk=found.pk)
    linked = scope.submission(by, submission, at=at) if submission else None
    if not domains:
        raise NoDomains("domains")
    consent = consent_in_force(found.pk, domains, on=at.date())
    if consent is None:
        raise NoConsent("consent", domains=list(domains))
    if ScanOrder.objects.filter(company=found, status__in=["ordered", "running"]).exists():
        raise UnderWay("company")
    made = ScanOrder.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        company=found,
        submission=linked,
        consent=consent,
        domains=sorted(set(domains)),
        purpose=purpose,
    )
    record("scan.order", made, by=by, at=at, new={"domains": made.domains, "consent": str(consent.pk)})
    queue.defer("identify.scan", tenant=by.tenant, order=str(made.pk))
    return made


@transaction.atomic
def start(*, order: UUID, by: Viewer, at: datetime) -> ScanOrder:
    """The job begins (again, after a crash); raises `NoConsent` when the consent has ended meanwhile."""
    by.require("scan.report")
    found = _locked(order, by)
    found.status = MACHINE.after(found.status, "start")
    if consent_in_force(found.company_id, found.domains, on=at.date()) is None:
        raise NoConsent("consent", domains=found.domains)
    found.started_at = at
    found.save(update_fields=["status", "started_at"])
    record("scan.start", found, by=by, at=at)
    return found


@transaction.atomic
def tell(*, order: UUID, progress: Mapping[str, Any], by: Viewer, at: datetime) -> None:
    """How far the scan is."""
    by.require("scan.report")
    found = _locked(order, by)
    if found.status == "running":
        found.progress = dict(progress)
        found.save(update_fields=["progress"])
        record("scan.progress", found, by=by, at=at, new=dict(progress))


@transaction.atomic
def report(
    *, order: UUID, findings: Sequence[Finding], assets: Sequence[Mapping[str, Any]], by: Viewer, at: datetime
) -> ScanOrder:
    """The result; a second report of the same order changes nothing."""
    by.require("scan.report")
    found = _locked(order, by)
    if found.status == "done":
        return found
    found.status = MACHINE.after(found.status, "finish")
    found.finished_at, found.assets = at, [dict(asset) for asset in assets]
    found.save(update_fields=["status", "finished_at", "assets"])
    ScanFinding.objects.bulk_create(
        ScanFinding(
            tenant_id=by.tenant,
            recorded_at=at,
            order=found,
            check_id=f.check,
            asset=f.asset,
            state=f.state,
            severity=f.severity,
            observed_at=f.observed_at,
            detail=dict(f.detail),
            reason=f.reason,
        )
        for f in findings
    )
    counts = {state: sum(f.state == state for f in findings) for state in ("found", "not_found", "could_not_check")}
    record("scan.report", found, by=by, at=at, new=counts)
    return found


@transaction.atomic
def fail(*, order: UUID, error: str, by: Viewer, at: datetime) -> ScanOrder:
    """The scan could not be made; what was wrong is kept for people to see."""
    by.require("scan.report")
    found = _locked(order, by)
    if found.status in {"done", "failed"}:
        return found
    found.status = MACHINE.after(found.status, "fail")
    found.finished_at, found.error = at, error[:200]
    found.save(update_fields=["status", "finished_at", "error"])
    record("scan.fail", found, by=by, at=at, new={"error": found.error})
    return found


def _locked(order: UUID, by: Viewer) -> ScanOrder:
    found = ScanOrder.objects.select_for_update().filter(tenant_id=by.tenant, pk=order).first()
    if found is None:
        raise NotFound("scan")
    return found


def domains_of(submission: Submission) -> list[str]:
    """The domains that a submission names."""
    return [str(d) for d in submission.document.get("company", {}).get("domains", [])]
