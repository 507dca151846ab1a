"""Making an assessment, and making it again from its record."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from seawall import __version__
from seawall.core.assessment import assess
from seawall.core.evidence.items import Finding
from seawall.core.submission import read, write
from seawall.lifecycle.identify.models import Assessment
from seawall.lifecycle.identify.models.submission import MACHINE
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.file import filed, findings_for
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import Viewer
from seawall.records.releases.queries import library_of


@transaction.atomic
def make(*, submission: UUID, by: Viewer, at: datetime) -> Assessment:
    """Assess a submitted submission with its newest scan, and keep everything needed to do it again."""
    by.require("assessment.make")
    file = scope.submission(by, submission, at=at, lock=True)
    status = MACHINE.after(file.status, "assess")
    content, findings, day = filed(file, as_of=at.date()), findings_for(file, at=at), at.date()
    # The seed is fixed by what is assessed, so that asking twice gives the same interval.
    seed = zlib.crc32(f"{file.number}/{day}".encode())
    result = assess(content, findings, library_on(by, on=day), as_of=day, seed=seed).as_dict()
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
        score=result["score"]["value"],
        score_low=result["score"]["low"],
        score_high=result["score"]["high"],
        level=result["gbt20984"]["record"]["level"],
    )
    file.status = status
    file.save(update_fields=["status"])
    record("assessment.make", made, by=by, at=at, new={"score": made.score, "level": made.level, "seed": seed})
    return made


def again(viewer: Viewer, assessment: Assessment) -> Mapping[str, Any]:
    """The assessment computed anew from its recorded inputs, releases and seed."""
    content = read(assessment.inputs["submission"], as_of=assessment.as_of)
    findings = [_read_finding(f) for f in assessment.inputs["findings"]]
    library = library_of(viewer, assessment.releases)
    return assess(content, findings, library, as_of=assessment.as_of, seed=assessment.seed).as_dict()


def replay(*, assessment: UUID, by: Viewer, at: datetime) -> tuple[bool, list[str]]:
    """Whether the assessment comes out the same, and the paths at which it does not; changes nothing."""
    stored = scope.assessment(by, assessment, at=at)
    fresh = json.loads(json.dumps(again(by, stored)))
    fresh["engine"] = stored.engine
    differing = sorted(key for key in {*fresh, *stored.result} if fresh.get(key) != stored.result.get(key))
    return not differing, differing


def _finding(found: Finding) -> dict[str, Any]:
    return {**asdict(found), "observed_at": found.observed_at.isoformat(), "detail": dict(found.detail)}


def _read_finding(stored: Mapping[str, Any]) -> Finding:
    return Finding(**{**stored, "observed_at": datetime.fromisoformat(stored["observed_at"])})
