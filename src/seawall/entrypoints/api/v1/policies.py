"""Protect: policies from binding to cancellation, their papers, and the ledger."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import FILE, file_answer, made, named, page_of, reads, sends, writes
from seawall.entrypoints.api.v1.protect import terms
from seawall.entrypoints.api.v1.schemas import protect as s
from seawall.entrypoints.api.v1.schemas.base import Code, Empty, Key, Language, Listed, Made, Paging, Reason, minor
from seawall.entrypoints.api.writes import write
from seawall.lifecycle.protect.actions import ledger as bookings
from seawall.lifecycle.protect.actions import papers
from seawall.lifecycle.protect.actions import policy as policies
from seawall.lifecycle.protect.models import LedgerEntry, Policy
from seawall.lifecycle.protect.queries import ledger
from seawall.lifecycle.protect.queries import policy as queries

router = Router(tags=["protect"])


@router.post("quotes/{uuid:quote_id}/bind", response=writes(Made, 201), operation_id="bind_quote")
def bind(request: HttpRequest, quote_id: UUID, body: s.BindIn, key: Key) -> HttpResponse:
    """Make the contract; two at the same moment make one."""
    return write(
        request,
        body,
        lambda by, at: made(policies.bind(quote=quote_id, option=body.option, start=body.start, by=by, at=at)),
        201,
    )


def _policy(row: Policy) -> s.Policy:
    return s.Policy(
        id=row.pk,
        number=row.number,
        status=row.status,
        insured=named(row.insured),  # type: ignore[arg-type]
        product=row.product,
        inception=row.inception,
        expiry=row.expiry,
        premium=minor(row.premium, row.currency),
        aggregate=minor(row.aggregate_limit, row.currency),
    )


@router.get("policies", response=reads(Listed[s.Policy]), operation_id="list_policies")
def list_policies(
    request: HttpRequest, paging: Query[Paging], company: UUID | None = None, status: Code = ""
) -> dict[str, Any]:
    """Policies, newest first; of one company or in one status when asked."""
    rows = queries.policies(viewer(request), at=timezone.now())
    rows = rows.filter(insured_id=company) if company else rows
    return page_of(rows.filter(status=status) if status else rows, paging, _policy)


@router.get("policies/{uuid:policy_id}", response=reads(s.PolicyPage), operation_id="get_policy", exclude_unset=True)
def policy(request: HttpRequest, policy_id: UUID) -> dict[str, Any]:
    """A policy with its terms and papers; for the office with what the ledger holds of it."""
    found = queries.page(viewer(request), policy_id, at=timezone.now())
    insured, currency = found["insured"], found["currency"]
    told = {
        **found,
        "insured": {"id": insured["id"], "name": {"zh": insured["zh"], "en": insured["en"] or insured["zh"]}},
        "premium": minor(found["premium"], currency),
        "aggregate": minor(found["aggregate_limit"], currency),
        "terms": terms(found["terms"]),
        "papers": [
            {"kind": paper["kind"], "language": paper["language"], "at": paper["recorded_at"]}
            for paper in found["documents"]
        ],
    }
    if "ledger" in found:
        told["ledger"] = {account: minor(balance, currency) for account, balance in found["ledger"].items()}
    return told


@router.post("policies/{uuid:policy_id}/issue", response=writes(Made), operation_id="issue_policy")
def issue(request: HttpRequest, policy_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """Put it in force once its papers are there."""
    return write(request, body, lambda by, at: made(policies.issue(policy=policy_id, by=by, at=at)))


@router.post("policies/{uuid:policy_id}/cancel", response=writes(Made), operation_id="cancel_policy")
def cancel(request: HttpRequest, policy_id: UUID, body: s.CancelIn, key: Key) -> HttpResponse:
    """End it from a day; the unearned premium is booked back."""
    return write(
        request,
        body,
        lambda by, at: made(policies.cancel(policy=policy_id, on=body.on, reason=body.reason, by=by, at=at)),
    )


@router.get(
    "policies/{uuid:policy_id}/papers/{kind}/{language}",
    response=FILE,
    operation_id="get_policy_paper",
    openapi_extra=sends("application/pdf"),
)
def paper(
    request: HttpRequest,
    policy_id: UUID,
    kind: Literal["schedule", "certificate", "endorsement", "invoice"],
    language: Language,
) -> HttpResponse:
    """The newest paper of a kind as PDF."""
    by, now = viewer(request), timezone.now()
    return file_answer(*papers.read_document(policy=policy_id, kind=kind, language=language, by=by, at=now))


def _entry(row: LedgerEntry) -> s.LedgerEntry:
    return s.LedgerEntry(
        id=row.pk,
        booking=row.transaction,
        account=row.account,
        debit=minor(row.amount, row.currency),
        policy=row.policy_id,
        memo=row.memo,
        reverses=row.reverses_id,
        at=row.recorded_at,
    )


@router.get("ledger", response=reads(Listed[s.LedgerEntry]), operation_id="list_ledger")
def entries(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Every entry of the house's ledger, oldest first; the office's alone."""
    return page_of(ledger.entries(viewer(request)), paging, _entry)


@router.get(
    "policies/{uuid:policy_id}/ledger", response=reads(Listed[s.LedgerEntry]), operation_id="list_policy_ledger"
)
def policy_entries(request: HttpRequest, policy_id: UUID, paging: Query[Paging]) -> dict[str, Any]:
    """The entries of one policy, oldest first; the office's alone."""
    by = viewer(request)
    rows = ledger.entries(by, policy=policy_id)
    queries.one(by, policy_id, at=timezone.now())
    return page_of(rows, paging, _entry)


@router.post("ledger/{uuid:booking_id}/reverse", response=writes(s.Booked, 201), operation_id="reverse_booking")
def reverse(request: HttpRequest, booking_id: UUID, body: Reason, key: Key) -> HttpResponse:
    """Take a whole booking back by its mirror image; a payment on a claim is not taken back so."""

    def work(by: Any, at: Any) -> s.Booked:
        return s.Booked(booking=bookings.reverse(number=booking_id, reason=body.reason, by=by, at=at))

    return write(request, body, work, 201)
