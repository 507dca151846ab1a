"""The risk universe and the book: whom a scenario strikes hardest, and what another universe would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import JSONField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from seawall.core.assessment.assess import as_array, beliefs_of
from seawall.core.evidence.items import Finding
from seawall.core.library import Library
from seawall.core.scoring.posture import score_of
from seawall.core.submission import read
from seawall.core.universe.risk import company_risk
from seawall.lifecycle.identify.models import Assessment
from seawall.lifecycle.identify.queries import scope
from seawall.records.parties.models import Organisation
from seawall.records.parties.viewer import Forbidden, Viewer

# Companies are taken by their newest assessment; beyond these the oldest are left out, and it is said how many.
MOST = 200


@dataclass(frozen=True, slots=True)
class Struck:
    """A company for which a scenario matters: level and value of the standard, and for the office the loss a year."""

    company: Organisation
    assessment: UUID
    level: int
    value: float
    missing: float
    expected: float | None
    share: float | None


def struck(viewer: Viewer, scenario: str, *, at: datetime, most: int = 10) -> list[Struck]:
    """Companies of the viewer for which the scenario matters most, from their newest assessment.

    By expected loss a year for the office, by the standard's level and value for others, who learn no loss.
    """
    found = []
    for row in _newest(viewer, at).annotate(told=Cast(KT("result__scenarios"), JSONField())).defer("result", "inputs"):
        told: list[dict[str, Any]] = row.told
        own = next((s for s in told if s["scenario"] == scenario), None)
        if own is None:
            continue
        total = sum(float(s["expected"]) for s in told)
        risk = own["gbt20984"]["record"]
        found.append(
            Struck(
                company=row.submission.company,
                assessment=row.pk,
                level=int(risk["level"]),
                value=float(risk["value"]),
                missing=float(own["missing"]),
                expected=float(own["expected"]) if viewer.office else None,
                share=float(own["expected"]) / total if viewer.office and total else None,
            )
        )
    found.sort(key=lambda s: (-(s.expected or 0), -s.level, -s.value, str(s.company.pk)))
    return found[:most]


@dataclass(frozen=True, slots=True)
class Moved:
    """One company under both universes: score of 0 to 100, expected loss a year in the universe's currency."""

    company: str
    assessment: str
    score_before: float
    score_after: float
    loss_before: float
    loss_after: float

    @property
    def change(self) -> float:
        return self.loss_after - self.loss_before


@dataclass(frozen=True, slots=True)
class Trial:
    """The book under both universes; `companies` in all, of which `rows` were computed, the largest change first."""

    rows: tuple[Moved, ...]
    companies: int
    currency: str

    def as_dict(self) -> dict[str, Any]:
        return {"rows": [asdict(row) for row in self.rows], "companies": self.companies, "currency": self.currency}


def trial(viewer: Viewer, before: Library, after: Library, *, at: datetime, most: int = MOST) -> Trial:
    """Score and expected loss of every company under two libraries, from the newest stored inputs; keeps nothing.

    Both are computed now: what differs between them is the universe alone. Raises `Forbidden` outside the office.
    """
    if not viewer.office:
        raise Forbidden("", verb="universe.draft")
    newest = _newest(viewer, at)
    rows = [_moved(row, before, after) for row in newest.defer("result")[:most]]
    rows.sort(key=lambda row: (-abs(row.change), row.assessment))
    return Trial(tuple(rows), newest.count(), after.universe.currency)


def _newest(viewer: Viewer, at: datetime) -> Any:
    """The newest assessment of each company in sight."""
    return (
        scope.assessments(viewer, at=at)
        .order_by("submission__company_id", "-recorded_at", "pk")
        .distinct("submission__company_id")
    )


def _moved(row: Assessment, before: Library, after: Library) -> Moved:
    old, new = (dict(_figures(row, library)) for library in (before, after))
    return Moved(
        company=str(row.submission.company_id),
        assessment=str(row.pk),
        score_before=old["score"],
        score_after=new["score"],
        loss_before=old["loss"],
        loss_after=new["loss"],
    )


def _figures(row: Assessment, library: Library) -> Iterator[tuple[str, float]]:
    content = read(row.inputs["submission"], as_of=row.as_of)
    priors = {c: (p.absent, p.partial, p.present) for c, p in library.controls.priors.items()}
    risk = company_risk(content.company, library.universe, priors)
    beliefs = as_array(risk, beliefs_of(content, _findings(row.inputs), library, as_of=row.as_of))
    yield "score", round(float(score_of(risk, beliefs)), 2)
    yield "loss", round(float(risk.total(beliefs)), 2)


def _findings(inputs: Mapping[str, Any]) -> list[Finding]:
    return [Finding(**{**f, "observed_at": datetime.fromisoformat(f["observed_at"])}) for f in inputs["findings"]]
