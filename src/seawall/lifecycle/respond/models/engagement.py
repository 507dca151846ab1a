from __future__ import annotations

from django.db import models
from django.db.models import Q

from seawall.core.status import Machine
from seawall.records.rows import Row

MACHINE = Machine(
    "engagement",
    "engaged",
    [
        ("accept", "engaged", "accepted"),
        ("decline", "engaged", "declined"),
        ("report", "accepted", "reported"),
    ],
)


class Engagement(Row):
    """A panel provider called in for one incident; its organisation sees this incident and no other.

    `respond_by` follows from the response time it promised on the panel. The price is that of the panel on the day.
    """

    incident = models.ForeignKey("respond.Incident", on_delete=models.PROTECT, related_name="engagements")
    provider = models.ForeignKey("strategy.PanelProvider", on_delete=models.PROTECT, related_name="engagements")
    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="engagements")
    service = models.CharField(max_length=40)
    price = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    brief = models.TextField(blank=True)
    engaged_at = models.DateTimeField()
    respond_by = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    report = models.ForeignKey("vault.File", null=True, on_delete=models.PROTECT, related_name="+")
    findings = models.TextField(blank=True)
    status = models.CharField(max_length=10, default=MACHINE.initial)

    class Meta:
        db_table = "engagement"
        constraints = [
            models.CheckConstraint(condition=Q(status__in=MACHINE.states), name="engagement_status"),
            models.UniqueConstraint(
                fields=["incident", "provider"], condition=~Q(status="declined"), name="engagement_once"
            ),
            models.CheckConstraint(
                condition=~Q(status="reported") | Q(report__isnull=False, reported_at__isnull=False),
                name="engagement_reported_with_a_report",
            ),
        ]

    @property
    def late(self) -> bool:
        """Whether the answer came after the promised time."""
        return self.answered_at is not None and self.answered_at > self.respond_by
