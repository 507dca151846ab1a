"""Incidents, as far as the viewer may see them.

The office sees all; a broker those of companies under its mandate, without evidence; an insured its own; a provider
those it is engaged on, without policy, prices and duties. Whatever else there is looks like what does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Min, Q, QuerySet

from seawall.core.money import Money
from seawall.lifecycle.protect.models import Policy
from seawall.lifecycle.respond.models import Duty, Engagement, Incident, Task, TimelineEvent
from seawall.records.parties.queries.viewers import visible_companies
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.vault.models import File
from seawall.records.vault.subject import Subject


def incidents(viewer: Viewer, *, at: datetime) -> QuerySet[Incident]:
    """The incidents the viewer may see, newest notice first."""
    found = (
        Incident.objects.filter(tenant_id=viewer.tenant).select_related("company", "policy").order_by("-reported_at")
    )
    if viewer.office:
        return found
    if viewer.kind == "provider":
        return found.filter(pk__in=_engaged(viewer).values("incident"))
    return found.filter(company__in=visible_companies(viewer, at=at))


def _engaged(viewer: Viewer) -> QuerySet[Engagement]:
    """A declined engagement shows nothing any more."""
    return Engagement.objects.filter(organisation_id=viewer.organisation).exclude(status="declined")


def incident(viewer: Viewer, incident_id: UUID, *, at: datetime) -> Incident:
    """One incident; raises `NotFound`."""
    found = incidents(viewer, at=at).filter(pk=incident_id).first()
    if found is None:
        raise NotFound("incident")
    return found


def evidence(viewer: Viewer, found: Incident) -> QuerySet[File]:
    """The originals of an incident the viewer may see, without content: all to the office and to engaged providers
    that have accepted, their own to the insured, none to brokers."""
    subject = Subject.of(found)
    files = File.objects.filter(tenant_id=viewer.tenant, noun=subject.noun, subject=subject.id)
    files = files.select_related("key", "organisation").defer("content").order_by("recorded_at", "pk")
    if viewer.office:
        return files
    if viewer.kind == "provider":
        working = _engaged(viewer).filter(incident=found, status__in=("accepted", "reported"))
        return files if working.exists() else files.none()
    return files.filter(organisation_id=viewer.organisation) if viewer.kind == "insured" else files.none()


def with_next_deadline(found: QuerySet[Incident]) -> QuerySet[Incident]:
    """The same, each with `next_deadline`: the earliest of its duties that are due, None without one or closed."""
    due = Min("duties__deadline", filter=Q(duties__status="due") & ~Q(status="closed"))
    return found.annotate(next_deadline=due)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline; `file` is None also where the viewer may not see it.

    What a provider found, or why it declined, stands in no line outside the office and the provider.
    """

    event: TimelineEvent
    file: File | None


@dataclass(frozen=True, slots=True)
class Helper:
    """An engagement as shown: `price`, `findings` and `report` only to the office and to the provider itself."""

    engagement: Engagement
    provider: str
    price: Money | None
    findings: str
    report: File | None


@dataclass(frozen=True, slots=True)
class Detail:
    """One incident with all that the viewer may see of it."""

    incident: Incident
    policy: Policy | None
    uncovered_day: bool
    timeline: tuple[Entry, ...]
    tasks: tuple[Task, ...]
    duties: tuple[Duty, ...]
    helpers: tuple[Helper, ...]
    files: tuple[File, ...]


def detail(viewer: Viewer, incident_id: UUID, *, at: datetime) -> Detail:
    """Raises `NotFound`. `uncovered_day` says that no policy was in force on the day of discovery."""
    found = incident(viewer, incident_id, at=at)
    provider = viewer.kind == "provider"
    files = {file.pk: file for file in evidence(viewer, found)}
    events = list(found.timeline.select_related("by", "organisation"))
    if not viewer.office and not provider:
        for event in events:
            if event.kind in ("reported", "declined"):
                event.words = ""
    tasks = found.tasks.filter(bearer="provider") if provider else found.tasks.all()
    return Detail(
        incident=found,
        policy=None if provider else found.policy,
        uncovered_day=not provider and found.policy_id is None,
        timeline=tuple(Entry(event, files.get(event.file_id) if event.file_id else None) for event in events),
        tasks=tuple(tasks),
        duties=() if provider else tuple(found.duties.exclude(status="lapsed")),
        helpers=tuple(_helpers(viewer, found)),
        files=tuple(files.values()),
    )


def _helpers(viewer: Viewer, found: Incident) -> list[Helper]:
    held = found.engagements.select_related("organisation", "report__key").order_by("engaged_at")
    if viewer.kind == "provider":
        held = held.filter(organisation_id=viewer.organisation)
    inside = viewer.office or viewer.kind == "provider"
    return [
        Helper(
            engagement=e,
            provider=e.organisation.name_zh,
            price=Money(e.price, e.currency) if inside else None,
            findings=e.findings if inside else "",
            report=e.report if inside else None,
        )
        for e in held
    ]


def engagements(viewer: Viewer, *, at: datetime) -> QuerySet[Engagement]:
    """Work for providers: a provider's own, the office's whole list; what waits for an answer first, then newest."""
    found = Engagement.objects.filter(tenant_id=viewer.tenant).select_related("incident", "organisation")
    if not viewer.office:
        found = found.filter(organisation_id=viewer.organisation)
    return found.order_by(F("answered_at").desc(nulls_first=True), "respond_by")


def duties_due(viewer: Viewer, *, at: datetime) -> QuerySet[Duty]:
    """Open duties of the open incidents the viewer may see, the earliest deadline first; a provider has none."""
    if viewer.kind == "provider":
        return Duty.objects.none()
    running = incidents(viewer, at=at).exclude(status="closed")
    open_ones = Duty.objects.filter(incident__in=running, status__in=("due", "needs_facts"))
    return open_ones.select_related("incident__company").order_by("deadline", "rule")
