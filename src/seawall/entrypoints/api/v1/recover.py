"""Recover: claims opened and seen, and their papers. What is done to them: `settling`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import (
    FILE,
    content_of,
    file_answer,
    file_row,
    made,
    named,
    page_of,
    reads,
    sends,
    writes,
)
from seawall.entrypoints.api.v1.schemas import recover as s
from seawall.entrypoints.api.v1.schemas.base import (
    Code,
    Empty,
    FileIn,
    Key,
    Language,
    Listed,
    Made,
    Ordered,
    Paging,
    maybe,
    minor,
    with_amounts,
)
from seawall.entrypoints.api.writes import write
from seawall.lifecycle.recover.actions import claim as claims
from seawall.lifecycle.recover.actions import paper as papers
from seawall.lifecycle.recover.models import Claim
from seawall.lifecycle.recover.queries import claim as queries
from seawall.lifecycle.recover.queries import settlement
from seawall.lifecycle.recover.queries.reconciliation import reconcile
from seawall.records.parties.viewer import NotFound
from seawall.records.vault.actions.file import deliver
from seawall.records.vault.queries.log import files_of
from seawall.records.vault.subject import Subject

router = Router(tags=["recover"])


def _claim(row: Claim) -> s.Claim:
    return s.Claim(
        id=row.pk,
        number=row.number,
        status=row.status,
        company=named(row.company),  # type: ignore[arg-type]
        policy=row.policy_id,
        incident=row.incident_id,
        payable=minor(row.payable, row.currency),
        approved=minor(row.approved, row.currency),
        paid=minor(row.paid, row.currency),
        opened_at=row.recorded_at,
    )


@router.get("claims", response=reads(Listed[s.Claim]), operation_id="list_claims")
def list_claims(
    request: HttpRequest, paging: Query[Paging], company: UUID | None = None, status: Code = ""
) -> dict[str, Any]:
    """Claims, newest first; of one company or in one status when asked."""
    rows = queries.claims(viewer(request), at=timezone.now())
    rows = rows.filter(company_id=company) if company else rows
    return page_of(rows.filter(status=status) if status else rows, paging, _claim)


@router.post("claims", response=writes(Made, 201), operation_id="open_claim")
def open_claim(request: HttpRequest, body: s.ClaimIn, key: Key) -> HttpResponse:
    """Open a claim; a day on which no policy answered is refused with the dates."""

    def work(by: Any, at: Any) -> Made:
        reserve = body.reserve.money() if body.reserve else None
        opening = claims.Opening(body.incident, body.policy, body.requested_on, reserve)
        return made(claims.open_claim(opening=opening, by=by, at=at))

    return write(request, body, work, 201)


@router.get("claims/overdue", response=reads(s.Overdue), operation_id="list_overdue_claims")
def overdue(request: HttpRequest) -> s.Overdue:
    """Open claims on which a day of the law has passed undone; the office's alone."""
    found = queries.overdue(viewer(request), on=timezone.localdate(), at=timezone.now())
    return s.Overdue(claims=[_claim(claim) for claim in found])


_SPAN = [field for field in queries.COVER_FIELDS if field != "cover"]


def _adjustment(found: dict[str, Any] | None, currency: str) -> dict[str, Any] | None:
    if found is None:
        return None
    spans = [
        {"cover": span["cover"], **{field: minor(span[field], currency) for field in _SPAN}} for span in found["bridge"]
    ]
    totals = {field: minor(found[field], currency) for field in ("claimed", "payable", "mitigation", "total")}
    return {**found, **totals, "bridge": spans, "worksheets": with_amounts(found["worksheets"])}


@router.get("claims/{uuid:claim_id}", response=reads(s.ClaimPage), operation_id="get_claim", exclude_unset=True)
def claim(request: HttpRequest, claim_id: UUID) -> dict[str, Any]:
    """A claim with gates, worksheets, bridge, payments and the days of the law; a reserve for the office alone."""
    by, now = viewer(request), timezone.now()
    found = queries.page(by, claim_id, at=now)
    currency, company = found["currency"], found["company"]
    told = {
        **found,
        "company": {"id": company["id"], "name": {"zh": company["zh"], "en": company["en"] or company["zh"]}},
        **{field: minor(found[field], currency) for field in ("payable", "approved", "paid")},
        "determination": with_amounts(found["determination"]),
        "adjustment": _adjustment(found["adjustment"], currency),
        "payments": [
            {
                "number": payment["number"],
                "at": payment["recorded_at"],
                "amount": minor(payment["amount"], currency),
                "mitigation": minor(payment["mitigation"], currency),
                "payee": payment["payee"],
            }
            for payment in found["payments"]
        ],
        "steps": [
            {
                "step": step["step"],
                "at": step["at"],
                "outcome": step.get("outcome"),
                "amount": maybe(step.get("amount"), currency),
                "why": step.get("why"),
            }
            for step in found["steps"]
        ],
        "files": [file_row(file) for file in files_of(by, Subject("claim", str(claim_id)))],
    }
    if by.office:
        told["reserve"] = minor(found["reserve"], currency)
        told["reserves"] = [{**row, "amount": minor(row["amount"], currency)} for row in found["reserves"]]
    return told


@router.get("claims/{uuid:claim_id}/replay", response=reads(s.Replay), operation_id="replay_claim")
def replay(request: HttpRequest, claim_id: UUID) -> s.Replay:
    """Judge and settle it again from its record."""
    by = viewer(request)
    by.require("claim.replay")
    found = queries.one(by, claim_id, at=timezone.now())
    judged, settled = queries.newest_determination(found), queries.newest_adjustment(found)
    return s.Replay(
        determination=settlement.replay_determination(judged).same if judged else None,
        adjustment=settlement.replay_adjustment(settled).same if settled else None,
    )


@router.post("claims/{uuid:claim_id}/files", response=writes(Made, 201), operation_id="hand_in_claim_file")
def hand_in(request: HttpRequest, claim_id: UUID, body: FileIn, key: Key) -> HttpResponse:
    """Hand in a paper; worksheets and facts name it as `vault:<id>`."""

    def work(by: Any, at: Any) -> Made:
        return made(claims.hand_in(claim=claim_id, name=body.name, content=content_of(body), by=by, at=at))

    return write(request, body, work, 201)


@router.get(
    "claims/{uuid:claim_id}/files/{uuid:file_id}",
    response=FILE,
    operation_id="get_claim_file",
    openapi_extra=sends(),
)
def paper(request: HttpRequest, claim_id: UUID, file_id: UUID) -> HttpResponse:
    """A paper of the claim: all for the office, its own for the insured, none for brokers."""
    by, now = viewer(request), timezone.now()
    subject = Subject.of(queries.one(by, claim_id, at=now))
    found = files_of(by, subject).filter(pk=file_id).first()
    if found is None:
        raise NotFound("file")
    return file_answer(found, deliver(file=found, by=by, at=now))


@router.post(
    "claims/{uuid:claim_id}/statement/{language}", response=writes(Ordered, 202), operation_id="order_statement"
)
def order_paper(request: HttpRequest, claim_id: UUID, language: Language, body: Empty, key: Key) -> HttpResponse:
    """Have the settlement statement drawn up as PDF."""

    def work(by: Any, at: Any) -> Ordered:
        papers.order_statement(claim=claim_id, language=language, by=by, at=at)
        return Ordered()

    return write(request, body, work, 202)


@router.get(
    "claims/{uuid:claim_id}/statement/{language}",
    response=FILE,
    operation_id="get_statement",
    openapi_extra=sends("application/pdf"),
)
def statement(request: HttpRequest, claim_id: UUID, language: Language) -> HttpResponse:
    """The settlement statement as the claim stands, once it is drawn up."""
    by, now = viewer(request), timezone.now()
    return file_answer(*papers.read_statement(claim=claim_id, language=language, by=by, at=now))


@router.get("reconciliation", response=reads(s.Reconciliation), operation_id="reconcile")
def books(request: HttpRequest) -> s.Reconciliation:
    """Hold ledger, policies, claims and payments against each other now; the office's alone."""
    found = reconcile(viewer(request))
    return s.Reconciliation(
        sound=not found,
        differences=[s.Difference(code=d.code, subject=d.subject, expected=d.expected, found=d.found) for d in found],
    )
