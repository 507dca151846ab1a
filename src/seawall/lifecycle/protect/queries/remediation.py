"""The fixes of a company and how far they are; the office, its broker and the company itself see the same."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from seawall.lifecycle.protect.models import Remediation
from seawall.records.parties.queries.viewers import visible_companies
from seawall.records.parties.viewer import NotFound, Viewer


def remediations(viewer: Viewer, *, at: datetime, company: UUID | None = None) -> QuerySet[Remediation]:
    """Fixes the viewer may know of, most points first, of one company when named."""
    found = Remediation.objects.filter(tenant_id=viewer.tenant, company__in=visible_companies(viewer, at=at))
    found = found.select_related("company", "promised_by", "verified_by")
    return found if company is None else found.filter(company_id=company)


def one(viewer: Viewer, remediation: UUID, *, at: datetime) -> Remediation:
    """The fix, or `NotFound` for one that is not there or not for this viewer."""
    found = remediations(viewer, at=at).filter(pk=remediation).first()
    if found is None:
        raise NotFound("remediation")
    return found
