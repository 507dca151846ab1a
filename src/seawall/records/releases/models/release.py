from __future__ import annotations

from django.db import models

from seawall.records.rows import Fact


class Release(Fact):
    """One version of one reference document as a tenant loaded it: content hash, header and body, never changed."""

    kind = models.CharField(max_length=40)
    identifier = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    header = models.JSONField()
    body = models.JSONField()

    class Meta:
        db_table = "release"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "kind", "identifier", "version"], name="release_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.identifier}@{self.version}"
