from __future__ import annotations

from django.db import models
from django.db.models import Q

from seawall.core.assets.disputes import GROUNDS
from seawall.core.status import Machine
from seawall.records.rows import Row

MACHINE = Machine(
    "dispute",
    "open",
    [("uphold", "open", "upheld"), ("reject", "open", "rejected"), ("withdraw", "open", "withdrawn")],
)


class Dispute(Row):
    """The company says that an asset is not its own, or that a finding on it is fixed, wrong or compensated for.

    `check_id` is empty when the asset as a whole is disputed. `finding` is the finding as it stood. `effect` is what
    upholding it changed: {before, after, controls} of the score, or {} where nothing could be scored.
    """

    company = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="disputes")
    asset = models.ForeignKey("identify.Asset", on_delete=models.PROTECT, related_name="disputes")
    check_id = models.CharField(max_length=20, blank=True)
    ground = models.CharField(max_length=16)
    words = models.TextField()
    file = models.ForeignKey("vault.File", null=True, on_delete=models.PROTECT, related_name="+")
    finding = models.JSONField(default=dict)
    status = models.CharField(max_length=10, default=MACHINE.initial)
    raised_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    raised_by_name = models.CharField(max_length=100)
    due_at = models.DateTimeField()
    decided_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    decided_by_name = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    effect = models.JSONField(default=dict)
    assessment = models.ForeignKey("identify.Assessment", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "dispute"
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "check_id"], condition=Q(status="open"), name="dispute_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(status__in=MACHINE.states), name="dispute_status"),
            models.CheckConstraint(condition=Q(ground__in=GROUNDS), name="dispute_ground"),
            models.CheckConstraint(
                condition=Q(ground="not_ours", check_id="") | (~Q(ground="not_ours") & ~Q(check_id="")),
                name="dispute_about",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "withdrawn"]) | Q(decided_at__isnull=False), name="dispute_decided"
            ),
        ]
        indexes = [models.Index(fields=["company", "-recorded_at"])]
