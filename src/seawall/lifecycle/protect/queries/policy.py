"""Policies, their papers and what is still free of their limits, as each side may see them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from seawall.core.coverage.terms import CoverTerms, PolicyTerms, Waiting
from seawall.core.money import Money
from seawall.lifecycle.protect.models import Policy, PolicyDocument
from seawall.lifecycle.protect.queries.ledger import balances
from seawall.records.parties.queries.viewers import visible_companies
from seawall.records.parties.viewer import NotFound, Viewer


def policies(viewer: Viewer, *, at: datetime) -> QuerySet[Policy]:
    """The policies the viewer may know of, newest first."""
    found = Policy.objects.filter(tenant_id=viewer.tenant, insured__in=visible_companies(viewer, at=at))
    return found.select_related("insured", "broker", "wording").order_by("-recorded_at")


def one(viewer: Viewer, policy: UUID | str, *, at: datetime) -> Policy:
    """The policy, or `NotFound` for one that is not there or not for this viewer."""
    found = policies(viewer, at=at).filter(pk=policy).first()
    if found is None:
        raise NotFound("policy")
    return found


def answering(viewer: Viewer, company: UUID, *, on: date, at: datetime) -> QuerySet[Policy]:
    """The company's policies that answer for a day, whatever became of them since."""
    return policies(viewer, at=at).filter(insured_id=company, period__contains=on)


def terms_of(policy: Policy) -> PolicyTerms:
    """The terms as bound, for the core."""
    return read_terms(policy.terms)


def read_terms(words: Mapping[str, Any]) -> PolicyTerms:
    """Terms from the document that `pricing.terms_document` writes."""
    currency = words["currency"]

    def money(value: str) -> Money:
        return Money.of(value, currency)

    return PolicyTerms(
        product=words["product"],
        currency=currency,
        aggregate=money(words["aggregate"]),
        covers=tuple(
            CoverTerms(
                cover=cover["cover"],
                limit=money(cover["limit"]),
                retention=money(cover["retention"]),
                coinsurance=Decimal(cover["coinsurance"]),
                waiting_hours=cover["waiting_hours"],
                indemnity_days=cover["indemnity_days"],
                waiting=Waiting(cover["waiting"]),
            )
            for cover in words["covers"]
        ),
    )


def document(policy: Policy, *, kind: str, language: str) -> PolicyDocument:
    """The newest paper of a kind in a language; raises `NotFound`."""
    rows = policy.documents.filter(kind=kind, language=language).select_related("file__key")
    found = rows.order_by("recorded_at").last()
    if found is None:
        raise NotFound("document")
    return found


def page(viewer: Viewer, policy: UUID | str, *, at: datetime) -> dict[str, Any]:
    """Everything one page about the policy shows this viewer; amounts in minor units unless they are text."""
    found = one(viewer, policy, at=at)
    papers = found.documents.order_by("recorded_at").values("kind", "language", "recorded_at")
    shown = {
        "id": str(found.pk),
        "number": found.number,
        "status": found.status,
        "product": found.product,
        "insured": {"id": str(found.insured_id), "zh": found.insured.name_zh, "en": found.insured.name_en},
        "inception": found.inception,
        "expiry": found.expiry,
        "cancelled_on": found.cancelled_on,
        "currency": found.currency,
        "premium": found.premium,
        "aggregate_limit": found.aggregate_limit,
        "terms": found.terms,
        "wording": str(found.wording),
        "bound_at": found.bound_at,
        "issued_at": found.issued_at,
        "documents": [dict(paper) for paper in papers],
    }
    if viewer.office:
        shown["ledger"] = {account: amount for (account, _), amount in balances(viewer, policy=found.pk).items()}
    return shown
