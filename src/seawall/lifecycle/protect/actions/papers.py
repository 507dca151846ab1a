"""The papers of a policy: drawn up by a job, kept in the vault, one row for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from seawall.core.problems import Invalid, Problem
from seawall.lifecycle.protect.actions.policy import held
from seawall.lifecycle.protect.models import PolicyDocument
from seawall.lifecycle.protect.models.policy import KINDS, LANGUAGES
from seawall.lifecycle.protect.queries.policy import document, one
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import Viewer
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
