"""One claim from opening to closing, and everything that is refused on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from seawall.core.money import Money
from seawall.core.problems import Invalid
from seawall.core.status import WrongState
from seawall.lifecycle.protect.actions.policy import cancel
from seawall.lifecycle.protect.models import LedgerEntry
from seawall.lifecycle.protect.queries import ledger as books
from seawall.lifecycle.recover.actions import claim as claims
from seawall.lifecycle.recover.actions import payment as payments
from seawall.lifecycle.recover.actions import settlement as settlements
from seawall.lifecycle.recover.actions.claim import Opening
from seawall.lifecycle.recover.actions.payment import Order
from seawall.lifecycle.recover.models import Claim, Payment
from seawall.lifecycle.recover.queries import claim as queries
from seawall.lifecycle.recover.queries import settlement as figures
from seawall.lifecycle.respond.actions.notify import Notice, notify
from seawall.records.parties.roles import BROKER, CLAIMS, INSURED, PROVIDER, SUPERVISOR, UNDERWRITER
from seawall.records.parties.viewer import Forbidden, NotFound
from seawall.records.vault.models import Leaf
from tests.factories import AT, FACTS, House, bound, claimed, house, item, notified, sheet

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
REBUILD = item("rebuild", "data_restoration", "400000", "restoration")


def yuan(amount: int | str) -> Money:
    return Money.of(amount, "CNY")


def determined(home: House, claim: Claim, *items: dict[str, Any], **facts: Any) -> Any:
    stated = {**FACTS, **{name: {"value": value, "evidence": []} for name, value in facts.items()}}
    return settlements.determine(
        claim=claim.pk, facts=stated, items=items or (REBUILD,), by=home[CLAIMS], at=claim.recorded_at + DAY
    )


def adjusted(home: House, claim: Claim, amount: str = "400000") -> Any:
    determined(home, claim)
    sheets = [sheet("data_restoration", ("rebuild", "restoration", amount))]
    return settlements.adjust(claim=claim.pk, worksheets=sheets, by=home[CLAIMS], at=claim.recorded_at + 2 * DAY)


def approved(home: House, claim: Claim, amount: Money | None = None) -> Any:
    adjusted(home, claim)
    return payments.approve(claim=claim.pk, amount=amount, by=home.second[CLAIMS], at=claim.recorded_at + 3 * DAY)


def paid(home: House, claim: Claim, amount: Money, key: str = "k1") -> Payment:
    order = Order(key, amount, "杭州某某科技有限公司")
    return payments.pay(claim=claim.pk, order=order, by=home[CLAIMS], at=claim.recorded_at + 4 * DAY)


def test_a_claim_from_opening_to_closing() -> None:
    home = house()
    held = bound(home)
    claim = claimed(home, held)
    assert claim.number.startswith("C-")
    assert claim.assess_by == claim.requested_on + timedelta(days=30)
    claims.reserve(claim=claim.pk, amount=yuan(500_000), reason="初估", by=home[CLAIMS], at=claim.recorded_at)
    claims.receive_proof(claim=claim.pk, on=claim.requested_on, by=home[CLAIMS], at=claim.recorded_at)
    judged = determined(home, claim)
    assert judged.outcome == "passed"
    assert figures.replay_determination(judged).same

    made = adjusted(home, claim)
    retention = Decimal(held.terms["covers"][0]["retention"])
    bridge = made.covers.get()
    assert bridge.retained == retention * 100
    assert made.total == 400_000_00 - bridge.retained - bridge.coinsured - bridge.above_sub_limit
    assert figures.replay_adjustment(made).same

    allowed = payments.approve(claim=claim.pk, by=home.second[CLAIMS], at=claim.recorded_at + 3 * DAY)
    assert allowed.amount == made.total
    half = Money(made.total // 2, "CNY")
    first = paid(home, claim, half, "first")
    claim.refresh_from_db()
    assert (claim.status, claim.paid, claim.reserve) == ("part_paid", half.minor, 500_000_00 - half.minor)
    with pytest.raises(claims.MoneyOwed):
        claims.close(claim=claim.pk, reason="结案", by=home[CLAIMS], at=claim.recorded_at + 5 * DAY)
    second = paid(home, claim, Money(made.total, "CNY") - half, "second")
    claim.refresh_from_db()
    assert (claim.status, claim.paid) == ("paid", made.total)
    assert (first.number, second.number) == ("Y-2027-000001", "Y-2027-000002")
    sums = books.balances(home[CLAIMS], policy=held.pk)
    assert sums["claims_paid", "CNY"] == -sums["bank", "CNY"] == made.total
    assert books.unbalanced(home[CLAIMS]) == {}

    claims.close(claim=claim.pk, reason="结案", by=home[CLAIMS], at=claim.recorded_at + 5 * DAY)
    claim.refresh_from_db()
    assert (claim.status, claim.reserve) == ("closed", 0)
    kinds = list(Leaf.objects.filter(noun="claim").values_list("kind", flat=True))
    assert kinds == [
        *("claim.opened", "claim.determined", "claim.determined", "claim.adjusted", "claim.approved"),
        *("claim.paid", "claim.paid"),
    ]


@pytest.mark.parametrize("days", [-1, 366])
def test_an_incident_outside_the_period_is_refused_with_the_dates(days: int) -> None:
    home = house()
    held = bound(home)
    incident = notified(home, held, after=timedelta(days=days))
    with pytest.raises(claims.OutsidePeriod) as refused:
        claims.open_claim(opening=Opening(incident.pk), by=home[CLAIMS], at=incident.reported_at)
    problem = refused.value.problems[0]
    assert problem.field == "policy"
    assert problem.params["start"] == held.inception.isoformat()
    assert problem.params["end"] == held.expiry.isoformat()
    assert problem.params["discovered"] == held.day(incident.discovered_at).isoformat()
    assert not Claim.objects.exists()


def test_a_cancelled_policy_answers_until_the_day_of_cancellation() -> None:
    home = house()
    held = bound(home)
    end = held.inception + timedelta(days=40)
    late, early = (notified(home, held, after=timedelta(days=days)) for days in (40, 39))
    cancel(policy=held.pk, on=end, reason="停业", by=home[UNDERWRITER], at=held.bound_at)
    with pytest.raises(claims.OutsidePeriod) as refused:
        claims.open_claim(opening=Opening(late.pk), by=home[CLAIMS], at=late.reported_at)
    assert refused.value.problems[0].params["end"] == end.isoformat()
    assert claims.open_claim(opening=Opening(early.pk), by=home[CLAIMS], at=late.reported_at).policy_id == held.pk


def test_the_last_hour_of_the_period_counts_in_the_policys_zone() -> None:
    home = house()
    held = bound(home)
    # 04:00 UTC is noon in China, so the last day ends at 16:00 UTC.
    whole = (held.expiry - held.inception).days
    inside = notified(home, held, after=timedelta(days=whole - 1, hours=11, minutes=59))
    outside = notified(home, held, after=timedelta(days=whole - 1, hours=12))
    assert claims.open_claim(opening=Opening(inside.pk), by=home[CLAIMS], at=outside.reported_at)
    with pytest.raises(claims.OutsidePeriod):
        claims.open_claim(opening=Opening(outside.pk, policy=held.pk), by=home[CLAIMS], at=outside.reported_at)


def test_what_cannot_be_opened() -> None:
    home = house()
    held = bound(home)
    claim = claimed(home, held)
    later = claim.recorded_at + DAY
    with pytest.raises(claims.AlreadyOpen):
        claims.open_claim(opening=Opening(claim.incident_id), by=home[CLAIMS], at=later)
    for role in (INSURED, BROKER, PROVIDER, SUPERVISOR):
        with pytest.raises(Forbidden):
            claims.open_claim(opening=Opening(claim.incident_id), by=home[role], at=later)
    with pytest.raises(NotFound):
        claims.open_claim(opening=Opening(claim.pk), by=home[CLAIMS], at=later)
    other = notified(home, held)
    with pytest.raises(NotFound):
        claims.open_claim(opening=Opening(other.pk, policy=claim.pk), by=home[CLAIMS], at=later)
    tomorrow = held.day(later) + DAY
    with pytest.raises(claims.NotDated):
        claims.open_claim(opening=Opening(other.pk, requested_on=tomorrow), by=home[CLAIMS], at=later)
    with pytest.raises(claims.NotDated):
        claims.receive_proof(claim=claim.pk, on=tomorrow, by=home[CLAIMS], at=later)


def test_a_company_without_a_policy_has_no_claim_and_a_first_reserve_can_come_with_the_claim() -> None:
    home = house()
    notice = Notice(home.organisations["insured"].pk, "邮箱被盗", AT, "王工")
    incident = notify(notice=notice, by=home[INSURED], at=AT)
    with pytest.raises(claims.NoPolicy):
        claims.open_claim(opening=Opening(incident.pk), by=home[CLAIMS], at=AT)
    incident = notified(home, bound(home))
    opening = Opening(incident.pk, reserve=yuan(5000))
    claim = claims.open_claim(opening=opening, by=home[CLAIMS], at=incident.reported_at)
    assert (claim.reserve, claim.reserves.get().amount) == (5000_00, 5000_00)


def test_ransom_in_virtual_currency_is_never_payable_and_the_claim_names_the_clause() -> None:
    home = house()
    claim = claimed(home, bound(home))
    ransom = item("ransom", "extortion", "1300000", "ransom", paid_in="virtual_currency")
    advice = item("negotiator", "extortion", "150000", "negotiation")
    judged = determined(home, claim, ransom, advice)
    assert judged.outcome == "partly"
    refused = queries.page(home[INSURED], claim.pk, at=claim.recorded_at + DAY)["refused_items"]
    assert [(r["item"], [c["clause"] for c in r["clauses"]]) for r in refused] == [("ransom", ["CN-02"])]
    # Even a worksheet that calls it money: the determination stands.
    sheets = [sheet("extortion", ("ransom", "ransom", "1300000"), ("negotiator", "negotiation", "150000"))]
    made = settlements.adjust(claim=claim.pk, worksheets=sheets, by=home[CLAIMS], at=claim.recorded_at + DAY)
    lines = {line["id"]: line for line in made.result["worksheets"][0]["lines"]}
    assert lines["ransom"]["admitted"] == "0"
    assert lines["ransom"]["deductions"][0]["clause"] == "CN-02"
    assert made.total <= 150_000_00


def test_a_claim_that_fails_a_gate_is_denied_by_a_second_person_with_its_clauses() -> None:
    home = house()
    claim = claimed(home, bound(home))
    judged = determined(home, claim, known_before_inception=True)
    assert judged.outcome == "failed"
    claim.refresh_from_db()
    later = claim.recorded_at + 2 * DAY
    assert claim.deny_by == claim.policy.day(claim.recorded_at + DAY) + timedelta(days=3)
    with pytest.raises(settlements.NotLiable):
        settlements.adjust(claim=claim.pk, worksheets=[], by=home[CLAIMS], at=later)
    with pytest.raises(claims.FourEyes):
        claims.deny(claim=claim.pk, reason="投保前已知", by=home[CLAIMS], at=later)
    with pytest.raises(claims.ReasonNeeded):
        claims.deny(claim=claim.pk, reason=" ", by=home.second[CLAIMS], at=later)
    claims.deny(claim=claim.pk, reason="投保前已知", by=home.second[CLAIMS], at=later)
    claim.refresh_from_db()
    assert claim.status == "denied"
    assert claim.closures.get().clauses == ["EX-02"]
    with pytest.raises(WrongState):
        claims.reserve(claim=claim.pk, amount=yuan(1), reason="x", by=home[CLAIMS], at=later)
    assert {c["code"]: c["overdue"] for c in queries.page(home[INSURED], claim.pk, at=later)["clocks"]} == {
        "assess": False,
        "refuse": False,
    }
    claims.close(claim=claim.pk, reason="拒赔结案", by=home[CLAIMS], at=later)
    claims.reopen(claim=claim.pk, reason="补充取证报告", by=home[CLAIMS], at=later)
    assert determined(home, claim).outcome == "passed"


def test_a_claim_that_is_not_refused_cannot_be_denied() -> None:
    home = house()
    claim = claimed(home, bound(home))
    with pytest.raises(WrongState):
        settlements.adjust(claim=claim.pk, worksheets=[], by=home[CLAIMS], at=claim.recorded_at)
    claims.close(claim=claim.pk, reason="撤回", withdrawn=True, by=home[CLAIMS], at=claim.recorded_at)
    claims.reopen(claim=claim.pk, reason="又申请", by=home[CLAIMS], at=claim.recorded_at)
    with pytest.raises(settlements.NotDetermined):
        settlements.adjust(claim=claim.pk, worksheets=[], by=home[CLAIMS], at=claim.recorded_at)
    determined(home, claim)
    with pytest.raises(claims.NotRefused):
        claims.deny(claim=claim.pk, reason="不想赔", by=home.second[CLAIMS], at=claim.recorded_at + DAY)


def test_worksheets_follow_the_determination() -> None:
    home = house()
    claim = claimed(home, bound(home))
    dear = item("rebuild", "data_restoration", "400000", "restoration", reasonable=False)
    determined(home, claim, dear)
    stray = sheet("data_restoration", ("rebuild", "restoration", "400000"), ("dinner", "other", "9000"))
    later = claim.recorded_at + 2 * DAY
    with pytest.raises(Invalid) as refused:
        settlements.adjust(claim=claim.pk, worksheets=[stray], by=home[CLAIMS], at=later)
    assert {p.code for p in refused.value.problems} == {"claim.line_not_determined", "claim.reduction_not_taken"}
    line = {"id": "rebuild", "kind": "restoration", "claimed": "400000", "evidence": ["invoice-rebuild"]}
    line["deductions"] = [{"reason": "unreasonable", "amount": "100000"}]
    made = settlements.adjust(
        claim=claim.pk, worksheets=[{"cover": "data_restoration", "lines": [line]}], by=home[CLAIMS], at=later
    )
    assert made.covers.get().disallowed == 100_000_00


def test_evidence_in_the_vault_must_be_of_this_case() -> None:
    home = house()
    claim = claimed(home, bound(home))
    at = claim.recorded_at + DAY
    file = claims.hand_in(claim=claim.pk, name="发票.pdf", content=b"%PDF-1.7\n1", by=home[INSURED], at=at)
    good = {**REBUILD, "facts": {**REBUILD["facts"], "documented": {"value": True, "evidence": [f"vault:{file.pk}"]}}}
    bad = {**REBUILD, "facts": {**REBUILD["facts"], "documented": {"value": True, "evidence": [f"vault:{claim.pk}"]}}}
    with pytest.raises(Invalid) as refused:
        determined(home, claim, bad)
    assert refused.value.problems[0].field == "items.0.facts.documented.evidence"
    assert determined(home, claim, good).outcome == "passed"
    with pytest.raises(NotFound):
        claims.hand_in(
            claim=claim.pk,
            name="x.pdf",
            content=b"%PDF-1.7\n2",
            by=replace(home[INSURED], organisation=home.organisations["broker"].pk),
            at=at,
        )


def test_four_eyes_and_amounts_of_an_approval() -> None:
    home = house()
    claim = claimed(home, bound(home))
    with pytest.raises(WrongState):
        payments.approve(claim=claim.pk, by=home.second[CLAIMS], at=claim.recorded_at)
    made = adjusted(home, claim)
    later = claim.recorded_at + 3 * DAY
    with pytest.raises(claims.FourEyes):
        payments.approve(claim=claim.pk, by=home[CLAIMS], at=later)
    for amount in (Money(made.total + 1, "CNY"), Money.zero("CNY")):
        with pytest.raises(payments.BadAmount):
            payments.approve(claim=claim.pk, amount=amount, by=home.second[CLAIMS], at=later)
    with pytest.raises(WrongState):
        paid(home, claim, yuan(1))
    row = payments.approve(claim=claim.pk, amount=yuan(100), by=home.second[CLAIMS], at=later)
    row.pk, row.position, row.approved_by_id = None, 9, row.adjusted_by_id
    row._state.adding = True
    with pytest.raises(IntegrityError, match="approval_four_eyes"), transaction.atomic():
        row.save(force_insert=True)


def test_paying_is_once_per_key_and_never_above_approval() -> None:
    home = house()
    claim = claimed(home, bound(home))
    approved(home, claim, yuan(1000))
    with pytest.raises(payments.AboveApproval):
        paid(home, claim, yuan(1001))
    for order, refusal in (
        (Order(" ", yuan(1), "甲"), payments.KeyMissing),
        (Order("k", yuan(1), " "), payments.NoPayee),
        (Order("k", yuan(0), "甲"), payments.BadAmount),
    ):
        with pytest.raises(refusal):
            payments.pay(claim=claim.pk, order=order, by=home[CLAIMS], at=claim.recorded_at + 4 * DAY)
    first = paid(home, claim, yuan(600))
    assert paid(home, claim, yuan(600)) == first
    with pytest.raises(payments.KeyReused):
        paid(home, claim, yuan(400))
    with pytest.raises(payments.AboveApproval):
        paid(home, claim, yuan(401), "k2")
    paid(home, claim, yuan(400), "k2")
    claim.refresh_from_db()
    assert (claim.status, claim.paid) == ("part_paid", 1000_00)
    assert Payment.objects.count() == 2
    assert LedgerEntry.objects.filter(account="bank").count() == 2


def test_the_database_itself_refuses_what_must_not_be_paid() -> None:
    home = house()
    claim = claimed(home, bound(home))
    approved(home, claim, yuan(1000))
    row = paid(home, claim, yuan(600))
    row._state.adding = True

    def again(amount: int) -> None:
        row.pk, row.number, row.key = None, "Y-0", "other"
        row.amount = row.indemnity = amount
        row.transaction = claim.pk
        row.save(force_insert=True)
        connection.cursor().execute("set constraints all immediate")

    with pytest.raises(IntegrityError, match="above approval"), transaction.atomic():
        again(401_00)
    with pytest.raises(IntegrityError, match=r"disagree|says it was paid"), transaction.atomic():
        again(400_00)

    def says(amount: int) -> None:
        Claim.objects.filter(pk=claim.pk).update(paid=amount)
        connection.cursor().execute("set constraints all immediate")

    for amount in (999_00, 0):
        with pytest.raises(IntegrityError, match="says it was paid"), transaction.atomic():
            says(amount)
    limit = claim.policy.aggregate_limit
    large = row.approval
    large.pk, large.position, large.amount, large.payable = None, 7, 2 * limit, 2 * limit
    large._state.adding = True
    large.save(force_insert=True)
    with pytest.raises(IntegrityError, match="above the aggregate limit"), transaction.atomic():
        again(limit)
    with pytest.raises(IntegrityError, match="claim_paid_within"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(approved=1)


def test_a_new_adjustment_needs_a_new_approval_and_never_falls_below_what_is_paid() -> None:
    home = house()
    claim = claimed(home, bound(home))
    approved(home, claim)
    paid(home, claim, yuan(100_000))
    later = claim.recorded_at + 5 * DAY

    def to(amount: str) -> Any:
        sheets = [sheet("data_restoration", ("rebuild", "restoration", amount))]
        return settlements.adjust(claim=claim.pk, worksheets=sheets, by=home[CLAIMS], at=later)

    with pytest.raises(settlements.BelowPaid):
        to("90000")
    assert to("300000").total > 100_000_00
    claim.refresh_from_db()
    assert (claim.status, claim.approved) == ("adjusted", claim.paid)
    with pytest.raises(WrongState):
        paid(home, claim, yuan(1), "k2")
    payments.approve(claim=claim.pk, by=home.second[CLAIMS], at=later)
    claim.refresh_from_db()
    paid(home, claim, Money(claim.outstanding, "CNY"), "k2")


def test_what_other_claims_have_used_up_is_no_longer_there() -> None:
    home = house()
    held = bound(home)
    limit = next(c for c in held.terms["covers"] if c["cover"] == "data_restoration")["limit"]
    big = str(int(Decimal(limit)) * 2)
    first, second = claimed(home, held), claimed(home, held, after=timedelta(days=31))
    for claim in (first, second):
        assert adjusted(home, claim, big).total == Decimal(limit) * 100
        payments.approve(claim=claim.pk, by=home.second[CLAIMS], at=claim.recorded_at + 3 * DAY)
    paid(home, first, Money.of(limit, "CNY") - yuan(1000))
    with pytest.raises(payments.LimitUsedUp) as refused:
        paid(home, second, yuan(1001))
    assert refused.value.problems[0].params["left"] == "CNY 1,000.00"
    paid(home, second, yuan(1000), "rest")
    third = claimed(home, held, after=timedelta(days=32))
    made = adjusted(home, third, big)
    assert made.total == 0
    assert made.document["earlier"] == [{"cover": "data_restoration", "amount": limit}]
    claims.close(claim=third.pk, reason="限额用尽", by=home[CLAIMS], at=third.recorded_at + 3 * DAY)
    assert third.closures.get().kind == "nothing_payable"


def test_mitigation_is_paid_on_top_and_leaves_the_limit_alone() -> None:
    home = house()
    held = bound(home)
    claim = claimed(home, held)
    isolate = item("isolate", "data_restoration", "30000", "mitigation")
    determined(home, claim, REBUILD, isolate)
    sheets = [sheet("data_restoration", ("rebuild", "restoration", "400000"), ("isolate", "mitigation", "30000"))]
    later = claim.recorded_at + 2 * DAY
    made = settlements.adjust(claim=claim.pk, worksheets=sheets, by=home[CLAIMS], at=later)
    assert made.mitigation == 30_000_00
    payments.approve(claim=claim.pk, by=home.second[CLAIMS], at=later)
    row = paid(home, claim, Money(made.total, "CNY"))
    assert (row.indemnity, row.mitigation) == (made.payable, 30_000_00)
    assert figures.paid_by_cover(held) == {"data_restoration": made.payable}


def test_closing_what_is_not_settled_is_a_withdrawal() -> None:
    home = house()
    claim = claimed(home, bound(home))
    claims.reserve(claim=claim.pk, amount=yuan(10), reason="初估", by=home[CLAIMS], at=claim.recorded_at)
    with pytest.raises(claims.NotSettled):
        claims.close(claim=claim.pk, reason="结案", by=home[CLAIMS], at=claim.recorded_at)
    with pytest.raises(claims.ReasonNeeded):
        claims.close(claim=claim.pk, reason="", withdrawn=True, by=home[CLAIMS], at=claim.recorded_at)
    claims.close(claim=claim.pk, reason="客户撤回", withdrawn=True, by=home[CLAIMS], at=claim.recorded_at)
    with pytest.raises(claims.ReasonNeeded):
        claims.reopen(claim=claim.pk, reason=" ", by=home[CLAIMS], at=claim.recorded_at)
    assert claims.reopen(claim=claim.pk, reason="又申请", by=home[CLAIMS], at=claim.recorded_at).status == "reopened"


def test_reserves_are_never_negative_and_never_without_a_reason() -> None:
    home = house()
    claim = claimed(home, bound(home))
    for amount, reason, refusal in (
        (yuan(-1), "x", claims.NegativeReserve),
        (yuan(1), " ", claims.ReasonNeeded),
    ):
        with pytest.raises(refusal):
            claims.reserve(claim=claim.pk, amount=amount, reason=reason, by=home[CLAIMS], at=claim.recorded_at)


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {str(k) for k in value} | {k for part in value.values() for k in _keys(part)}
    return {k for part in value for k in _keys(part)} if isinstance(value, list) else set()


def test_each_side_sees_its_part() -> None:
    home = house()
    claim = claimed(home, bound(home))
    claims.reserve(claim=claim.pk, amount=yuan(10), reason="初估", by=home[CLAIMS], at=claim.recorded_at)
    approved(home, claim)
    at = claim.recorded_at + 4 * DAY
    office, insured, broker = (queries.page(home[r], claim.pk, at=at) for r in (SUPERVISOR, INSURED, BROKER))
    assert office["reserve"] == 10_00
    assert len(office["reserves"]) == 1
    assert not _keys(insured) & {"reserve", "reserves"}
    assert not _keys(broker) & {"reserve", "reserves", "evidence"}
    assert "evidence" in _keys(insured)
    assert [s["step"] for s in insured["steps"]] == ["opened", "determined", "adjusted", "approved"]
    assert insured["adjustment"]["bridge"] == office["adjustment"]["bridge"]
    with pytest.raises(NotFound):
        queries.page(home[PROVIDER], claim.pk, at=at)
    for role in (INSURED, BROKER):
        with pytest.raises(Forbidden):
            queries.reserves(home[role], claim.pk, at=at)
        with pytest.raises(Forbidden):
            queries.overdue(home[role], on=at.date(), at=at)


def test_the_days_of_the_law_run_and_are_told_when_they_have_passed() -> None:
    home = house()
    claim = claimed(home, bound(home))
    start, at = claim.requested_on, claim.recorded_at
    claims.receive_proof(claim=claim.pk, on=start, by=home[CLAIMS], at=at)
    last = start + timedelta(days=30)
    assert queries.overdue(home[CLAIMS], on=last, at=at) == []
    assert queries.overdue(home[CLAIMS], on=last + DAY, at=at) == [claim]
    approved(home, claim, yuan(1000))
    claim.refresh_from_db()
    told = {c["code"]: c for c in queries.page(home[INSURED], claim.pk, at=at + 60 * DAY)["clocks"]}
    assert told["assess"]["done_on"] is not None
    assert not told["assess"]["overdue"]
    assert told["pay"]["due"] == claim.policy.day(at + 3 * DAY) + timedelta(days=10)
    assert told["pay"]["overdue"]
    assert told["advance"]["due"] == start + timedelta(days=60)
    paid(home, claim, yuan(1000))
    told = {c["code"]: c for c in queries.page(home[INSURED], claim.pk, at=at + 60 * DAY)["clocks"]}
    assert not any(c["overdue"] for c in told.values())
