"""Making an assessment, and making it again from its record."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from seawall import __version__, reference
from seawall.core.assessment import assess
from seawall.core.evidence.items import Finding
from seawall.core.submission import read, write
from seawall.lifecycle.identify.actions.submission import need_complete
from seawall.lifecycle.identify.models import Assessment, Submission
from seawall.lifecycle.identify.models.submission import MACHINE
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.evidence import findings_for
from seawall.lifecycle.identify.queries.file import filed
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import Viewer
from seawall.records.releases.queries import changes, library_of


@transaction.atomic
def make(*, submission: UUID, by: Viewer, at: datetime) -> Assessment:
    """Assess a submitted submission with what counts as evidence now, and keep everything needed to do it again.

    Raises `WrongState` before it is submitted, `Incomplete` when the questionnaire has changed since and asks for more,
    `Invalid` when its facts are out of date.
    """
    by.require("assessment.make")
    file = scope.submission(by, submission, at=at, lock=True)
    status = MACHINE.after(file.status, "assess")
    content, day = filed(file, as_of=timezone.localdate(at)), timezone.localdate(at)
    library = library_on(by, on=day)
    findings = findings_for(file, library, at=at)
    need_complete(content, library.questionnaire)
    seed = seed_of(file, day)
    result = assess(content, findings, library, as_of=day, seed=seed).as_dict()
    made = Assessment.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        submission=file,
        as_of=day,
        seed=seed,
        engine=__version__,
        inputs={"submission": write(content), "findings": [_finding(f) for f in findings]},
        releases=result["releases"],
        result=result,
        digest=reference.content_hash(result),
        score=result["score"]["value"],
        score_low=result["score"]["low"],
        score_high=result["score"]["high"],
        level=result["gbt20984"]["record"]["level"],
    )
    old, file.status = file.status, status
    file.save(update_fields=["status"])
    new = {"score": made.score, "level": made.level, "seed": seed, "digest": made.digest}
    record("assessment.make", made, by=by, at=at, new=new)
    record("submission.assess", file, by=by, at=at, old={"status": old}, new={"status": status})
    return made


def seed_of(file: Submission, day: date) -> int:
    """The seed is fixed by what is assessed, so that asking twice gives the same interval."""
    return zlib.crc32(f"{file.number}/{day}".encode())


def again(viewer: Viewer, assessment: Assessment) -> dict[str, Any]:
    """The assessment computed anew from its recorded inputs, releases and seed; raises `NotFound` for a release."""
    content = read(assessment.inputs["submission"], as_of=assessment.as_of)
    findings = [_read_finding(f) for f in assessment.inputs["findings"]]
    library = library_of(viewer, assessment.releases)
    return assess(content, findings, library, as_of=assessment.as_of, seed=assessment.seed).as_dict()


def replay(*, assessment: UUID, by: Viewer, at: datetime) -> tuple[bool, list[str]]:
    """Whether the assessment comes out byte for byte the same, and the paths at which it does not; changes nothing.

    Compares the canonical JSON with the digest taken when it was made, and the record with both; the engine's version
    alone may differ, because that is what a replay tries.
    """
    stored = scope.assessment(by, assessment, at=at)
    fresh = {**again(by, stored), "engine": stored.engine}
    differing = [path for path, *_ in changes(stored.result, json.loads(json.dumps(fresh)))]
    if not differing and stored.digest and reference.content_hash(fresh) != stored.digest:
        differing = ["digest"]
    return not differing, differing


def _finding(found: Finding) -> dict[str, Any]:
    return {**asdict(found), "observed_at": found.observed_at.isoformat(), "detail": dict(found.detail)}


def _read_finding(stored: Mapping[str, Any]) -> Finding:
    return Finding(**{**stored, "observed_at": datetime.fromisoformat(stored["observed_at"])})
