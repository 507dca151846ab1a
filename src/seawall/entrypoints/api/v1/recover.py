"""Recover: claims through the gates, onto worksheets, to payment and closure."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from seawall.core.money import Money
from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import READS, WRITES, listed, made
from seawall.entrypoints.api.v1.respond import upload
from seawall.entrypoints.api.v1.schemas import (
    AdjustIn,
    ApproveIn,
    ClaimIn,
    CloseIn,
    DetermineIn,
    Empty,
    FileIn,
    Key,
    Listed,
    Made,
    Page,
    PayIn,
    ProofIn,
    Reason,
    ReserveIn,
    amount,
)
from seawall.entrypoints.api.writes import write
from seawall.lifecycle.recover.actions import claim as claims
from seawall.lifecycle.recover.actions import payment as payments
from seawall.lifecycle.recover.actions import settlement
from seawall.lifecycle.recover.actions.experience import propose_experience
from seawall.lifecycle.recover.models import Claim
from seawall.lifecycle.recover.queries import claim as queries

router = Router(tags=["recover"])


def _claim(row: Claim) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "number": row.number,
        "status": row.status,
        "company": str(row.company_id),
        "policy": str(row.policy_id),
        "incident": str(row.incident_id),
        "payable": amount(Money(row.payable, row.currency)),
        "paid": amount(Money(row.paid, row.currency)),
    }


@router.get("claims", response={200: Listed, **READS}, operation_id="list_claims")
def list_claims(request: HttpRequest, page: Page = 1) -> Listed:
    """Claims, newest first."""
    return listed(queries.claims(viewer(request), at=timezone.now()), page, _claim)


@router.get("claims/{uuid:claim_id}", response={200: dict[str, Any], **READS}, operation_id="get_claim")
def claim(request: HttpRequest, claim_id: UUID) -> dict[str, Any]:
    """A claim: gates, worksheets, bridge, payments, days of the law (minor units); a reserve for the office alone."""
    return queries.page(viewer(request), claim_id, at=timezone.now())


@router.post("claims", response={201: Made, **WRITES}, operation_id="open_claim")
def open_claim(request: HttpRequest, body: ClaimIn, key: Key) -> HttpResponse:
    """Open a claim; a day on which no policy answered is refused with the dates."""

    def work(by: Any, at: Any) -> Made:
        reserve = body.reserve.money() if body.reserve else None
        opening = claims.Opening(body.incident, requested_on=body.requested_on, reserve=reserve)
        return made(claims.open_claim(opening=opening, by=by, at=at))

    return write(request, body, work, 201)


@router.post("claims/{uuid:claim_id}/proof", response={200: Made, **WRITES}, operation_id="receive_proof")
def proof(request: HttpRequest, claim_id: UUID, body: ProofIn, key: Key) -> HttpResponse:
    """The papers are complete."""
    return write(request, body, lambda by, at: made(claims.receive_proof(claim=claim_id, on=body.on, by=by, at=at)))


@router.post("claims/{uuid:claim_id}/papers", response={201: Made, **WRITES}, operation_id="hand_in_paper")
def paper(request: HttpRequest, claim_id: UUID, body: FileIn, key: Key) -> HttpResponse:
    """Hand in a paper; worksheets name it as `vault:<id>`."""

    def work(by: Any, at: Any) -> Made:
        file = upload(body)
        return made(claims.hand_in(claim=claim_id, name=file.name, content=file.content, by=by, at=at))

    return write(request, body, work, 201)


@router.post("claims/{uuid:claim_id}/determination", response={201: Made, **WRITES}, operation_id="determine_claim")
def determine(request: HttpRequest, claim_id: UUID, body: DetermineIn, key: Key) -> HttpResponse:
    """Through the three gates, with a reason for every clause."""
    sent = body.model_dump()
    return write(
        request,
        body,
        lambda by, at: made(
            settlement.determine(claim=claim_id, facts=sent["facts"], items=sent["items"], by=by, at=at)
        ),
        201,
    )


@router.post("claims/{uuid:claim_id}/adjustment", response={201: Made, **WRITES}, operation_id="adjust_claim")
def adjust(request: HttpRequest, claim_id: UUID, body: AdjustIn, key: Key) -> HttpResponse:
    """Settle the worksheets; terms and earlier payments are applied."""
    sheets = body.model_dump(exclude_none=True)["worksheets"]
    return write(
        request, body, lambda by, at: made(settlement.adjust(claim=claim_id, worksheets=sheets, by=by, at=at)), 201
    )


@router.post("claims/{uuid:claim_id}/reserve", response={201: Made, **WRITES}, operation_id="set_reserve")
def reserve(request: HttpRequest, claim_id: UUID, body: ReserveIn, key: Key) -> HttpResponse:
    """Set the case reserve."""
    return write(
        request,
        body,
        lambda by, at: made(
            claims.reserve(claim=claim_id, amount=body.amount.money(), reason=body.reason, by=by, at=at)
        ),
        201,
    )


@router.post("claims/{uuid:claim_id}/approval", response={201: Made, **WRITES}, operation_id="approve_claim")
def approve(request: HttpRequest, claim_id: UUID, body: ApproveIn, key: Key) -> HttpResponse:
    """Approve, as another person than determined or adjusted it."""

    def work(by: Any, at: Any) -> Made:
        limit = body.amount.money() if body.amount else None
        return made(payments.approve(claim=claim_id, amount=limit, note=body.note, by=by, at=at))

    return write(request, body, work, 201)


@router.post("claims/{uuid:claim_id}/payments", response={201: Made, **WRITES}, operation_id="pay_claim")
def pay(request: HttpRequest, claim_id: UUID, body: PayIn, key: Key) -> HttpResponse:
    """Pay once per `key`, never above what is approved."""

    def work(by: Any, at: Any) -> Made:
        order = payments.Order(body.key, body.amount.money(), body.payee)
        return made(payments.pay(claim=claim_id, order=order, by=by, at=at))

    return write(request, body, work, 201)


@router.post("claims/{uuid:claim_id}/denial", response={200: Made, **WRITES}, operation_id="deny_claim")
def deny(request: HttpRequest, claim_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """Refuse it on the clauses of its determination."""
    return write(request, body, lambda by, at: made(claims.deny(claim=claim_id, reason=body.reason, by=by, at=at)))


@router.post("claims/{uuid:claim_id}/close", response={200: Made, **WRITES}, operation_id="close_claim")
def close(request: HttpRequest, claim_id: UUID, body: CloseIn, key: Key) -> HttpResponse:
    """Close what is settled or withdrawn."""
    return write(
        request,
        body,
        lambda by, at: made(claims.close(claim=claim_id, reason=body.reason, withdrawn=body.withdrawn, by=by, at=at)),
    )


@router.post("claims/{uuid:claim_id}/reopen", response={200: Made, **WRITES}, operation_id="reopen_claim")
def reopen(request: HttpRequest, claim_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """Open it again."""
    return write(request, body, lambda by, at: made(claims.reopen(claim=claim_id, reason=body.reason, by=by, at=at)))


@router.post("experience/{str:currency}", response={201: Made, **WRITES}, operation_id="propose_experience")
def learn(request: HttpRequest, currency: str, body: Empty, key: Key) -> HttpResponse:
    """Lay what the book's experience says before the portfolio manager."""
    return write(
        request,
        body,
        lambda by, at: made(propose_experience(currency=currency[:3], until=timezone.localdate(at), by=by, at=at)),
        201,
    )
