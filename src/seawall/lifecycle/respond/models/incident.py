from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from seawall.core.status import Machine
from seawall.records.rows import Fact, Row

MACHINE = Machine(
    "incident",
    "notified",
    [
        ("triage", "notified", "triaged"),
        ("contain", "triaged", "contained"),
        ("close", "contained", "closed"),
        ("reopen", "closed", "triaged"),
    ],
)


class Incident(Row):
    """A notified event 事故. `facts` are those of `core.incidents`, by name; what is not known is absent.

    `policy` is the one in force on the day of discovery; without one help is given all the same. `grade` is the level
    of GB/T 20986 (1 gravest … 4), from the codes in `grading`, which are assumed (`provisional`) until triage;
    `report_level` is that of the Chinese reporting measures, None while facts are missing.
    """

    number = models.CharField(max_length=20)
    company = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="incidents")
    policy = models.ForeignKey("protect.Policy", null=True, on_delete=models.PROTECT, related_name="incidents")
    discovered_at = models.DateTimeField()
    occurred_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    what_happened = models.TextField()
    affected = models.TextField(blank=True)
    contact = models.CharField(max_length=200)
    category = models.CharField(max_length=12)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    grade = models.PositiveSmallIntegerField(null=True)
    grading = models.JSONField(default=dict)
    grade_reasons = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    report_level = models.PositiveSmallIntegerField(null=True)
    releases = models.JSONField(default=dict)
    status = models.CharField(max_length=12, default=MACHINE.initial)
    contained_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    lesson = models.TextField(blank=True)

    class Meta:
        db_table = "incident"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="incident_number_once"),
            models.CheckConstraint(condition=Q(status__in=MACHINE.states), name="incident_status"),
            models.CheckConstraint(condition=Q(grade=None) | Q(grade__range=(1, 4)), name="incident_grade"),
            models.CheckConstraint(
                condition=Q(occurred_at=None) | Q(occurred_at__lte=F("discovered_at")), name="incident_times_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | (Q(closed_at__isnull=False) & ~Q(lesson="")),
                name="incident_closed_with_a_lesson",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "status", "-reported_at"])]

    def __str__(self) -> str:
        return self.number


class TimelineEvent(Fact):
    """One entry of the course of events: when it happened, who wrote it, with evidence where there is some.

    `leaf` is its place in the vault's log, which holds the hash of the words.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="timeline")
    happened_at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    words = models.TextField(blank=True)
    file = models.ForeignKey("vault.File", null=True, on_delete=models.PROTECT, related_name="+")
    leaf = models.ForeignKey("vault.Leaf", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "timeline_event"
        ordering = ["happened_at", "recorded_at"]
        indexes = [models.Index(fields=["incident", "happened_at"])]
