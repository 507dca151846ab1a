from __future__ import annotations

from django.db import models
from django.db.models import Q

from seawall.core.status import Machine
from seawall.records.rows import Fact, Row

MACHINE = Machine(
    "submission",
    "draft",
    [
        ("submit", "draft", "submitted"),
        ("reopen", "submitted|assessed", "draft"),
        ("assess", "submitted|assessed", "assessed"),
        ("decline", "submitted|assessed", "declined"),
        ("close", "draft|submitted|assessed", "closed"),
    ],
)


class Submission(Row):
    """An application 投保申请: `document` is the submission document without its answers and consent."""

    number = models.CharField(max_length=20)
    company = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="submissions")
    broker = models.ForeignKey("parties.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    document = models.JSONField()
    status = models.CharField(max_length=12, default=MACHINE.initial)
    reason = models.TextField(blank=True)

    class Meta:
        db_table = "submission"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="submission_number_once"),
            models.CheckConstraint(condition=Q(status__in=MACHINE.states), name="submission_status"),
        ]
        indexes = [models.Index(fields=["company", "-recorded_at"])]

    def __str__(self) -> str:
        return self.number


class Answer(Fact):
    """One answer as given, with who and when; of a question the last turn counts, the earlier ones stay.

    `evidence_until` is the last day on which the file bears the answer out, where it has one of its own.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="answers")
    question = models.CharField(max_length=20)
    turn = models.PositiveIntegerField(default=1)
    value = models.TextField()
    scope = models.CharField(max_length=200, blank=True)
    answered_by = models.ForeignKey("parties.User", null=True, on_delete=models.PROTECT, related_name="+")
    answered_by_name = models.CharField(max_length=100)
    answered_on = models.DateField()
    file = models.ForeignKey("vault.File", null=True, on_delete=models.PROTECT, related_name="+")
    evidence_until = models.DateField(null=True)

    class Meta:
        db_table = "answer"
        constraints = [
            models.UniqueConstraint(fields=["submission", "question", "turn"], name="answer_turn_once"),
        ]
        indexes = [models.Index(fields=["submission", "question", "-recorded_at"])]
