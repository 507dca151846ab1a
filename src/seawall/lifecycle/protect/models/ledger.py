from __future__ import annotations

from django.db import models
from django.db.models import Q

from seawall.records.rows import Fact

ACCOUNTS = (
    "premium_receivable",
    "premium_written",
    "tax_payable",
    "commission_expense",
    "commission_payable",
    "claims_paid",
    "bank",
)


class LedgerEntry(Fact):
    """One side of a booking: debits are positive, credits negative, in minor units.

    The entries of one `transaction` add up to zero in each currency, or the database refuses the commit. What was
    wrong is booked back by entries that name the one they take back in `reverses`, and booked anew.
    `noun`/`subject` is what caused the booking, such as a policy or a claim's payment.
    """

    transaction = models.UUIDField(db_index=True)
    position = models.PositiveSmallIntegerField()
    account = models.CharField(max_length=30)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    policy = models.ForeignKey("protect.Policy", null=True, on_delete=models.PROTECT, related_name="entries")
    noun = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    memo = models.CharField(max_length=60)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")

    class Meta:
        db_table = "ledger_entry"
        ordering = ["recorded_at", "transaction", "position"]
        constraints = [
            models.UniqueConstraint(fields=["transaction", "position"], name="ledger_entry_place"),
            models.CheckConstraint(condition=Q(account__in=ACCOUNTS), name="ledger_entry_account"),
            models.CheckConstraint(condition=~Q(amount=0), name="ledger_entry_not_nothing"),
        ]
        indexes = [models.Index(fields=["policy", "account"]), models.Index(fields=["noun", "subject"])]
