"""The one way to ask for slow or outside work: a job deferred in the transaction that wants it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app


def defer(task: str, *, tenant: UUID, lock: str | None = None, **arguments: Any) -> int:
    """Queue `task` (its name in `seawall.entrypoints.jobs`) for `tenant`; it runs only if this transaction commits.

    `arguments` must be JSON. A `lock` keeps jobs of the same name in order. Returns the job's number.
    """
    configured = app.configure_task(name=task, allow_unknown=True, queue="seawall", lock=lock)
    return int(configured.defer(tenant=str(tenant), **arguments))
