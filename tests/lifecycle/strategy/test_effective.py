"""What applies from a day on: adopted once, followed by what comes after, never rewritten."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from seawall import reference
from seawall.core.problems import Invalid
from seawall.lifecycle.strategy.actions import effective
from seawall.lifecycle.strategy.models import Appetite, Offering, RatingPlan
from seawall.lifecycle.strategy.queries import in_force
from seawall.records import tenancy
from seawall.records.journal.models import Entry
from seawall.records.parties.roles import ADMIN, BROKER, CLAIMS, INSURED, PORTFOLIO, PROVIDER, SUPERVISOR, UNDERWRITER
from seawall.records.parties.viewer import Forbidden, NotFound
from seawall.records.releases.actions import load
from seawall.records.releases.models import Release
from tests.factories import AT, FROM, House, house
from tests.races import at_once

TODAY = AT.date()
SOON = TODAY + timedelta(days=10)


@pytest.fixture
def home(db: None) -> House:
    return house()


def newer(home: House, kind: str, id: str | None = None, version: str = "9.9", **body: Any) -> Release:
    """A newer release of a shipped document."""
    shipped = reference.load(kind, id)
    header = {key: getattr(shipped.header, key) for key in reference.HEADER_KEYS}
    content = {**header, "name": dict(shipped.header.name), "version": version, **shipped.body, **body}
    return load(document=reference.read_document(kind, content), by=home[ADMIN], at=AT)


def test_a_new_appetite_ends_the_one_before(home: House) -> None:
    first = Appetite.objects.get()
    made = effective.adopt_appetite(release=newer(home, "appetite"), start=SOON, by=home[PORTFOLIO], at=AT)
    first.refresh_from_db()
    assert (first.effective.lower, first.effective.upper) == (FROM, SOON)
    assert in_force.appetite(home[UNDERWRITER], on=SOON - timedelta(days=1)) == first
    assert in_force.appetite(home[UNDERWRITER], on=SOON) == made
    assert in_force.appetite(home[UNDERWRITER], on=FROM - timedelta(days=1)) is None
    entries = Entry.objects.filter(noun="appetite", recorded_at=AT).order_by("-number")[:2]
    assert [(e.verb, e.object_id) for e in entries] == [
        ("appetite.adopt", str(made.pk)),
        ("appetite.end", str(first.pk)),
    ]
    assert entries[0].old == {"release": str(first.release)}


def test_a_decision_is_not_made_behind_another_or_back_in_time(home: House) -> None:
    release = newer(home, "rating")
    effective.adopt_rating_plan(release=release, start=SOON, by=home[PORTFOLIO], at=AT)
    for start in (SOON, SOON - timedelta(days=1)):
        with pytest.raises(effective.AlreadyDecided) as refused:
            effective.adopt_rating_plan(release=release, start=start, by=home[PORTFOLIO], at=AT)
        assert refused.value.problems[0].field == "start"
    with pytest.raises(effective.Backdated):
        effective.adopt_appetite(
            release=newer(home, "appetite"), start=TODAY - timedelta(days=1), by=home[PORTFOLIO], at=AT
        )
    assert RatingPlan.objects.count() == 2
    assert Appetite.objects.count() == 1


def test_a_product_is_offered_under_a_wording(home: House) -> None:
    sme = newer(home, "products", "sme")
    made = effective.offer_product(
        release=sme, wording=Release.objects.get(kind="wordings"), start=TODAY, by=home[PORTFOLIO], at=AT
    )
    assert (made.product, made.release) == ("sme", sme)
    assert {o.product: o.release.version for o in in_force.offerings(home[INSURED], on=TODAY)}["sme"] == "9.9"
    assert Offering.objects.filter(product="sme").count() == 2
    assert in_force.library_on(home[BROKER], on=TODAY).products["sme"].version == "9.9"
    assert in_force.library_on(home[BROKER], on=TODAY - timedelta(days=1)).products["sme"].version != "9.9"


@pytest.mark.parametrize("role", [UNDERWRITER, CLAIMS, SUPERVISOR, BROKER, INSURED, PROVIDER])
def test_who_may_not_decide(home: House, role: str) -> None:
    appetite, plan = Release.objects.get(kind="appetite"), Release.objects.get(kind="rating")
    product, wording = Release.objects.get(identifier="sme"), Release.objects.get(kind="wordings")
    by = home[role]
    with pytest.raises(Forbidden):
        effective.adopt_appetite(release=appetite, start=SOON, by=by, at=AT)
    with pytest.raises(Forbidden):
        effective.adopt_rating_plan(release=plan, start=SOON, by=by, at=AT)
    with pytest.raises(Forbidden):
        effective.offer_product(release=product, wording=wording, start=SOON, by=by, at=AT)


def test_releases_of_another_kind_or_another_house(home: House) -> None:
    plan, wording = Release.objects.get(kind="rating"), Release.objects.get(kind="wordings")
    by = home[PORTFOLIO]
    with pytest.raises(effective.WrongKind):
        effective.adopt_appetite(release=plan, start=SOON, by=by, at=AT)
    with pytest.raises(effective.WrongKind):
        effective.adopt_rating_plan(release=wording, start=SOON, by=by, at=AT)
    with pytest.raises(effective.WrongKind):
        effective.offer_product(release=Release.objects.get(identifier="sme"), wording=plan, start=SOON, by=by, at=AT)
    stranger = house("other")
    theirs = {kind: Release.objects.get(kind=kind) for kind in ("appetite", "rating", "wordings")}
    sme = Release.objects.get(identifier="sme")
    tenancy.enter(by.tenant)
    with pytest.raises(NotFound):
        effective.adopt_appetite(release=theirs["appetite"], start=SOON, by=by, at=AT)
    with pytest.raises(NotFound):
        effective.adopt_rating_plan(release=theirs["rating"], start=SOON, by=by, at=AT)
    with pytest.raises(NotFound):
        effective.offer_product(release=sme, wording=wording, start=SOON, by=by, at=AT)
    assert in_force.appetite(stranger[PORTFOLIO], on=TODAY) is None


def test_a_plan_that_does_not_fit_the_universe_is_not_adopted(home: House) -> None:
    foreign = newer(home, "rating", currency="USD")
    with pytest.raises(Invalid) as refused:
        effective.adopt_rating_plan(release=foreign, start=SOON, by=home[PORTFOLIO], at=AT)
    assert {p.code for p in refused.value.problems} == {"library.currency"}
    assert RatingPlan.objects.count() == 1


def test_nothing_is_priced_before_a_plan_is_in_force_and_only_what_is_sold_is_offered(home: House) -> None:
    before = in_force.library_on(home[BROKER], on=FROM - timedelta(days=1))
    assert before.manual is None
    assert set(before.products) == {"sme", "system", "bespoke"}
    for offering in Offering.objects.exclude(product="sme"):
        offering.effective = (FROM, TODAY)
        with transaction.atomic():
            offering.save()
    assert set(in_force.library_on(home[BROKER], on=TODAY).products) == {"sme"}


def test_the_database_refuses_an_overlap(home: House) -> None:
    for row in (Appetite.objects.get(), RatingPlan.objects.get(), Offering.objects.get(product="sme")):
        row.pk, row.effective = None, (SOON, None)
        row._state.adding = True
        with pytest.raises(IntegrityError, match="at_a_time"), transaction.atomic():
            row.save()


def test_the_page_of_the_office(home: House) -> None:
    effective.adopt_appetite(release=newer(home, "appetite"), start=SOON, by=home[ADMIN], at=AT)
    for role in (UNDERWRITER, SUPERVISOR, PORTFOLIO):
        page = in_force.page(home[role], on=TODAY)
        assert page.appetite is not None
        assert page.appetite.effective.upper == SOON
        assert [a.effective.lower for a in page.appetite_history] == [SOON, FROM]
        assert [o.product for o in page.offerings] == ["bespoke", "sme", "system"]
        assert [p.currency for p in page.plans] == ["CNY"]
        assert len(page.panel) == 2
        assert page.proposals == ()
    for role in (BROKER, INSURED, PROVIDER):
        with pytest.raises(Forbidden):
            in_force.page(home[role], on=TODAY)
    stranger = house("other")
    assert in_force.page(stranger[ADMIN], on=date(2020, 1, 1)).appetite is None


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_leave_one_decision() -> None:
    home = house()
    release = newer(home, "appetite")

    def adopt(days: int) -> Any:
        start = SOON + timedelta(days=days)
        return lambda: effective.adopt_appetite(release=release, start=start, by=home[PORTFOLIO], at=AT)

    outcomes = at_once(home[PORTFOLIO].tenant, adopt(0), adopt(0), adopt(0))
    assert sum(isinstance(found, Appetite) for found in outcomes) == 1
    assert all(isinstance(found, Appetite | effective.AlreadyDecided) for found in outcomes)
    assert Appetite.objects.count() == 2
    running = Appetite.objects.filter(effective__contains=SOON - timedelta(days=1)).get()
    assert running.effective.upper == SOON
