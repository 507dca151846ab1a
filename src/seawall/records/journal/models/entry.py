from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from seawall.records.rows import Fact


class Entry(Fact):
    """One change: `verb` on the object `noun`/`object_id`, by whom, with old and new values.

    `number` and `transaction` are stamped by the database; the journal wall looks for the latter.
    """

    journalled = False

    number = models.BigIntegerField(default=0, unique=True)
    transaction = models.BigIntegerField(default=0, db_index=True)
    verb = models.CharField(max_length=60)
    noun = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    user = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("parties.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    old = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    new = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    reason = models.TextField(blank=True)

    class Meta:
        db_table = "journal_entry"
        ordering = ["number"]
        indexes = [models.Index(fields=["tenant", "number"]), models.Index(fields=["noun", "object_id"])]
