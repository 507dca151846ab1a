from __future__ import annotations

import json
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from seawall.records.rows import Fact, Row


class Log(Row):
    """The one Merkle log of a tenant. `size` leaves so far; `peaks` are the roots of its perfect subtrees (hex).

    The row is the lock under which leaves get their places, and lets a head be signed without reading the leaves.
    """

    size = models.PositiveBigIntegerField(default=0)
    peaks = ArrayField(models.CharField(max_length=64), default=list)
    public_key = models.CharField(max_length=64)

    class Meta:
        db_table = "vault_log"
        constraints = [models.UniqueConstraint(fields=["tenant"], name="vault_log_once")]


class Leaf(Fact):
    """One event that the log vouches for. `data` is the exact canonical JSON that was hashed."""

    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="leaves")
    index = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=60)
    noun = models.CharField(max_length=40)
    subject = models.CharField(max_length=40)
    data = models.TextField()
    leaf_hash = models.CharField(max_length=64)

    class Meta:
        db_table = "vault_leaf"
        ordering = ["index"]
        constraints = [models.UniqueConstraint(fields=["log", "index"], name="vault_leaf_place")]
        indexes = [models.Index(fields=["log", "noun", "subject"])]

    @property
    def payload(self) -> dict[str, Any]:
        """What happened, as it was appended."""
        return dict(json.loads(self.data)["payload"])


class Head(Fact):
    """The log at one moment: its first `size` leaves have this `root`, signed with the installation's key."""

    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="heads")
    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    at = models.DateTimeField()
    public_key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        db_table = "vault_head"
        ordering = ["size", "at"]
        indexes = [models.Index(fields=["log", "size"])]
