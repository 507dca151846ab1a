"""The conformity report on paper: drawn up by a job, kept in the vault, the same for everybody who may read it."""

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

TASK = "identify.conformity"


@transaction.atomic
def order_paper(*, assessment: UUID, library: report.Held, language: str, by: Viewer, at: datetime) -> None:
    """Have the report on a library drawn up as PDF; raises `Invalid`, `NotFound`."""
    found = scope.assessment(by, assessment, at=at)
    need_language(language)
    defer(
        TASK,
        tenant=by.tenant,
        lock=f"conformity-{found.pk}",
        assessment=str(found.pk),
        library=library.id,
        level=library.level,
        language=language,
    )


@transaction.atomic
def keep_paper(
    *, assessment: UUID, library: report.Held, language: str, content: bytes, by: Viewer, at: datetime
) -> File:
    """Keep the drawn report; the same bytes again are the same file."""
    by.require("assessment.store")
    found = scope.assessment(by, assessment, at=at)
    name = report.conformity_name(found, library, language)
    return store_file(subject=Subject.of(found), name=name, content=content, by=by, at=at)


@transaction.atomic
def read_paper(
    *, assessment: UUID, library: report.Held, language: str, by: Viewer, at: datetime
) -> tuple[File, bytes]:
    """The report; raises `NotFound` while it is not drawn."""
    visible = scope.assessment(by, assessment, at=at)
    found = report.kept_as(visible, report.conformity_name(visible, library, language))
    if found is None:
        raise NotFound("document")
    return found, deliver(file=found, by=by, at=at)
