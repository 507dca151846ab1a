"""Adding to the course of events, and handing out its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from seawall.lifecycle.respond.actions.common import Blank, Future, locked, write
from seawall.lifecycle.respond.models import TimelineEvent
from seawall.lifecycle.respond.queries.incident import evidence
from seawall.lifecycle.respond.queries.incident import incident as visible
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.vault.actions.file import deliver, store_file
from seawall.records.vault.models import File
from seawall.records.vault.subject import Subject


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was handed in."""

    name: str
    content: bytes


@transaction.atomic
def add_event(
    *, incident: UUID, words: str, happened_at: datetime, upload: Upload | None = None, by: Viewer, at: datetime
) -> TimelineEvent:
    """What happened and when, with evidence if there is some; all who work on the incident read it.

    Raises `Blank`, `Future`, and what `store_file` raises.
    """
    by.require("incident.update")
    found = locked(incident, by=by, at=at)
    if not words.strip():
        raise Blank("words")
    if happened_at > at:
        raise Future("happened_at")
    file = None
    if upload is not None:
        file = store_file(subject=Subject.of(found), name=upload.name, content=upload.content, by=by, at=at)
    event = write("note", found, words.strip(), by=by, at=at, happened_at=happened_at, file=file)
    record("incident.add_event", found, by=by, at=at, new={"event": str(event.pk), "file": file.sha256 if file else ""})
    return event


@transaction.atomic
def read_evidence(*, incident: UUID, file: UUID, by: Viewer, at: datetime) -> tuple[File, bytes]:
    """One original of the incident, and a leaf that says who has had it; raises `NotFound` for what may not be seen."""
    found = evidence(by, visible(by, incident, at=at)).filter(pk=file).first()
    if found is None:
        raise NotFound("file")
    return found, deliver(file=found, by=by, at=at)
