from __future__ import annotations

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from seawall.records.rows import Row


class Tenant(models.Model):
    """One insurer's or MGA's house; nothing crosses from one to another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(unique=True)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, default="CNY")

    class Meta:
        db_table = "tenant"

    def __str__(self) -> str:
        return self.slug


class Organisation(Row):
    """A party inside a tenant: the insurer itself, a broker, an insured company, a service provider, a supervisor."""

    class Kind(models.TextChoices):
        INSURER = "insurer"
        BROKER = "broker"
        INSURED = "insured"
        PROVIDER = "provider"
        SUPERVISOR = "supervisor"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, default="CN")
    credit_code = models.CharField(max_length=18, blank=True)
    hotline = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "organisation"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "kind", "credit_code"],
                condition=~Q(credit_code=""),
                name="organisation_once_per_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["insurer", "broker", "insured", "provider", "supervisor"]),
                name="organisation_kind",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "kind"])]

    def __str__(self) -> str:
        return self.name_zh


class Mandate(Row):
    """A broker of record: `broker` acts for `client` while the period holds; never two brokers at once."""

    broker = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandates")
    client = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandated")
    period = DateRangeField()

    class Meta:
        db_table = "mandate"
        constraints = [
            ExclusionConstraint(
                name="mandate_one_broker_at_a_time",
                expressions=[(F("client"), RangeOperators.EQUAL), (F("period"), RangeOperators.OVERLAPS)],
            ),
        ]
