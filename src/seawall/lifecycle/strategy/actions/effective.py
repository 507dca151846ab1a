"""What applies from a day on: appetite, offerings, rating plan, risk universe. The newest decision ends the last."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from seawall.core.problems import Refused
from seawall.lifecycle.strategy.models import Appetite, Offering, RatingPlan, RiskUniverse
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.releases.models import Release

Dated = TypeVar("Dated", Appetite, Offering, RatingPlan, RiskUniverse)


class WrongKind(Refused):
    """The release is of another kind than is needed here."""

    code = "release.wrong_kind"
    status = 422


class AlreadyDecided(Refused):
    """Something is decided from the same or a later day on; a decision is not made behind it."""

    code = "strategy.already_decided"


class Backdated(Refused):
    """What applied on past days is history: it can be followed by something else, not replaced."""

    code = "strategy.backdated"
    status = 422


@transaction.atomic
def adopt_appetite(*, release: Release, start: date, by: Viewer, at: datetime) -> Appetite:
    """Underwrite under these rules from `start`; raises `WrongKind`, `AlreadyDecided`, `Backdated`."""
    by.require("appetite.adopt")
    need(release, "appetite", by)
    made = Appetite(tenant_id=by.tenant, recorded_at=at, release=release, effective=(start, None))
    before = _follow(made, Appetite.objects.filter(tenant_id=by.tenant), "appetite.end", start=start, by=by, at=at)
    record("appetite.adopt", made, by=by, at=at, old=_named(before), new={"release": str(release), "start": start})
    return made


@transaction.atomic
def offer_product(*, release: Release, wording: Release, start: date, by: Viewer, at: datetime) -> Offering:
    """Sell this product under this wording from `start`.

    Raises `Invalid` when the plan in force then does not rate one of its covers; `WrongKind`, `AlreadyDecided`,
    `Backdated`.
    """
    by.require("product.offer")
    need(release, "products", by)
    need(wording, "wordings", by)
    library_on(by, on=start, instead=[release])
    product = release.identifier
    made = Offering(
        tenant_id=by.tenant, recorded_at=at, product=product, release=release, wording=wording, effective=(start, None)
    )
    sold = Offering.objects.filter(tenant_id=by.tenant, product=product)
    before = _follow(made, sold, "product.end", start=start, by=by, at=at)
    new = {"release": str(release), "wording": str(wording), "start": start}
    record("product.offer", made, by=by, at=at, old=_named(before), new=new)
    return made


@transaction.atomic
def adopt_rating_plan(*, release: Release, start: date, by: Viewer, at: datetime) -> RatingPlan:
    """Price by this plan from `start`, in its currency.

    Raises `Invalid` when it does not fit the risk universe or the products on sale then; `WrongKind`,
    `AlreadyDecided`, `Backdated`.
    """
    by.require("rating_plan.adopt")
    need(release, "rating", by)
    library_on(by, on=start, instead=[release])
    currency = str(release.body["currency"])
    made = RatingPlan(tenant_id=by.tenant, recorded_at=at, release=release, currency=currency, effective=(start, None))
    plans = RatingPlan.objects.filter(tenant_id=by.tenant, currency=currency)
    before = _follow(made, plans, "rating_plan.end", start=start, by=by, at=at)
    record("rating_plan.adopt", made, by=by, at=at, old=_named(before), new={"release": str(release), "start": start})
    return made


@transaction.atomic
def adopt_universe(*, release: Release, start: date, by: Viewer, at: datetime) -> RiskUniverse:
    """Assess by this risk universe from `start`; what was assessed before keeps the release it was assessed by.

    Raises `Invalid` when it does not fit the controls, the standards or the rating plan in force then; `WrongKind`,
    `AlreadyDecided`, `Backdated`.
    """
    by.require("universe.adopt")
    need(release, "universe", by)
    library_on(by, on=start, instead=[release])
    made = RiskUniverse(tenant_id=by.tenant, recorded_at=at, release=release, effective=(start, None))
    universes = RiskUniverse.objects.filter(tenant_id=by.tenant)
    before = _follow(made, universes, "universe.end", start=start, by=by, at=at)
    record("universe.adopt", made, by=by, at=at, old=_named(before), new={"release": str(release), "start": start})
    return made


def need(release: Release, kind: str, by: Viewer) -> None:
    """Raise `NotFound` for another house's release, `WrongKind` for one of another kind."""
    if release.tenant_id != by.tenant:
        raise NotFound("release")
    if release.kind != kind:
        raise WrongKind("release", release=str(release), kind=kind)


def _follow(made: Dated, others: QuerySet[Dated], verb: str, *, start: date, by: Viewer, at: datetime) -> Dated | None:
    """Save `made`, after ending on its first day what runs then (and is answered)."""
    if others.filter(effective__startswith__gte=start).exists():
        raise AlreadyDecided("start", start=start.isoformat())
    running = others.select_for_update().filter(effective__contains=start).first()
    if running is not None:
        if start < timezone.localdate(at):
            raise Backdated("start", start=start.isoformat())
        running.effective = (running.effective.lower, start)
        running.save(update_fields=["effective"])
        record(verb, running, by=by, at=at, old={"end": None}, new={"end": start})
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        # Another decision was made in the same moment.
        raise AlreadyDecided("start", start=start.isoformat()) from error
    return running


def _named(before: Dated | None) -> dict[str, str]:
    return {"release": str(before.release)} if before else {}
