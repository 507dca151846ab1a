"""Random histories of two claims on one policy: whatever is tried, the sums hold after every step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall.core.money import Money
from seawall.core.problems import Refused
from seawall.lifecycle.protect.models import LedgerEntry, Policy
from seawall.lifecycle.protect.queries import ledger as books
from seawall.lifecycle.recover.actions import claim as claims
from seawall.lifecycle.recover.actions import payment as payments
from seawall.lifecycle.recover.actions import settlement as settlements
from seawall.lifecycle.recover.actions.payment import Order
from seawall.lifecycle.recover.models import Approval, Claim, PaidCover, Payment
from seawall.lifecycle.recover.queries.claim import newest_adjustment
from seawall.records.parties.roles import CLAIMS
from tests.factories import FACTS, House, bound, claimed, house, item, sheet

pytestmark = pytest.mark.django_db

COVERS = ("data_restoration", "business_interruption", "extortion")
ITEMS = [
    item("rebuild", "data_restoration", "400000", "restoration"),
    item("isolate", "data_restoration", "30000", "mitigation"),
    item("advice", "extortion", "150000", "negotiation"),
]

amounts = st.integers(0, 9_000_000)
shares = st.sampled_from([Decimal(x) for x in ("0.1", "0.5", "1", "1.01")])
keys = st.sampled_from(["a", "b", "c", "d"])
steps = st.one_of(
    st.tuples(st.just("determine"), st.booleans()),
    st.tuples(st.just("adjust"), amounts, amounts, st.integers(0, 100_000)),
    st.tuples(st.just("adjust"), amounts, amounts, st.integers(0, 100_000)),
    st.tuples(st.just("approve"), shares, st.booleans()),
    st.tuples(st.just("approve"), shares, st.just(True)),
    st.tuples(st.just("pay"), shares, keys),
    st.tuples(st.just("pay"), shares, keys),
    st.tuples(st.just("pay"), shares, keys),
    st.tuples(st.just("reserve"), st.integers(-1, 10**9)),
    st.tuples(st.just("close"), st.booleans()),
    st.tuples(st.just("reopen")),
    st.tuples(st.just("deny")),
)


class Case:
    """One claim and the people who work on it."""

    def __init__(self, home: House, claim: Claim) -> None:
        self.home, self.pk, self.at = home, claim.pk, claim.recorded_at
        self.one, self.two = home[CLAIMS], home.second[CLAIMS]

    def do(self, step: tuple[Any, ...]) -> None:
        verb, *rest = step
        self.at += timedelta(minutes=1)
        act: Callable[..., None] = getattr(self, verb)
        act(*rest)

    def now(self) -> Claim:
        return Claim.objects.get(pk=self.pk)

    def determine(self, good: bool) -> None:
        facts = {**FACTS, "known_before_inception": {"value": not good, "evidence": []}}
        settlements.determine(claim=self.pk, facts=facts, items=ITEMS, by=self.one, at=self.at)

    def adjust(self, rebuild: int, advice: int, isolate: int) -> None:
        sheets = [
            sheet(
                "data_restoration", ("rebuild", "restoration", str(rebuild)), ("isolate", "mitigation", str(isolate))
            ),
            sheet("extortion", ("advice", "negotiation", str(advice))),
        ]
        settlements.adjust(claim=self.pk, worksheets=sheets, by=self.one, at=self.at)

    def approve(self, share: Decimal, other: bool) -> None:
        amount = Money(self.now().payable, "CNY").times(share)
        payments.approve(claim=self.pk, amount=amount, by=self.two if other else self.one, at=self.at)

    def pay(self, share: Decimal, key: str) -> None:
        amount = Money(max(self.now().outstanding, 1), "CNY").times(share)
        payments.pay(claim=self.pk, order=Order(key, amount, "某某科技"), by=self.one, at=self.at)

    def reserve(self, amount: int) -> None:
        claims.reserve(claim=self.pk, amount=Money(amount, "CNY"), reason="重估", by=self.one, at=self.at)

    def close(self, withdrawn: bool) -> None:
        claims.close(claim=self.pk, reason="结案", withdrawn=withdrawn, by=self.one, at=self.at)

    def reopen(self) -> None:
        claims.reopen(claim=self.pk, reason="新证据", by=self.one, at=self.at)

    def deny(self) -> None:
        claims.deny(claim=self.pk, reason="不属于保险责任", by=self.two, at=self.at)


def the_sums_hold(home: House, held: Policy, cases: list[Case]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")
    for case in cases:
        claim = case.now()
        assert 0 <= claim.paid <= claim.approved <= claim.payable
        assert claim.reserve >= 0
        assert (claim.payments.aggregate(s=Sum("amount"))["s"] or 0) == claim.paid
        adjustment = newest_adjustment(claim)
        assert claim.payable == (adjustment.total if adjustment else 0)
        if adjustment:
            assert adjustment.payable <= held.aggregate_limit
        newest = Approval.objects.filter(claim=claim).order_by("-position").first()
        assert claim.paid <= (newest.amount if newest else 0)
    limits = {c["cover"]: int(Decimal(c["limit"]) * 100) for c in held.terms["covers"]}
    whole = 0
    for cover, paid in PaidCover.objects.order_by().values_list("cover").annotate(s=Sum("indemnity")):
        assert paid <= limits[cover]
        whole += paid
    assert whole <= held.aggregate_limit
    assert books.unbalanced(home[CLAIMS]) == {}
    assert sum(books.balances(home[CLAIMS]).values()) == 0
    bank = LedgerEntry.objects.filter(account="bank").aggregate(s=Sum("amount"))["s"] or 0
    assert -bank == (Payment.objects.aggregate(s=Sum("amount"))["s"] or 0)


class Undo(Exception):
    pass


def test_random_histories_keep_the_sums() -> None:
    home = house()
    held = bound(home)
    first, second = claimed(home, held), claimed(home, held, after=timedelta(days=31))
    reached: set[str] = set()

    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(st.integers(0, 1), steps), min_size=8, max_size=25))
    def run(history: list[tuple[int, tuple[Any, ...]]]) -> None:
        cases = [Case(home, first), Case(home, second)]
        try:
            with transaction.atomic():
                for case in cases:
                    case.do(("determine", True))
                    case.do(("adjust", 3_000_000, 400_000, 30_000))
                    case.do(("approve", Decimal(1), True))
                for which, step in history:
                    try:
                        with transaction.atomic():
                            cases[which].do(step)
                    except Refused:
                        pass
                    else:
                        reached.add(step[0])
                    the_sums_hold(home, held, cases)
                    reached.update(case.now().status for case in cases)
                raise Undo
        except Undo:
            pass

    run()
    # The histories are worth something only if they get somewhere.
    assert reached >= {"adjust", "approve", "pay", "close", "reopen", "part_paid", "paid", "closed"}
