"""Ordering an outside-in scan, and what its job reports back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from seawall.core.evidence.items import Finding
from seawall.core.evidence.observations import UnknownCheck
from seawall.core.problems import Collector, Refused
from seawall.lifecycle.identify.actions.asset import scanned as list_scanned
from seawall.lifecycle.identify.actions.consent import host_names
from seawall.lifecycle.identify.models import ScanFinding, ScanOrder, Submission
from seawall.lifecycle.identify.models.scan_order import MACHINE, PURPOSES, STATES
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.file import consent_in_force
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records import queue
from seawall.records.journal.actions import record
from seawall.records.parties.models import Organisation
from seawall.records.parties.viewer import NotFound, Viewer

OPEN, CLOSED = ("ordered", "running"), ("done", "failed")


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


class FindingTwice(Refused):
    """A report holds the same check of the same asset twice."""

    code = "scan.finding_twice"
    status = 422


@transaction.atomic
def order(
    *, company: UUID, domains: Sequence[str], purpose: str, submission: UUID | None = None, by: Viewer, at: datetime
) -> ScanOrder:
    """Order a scan of the company's `domains`, or of hosts under them.

    Raises `Invalid` for what is no public host name, `NoDomains`, `NoConsent`, `UnderWay`.
    """
    by.require("scan.order")
    found = scope.company(by, company, at=at)
    Organisation.objects.select_for_update().get(pk=found.pk)
    linked = scope.submission(by, submission, at=at) if submission else None
    if linked is not None and linked.company_id != found.pk:
        raise NotFound("submission")
    problems = Collector()
    names = host_names(domains, problems)
    if purpose not in PURPOSES:
        problems.add("purpose", "document.choice", text=purpose[:40], choices=", ".join(PURPOSES))
    problems.raise_if_any()
    if not names:
        raise NoDomains("domains")
    consent = consent_in_force(found.pk, names, on=timezone.localdate(at))
    if consent is None:
        raise NoConsent("consent", domains=", ".join(names))
    if ScanOrder.objects.filter(company=found, status__in=OPEN).exists():
        raise UnderWay("company")
    made = ScanOrder.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        company=found,
        submission=linked,
        consent=consent,
        domains=names,
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
    old = found.status
    found.status = MACHINE.after(old, "start")
    if not _allowed(found, at):
        raise _no_consent(found)
    found.started_at = at
    found.save(update_fields=["status", "started_at"])
    record("scan.start", found, by=by, at=at, old={"status": old}, new={"status": found.status})
    return found


def tell(*, order: UUID, progress: Mapping[str, Any], by: Viewer, at: datetime) -> None:
    """How far the scan is; when the consent has ended meanwhile the order fails and `NoConsent` stops the scan."""
    by.require("scan.report")
    with transaction.atomic():
        found = _locked(order, by)
        if found.status != "running":
            return
        stopped = not _allowed(found, at)
        if stopped:
            _fail(found, NoConsent.code, by, at)
        else:
            found.progress = dict(progress)
            found.save(update_fields=["progress"])
            record("scan.progress", found, by=by, at=at, new=dict(progress))
    # Raised after the failure is written down, so that it stays.
    if stopped:
        raise _no_consent(found)


@transaction.atomic
def report(
    *, order: UUID, findings: Sequence[Finding], assets: Sequence[Mapping[str, Any]], by: Viewer, at: datetime
) -> ScanOrder:
    """The result; a second report of the same order changes nothing.

    When the consent has ended while the scan ran, the findings are not kept and the order fails.
    Raises `UnknownCheck` and `FindingTwice`, which would spoil every later assessment.
    """
    by.require("scan.report")
    found = _locked(order, by)
    if found.status in CLOSED:
        return found
    MACHINE.after(found.status, "finish")
    if not _allowed(found, at):
        return _fail(found, NoConsent.code, by, at)
    _check_findings(findings, by, at)
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
    list_scanned(found, by=by, at=at)
    counts = {state: sum(f.state == state for f in findings) for state in STATES}
    record("scan.report", found, by=by, at=at, new=counts)
    return found


def _check_findings(findings: Sequence[Finding], by: Viewer, at: datetime) -> None:
    known = library_on(by, on=timezone.localdate(at)).checks.checks
    seen: set[tuple[str, str]] = set()
    for finding in findings:
        if finding.check not in known:
            raise UnknownCheck("check", check=finding.check)
        if (finding.check, finding.asset) in seen:
            raise FindingTwice("findings", check=finding.check, asset=finding.asset)
        seen.add((finding.check, finding.asset))


@transaction.atomic
def fail(*, order: UUID, error: str, by: Viewer, at: datetime) -> ScanOrder:
    """The scan could not be made; what was wrong is kept for people to see."""
    by.require("scan.report")
    found = _locked(order, by)
    return found if found.status in CLOSED else _fail(found, error, by, at)


def _fail(found: ScanOrder, error: str, by: Viewer, at: datetime) -> ScanOrder:
    found.status = MACHINE.after(found.status, "fail")
    found.finished_at, found.error = at, error[:200]
    found.save(update_fields=["status", "finished_at", "error"])
    record("scan.fail", found, by=by, at=at, new={"error": found.error})
    return found


def _allowed(found: ScanOrder, at: datetime) -> bool:
    return consent_in_force(found.company_id, found.domains, on=timezone.localdate(at)) is not None


def _no_consent(found: ScanOrder) -> NoConsent:
    return NoConsent("consent", domains=", ".join(found.domains))


def _locked(order: UUID, by: Viewer) -> ScanOrder:
    found = ScanOrder.objects.select_for_update().filter(tenant_id=by.tenant, pk=order).first()
    if found is None:
        raise NotFound("scan")
    return found


def domains_of(submission: Submission) -> list[str]:
    """The domains that a submission names."""
    return [str(d) for d in submission.document.get("company", {}).get("domains", [])]
