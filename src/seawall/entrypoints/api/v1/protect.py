"""Protect: quotes, referrals, policies and their papers, fixes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from seawall.core.money import Money
from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import READS, WRITES, listed, made
from seawall.entrypoints.api.v1.schemas import (
    BindIn,
    CancelIn,
    DecideIn,
    Empty,
    Key,
    Listed,
    Made,
    Note,
    Page,
    PromiseIn,
    QuoteIn,
    Reason,
    Verdict,
    amount,
)
from seawall.entrypoints.api.writes import write
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.protect.actions import policy as policies
from seawall.lifecycle.protect.actions import quote as quotes
from seawall.lifecycle.protect.actions import referral as referrals
from seawall.lifecycle.protect.actions import remediation as remediations
from seawall.lifecycle.protect.actions.papers import read_document
from seawall.lifecycle.protect.models import Policy, Quote, Remediation
from seawall.lifecycle.protect.queries import policy as policy_queries
from seawall.lifecycle.protect.queries import quote as quote_queries
from seawall.lifecycle.protect.queries import remediation as fix_queries

router = Router(tags=["protect"])


def _quote(row: Quote) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "number": row.number,
        "status": row.status,
        "insured": str(row.insured_id),
        "valid_until": row.valid_until,
    }


@router.get("quotes", response={200: Listed, **READS}, operation_id="list_quotes")
def list_quotes(request: HttpRequest, page: Page = 1) -> Listed:
    """Quotes, newest first."""
    return listed(quote_queries.quotes(viewer(request), at=timezone.now()), page, _quote)


@router.get("quotes/{uuid:quote_id}", response={200: dict[str, Any], **READS}, operation_id="get_quote")
def quote(request: HttpRequest, quote_id: UUID) -> dict[str, Any]:
    """A quote with its options, terms and, for insurer and broker, the trace of each price (amounts in minor units)."""
    return quote_queries.page(viewer(request), quote_id, at=timezone.now())


@router.post("quotes", response={201: Made, **WRITES}, operation_id="make_quote")
def make(request: HttpRequest, body: QuoteIn, key: Key) -> HttpResponse:
    """Price every product on sale for an assessment."""
    return write(request, body, lambda by, at: made(quotes.make(assessment=body.assessment, by=by, at=at)), 201)


@router.post("quotes/{uuid:quote_id}/refer", response={200: Made, **WRITES}, operation_id="refer_quote")
def refer(request: HttpRequest, quote_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """Put an open offer before an underwriter."""
    return write(request, body, lambda by, at: made(quotes.refer(quote=quote_id, reason=body.reason, by=by, at=at)))


@router.post("referrals/{uuid:referral_id}/decision", response={200: Made, **WRITES}, operation_id="decide_referral")
def decide(request: HttpRequest, referral_id: UUID, body: DecideIn, key: Key) -> HttpResponse:
    """Release the quote for binding, or decline it."""
    return write(
        request,
        body,
        lambda by, at: made(referrals.decide(referral=referral_id, approve=body.approve, note=body.note, by=by, at=at)),
    )


@router.post("quotes/{uuid:quote_id}/bind", response={201: Made, **WRITES}, operation_id="bind_quote")
def bind(request: HttpRequest, quote_id: UUID, body: BindIn, key: Key) -> HttpResponse:
    """Make the contract; two at the same moment make one."""
    return write(
        request,
        body,
        lambda by, at: made(policies.bind(quote=quote_id, option=body.option, start=body.start, by=by, at=at)),
        201,
    )


@router.get("quotes/{uuid:quote_id}/replay", response={200: Verdict, **READS}, operation_id="replay_quote")
def replay(request: HttpRequest, quote_id: UUID) -> Verdict:
    """Price it again from its record; the office's alone."""
    found = quote_queries.replay(viewer(request), quote_id, at=timezone.now())
    return Verdict(equal=found.same, differing=[place for place, _old, _new in found.differences])


def _policy(row: Policy) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "number": row.number,
        "status": row.status,
        "insured": str(row.insured_id),
        "product": row.product,
        "inception": row.inception,
        "expiry": row.expiry,
        "premium": amount(Money(row.premium, row.currency)),
    }


@router.get("policies", response={200: Listed, **READS}, operation_id="list_policies")
def list_policies(request: HttpRequest, page: Page = 1) -> Listed:
    """Policies."""
    return listed(policy_queries.policies(viewer(request), at=timezone.now()), page, _policy)


@router.get("policies/{uuid:policy_id}", response={200: dict[str, Any], **READS}, operation_id="get_policy")
def policy(request: HttpRequest, policy_id: UUID) -> dict[str, Any]:
    """A policy with its terms and papers; the office also sees its ledger (minor units)."""
    return policy_queries.page(viewer(request), policy_id, at=timezone.now())


@router.post("policies/{uuid:policy_id}/issue", response={200: Made, **WRITES}, operation_id="issue_policy")
def issue(request: HttpRequest, policy_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """Put it in force once its papers are there."""
    return write(request, body, lambda by, at: made(policies.issue(policy=policy_id, by=by, at=at)))


@router.post("policies/{uuid:policy_id}/cancel", response={200: Made, **WRITES}, operation_id="cancel_policy")
def cancel(request: HttpRequest, policy_id: UUID, body: CancelIn, key: Key) -> HttpResponse:
    """End it from a day; the unearned premium is booked back."""
    return write(
        request,
        body,
        lambda by, at: made(policies.cancel(policy=policy_id, on=body.on, reason=body.reason, by=by, at=at)),
    )


@router.get(
    "policies/{uuid:policy_id}/papers/{str:kind}/{str:language}",
    response={200: None, **READS},
    operation_id="get_policy_paper",
)
def paper(request: HttpRequest, policy_id: UUID, kind: str, language: str) -> HttpResponse:
    """A paper of the policy as PDF."""
    found, content = read_document(
        policy=policy_id,
        kind=kind[:20].replace("\x00", ""),
        language=language[:2],
        by=viewer(request),
        at=timezone.now(),
    )
    return HttpResponse(content, content_type=found.media_type)


def _fix(row: Remediation) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "company": str(row.company_id),
        "control": row.control,
        "title": row.title,
        "points": str(row.points),
        "loss_avoided": amount(Money(row.value, row.currency)),
        "premium": None if row.premium is None else amount(Money(row.premium, row.currency)),
        "status": row.status,
        "due": row.due,
    }


@router.get("companies/{uuid:company_id}/fixes", response={200: Listed, **READS}, operation_id="list_fixes")
def fixes(request: HttpRequest, company_id: UUID, page: Page = 1) -> Listed:
    """What to fix, most points first."""
    by, now = viewer(request), timezone.now()
    scope.company(by, company_id, at=now)
    return listed(fix_queries.remediations(by, at=now, company=company_id), page, _fix)


@router.post("assessments/{uuid:assessment_id}/fixes", response={201: list[Made], **WRITES}, operation_id="track_fixes")
def track(request: HttpRequest, assessment_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """Turn an assessment's fixes into work that is followed."""

    def work(by: Any, at: Any) -> Any:
        rows = remediations.track(assessment=assessment_id, by=by, at=at)
        return [made(row).model_dump(mode="json") for row in rows]

    return write(request, body, work, 201)


@router.post("fixes/{uuid:fix_id}/promise", response={200: Made, **WRITES}, operation_id="promise_fix")
def promise(request: HttpRequest, fix_id: UUID, body: PromiseIn, key: Key) -> HttpResponse:
    """Promise it by a day."""
    return write(
        request, body, lambda by, at: made(remediations.promise(remediation=fix_id, due=body.due, by=by, at=at))
    )


@router.post("fixes/{uuid:fix_id}/finish", response={200: Made, **WRITES}, operation_id="finish_fix")
def finish(request: HttpRequest, fix_id: UUID, body: Note, key: Key) -> HttpResponse:
    """Say that it is done, and how it can be seen."""
    return write(
        request, body, lambda by, at: made(remediations.finish(remediation=fix_id, note=body.note, by=by, at=at))
    )


@router.post("fixes/{uuid:fix_id}/verify", response={200: Made, **WRITES}, operation_id="verify_fix")
def verify(request: HttpRequest, fix_id: UUID, body: Note, key: Key) -> HttpResponse:
    """Confirm that it is done."""
    return write(
        request, body, lambda by, at: made(remediations.verify(remediation=fix_id, note=body.note, by=by, at=at))
    )
