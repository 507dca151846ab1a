"""The nightly proof that ledger, policies, claims and payments tell the same story; every difference is named.

The database refuses these differences as they arise. This looks again, for whoever might have gone round it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, Sum

from seawall.lifecycle.protect.models import LedgerEntry, Policy
from seawall.lifecycle.protect.queries import ledger
from seawall.lifecycle.recover.models import Claim, PaidCover, Payment
from seawall.records.parties.viewer import Forbidden, Viewer


@dataclass(frozen=True, slots=True)
class Difference:
    """`code` names what disagrees, `subject` where; amounts in minor units."""

    code: str
    subject: str
    expected: int
    found: int


def reconcile(viewer: Viewer) -> list[Difference]:
    """Every difference in the viewer's house, none when the books are right; raises `Forbidden` outside the office."""
    if not viewer.office:
        raise Forbidden("", verb="ledger.read")
    found = [Difference("ledger.unbalanced", str(number), 0, off) for number, off in ledger.unbalanced(viewer).items()]
    return [*found, *_premiums(viewer), *_payments(viewer), *_claims(viewer), *_limits(viewer)]


def _premiums(viewer: Viewer) -> Iterator[Difference]:
    """Each policy's premium, as it was booked when it was bound."""
    entries = LedgerEntry.objects.filter(tenant_id=viewer.tenant, memo="premium", account="premium_receivable")
    booked = dict(entries.order_by().values_list("policy").annotate(sum=Sum("amount")))
    for policy in Policy.objects.filter(tenant_id=viewer.tenant):
        if booked.get(policy.pk, 0) != policy.premium:
            yield Difference("ledger.premium", policy.number, policy.premium, booked.get(policy.pk, 0))


def _payments(viewer: Viewer) -> Iterator[Difference]:
    """Each payment against the bank, and every payment out of the bank against a payment."""
    entries = LedgerEntry.objects.filter(tenant_id=viewer.tenant, account="bank", memo="claim_payment")
    booked = dict(entries.order_by().values_list("transaction").annotate(sum=Sum("amount")))
    split = dict(
        PaidCover.objects.filter(tenant_id=viewer.tenant)
        .order_by()
        .values_list("payment")
        .annotate(sum=Sum(F("indemnity") + F("mitigation")))
    )
    for payment in Payment.objects.filter(tenant_id=viewer.tenant):
        bank = -booked.pop(payment.transaction, 0)
        if bank != payment.amount:
            yield Difference("ledger.payment", payment.number, payment.amount, bank)
        if split.get(payment.pk, 0) != payment.amount:
            yield Difference("payment.split", payment.number, payment.amount, split.get(payment.pk, 0))
    for number, amount in booked.items():
        yield Difference("ledger.no_payment", str(number), 0, -amount)


def _claims(viewer: Viewer) -> Iterator[Difference]:
    """Each claim against its payments and its newest approval."""
    sums = dict(
        Payment.objects.filter(tenant_id=viewer.tenant).order_by().values_list("claim").annotate(sum=Sum("amount"))
    )
    for claim in Claim.objects.filter(tenant_id=viewer.tenant):
        paid = sums.get(claim.pk, 0)
        if paid != claim.paid:
            yield Difference("claim.paid", claim.number, claim.paid, paid)
        newest = claim.approvals.order_by("-position").first()
        approved = newest.amount if newest else 0
        if paid > approved:
            yield Difference("claim.approved", claim.number, approved, paid)


def _limits(viewer: Viewer) -> Iterator[Difference]:
    """Each policy's indemnity against its aggregate limit."""
    sums = Payment.objects.filter(tenant_id=viewer.tenant).order_by().values_list("policy").annotate(s=Sum("indemnity"))
    limits = dict(Policy.objects.filter(tenant_id=viewer.tenant).values_list("pk", "aggregate_limit"))
    numbers = dict(Policy.objects.filter(tenant_id=viewer.tenant).values_list("pk", "number"))
    for policy, paid in sums:
        if paid > limits[policy]:
            yield Difference("policy.aggregate", numbers[policy], limits[policy], paid)
