"""Approving and paying: two people, once per key, never above what is approved or what is left of the limits."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from seawall.core.money import Money
from seawall.core.problems import Refused
from seawall.lifecycle.protect.actions.ledger import Booking, book
from seawall.lifecycle.protect.queries.policy import terms_of
from seawall.lifecycle.recover.actions.claim import FourEyes, held, set_aside
from seawall.lifecycle.recover.actions.settlement import NotDetermined
from seawall.lifecycle.recover.models import Approval, Claim, PaidCover, Payment
from seawall.lifecycle.recover.models.claim import MACHINE
from seawall.lifecycle.recover.queries.claim import newest_adjustment
from seawall.lifecycle.recover.queries.clocks import PAY
from seawall.lifecycle.recover.queries.settlement import paid_by_cover, paid_on
from seawall.records.journal.actions import record
from seawall.records.numbering import next_number
from seawall.records.parties.viewer import Viewer
from seawall.records.vault.actions.log import append
from seawall.records.vault.subject import Subject


class BadAmount(Refused):
    """The amount is not above what has been paid, or above what is payable."""

    code = "claim.bad_amount"
    status = 422


class AboveApproval(Refused):
    """More than is approved and unpaid."""

    code = "payment.above_approval"


class LimitUsedUp(Refused):
    """Since the adjustment other claims have used up what the policy had left."""

    code = "payment.limit_used_up"


class KeyReused(Refused):
    """The key stands for another payment of this claim."""

    code = "payment.key_reused"
    status = 422


class KeyMissing(Refused):
    code = "payment.key_missing"
    status = 422


class NoPayee(Refused):
    code = "payment.no_payee"
    status = 422


@dataclass(frozen=True, slots=True)
class Order:
    """A payment to make once: `key` names it, whoever repeats the request."""

    key: str
    amount: Money
    payee: str


@transaction.atomic
def approve(*, claim: UUID | str, amount: Money | None = None, note: str = "", by: Viewer, at: datetime) -> Approval:
    """Allow `amount` in all to be paid on the claim (None: everything payable), as another person than adjusted it.

    Raises `FourEyes`, `BadAmount`, `MixedCurrencies`, `WrongState`.
    """
    by.require("claim.approve")
    found = held(claim, by=by, at=at)
    old, status = found.status, MACHINE.after(found.status, "approve")
    adjustment = newest_adjustment(found)
    if adjustment is None:
        raise NotDetermined("claim", number=found.number)
    if adjustment.by_id is None or adjustment.by_id == by.user or not by.user:
        raise FourEyes("claim")
    payable, paid = (Money(minor, found.currency) for minor in (adjustment.total, found.paid))
    wanted = payable if amount is None else amount
    if not paid < wanted <= payable:
        raise BadAmount("amount", amount=str(wanted), paid=str(paid), payable=str(payable))
    made = Approval.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        claim=found,
        position=found.approvals.count(),
        adjustment=adjustment,
        amount=wanted.minor,
        payable=adjustment.total,
        currency=found.currency,
        adjusted_by_id=adjustment.by_id,
        approved_by_id=by.user,
        note=note.strip(),
    )
    before, found.status, found.approved = found.approved, status, wanted.minor
    found.pay_by = found.policy.day(at) + PAY
    found.save(update_fields=["status", "approved", "pay_by"])
    new = {"status": status, "approved": wanted.minor, "pay_by": found.pay_by}
    record("claim.approve", found, by=by, at=at, old={"status": old, "approved": before}, new=new, reason=made.note)
    payload = {"number": found.number, "approved": wanted.minor}
    append(kind="claim.approved", subject=Subject.of(found), payload=payload, by=by, at=at)
    return made


@transaction.atomic
def pay(*, claim: UUID | str, order: Order, by: Viewer, at: datetime) -> Payment:
    """Pay once per key: payment, its split over covers, ledger, claim and journal in one transaction.

    The same order again gives the same payment, in whatever state the claim is by then. Raises `AboveApproval`,
    `LimitUsedUp`, `KeyReused`, `KeyMissing`, `NoPayee`, `BadAmount`, `MixedCurrencies`, `WrongState`.
    """
    by.require("claim.pay")
    found = held(claim, by=by, at=at)
    _check(order)
    known = Payment.objects.filter(claim=found, key=order.key).first()
    if known is not None:
        if (known.amount, known.currency, known.payee) != (order.amount.minor, order.amount.currency, order.payee):
            raise KeyReused("key", key=order.key, number=known.number)
        return known
    left = Money(found.outstanding, found.currency)
    rest = order.amount.minor == found.payable - found.paid
    old, status = found.status, MACHINE.after(found.status, "pay_rest" if rest else "pay_part")
    if order.amount > left:
        raise AboveApproval("amount", amount=str(order.amount), left=str(left))
    split = _split(found, order.amount.minor)
    payment = _write(found, order, split, by=by, at=at)
    found.status, found.paid = status, found.paid + payment.amount
    found.save(update_fields=["status", "paid"])
    lines = (("claims_paid", order.amount), ("bank", -order.amount))
    book(Booking("claim_payment", payment, found.policy, lines), by=by, at=at, number=payment.transaction)
    if found.reserve:
        remaining = Money(max(found.reserve - payment.amount, 0), found.currency)
        set_aside(found, remaining, payment.number, by=by, at=at)
    new = {"status": status, "paid": found.paid, "payment": payment.number, "key": order.key}
    record("claim.pay", found, by=by, at=at, old={"status": old, "paid": found.paid - payment.amount}, new=new)
    payload = {"number": payment.number, "claim": found.number, "amount": payment.amount}
    append(kind="claim.paid", subject=Subject.of(found), payload=payload, by=by, at=at)
    return payment


def _check(order: Order) -> None:
    if not order.key.strip() or len(order.key) > 100:
        raise KeyMissing("key")
    if not order.payee.strip() or len(order.payee) > 200:
        raise NoPayee("payee")
    if order.amount.minor <= 0:
        zero = str(Money.zero(order.amount.currency))
        raise BadAmount("amount", amount=str(order.amount), paid=zero, payable=zero)


def _write(claim: Claim, order: Order, split: dict[str, tuple[int, int]], *, by: Viewer, at: datetime) -> Payment:
    approval = claim.approvals.order_by("-position")[0]
    payment = Payment.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        number=next_number("payment", tenant=by.tenant, at=at),
        claim=claim,
        policy=claim.policy,
        approval=approval,
        key=order.key,
        amount=order.amount.minor,
        indemnity=sum(indemnity for indemnity, _ in split.values()),
        mitigation=sum(mitigation for _, mitigation in split.values()),
        currency=claim.currency,
        payee=order.payee,
        transaction=uuid.uuid4(),
        by_id=by.user or None,
    )
    PaidCover.objects.bulk_create(
        PaidCover(
            tenant_id=by.tenant,
            recorded_at=at,
            payment=payment,
            policy=claim.policy,
            cover=cover,
            indemnity=indemnity,
            mitigation=mitigation,
        )
        for cover, (indemnity, mitigation) in split.items()
    )
    return payment


def _split(claim: Claim, amount: int) -> dict[str, tuple[int, int]]:
    """Cover → (indemnity, mitigation) of a payment, in the order of the policy, within what is left of each limit.

    The policy is locked, so what is left now is left when the payment is written. Raises `LimitUsedUp`.
    """
    adjustment = newest_adjustment(claim)
    assert adjustment is not None  # noqa: S101  (an approval stands on one)
    terms, used, before = terms_of(claim.policy), paid_by_cover(claim.policy), paid_on(claim)
    aggregate = terms.aggregate.minor - sum(used.values())
    left, split = amount, dict[str, tuple[int, int]]()
    for cover in adjustment.covers.all():
        cover_terms = terms.cover(cover.cover)
        limit = cover_terms.limit.minor if cover_terms else 0
        paid, on_top = before.get(cover.cover, (0, 0))
        indemnity = max(min(cover.payable - paid, limit - used.get(cover.cover, 0), aggregate, left), 0)
        mitigation = max(min(cover.mitigation - on_top, left - indemnity), 0)
        if indemnity or mitigation:
            split[cover.cover] = (indemnity, mitigation)
        aggregate, left = aggregate - indemnity, left - indemnity - mitigation
    if left:
        raise LimitUsedUp("amount", left=str(Money(amount - left, claim.currency)))
    return split
