"""The same request many times in the same moment: one contract, one answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from seawall.lifecycle.protect.models import LedgerEntry, Policy, Quote
from seawall.records import tenancy
from seawall.records.journal.models import Entry, IdempotencyKey
from tests.entrypoints.api.calling import call
from tests.entrypoints.api.conftest import Token
from tests.factories import House, house, quoted
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


@pytest.fixture
def home(transactional_db: None) -> Iterator[House]:
    yield house(at=timezone.now() - timedelta(hours=1))
    tenancy.enter(tenancy.EVERY)


@pytest.fixture
def offer(home: House) -> Quote:
    now = timezone.now()
    inception = timezone.localdate(now + timedelta(days=5)).isoformat()
    made = quoted(home, at=now, request__inception=inception)
    # The requests come on connections of their own and see what is committed.
    assert not connection.in_atomic_block
    return made


def binds(home: House, token: Token, offer: Quote, keys: list[str]) -> list[Any]:
    chosen = offer.options.filter(premium__isnull=False).exclude(outcome="decline")[0]
    body, mine = {"option": str(chosen.pk)}, token(home["broker"])
    address = f"/api/v1/quotes/{offer.pk}/bind"
    works = [partial(call, mine, "post", address, body, **{"Idempotency-Key": key}) for key in keys]
    return at_once(home["broker"].tenant, *works)


def test_one_key(home: House, token: Token, offer: Quote) -> None:
    answers = binds(home, token, offer, ["same"] * AT_ONCE)
    assert [answer.status_code for answer in answers] == [201] * AT_ONCE
    assert len({answer.content for answer in answers}) == 1
    tenancy.enter(home["broker"].tenant)
    held = Policy.objects.get()
    assert Entry.objects.filter(verb="quote.bind").count() <= 1
    assert IdempotencyKey.objects.filter(key="same").count() == 1
    assert LedgerEntry.objects.filter(policy=held, memo="premium", account="premium_receivable").count() == 1


def test_keys_of_their_own(home: House, token: Token, offer: Quote) -> None:
    answers = binds(home, token, offer, [f"key-{number}" for number in range(AT_ONCE)])
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * (AT_ONCE - 1)]
    tenancy.enter(home["broker"].tenant)
    assert Policy.objects.count() == 1
    assert IdempotencyKey.objects.filter(key__startswith="key-").count() == 1
