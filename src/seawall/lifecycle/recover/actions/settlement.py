"""定责 and 定损: judging the claim through the gates, and adjusting it cover by cover."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from seawall import __version__
from seawall.core.adjusting.worksheet import load_costs
from seawall.core.money import Money
from seawall.core.problems import Invalid, Problem, Refused
from seawall.lifecycle.recover.actions.claim import held
from seawall.lifecycle.recover.models import AdjustedCover, Adjustment, Claim, Determination
from seawall.lifecycle.recover.models.claim import MACHINE
from seawall.lifecycle.recover.queries.claim import newest_determination
from seawall.lifecycle.recover.queries.clocks import REFUSE
from seawall.lifecycle.recover.queries.settlement import (
    Settlement,
    disagreements,
    judge,
    paid_on,
    settle,
    settlement_document,
)
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import Viewer
from seawall.records.vault.actions.log import append
from seawall.records.vault.models import File
from seawall.records.vault.subject import Subject

VAULT = re.compile(r"vault:([0-9a-fA-F-]{36})")


class NotDetermined(Refused):
    """The gates come before the worksheets."""

    code = "claim.not_determined"


class NotLiable(Refused):
    """The newest determination refuses the whole claim, so there is nothing to adjust."""

    code = "claim.not_liable"


class BelowPaid(Refused):
    """The adjustment would fall below what has been paid; that is recovered, not adjusted away."""

    code = "claim.below_paid"


@transaction.atomic
def determine(
    *,
    claim: UUID | str,
    facts: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]],
    by: Viewer,
    at: datetime,
) -> Determination:
    """Judge every item through the three gates of the policy's wording, and keep each clause's reason.

    `facts` and `items` are those of `core.liability.document`; the moments of the incident and the policy are added
    where they are not stated. Raises `Invalid` (also for evidence that is not in the vault of this case), `WrongState`.
    """
    by.require("claim.determine")
    found = held(claim, by=by, at=at)
    old, status = found.status, MACHINE.after(found.status, "determine")
    document = _claim_document(found, facts, items)
    _check_evidence(found, document)
    judged = judge(document, found.policy.wording)
    result = judged.as_dict()
    made = Determination.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        claim=found,
        position=found.determinations.count(),
        document=document,
        outcome=judged.outcome,
        result=result,
        wording=found.policy.wording,
        engine=__version__,
        by_id=by.user or None,
    )
    found.status = status
    found.deny_by = found.policy.day(at) + REFUSE if judged.outcome == "failed" else None
    found.save(update_fields=["status", "deny_by"])
    new = {"status": status, "outcome": judged.outcome, "gates": result["gates"], "determination": str(made.pk)}
    record("claim.determine", found, by=by, at=at, old={"status": old}, new=new)
    payload = {"number": found.number, "outcome": judged.outcome, "position": made.position}
    append(kind="claim.determined", subject=Subject.of(found), payload=payload, by=by, at=at)
    return made


def _claim_document(claim: Claim, facts: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    policy, incident = claim.policy, claim.incident
    source = [f"incident:{incident.number}"]
    known = {
        "discovered_at": incident.discovered_at,
        "occurred_at": incident.occurred_at,
        "notified_at": incident.reported_at,
    }
    stated = {
        name: {"value": moment.isoformat(), "evidence": source} for name, moment in known.items() if moment is not None
    }
    return {
        "policy": {
            "start": policy.inception.isoformat(),
            "end": (policy.expiry if policy.cancelled_on is None else policy.cancelled_on).isoformat(),
            "covers": [cover["cover"] for cover in policy.terms["covers"]],
            "jurisdiction": policy.jurisdiction,
            "utc_offset_hours": policy.utc_offset,
            "retroactive_date": None if policy.retroactive_date is None else policy.retroactive_date.isoformat(),
        },
        "facts": {**stated, **facts},
        "items": [{"currency": claim.currency, **item} for item in items],
    }


def _check_evidence(claim: Claim, document: Mapping[str, Any]) -> None:
    """Raise `Invalid` for each vault reference that is not a file of this claim, its incident or its policy."""
    subjects = [("claim", claim.pk), ("incident", claim.incident_id), ("policy", claim.policy_id)]
    problems = []
    for field, reference in _references(document, ""):
        match = VAULT.fullmatch(reference)
        if match and not any(
            File.objects.filter(tenant_id=claim.tenant_id, pk=match[1], noun=noun, subject=str(pk)).exists()
            for noun, pk in subjects
        ):
            problems.append(Problem(field, "claim.unknown_evidence", {"reference": reference}))
    if problems:
        raise Invalid(problems)


def _references(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            here = f"{path}.{key}" if path else str(key)
            if key == "evidence" and isinstance(part, list | tuple):
                yield from ((here, str(reference)) for reference in part)
            else:
                yield from _references(part, here)
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            yield from _references(part, f"{path}.{index}")


@transaction.atomic
def adjust(*, claim: UUID | str, worksheets: Sequence[Mapping[str, Any]], by: Viewer, at: datetime) -> Adjustment:
    """Settle the worksheets by the policy's terms and what earlier payments have left of its limits.

    `worksheets` are those of `core.adjusting.document`; each line must be an item of the determination, or the item
    its whole cover. What was approved and not paid needs a new approval. Raises `NotDetermined`, `NotLiable`,
    `BelowPaid`, `Invalid`, `WrongState`.
    """
    by.require("claim.adjust")
    found = held(claim, by=by, at=at)
    old, status = found.status, MACHINE.after(found.status, "adjust")
    judged = newest_determination(found)
    if judged is None:
        raise NotDetermined("claim", number=found.number)
    if judged.outcome == "failed":
        raise NotLiable("claim", number=found.number)
    document = settlement_document(found, worksheets)
    _check_evidence(found, document)
    gates = judge(judged.document, judged.wording)
    settled = settle(document, gates, load_costs(judged.wording.body))
    problems = list(disagreements(settled, gates))
    if problems:
        raise Invalid(problems)
    _not_below_paid(found, settled)
    made = _keep(found, judged, document, settled, by=by, at=at)
    before, found.status, found.payable, found.approved = found.payable, status, made.total, found.paid
    found.save(update_fields=["status", "payable", "approved"])
    new = {"status": status, "payable": made.total, "adjustment": str(made.pk)}
    record("claim.adjust", found, by=by, at=at, old={"status": old, "payable": before}, new=new)
    payload = {"number": found.number, "payable": made.total, "position": made.position}
    append(kind="claim.adjusted", subject=Subject.of(found), payload=payload, by=by, at=at)
    return made


def _not_below_paid(claim: Claim, settled: Settlement) -> None:
    now = {span.cover: (span.payment.payable.minor, span.mitigation.minor) for span in settled.bridge.spans}
    for cover, (indemnity, mitigation) in paid_on(claim).items():
        payable, on_top = now.get(cover, (0, 0))
        if payable < indemnity or on_top < mitigation:
            paid = str(Money(indemnity + mitigation, claim.currency))
            raise BelowPaid("worksheets", cover=cover, paid=paid)


def _keep(
    claim: Claim, judged: Determination, document: dict[str, Any], settled: Settlement, *, by: Viewer, at: datetime
) -> Adjustment:
    bridge = settled.bridge
    made = Adjustment.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        claim=claim,
        position=claim.adjustments.count(),
        determination=judged,
        document=document,
        result=settled.as_dict(),
        currency=claim.currency,
        claimed=sum(span.claimed.minor for span in bridge.spans) + bridge.mitigation.minor,
        payable=bridge.payable.minor,
        mitigation=bridge.mitigation.minor,
        total=bridge.total.minor,
        engine=__version__,
        by_id=by.user or None,
    )
    AdjustedCover.objects.bulk_create(
        AdjustedCover(
            tenant_id=by.tenant,
            recorded_at=at,
            adjustment=made,
            position=position,
            cover=span.cover,
            claimed=span.claimed.minor,
            disallowed=span.disallowed.minor,
            retained=span.payment.retained.minor,
            coinsured=span.payment.coinsured.minor,
            above_sub_limit=span.payment.above_sub_limit.minor,
            above_aggregate=span.payment.above_aggregate.minor,
            payable=span.payment.payable.minor,
            mitigation=span.mitigation.minor,
        )
        for position, span in enumerate(bridge.spans)
    )
    return made
