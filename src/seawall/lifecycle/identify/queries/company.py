"""One insured company as a page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from seawall.core.evidence.items import SEVERITIES, Finding
from seawall.lifecycle.identify.models import Assessment, Consent, ScanOrder, Submission
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.file import findings_of, newest_scan
from seawall.records.parties.models import Mandate, Organisation
from seawall.records.parties.viewer import Viewer

# What an assessment says of the insurer's loss model; outside the office nobody reads it.
_MODEL = ("losses", "relativities")
_SCENARIO = ("scenario", "missing", "solvable", "insurable", "grounds", "treatment", "gbt20984")
_OPTION = ("product", "version", "covers", "limit", "retention", "premium", "add", "rating", "refused")


@dataclass(frozen=True, slots=True)
class CompanyPage:
    """`findings` are the faults of the newest finished scan, gravest first; `unseen` the checks it could not make."""

    company: Organisation
    broker: Organisation | None
    submissions: tuple[Submission, ...]
    assessment: Assessment | None
    result: Mapping[str, Any]
    assessments: tuple[Assessment, ...]
    consents: tuple[Consent, ...]
    scans: tuple[ScanOrder, ...]
    findings: tuple[Finding, ...]
    unseen: tuple[Finding, ...]


def page(viewer: Viewer, company: UUID, *, at: datetime) -> CompanyPage:
    """Everything this stage knows of a company that the viewer may see; raises `NotFound`."""
    found = scope.company(viewer, company, at=at)
    mandate = (
        Mandate.objects.filter(client=found, period__contains=timezone.localdate(at)).select_related("broker").first()
    )
    made = tuple(scope.assessments(viewer, at=at).filter(submission__company=found))
    scanned = newest_scan(found.pk)
    findings = findings_of(scanned) if scanned else ()
    faults = sorted((f for f in findings if f.state == "found"), key=lambda f: -SEVERITIES.index(f.severity))
    return CompanyPage(
        company=found,
        broker=mandate.broker if mandate else None,
        submissions=tuple(scope.submissions(viewer, at=at).filter(company=found)),
        assessment=made[0] if made else None,
        result=told(viewer, made[0]) if made else {},
        assessments=made,
        consents=tuple(scope.consents(viewer, found.pk, at=at)),
        scans=tuple(scope.scan_orders(viewer, found.pk, at=at)),
        findings=tuple(faults),
        unseen=tuple(f for f in findings if f.state == "could_not_check"),
    )


def told(viewer: Viewer, assessment: Assessment) -> dict[str, Any]:
    """The result of an assessment as the viewer may read it: whole for the office, without the loss model for others.

    Score, beliefs, contradictions, fixes, risk levels and premiums with their steps stay.
    """
    result: dict[str, Any] = dict(assessment.result)
    return result if viewer.office else without_model(result)


def without_model(result: Mapping[str, Any]) -> dict[str, Any]:
    """What people outside the office may read of an assessment."""
    kept = {key: value for key, value in result.items() if key not in _MODEL}
    kept["scenarios"] = [_only(scenario, _SCENARIO) for scenario in result["scenarios"]]
    kept["options"] = [_only(option, _OPTION) for option in result["options"]]
    return kept


def _only(found: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: found[key] for key in keys if key in found}
