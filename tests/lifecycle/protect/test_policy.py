"""Binding: one policy whatever happens, premium in double entry, papers before force, cancellation day by day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from psycopg.types.range import DateRange

from seawall.core.money import Money
from seawall.core.problems import Invalid
from seawall.core.status import WrongState
from seawall.lifecycle.protect.actions import ledger, papers, policy
from seawall.lifecycle.protect.actions import quote as quoting
from seawall.lifecycle.protect.actions.papers import Paper
from seawall.lifecycle.protect.actions.referral import QuoteLapsed
from seawall.lifecycle.protect.models import LedgerEntry, Policy, Quote
from seawall.lifecycle.protect.queries import ledger as books
from seawall.lifecycle.protect.queries import policy as queries
from seawall.lifecycle.protect.queries.pricing import Wish, terms_document
from seawall.records.journal.models import Entry
from seawall.records.parties.roles import BROKER, CLAIMS, INSURED, PORTFOLIO, PROVIDER, UNDERWRITER
from seawall.records.parties.viewer import Forbidden, NotFound
from seawall.records.vault.models import Leaf
from tests.factories import AT, House, assessed, bound, easy_appetite, house, quoted

pytestmark = pytest.mark.django_db


def bind(home: House, made: Quote, product: str = "bespoke", **changes: object) -> Policy:
    option = made.options.get(product=product)
    return policy.bind(**{"quote": made.pk, "option": option.pk, "by": home[BROKER], "at": AT, **changes})


def test_binding_makes_policy_ledger_journal_leaf_and_job() -> None:
    home = house()
    made = quoted(home)
    done = bind(home, made)
    made.refresh_from_db()
    assert (done.number, done.status, made.status) == ("P-2026-000001", "bound", "bound")
    assert (done.inception, done.expiry) == (made.inception, made.inception.replace(year=made.inception.year + 1))
    sums = books.balances(home[UNDERWRITER], policy=done.pk)
    net = Money(done.premium, "CNY").times(1 / (1 + made.tax_share)).minor
    assert sums["premium_receivable", "CNY"] == done.premium
    assert sums["premium_written", "CNY"] == -net
    assert sums["tax_payable", "CNY"] == net - done.premium
    assert sums["commission_expense", "CNY"] == -sums["commission_payable", "CNY"] > 0
    assert sum(sums.values()) == 0
    assert books.unbalanced(home[UNDERWRITER]) == {}
    assert Entry.objects.filter(verb="policy.bind", object_id=str(done.pk)).count() == 1
    assert Leaf.objects.get(kind="policy.bound").payload["number"] == done.number
    with connection.cursor() as cursor:
        cursor.execute("select args ->> 'policy' from procrastinate_jobs where task_name = 'protect.papers'")
        assert cursor.fetchall() == [(str(done.pk),)]


def test_terms_survive_the_round_through_the_database() -> None:
    home = house()
    done = bind(home, quoted(home))
    done.refresh_from_db()
    assert terms_document(queries.terms_of(done)) == done.terms


def test_a_quote_is_bound_once() -> None:
    home = house()
    made = quoted(home)
    first = bind(home, made)
    with pytest.raises(policy.AlreadyBound) as refused:
        bind(home, made, "sme")
    assert refused.value.problems[0].params == {"number": first.number}
    assert Policy.objects.count() == 1


def refuse(name: str) -> Callable[[House, Quote], object]:
    cases: dict[str, Callable[[House, Quote], object]] = {
        "lapsed": lambda home, made: bind(home, made, at=AT + timedelta(days=30)),
        "past": lambda home, made: bind(home, made, start=AT.date() - timedelta(days=1)),
        "far": lambda home, made: bind(home, made, start=AT.date() + timedelta(days=365)),
        "nobody": lambda home, made: bind(home, made, by=home[PROVIDER]),
        "unknown": lambda home, made: bind(home, made, option=made.pk),
    }
    return cases[name]


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("lapsed", QuoteLapsed),
        ("past", policy.InceptionPast),
        ("far", policy.InceptionFar),
        ("nobody", Forbidden),
        ("unknown", NotFound),
    ],
)
def test_what_cannot_be_bound_leaves_nothing(name: str, refusal: type[Exception]) -> None:
    home = house()
    made = quoted(home)
    with pytest.raises(refusal):
        refuse(name)(home, made)
    made.refresh_from_db()
    assert made.status == "offered"
    assert not Policy.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_inception_is_judged_by_the_day_in_the_policys_zone() -> None:
    home = house()
    made = quoted(home)
    # 17:00 UTC is already the next day in China.
    late = AT.replace(hour=17)
    with pytest.raises(policy.InceptionPast):
        bind(home, made, start=late.date(), at=late)
    assert bind(home, made, start=late.date() + timedelta(days=1), at=late).inception == late.date() + timedelta(days=1)


def test_a_risk_within_the_appetite_is_offered_at_once_and_bound_within_the_authority_only() -> None:
    home = house()
    easy_appetite(home)
    small = Wish("sme", Money.of(1_000_000, "CNY"), Money.of(10_000, "CNY"), 12)
    made = quoting.make(assessment=assessed(home).pk, wishes=[small], by=home[UNDERWRITER], at=AT)
    assert (made.outcome, made.status) == ("accept", "offered")
    with pytest.raises(policy.BeyondAuthority):
        bind(home, made, "sme", by=replace(home[UNDERWRITER], authority=1))
    assert bind(home, made, "sme", by=home[UNDERWRITER])


def test_a_referred_or_declined_quote_is_not_bound() -> None:
    home = house()
    found = assessed(home)
    big = Wish("bespoke", Money.of(15_000_000, "CNY"), Money.of(100_000, "CNY"), 12)
    huge = Wish("bespoke", Money.of(200_000_000, "CNY"), Money.of(100_000, "CNY"), 12)
    made = quoting.make(assessment=found.pk, wishes=[big], by=home[UNDERWRITER], at=AT)
    with pytest.raises(policy.ReferralOpen):
        bind(home, made)
    made = quoting.make(assessment=found.pk, wishes=[huge], by=home[UNDERWRITER], at=AT)
    with pytest.raises(WrongState):
        bind(home, made)


def test_an_option_that_is_declined_or_has_no_price_is_not_bound() -> None:
    home = house()
    easy_appetite(home)
    small, huge = Money.of(1_000_000, "CNY"), Money.of(200_000_000, "CNY")
    wishes = [Wish("bespoke", limit, Money.of(100_000, "CNY"), 12) for limit in (small, huge)]
    made = quoting.make(assessment=assessed(home).pk, wishes=wishes, by=home[UNDERWRITER], at=AT)
    assert [o.outcome for o in made.options.all()] == ["accept", "decline"]
    with pytest.raises(policy.NotForSale):
        policy.bind(quote=made.pk, option=made.options.get(position=1).pk, by=home[BROKER], at=AT)


def test_two_policies_for_one_product_never_overlap() -> None:
    home = house()
    first = bound(home)
    made = quoted(home)
    with pytest.raises(policy.Overlap):
        bind(home, made)
    assert bind(home, made, "sme").product == "sme"
    with pytest.raises(IntegrityError, match="policy_one_at_a_time"), transaction.atomic():
        Policy.objects.filter(product="sme").update(product=first.product)


def test_papers_come_before_force_and_twice_is_once() -> None:
    home = house()
    done = bind(home, quoted(home))
    zh = Paper("schedule", "zh", "保险单.pdf", b"%PDF-1.7\nzh")
    with pytest.raises(policy.PapersMissing):
        policy.issue(policy=done.pk, by=home[UNDERWRITER], at=AT)
    attached = papers.attach_document(policy=done.pk, paper=zh, by=home.system, at=AT)
    assert papers.attach_document(policy=done.pk, paper=zh, by=home.system, at=AT) == attached
    with pytest.raises(policy.PapersMissing):
        policy.issue(policy=done.pk, by=home[UNDERWRITER], at=AT)
    papers.attach_document(policy=done.pk, paper=replace(zh, language="en"), by=home.system, at=AT)
    assert policy.issue(policy=done.pk, by=home[UNDERWRITER], at=AT).status == "in_force"
    with pytest.raises(WrongState):
        policy.issue(policy=done.pk, by=home[UNDERWRITER], at=AT)
    with pytest.raises(Invalid):
        papers.attach_document(policy=done.pk, paper=Paper("poem", "fr", "a.pdf", b"%PDF-1.7"), by=home.system, at=AT)
    _, content = papers.read_document(policy=done.pk, kind="schedule", language="zh", by=home[INSURED], at=AT)
    assert content == zh.content
    with pytest.raises(NotFound):
        papers.read_document(policy=done.pk, kind="invoice", language="zh", by=home[INSURED], at=AT)
    with pytest.raises(NotFound):
        papers.read_document(policy=done.pk, kind="schedule", language="zh", by=home[PROVIDER], at=AT)


def test_cancellation_gives_back_the_unearned_premium_and_frees_the_period() -> None:
    home = house()
    done = bound(home)
    half = done.inception + timedelta(days=(done.expiry - done.inception).days // 5)
    with pytest.raises(quoting.ReasonNeeded):
        policy.cancel(policy=done.pk, on=half, reason=" ", by=home[UNDERWRITER], at=AT)
    for day in (done.inception - timedelta(days=1), done.expiry):
        with pytest.raises(policy.OutsidePeriod):
            policy.cancel(policy=done.pk, on=day, reason="停业", by=home[UNDERWRITER], at=AT)
    policy.cancel(policy=done.pk, on=half, reason="停业", by=home[UNDERWRITER], at=AT)
    done.refresh_from_db()
    assert (done.status, done.period) == ("cancelled", DateRange(done.inception, half))
    assert done.answers_for(half - timedelta(days=1))
    assert not done.answers_for(half)
    sums = books.balances(home[UNDERWRITER], policy=done.pk)
    assert sum(sums.values()) == 0
    whole = (done.expiry - done.inception).days
    assert abs(sums["premium_receivable", "CNY"] * whole - done.premium * (half - done.inception).days) <= whole
    assert queries.answering(home[CLAIMS], done.insured_id, on=half, at=AT).count() == 0
    assert queries.answering(home[CLAIMS], done.insured_id, on=done.inception, at=AT).count() == 1
    again = quoted(home)
    assert bind(home, again, start=half, at=AT) if half <= AT.date() + timedelta(days=60) else again


def test_policies_end_when_their_last_day_is_over() -> None:
    home = house()
    done = bound(home)
    # The last moment of the last day in China, and the one after it.
    midnight = AT.replace(year=done.expiry.year, month=done.expiry.month, day=done.expiry.day, hour=0) - timedelta(
        hours=8
    )
    assert policy.expire_due(by=home.system, at=midnight - timedelta(seconds=1)) == 0
    assert policy.expire_due(by=home.system, at=midnight) == 1
    done.refresh_from_db()
    assert done.status == "expired"


def test_bookings_are_taken_back_by_a_linked_entry_once() -> None:
    home = house()
    done = bound(home)
    number = done.entries.first().transaction
    with pytest.raises(ledger.ReasonNeeded):
        ledger.reverse(number=number, reason="", by=home[PORTFOLIO], at=AT)
    back = ledger.reverse(number=number, reason="重复入账", by=home[PORTFOLIO], at=AT)
    assert set(books.balances(home[UNDERWRITER], policy=done.pk).values()) == {0}
    assert all(e.reverses_id for e in LedgerEntry.objects.filter(transaction=back))
    with pytest.raises(ledger.AlreadyReversed):
        ledger.reverse(number=number, reason="再来", by=home[PORTFOLIO], at=AT)
    with pytest.raises(NotFound):
        ledger.reverse(number=done.pk, reason="没有", by=home[PORTFOLIO], at=AT)


def test_an_unbalanced_booking_is_refused_by_us_and_by_the_database() -> None:
    home = house()
    done = bound(home)
    crooked = ledger.Booking("premium", done, done, (("bank", Money(1, "CNY")),))
    with pytest.raises(ledger.Unbalanced):
        ledger.book(crooked, by=home[UNDERWRITER], at=AT)
    entry = done.entries.first()
    entry.pk, entry.position, entry.account = None, 99, "bank"
    entry._state.adding = True

    def slip_in() -> None:
        entry.save(force_insert=True)
        connection.cursor().execute("set constraints all immediate")

    with pytest.raises(IntegrityError, match="ledger transaction"), transaction.atomic():
        slip_in()


def test_each_side_sees_its_policies() -> None:
    home = house()
    done = bound(home)
    assert "ledger" in queries.page(home[UNDERWRITER], done.pk, at=AT)
    for role in (BROKER, INSURED):
        page = queries.page(home[role], done.pk, at=AT)
        assert "ledger" not in page
        assert page["number"] == done.number
    with pytest.raises(NotFound):
        queries.page(home[PROVIDER], done.pk, at=AT)
    with pytest.raises(Forbidden):
        books.balances(home[BROKER])
    first = datetime(done.inception.year, done.inception.month, done.inception.day, tzinfo=UTC)
    assert done.running(first - timedelta(hours=8))
    assert not done.running(first - timedelta(hours=9))
