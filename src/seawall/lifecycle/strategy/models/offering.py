from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F

from seawall.records.rows import Row


class Offering(Row):
    """A product on sale in a period, under one wording; one release of a product at a time."""

    product = models.CharField(max_length=40)
    release = models.ForeignKey("releases.Release", on_delete=models.PROTECT, related_name="+")
    wording = models.ForeignKey("releases.Release", on_delete=models.PROTECT, related_name="+")
    effective = DateRangeField()

    class Meta:
        db_table = "offering"
        constraints = [
            ExclusionConstraint(
                name="offering_one_release_at_a_time",
                expressions=[
                    (F("tenant"), RangeOperators.EQUAL),
                    (F("product"), RangeOperators.EQUAL),
                    (F("effective"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
