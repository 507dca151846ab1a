"""The two kinds of row that every table is made of, and what the database enforces for each (see `walls`)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class Row(models.Model):
    """A row of one tenant: unguessable id, tenant wall by row-level security, no change without a journal entry."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey("parties.Tenant", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    append_only: ClassVar[bool] = False
    journalled: ClassVar[bool] = True

    class Meta:
        abstract = True


class Fact(Row):
    """A row that is never changed or deleted: a correction is a new row."""

    append_only: ClassVar[bool] = True

    class Meta:
        abstract = True
