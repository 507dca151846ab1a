"""Calling in a provider of the panel 派单, and what the provider answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from seawall.core.problems import Refused
from seawall.lifecycle.respond.actions.common import Blank, locked, write
from seawall.lifecycle.respond.actions.timeline import Upload
from seawall.lifecycle.respond.models import Engagement, Incident
from seawall.lifecycle.respond.models.engagement import MACHINE
from seawall.lifecycle.strategy.models import PanelProvider
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.vault.actions.file import store_file
from seawall.records.vault.subject import Subject


class NotOnPanel(Refused):
    """The provider has left the panel."""

    code = "engagement.not_on_panel"


class AlreadyEngaged(Refused):
    """The provider is at work on this incident for this service already."""

    code = "engagement.already"


@transaction.atomic
def engage(*, incident: UUID, provider: UUID, brief: str = "", by: Viewer, at: datetime) -> Engagement:
    """Call in a panel provider at the panel's price; from now on its organisation sees this incident.

    Raises `NotFound`, `NotOnPanel`, `AlreadyEngaged`.
    """
    by.require("provider.engage")
    found = locked(incident, by=by, at=at)
    panel = PanelProvider.objects.filter(tenant_id=by.tenant, pk=provider).select_related("organisation").first()
    if panel is None:
        raise NotFound("provider")
    if panel.ended_at is not None and panel.ended_at <= at:
        raise NotOnPanel("provider", name=panel.organisation.name_zh)
    if found.engagements.filter(provider=panel).exclude(status="declined").exists():
        raise AlreadyEngaged("provider", name=panel.organisation.name_zh)
    made = Engagement.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        incident=found,
        provider=panel,
        organisation=panel.organisation,
        service=panel.service,
        price=panel.price,
        currency=panel.currency,
        brief=brief.strip(),
        engaged_at=at,
        respond_by=at + timedelta(minutes=panel.response_minutes),
    )
    new = {"incident": found.number, "provider": panel.organisation.name_zh, "service": panel.service}
    record("provider.engage", made, by=by, at=at, new={**new, "price": made.price, "currency": made.currency})
    write("engaged", found, panel.organisation.name_zh, by=by, at=at)
    return made


@transaction.atomic
def accept(*, engagement: UUID, by: Viewer, at: datetime) -> Engagement:
    """The provider takes the work and may read the evidence."""
    incident, found = _locked(engagement, by, at)
    found.status = MACHINE.after(found.status, "accept")
    found.answered_at = at
    found.save(update_fields=["status", "answered_at"])
    record("engagement.accept", found, by=by, at=at, new={"status": found.status, "late": found.late})
    write("accepted", incident, by.name, by=by, at=at)
    return found


@transaction.atomic
def decline(*, engagement: UUID, reason: str, by: Viewer, at: datetime) -> Engagement:
    """The provider cannot take the work and sees the incident no longer."""
    incident, found = _locked(engagement, by, at)
    found.status = MACHINE.after(found.status, "decline")
    if not reason.strip():
        raise Blank("reason")
    found.answered_at, found.findings = at, reason.strip()
    found.save(update_fields=["status", "answered_at", "findings"])
    record("engagement.decline", found, by=by, at=at, new={"status": found.status}, reason=reason.strip())
    write("declined", incident, reason.strip(), by=by, at=at)
    return found


@transaction.atomic
def report(*, engagement: UUID, findings: str, upload: Upload, by: Viewer, at: datetime) -> Engagement:
    """The provider's report: the paper itself and its findings in words."""
    incident, found = _locked(engagement, by, at)
    found.status = MACHINE.after(found.status, "report")
    if not findings.strip():
        raise Blank("findings")
    file = store_file(subject=Subject.of(incident), name=upload.name, content=upload.content, by=by, at=at)
    found.report, found.findings, found.reported_at = file, findings.strip(), at
    found.save(update_fields=["status", "report", "findings", "reported_at"])
    record("engagement.report", found, by=by, at=at, new={"status": found.status, "report": file.sha256})
    write("reported", incident, found.findings, by=by, at=at, file=file)
    return found


def _locked(engagement: UUID, by: Viewer, at: datetime) -> tuple[Incident, Engagement]:
    """The provider's own engagement with its incident locked; raises `NotFound` for every other."""
    by.require("engagement.report")
    own = Engagement.objects.filter(tenant_id=by.tenant, pk=engagement, organisation_id=by.organisation)
    place = own.values_list("incident", "status").first()
    if place is None or place[1] == "declined":
        raise NotFound("engagement")
    return locked(place[0], by=by, at=at), own.select_for_update().get()
