from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from seawall.core.status import Machine
from seawall.records.rows import Row

DRAFT = Machine("universe_draft", "open", [("adopt", "open", "adopted"), ("drop", "open", "dropped")])


class RiskUniverse(Row):
    """The risk universe 风险宇宙 that assessments draw on in a period: one release, never two at once."""

    release = models.ForeignKey("releases.Release", on_delete=models.PROTECT, related_name="+")
    effective = DateRangeField()

    class Meta:
        db_table = "risk_universe"
        constraints = [
            ExclusionConstraint(
                name="risk_universe_one_at_a_time",
                expressions=[(F("tenant"), RangeOperators.EQUAL), (F("effective"), RangeOperators.OVERLAPS)],
            ),
        ]


class UniverseDraft(Row):
    """The next risk universe while it is written: the whole document, always a readable one; one a house at a time.

    `revision` counts its changes, so that nobody changes or adopts what he has not seen. `trial` is what the draft
    would do to the book: {state, revision, …}, empty when nobody has asked.
    """

    base = models.ForeignKey("releases.Release", on_delete=models.PROTECT, related_name="+")
    document = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=12, default=DRAFT.initial)
    trial = models.JSONField(default=dict)
    opened_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    release = models.ForeignKey("releases.Release", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "universe_draft"
        constraints = [
            models.CheckConstraint(condition=Q(status__in=DRAFT.states), name="universe_draft_status"),
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(status=DRAFT.initial), name="universe_draft_one_open"
            ),
        ]
