"""Records: who am I, people and tokens, the journal, releases, the vault's head."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import READS, WRITES, listed, made
from seawall.entrypoints.api.v1.schemas import InviteIn, Key, Listed, Made, Page, TokenIn
from seawall.entrypoints.api.writes import write
from seawall.records.journal.models import Entry
from seawall.records.journal.queries import entries
from seawall.records.parties.actions import person
from seawall.records.parties.models import Membership, Organisation
from seawall.records.parties.viewer import Forbidden, NotFound
from seawall.records.releases import queries as releases
from seawall.records.releases.models import Release
from seawall.records.vault.actions.log import anchor

router = Router(tags=["records"])


@router.get("me", response={200: dict[str, Any], **READS}, operation_id="get_me")
def me(request: HttpRequest) -> dict[str, Any]:
    """Whom this token speaks for."""
    by = viewer(request)
    return {"name": by.name, "organisation": str(by.organisation), "kind": by.kind, "roles": sorted(by.roles)}


@router.post("people", response={201: Made, **WRITES}, operation_id="invite_person")
def invite(request: HttpRequest, body: InviteIn, key: Key) -> HttpResponse:
    """Let a person act for an organisation in a role."""

    def work(by: Any, at: Any) -> Made:
        by.require("person.invite")
        chosen = Organisation.objects.filter(tenant_id=by.tenant, pk=body.organisation).first()
        if chosen is None:
            raise NotFound("organisation")
        return made(
            person.invite(
                email=body.email,
                name=body.name,
                organisation=chosen,
                role=body.role,
                authority=body.authority,
                by=by,
                at=at,
            )
        )

    return write(request, body, work, 201)


@router.post("tokens", response={201: dict[str, Any], **WRITES}, operation_id="issue_token")
def token(request: HttpRequest, body: TokenIn, key: Key) -> HttpResponse:
    """A further token of one's own; its secret is in this answer, and kept with it for repeats of this request."""

    def work(by: Any, at: Any) -> dict[str, Any]:
        own = Membership.objects.filter(user_id=by.user, organisation_id=by.organisation, ended_at=None).first()
        if own is None:
            raise Forbidden("", verb="token.issue")
        expires = at + timedelta(days=body.days)
        issued, secret = person.issue_token(membership=own, name=body.name, expires_at=expires, by=by, at=at)
        return {"id": str(issued.pk), "secret": secret, "expires_at": expires.isoformat()}

    return write(request, body, work, 201)


def _entry(row: Entry) -> dict[str, Any]:
    return {
        "number": row.number,
        "at": row.recorded_at,
        "by": row.user.name if row.user else "Seawall",
        "verb": row.verb,
        "noun": row.noun,
        "object": row.object_id,
        "old": row.old,
        "new": row.new,
        "reason": row.reason,
    }


@router.get("journal", response={200: Listed, **READS}, operation_id="list_journal")
def journal(request: HttpRequest, page: Page = 1) -> Listed:
    """Who did what; supervisors and administrators read it."""
    return listed(entries(viewer(request)), page, _entry)


def _release(row: Release) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "kind": row.kind,
        "identifier": row.identifier,
        "version": row.version,
        "sha256": row.sha256,
        "name": row.header["name"],
    }


@router.get("releases", response={200: Listed, **READS}, operation_id="list_releases")
def list_releases(request: HttpRequest, page: Page = 1) -> Listed:
    """Reference data as loaded."""
    rows = releases.releases(viewer(request)).order_by("kind", "identifier", "version")
    return listed(rows, page, _release)


@router.get("releases/{uuid:release_id}", response={200: dict[str, Any], **READS}, operation_id="get_release")
def release(request: HttpRequest, release_id: UUID) -> dict[str, Any]:
    """One release with its header and content."""
    found = releases.release(viewer(request), release_id)
    return {**_release(found), "header": found.header, "body": found.body}


@router.post("vault/head", response={200: dict[str, Any], **WRITES}, operation_id="get_vault_head")
def head(request: HttpRequest, key: Key) -> HttpResponse:
    """The signed head of today, to be kept outside."""
    return write(request, {}, lambda by, at: json.loads(anchor(by=by, at=at)))
