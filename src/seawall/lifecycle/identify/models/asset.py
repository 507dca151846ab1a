from __future__ import annotations

from django.db import models
from django.db.models import Q

from seawall.core.imports.records import ASSET_KINDS
from seawall.core.status import Machine
from seawall.records.rows import Fact, Row

MACHINE = Machine(
    "asset",
    "attributed",
    [
        ("claim", "attributed|removed", "claimed"),
        ("dispute", "attributed|claimed", "disputed"),
        ("keep", "disputed", "attributed"),
        ("remove", "disputed", "removed"),
    ],
)


class Asset(Row):
    """Something a company has, once by name. attributed: signs say so; claimed: the company says so itself; disputed:
    it says that it is not its own; removed: the insurer agreed. `detail` is what is known of it."""

    company = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="assets")
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=280)
    status = models.CharField(max_length=10, default=MACHINE.initial)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "asset"
        constraints = [
            models.UniqueConstraint(fields=["company", "name"], name="asset_once"),
            models.CheckConstraint(condition=Q(status__in=MACHINE.states), name="asset_status"),
            models.CheckConstraint(condition=Q(kind__in=ASSET_KINDS), name="asset_kind"),
            models.CheckConstraint(condition=Q(last_seen__gte=models.F("first_seen")), name="asset_seen"),
        ]

    def __str__(self) -> str:
        return self.name


class Attribution(Fact):
    """One sign that an asset is the company's: `code` of the reference data, `params` of its sentence, and `basis`,
    which tells two signs of one kind apart."""

    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="attributions")
    code = models.CharField(max_length=20)
    params = models.JSONField(default=dict)
    basis = models.CharField(max_length=280)

    class Meta:
        db_table = "attribution"
        constraints = [models.UniqueConstraint(fields=["asset", "code", "basis"], name="attribution_once")]
