"""The worker itself: what is asked for in a transaction is done, what dies is done again, what is hopeless is said."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from seawall.entrypoints.jobs import identify, tasks
from seawall.lifecycle.identify.actions import consent
from seawall.lifecycle.identify.models import Consent, ScanFinding, ScanOrder
from seawall.lifecycle.identify.queries.file import findings_of
from seawall.records import tenancy
from seawall.records.journal.models import Entry
from seawall.technology.lab import Lab
from tests.entrypoints.jobs.test_identify import DOMAIN, _raise, given, ordered, verified
from tests.factories import House, house
from tests.stories.conftest import Work


def jobs(name: str, column: str = "status") -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"select {column} from procrastinate_jobs where task_name = %s order by id", [name])
        return [value for (value,) in cursor.fetchall()]


def run(home: House, order: ScanOrder, attempts: int) -> None:
    """The scan's job as the worker calls it at its `attempts`-th repetition."""
    context = SimpleNamespace(job=SimpleNamespace(attempts=attempts))
    app.tasks["identify.scan"].func(context, tenant=str(home.system.tenant), order=str(order.pk))


@pytest.mark.django_db(transaction=True)
def test_consent_and_scan_are_done_by_a_real_worker(lab: Lab, work: Work) -> None:
    home = house(at=timezone.now())
    made = given(home)
    lab.dns(f"_seawall.{DOMAIN}", "TXT", made.token)
    work()
    assert Consent.objects.get().verified_at is not None
    order = ordered(home)
    assert jobs("identify.scan") == ["todo"]
    work()
    order.refresh_from_db()
    assert order.status == "done"
    assert findings_of(order)
    assert jobs("identify.scan") == ["succeeded"]
    # Whoever is named by a job is the platform itself, for the insurer.
    entry = Entry.objects.get(verb="scan.report")
    assert (entry.user_id, entry.organisation_id) == (None, home.organisations["insurer"].pk)


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_is_never_done(work: Work) -> None:
    home = house(at=timezone.now())

    def half() -> None:
        with transaction.atomic():
            given(home)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert not Consent.objects.exists()
    assert jobs("identify.verify_consent") == []


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_was_killed_is_done_by_the_next(lab: Lab, work: Work) -> None:
    home = house(at=timezone.now())
    made = given(home)
    lab.dns(f"_seawall.{DOMAIN}", "TXT", made.token)
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'doing', worker_id = null")
    app.configure_task("queue.revive").defer(timestamp=0)
    work()
    assert jobs("identify.verify_consent") == ["succeeded"]
    assert jobs("identify.verify_consent", "attempts") == [2]
    assert Consent.objects.get().verified_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_round_of_the_clock_that_was_killed_makes_way_for_the_next(work: Work) -> None:
    house(at=timezone.now())
    app.configure_task("protect.lapse", queueing_lock="protect.lapse").defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'doing', worker_id = null")
    app.configure_task("protect.lapse", queueing_lock="protect.lapse").defer(timestamp=60)
    app.configure_task("queue.revive").defer(timestamp=0)
    with pytest.raises(AssertionError):
        work()
    assert jobs("protect.lapse") == ["failed", "succeeded"]


@pytest.mark.django_db
def test_the_last_try_of_a_scan_that_fails_says_so_on_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    home = house(at=timezone.now())
    verified(home)
    order = ordered(home)
    monkeypatch.setattr(identify, "look", _raise(OSError("cable")))
    monkeypatch.setattr(identify, "operators_egress", lambda: None)
    for attempts in range(tasks.TRIES):
        with pytest.raises(OSError, match="cable"):
            run(home, order, attempts)
        order.refresh_from_db()
        assert order.status == "running"
    with pytest.raises(OSError, match="cable"):
        run(home, order, tasks.TRIES)
    order.refresh_from_db()
    assert (order.status, order.error) == ("failed", "scan.check_failed")
    assert ordered(home).pk != order.pk
    assert not ScanFinding.objects.exists()


@pytest.mark.django_db
def test_a_scan_that_kills_its_worker_each_time_is_not_tried_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    home = house(at=timezone.now())
    verified(home)
    order = ordered(home)
    monkeypatch.setattr(identify, "look", _raise(AssertionError("tried again")))
    with pytest.raises(tasks.WorkerKilled):
        run(home, order, tasks.TRIES + 1)
    order.refresh_from_db()
    assert order.status == "failed"


@pytest.mark.django_db
def test_a_job_leaves_its_house_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    home = house(at=timezone.now())
    held = verified(home)
    order = ordered(home)
    consent.withdraw(consent=held.pk, by=home.viewers["insured"], at=timezone.now())
    tenancy.enter(tenancy.NONE)
    run(home, order, 0)
    assert tenancy.current() == tenancy.NONE
    monkeypatch.setattr(identify, "scan", _raise(OSError("cable")))
    with pytest.raises(OSError, match="cable"):
        run(home, order, 0)
    assert tenancy.current() == tenancy.NONE
