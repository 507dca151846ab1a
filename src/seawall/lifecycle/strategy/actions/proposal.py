"""What experience proposes to change in a rating plan; a person decides, and another than who proposed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from seawall.core.problems import Refused
from seawall.lifecycle.strategy.models import RatingPlan, RatingProposal
from seawall.lifecycle.strategy.models.rating_plan import PROPOSAL
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import NotFound, Viewer


class FourEyes(Refused):
    """Who proposed may not decide."""

    code = "proposal.four_eyes"


class ReasonNeeded(Refused):
    code = "proposal.reason_needed"
    status = 422


@transaction.atomic
def propose(
    *, plan: RatingPlan, evidence: Mapping[str, Any], proposed: Mapping[str, Any], by: Viewer, at: datetime
) -> RatingProposal:
    """Lay a change of `plan` before the portfolio manager, with the experience it rests on; raises `NotFound`."""
    by.require("rating_plan.propose")
    if plan.tenant_id != by.tenant:
        raise NotFound("plan")
    made = RatingProposal.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        plan=plan,
        evidence=dict(evidence),
        proposed=dict(proposed),
        proposed_by_id=by.user or None,
    )
    record("rating_plan.propose", made, by=by, at=at, new={"plan": str(plan.release), "proposed": dict(proposed)})
    return made


@transaction.atomic
def decide(*, proposal: UUID, approve: bool, note: str, by: Viewer, at: datetime) -> RatingProposal:
    """Approve or reject; raises `FourEyes`, `ReasonNeeded`, `WrongState`, `NotFound`."""
    by.require("rating_plan.decide")
    found = RatingProposal.objects.select_for_update().filter(tenant_id=by.tenant, pk=proposal).first()
    if found is None:
        raise NotFound("proposal")
    if not note.strip():
        raise ReasonNeeded("note")
    if found.proposed_by_id == by.user:
        raise FourEyes("proposal")
    old = found.status
    found.status = PROPOSAL.after(old, "approve" if approve else "reject")
    found.decided_by_id, found.decided_at, found.note = by.user, at, note.strip()
    found.save()
    record(
        "rating_plan.decide", found, by=by, at=at, old={"status": old}, new={"status": found.status}, reason=found.note
    )
    return found
