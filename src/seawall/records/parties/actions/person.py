"""Inviting people, giving roles and issuing tokens."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from seawall.core.problems import Refused
from seawall.records.journal.actions import record
from seawall.records.parties.models import Membership, Organisation, Token, User
from seawall.records.parties.roles import HOME
from seawall.records.parties.viewer import Viewer


class RoleNotHere(Refused):
    """The role belongs to another kind of organisation."""

    code = "membership.role_not_here"
    status = 422


@transaction.atomic
def invite(
    *, email: str, name: str, organisation: Organisation, role: str, authority: int = 0, by: Viewer, at: datetime
) -> Membership:
    """Let the person with `email` (made when new, without a password) act for `organisation` in `role`."""
    by.require("person.invite")
    if HOME.get(role) != organisation.kind:
        raise RoleNotHere("role", role=role, kind=organisation.kind)
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        user = User.objects.create_user(email, None, name=name)
    membership = Membership.objects.create(
        tenant_id=by.tenant, recorded_at=at, user=user, organisation=organisation, role=role, authority=authority
    )
    record("person.invite", membership, by=by, at=at, new={"email": user.email, "role": role, "authority": authority})
    return membership


@transaction.atomic
def issue_token(
    *, membership: Membership, name: str, expires_at: datetime, by: Viewer, at: datetime
) -> tuple[Token, str]:
    """A new API token and its secret, which is shown once and never kept."""
    by.require("token.issue")
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
