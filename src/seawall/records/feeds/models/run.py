from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from seawall.records.rows import Fact


class FeedBasis(Fact):
    """Why and how a guarded feed may be taken in, decided by `approver`; good from `start` until before `end`."""

    kind = models.CharField(max_length=20)
    ground = models.CharField(max_length=20)
    way = models.CharField(max_length=20)
    purpose = models.TextField()
    approver = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    start = models.DateField()
    end = models.DateField()

    class Meta:
        db_table = "feed_basis"
        constraints = [models.CheckConstraint(condition=Q(start__lt=models.F("end")), name="feed_basis_span")]


class FeedRun(Fact):
    """One attempt: good (a new release), unchanged (the release held is confirmed) or failed (`problems` say why).

    `source` is a file's name or an address without its query; `sha256` of all bytes in order, empty when none came.
    """

    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=300)
    outcome = models.CharField(max_length=10)
    problems = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    entries = models.IntegerField(default=0)
    left_out = models.IntegerField(default=0)
    published = models.CharField(max_length=10, blank=True)
    release = models.ForeignKey("releases.Release", null=True, on_delete=models.PROTECT, related_name="+")
    before = models.ForeignKey("releases.Release", null=True, on_delete=models.PROTECT, related_name="+")
    change = models.JSONField(default=dict)
    basis = models.ForeignKey(FeedBasis, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        db_table = "feed_run"
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=["good", "unchanged", "failed"]), name="feed_run_outcome"),
            models.CheckConstraint(
                condition=Q(outcome="failed", release=None)
                | Q(outcome__in=["good", "unchanged"], release__isnull=False),
                name="feed_run_release",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "kind", "recorded_at"])]
