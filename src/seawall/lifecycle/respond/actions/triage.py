"""Triage, containment, closing with a lesson, reopening."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from seawall.core.problems import Refused
from seawall.lifecycle.respond.actions.common import Blank, Future, judge, locked, set_duties, write
from seawall.lifecycle.respond.actions.steps import set_tasks
from seawall.lifecycle.respond.models import Incident
from seawall.lifecycle.respond.models.incident import MACHINE
from seawall.lifecycle.respond.queries import rules
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import Viewer


class OpenDuties(Refused):
    """Duties to notify are neither done nor waived."""

    code = "incident.open_duties"


class OpenWork(Refused):
    """A provider is still at work."""

    code = "incident.open_work"


class TooEarly(Refused):
    """Contained before it was discovered."""

    code = "incident.contained_before_discovery"
    status = 422


@dataclass(frozen=True, slots=True)
class Findings:
    """What triage found: new or corrected facts (None takes one back), and the codes of the grade.

    An empty code keeps what was there.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    category: str = ""
    importance: str = ""
    business_loss: str = ""
    social_harm: str = ""
    words: str = ""


@transaction.atomic
def triage(*, incident: UUID, findings: Findings, by: Viewer, at: datetime) -> Incident:
    """Confirm or change category, facts and grade; again and again while the incident is open.

    Duties and steps follow. Raises `Invalid`, `UnknownCategory`, `UnknownGrade`, `WrongState`.
    """
    by.require("incident.triage")
    found = locked(incident, by=by, at=at)
    old = {"category": found.category, "grade": found.grade, "facts": found.facts, "grading": found.grading}
    if found.status == "notified":
        found.status = MACHINE.after(found.status, "triage")
    taken_back = {name for name, value in findings.facts.items() if value is None}
    kept = {name: value for name, value in found.facts.items() if name not in taken_back}
    found.facts = {**kept, **rules.read_facts(findings.facts)}
    if findings.category:
        found.category = rules.known_category(findings.category).code
    given = {name: getattr(findings, name) for name in ("importance", "business_loss", "social_harm")}
    first = found.grading.get("classified_at", at.isoformat())
    chosen = {name: code for name, code in given.items() if code}
    found.grading = {**found.grading, **chosen, "provisional": False, "classified_at": first}
    judgement = judge(found, at=at)
    found.save()
    set_duties(found, judgement, at=at)
    set_tasks(found, at=at)
    new = {"category": found.category, "grade": found.grade, "facts": found.facts, "grading": found.grading}
    record("incident.triage", found, by=by, at=at, old=old, new=new)
    write("triaged", found, findings.words.strip(), by=by, at=at)
    return found


@transaction.atomic
def contain(*, incident: UUID, when: datetime, words: str = "", by: Viewer, at: datetime) -> Incident:
    """The incident spreads no further since `when`; clocks that count from the end of handling start."""
    by.require("incident.triage")
    found = locked(incident, by=by, at=at)
    found.status = MACHINE.after(found.status, "contain")
    if when > at:
        raise Future("when")
    if when < found.discovered_at:
        raise TooEarly("when")
    found.contained_at = when
    judgement = judge(found, at=at)
    found.save()
    set_duties(found, judgement, at=at)
    record("incident.contain", found, by=by, at=at, new={"status": found.status, "contained_at": when})
    write("contained", found, words.strip(), by=by, at=at, happened_at=when)
    return found


@transaction.atomic
def close(*, incident: UUID, lesson: str, by: Viewer, at: datetime) -> Incident:
    """Close a contained incident with what is learnt. Raises `Blank`, `OpenDuties`, `OpenWork`."""
    by.require("incident.close")
    found = locked(incident, by=by, at=at)
    found.status = MACHINE.after(found.status, "close")
    if not lesson.strip():
        raise Blank("lesson")
    owed = found.duties.filter(status="due").count()
    if owed:
        raise OpenDuties("duties", count=owed)
    if found.engagements.filter(status__in=("engaged", "accepted")).exists():
        raise OpenWork("engagements")
    found.lesson, found.closed_at = lesson.strip(), at
    found.save(update_fields=["status", "lesson", "closed_at"])
    record("incident.close", found, by=by, at=at, new={"lesson": found.lesson})
    write("closed", found, found.lesson, by=by, at=at)
    return found


@transaction.atomic
def reopen(*, incident: UUID, reason: str, by: Viewer, at: datetime) -> Incident:
    """Open a closed incident again, back in triage; the lesson stays until it is closed anew."""
    by.require("incident.close")
    found = locked(incident, by=by, at=at, closed=True)
    found.status = MACHINE.after(found.status, "reopen")
    if not reason.strip():
        raise Blank("reason")
    found.closed_at = None
    found.save(update_fields=["status", "closed_at"])
    record("incident.reopen", found, by=by, at=at, new={"status": found.status}, reason=reason.strip())
    write("reopened", found, reason.strip(), by=by, at=at)
    return found
