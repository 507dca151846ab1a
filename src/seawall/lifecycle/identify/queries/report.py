"""Which assessment and conformity reports are kept."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.lifecycle.identify.models import Assessment
from seawall.records.vault.models import File
from seawall.records.vault.subject import Subject


@dataclass(frozen=True, slots=True)
class Held:
    """Against which version of a library, and at which level (0 where it has none), a company is held."""

    id: str
    version: str
    level: int


def name(assessment: Assessment, language: str, *, whole: bool) -> str:
    """What the report is called; the office's own has the loss model in it and says so."""
    mark = "internal-" if whole else ""
    return f"{assessment.submission.number}-{assessment.as_of.isoformat()}-{mark}{language}.pdf"


def conformity_name(assessment: Assessment, library: Held, language: str) -> str:
    """What the conformity report is called."""
    level = f"-L{library.level}" if library.level else ""
    day = assessment.as_of.isoformat()
    return f"{assessment.submission.number}-{day}-{library.id}-{library.version}{level}-{language}.pdf"


def kept(assessment: Assessment, language: str, *, whole: bool) -> File | None:
    """The newest report in a language, None while there is none."""
    return kept_as(assessment, name(assessment, language, whole=whole))


def kept_as(assessment: Assessment, wanted: str) -> File | None:
    """The newest report of this name, None while there is none."""
    subject = Subject.of(assessment)
    rows = File.objects.filter(tenant_id=assessment.tenant_id, noun=subject.noun, subject=subject.id)
    found = rows.defer("content").select_related("key").order_by("-recorded_at")
    return next((file for file in found if file.name == wanted), None)
