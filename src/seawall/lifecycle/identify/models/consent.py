from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from seawall.records.rows import Row


class Consent(Row):
    """The company's permission to look at `domains` from outside, for a period, until it is withdrawn.

    It counts only once each domain's name servers show `token` (TXT at _seawall.<domain>): whoever can write there
    may speak for the domain.
    """

    company = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="consents")
    domains = ArrayField(models.CharField(max_length=253))
    statement = models.TextField()
    given_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    given_by_name = models.CharField(max_length=100)
    valid_from = models.DateField()
    valid_until = models.DateField()
    token = models.CharField(max_length=64)
    verified_at = models.DateTimeField(null=True)
    verification = models.JSONField(default=dict)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "consent"
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="consent_period"),
        ]
        indexes = [models.Index(fields=["company", "-recorded_at"])]
