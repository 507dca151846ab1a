from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from seawall.records.rows import Fact

OUTCOMES = ("passed", "failed", "needs_evidence", "partly")


class Determination(Fact):
    """The claim through the three gates 定责: `document` is what was judged, `result` every clause with its reason.

    Judging `document` by `wording` again gives `result`.
    """

    claim = models.ForeignKey("recover.Claim", on_delete=models.PROTECT, related_name="determinations")
    position = models.PositiveSmallIntegerField()
    document = models.JSONField(encoder=DjangoJSONEncoder)
    outcome = models.CharField(max_length=16)
    result = models.JSONField(encoder=DjangoJSONEncoder)
    wording = models.ForeignKey("releases.Release", on_delete=models.PROTECT, related_name="+")
    engine = models.CharField(max_length=20)
    by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "determination"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "position"], name="determination_place"),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="determination_outcome"),
        ]


class Adjustment(Fact):
    """One settlement 定损: worksheets and bridge. `document` replays to `result`; minor units of `currency`.

    `payable` for the loss and `mitigation` on top of it; together they are `total`.
    """

    claim = models.ForeignKey("recover.Claim", on_delete=models.PROTECT, related_name="adjustments")
    position = models.PositiveSmallIntegerField()
    determination = models.ForeignKey(Determination, on_delete=models.PROTECT, related_name="adjustments")
    document = models.JSONField(encoder=DjangoJSONEncoder)
    result = models.JSONField(encoder=DjangoJSONEncoder)
    currency = models.CharField(max_length=3)
    claimed = models.BigIntegerField()
    payable = models.BigIntegerField()
    mitigation = models.BigIntegerField()
    total = models.BigIntegerField()
    engine = models.CharField(max_length=20)
    by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "adjustment"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "position"], name="adjustment_place"),
            models.CheckConstraint(
                condition=Q(payable__gte=0, mitigation__gte=0, total=F("payable") + F("mitigation")),
                name="adjustment_adds_up",
            ),
        ]


class AdjustedCover(Fact):
    """One cover on the bridge, from claimed to payable; the database checks that nothing is lost on the way."""

    adjustment = models.ForeignKey(Adjustment, on_delete=models.PROTECT, related_name="covers")
    position = models.PositiveSmallIntegerField()
    cover = models.CharField(max_length=40)
    claimed = models.BigIntegerField()
    disallowed = models.BigIntegerField()
    retained = models.BigIntegerField()
    coinsured = models.BigIntegerField()
    above_sub_limit = models.BigIntegerField()
    above_aggregate = models.BigIntegerField()
    payable = models.BigIntegerField()
    mitigation = models.BigIntegerField()

    class Meta:
        db_table = "adjusted_cover"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["adjustment", "cover"], name="adjusted_cover_once"),
            models.CheckConstraint(
                condition=Q(
                    claimed=F("disallowed")
                    + F("retained")
                    + F("coinsured")
                    + F("above_sub_limit")
                    + F("above_aggregate")
                    + F("payable")
                ),
                name="adjusted_cover_bridge",
            ),
            models.CheckConstraint(condition=Q(payable__gte=0, mitigation__gte=0), name="adjusted_cover_amounts"),
        ]
