"""A write with a key happens once, whatever the network makes of its answer."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from seawall.core.problems import Refused
from seawall.records import tenancy
from seawall.records.journal.idempotency import KeyReused, once
from seawall.records.journal.models import Entry, IdempotencyKey
from seawall.records.parties.actions import organisation as parties
from seawall.records.parties.models import Organisation
from seawall.records.parties.roles import ADMIN, BROKER, UNDERWRITER
from seawall.records.parties.viewer import Viewer
from tests.factories import AT, House, house
from tests.races import at_once

ROUTE = "POST /api/v1/organisations"
BODY = {"name": "新海公司", "code": "91310115MA1HTG8L23"}


@pytest.fixture
def home(db: None) -> House:
    return house()


def registering(by: Viewer, seconds: float = 0.0) -> Any:
    """Work that registers a company, taking its time about it."""

    def work() -> tuple[int, Any]:
        made = parties.register(
            kind="insured", names=("新海公司", ""), country="CN", credit_code=BODY["code"], by=by, at=AT
        )
        time.sleep(seconds)
        return 201, {"id": str(made.pk)}

    return work


def never() -> tuple[int, Any]:
    raise AssertionError("the work was done again")


def test_a_repeat_gets_the_answer_of_the_first_and_does_nothing(home: House) -> None:
    by = home[UNDERWRITER]
    first = once("k", ROUTE, BODY, registering(by), by=by, at=AT)
    entries = Entry.objects.count()
    assert once("k", ROUTE, BODY, never, by=by, at=AT) == first
    assert first[0] == 201
    assert Entry.objects.count() == entries


def test_the_order_of_the_names_in_a_body_does_not_matter(home: House) -> None:
    by = home[UNDERWRITER]
    body = {"on": date(2026, 1, 1), "names": {"b": 1, "a": [1, 2]}}
    first = once("k", ROUTE, body, lambda: (200, {}), by=by, at=AT)
    assert once("k", ROUTE, {"names": {"a": [1, 2], "b": 1}, "on": "2026-01-01"}, never, by=by, at=AT) == first


@pytest.mark.parametrize(
    ("route", "body"), [(ROUTE, {**BODY, "name": "别的公司"}), (ROUTE + "/x", BODY), (ROUTE, None)]
)
def test_a_key_is_not_used_for_something_else(home: House, route: str, body: Any) -> None:
    by = home[UNDERWRITER]
    once("k", ROUTE, BODY, lambda: (200, {"n": 1}), by=by, at=AT)
    with pytest.raises(KeyReused) as refused:
        once("k", route, body, never, by=by, at=AT)
    assert (refused.value.status, refused.value.problems[0].params) == (422, {"key": "k"})
    assert once("k", ROUTE, BODY, never, by=by, at=AT) == (200, {"n": 1})


def test_people_and_houses_do_not_share_keys(home: House) -> None:
    other = house("other")
    tenancy.enter(tenancy.EVERY)
    elsewhere = replace(home[UNDERWRITER], tenant=other[UNDERWRITER].tenant)
    for n, by in enumerate([home[UNDERWRITER], home[BROKER], other[UNDERWRITER], elsewhere]):
        assert once("k", ROUTE, BODY, lambda n=n: (200, {"n": n}), by=by, at=AT) == (200, {"n": n})  # type: ignore[misc]


def test_a_refusal_keeps_neither_the_key_nor_what_was_half_done(home: House) -> None:
    by = home[UNDERWRITER]

    def half() -> tuple[int, Any]:
        registering(by)()
        raise Refused("later")

    with pytest.raises(Refused):
        once("k", ROUTE, BODY, half, by=by, at=AT)
    assert not IdempotencyKey.objects.exists()
    assert not Organisation.objects.filter(credit_code=BODY["code"]).exists()
    assert once("k", ROUTE, {"another": "body"}, lambda: (200, {}), by=by, at=AT) == (200, {})


def test_a_stored_answer_is_never_changed(home: House) -> None:
    by = home[UNDERWRITER]
    once("k", ROUTE, BODY, lambda: (200, {}), by=by, at=AT)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        IdempotencyKey.objects.update(answer={"id": str(uuid4())})


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_do_the_work_once() -> None:
    home = house()
    by = home[UNDERWRITER]
    outcomes = at_once(by.tenant, *[lambda: once("k", ROUTE, BODY, registering(by, 0.3), by=by, at=AT)] * 3)
    assert len({json.dumps(answer) for answer in outcomes}) == 1
    assert outcomes[0][0] == 201
    assert Organisation.objects.filter(credit_code=BODY["code"]).count() == 1
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_when_the_first_of_two_is_refused_the_second_does_it() -> None:
    home = house()
    by, tries = home[ADMIN], [Refused("once")]

    def work() -> tuple[int, Any]:
        if tries:
            refusal = tries.pop()
            time.sleep(0.2)
            raise refusal
        return 201, {"done": True}

    outcomes = at_once(by.tenant, *[lambda: once("k", ROUTE, BODY, work, by=by, at=AT)] * 2)
    assert sorted(type(found).__name__ for found in outcomes) == ["Refused", "tuple"]
    assert IdempotencyKey.objects.get().answer == {"done": True}
    connection.close()
