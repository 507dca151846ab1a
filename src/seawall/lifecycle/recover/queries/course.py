"""The course of a claim as a chronology with the money beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from seawall.core.money import Money
from seawall.lifecycle.recover.models import Claim
from seawall.lifecycle.recover.queries.claim import one
from seawall.records.parties.models import User
from seawall.records.parties.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Step:
    """`kind`: opened, proof, determined, adjusted, reserved, approved, paid, denied, closed, reopened.

    `amount` is what is payable, set aside, allowed in all or paid, as the kind says; `note` is a reason, a payee or how
    the claim ended; `who` is the insurer's person, for the office alone.
    """

    kind: str
    at: datetime
    amount: Money | None = None
    outcome: str = ""
    note: str = ""
    reference: str = ""
    who: str = ""


def course(viewer: Viewer, claim: UUID | str, *, at: datetime) -> tuple[Step, ...]:
    """What has happened, oldest first; reserves, notes between handlers and names only for the office."""
    found = one(viewer, claim, at=at)
    inside = viewer.office

    def money(minor: int) -> Money:
        return Money(minor, found.currency)

    def named(person: User | None) -> str:
        return person.name if inside and person else ""

    told = [Step("opened", found.recorded_at, reference=found.number)]
    told += [
        Step("determined", judged.recorded_at, outcome=judged.outcome, who=named(judged.by))
        for judged in found.determinations.select_related("by")
    ]
    told += [
        Step("adjusted", settled.recorded_at, money(settled.total), who=named(settled.by))
        for settled in found.adjustments.select_related("by")
    ]
    for allowed in found.approvals.select_related("approved_by"):
        note = allowed.note if inside else ""
        who = named(allowed.approved_by)
        told.append(Step("approved", allowed.recorded_at, money(allowed.amount), note=note, who=who))
    told += [
        Step("paid", paid.recorded_at, money(paid.amount), note=paid.payee, reference=paid.number, who=named(paid.by))
        for paid in found.payments.select_related("by")
    ]
    told += _ends(found, named)
    if inside:
        for held in found.reserves.select_related("by"):
            note = "" if held.reason in OWN_REASONS else held.reason
            told.append(Step("reserved", held.recorded_at, money(held.amount), note=note, who=named(held.by)))
    return tuple(sorted(told, key=lambda step: step.at))


# Reasons the platform writes itself; what happened stands in the chronology anyway.
OWN_REASONS = ("initial", "closed", "denied")


def _ends(claim: Claim, named: Callable[[User | None], str]) -> list[Step]:
    told = []
    for end in claim.closures.select_related("by"):
        kind = end.kind if end.kind in ("denied", "reopened") else "closed"
        told.append(Step(kind, end.recorded_at, outcome=end.kind, note=end.reason, who=named(end.by)))
    return told
