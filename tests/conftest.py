from __future__ import annotations

import socket

import pytest
from django.apps import apps
from django.db import connection
from django.db.models.signals import post_migrate

_connect = socket.socket.connect


def _loopback_only(self: socket.socket, address: object) -> None:
    if isinstance(address, tuple) and not str(address[0]).startswith(("127.", "::1", "localhost")):
        raise OSError(f"tests stay on this machine; refused {address}")
    _connect(self, address)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _stay_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches the network beyond loopback."""
    monkeypatch.setattr(socket.socket, "connect", _loopback_only)


def _empty_queue(sender: object, **_told: object) -> None:
    """Flushing the database passes over the queue, whose tables are not Django's."""
    with connection.cursor() as cursor:
        cursor.execute("truncate procrastinate_jobs cascade")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """A test that commits leaves no job behind for the next one."""
    post_migrate.connect(_empty_queue, sender=apps.get_app_config("procrastinate"))
