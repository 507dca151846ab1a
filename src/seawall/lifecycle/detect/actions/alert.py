"""What people do about alerts."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction

from seawall.core.problems import Refused
from seawall.lifecycle.detect.models import Alert
from seawall.lifecycle.detect.models.alert import MACHINE
from seawall.lifecycle.detect.queries.watch import alert as visible
from seawall.records.journal.actions import record
from seawall.records.parties.roles import UNDERWRITER
from seawall.records.parties.viewer import Viewer


class NotForYou(Refused):
    """Accepting a risk, or calling an alert mistaken, is the underwriter's."""

    code = "alert.not_for_you"
    status = 403


@transaction.atomic
def settle(
    *, alert: UUID, outcome: Literal["fixed", "accepted", "mistaken"], note: str = "", by: Viewer, at: datetime
) -> Alert:
    """Say what came of an alert. One said to be fixed opens again if the next look still finds the fault."""
    by.require("alert.settle")
    found = _locked(alert, by, at)
    if outcome != "fixed" and UNDERWRITER not in by.roles:
        raise NotForYou("outcome")
    found.status = MACHINE.after(found.status, "settle")
    found.outcome, found.settled_at, found.settled_by_id, found.note = outcome, at, by.user or None, note.strip()
    found.save(update_fields=["status", "outcome", "settled_at", "settled_by", "note"])
    record("alert.settle", found, by=by, at=at, new={"outcome": outcome, "note": found.note})
    return found


@transaction.atomic
def reopen(*, alert: UUID, note: str = "", by: Viewer, at: datetime) -> Alert:
    """Take a settlement back, which is the underwriter's too; the days of grace run on."""
    by.require("alert.settle")
    found = _locked(alert, by, at)
    if UNDERWRITER not in by.roles:
        raise NotForYou("alert")
    found.status = MACHINE.after(found.status, "reopen")
    found.outcome, found.settled_at, found.settled_by, found.note = "", None, None, note.strip()
    found.times_opened += 1
    found.save(update_fields=["status", "outcome", "settled_at", "settled_by", "note", "times_opened"])
    record("alert.reopen", found, by=by, at=at, new={"times": found.times_opened}, reason=found.note)
    return found


def _locked(alert: UUID, by: Viewer, at: datetime) -> Alert:
    seen = visible(by, alert, at=at)
    return Alert.objects.select_for_update().get(pk=seen.pk)
