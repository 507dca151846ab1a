"""Taking in a file of the company's own tools: kept in the vault, its assets listed, what it says made evidence."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from seawall.core.evidence.items import SEVERITIES, Finding
from seawall.core.imports import Imported, Seen
from seawall.core.imports import read as read_import
from seawall.core.imports.rules import covered, findings_of
from seawall.core.problems import Refused
from seawall.lifecycle.identify.actions.asset import Sighting, observe
from seawall.lifecycle.identify.models import Import, ImportFinding
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.journal.actions import record
from seawall.records.parties.models import Organisation
from seawall.records.parties.viewer import Viewer
from seawall.records.vault.actions.file import TooLarge, store_file
from seawall.records.vault.media import clean
from seawall.records.vault.models import File
from seawall.records.vault.subject import Subject

# Clocks of tools differ by zones when they write local time.
AHEAD = timedelta(days=1)
SHOWN = 500


class FromFuture(Refused):
    """The file is dated later than now."""

    code = "imports.from_future"
    status = 422


class NoRules(Refused):
    """The house has not loaded the rules by which files are read as evidence."""

    code = "imports.no_rules"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was handed in; `kind` is one of `core.imports.KINDS`, or empty to find out."""

    name: str
    content: bytes
    kind: str = ""


@transaction.atomic
def take(*, company: UUID, upload: Upload, by: Viewer, at: datetime) -> Import:
    """Read a file, list its assets and keep its findings; the same bytes again are the same import.

    Raises what `core.imports.read` refuses, `FromFuture`, `TooLarge`, `media.FileType`, `NoRules`, `NotFound`.
    """
    by.require("asset.import")
    held = scope.company(by, company, at=at)
    if len(upload.content) > settings.UPLOAD_LIMIT:
        raise TooLarge("file", size=len(upload.content), most=settings.UPLOAD_LIMIT)
    rules = library_on(by, on=timezone.localdate(at)).assets
    if rules is None:
        raise NoRules("file")
    digest = hashlib.sha256(upload.content).hexdigest()
    # Two who hand in the same file at once: the second finds the first's import.
    Organisation.objects.select_for_update().get(pk=held.pk)
    known = Import.objects.filter(company=held, sha256=digest).first()
    if known is not None:
        return known
    found = read_import(upload.content, upload.kind)
    if found.made_at is not None and found.made_at > at + AHEAD:
        raise FromFuture("file", day=found.made_at.date().isoformat())
    file = store_file(subject=Subject.of(held), name=upload.name, content=upload.content, by=by, at=at)
    made = _row(held, file, found, digest, upload.name, by, at)
    findings = findings_of(found, rules.imports, at=made.made_at)
    _keep(made, findings, by, at)
    observe(made, held.pk, [_sighting(seen, made) for seen in found.assets], seen=made.made_at, by=by, at=at)
    new = {"kind": made.kind, "sha256": digest, **made.counts}
    record("asset.import", made, by=by, at=at, new=new)
    return made


def _row(held: Organisation, file: File, found: Imported, digest: str, name: str, by: Viewer, at: datetime) -> Import:
    gravest = sorted(found.weaknesses, key=lambda w: (-SEVERITIES.index(w.severity), not w.exploited, w.asset, w.id))
    kinds = Counter(asset.kind for asset in found.assets)
    grades = Counter(weakness.severity for weakness in found.weaknesses)
    return Import.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        company=held,
        kind=found.kind,
        tool=found.tool,
        # The clock of a tool may run ahead by a zone; what it saw it saw by now.
        made_at=min(found.made_at or at, at),
        dated=found.made_at is not None,
        sha256=digest,
        file=file,
        name=clean(name),
        counts={
            "records": found.records,
            "assets": dict(kinds),
            "weaknesses": dict(grades),
            "problems": len(found.problems),
        },
        covers=sorted(set(covered(found))),
        weaknesses=[
            {**asdict(w), "known_since": w.known_since.isoformat() if w.known_since else None} for w in gravest[:SHOWN]
        ],
        problems=[{"line": t.line, "code": t.code, "params": dict(t.params)} for t in found.problems],
        taken_by_id=by.user or None,
        taken_by_name=by.name,
    )


def _keep(made: Import, findings: tuple[Finding, ...], by: Viewer, at: datetime) -> None:
    ImportFinding.objects.bulk_create(
        ImportFinding(
            tenant_id=by.tenant,
            recorded_at=at,
            imported=made,
            check_id=f.check,
            asset=f.asset,
            state=f.state,
            severity=f.severity,
            observed_at=min(f.observed_at, at),
            detail=dict(f.detail),
        )
        for f in findings
    )


def _sighting(seen: Seen, made: Import) -> Sighting:
    if made.kind == "register":
        return Sighting(seen.kind, seen.name, "register", made.name, {"file": made.name}, dict(seen.detail))
    params = {"tool": made.tool, "file": made.name}
    return Sighting(seen.kind, seen.name, "imported", made.kind, params, dict(seen.detail))
