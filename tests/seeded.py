"""The tenants of `seawall seed-tenants` in the test database, for the tests that need a full and marked house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.db import connection

from seawall.entrypoints.demo.tenants import seed
from seawall.records import tenancy

TENANT = "zqalpha"
ROLES = (
    "underwriter", "chief", "claims", "reviewer", "portfolio", "admin", "supervisor", "broker1", "broker2", "insured-a",
    "insured-b", "provider", "counsel",
)  # fmt: skip


@contextmanager
def seeded(blocker: Any) -> Iterator[dict[str, Any]]:
    """Seed the (empty) test database, and empty it again afterwards."""
    with blocker.unblock():
        told = seed(lambda done, of, what: None)
    try:
        yield told
    finally:
        with blocker.unblock():
            tenancy.enter(tenancy.EVERY)
            call_command("flush", interactive=False, verbosity=0)
            tenancy.enter(tenancy.NONE)
            connection.close()


def people_of(told: dict[str, Any], tenant: str) -> list[dict[str, str]]:
    """Everybody in one tenant: email, role, organisation, token."""
    found: list[dict[str, str]] = next(t["people"] for t in told["tenants"] if t["slug"] == tenant)
    return found


def person_of(told: dict[str, Any], who: str, tenant: str = TENANT) -> dict[str, str]:
    """One of them, by the name before the @ of the address."""
    return next(p for p in people_of(told, tenant) if p["email"].split("@")[0] == who)


def forbidden(told: dict[str, Any], person: dict[str, str]) -> list[str]:
    """The canaries that nobody may show this person: other tenants', other companies', the office's own."""
    own = next(t for t in told["tenants"] if person in t["people"])
    marks = [t["canaries"]["tenant"] for t in told["tenants"] if t is not own]
    sides = own["canaries"]
    who = person["email"].split("@")[0]
    if person["role"] in ("broker", "insured", "provider"):
        marks.append(sides["office"])
    marks += {
        "insured-a": [sides["b"]],
        "insured-b": [sides["a"]],
        "broker1": [sides["b"]],
        "broker2": [sides["a"]],
        # It declined the work it was offered, so it knows of nothing.
        "counsel": [sides["a"], sides["b"]],
    }.get(who, [])
    return marks
