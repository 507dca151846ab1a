"""What the stories are told with: the lab, the scanner's way into it, and a real worker on the test database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from seawall.technology.lab import Lab

Work = Callable[[], None]


@pytest.fixture
def lab(settings: object, tmp_path: Path) -> Iterator[Lab]:
    """The lab's hosts, with the scanner's settings pointing at them."""
    with Lab() as running:
        way = running.egress()
        roots = tmp_path / "roots.pem"
        roots.write_text(way.roots, encoding="utf-8")
        address, port = way.resolver or ("", 0)
        for name, value in {
            "SCAN_ALLOW": [str(network) for network in way.allow],
            "SCAN_RESOLVER": f"{address}:{port}",
            "SCAN_PORTS": [f"{logical}:{real}" for logical, real in way.ports.items()],
            "SCAN_ROOTS": str(roots),
            "SCAN_RATE": 200,
        }.items():
            setattr(settings, name, value)
        yield running


@pytest.fixture
def work(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Work:
    """Do every job that is due, as `seawall worker --once` does; a job that failed fails the test."""
    # The worker's threads end with it, so their connections must not outlive a job.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    # What the clock asks for is asked for by the tests: within ten minutes of its hour the worker would ask as well.
    monkeypatch.setattr(app.periodic_registry, "periodic_tasks", {})

    def run() -> None:
        for _round in range(5):
            connector = cast(DjangoConnector, app.connector).get_worker_connector()
            with app.replace_connector(connector) as working:
                working.run_worker(wait=False, install_signal_handlers=False, delete_jobs="never", concurrency=1)
            with connection.cursor() as cursor:
                cursor.execute("select task_name, status, args from procrastinate_jobs where status <> 'succeeded'")
                left = cursor.fetchall()
            # A job that a job has asked for may have come too late for the worker that was stopping.
            if not any(status == "todo" for _, status, _ in left):
                break
        assert left == []

    return run
