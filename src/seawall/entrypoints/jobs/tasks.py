"""Every job by its name; each enters its tenant, works, and reports through one action.

A job that dies is run again: the actions it reports through change nothing the second time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from seawall.entrypoints.jobs import identify
from seawall.records import tenancy
from seawall.records.parties.actions.tenant import insurer_of
from seawall.records.parties.models import Tenant
from seawall.records.parties.viewer import Viewer

RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)


def task(name: str, work: Callable[..., None], **options: Any) -> None:
    """Register `work(system viewer, **arguments)` as the job `name`."""

    @app.task(name=name, queue="seawall", retry=RETRY, **options)
    def run(*, tenant: str, **arguments: Any) -> None:
        found = Tenant.objects.get(pk=UUID(tenant))
        with tenancy.inside(found.pk):
            work(Viewer.system(found.pk, insurer_of(found).pk), **arguments)


task("identify.verify_consent", identify.verify_consent)
task("identify.scan", identify.scan)
