from __future__ import annotations

from django.db import models
from django.db.models import Q

from seawall.core.incidents.playbooks import BEARERS, PHASES
from seawall.core.status import Machine
from seawall.records.rows import Row

MACHINE = Machine("task", "open", [("start", "open", "started"), ("finish", "open|started", "done")])


class Task(Row):
    """A step of the playbook for one incident: what, by whom, until when. Titles and details are {zh, en}."""

    incident = models.ForeignKey("respond.Incident", on_delete=models.PROTECT, related_name="tasks")
    key = models.CharField(max_length=40)
    phase = models.CharField(max_length=12)
    position = models.PositiveSmallIntegerField()
    bearer = models.CharField(max_length=10)
    service = models.CharField(max_length=40, blank=True)
    title = models.JSONField()
    detail = models.JSONField()
    due_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, default=MACHINE.initial)
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        db_table = "incident_task"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "key"], name="incident_task_once"),
            models.CheckConstraint(condition=Q(status__in=MACHINE.states), name="incident_task_status"),
            models.CheckConstraint(condition=Q(phase__in=PHASES), name="incident_task_phase"),
            models.CheckConstraint(condition=Q(bearer__in=BEARERS), name="incident_task_bearer"),
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False) | (~Q(status="done") & Q(done_at=None)),
                name="incident_task_done_when",
            ),
        ]
