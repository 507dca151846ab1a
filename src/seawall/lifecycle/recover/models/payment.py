from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from seawall.records.rows import Fact


class Approval(Fact):
    """Leave to pay up to `amount` in all on this claim, by someone who did not adjust it. The newest counts.

    `adjusted_by` and `payable` are those of the adjustment, kept here so that the database can hold them against it.
    """

    claim = models.ForeignKey("recover.Claim", on_delete=models.PROTECT, related_name="approvals")
    position = models.PositiveSmallIntegerField()
    adjustment = models.ForeignKey("recover.Adjustment", on_delete=models.PROTECT, related_name="approvals")
    amount = models.BigIntegerField()
    payable = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    adjusted_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        db_table = "approval"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "position"], name="approval_place"),
            models.CheckConstraint(condition=~Q(approved_by=F("adjusted_by")), name="approval_four_eyes"),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=F("payable")), name="approval_within_payable"),
        ]


class Payment(Fact):
    """Money paid on a claim, once per `key`. `indemnity` uses up the limits, `mitigation` is paid on top of them.

    The database refuses it above the newest approval, above the policy's aggregate, and unless the claim says the same.
    """

    number = models.CharField(max_length=20)
    claim = models.ForeignKey("recover.Claim", on_delete=models.PROTECT, related_name="payments")
    policy = models.ForeignKey("protect.Policy", on_delete=models.PROTECT, related_name="payments")
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="payments")
    key = models.CharField(max_length=100)
    amount = models.BigIntegerField()
    indemnity = models.BigIntegerField()
    mitigation = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    payee = models.CharField(max_length=200)
    transaction = models.UUIDField(unique=True)
    by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "payment"
        ordering = ["recorded_at"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="payment_number_once"),
            models.UniqueConstraint(fields=["claim", "key"], name="payment_once_per_key"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, indemnity__gte=0, mitigation__gte=0, amount=F("indemnity") + F("mitigation")),
                name="payment_adds_up",
            ),
        ]


class PaidCover(Fact):
    """The part of a payment under one cover: what it has used up of that cover's sub-limit."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="covers")
    policy = models.ForeignKey("protect.Policy", on_delete=models.PROTECT, related_name="+")
    cover = models.CharField(max_length=40)
    indemnity = models.BigIntegerField()
    mitigation = models.BigIntegerField()

    class Meta:
        db_table = "paid_cover"
        constraints = [
            models.UniqueConstraint(fields=["payment", "cover"], name="paid_cover_once"),
            models.CheckConstraint(condition=Q(indemnity__gte=0, mitigation__gte=0), name="paid_cover_amounts"),
        ]
        indexes = [models.Index(fields=["policy", "cover"])]
