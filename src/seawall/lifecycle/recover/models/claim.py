from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from seawall.core.status import Machine
from seawall.records.rows import Fact, Row

OPEN = "opened|determined|adjusted|approved|part_paid|reopened"
MACHINE = Machine(
    "claim",
    "opened",
    [
        ("determine", "opened|determined|adjusted|approved|part_paid|reopened", "determined"),
        ("deny", "determined", "denied"),
        ("adjust", "determined|adjusted|approved|part_paid|reopened", "adjusted"),
        ("approve", "adjusted|approved|part_paid", "approved"),
        ("pay_part", "approved|part_paid", "part_paid"),
        ("pay_rest", "approved|part_paid", "paid"),
        ("close", "opened|determined|adjusted|part_paid|paid|denied|reopened", "closed"),
        ("reopen", "closed", "reopened"),
    ],
)
CLOSURES = ("denied", "paid", "nothing_payable", "withdrawn", "reopened")


class Claim(Row):
    """A claim 赔案 on one policy for one incident; amounts in minor units of `currency`.

    paid ≤ approved ≤ payable, always. `payable` is what the newest adjustment says in all, `approved` how much of it
    may be paid, `reserve` what is expected still to be paid. The days of the Insurance Law: `assess_by` (art. 23,
    30 days), `pay_by` (art. 23, 10 days from agreement), `deny_by` (art. 24, 3 days), `advance_by` (art. 25, 60 days
    from claim and proof).
    """

    number = models.CharField(max_length=20)
    incident = models.ForeignKey("respond.Incident", on_delete=models.PROTECT, related_name="claims")
    policy = models.ForeignKey("protect.Policy", on_delete=models.PROTECT, related_name="claims")
    company = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="claims")
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=12, default=MACHINE.initial)
    payable = models.BigIntegerField(default=0)
    approved = models.BigIntegerField(default=0)
    paid = models.BigIntegerField(default=0)
    reserve = models.BigIntegerField(default=0)
    requested_on = models.DateField()
    proof_on = models.DateField(null=True)
    assess_by = models.DateField()
    advance_by = models.DateField(null=True)
    pay_by = models.DateField(null=True)
    deny_by = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "claim"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="claim_number_once"),
            models.UniqueConstraint(fields=["incident", "policy"], name="claim_once_per_incident_and_policy"),
            models.CheckConstraint(condition=Q(status__in=MACHINE.states), name="claim_status"),
            models.CheckConstraint(
                condition=Q(paid__gte=0, paid__lte=F("approved"), approved__lte=F("payable")),
                name="claim_paid_within_approved_within_payable",
            ),
            models.CheckConstraint(condition=Q(reserve__gte=0), name="claim_reserve_not_negative"),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False) | (~Q(status="closed") & Q(closed_at=None)),
                name="claim_closed_when",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "status", "-recorded_at"])]

    def __str__(self) -> str:
        return self.number

    @property
    def outstanding(self) -> int:
        """Approved and not yet paid."""
        return self.approved - self.paid


class Reserve(Fact):
    """What is expected still to be paid 未决赔款准备金, as estimated then; for the insurer's eyes only."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="reserves")
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "reserve"
        ordering = ["recorded_at"]
        constraints = [models.CheckConstraint(condition=Q(amount__gte=0), name="reserve_not_negative")]


class Closure(Fact):
    """An end of the claim, or its reopening, and why. `clauses` are those a denial rests on."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="closures")
    kind = models.CharField(max_length=16)
    reason = models.TextField()
    clauses = models.JSONField(default=list)
    by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "claim_closure"
        ordering = ["recorded_at"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=CLOSURES) & ~Q(reason=""), name="claim_closure_kind_and_reason")
        ]
