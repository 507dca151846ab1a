"""Having the settlement statement drawn up, keeping it, handing it out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from seawall.core.problems import Invalid, Problem, Refused
from seawall.lifecycle.protect.models.policy import LANGUAGES
from seawall.lifecycle.recover.queries.claim import one
from seawall.lifecycle.recover.queries.paper import may_have_statement, statement, statement_name
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.queue import defer
from seawall.records.vault.actions.file import deliver, store_file
from seawall.records.vault.models import File
from seawall.records.vault.subject import Subject

STATEMENT = "recover.statement"


class NotAdjusted(Refused):
    """There is no settlement that this viewer may have on paper."""

    code = "claim.not_adjusted"


@transaction.atomic
def order_statement(*, claim: UUID | str, language: str, by: Viewer, at: datetime) -> None:
    """Have the statement drawn up as PDF; raises `NotAdjusted`, `Invalid`, `NotFound`."""
    found = one(by, claim, at=at)
    if language not in LANGUAGES:
        raise Invalid([Problem("language", "document.choice", {"text": language, "choices": ", ".join(LANGUAGES)})])
    if not may_have_statement(by, found):
        raise NotAdjusted("claim")
    defer(STATEMENT, tenant=by.tenant, lock=f"paper-{found.pk}", claim=str(found.pk), language=language)


@transaction.atomic
def keep_statement(*, claim: UUID | str, language: str, content: bytes, by: Viewer, at: datetime) -> File:
    """Keep the drawn statement; the same bytes again are the same file."""
    by.require("claim.statement")
    found = one(by, claim, at=at)
    name = statement_name(found, language)
    return store_file(subject=Subject.of(found), name=name, content=content, by=by, at=at)


@transaction.atomic
def read_statement(*, claim: UUID | str, language: str, by: Viewer, at: datetime) -> tuple[File, bytes]:
    """The statement as the claim stands, for everyone who may see it; raises `NotFound`."""
    found = one(by, claim, at=at)
    file = statement(found, language) if may_have_statement(by, found) else None
    if file is None:
        raise NotFound("document")
    return file, deliver(file=file, by=by, at=at)
