from __future__ import annotations

from django.db import models
from django.db.models import Q

from seawall.records.rows import Fact, Row


class Watch(Row):
    """The promise to look at a policy's domains every `every_days`, under a consent, while the policy runs.

    `order` is the scan under way, if any: one at a time, so that a late report cannot be taken for the newest.
    """

    policy = models.ForeignKey("protect.Policy", on_delete=models.PROTECT, related_name="watches")
    company = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="watches")
    consent = models.ForeignKey("identify.Consent", on_delete=models.PROTECT, related_name="watches")
    every_days = models.PositiveSmallIntegerField()
    next_at = models.DateTimeField()
    order = models.ForeignKey("identify.ScanOrder", null=True, on_delete=models.PROTECT, related_name="+")
    active = models.BooleanField(default=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=30, blank=True)

    class Meta:
        db_table = "watch"
        constraints = [
            models.UniqueConstraint(fields=["policy"], condition=Q(active=True), name="watch_one_per_policy"),
            models.CheckConstraint(condition=Q(every_days__range=(1, 92)), name="watch_interval"),
            models.CheckConstraint(
                condition=Q(active=True, ended_at=None) | Q(active=False, ended_at__isnull=False),
                name="watch_ended_when",
            ),
        ]
        indexes = [models.Index(fields=["active", "next_at"])]


class Observation(Fact):
    """One look: the scan order, how its findings differ from the look before, and its leaf in the vault's log.

    `findings_hash` is the SHA-256 of the findings' canonical JSON; `counts` are changes by kind.
    """

    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="observations")
    order = models.OneToOneField("identify.ScanOrder", on_delete=models.PROTECT, related_name="observation")
    before = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    leaf = models.ForeignKey("vault.Leaf", on_delete=models.PROTECT, related_name="+")
    findings_hash = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)

    class Meta:
        db_table = "observation"
        ordering = ["-recorded_at"]
        indexes = [models.Index(fields=["watch", "-recorded_at"])]
