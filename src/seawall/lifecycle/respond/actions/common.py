"""What the actions on an incident share: taking its lock, and writing its timeline and duties."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID, uuid4

from seawall.core.evidence_log.entries import moment
from seawall.core.incidents.clocks import Duty as Owed
from seawall.core.problems import Refused
from seawall.lifecycle.respond.models import Duty, Incident, TimelineEvent
from seawall.lifecycle.respond.queries import rules
from seawall.lifecycle.respond.queries.incident import incidents
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.vault.actions.log import append
from seawall.records.vault.models import File
from seawall.records.vault.subject import Subject

SETTLED = ("done", "waived")


class Future(Refused):
    """A time that is still to come."""

    code = "incident.future"
    status = 422


class Blank(Refused):
    """Words are needed here."""

    code = "document.blank"
    status = 422


class Closed(Refused):
    """The incident is closed; reopen it first."""

    code = "incident.closed"


def locked(incident_id: UUID, *, by: Viewer, at: datetime, closed: bool = False) -> Incident:
    """The incident, if the viewer may see it, with its row locked; raises `NotFound`, and `Closed` unless allowed."""
    seen = incidents(by, at=at).order_by().select_related(None)
    found = Incident.objects.select_for_update().filter(pk__in=seen.filter(pk=incident_id).values("pk")).first()
    if found is None:
        raise NotFound("incident")
    if found.status == "closed" and not closed:
        raise Closed("incident", number=found.number)
    return found


def hours_of(incident: Incident) -> int:
    """The zone the incident's deadlines are counted in, as hours east of UTC."""
    return incident.policy.utc_offset if incident.policy else rules.CHINA


def write(
    kind: str,
    incident: Incident,
    words: str,
    *,
    by: Viewer,
    at: datetime,
    happened_at: datetime | None = None,
    file: File | None = None,
) -> TimelineEvent:
    """One entry of the timeline and its leaf in the log, which holds the hash of the words, not the words."""
    happened = happened_at or at
    event_id = uuid4()
    payload = {
        "event": str(event_id),
        "happened_at": moment(happened),
        "words_sha256": hashlib.sha256(words.encode()).hexdigest(),
        "file_sha256": file.sha256 if file else None,
    }
    leaf = append(kind=f"incident.{kind}", subject=Subject.of(incident), payload=payload, by=by, at=at)
    return TimelineEvent.objects.create(
        id=event_id,
        tenant_id=incident.tenant_id,
        recorded_at=at,
        incident=incident,
        happened_at=happened,
        kind=kind,
        words=words,
        file=file,
        leaf=leaf,
        by_id=by.user or None,
        organisation_id=by.organisation,
    )


def judge(incident: Incident, *, at: datetime) -> rules.Judgement:
    """Grade the locked incident anew from its facts and set its duties; the caller saves it and writes the journal."""
    anchors = {
        f"{rule}_done_at": done
        for rule, done in incident.duties.filter(status="done").values_list("rule", "done_at")
        if done is not None
    }
    if not incident.grading.get("provisional", True):
        anchors["classified_at"] = datetime.fromisoformat(incident.grading["classified_at"])
    if incident.contained_at is not None:
        anchors["handled_at"] = incident.contained_at
    known = rules.facts_for_core(
        incident.facts,
        discovered_at=incident.discovered_at,
        category=incident.category,
        anchors=anchors,
        hours=hours_of(incident),
    )
    codes = {name: incident.grading[name] for name in ("importance", "business_loss", "social_harm")}
    found = rules.judged(known, **codes)
    incident.grade = found.grade
    incident.grade_reasons = [dict(reason) for reason in found.reasons]
    incident.report_level = None if found.report.reportable is None else found.report.level
    incident.releases = rules.releases()
    return found


def set_duties(incident: Incident, found: rules.Judgement, *, at: datetime) -> None:
    """Write the duties of a judgement: new ones appear, open ones follow the facts, what is settled stays."""
    held = {duty.rule: duty for duty in incident.duties.all()}
    for owed in found.duties:
        duty = held.pop(owed.id, None)
        if duty is None:
            duty = Duty(tenant_id=incident.tenant_id, recorded_at=at, incident=incident, rule=owed.id)
        if duty.status not in SETTLED:
            _follow(duty, owed, found.missing)
            duty.save()
    for duty in held.values():
        if duty.status not in (*SETTLED, "lapsed"):
            duty.status = "lapsed"
            duty.save(update_fields=["status"])


def _follow(duty: Duty, owed: Owed, missing_for_grade: tuple[str, ...]) -> None:
    rule = owed.rule
    duty.jurisdiction, duty.bearer = rule.jurisdiction, rule.bearer
    duty.regime, duty.whom, duty.what, duty.law = dict(rule.regime), dict(rule.to), dict(rule.what), dict(rule.law)
    duty.deadline, duty.status = owed.deadline, owed.status
    missing = [name for name in owed.missing if name != "cn_grade"]
    duty.missing = [*missing, *(missing_for_grade if "cn_grade" in owed.missing else ())]
    duty.basis = {
        "starts": owed.starts,
        "unit": rule.unit,
        "amount": str(rule.amount),
        "facts": list(owed.facts),
        "evidence": rule.evidence,
    }
