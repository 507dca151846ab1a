from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from seawall.core.status import Machine
from seawall.records.rows import Fact, Row

MACHINE = Machine(
    "scan_order",
    "ordered",
    [("start", "ordered|running", "running"), ("finish", "running", "done"), ("fail", "ordered|running", "failed")],
)
PURPOSES = ("assess", "watch")
STATES = ("found", "not_found", "could_not_check")


class ScanOrder(Row):
    """One look at a company's domains from outside, under a consent. `progress` is {done, total, asset}."""

    company = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="scan_orders")
    submission = models.ForeignKey(
        "identify.Submission", null=True, on_delete=models.PROTECT, related_name="scan_orders"
    )
    consent = models.ForeignKey("identify.Consent", on_delete=models.PROTECT, related_name="scan_orders")
    domains = ArrayField(models.CharField(max_length=253))
    purpose = models.CharField(max_length=10)
    status = models.CharField(max_length=10, default=MACHINE.initial)
    progress = models.JSONField(default=dict)
    assets = models.JSONField(default=list)
    error = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "scan_order"
        constraints = [
            models.CheckConstraint(condition=Q(status__in=MACHINE.states), name="scan_order_status"),
            models.CheckConstraint(condition=Q(purpose__in=PURPOSES), name="scan_order_purpose"),
        ]
        indexes = [models.Index(fields=["company", "-recorded_at"])]


class ScanFinding(Fact):
    """One check on one asset: found (the fault is there), not found, or could not check (with the reason)."""

    order = models.ForeignKey(ScanOrder, on_delete=models.PROTECT, related_name="findings")
    check_id = models.CharField(max_length=20)
    asset = models.CharField(max_length=260)
    state = models.CharField(max_length=16)
    severity = models.CharField(max_length=10)
    observed_at = models.DateTimeField()
    detail = models.JSONField(default=dict)
    reason = models.CharField(max_length=60, blank=True)

    class Meta:
        db_table = "scan_finding"
        constraints = [
            models.UniqueConstraint(fields=["order", "check_id", "asset"], name="scan_finding_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="scan_finding_state"),
        ]
