"""Paying under real transactions: the same order twice, two claims on the last of a limit, a failure in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from seawall.core.money import Money
from seawall.core.status import WrongState
from seawall.lifecycle.protect.models import LedgerEntry, Policy
from seawall.lifecycle.protect.queries import ledger as books
from seawall.lifecycle.recover.actions import claim as claims
from seawall.lifecycle.recover.actions import payment as payments
from seawall.lifecycle.recover.actions import settlement as settlements
from seawall.lifecycle.recover.actions.claim import Opening
from seawall.lifecycle.recover.actions.payment import Order
from seawall.lifecycle.recover.models import Approval, Claim, PaidCover, Payment, Reserve
from seawall.records.journal.models import Entry
from seawall.records.parties.roles import CLAIMS
from seawall.records.vault.models import Leaf
from tests.factories import FACTS, House, bound, claimed, house, item, notified, sheet
from tests.lifecycle.protect.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PAYEE = "杭州某某科技有限公司"


def ready(home: House, held: Policy, amount: str, after: int = 30) -> Claim:
    """A claim that is approved in full."""
    claim = claimed(home, held, after=timedelta(days=after))
    items = [item("rebuild", "data_restoration", amount, "restoration")]
    at = claim.recorded_at
    settlements.determine(claim=claim.pk, facts=FACTS, items=items, by=home[CLAIMS], at=at)
    sheets = [sheet("data_restoration", ("rebuild", "restoration", amount))]
    settlements.adjust(claim=claim.pk, worksheets=sheets, by=home[CLAIMS], at=at)
    claims.reserve(claim=claim.pk, amount=Money.of(amount, "CNY"), reason="初估", by=home[CLAIMS], at=at)
    payments.approve(claim=claim.pk, by=home.second[CLAIMS], at=at)
    claim.refresh_from_db()
    return claim


def pay(home: House, claim: Claim, key: str, minor: int | None = None, who: str = "viewers") -> Callable[[], Payment]:
    order = Order(key, Money(claim.outstanding if minor is None else minor, "CNY"), PAYEE)
    by = getattr(home, who)[CLAIMS]
    return lambda: payments.pay(claim=claim.pk, order=order, by=by, at=claim.recorded_at + timedelta(days=1))


def test_the_same_order_many_times_at_once_pays_once() -> None:
    home = house()
    claim = ready(home, bound(home), "400000")
    outcomes = at_once(home[CLAIMS].tenant, *(pay(home, claim, "k", who=w) for w in ("viewers", "second") * 3))
    assert {type(o) for o in outcomes} == {Payment}, outcomes
    assert len({o.pk for o in outcomes}) == 1
    assert Payment.objects.count() == 1
    assert LedgerEntry.objects.filter(account="bank").aggregate(s=Sum("amount"))["s"] == -claim.approved


def test_different_orders_at_once_stay_within_the_approval() -> None:
    home = house()
    claim = ready(home, bound(home), "400000")
    part = claim.approved * 2 // 3
    outcomes = at_once(home[CLAIMS].tenant, *(pay(home, claim, key, part) for key in "abcd"))
    assert sum(isinstance(o, Payment) for o in outcomes) == 1
    assert sum(isinstance(o, payments.AboveApproval) for o in outcomes) == 3, outcomes
    assert books.unbalanced(home[CLAIMS]) == {}


def test_two_claims_at_once_share_what_is_left_of_a_limit() -> None:
    home = house()
    held = bound(home)
    limit = next(Decimal(c["limit"]) for c in held.terms["covers"] if c["cover"] == "data_restoration")
    whole = str(int(limit) * 3)
    one, two = ready(home, held, whole), ready(home, held, whole, after=31)
    assert one.approved == two.approved == limit * 100
    outcomes = at_once(home[CLAIMS].tenant, pay(home, one, "k"), pay(home, two, "k"))
    assert sorted(type(o).__name__ for o in outcomes) == ["LimitUsedUp", "Payment"], outcomes
    assert PaidCover.objects.aggregate(s=Sum("indemnity"))["s"] == limit * 100


def test_two_openings_and_two_approvals_at_once_have_one_outcome() -> None:
    home = house()
    held = bound(home)
    incident = notified(home, held)

    def opening(who: str) -> Callable[[], Claim]:
        by = getattr(home, who)[CLAIMS]
        return lambda: claims.open_claim(opening=Opening(incident.pk), by=by, at=incident.reported_at)

    outcomes = at_once(home[CLAIMS].tenant, opening("viewers"), opening("second"))
    assert sorted(type(o).__name__ for o in outcomes) == ["AlreadyOpen", "Claim"], outcomes
    claim = ready(home, held, "400000", after=35)
    close = lambda: claims.close(  # noqa: E731
        claim=claim.pk, reason="撤回", withdrawn=True, by=home[CLAIMS], at=claim.recorded_at + timedelta(days=1)
    )
    outcomes = at_once(home[CLAIMS].tenant, pay(home, claim, "k"), close)
    claim.refresh_from_db()
    assert claim.status in ("paid", "closed")
    assert claim.paid == claim.approved
    assert all(isinstance(o, Payment | Claim | claims.MoneyOwed | WrongState) for o in outcomes), outcomes


@pytest.mark.parametrize("step", ["_split", "_write", "book", "set_aside", "record", "append", "next_number"])
def test_a_failure_between_the_steps_of_paying_leaves_nothing(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    home = house()
    claim = ready(home, bound(home), "400000")

    def counts() -> tuple[int, ...]:
        return tuple(m.objects.count() for m in (Payment, PaidCover, LedgerEntry, Entry, Leaf, Reserve, Approval))

    class Struck(Exception):
        pass

    def strike(*_: Any, **__: Any) -> None:
        raise Struck

    before = counts()
    with monkeypatch.context() as patched:
        patched.setattr(payments, step, strike)
        with pytest.raises(Struck):
            pay(home, claim, "k")()
    assert counts() == before
    untouched = Claim.objects.get(pk=claim.pk)
    assert (untouched.status, untouched.paid, untouched.reserve) == ("approved", 0, claim.reserve)
    assert pay(home, claim, "k")().number.endswith("000001")
