"""Records: the evidence vault, its files, its signed heads, and what is taken out to be checked without us."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import FILE, download, file_answer, file_row, page_of, reads, sends, writes
from seawall.entrypoints.api.v1.schemas import records as s
from seawall.entrypoints.api.v1.schemas.base import Empty, FileOut, Key, Listed, Moment, Paging
from seawall.entrypoints.api.writes import write
from seawall.lifecycle.protect.queries import policy as policies
from seawall.lifecycle.recover.queries.claim import claims
from seawall.lifecycle.respond.queries.incident import incidents
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.vault.actions.export import export
from seawall.records.vault.actions.file import erase, read_file
from seawall.records.vault.actions.log import anchor, anchor_of
from seawall.records.vault.models import Head, Leaf
from seawall.records.vault.queries import log as queries
from seawall.records.vault.subject import Scope, Subject

router = Router(tags=["records"])
Noun = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$", description="the kind of object, such as incident or claim")]
LINES = "application/x-ndjson"


@router.get("vault/files", response=reads(Listed[FileOut]), operation_id="list_vault_files")
def files(request: HttpRequest, noun: Noun, subject: UUID, paging: Query[Paging]) -> dict[str, Any]:
    """The originals of one object: all for the office, one's own for others, none for brokers."""
    by = viewer(request)
    by.require("vault.read")
    return page_of(queries.files_of(by, Subject(noun, str(subject))), paging, file_row)


@router.get("vault/files/{uuid:file_id}", response=FILE, operation_id="get_vault_file", openapi_extra=sends())
def file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """An original, for the office and the organisation that handed it in; who has had it is written down."""
    return file_answer(*read_file(file_id=file_id, by=viewer(request), at=timezone.now()))


def _leaf(row: Leaf) -> s.Leaf:
    return s.Leaf(index=row.index, kind=row.kind, at=row.recorded_at, data=row.data, leaf_hash=row.leaf_hash)


@router.get("vault/leaves", response=reads(Listed[s.Leaf]), operation_id="list_vault_leaves")
def leaves(request: HttpRequest, noun: Noun, subject: UUID, paging: Query[Paging]) -> dict[str, Any]:
    """The chain of custody of one object: all for the office, what their organisation did for others."""
    return page_of(queries.leaves_of(viewer(request), Subject(noun, str(subject))), paging, _leaf)


def _head(row: Head) -> s.Head:
    return s.Head(size=row.size, root=row.root, at=row.at, public_key=row.public_key, signature=row.signature)


@router.get("vault/heads", response=reads(Listed[s.Head]), operation_id="list_vault_heads")
def heads(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Signed heads of the log, newest first."""
    return page_of(queries.heads(viewer(request)), paging, _head)


@router.get("vault/anchor", response=reads(s.Anchor), operation_id="get_vault_anchor")
def anchor_at(request: HttpRequest, at: Moment | None = None) -> dict[str, Any]:
    """The newest signed head, or the newest at a moment in the past, as an anchor file."""
    rows = queries.heads(viewer(request))
    found = (rows.filter(at__lte=at) if at else rows).order_by("-at", "-size").first()
    if found is None:
        raise NotFound("head")
    return _read(anchor_of(found))


def _read(text: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(text)
    return told


@router.post("vault/anchor", response=writes(s.Anchor, 201), operation_id="sign_vault_anchor")
def sign(request: HttpRequest, body: Empty, key: Key) -> HttpResponse:
    """The head of today, signed now unless the log has not grown, to be kept where we cannot reach it."""
    return write(request, body, lambda by, at: s.Anchor(**_read(anchor(by=by, at=at))), 201)


@router.get("vault/check", response=reads(s.Check), operation_id="check_vault")
def check(request: HttpRequest) -> s.Check:
    """Work the whole log out again and hold it against its hashes and signed roots; supervisors, administrators."""
    found = queries.check(viewer(request))
    return s.Check(sound=found.sound, size=found.size, damaged=list(found.damaged), heads=list(found.heads))


@router.get("vault/export", response=FILE, operation_id="export_vault", openapi_extra=sends(LINES))
def everything(request: HttpRequest) -> HttpResponse:
    """The whole log with its originals, as one file that verifies without us; the office's alone."""
    by = viewer(request)
    return _export(by, Scope.everything(by.tenant), "seawall-vault.jsonl")


@router.get(
    "policies/{uuid:policy_id}/evidence", response=FILE, operation_id="export_policy", openapi_extra=sends(LINES)
)
def of_policy(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """What the log holds of a policy, its incidents and claims; of the originals one's own and the policy's papers."""
    by, now = viewer(request), timezone.now()
    by.require("vault.export")
    held = policies.one(by, policy_id, at=now)
    subjects = [Subject.of(row) for row in incidents(by, at=now).filter(policy=held)]
    subjects += [Subject.of(row) for row in claims(by, at=now).filter(policy=held)]
    return _export(by, Scope(Subject.of(held), tuple(subjects)), f"{held.number}-evidence.jsonl")


def _export(by: Viewer, scope: Scope, name: str) -> HttpResponse:
    by.require("vault.export")
    out = BytesIO()
    export(scope=scope, out=out, by=by, at=timezone.now())
    return download(out.getvalue(), LINES, name)


@router.post("vault/erasure", response=writes(s.Erased, 201), operation_id="erase_files")
def forget(request: HttpRequest, body: s.EraseIn, key: Key) -> HttpResponse:
    """Destroy the key of an object's files, as the law on personal data asks; the log keeps their hashes."""

    def work(by: Any, at: Any) -> s.Erased:
        erase(subject=Subject(body.noun, str(body.subject)), reason=body.reason, by=by, at=at)
        return s.Erased(noun=body.noun, subject=body.subject, erased_at=at)

    return write(request, body, work, 201)
