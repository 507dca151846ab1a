"""Which rows of this stage a viewer may see: those of the companies it may know of."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from seawall.lifecycle.identify.models import Assessment, Consent, ScanOrder, Submission
from seawall.records.parties.models import Organisation
from seawall.records.parties.queries.viewers import visible_companies
from seawall.records.parties.viewer import NotFound, Viewer

Owned = TypeVar("Owned", Submission, Consent, ScanOrder)


def companies(viewer: Viewer, *, at: datetime) -> QuerySet[Organisation]:
    """The insured companies that the viewer may know of."""
    # The wall of the database hides other tenants already; this holds where it is open, as in the operator's commands.
    return visible_companies(viewer, at=at).filter(tenant_id=viewer.tenant)


def company(viewer: Viewer, company_id: UUID, *, at: datetime) -> Organisation:
    """One of them; raises `NotFound` for every other."""
    found = companies(viewer, at=at).filter(pk=company_id).first()
    if found is None:
        raise NotFound("company")
    return found


def _own(rows: QuerySet[Owned], viewer: Viewer, at: datetime) -> QuerySet[Owned]:
    return rows.filter(tenant_id=viewer.tenant, company__in=companies(viewer, at=at))


def submissions(viewer: Viewer, *, at: datetime) -> QuerySet[Submission]:
    """Submissions, newest first."""
    found = _own(Submission.objects.all(), viewer, at)
    return found.select_related("company", "broker").order_by("-recorded_at")


def submission(viewer: Viewer, submission_id: UUID, *, at: datetime, lock: bool = False) -> Submission:
    """One submission, locked until the transaction ends when asked; raises `NotFound`."""
    rows = submissions(viewer, at=at)
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=submission_id).first()
    if found is None:
        raise NotFound("submission")
    return found


def consents(viewer: Viewer, company_id: UUID, *, at: datetime) -> QuerySet[Consent]:
    """A company's consents, newest first."""
    return _own(Consent.objects.filter(company_id=company_id), viewer, at).order_by("-recorded_at")


def scan_orders(viewer: Viewer, company_id: UUID, *, at: datetime) -> QuerySet[ScanOrder]:
    """A company's scans, newest first."""
    found = _own(ScanOrder.objects.filter(company_id=company_id), viewer, at)
    return found.select_related("consent", "submission").order_by("-recorded_at")


def scan_order(viewer: Viewer, order_id: UUID, *, at: datetime) -> ScanOrder:
    """One scan; raises `NotFound`."""
    found = _own(ScanOrder.objects.filter(pk=order_id), viewer, at).select_related("company", "consent").first()
    if found is None:
        raise NotFound("scan")
    return found


def assessments(viewer: Viewer, *, at: datetime) -> QuerySet[Assessment]:
    """Assessments of the submissions the viewer may see, newest first."""
    found = Assessment.objects.filter(tenant_id=viewer.tenant, submission__company__in=companies(viewer, at=at))
    return found.select_related("submission__company").order_by("-recorded_at")


def assessment(viewer: Viewer, assessment_id: UUID, *, at: datetime) -> Assessment:
    """One assessment; raises `NotFound`."""
    found = assessments(viewer, at=at).filter(pk=assessment_id).first()
    if found is None:
        raise NotFound("assessment")
    return found
