"""Every job by its name; each enters its tenant, works, and reports through one action.

A job that dies is run again: the actions it reports through change nothing the second time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from seawall.entrypoints.jobs import detect, identify, papers, protect, recover
from seawall.records import tenancy
from seawall.records.parties.actions.tenant import insurer_of
from seawall.records.parties.models import Tenant
from seawall.records.parties.viewer import Viewer

log = logging.getLogger(__name__)
RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)


def task(name: str, work: Callable[..., None], **options: Any) -> None:
    """Register `work(system viewer, **arguments)` as the job `name`."""

    @app.task(name=name, queue="seawall", retry=RETRY, **options)
    def run(*, tenant: str, **arguments: Any) -> None:
        found = Tenant.objects.get(pk=UUID(tenant))
        with tenancy.inside(found.pk):
            work(Viewer.system(found.pk, insurer_of(found).pk), **arguments)


def every(cron: str, name: str, work: Callable[[Viewer], None]) -> None:
    """Run `work(system viewer)` for each tenant on a schedule; one tenant's trouble does not stop the others."""

    @app.periodic(cron=cron)
    @app.task(name=name, queue="seawall", queueing_lock=name)
    def run(timestamp: int) -> None:
        for tenant in Tenant.objects.order_by("slug"):
            with tenancy.inside(tenant.pk):
                try:
                    work(Viewer.system(tenant.pk, insurer_of(tenant).pk))
                except Exception:
                    log.exception("%s failed for %s", name, tenant.slug)


def scan(system: Viewer, *, order: str) -> None:
    """The scan, and when it belongs to a watch, what it means for the policy."""
    identify.scan(system, order=order)
    detect.observe(system, order=order)


task("identify.verify_consent", identify.verify_consent)
task("identify.scan", scan)
task("identify.report", papers.report)
task("protect.papers", protect.papers)
task("protect.quote_paper", papers.quote)
task("recover.statement", recover.statement)
every("*/10 * * * *", "detect.patrol", detect.patrol)
every("7 * * * *", "protect.lapse", protect.lapse)
every("17 16 * * *", "detect.seal", detect.seal)
