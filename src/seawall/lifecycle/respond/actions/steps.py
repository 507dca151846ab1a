"""Steps of the playbook: set from category and facts, started and finished by those who do them."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from seawall.lifecycle.respond.actions.common import locked, write
from seawall.lifecycle.respond.models import Incident, Task
from seawall.lifecycle.respond.models.task import MACHINE
from seawall.lifecycle.respond.queries import rules
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import Forbidden, NotFound, Viewer


def set_tasks(incident: Incident, *, at: datetime) -> list[Task]:
    """Add the steps that the incident's category and facts call for and that it does not have yet."""
    facts = {**incident.facts, "categories": [incident.category]}
    held = set(incident.tasks.values_list("key", flat=True))
    steps = rules.playbook_for(incident.category).steps_for(facts)
    return Task.objects.bulk_create(
        Task(
            tenant_id=incident.tenant_id,
            recorded_at=at,
            incident=incident,
            key=step.key,
            phase=step.phase,
            position=len(held) + number,
            bearer=step.bearer,
            service=step.service,
            title=dict(step.title),
            detail=dict(step.detail),
            due_at=incident.reported_at + timedelta(minutes=step.due_minutes),
        )
        for number, step in enumerate(step for step in steps if step.key not in held)
    )


@transaction.atomic
def start(*, task: UUID, by: Viewer, at: datetime) -> Task:
    """Somebody is at it."""
    incident, found = _locked(task, by, at)
    found.status = MACHINE.after(found.status, "start")
    found.started_at = at
    found.save(update_fields=["status", "started_at"])
    record("task.start", found, by=by, at=at, new={"incident": incident.number, "key": found.key})
    return found


@transaction.atomic
def finish(*, task: UUID, note: str = "", by: Viewer, at: datetime) -> Task:
    """It is done; the timeline says so."""
    incident, found = _locked(task, by, at)
    found.status = MACHINE.after(found.status, "finish")
    found.done_at, found.done_by_id, found.note = at, by.user or None, note.strip()
    found.save(update_fields=["status", "done_at", "done_by", "note"])
    record("task.finish", found, by=by, at=at, new={"incident": incident.number, "key": found.key, "note": found.note})
    write("task_done", incident, f"{found.title['zh']} / {found.title['en']}", by=by, at=at)
    return found


def _locked(task_id: UUID, by: Viewer, at: datetime) -> tuple[Incident, Task]:
    """The task with its incident locked; outside the office each does only the steps it bears."""
    by.require("incident.update")
    place = Task.objects.filter(tenant_id=by.tenant, pk=task_id).values_list("incident", flat=True).first()
    if place is None:
        raise NotFound("task")
    incident = locked(place, by=by, at=at)
    found = Task.objects.select_for_update().get(pk=task_id)
    if not by.office and found.bearer != by.kind:
        if by.kind == "provider":
            raise NotFound("task")
        raise Forbidden("", verb="incident.update")
    return incident, found
