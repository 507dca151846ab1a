from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F

from seawall.records.rows import Row


class Appetite(Row):
    """The appetite 承保偏好 that applies in a period: one release of rules; never two at once."""

    release = models.ForeignKey("releases.Release", on_delete=models.PROTECT, related_name="+")
    effective = DateRangeField()

    class Meta:
        db_table = "appetite"
        constraints = [
            ExclusionConstraint(
                name="appetite_one_at_a_time",
                expressions=[(F("tenant"), RangeOperators.EQUAL), (F("effective"), RangeOperators.OVERLAPS)],
            ),
        ]
