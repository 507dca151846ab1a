"""What a drafted risk universe would do to the book, computed apart from any page."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from seawall.lifecycle.identify.queries.risk_universe import trial
from seawall.lifecycle.strategy.actions import universe
from seawall.lifecycle.strategy.models import UniverseDraft
from seawall.lifecycle.strategy.queries.drafting import document_of, library_with
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import Viewer


def try_universe(system: Viewer, *, draft: str, revision: int) -> None:
    """Every company of the book under the universe in force and under the draft; nothing once it has changed."""
    found = UniverseDraft.objects.filter(pk=UUID(draft), revision=revision, status="open").first()
    if found is None:
        return
    now = timezone.now()
    day = timezone.localdate(now)
    before, after = library_on(system, on=day), library_with(system, document_of(found), on=day)
    result = trial(system, before, after, at=now).as_dict()
    against = next(ref for ref in before.releases.values() if ref.kind == "universe")
    _report(system, draft, revision, {**result, "against": against.as_dict()}, now)


def give_up(system: Viewer, *, draft: str, revision: int) -> None:
    """The trial broke off each time: the draft says so, and it may be asked for again."""
    _report(system, draft, revision, {"state": "failed"}, timezone.now())


def _report(system: Viewer, draft: str, revision: int, result: dict[str, object], at: datetime) -> None:
    universe.report_trial(draft=UUID(draft), revision=revision, result=result, by=system, at=at)
