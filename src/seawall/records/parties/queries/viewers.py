"""Who is asking: from a signed-in user or a token to a `Viewer`."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from seawall.records.parties.models import Mandate, Membership, Organisation, Token, User
from seawall.records.parties.viewer import Viewer
from seawall.records.tenancy import EVERY, inside


def of_user(user: User, organisation: str | None = None) -> Viewer | None:
    """The viewer for `user`, in the chosen organisation when the person belongs to several; None without one."""
    with inside(EVERY):
        held = list(
            Membership.objects.filter(user=user, ended_at=None, user__is_active=True)
            .select_related("organisation")
            .order_by("recorded_at", "role")
        )
    if not held:
        return None
    chosen = [m for m in held if str(m.organisation_id) == organisation] or [
        m for m in held if m.organisation_id == held[0].organisation_id
    ]
    return _viewer(user, chosen)


def of_token(secret: str, *, at: datetime) -> Viewer | None:
    """The viewer behind an API token, or None when it is unknown, expired, revoked or its person has left."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    with inside(EVERY):
        token = (
            Token.objects.filter(digest=digest, revoked_at=None, expires_at__gt=at)
            .filter(membership__ended_at=None, membership__user__is_active=True)
            .select_related("membership__organisation", "membership__user")
            .first()
        )
    return _viewer(token.membership.user, [token.membership]) if token else None


def _viewer(user: User, held: list[Membership]) -> Viewer:
    first = held[0]
    return Viewer(
        user=user.pk,
        name=user.name,
        tenant=first.tenant_id,
        organisation=first.organisation_id,
        kind=first.organisation.kind,
        roles=frozenset(m.role for m in held),
        authority=max(m.authority for m in held),
    )


def clients_of(viewer: Viewer, *, on: datetime) -> QuerySet[Mandate]:
    """The mandates of a broker that hold on the day of `on`."""
    return Mandate.objects.filter(
        tenant_id=viewer.tenant, broker_id=viewer.organisation, period__contains=timezone.localdate(on)
    )


def visible_companies(viewer: Viewer, *, at: datetime) -> QuerySet[Organisation]:
    """The insured companies that the viewer may know of: all (office), mandated (broker), itself (insured)."""
    companies = Organisation.objects.filter(tenant_id=viewer.tenant, kind=Organisation.Kind.INSURED)
    if viewer.office:
        return companies
    if viewer.kind == Organisation.Kind.BROKER:
        return companies.filter(pk__in=clients_of(viewer, on=at).values("client"))
    return companies.filter(Q(pk=viewer.organisation) if viewer.kind == Organisation.Kind.INSURED else Q(pk=None))
