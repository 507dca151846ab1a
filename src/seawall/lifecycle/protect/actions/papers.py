"""The papers of policies and quotes: drawn up by jobs and kept in the vault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from seawall.core.problems import Invalid, Problem, Refused
from seawall.lifecycle.protect.actions.policy import held
from seawall.lifecycle.protect.models import PolicyDocument
from seawall.lifecycle.protect.models.policy import KINDS, LANGUAGES
from seawall.lifecycle.protect.queries import quote as quotes
from seawall.lifecycle.protect.queries.policy import document, one
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.queue import defer
from seawall.records.vault.actions.file import deliver, store_file
from seawall.records.vault.models import File
from seawall.records.vault.subject import Subject


@dataclass(frozen=True, slots=True)
class Paper:
    """A rendered paper: `kind` of `KINDS`, `language` zh or en, its file name and bytes."""

    kind: str
    language: str
    name: str
    content: bytes


@transaction.atomic
def attach_document(*, policy: UUID | str, paper: Paper, by: Viewer, at: datetime) -> PolicyDocument:
    """Keep `paper` with the policy; the same bytes again are the same document. Raises `Invalid`, `NotFound`."""
    by.require("policy.document")
    problems = [
        Problem(field, "document.choice", {"text": value, "choices": ", ".join(known)})
        for field, value, known in (("kind", paper.kind, KINDS), ("language", paper.language, LANGUAGES))
        if value not in known
    ]
    if problems:
        raise Invalid(problems)
    found = held(policy, by=by, at=at)
    file = store_file(subject=Subject.of(found), name=paper.name, content=paper.content, by=by, at=at)
    known_row = PolicyDocument.objects.filter(policy=found, kind=paper.kind, language=paper.language, file=file).first()
    if known_row is not None:
        return known_row
    made = PolicyDocument.objects.create(
        tenant_id=by.tenant, recorded_at=at, policy=found, kind=paper.kind, language=paper.language, file=file
    )
    new = {"policy": found.number, "kind": paper.kind, "language": paper.language, "sha256": file.sha256}
    record("policy.document", made, by=by, at=at, new=new)
    return made


@transaction.atomic
def read_document(*, policy: UUID | str, kind: str, language: str, by: Viewer, at: datetime) -> tuple[File, bytes]:
    """The newest paper of that kind and language, for everyone who may see the policy; raises `NotFound`."""
    found = document(one(by, policy, at=at), kind=kind, language=language)
    return found.file, deliver(file=found.file, by=by, at=at)


class NotOffered(Refused):
    """Only what is on offer, or was, is put on paper."""

    code = "quote.not_offered"


QUOTE_PAPER = "protect.quote_paper"


@transaction.atomic
def order_quote_paper(*, quote: UUID | str, language: str, by: Viewer, at: datetime) -> None:
    """Have the quotation drawn up as PDF; raises `NotOffered`, `Invalid`, `NotFound`."""
    found = quotes.one(by, quote, at=at)
    _language(language)
    if found.status not in ("offered", "bound", "expired"):
        raise NotOffered("quote", number=found.number)
    defer(QUOTE_PAPER, tenant=by.tenant, lock=f"paper-{found.pk}", quote=str(found.pk), language=language)


@transaction.atomic
def keep_quote_paper(*, quote: UUID | str, language: str, content: bytes, by: Viewer, at: datetime) -> File:
    """Keep the drawn quotation; the same bytes again are the same file."""
    by.require("policy.document")
    found = quotes.one(by, quote, at=at)
    name = quotes.paper_name(found, language)
    return store_file(subject=Subject.of(found), name=name, content=content, by=by, at=at)


@transaction.atomic
def read_quote_paper(*, quote: UUID | str, language: str, by: Viewer, at: datetime) -> tuple[File, bytes]:
    """The newest quotation in a language, for everyone who may see the quote; raises `NotFound`."""
    found = quotes.paper(quotes.one(by, quote, at=at), language)
    if found is None:
        raise NotFound("document")
    return found, deliver(file=found, by=by, at=at)


def _language(language: str) -> None:
    if language not in LANGUAGES:
        raise Invalid([Problem("language", "document.choice", {"text": language, "choices": ", ".join(LANGUAGES)})])
