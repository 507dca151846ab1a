"""Inviting people, giving roles and issuing tokens."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from seawall.core.problems import Collector, Refused
from seawall.core.submission.fields import READABLE
from seawall.records.journal.actions import record
from seawall.records.parties.models import Membership, Organisation, Token, User
from seawall.records.parties.roles import HOME
from seawall.records.parties.viewer import NotFound, Viewer

LONGEST_NAME = 100
# In minor units; what a column holds is more.
MOST_AUTHORITY = 10**18


class RoleNotHere(Refused):
    """The role belongs to another kind of organisation."""

    code = "membership.role_not_here"
    status = 422


class AlreadyHeld(Refused):
    """The person holds this role there already."""

    code = "membership.already_held"


class Ended(Refused):
    """The membership has ended already."""

    code = "membership.ended"


class Own(Refused):
    """Nobody ends their own membership: somebody must be left to undo it."""

    code = "membership.own"


class NotAnAddress(Refused):
    code = "person.not_an_address"
    status = 422


class NameMissing(Refused):
    """A person or a token needs a name."""

    code = "person.name_missing"
    status = 422


@transaction.atomic
def invite(
    *, email: str, name: str, organisation: Organisation, role: str, authority: int = 0, by: Viewer, at: datetime
) -> Membership:
    """Let the person with `email` (made when new, without a password) act for `organisation` in `role`.

    Raises `NotFound` for an organisation of another house, `RoleNotHere`, `NotAnAddress`, `NameMissing`, `AlreadyHeld`,
    `Invalid` for a name or an authority that cannot be kept.
    """
    by.require("person.invite")
    if organisation.tenant_id != by.tenant:
        raise NotFound("organisation")
    if HOME.get(role) != organisation.kind:
        raise RoleNotHere("role", role=role, kind=organisation.kind)
    try:
        validate_email(email.strip())
    except ValidationError as error:
        raise NotAnAddress("email", text=email) from error
    _check(name, authority)
    with connection.cursor() as cursor:
        # Two who invite the same person at once must not make two of them.
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"person/{email.strip().lower()}"])
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        if not name.strip():
            raise NameMissing("name")
        user = User.objects.create_user(email, None, name=name.strip())
    elif user.memberships.filter(organisation=organisation, role=role, ended_at=None).exists():
        raise AlreadyHeld("email", name=user.name)
    membership = Membership.objects.create(
        tenant_id=by.tenant, recorded_at=at, user=user, organisation=organisation, role=role, authority=authority
    )
    record("person.invite", membership, by=by, at=at, new={"email": user.email, "role": role, "authority": authority})
    return membership


def _check(name: str, authority: int = 0) -> None:
    problems = Collector()
    if len(name) > LONGEST_NAME:
        problems.add("name", "document.too_long", longest=LONGEST_NAME)
    elif not re.search(READABLE, name):
        problems.add("name", "document.unreadable")
    if not 0 <= authority <= MOST_AUTHORITY:
        problems.add("authority", "document.out_of_range", low=0, high=MOST_AUTHORITY)
    problems.raise_if_any()


@transaction.atomic
def end_membership(*, membership: UUID, reason: str, by: Viewer, at: datetime) -> Membership:
    """From now on the person acts in this role no more, and the role's tokens open nothing.

    Raises `NotFound`, `Ended`, `Own`.
    """
    by.require("person.end")
    held = Membership.objects.select_for_update().filter(tenant_id=by.tenant, pk=membership)
    found = held.select_related("user").first()
    if found is None:
        raise NotFound("membership")
    if found.ended_at is not None:
        raise Ended("membership", name=found.user.name)
    if found.user_id == by.user:
        raise Own("membership")
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    new = {"email": found.user.email, "role": found.role, "ended_at": at}
    record("person.end", found, by=by, at=at, new=new, reason=reason.strip())
    for token in found.tokens.select_for_update().filter(revoked_at=None):
        _revoke(token, by=by, at=at)
    return found


@transaction.atomic
def revoke_token(*, token: UUID, by: Viewer, at: datetime) -> Token:
    """The token opens nothing any more: one's own, or anybody's for whoever may end memberships. Raises `NotFound`."""
    by.require("token.revoke")
    held = Token.objects.select_for_update().filter(tenant_id=by.tenant, pk=token, revoked_at=None)
    if not by.may("person.end"):
        held = held.filter(membership__user_id=by.user, membership__organisation_id=by.organisation)
    found = held.first()
    if found is None:
        raise NotFound("token")
    return _revoke(found, by=by, at=at)


def _revoke(token: Token, *, by: Viewer, at: datetime) -> Token:
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    record("token.revoke", token, by=by, at=at, new={"name": token.name})
    return token


@transaction.atomic
def issue_token(
    *, membership: Membership, name: str, expires_at: datetime, by: Viewer, at: datetime
) -> tuple[Token, str]:
    """A new API token of one's own membership and its secret, which is shown once and never kept.

    Raises `NotFound` for a membership of somebody else, `Ended`, `NameMissing`, `Invalid` for a name like no name.
    """
    by.require("token.issue")
    owner = (membership.tenant_id, membership.user_id, membership.organisation_id)
    if owner != (by.tenant, by.user, by.organisation):
        raise NotFound("membership")
    # Locked, so that a role which ends at this moment leaves no token behind.
    held = Membership.objects.select_for_update(of=("self",)).select_related("user").get(pk=membership.pk)
    if held.ended_at is not None:
        raise Ended("membership", name=held.user.name)
    if not name.strip():
        raise NameMissing("name")
    _check(name)
    secret = "sw_" + secrets.token_urlsafe(32)
    token = Token.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        membership=membership,
        name=name,
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        expires_at=expires_at,
    )
    record("token.issue", token, by=by, at=at, new={"name": name, "expires_at": expires_at})
    return token, secret
