from __future__ import annotations

from django.db import models
from django.db.models import Q

from seawall.core.status import Machine
from seawall.records.rows import Row

MACHINE = Machine("alert", "open", [("settle", "open", "settled"), ("reopen", "settled", "open")])
CHANGES = ("appeared", "resolved", "worsened", "could_not")
EFFECTS = ("now", "renewal", "never")
# How an alert was settled: mended, risk accepted by the underwriter, a mistake, or only for information.
OUTCOMES = ("fixed", "accepted", "mistaken", "told")


class Alert(Row):
    """A change that matters to a policy: `effect` says whether now (a warranty), at renewal, or never; `reason` why.

    `due_on` is the last day of grace of a warranty. `fault` is the code of the published check, such as SW-EXP-01.
    """

    watch = models.ForeignKey("detect.Watch", on_delete=models.PROTECT, related_name="alerts")
    policy = models.ForeignKey("protect.Policy", on_delete=models.PROTECT, related_name="alerts")
    observation = models.ForeignKey("detect.Observation", on_delete=models.PROTECT, related_name="alerts")
    fault = models.CharField(max_length=20)
    asset = models.CharField(max_length=260)
    change = models.CharField(max_length=10)
    severity = models.CharField(max_length=10)
    effect = models.CharField(max_length=8)
    reason = models.JSONField()
    control = models.CharField(max_length=40, blank=True)
    due_on = models.DateField(null=True)
    status = models.CharField(max_length=8, default=MACHINE.initial)
    outcome = models.CharField(max_length=10, blank=True)
    times_opened = models.PositiveSmallIntegerField(default=1)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        db_table = "alert"
        constraints = [
            models.UniqueConstraint(fields=["watch", "fault", "asset"], name="alert_one_per_fault_and_asset"),
            models.CheckConstraint(condition=Q(status__in=MACHINE.states), name="alert_status"),
            models.CheckConstraint(condition=Q(outcome__in=("", *OUTCOMES)), name="alert_outcome"),
            models.CheckConstraint(condition=Q(change__in=CHANGES), name="alert_change"),
            models.CheckConstraint(condition=Q(effect__in=EFFECTS), name="alert_effect"),
            models.CheckConstraint(
                condition=Q(status="settled", settled_at__isnull=False) | Q(status="open", settled_at=None),
                name="alert_settled_when",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "status", "effect"])]
