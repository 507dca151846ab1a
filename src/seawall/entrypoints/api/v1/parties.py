"""Organisations, mandates, people and tokens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from seawall.core.money import Money
from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import made, named, page_of, reads, writes
from seawall.entrypoints.api.v1.schemas import parties as s
from seawall.entrypoints.api.v1.schemas.base import Empty, Key, Listed, Made, Paging, Reason, amount, names_of
from seawall.entrypoints.api.writes import write
from seawall.records.parties.actions import organisation as organisations
from seawall.records.parties.actions import person
from seawall.records.parties.models import Mandate, Membership, Organisation, Token
from seawall.records.parties.queries import people as queries
from seawall.records.parties.roles import VERBS
from seawall.records.parties.viewer import Forbidden, NotFound, Viewer

router = Router(tags=["parties"])


def party(by: Viewer, organisation: UUID, at: datetime) -> Organisation:
    """An organisation that the viewer may name; raises `NotFound`."""
    found = queries.organisations(by, at=at).filter(pk=organisation).first()
    if found is None:
        raise NotFound("organisation")
    return found


@router.get("me", response=reads(s.Me), operation_id="get_me")
def me(request: HttpRequest) -> s.Me:
    """Whom this token speaks for, and what it may do."""
    by = viewer(request)
    own = Organisation.objects.select_related("tenant").get(pk=by.organisation)
    return s.Me(
        name=by.name,
        organisation=named(own),  # type: ignore[arg-type]
        kind=by.kind,
        roles=sorted(by.roles),
        authority=amount(Money(by.authority, own.tenant.currency)),
        may=sorted(verb for verb in VERBS if by.may(verb)),
    )


def _organisation(row: Organisation) -> s.Organisation:
    return s.Organisation(
        id=row.pk,
        kind=row.kind,
        name=names_of(row.name_zh, row.name_en),
        country=row.country,
        credit_code=row.credit_code,
        hotline=row.hotline,
    )


@router.get("organisations", response=reads(Listed[s.Organisation]), operation_id="list_organisations")
def list_organisations(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """The office sees every party of its house; others themselves and the companies they may know of."""
    return page_of(queries.organisations(viewer(request), at=timezone.now()), paging, _organisation)


@router.post("organisations", response=writes(Made, 201), operation_id="register_organisation")
def register(request: HttpRequest, body: s.RegisterIn, key: Key) -> HttpResponse:
    """Register a broker, a company, a provider or a supervisor."""

    def work(by: Any, at: Any) -> Made:
        return made(
            organisations.register(
                kind=body.kind,
                names=(body.name_zh, body.name_en),
                country=body.country,
                credit_code=body.credit_code,
                by=by,
                at=at,
            )
        )

    return write(request, body, work, 201)


@router.post("organisations/{uuid:organisation_id}/hotline", response=writes(Made), operation_id="set_hotline")
def hotline(request: HttpRequest, organisation_id: UUID, body: s.HotlineIn, key: Key) -> HttpResponse:
    """Set the number for emergencies; the office any, a provider its own."""

    def work(by: Any, at: Any) -> Made:
        return made(organisations.set_hotline(organisation=organisation_id, hotline=body.hotline, by=by, at=at))

    return write(request, body, work)


def _mandate(row: Mandate) -> s.Mandate:
    return s.Mandate(
        id=row.pk,
        broker=named(row.broker),  # type: ignore[arg-type]
        client=named(row.client),  # type: ignore[arg-type]
        start=row.period.lower,
        end=row.period.upper,
    )


@router.get("mandates", response=reads(Listed[s.Mandate]), operation_id="list_mandates")
def list_mandates(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Mandates of brokers: all for the office, their own for brokers and clients."""
    return page_of(queries.mandates(viewer(request), at=timezone.now()), paging, _mandate)


@router.post("mandates", response=writes(Made, 201), operation_id="give_mandate")
def give(request: HttpRequest, body: s.MandateIn, key: Key) -> HttpResponse:
    """Make a broker the broker of record of a client; the insurer's to record."""

    def work(by: Any, at: Any) -> Made:
        by.require("organisation.register")
        if not by.office:
            raise Forbidden("", verb="organisation.register")
        broker, client = party(by, body.broker, at), party(by, body.client, at)
        return made(organisations.mandate(broker=broker, client=client, start=body.start, end=body.end, by=by, at=at))

    return write(request, body, work, 201)


@router.post("mandates/{uuid:mandate_id}/revoke", response=writes(Made), operation_id="revoke_mandate")
def revoke_mandate(request: HttpRequest, mandate_id: UUID, body: s.RevokeIn, key: Key) -> HttpResponse:
    """End a mandate; from that day on the broker sees nothing of the client any more."""
    return write(
        request,
        body,
        lambda by, at: made(organisations.revoke(mandate=mandate_id, on=body.on, reason=body.reason, by=by, at=at)),
    )


def _person(row: Membership) -> s.Person:
    return s.Person(
        id=row.pk,
        name=row.user.name,
        email=row.user.email,
        organisation=named(row.organisation),  # type: ignore[arg-type]
        role=row.role,
        authority=row.authority,
        since=row.recorded_at,
    )


@router.get("people", response=reads(Listed[s.Person]), operation_id="list_people")
def list_people(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Who may act for whom; administrators read it."""
    return page_of(queries.memberships(viewer(request)), paging, _person)


@router.post("people", response=writes(Made, 201), operation_id="invite_person")
def invite(request: HttpRequest, body: s.InviteIn, key: Key) -> HttpResponse:
    """Let a person act for an organisation in a role."""

    def work(by: Any, at: Any) -> Made:
        by.require("person.invite")
        return made(
            person.invite(
                email=body.email,
                name=body.name,
                organisation=party(by, body.organisation, at),
                role=body.role,
                authority=body.authority,
                by=by,
                at=at,
            )
        )

    return write(request, body, work, 201)


@router.post("people/{uuid:membership_id}/end", response=writes(Made), operation_id="end_membership")
def end(request: HttpRequest, membership_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """Take a role from a person; its tokens stop at once."""
    return write(
        request,
        body,
        lambda by, at: made(person.end_membership(membership=membership_id, reason=body.reason, by=by, at=at)),
    )


def _token(row: Token) -> s.Token:
    return s.Token(
        id=row.pk, name=row.name, issued_at=row.recorded_at, expires_at=row.expires_at, revoked_at=row.revoked_at
    )


@router.get("tokens", response=reads(Listed[s.Token]), operation_id="list_tokens")
def list_tokens(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """One's own tokens, newest first."""
    return page_of(queries.tokens(viewer(request)), paging, _token)


@router.post("tokens", response=writes(s.Issued, 201), operation_id="issue_token")
def issue(request: HttpRequest, body: s.TokenIn, key: Key) -> HttpResponse:
    """A further token of one's own."""

    def work(by: Any, at: Any) -> s.Issued:
        own = queries.own_memberships(by).first()
        if own is None:
            raise Forbidden("", verb="token.issue")
        expires = at + timedelta(days=body.days)
        issued, secret = person.issue_token(membership=own, name=body.name, expires_at=expires, by=by, at=at)
        return s.Issued(id=issued.pk, secret=secret, expires_at=expires)

    return write(request, body, work, 201)


@router.post("tokens/{uuid:token_id}/revoke", response=writes(Made), operation_id="revoke_token")
def revoke(request: HttpRequest, token_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """Stop a token of one's own; administrators stop anybody's."""
    return write(request, body, lambda by, at: made(person.revoke_token(token=token_id, by=by, at=at)))
