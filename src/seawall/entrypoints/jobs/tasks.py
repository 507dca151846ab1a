"""Every job by its name; each enters its tenant, works, and reports through one action.

A job that dies is run again: the actions it reports through change nothing the second time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from seawall.entrypoints.jobs import conformity, detect, feeds, identify, papers, protect, recover, strategy
from seawall.records import tenancy
from seawall.records.parties.actions.tenant import insurer_of
from seawall.records.parties.models import Tenant
from seawall.records.parties.viewer import Viewer

log = logging.getLogger(__name__)
TRIES = 5
RETRY = RetryStrategy(max_attempts=TRIES, exponential_wait=3)


class WorkerKilled(Exception):
    """The job has taken its worker with it each time it was tried, so it is not tried once more."""


def task(name: str, work: Callable[..., None], give_up: Callable[..., None] | None = None) -> None:
    """Register `work(system viewer, **arguments)` as the job `name`; `give_up` tidies up after its last try."""

    @app.task(name=name, queue="seawall", retry=RETRY, pass_context=True)
    def run(context: JobContext, /, *, tenant: str, **arguments: Any) -> None:
        found = Tenant.objects.get(pk=UUID(tenant))
        with tenancy.inside(found.pk):
            system = Viewer.system(found.pk, insurer_of(found).pk)
            try:
                if context.job.attempts > TRIES:
                    raise WorkerKilled(name)
                work(system, **arguments)
            except Exception:
                if give_up and context.job.attempts >= TRIES:
                    give_up(system, **arguments)
                raise


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


def no_scan(system: Viewer, *, order: str) -> None:
    """The scan that cannot be made, and when it belongs to a watch, the look that was missed."""
    identify.give_up(system, order=order)
    detect.observe(system, order=order)


@app.periodic(cron="* * * * *")
@app.task(name="queue.revive", queue="seawall", queueing_lock="queue.revive", pass_context=True)
async def revive(context: JobContext, timestamp: int) -> None:
    """Start the jobs again whose worker has died; for those of the clock the next one does it."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.queueing_lock is None:
            await manager.retry_job(job)
        else:
            await manager.finish_job(job, Status.FAILED, delete_job=False)


task("strategy.try_universe", strategy.try_universe, give_up=strategy.give_up)
task("identify.verify_consent", identify.verify_consent)
task("identify.scan", scan, give_up=no_scan)
task("identify.conformity", conformity.draw)
task("identify.report", papers.report)
task("protect.papers", protect.papers)
task("protect.quote_paper", papers.quote)
task("recover.statement", recover.statement)
every("*/10 * * * *", "detect.patrol", detect.patrol)
every("7 * * * *", "protect.lapse", protect.lapse)
every("17 16 * * *", "detect.seal", detect.seal)
every("37 * * * *", "feeds.refresh", feeds.refresh)
