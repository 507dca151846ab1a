"""Protect: quotes, referrals and fixes. Policies: `policies`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from seawall.core.money import Money
from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import (
    FILE,
    content_of,
    file_answer,
    made,
    named,
    page_of,
    reads,
    sends,
    writes,
)
from seawall.entrypoints.api.v1.schemas import protect as s
from seawall.entrypoints.api.v1.schemas.base import (
    DecideIn,
    Empty,
    Key,
    Language,
    Listed,
    Made,
    Note,
    Ordered,
    Paging,
    Reason,
    Verdict,
    amount,
    maybe,
    minor,
    with_amounts,
)
from seawall.entrypoints.api.writes import write
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.protect.actions import papers
from seawall.lifecycle.protect.actions import quote as quotes
from seawall.lifecycle.protect.actions import referral as referrals
from seawall.lifecycle.protect.actions import remediation as remediations
from seawall.lifecycle.protect.models import Quote, Referral, Remediation
from seawall.lifecycle.protect.queries import quote as queries
from seawall.lifecycle.protect.queries import remediation as fixes
from seawall.lifecycle.protect.queries.pricing import Wish

router = Router(tags=["protect"])


def _quote(row: Quote) -> s.Quote:
    return s.Quote(
        id=row.pk,
        number=row.number,
        status=row.status,
        insured=named(row.insured),  # type: ignore[arg-type]
        submission=row.submission_id,
        made_at=row.recorded_at,
        valid_until=row.valid_until,
    )


@router.get("quotes", response=reads(Listed[s.Quote]), operation_id="list_quotes")
def list_quotes(request: HttpRequest, paging: Query[Paging], company: UUID | None = None) -> dict[str, Any]:
    """Quotes, newest first; of one company when asked."""
    rows = queries.quotes(viewer(request), at=timezone.now())
    return page_of(rows.filter(insured_id=company) if company else rows, paging, _quote)


def terms(words: Mapping[str, Any]) -> dict[str, Any]:
    """The terms of a quote's option or of a policy, from the document they are kept in."""
    currency = words["currency"]

    def money(text: str) -> Any:
        return amount(Money.of(text, currency))

    covers = [
        {**cover, "limit": money(cover["limit"]), "retention": money(cover["retention"])} for cover in words["covers"]
    ]
    return {"product": words["product"], "aggregate": money(words["aggregate"]), "covers": covers}


def _option(option: dict[str, Any]) -> dict[str, Any]:
    currency = option["currency"]
    told = {key: with_amounts(value) for key, value in option.items() if key != "currency"}
    return {
        **told,
        "limit": minor(option["limit"], currency),
        "retention": minor(option["retention"], currency),
        "premium": maybe(option["premium"], currency),
        "terms": terms(option["terms"]),
        "extras": {cover: amount(Money.of(text, currency)) for cover, text in option["extras"].items()},
    }


@router.get("quotes/{uuid:quote_id}", response=reads(s.QuotePage), operation_id="get_quote", exclude_unset=True)
def quote(request: HttpRequest, quote_id: UUID) -> dict[str, Any]:
    """A quote with its options and terms; for insurer and broker with the trace of each price."""
    found = queries.page(viewer(request), quote_id, at=timezone.now())
    insured = found["insured"]
    return {
        **found,
        "insured": {"id": insured["id"], "name": {"zh": insured["zh"], "en": insured["en"] or insured["zh"]}},
        "options": [_option(option) for option in found["options"]],
    }


@router.post("quotes", response=writes(Made, 201), operation_id="make_quote")
def make(request: HttpRequest, body: s.QuoteIn, key: Key) -> HttpResponse:
    """Price an assessment: what is wished for, or every product on sale."""

    def work(by: Any, at: Any) -> Made:
        wishes = [
            Wish(w.product, w.limit.money(), w.retention.money(), w.waiting_hours, tuple(w.covers)) for w in body.wishes
        ]
        return made(quotes.make(assessment=body.assessment, wishes=wishes, by=by, at=at))

    return write(request, body, work, 201)


@router.post("quotes/{uuid:quote_id}/refer", response=writes(Made), operation_id="refer_quote")
def refer(request: HttpRequest, quote_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """Put an open offer before an underwriter."""
    return write(request, body, lambda by, at: made(quotes.refer(quote=quote_id, reason=body.reason, by=by, at=at)))


def _referral(row: Referral) -> s.OpenReferral:
    return s.OpenReferral(
        id=row.pk,
        quote=row.quote_id,
        number=row.quote.number,
        insured=named(row.quote.insured),  # type: ignore[arg-type]
        reasons=row.reasons,
        since=row.recorded_at,
    )


@router.get("referrals", response=reads(Listed[s.OpenReferral]), operation_id="list_referrals")
def list_referrals(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Quotes that wait for a decision, oldest first; the office's alone."""
    return page_of(queries.open_referrals(viewer(request)), paging, _referral)


@router.post("referrals/{uuid:referral_id}/decision", response=writes(Made), operation_id="decide_referral")
def decide(request: HttpRequest, referral_id: UUID, body: DecideIn, key: Key) -> HttpResponse:
    """Release the quote for binding, or decline it; never one's own, never above one's authority."""
    return write(
        request,
        body,
        lambda by, at: made(referrals.decide(referral=referral_id, approve=body.approve, note=body.note, by=by, at=at)),
    )


@router.get("quotes/{uuid:quote_id}/replay", response=reads(Verdict), operation_id="replay_quote")
def replay(request: HttpRequest, quote_id: UUID) -> Verdict:
    """Price it again from its record; the office's alone."""
    found = queries.replay(viewer(request), quote_id, at=timezone.now())
    return Verdict(equal=found.same, differing=[place for place, _old, _new in found.differences])


@router.post("quotes/{uuid:quote_id}/paper/{language}", response=writes(Ordered, 202), operation_id="order_quote_paper")
def order_paper(request: HttpRequest, quote_id: UUID, language: Language, body: Empty, key: Key) -> HttpResponse:
    """Have the quotation drawn up as PDF."""

    def work(by: Any, at: Any) -> Ordered:
        papers.order_quote_paper(quote=quote_id, language=language, by=by, at=at)
        return Ordered()

    return write(request, body, work, 202)


@router.get(
    "quotes/{uuid:quote_id}/paper/{language}",
    response=FILE,
    operation_id="get_quote_paper",
    openapi_extra=sends("application/pdf"),
)
def paper(request: HttpRequest, quote_id: UUID, language: Language) -> HttpResponse:
    """The quotation as PDF, once it is drawn up."""
    by, now = viewer(request), timezone.now()
    return file_answer(*papers.read_quote_paper(quote=quote_id, language=language, by=by, at=now))


def _fix(row: Remediation) -> s.Fix:
    return s.Fix(
        id=row.pk,
        company=row.company_id,
        control=row.control,
        title=row.title,
        points=str(row.points),
        loss_avoided=minor(row.value, row.currency),
        premium=maybe(row.premium, row.currency),
        status=row.status,
        due=row.due,
        done_at=row.done_at,
        verified_at=row.verified_at,
        proved_by_file=row.evidence_id is not None,
        note=row.note,
    )


@router.get("companies/{uuid:company_id}/fixes", response=reads(Listed[s.Fix]), operation_id="list_fixes")
def list_fixes(request: HttpRequest, company_id: UUID, paging: Query[Paging]) -> dict[str, Any]:
    """What to fix at a company, most points first."""
    by, now = viewer(request), timezone.now()
    scope.company(by, company_id, at=now)
    return page_of(fixes.remediations(by, at=now, company=company_id), paging, _fix)


@router.get("fixes/{uuid:fix_id}", response=reads(s.Fix), operation_id="get_fix")
def fix(request: HttpRequest, fix_id: UUID) -> s.Fix:
    """One fix and how far it is."""
    return _fix(fixes.one(viewer(request), fix_id, at=timezone.now()))


@router.post("assessments/{uuid:assessment_id}/fixes", response=writes(s.Tracked, 201), operation_id="track_fixes")
def track(request: HttpRequest, assessment_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """Turn an assessment's fixes into work that is followed."""

    def work(by: Any, at: Any) -> s.Tracked:
        return s.Tracked(fixes=[_fix(row) for row in remediations.track(assessment=assessment_id, by=by, at=at)])

    return write(request, body, work, 201)


@router.post("fixes/{uuid:fix_id}/promise", response=writes(Made), operation_id="promise_fix")
def promise(request: HttpRequest, fix_id: UUID, body: s.PromiseIn, key: Key) -> HttpResponse:
    """Promise it by a day."""
    return write(
        request, body, lambda by, at: made(remediations.promise(remediation=fix_id, due=body.due, by=by, at=at))
    )


@router.post("fixes/{uuid:fix_id}/finish", response=writes(Made), operation_id="finish_fix")
def finish(request: HttpRequest, fix_id: UUID, body: s.FinishIn, key: Key) -> HttpResponse:
    """Say that it is done, and how it can be seen."""

    def work(by: Any, at: Any) -> Made:
        proof = remediations.Proof(body.proof.name, content_of(body.proof)) if body.proof else None
        return made(remediations.finish(remediation=fix_id, file=body.file, proof=proof, note=body.note, by=by, at=at))

    return write(request, body, work)


@router.get("fixes/{uuid:fix_id}/proof", response=FILE, operation_id="get_fix_proof", openapi_extra=sends())
def proof(request: HttpRequest, fix_id: UUID) -> HttpResponse:
    """The file that shows it; for the office and whoever handed it in."""
    return file_answer(*remediations.read_proof(remediation=fix_id, by=viewer(request), at=timezone.now()))


@router.post("fixes/{uuid:fix_id}/verify", response=writes(Made), operation_id="verify_fix")
def verify(request: HttpRequest, fix_id: UUID, body: Note, key: Key) -> HttpResponse:
    """Confirm that it is done."""
    return write(
        request, body, lambda by, at: made(remediations.verify(remediation=fix_id, note=body.note, by=by, at=at))
    )


@router.post("fixes/{uuid:fix_id}/reopen", response=writes(Made), operation_id="reopen_fix")
def reopen(request: HttpRequest, fix_id: UUID, body: Note, key: Key) -> HttpResponse:
    """Take it up again: it was not done, or the fault is back."""
    return write(
        request, body, lambda by, at: made(remediations.reopen(remediation=fix_id, note=body.note, by=by, at=at))
    )
