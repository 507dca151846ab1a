"""Booking in double entry: debits positive, credits negative, every booking adds up to nothing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from seawall.core.money import Money, total
from seawall.core.problems import Refused
from seawall.lifecycle.protect.models import LedgerEntry, Policy
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.rows import Row


class Unbalanced(Refused):
    """Debits and credits differ."""

    code = "ledger.unbalanced"
    status = 500


class AlreadyReversed(Refused):
    code = "ledger.already_reversed"


class ReasonNeeded(Refused):
    code = "ledger.reason_needed"
    status = 422


@dataclass(frozen=True, slots=True)
class Booking:
    """What is booked: `lines` of (account, amount) in one currency, why (`memo`), and the row that caused it."""

    memo: str
    cause: Row
    policy: Policy
    lines: tuple[tuple[str, Money], ...]


def book(booking: Booking, *, by: Viewer, at: datetime, number: UUID | None = None) -> UUID:
    """Write the lines that are not zero as one ledger transaction, inside the caller's; its number.

    The caller's journal entry for `cause` covers it. Raises `Unbalanced`, `MixedCurrencies`.
    """
    currency = booking.policy.currency
    if total([amount for _, amount in booking.lines], currency):
        raise Unbalanced("ledger", memo=booking.memo)
    made = number or uuid.uuid4()
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            tenant_id=by.tenant,
            recorded_at=at,
            transaction=made,
            position=position,
            account=account,
            amount=amount.minor,
            currency=currency,
            policy=booking.policy,
            noun=booking.cause._meta.db_table,
            subject=str(booking.cause.pk),
            memo=booking.memo,
        )
        for position, (account, amount) in enumerate(line for line in booking.lines if line[1])
    )
    return made


def premium_lines(premium: Money, *, tax: Money, commission: Money) -> tuple[tuple[str, Money], ...]:
    """What a premium that includes `tax` books; a negative premium books it back."""
    return (
        ("premium_receivable", premium),
        ("premium_written", tax - premium),
        ("tax_payable", -tax),
        ("commission_expense", commission),
        ("commission_payable", -commission),
    )


@transaction.atomic
def reverse(*, number: UUID, reason: str, by: Viewer, at: datetime) -> UUID:
    """Book a transaction back, entry by entry; raises `NotFound`, `AlreadyReversed`, `ReasonNeeded`.

    Payments of claims are not taken back here: what was paid stays paid until it is recovered.
    """
    by.require("ledger.reverse")
    if not reason.strip():
        raise ReasonNeeded("reason")
    entries: Sequence[LedgerEntry] = list(
        LedgerEntry.objects.filter(tenant_id=by.tenant, transaction=number).exclude(noun="payment").order_by("position")
    )
    if not entries:
        raise NotFound("ledger")
    made = uuid.uuid4()
    try:
        with transaction.atomic():
            LedgerEntry.objects.bulk_create(
                LedgerEntry(
                    tenant_id=by.tenant,
                    recorded_at=at,
                    transaction=made,
                    position=entry.position,
                    account=entry.account,
                    amount=-entry.amount,
                    currency=entry.currency,
                    policy_id=entry.policy_id,
                    noun=entry.noun,
                    subject=entry.subject,
                    memo="reversal",
                    reverses=entry,
                )
                for entry in entries
            )
    except IntegrityError as error:
        raise AlreadyReversed("ledger") from error
    record("ledger.reverse", entries[0], by=by, at=at, new={"transaction": str(made)}, reason=reason.strip())
    return made
