"""Founding a house: a tenant, its insurer and its first administrator. Done by the operator, not by a person in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from seawall.core.problems import Refused
from seawall.records import tenancy
from seawall.records.journal.actions import record
from seawall.records.parties.models import Membership, Organisation, Tenant, User
from seawall.records.parties.roles import ADMIN, HOME
from seawall.records.parties.viewer import Viewer


class AlreadyFounded(Refused):
    code = "tenant.already_founded"


@dataclass(frozen=True, slots=True)
class Founding:
    """What a new house is called: `slug` in addresses, the names, the first administrator's e-mail and name."""

    slug: str
    name_zh: str
    name_en: str
    email: str
    person: str
    currency: str = "CNY"


@transaction.atomic
def found(*, house: Founding, at: datetime) -> Viewer:
    """Found the house and answer its administrator as a viewer; raises `AlreadyFounded`. Call it inside `EVERY`."""
    if Tenant.objects.filter(slug=house.slug).exists():
        raise AlreadyFounded("slug", slug=house.slug)
    tenant = Tenant.objects.create(
        slug=house.slug, name_zh=house.name_zh, name_en=house.name_en, currency=house.currency
    )
    insurer = Organisation.objects.create(
        tenant=tenant, recorded_at=at, kind=Organisation.Kind.INSURER, name_zh=house.name_zh, name_en=house.name_en
    )
    user = User.objects.filter(email=house.email.lower()).first() or User.objects.create_user(
        house.email, None, name=house.person
    )
    Membership.objects.create(tenant=tenant, recorded_at=at, user=user, organisation=insurer, role=ADMIN)
    viewer = Viewer(user.pk, user.name, tenant.pk, insurer.pk, HOME[ADMIN], frozenset({ADMIN}))
    record("tenant.found", insurer, by=viewer, at=at, new={"slug": house.slug, "email": user.email})
    return viewer


def insurer_of(tenant: Tenant) -> Organisation:
    """The tenant's insurer; the platform acts in its name."""
    with tenancy.inside(tenancy.EVERY):
        return Organisation.objects.filter(tenant=tenant, kind=Organisation.Kind.INSURER).order_by("recorded_at")[0]
