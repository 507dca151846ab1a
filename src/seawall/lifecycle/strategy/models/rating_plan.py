from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from seawall.core.status import Machine
from seawall.records.rows import Row

PROPOSAL = Machine(
    "rating_proposal", "proposed", [("approve", "proposed", "approved"), ("reject", "proposed", "rejected")]
)


class RatingPlan(Row):
    """The rating plan in use in a period; one a currency at a time."""

    release = models.ForeignKey("releases.Release", on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    effective = DateRangeField()

    class Meta:
        db_table = "rating_plan"
        constraints = [
            ExclusionConstraint(
                name="rating_plan_one_at_a_time",
                expressions=[
                    (F("tenant"), RangeOperators.EQUAL),
                    (F("currency"), RangeOperators.EQUAL),
                    (F("effective"), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class RatingProposal(Row):
    """What experience proposes to change in a plan: the evidence, the change, and who decided on it.

    It never changes the plan by itself; an approval is the ground for a new release.
    """

    plan = models.ForeignKey(RatingPlan, on_delete=models.PROTECT, related_name="proposals")
    evidence = models.JSONField()
    proposed = models.JSONField()
    status = models.CharField(max_length=12, default=PROPOSAL.initial)
    proposed_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        db_table = "rating_proposal"
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PROPOSAL.states), name="rating_proposal_status"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(proposed_by=None) | ~Q(decided_by=F("proposed_by")),
                name="rating_proposal_four_eyes",
            ),
        ]
