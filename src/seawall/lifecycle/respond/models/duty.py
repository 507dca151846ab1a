from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from seawall.records.rows import Row

STATES = ("due", "needs_facts", "not_started", "done", "waived", "lapsed")


class Duty(Row):
    """A duty to notify, from a rule of the notification clocks. `regime`, `whom`, `what` and `law` are {zh, en}.

    needs_facts: `missing` says what must be known first. not_started: its clock has not begun. waived: a person
    decided that it does not apply and said why. lapsed: new facts took it away.
    """

    incident = models.ForeignKey("respond.Incident", on_delete=models.PROTECT, related_name="duties")
    rule = models.CharField(max_length=60)
    jurisdiction = models.CharField(max_length=10)
    bearer = models.CharField(max_length=10)
    regime = models.JSONField()
    whom = models.JSONField()
    what = models.JSONField()
    law = models.JSONField()
    basis = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    missing = models.JSONField(default=list)
    deadline = models.DateTimeField(null=True)
    status = models.CharField(max_length=12)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey("vault.File", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        db_table = "notification_duty"
        ordering = ["deadline", "rule"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "rule"], name="notification_duty_once"),
            models.CheckConstraint(condition=Q(status__in=STATES), name="notification_duty_status"),
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False) | (~Q(status="done") & Q(done_at=None)),
                name="notification_duty_done_when",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "status", "deadline"])]
