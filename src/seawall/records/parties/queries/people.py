"""Parties, people and tokens as far as the viewer may see them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from seawall.records.parties.models import Mandate, Membership, Organisation, Token
from seawall.records.parties.queries.viewers import visible_companies
from seawall.records.parties.viewer import Viewer


def organisations(viewer: Viewer, *, at: datetime) -> QuerySet[Organisation]:
    """Every party of the tenant for the office; for others themselves and the companies they may know of."""
    found = Organisation.objects.filter(tenant_id=viewer.tenant).order_by("kind", "name_zh")
    if viewer.office:
        return found
    return found.filter(Q(pk=viewer.organisation) | Q(pk__in=visible_companies(viewer, at=at).values("pk")))


def mandates(viewer: Viewer, *, at: datetime) -> QuerySet[Mandate]:
    """Mandates, the newest first: all for the office, a client's own, a broker's own that have not ended."""
    found = Mandate.objects.filter(tenant_id=viewer.tenant).select_related("broker", "client").order_by("-recorded_at")
    if viewer.office:
        return found
    running = Q(broker_id=viewer.organisation, period__endswith__gt=timezone.localdate(at))
    return found.filter(running | Q(client_id=viewer.organisation))


def memberships(viewer: Viewer) -> QuerySet[Membership]:
    """Who acts for whom now; raises `Forbidden` for all but administrators."""
    viewer.require("person.invite")
    found = Membership.objects.filter(tenant_id=viewer.tenant, ended_at=None)
    return found.select_related("user", "organisation").order_by("organisation__kind", "user__name")


def own_memberships(viewer: Viewer) -> QuerySet[Membership]:
    """The viewer's own memberships in the organisation it acts for, oldest first."""
    found = Membership.objects.filter(
        tenant_id=viewer.tenant, user_id=viewer.user, organisation_id=viewer.organisation, ended_at=None
    )
    return found.filter(role__in=viewer.roles).order_by("recorded_at")


def tokens(viewer: Viewer) -> QuerySet[Token]:
    """The viewer's own tokens, newest first."""
    return Token.objects.filter(membership__in=own_memberships(viewer).order_by()).order_by("-recorded_at")
