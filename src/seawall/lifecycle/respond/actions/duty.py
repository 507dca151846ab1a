"""Duties to notify: done with proof, or waived with a reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from seawall.core.problems import Refused
from seawall.lifecycle.respond.actions.common import SETTLED, Blank, Future, judge, locked, set_duties, write
from seawall.lifecycle.respond.actions.timeline import Upload
from seawall.lifecycle.respond.models import Duty, Incident
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import Forbidden, NotFound, Viewer
from seawall.records.vault.actions.file import store_file
from seawall.records.vault.subject import Subject


class Settled(Refused):
    """The duty is done or waived already."""

    code = "duty.settled"


@transaction.atomic
def mark_done(
    *, duty: UUID, when: datetime, note: str = "", upload: Upload | None = None, by: Viewer, at: datetime
) -> Duty:
    """The notice was given at `when`, with proof such as the receipt; clocks that count from it start anew.

    The insured marks its own duties, the claims staff any. Raises `Settled`, `Future`.
    """
    by.require("duty.mark")
    incident, found = _locked(duty, by, at)
    if not by.office and found.bearer != "insured":
        raise Forbidden("", verb="duty.mark")
    if when > at:
        raise Future("when")
    file = None
    if upload is not None:
        file = store_file(subject=Subject.of(incident), name=upload.name, content=upload.content, by=by, at=at)
    found.status, found.done_at, found.done_by_id, found.file = "done", when, by.user or None, file
    found.note = note.strip()
    found.save()
    _again(incident, at)
    late = found.deadline is not None and when > found.deadline
    record("duty.mark", found, by=by, at=at, new={"rule": found.rule, "done_at": when, "late": late})
    write("duty_done", incident, _words(found), by=by, at=at, happened_at=when, file=file)
    return found


@transaction.atomic
def waive(*, duty: UUID, reason: str, by: Viewer, at: datetime) -> Duty:
    """A person decides that the duty does not apply here, and says why. Raises `Blank`, `Settled`."""
    by.require("duty.waive")
    incident, found = _locked(duty, by, at)
    if not reason.strip():
        raise Blank("reason")
    found.status, found.note, found.done_by_id = "waived", reason.strip(), by.user or None
    found.save()
    record("duty.waive", found, by=by, at=at, new={"rule": found.rule}, reason=found.note)
    write("duty_waived", incident, _words(found), by=by, at=at)
    return found


def _locked(duty: UUID, by: Viewer, at: datetime) -> tuple[Incident, Duty]:
    place = Duty.objects.filter(tenant_id=by.tenant, pk=duty).exclude(status="lapsed")
    incident_id = place.values_list("incident", flat=True).first()
    if incident_id is None or by.kind == "provider":
        raise NotFound("duty")
    incident = locked(incident_id, by=by, at=at)
    found = Duty.objects.select_for_update().get(pk=duty)
    if found.status in SETTLED:
        raise Settled("duty")
    return incident, found


def _again(incident: Incident, at: datetime) -> None:
    judgement = judge(incident, at=at)
    incident.save()
    set_duties(incident, judgement, at=at)


def _words(duty: Duty) -> str:
    return f"{duty.regime['zh']} / {duty.regime['en']}"
