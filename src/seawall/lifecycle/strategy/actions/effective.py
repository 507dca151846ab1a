"""What applies from a day on: appetite, offerings, rating plan. The newest decision ends the one before."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet

from seawall.core.problems import Refused
from seawall.lifecycle.strategy.models import Appetite, Offering, RatingPlan
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import Viewer
from seawall.records.releases.models import Release

Dated = TypeVar("Dated", Appetite, Offering, RatingPlan)


class WrongKind(Refused):
    """The release is of another kind than is needed here."""

    code = "release.wrong_kind"
    status = 422


class AlreadyDecided(Refused):
    """Something is decided from the same or a later day on; a decision is not made behind it."""

    code = "strategy.already_decided"


def _need(release: Release, kind: str) -> None:
    if release.kind != kind:
        raise WrongKind("release", release=str(release), kind=kind)


def _replace(current: QuerySet[Dated], start: date) -> Dated | None:
    """End what runs on `start`; raises `AlreadyDecided` when it, or something later, begins then."""
    if current.filter(effective__startswith__gte=start).exists():
        raise AlreadyDecided("start", start=start)
    running = current.select_for_update().filter(effective__contains=start).first()
    if running is not None:
        running.effective = (running.effective.lower, start)
        running.save(update_fields=["effective"])
    return running


@transaction.atomic
def adopt_appetite(*, release: Release, start: date, by: Viewer, at: datetime) -> Appetite:
    """Underwrite under these rules from `start`."""
    by.require("appetite.adopt")
    _need(release, "appetite")
    before = _replace(Appetite.objects.filter(tenant_id=by.tenant), start)
    made = Appetite.objects.create(tenant_id=by.tenant, recorded_at=at, release=release, effective=(start, None))
    record("appetite.adopt", made, by=by, at=at, old=_named(before), new={"release": str(release), "start": start})
    return made


@transaction.atomic
def offer_product(*, release: Release, wording: Release, start: date, by: Viewer, at: datetime) -> Offering:
    """Sell this product under this wording from `start`."""
    by.require("product.offer")
    _need(release, "products")
    _need(wording, "wordings")
    product = release.identifier
    before = _replace(Offering.objects.filter(tenant_id=by.tenant, product=product), start)
    made = Offering.objects.create(
        tenant_id=by.tenant, recorded_at=at, product=product, release=release, wording=wording, effective=(start, None)
    )
    new = {"release": str(release), "wording": str(wording), "start": start}
    record("product.offer", made, by=by, at=at, old=_named(before), new=new)
    return made


@transaction.atomic
def adopt_rating_plan(*, release: Release, start: date, by: Viewer, at: datetime) -> RatingPlan:
    """Price by this plan from `start`, in its currency."""
    by.require("rating_plan.adopt")
    _need(release, "rating")
    currency = str(release.body["currency"])
    before = _replace(RatingPlan.objects.filter(tenant_id=by.tenant, currency=currency), start)
    made = RatingPlan.objects.create(
        tenant_id=by.tenant, recorded_at=at, release=release, currency=currency, effective=(start, None)
    )
    record("rating_plan.adopt", made, by=by, at=at, old=_named(before), new={"release": str(release), "start": start})
    return made


def _named(before: Appetite | Offering | RatingPlan | None) -> dict[str, str]:
    return {"release": str(before.release)} if before else {}
