from __future__ import annotations

from django.db import models

from seawall.records.rows import Row


class Token(Row):
    """An API token of one membership; only its SHA-256 is kept."""

    membership = models.ForeignKey("parties.Membership", on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "token"
