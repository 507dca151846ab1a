from __future__ import annotations

from django.db import models
from django.db.models import Q

from seawall.lifecycle.identify.models.scan_order import STATES
from seawall.records.rows import Fact


class Import(Fact):
    """A file of the company's own tools, as it was read: `covers` are the assets it speaks about, `weaknesses` the
    gravest it names, `problems` what could not be taken. The same bytes of a company are one import."""

    company = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="imports")
    kind = models.CharField(max_length=12)
    tool = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    dated = models.BooleanField()
    sha256 = models.CharField(max_length=64)
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    counts = models.JSONField(default=dict)
    covers = models.JSONField(default=list)
    weaknesses = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    taken_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    taken_by_name = models.CharField(max_length=100)

    class Meta:
        db_table = "import_file"
        constraints = [models.UniqueConstraint(fields=["company", "sha256"], name="import_once")]
        indexes = [models.Index(fields=["company", "-recorded_at"])]


class ImportFinding(Fact):
    """One check on what a file says: found on an asset, or not found in the whole file (the asset is its kind)."""

    imported = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="findings")
    check_id = models.CharField(max_length=20)
    asset = models.CharField(max_length=280)
    state = models.CharField(max_length=16)
    severity = models.CharField(max_length=10)
    observed_at = models.DateTimeField()
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "import_finding"
        constraints = [
            models.UniqueConstraint(fields=["imported", "check_id", "asset"], name="import_finding_once"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="import_finding_state"),
        ]
