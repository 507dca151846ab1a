"""Registering parties and giving mandates: once, in order, and by those who may."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from seawall.core.problems import Invalid
from seawall.records import tenancy
from seawall.records.journal.models import Entry
from seawall.records.parties.actions import organisation as parties
from seawall.records.parties.models import Mandate, Organisation
from seawall.records.parties.queries.viewers import visible_companies
from seawall.records.parties.roles import (
    ADMIN,
    BROKER,
    CLAIMS,
    INSURED,
    PORTFOLIO,
    PROVIDER,
    SUPERVISOR,
    UNDERWRITER,
)
from seawall.records.parties.viewer import Forbidden, NotFound
from tests.factories import AT, House, house
from tests.races import at_once

CODE = "91310115MA1HTG8L23"
TODAY = AT.date()
YEAR = timedelta(days=365)


@pytest.fixture
def home(db: None) -> House:
    return house()


def registered(home: House, by: str = UNDERWRITER, **changes: Any) -> Organisation:
    values = {"kind": "insured", "names": ("新海公司", "Xinhai"), "country": "CN", "credit_code": CODE, **changes}
    return parties.register(**values, by=home[by], at=AT)


def mandated(home: House, client: Organisation, by: str = ADMIN, **changes: Any) -> Mandate:
    values = {"broker": home.organisations["broker"], "start": TODAY, "end": TODAY + YEAR, **changes}
    return parties.mandate(client=client, **values, by=home[by], at=AT)


def test_a_company_is_registered_once_per_kind(home: House) -> None:
    made = registered(home)
    assert Entry.objects.get(object_id=str(made.pk)).new == {
        "kind": "insured",
        "name_zh": "新海公司",
        "credit_code": CODE,
    }
    counts = Organisation.objects.count(), Entry.objects.count()
    with pytest.raises(parties.AlreadyRegistered):
        registered(home, names=("改了名的公司", ""))
    assert (Organisation.objects.count(), Entry.objects.count()) == counts
    assert registered(home, kind="provider", by=ADMIN).pk != made.pk
    assert registered(home, credit_code="").pk != registered(home, credit_code="").pk
    other = house("other")
    assert registered(other).tenant_id != made.tenant_id


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"kind": "bank"}, {("kind", "document.choice")}),
        ({"names": ("  ", "")}, {("name_zh", "document.blank")}),
        ({"names": ("海" * 201, "x" * 201)}, {("name_zh", "document.too_long"), ("name_en", "document.too_long")}),
        ({"names": ("新海\x00公司", "")}, {("name_zh", "document.unreadable")}),
        ({"country": "XX"}, {("country", "submission.country")}),
        ({"country": "china"}, {("country", "submission.country")}),
        ({"credit_code": "91310115MA1HTG8L24"}, {("credit_code", "submission.credit_code")}),
        ({"credit_code": "123"}, {("credit_code", "submission.credit_code")}),
        ({"credit_code": CODE.lower()}, {("credit_code", "submission.credit_code")}),
        ({"kind": "", "country": ""}, {("kind", "document.choice"), ("country", "submission.country")}),
    ],
)
def test_what_cannot_be_registered_is_told_at_its_field(
    home: House, changes: dict[str, Any], problems: set[tuple[str, str]]
) -> None:
    counts = Organisation.objects.count(), Entry.objects.count()
    with pytest.raises(Invalid) as refused:
        registered(home, **changes)
    assert {(p.field, p.code) for p in refused.value.problems} == problems
    assert (Organisation.objects.count(), Entry.objects.count()) == counts


@pytest.mark.parametrize("role", [CLAIMS, PORTFOLIO, SUPERVISOR, INSURED, PROVIDER])
def test_who_may_not_register_or_give_mandates(home: House, role: str) -> None:
    with pytest.raises(Forbidden):
        registered(home, role)
    with pytest.raises(Forbidden):
        mandated(home, registered(home), role)


@pytest.mark.parametrize("kind", ["insurer", "broker", "provider", "supervisor"])
def test_a_broker_registers_companies_and_no_other_party(home: House, kind: str) -> None:
    with pytest.raises(Forbidden):
        registered(home, BROKER, kind=kind)


def test_two_mandates_of_a_client_never_overlap(home: House) -> None:
    client = registered(home)
    rival = registered(home, ADMIN, kind="broker", credit_code="")
    mandated(home, client)
    for start, end in (
        (TODAY, TODAY + YEAR),
        (TODAY - YEAR, TODAY + timedelta(days=1)),
        (TODAY + YEAR - timedelta(days=1), TODAY + 2 * YEAR),
    ):
        for broker in (rival, home.organisations["broker"]):
            with pytest.raises(parties.AnotherBroker):
                mandated(home, client, broker=broker, start=start, end=end)
    assert Mandate.objects.filter(client=client).count() == 1
    mandated(home, client, broker=rival, start=TODAY + YEAR, end=TODAY + 2 * YEAR)
    mandated(home, client, broker=rival, start=TODAY - YEAR, end=TODAY)
    with pytest.raises(IntegrityError, match="mandate_one_broker"), transaction.atomic():
        Mandate.objects.create(
            tenant_id=client.tenant_id, recorded_at=AT, broker=rival, client=client, period=(TODAY, TODAY + YEAR)
        )


@pytest.mark.parametrize("end", [TODAY, TODAY - timedelta(days=1)])
def test_a_mandate_ends_after_it_begins(home: House, end: date) -> None:
    client = registered(home)
    with pytest.raises(parties.NotRunning):
        mandated(home, client, end=end)
    assert not Mandate.objects.filter(client=client).exists()


def test_a_mandate_is_a_brokers_for_a_company_of_this_house(home: House) -> None:
    client, other = registered(home), house("other")
    foreign = registered(other, credit_code="")
    tenancy.enter(tenancy.EVERY)
    wrongs: tuple[dict[str, Any], ...] = (
        {"broker": home.organisations["insurer"]},
        {"broker": client},
        {"broker": other.organisations["broker"]},
        {"client": home.organisations["provider"]},
        {"client": foreign},
    )
    for wrong in wrongs:
        with pytest.raises(NotFound):
            mandated(home, **{"client": client, **wrong})
    assert not Mandate.objects.filter(client__in=[client, foreign]).exists()


def test_a_broker_is_of_record_for_the_company_it_brings_and_takes_no_other(home: House) -> None:
    direct, brought = registered(home), registered(home, BROKER, credit_code="")
    rival = registered(home, ADMIN, kind="broker", credit_code="")
    for client, broker in (
        (direct, home.organisations["broker"]),
        (brought, rival),
    ):
        with pytest.raises(Forbidden):
            mandated(home, client, BROKER, broker=broker)
    given = mandated(home, brought, BROKER)
    parties.revoke(mandate=given.pk, on=TODAY + timedelta(days=1), reason="", by=home[ADMIN], at=AT)
    with pytest.raises(Forbidden):
        mandated(home, brought, BROKER, start=TODAY + timedelta(days=1))


def test_a_broker_sees_its_clients_from_the_first_day_to_the_last(home: House) -> None:
    client = registered(home)
    mandated(home, client, start=TODAY + timedelta(days=10), end=TODAY + timedelta(days=20))

    def seen(days: int) -> bool:
        return visible_companies(home[BROKER], at=AT + timedelta(days=days)).filter(pk=client.pk).exists()

    assert [seen(days) for days in (0, 9, 10, 19, 20, 400)] == [False, False, True, True, False, False]
    assert visible_companies(home[UNDERWRITER], at=AT).filter(pk=client.pk).exists()
    assert [c.pk for c in visible_companies(home[INSURED], at=AT)] == [home.organisations["insured"].pk]
    assert not visible_companies(home[PROVIDER], at=AT).exists()


@pytest.mark.parametrize(
    ("typed", "kept"), [("400-820-1234", "400-820-1234"), (" ＋86 21 5555 ", "+86 21 5555"), ("", "")]
)
def test_a_hotline_is_digits_and_a_providers_own(home: House, typed: str, kept: str) -> None:
    provider = home.organisations["provider"]
    for role in (PROVIDER, CLAIMS, ADMIN):
        made = parties.set_hotline(organisation=provider.pk, hotline=typed, by=home[role], at=AT)
        assert made.hotline == kept
    for wrong in ("call me", "12", "1" * 41, "400\x00820"):
        with pytest.raises(parties.NotANumber):
            parties.set_hotline(organisation=provider.pk, hotline=wrong, by=home[PROVIDER], at=AT)
    for role, whose, refusal in (
        (PROVIDER, home.organisations["insurer"], NotFound),
        (BROKER, home.organisations["broker"], Forbidden),
        (CLAIMS, house("other").organisations["provider"], NotFound),
    ):
        with pytest.raises(refusal):
            parties.set_hotline(organisation=whose.pk, hotline="400-820-1234", by=home[role], at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_who_register_the_same_at_once_make_one() -> None:
    home = house()
    works = [lambda: registered(home), lambda: registered(home, BROKER), lambda: registered(home, ADMIN)]
    outcomes = at_once(home[ADMIN].tenant, *works)
    names = sorted(type(found).__name__ for found in outcomes)
    assert names == ["AlreadyRegistered", "AlreadyRegistered", "Organisation"]
    assert Entry.objects.filter(verb="organisation.register", new__credit_code=CODE).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_mandates_at_once_leave_one_broker() -> None:
    home = house()
    client = registered(home)
    rival = registered(home, ADMIN, kind="broker", credit_code="")
    outcomes = at_once(home[ADMIN].tenant, lambda: mandated(home, client), lambda: mandated(home, client, broker=rival))
    assert sorted(type(found).__name__ for found in outcomes) == ["AnotherBroker", "Mandate"]
    assert Mandate.objects.filter(client=client).count() == 1
