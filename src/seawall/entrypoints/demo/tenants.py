"""Three tenants that must not see each other, each with every role and an object of every kind, all texts marked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from seawall.entrypoints.demo import assets, feeds, lives, losses
from seawall.entrypoints.demo import house as houses
from seawall.entrypoints.demo.lives import DAY, HOUR, Life
from seawall.entrypoints.demo.marks import MARKS, Mark
from seawall.entrypoints.demo.people import PASSWORD
from seawall.records import tenancy, walls
from seawall.records.parties.actions.person import issue_token
from seawall.records.parties.actions.tenant import Founding
from seawall.records.parties.models import Membership, Organisation, Tenant
from seawall.records.parties.queries.viewers import of_user

TOKEN_DAYS = 365


def seed(tell: Callable[[int, int, str], None]) -> dict[str, Any]:
    """Make the tenants that are not there yet, each wholly or not at all; a description of all of them.

    A token's secret is shown once and never kept, so every call issues new ones.
    """
    made = []
    for number, name in enumerate(MARKS):
        tell(number, len(MARKS), name)
        tenancy.enter(tenancy.EVERY)
        if not Tenant.objects.filter(slug=name).exists():
            with transaction.atomic():
                _write(Mark(name), timezone.now().replace(microsecond=0))
            made.append(name)
    tenancy.enter(tenancy.NONE)
    return {
        "made": made,
        "there": [name for name in MARKS if name not in made],
        "password": PASSWORD,
        "tenants": [_told(Mark(name)) for name in MARKS],
    }


def _write(mark: Mark, now: datetime) -> None:
    names = f"{mark.name}-insurer-名称", f"{mark.name} insurer"
    house = houses.build(
        Founding(mark.name, *names, mark.email("admin"), f"{mark.name} admin"),
        mark.parties(),
        mark.people(),
        at=now - 120 * DAY,
    )
    life = Life(house, mark)
    lives.known_before(life, "a", now - 70 * DAY)
    lives.mandated(life, "a", now - 61 * DAY)
    _company_a(life, now)
    _company_b(life, now)
    for side in ("a", "b"):
        assets.listed(life, side, now - 4 * HOUR)
    lives.own_release(life, now - 2 * DAY)
    lives.own_universe(life, now - 2 * DAY)
    losses.learned(life, now - DAY)
    feeds.taken_in(life, now - DAY)
    tenancy.enter(tenancy.EVERY)


def _company_a(life: Life, now: datetime) -> None:
    """A closed circle: bound, watched, struck, paid; and every way in which things can end on the way."""
    filed = lives.company(life, "a", now - 60 * DAY, product="bespoke", limit="300万", retention="5万")
    lives.consented(life, "a", now - 60 * DAY)
    lives.answered(life, "a", filed, now - 60 * DAY)
    lives.scanned(life, "a", filed, now - 59 * DAY)
    assessment = lives.assessed(life, "a", filed, now - 58 * DAY)
    lives.fixes(life, "a", assessment, now - 58 * DAY)
    held = lives.bound(life, "a", lives.quoted(life, "a", assessment, now - 57 * DAY), "bespoke", now - 56 * DAY)
    lives.cancelled(life, "a", assessment, now - 56 * DAY)
    lives.declined(life, "a", assessment, now - 56 * DAY)
    lives.watched(life, "a", held, now - 54 * DAY)
    lives.ends(life, "a", now - 30 * DAY)
    incident = losses.incident(life, "a", now - 40 * DAY)
    losses.over(life, "a", incident, now - 38 * DAY)
    claim = losses.claim(life, "a", incident, now - 30 * DAY)
    losses.settled(life, "a", claim, now - 20 * DAY)
    losses.forgotten(life, "a", now - 25 * DAY)


def _company_b(life: Life, now: datetime) -> None:
    """In the middle of it: an incident being worked on, a claim paid in part, another denied."""
    filed = lives.company(life, "b", now - 50 * DAY, product="bespoke", limit="200万", retention="5万")
    lives.consented(life, "b", now - 50 * DAY)
    lives.answered(life, "b", filed, now - 50 * DAY)
    lives.scanned(life, "b", filed, now - 49 * DAY)
    assessment = lives.assessed(life, "b", filed, now - 48 * DAY)
    lives.fixes(life, "b", assessment, now - 48 * DAY)
    held = lives.bound(life, "b", lives.quoted(life, "b", assessment, now - 47 * DAY), "bespoke", now - 46 * DAY)
    lives.watched(life, "b", held, now - 44 * DAY)
    first = losses.incident(life, "b", now - 10 * DAY)
    losses.claim(life, "b", first, now - 6 * DAY)
    losses.denied(life, "b", losses.incident(life, "b", now - 5 * DAY), now - 4 * DAY)


def _told(mark: Mark) -> dict[str, Any]:
    """What is there, for whoever tests the walls."""
    with tenancy.inside(tenancy.EVERY):
        tenant = Tenant.objects.get(slug=mark.name)
    with tenancy.inside(tenant.pk):
        parties = {row.pk: row for row in Organisation.objects.order_by("recorded_at", "pk")}
        return {
            "slug": tenant.slug,
            "id": str(tenant.pk),
            "canaries": mark.canaries,
            "parties": {
                str(pk): {"kind": row.kind, "zh": row.name_zh, "en": row.name_en} for pk, row in parties.items()
            },
            "people": [_person(membership) for membership in _seats()],
            "ids": _ids(),
        }


def _seats() -> list[Membership]:
    return list(Membership.objects.filter(ended_at=None).select_related("user", "organisation").order_by("recorded_at"))


def _person(held: Membership) -> dict[str, str]:
    viewer = of_user(held.user, str(held.organisation_id))
    if viewer is None:
        raise RuntimeError(f"{held.user.email} has no membership")
    now = timezone.now()
    _, secret = issue_token(
        membership=held,
        name=f"{held.user.name.replace(' ', '-')}-token",
        expires_at=now + TOKEN_DAYS * DAY,
        by=viewer,
        at=now,
    )
    return {
        "email": held.user.email,
        "role": held.role,
        "organisation": str(held.organisation_id),
        "token": secret,
    }


def _ids() -> dict[str, list[str]]:
    """Every object by kind (its table), oldest first."""
    return {
        model._meta.db_table: [
            str(pk) for pk in model._default_manager.order_by("recorded_at").values_list("pk", flat=True)
        ]
        for model in sorted(walls.rows(), key=lambda model: model._meta.db_table)
    }
