"""Numbers that people read on paper: one series a year, without gaps, given inside the action's transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone

# What the letters stand for: submission, quote, policy, incident, claim, payment.
PREFIXES = {"submission": "S", "quote": "Q", "policy": "P", "incident": "I", "claim": "C", "payment": "Y"}

_NEXT = """
insert into counter (id, tenant_id, recorded_at, series, last) values (gen_random_uuid(), %s, %s, %s, 1)
on conflict on constraint counter_once do update set last = counter.last + 1 returning last
"""


def next_number(kind: str, *, tenant: UUID, at: datetime) -> str:
    """The next number of `kind`, such as P-2026-000001; the row lock lasts until the transaction ends."""
    series = f"{PREFIXES[kind]}-{timezone.localdate(at).year}"
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [tenant, at, series])
        return f"{series}-{cursor.fetchone()[0]:06d}"
