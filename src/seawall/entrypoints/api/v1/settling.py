"""Recover: claims through the gates, onto worksheets, to payment and closure; and what is learnt from them."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Router

from seawall.entrypoints.api.v1.answers import made, writes
from seawall.entrypoints.api.v1.schemas import recover as s
from seawall.entrypoints.api.v1.schemas.base import Empty, Key, Made, Reason
from seawall.entrypoints.api.writes import write
from seawall.lifecycle.recover.actions import claim as claims
from seawall.lifecycle.recover.actions import payment as payments
from seawall.lifecycle.recover.actions import settlement
from seawall.lifecycle.recover.actions.experience import propose_experience

router = Router(tags=["recover"])


@router.post("claims/{uuid:claim_id}/proof", response=writes(Made), operation_id="receive_proof")
def proof(request: HttpRequest, claim_id: UUID, body: s.ProofIn, key: Key) -> HttpResponse:
    """The papers are complete; the 60 days to an advance count from here."""
    return write(request, body, lambda by, at: made(claims.receive_proof(claim=claim_id, on=body.on, by=by, at=at)))


@router.post("claims/{uuid:claim_id}/determination", response=writes(Made, 201), operation_id="determine_claim")
def determine(request: HttpRequest, claim_id: UUID, body: s.DetermineIn, key: Key) -> HttpResponse:
    """Through the three gates, with a reason for every clause."""
    sent = body.model_dump()

    def work(by: Any, at: Any) -> Made:
        return made(settlement.determine(claim=claim_id, facts=sent["facts"], items=sent["items"], by=by, at=at))

    return write(request, body, work, 201)


@router.post("claims/{uuid:claim_id}/adjustment", response=writes(Made, 201), operation_id="adjust_claim")
def adjust(request: HttpRequest, claim_id: UUID, body: s.AdjustIn, key: Key) -> HttpResponse:
    """Settle the worksheets; terms and earlier payments are applied."""
    sheets = body.model_dump(exclude_none=True)["worksheets"]
    return write(
        request, body, lambda by, at: made(settlement.adjust(claim=claim_id, worksheets=sheets, by=by, at=at)), 201
    )


@router.post("claims/{uuid:claim_id}/reserve", response=writes(Made, 201), operation_id="set_reserve")
def reserve(request: HttpRequest, claim_id: UUID, body: s.ReserveIn, key: Key) -> HttpResponse:
    """Set the case reserve."""
    return write(
        request,
        body,
        lambda by, at: made(
            claims.reserve(claim=claim_id, amount=body.amount.money(), reason=body.reason, by=by, at=at)
        ),
        201,
    )


@router.post("claims/{uuid:claim_id}/approval", response=writes(Made, 201), operation_id="approve_claim")
def approve(request: HttpRequest, claim_id: UUID, body: s.ApproveIn, key: Key) -> HttpResponse:
    """Allow payment, as another person than determined or adjusted it."""

    def work(by: Any, at: Any) -> Made:
        most = body.amount.money() if body.amount else None
        return made(payments.approve(claim=claim_id, amount=most, note=body.note, by=by, at=at))

    return write(request, body, work, 201)


@router.post("claims/{uuid:claim_id}/payments", response=writes(Made, 201), operation_id="pay_claim")
def pay(request: HttpRequest, claim_id: UUID, body: s.PayIn, key: Key) -> HttpResponse:
    """Pay once per `key`, never above what is approved."""

    def work(by: Any, at: Any) -> Made:
        order = payments.Order(body.key, body.amount.money(), body.payee)
        return made(payments.pay(claim=claim_id, order=order, by=by, at=at))

    return write(request, body, work, 201)


@router.post("claims/{uuid:claim_id}/denial", response=writes(Made), operation_id="deny_claim")
def deny(request: HttpRequest, claim_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """Refuse it on the clauses of its determination, as another person than determined it."""
    return write(request, body, lambda by, at: made(claims.deny(claim=claim_id, reason=body.reason, by=by, at=at)))


@router.post("claims/{uuid:claim_id}/close", response=writes(Made), operation_id="close_claim")
def close(request: HttpRequest, claim_id: UUID, body: s.CloseIn, key: Key) -> HttpResponse:
    """Close what is settled or withdrawn."""
    return write(
        request,
        body,
        lambda by, at: made(claims.close(claim=claim_id, reason=body.reason, withdrawn=body.withdrawn, by=by, at=at)),
    )


@router.post("claims/{uuid:claim_id}/reopen", response=writes(Made), operation_id="reopen_claim")
def reopen(request: HttpRequest, claim_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """Take a closed claim up again."""
    return write(request, body, lambda by, at: made(claims.reopen(claim=claim_id, reason=body.reason, by=by, at=at)))


@router.post("experience/{currency}", response=writes(Made, 201), operation_id="propose_experience")
def learn(
    request: HttpRequest, currency: Annotated[str, Path(pattern=r"^[A-Z]{3}$")], body: Empty, key: Key
) -> HttpResponse:
    """Lay what the book's experience says about a plan before the portfolio manager."""

    def work(by: Any, at: Any) -> Made:
        return made(propose_experience(currency=currency, until=timezone.localdate(at), by=by, at=at))

    return write(request, body, work, 201)
