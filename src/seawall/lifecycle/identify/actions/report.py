"""The assessment report on paper: drawn up by a job, kept in the vault, whole for the office and without the loss
model for everybody else."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from seawall.core.texts import need_language
from seawall.lifecycle.identify.queries import report, scope
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.queue import defer
from seawall.records.vault.actions.file import deliver, store_file
from seawall.records.vault.models import File
from seawall.records.vault.subject import Subject

TASK = "identify.report"


@transaction.atomic
def order_report(*, assessment: UUID, language: str, by: Viewer, at: datetime) -> None:
    """Have the report drawn up as PDF, as this viewer may read it; raises `Invalid`, `NotFound`."""
    found = scope.assessment(by, assessment, at=at)
    need_language(language)
    defer(
        TASK,
        tenant=by.tenant,
        lock=f"report-{found.pk}",
        assessment=str(found.pk),
        language=language,
        whole=by.office,
    )


@transaction.atomic
def keep_report(*, assessment: UUID, language: str, whole: bool, content: bytes, by: Viewer, at: datetime) -> File:
    """Keep the drawn report; the same bytes again are the same file."""
    by.require("assessment.store")
    found = scope.assessment(by, assessment, at=at)
    name = report.name(found, language, whole=whole)
    return store_file(subject=Subject.of(found), name=name, content=content, by=by, at=at)


@transaction.atomic
def read_report(*, assessment: UUID, language: str, by: Viewer, at: datetime) -> tuple[File, bytes]:
    """The report as this viewer may read it; raises `NotFound` while it is not drawn."""
    found = report.kept(scope.assessment(by, assessment, at=at), language, whole=by.office)
    if found is None:
        raise NotFound("document")
    return found, deliver(file=found, by=by, at=at)
