"""Which assessment reports are kept."""

from __future__ import annotations

from seawall.lifecycle.identify.models import Assessment
from seawall.records.vault.models import File
from seawall.records.vault.subject import Subject

LANGUAGES = ("zh", "en")


def name(assessment: Assessment, language: str, *, whole: bool) -> str:
    """What the report is called; the office's own has the loss model in it and says so."""
    mark = "internal-" if whole else ""
    return f"{assessment.submission.number}-{assessment.as_of.isoformat()}-{mark}{language}.pdf"


def kept(assessment: Assessment, language: str, *, whole: bool) -> File | None:
    """The newest report in a language, None while there is none."""
    subject, wanted = Subject.of(assessment), name(assessment, language, whole=whole)
    rows = File.objects.filter(tenant_id=assessment.tenant_id, noun=subject.noun, subject=subject.id)
    found = rows.defer("content").select_related("key").order_by("-recorded_at")
    return next((file for file in found if file.name == wanted), None)
