"""Founding a house: a tenant, its insurer and its first administrator. Done by the operator, not by a person in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from seawall.core.money import UnknownCurrency, exponent
from seawall.core.problems import Collector, Refused
from seawall.records import tenancy
from seawall.records.journal.actions import record
from seawall.records.parties.models import Membership, Organisation, Tenant, User
from seawall.records.parties.roles import ADMIN, HOME
from seawall.records.parties.viewer import Viewer

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


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
    """Found the house and answer its administrator as a viewer. Call it inside `EVERY`.

    Raises `AlreadyFounded`, and `Invalid` for a slug, name, currency or e-mail address that cannot be used.
    """
    _check(house)
    tenant = Tenant(
        slug=house.slug, name_zh=house.name_zh.strip(), name_en=house.name_en.strip(), currency=house.currency
    )
    try:
        with transaction.atomic():
            tenant.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyFounded("slug", slug=house.slug) from error
    insurer = Organisation.objects.create(
        tenant=tenant, recorded_at=at, kind=Organisation.Kind.INSURER, name_zh=tenant.name_zh, name_en=tenant.name_en
    )
    email = house.email.strip().lower()
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, None, name=house.person)
    Membership.objects.create(tenant=tenant, recorded_at=at, user=user, organisation=insurer, role=ADMIN)
    viewer = Viewer(user.pk, user.name, tenant.pk, insurer.pk, HOME[ADMIN], frozenset({ADMIN}))
    record("tenant.found", insurer, by=viewer, at=at, new={"slug": house.slug, "email": user.email})
    return viewer


def _check(house: Founding) -> None:
    problems = Collector()
    for field in ("name_zh", "name_en", "person"):
        if not getattr(house, field).strip():
            problems.add(field, "document.blank")
    for field, form in (("slug", _SLUG), ("email", _EMAIL)):
        text = getattr(house, field).strip()
        if not form.fullmatch(text):
            problems.add(field, "document.form", text=text[:40])
    try:
        exponent(house.currency)
    except UnknownCurrency:
        problems.add("currency", UnknownCurrency.code, currency=house.currency)
    problems.raise_if_any()


def insurer_of(tenant: Tenant) -> Organisation:
    """The tenant's insurer; the platform acts in its name."""
    with tenancy.inside(tenancy.EVERY):
        return Organisation.objects.filter(tenant=tenant, kind=Organisation.Kind.INSURER).order_by("recorded_at")[0]
