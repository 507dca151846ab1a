from __future__ import annotations

from django.db import models
from django.db.models import Q

from seawall.records.rows import Row


class PanelProvider(Row):
    """A service provider on the insurer's panel for one service: price per engagement and how fast it answers.

    `price` is in minor units of `currency`.
    """

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="panel")
    service = models.CharField(max_length=40)
    currency = models.CharField(max_length=3)
    price = models.BigIntegerField()
    response_minutes = models.PositiveIntegerField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "panel_provider"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "service"], condition=Q(ended_at=None), name="panel_provider_once"
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="panel_provider_price"),
        ]
