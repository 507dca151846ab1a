from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from seawall.core.status import Machine
from seawall.records.rows import Fact, Row

MACHINE = Machine(
    "quote",
    "offered",
    [
        ("refer", "offered", "referred"),
        ("release", "referred", "offered"),
        ("decline", "offered|referred", "declined"),
        ("bind", "offered", "bound"),
        ("expire", "offered|referred", "expired"),
    ],
)
REFERRAL = Machine("referral", "open", [("approve", "open", "approved"), ("decline", "open", "declined")])
OUTCOMES = ("accept", "refer", "decline")


class Quote(Row):
    """An offer 报价 on one assessment, open until `valid_until`. Its options are the products it may be bound in.

    `releases` and `engine` say with what it was priced, so that it can be replayed; `wishes` are the limits and
    retentions asked for. `commission_share` and `tax_share` are shares of the premium before tax.
    """

    number = models.CharField(max_length=20)
    submission = models.ForeignKey("identify.Submission", on_delete=models.PROTECT, related_name="quotes")
    assessment = models.ForeignKey("identify.Assessment", on_delete=models.PROTECT, related_name="quotes")
    insured = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    broker = models.ForeignKey("parties.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    inception = models.DateField()
    valid_until = models.DateTimeField()
    outcome = models.CharField(max_length=10)
    status = models.CharField(max_length=10, default=MACHINE.initial)
    wishes = models.JSONField(default=list)
    releases = models.JSONField(default=dict)
    engine = models.CharField(max_length=20)
    commission_share = models.DecimalField(max_digits=5, decimal_places=4)
    tax_share = models.DecimalField(max_digits=5, decimal_places=4)

    class Meta:
        db_table = "quote"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="quote_number_once"),
            models.CheckConstraint(condition=Q(status__in=MACHINE.states), name="quote_status"),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="quote_outcome"),
            models.CheckConstraint(condition=Q(valid_until__gt=F("recorded_at")), name="quote_valid_after_made"),
            models.CheckConstraint(
                condition=Q(commission_share__range=(0, 1), tax_share__range=(0, 1)), name="quote_shares"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "status", "-recorded_at"])]

    def __str__(self) -> str:
        return self.number


class QuoteOption(Fact):
    """One product at one limit and retention: terms of each cover, premium with its trace, the appetite's word on it.

    `premium` is in minor units with tax; None where the rating plan refuses, and `refused` then says why.
    `terms` and `rating` hold amounts in major units as text. `internals` (expected loss through the terms, technical
    price) are for the insurer only.
    """

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="options")
    position = models.PositiveSmallIntegerField()
    product = models.CharField(max_length=40)
    product_release = models.ForeignKey("releases.Release", on_delete=models.PROTECT, related_name="+")
    wording = models.ForeignKey("releases.Release", on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    limit = models.BigIntegerField()
    retention = models.BigIntegerField()
    premium = models.BigIntegerField(null=True)
    terms = models.JSONField(encoder=DjangoJSONEncoder)
    rating = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    refused = models.JSONField(default=list)
    extras = models.JSONField(default=dict)
    outcome = models.CharField(max_length=10)
    reasons = models.JSONField(default=list)
    internals = models.JSONField(default=dict)

    class Meta:
        db_table = "quote_option"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["quote", "position"], name="quote_option_place"),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="quote_option_outcome"),
            models.CheckConstraint(
                condition=Q(premium=None, rating=None) | Q(premium__gte=0, rating__isnull=False),
                name="quote_option_priced_or_refused",
            ),
            models.CheckConstraint(condition=Q(limit__gt=0, retention__gte=0), name="quote_option_amounts"),
        ]


class Referral(Row):
    """A quote put before an underwriter with authority 转核保人. Nobody decides on a quote of his own making."""

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="referrals")
    reasons = models.JSONField()
    made_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, default=REFERRAL.initial)
    decided_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        db_table = "referral"
        ordering = ["recorded_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=REFERRAL.states), name="referral_status"),
            models.UniqueConstraint(fields=["quote"], condition=Q(status="open"), name="referral_one_open"),
            models.CheckConstraint(
                condition=Q(status="open", decided_by=None, decided_at=None)
                | (~Q(status="open") & Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(note="")),
                name="referral_decided_by_whom_and_why",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(made_by=None) | ~Q(decided_by=F("made_by")), name="referral_four_eyes"
            ),
        ]
