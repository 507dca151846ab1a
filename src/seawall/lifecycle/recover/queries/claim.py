"""Claims as each side may see them.

The office sees everything. The insured and its broker see the course of the claim, the clauses, the worksheets, the
bridge and the days of the law, but never a reserve; a broker sees no evidence. Providers see no claim.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from seawall.lifecycle.recover.models import Adjustment, Claim, Determination
from seawall.lifecycle.recover.queries.clocks import clocks
from seawall.records.parties.queries.viewers import visible_companies
from seawall.records.parties.viewer import Forbidden, NotFound, Viewer

COVER_FIELDS = (
    "cover", "claimed", "disallowed", "retained", "coinsured", "above_sub_limit", "above_aggregate", "payable",
    "mitigation",
)  # fmt: skip


def claims(viewer: Viewer, *, at: datetime) -> QuerySet[Claim]:
    """The claims the viewer may know of, newest first."""
    found = Claim.objects.filter(tenant_id=viewer.tenant, company__in=visible_companies(viewer, at=at))
    return found.select_related("company", "policy", "incident").order_by("-recorded_at")


def one(viewer: Viewer, claim: UUID | str, *, at: datetime) -> Claim:
    """The claim, or `NotFound` for one that is not there or not for this viewer."""
    found = claims(viewer, at=at).filter(pk=claim).first()
    if found is None:
        raise NotFound("claim")
    return found


def newest_determination(claim: Claim) -> Determination | None:
    return claim.determinations.select_related("wording").order_by("-position").first()


def newest_adjustment(claim: Claim) -> Adjustment | None:
    return claim.adjustments.select_related("determination__wording").order_by("-position").first()


def reserves(viewer: Viewer, claim: UUID | str, *, at: datetime) -> list[dict[str, Any]]:
    """Every reserve there was, oldest first; the office's alone."""
    if not viewer.office:
        raise Forbidden("", verb="claim.reserve")
    rows = one(viewer, claim, at=at).reserves.select_related("by")
    return [
        {"at": row.recorded_at, "amount": row.amount, "reason": row.reason, "by": row.by.name if row.by else None}
        for row in rows
    ]


def page(viewer: Viewer, claim: UUID | str, *, at: datetime) -> dict[str, Any]:
    """Everything one page about the claim shows this viewer; amounts in minor units unless they are text."""
    found = one(viewer, claim, at=at)
    determination, adjustment = newest_determination(found), newest_adjustment(found)
    hidden = viewer.kind == "broker" and not viewer.office
    shown: dict[str, Any] = {
        "id": str(found.pk),
        "number": found.number,
        "status": found.status,
        "company": {"id": str(found.company_id), "zh": found.company.name_zh, "en": found.company.name_en},
        "policy": {"id": str(found.policy_id), "number": found.policy.number},
        "incident": {"id": str(found.incident_id), "number": found.incident.number},
        "currency": found.currency,
        "payable": found.payable,
        "approved": found.approved,
        "paid": found.paid,
        "determination": _determination(determination, hidden),
        "refused_items": refused_items(determination),
        "adjustment": _adjustment(adjustment, hidden),
        "payments": list(found.payments.values("number", "recorded_at", "amount", "mitigation", "payee")),
        "steps": steps(found),
        "clocks": [clock.as_dict() for clock in clocks(found, on=found.policy.day(at))],
    }
    if viewer.office:
        shown["reserve"] = found.reserve
        shown["reserves"] = reserves(viewer, claim, at=at)
    return shown


def _without_evidence(value: Any) -> Any:
    """The same without any `evidence`, however deep."""
    if isinstance(value, dict):
        return {key: _without_evidence(part) for key, part in value.items() if key != "evidence"}
    return [_without_evidence(part) for part in value] if isinstance(value, list) else value


def _determination(found: Determination | None, hidden: bool) -> dict[str, Any] | None:
    if found is None:
        return None
    result = _without_evidence(found.result) if hidden else found.result
    return {
        "at": found.recorded_at,
        "outcome": found.outcome,
        "wording": str(found.wording),
        "engine": found.engine,
        "result": result,
    }


def refused_items(found: Determination | None) -> list[dict[str, Any]]:
    """Items that no gate lets through, each with the clauses that stop it and the law behind them."""
    told = []
    for item in found.result["items"] if found else ():
        stops = [
            {"clause": r["clause"], "title": r["title"], "law": r["law"], "would_change": r["would_change"]}
            for gate in item["gates"]
            for r in gate["reasons"]
            if r["outcome"] == "breached" and r["effect"] == "decline"
        ]
        if stops:
            told.append({"item": item["item"], "cover": item["cover"], "clauses": stops})
    return told


def _adjustment(found: Adjustment | None, hidden: bool) -> dict[str, Any] | None:
    if found is None:
        return None
    worksheets = found.result["worksheets"]
    return {
        "at": found.recorded_at,
        "claimed": found.claimed,
        "payable": found.payable,
        "mitigation": found.mitigation,
        "total": found.total,
        "worksheets": _without_evidence(worksheets) if hidden else worksheets,
        "bridge": list(found.covers.values(*COVER_FIELDS)),
        "engine": found.engine,
    }


def steps(claim: Claim) -> list[dict[str, Any]]:
    """What has happened, oldest first: kind of step, when, and an amount or an outcome where it has one."""
    told: list[dict[str, Any]] = [{"step": "opened", "at": claim.recorded_at}]
    told += [
        {"step": "determined", "at": row.recorded_at, "outcome": row.outcome} for row in claim.determinations.all()
    ]
    told += [{"step": "adjusted", "at": row.recorded_at, "amount": row.total} for row in claim.adjustments.all()]
    told += [{"step": "approved", "at": row.recorded_at, "amount": row.amount} for row in claim.approvals.all()]
    told += [{"step": "paid", "at": row.recorded_at, "amount": row.amount} for row in claim.payments.all()]
    told += [
        {"step": row.kind if row.kind in ("denied", "reopened") else "closed", "at": row.recorded_at, "why": row.kind}
        for row in claim.closures.all()
    ]
    return sorted(told, key=lambda step: step["at"])


def overdue(viewer: Viewer, *, on: date, at: datetime) -> list[Claim]:
    """Open claims on which a day of the law has passed undone; the office's alone."""
    if not viewer.office:
        raise Forbidden("", verb="claim.open")
    return [
        claim
        for claim in claims(viewer, at=at).exclude(status="closed")
        if any(clock.overdue for clock in clocks(claim, on=on))
    ]
