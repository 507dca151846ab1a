from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from seawall.records.rows import Fact


class IdempotencyKey(Fact):
    """The answer once given to a write: the same key with the same body gets it again, with another body a refusal."""

    journalled = False

    user = models.ForeignKey("parties.User", on_delete=models.PROTECT, related_name="+")
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        db_table = "idempotency_key"
        constraints = [models.UniqueConstraint(fields=["tenant", "user", "key"], name="idempotency_key_once")]
