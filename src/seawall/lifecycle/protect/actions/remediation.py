"""Following the fixes an assessment advises: promised by the insured, done, and verified by the insurer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from seawall.core.problems import Refused
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.protect.models import Remediation
from seawall.lifecycle.protect.models.remediation import MACHINE
from seawall.lifecycle.protect.queries.remediation import one
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.vault.actions.file import deliver, store_file
from seawall.records.vault.models import File
from seawall.records.vault.subject import Subject


class DuePast(Refused):
    code = "remediation.due_past"
    status = 422


class EvidenceNeeded(Refused):
    """A fix is done when something shows it: a file, or in words where it can be seen."""

    code = "remediation.evidence_needed"
    status = 422


@transaction.atomic
def track(*, assessment: UUID, by: Viewer, at: datetime) -> list[Remediation]:
    """A row for every fix of the assessment; rows that exist get its newer values. Raises `NotFound`."""
    by.require("remediation.track")
    found = scope.assessment(by, assessment, at=at)
    company, titles = found.submission.company_id, found.result["texts"]["fixes"]
    rows = []
    for fix in found.result["fixes"]:
        row = Remediation.objects.select_for_update().filter(company_id=company, control=fix["control"]).first()
        if row is None:
            row = Remediation(tenant_id=by.tenant, recorded_at=at, company_id=company, control=fix["control"])
        old = {name: str(getattr(row, name)) for name in ("points", "value")}
        row.assessment, row.title = found, titles[fix["control"]]
        row.points, row.value = Decimal(str(fix["points"])), fix["loss_avoided"]["minor"]
        row.premium = _minor(fix["premium"])
        row.currency = fix["loss_avoided"]["currency"]
        row.save()
        new = {"control": row.control, "points": str(row.points), "value": row.value}
        record("remediation.track", row, by=by, at=at, old=old, new=new)
        rows.append(row)
    return rows


def _minor(amount: Mapping[str, Any] | None) -> int | None:
    return None if amount is None else int(amount["minor"])


@transaction.atomic
def promise(*, remediation: UUID, due: date, by: Viewer, at: datetime) -> Remediation:
    """Undertake to have it done by `due`; raises `DuePast`, `WrongState`, `NotFound`."""
    by.require("remediation.track")
    row = _held(remediation, by=by, at=at)
    status = MACHINE.after(row.status, "promise")
    if due < timezone.localdate(at):
        raise DuePast("due", day=due.isoformat())
    row.due, row.promised_by_id = due, by.user or None
    return _moved(row, "promise", status, by=by, at=at, more={"due": due})


@dataclass(frozen=True, slots=True)
class Proof:
    """A file that shows that a fix is done: its name and bytes."""

    name: str
    content: bytes


@transaction.atomic
def finish(
    *,
    remediation: UUID,
    file: UUID | None = None,
    proof: Proof | None = None,
    note: str = "",
    by: Viewer,
    at: datetime,
) -> Remediation:
    """Say that it is done, with a file (in the vault, or handed in as `proof`) or a note that shows it.

    Raises `EvidenceNeeded`, `WrongState`, and what the vault refuses.
    """
    by.require("remediation.track")
    row = _held(remediation, by=by, at=at)
    status = MACHINE.after(row.status, "finish")
    if file is None and proof is None and not note.strip():
        raise EvidenceNeeded("note")
    if proof is not None:
        file = store_file(subject=Subject.of(row), name=proof.name, content=proof.content, by=by, at=at).pk
    if file is not None:
        rows = File.objects.filter(tenant_id=by.tenant, pk=file)
        row.evidence = (rows if by.office else rows.filter(organisation_id=by.organisation)).first()
        if row.evidence is None:
            raise NotFound("file")
    row.done_at, row.note = at, note.strip()
    return _moved(row, "finish", status, by=by, at=at, more={"file": str(file or "")})


@transaction.atomic
def read_proof(*, remediation: UUID, by: Viewer, at: datetime) -> tuple[File, bytes]:
    """The file that shows that it is done: for the office, and for whoever handed it in; raises `NotFound`."""
    file = one(by, remediation, at=at).evidence
    if file is None or not (by.office or file.organisation_id == by.organisation):
        raise NotFound("file")
    return file, deliver(file=file, by=by, at=at)


@transaction.atomic
def verify(*, remediation: UUID, note: str = "", by: Viewer, at: datetime) -> Remediation:
    """Confirm that it is done, as the insurer or by a scan that no longer finds the fault; raises `WrongState`."""
    by.require("remediation.verify")
    row = _held(remediation, by=by, at=at)
    status = MACHINE.after(row.status, "verify")
    row.verified_at, row.verified_by_id, row.note = at, by.user or None, note.strip() or row.note
    return _moved(row, "verify", status, by=by, at=at)


@transaction.atomic
def reopen(*, remediation: UUID, note: str, by: Viewer, at: datetime) -> Remediation:
    """Take it up again: it was not done, or the fault is back; raises `EvidenceNeeded`, `WrongState`."""
    by.require("remediation.verify")
    row = _held(remediation, by=by, at=at)
    status = MACHINE.after(row.status, "reopen")
    if not note.strip():
        raise EvidenceNeeded("note")
    row.done_at, row.verified_at, row.verified_by, row.due, row.note = None, None, None, None, note.strip()
    return _moved(row, "reopen", status, by=by, at=at)


def _held(remediation: UUID, *, by: Viewer, at: datetime) -> Remediation:
    one(by, remediation, at=at)
    return Remediation.objects.select_for_update().get(tenant_id=by.tenant, pk=remediation)


def _moved(
    row: Remediation, verb: str, status: str, *, by: Viewer, at: datetime, more: Mapping[str, Any] | None = None
) -> Remediation:
    old, row.status = row.status, status
    row.save()
    record(f"remediation.{verb}", row, by=by, at=at, old={"status": old}, new={"status": status, **(more or {})})
    return row
