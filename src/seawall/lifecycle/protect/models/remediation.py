from __future__ import annotations

from django.db import models
from django.db.models import Q

from seawall.core.status import Machine
from seawall.records.rows import Row

MACHINE = Machine(
    "remediation",
    "open",
    [
        ("promise", "open", "promised"),
        ("finish", "open|promised", "done"),
        ("verify", "done", "verified"),
        ("reopen", "promised|done|verified", "open"),
    ],
)


class Remediation(Row):
    """A fix for one control of one company 整改: what it is worth, who promised it until when, whether it is done.

    `points` of the score; `value` is loss avoided a year and `premium` the change of premium, minor units of
    `currency`, as the assessment had them. `title` is {zh, en}.
    """

    company = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="remediations")
    assessment = models.ForeignKey("identify.Assessment", on_delete=models.PROTECT, related_name="remediations")
    control = models.CharField(max_length=40)
    title = models.JSONField()
    points = models.DecimalField(max_digits=6, decimal_places=2)
    value = models.BigIntegerField()
    premium = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, default=MACHINE.initial)
    due = models.DateField(null=True)
    promised_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    evidence = models.ForeignKey("vault.File", null=True, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        db_table = "remediation"
        ordering = ["-points"]
        constraints = [
            models.UniqueConstraint(fields=["company", "control"], name="remediation_once_per_control"),
            models.CheckConstraint(condition=Q(status__in=MACHINE.states), name="remediation_status"),
            models.CheckConstraint(condition=~Q(status="promised") | Q(due__isnull=False), name="remediation_due"),
            models.CheckConstraint(
                condition=~Q(status="verified") | Q(verified_at__isnull=False), name="remediation_verified_when"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "status", "due"])]
