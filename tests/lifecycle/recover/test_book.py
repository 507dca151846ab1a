"""The book in the market's terms: what is in force, and how often it has been claimed on."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from seawall.lifecycle.protect.models import Policy
from seawall.lifecycle.recover.queries import book as books
from seawall.records.parties.roles import BROKER, INSURED, SUPERVISOR, UNDERWRITER
from seawall.records.parties.viewer import Forbidden
from tests.factories import AT, House, bound, house

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> House:
    return house()


def test_an_empty_book_has_no_figures(home: House) -> None:
    found = books.book(home[UNDERWRITER], on=AT.date(), at=AT, currency="CNY")
    assert (found.policies, found.claims, found.years) == (0, 0, 0)
    assert set(found.figures.values()) == {None}


def test_figures_follow_from_the_policies(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = bound(home)
    day = policy.inception + timedelta(days=73)
    found = books.book(home[SUPERVISOR], on=day, at=AT, currency="CNY")
    sums = Policy.objects.aggregate(premium=Sum("premium"), limits=Sum("aggregate_limit"))
    assert found.premium.minor == sums["premium"]
    assert found.figures["rate_on_line"] == Decimal(sums["premium"]) / Decimal(sums["limits"])
    assert found.years == Decimal("0.2")
    assert found.figures["claim_frequency"] is None
    monkeypatch.setattr(books, "LEAST_YEARS", Decimal("0.2"))
    assert books.book(home[SUPERVISOR], on=day, at=AT, currency="CNY").figures["claim_frequency"] == 0
    assert books.book(home[SUPERVISOR], on=day, at=AT, currency="USD").policies == 0
    assert books.book(home[SUPERVISOR], on=policy.expiry, at=AT, currency="CNY").policies == 0


@pytest.mark.parametrize("role", [BROKER, INSURED])
def test_it_is_the_offices_alone(home: House, role: str) -> None:
    with pytest.raises(Forbidden):
        books.book(home[role], on=AT.date(), at=AT, currency="CNY")
