"""Which tenant the database connection may see. Everything else is invisible to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

EVERY = "*"
NONE = ""


def current() -> str:
    """The tenant id in force, `*` for every one, or an empty string for none."""
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(current_setting('seawall.tenant', true), '')")
        return str(cursor.fetchone()[0])


def enter(tenant: UUID | str) -> None:
    """See `tenant` until told otherwise; call outside a transaction, or a rollback takes it back."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('seawall.tenant', %s, false)", [str(tenant)])


@contextmanager
def inside(tenant: UUID | str) -> Iterator[None]:
    """See `tenant` within the block, and afterwards what was seen before."""
    before = current()
    enter(tenant)
    try:
        yield
    finally:
        if not connection.needs_rollback and not connection.closed_in_transaction:
            enter(before)
