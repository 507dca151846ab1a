"""The feeds on their schedule: what is due is asked, and what comes is taken in or recorded as failed."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from seawall.entrypoints.egress import operators_egress
from seawall.entrypoints.feeding import NoAnswer, fetch, named, sources
from seawall.records.feeds.actions import Load, NoBasis, allowed, fail, take
from seawall.records.feeds.queries import standings
from seawall.records.parties.viewer import Viewer


def refresh(system: Viewer) -> None:
    """Ask every source the operator has named whose last good run is older than its rhythm.

    A guarded feed without a basis in force is not asked at all.
    """
    addresses = sources(settings.FEEDS)
    due = [s.kind.id for s in standings(system, at=timezone.now()) if s.stale and s.kind.id in addresses]
    for kind in due:
        url, now = addresses[kind], timezone.now()
        try:
            allowed(kind=kind, by=system, at=now)
        except NoBasis:
            continue
        try:
            parts = fetch(kind, url, operators_egress())
        except NoAnswer as error:
            fail(kind=kind, source=named(url), why=str(error), by=system, at=timezone.now())
        else:
            take(Load(kind, parts, named(url)), by=system, at=timezone.now())
