from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from seawall.core.status import Machine
from seawall.records.rows import Fact, Row

MACHINE = Machine(
    "policy",
    "bound",
    [
        ("issue", "bound", "in_force"),
        ("cancel", "bound|in_force", "cancelled"),
        ("expire", "bound|in_force", "expired"),
    ],
)
KINDS = ("schedule", "certificate", "endorsement", "invoice")
LANGUAGES = ("zh", "en")


class Policy(Row):
    """A contract 保单, made by binding one option of a quote. Amounts are in minor units of `currency`.

    `inception` and `expiry` are as agreed; `period` holds the days it answers for, which a cancellation shortens
    (perhaps to none). Days are those of the zone `utc_offset` hours east of UTC.
    """

    number = models.CharField(max_length=20)
    quote = models.OneToOneField("protect.Quote", on_delete=models.PROTECT, related_name="policy")
    option = models.OneToOneField("protect.QuoteOption", on_delete=models.PROTECT, related_name="policy")
    insured = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="policies")
    broker = models.ForeignKey("parties.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    product = models.CharField(max_length=40)
    inception = models.DateField()
    expiry = models.DateField()
    period = DateRangeField()
    retroactive_date = models.DateField(null=True)
    jurisdiction = models.CharField(max_length=2, default="CN")
    utc_offset = models.SmallIntegerField(default=8)
    currency = models.CharField(max_length=3)
    premium = models.BigIntegerField()
    aggregate_limit = models.BigIntegerField()
    terms = models.JSONField(encoder=DjangoJSONEncoder)
    wording = models.ForeignKey("releases.Release", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, default=MACHINE.initial)
    bound_at = models.DateTimeField()
    bound_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True)
    cancelled_on = models.DateField(null=True)

    class Meta:
        db_table = "policy"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="policy_number_once"),
            models.CheckConstraint(condition=Q(status__in=MACHINE.states), name="policy_status"),
            models.CheckConstraint(condition=Q(expiry__gt=F("inception")), name="policy_period_runs_forward"),
            models.CheckConstraint(condition=Q(premium__gte=0, aggregate_limit__gt=0), name="policy_amounts"),
            models.CheckConstraint(
                condition=~Q(status="in_force") | Q(issued_at__isnull=False), name="policy_in_force_is_issued"
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_on__isnull=False)
                | (~Q(status="cancelled") & Q(cancelled_on=None)),
                name="policy_cancelled_when",
            ),
            ExclusionConstraint(
                name="policy_one_at_a_time",
                expressions=[
                    (F("insured"), RangeOperators.EQUAL),
                    (F("product"), RangeOperators.EQUAL),
                    (F("period"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["tenant", "status", "expiry"])]

    def __str__(self) -> str:
        return self.number

    def answers_for(self, day: date) -> bool:
        """Whether `day` lies within the days the policy answers for."""
        end = self.expiry if self.cancelled_on is None else self.cancelled_on
        return self.inception <= day < end

    def running(self, at: datetime) -> bool:
        """Whether cover is running on the day of `at`, whether or not the papers are out."""
        return self.status in ("bound", "in_force") and self.answers_for(self.day(at))

    def day(self, at: datetime) -> date:
        """The calendar day of a moment where the policy counts its days."""
        return at.astimezone(timezone(timedelta(hours=self.utc_offset))).date()


class PolicyDocument(Fact):
    """A paper of the policy in one language; a new version is a new row and the newest counts."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=20)
    language = models.CharField(max_length=2)
    file = models.ForeignKey("vault.File", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "policy_document"
        ordering = ["recorded_at"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "kind", "language", "file"], name="policy_document_once"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="policy_document_kind"),
            models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="policy_document_language"),
        ]
