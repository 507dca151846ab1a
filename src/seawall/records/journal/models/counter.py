from __future__ import annotations

from django.db import models

from seawall.records.rows import Row


class Counter(Row):
    """The last number given in one series of one tenant, such as policies of 2026."""

    journalled = False

    series = models.CharField(max_length=20)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "counter"
        constraints = [models.UniqueConstraint(fields=["tenant", "series"], name="counter_once")]
