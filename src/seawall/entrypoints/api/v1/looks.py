"""Identify, from outside: consents and scans."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from seawall.core.evidence.items import Finding
from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import made, page_of, reads, writes
from seawall.entrypoints.api.v1.schemas import identify as s
from seawall.entrypoints.api.v1.schemas.base import Empty, Key, Listed, Made, Paging
from seawall.entrypoints.api.writes import write
from seawall.lifecycle.identify.actions import consent as consents
from seawall.lifecycle.identify.actions import scan as scans
from seawall.lifecycle.identify.models import Consent, ScanOrder
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.file import findings_of

router = Router(tags=["identify"])


def _consent(row: Consent) -> s.Consent:
    return s.Consent(
        id=row.pk,
        company=row.company_id,
        domains=row.domains,
        statement=row.statement,
        given_by=row.given_by_name,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        record={f"{consents.TOKEN_NAME}.{domain}": row.token for domain in row.domains},
        verified_at=row.verified_at,
        verification=row.verification,
        withdrawn_at=row.withdrawn_at,
    )


@router.get("companies/{uuid:company_id}/consents", response=reads(Listed[s.Consent]), operation_id="list_consents")
def list_consents(request: HttpRequest, company_id: UUID, paging: Query[Paging]) -> dict[str, Any]:
    """A company's consents, newest first, with the TXT record each one waits for."""
    by, now = viewer(request), timezone.now()
    scope.company(by, company_id, at=now)
    return page_of(scope.consents(by, company_id, at=now), paging, _consent)


@router.post("consents", response=writes(Made, 201), operation_id="give_consent")
def give(request: HttpRequest, body: s.ConsentIn, key: Key) -> HttpResponse:
    """Let the company's domains be looked at until a day."""

    def work(by: Any, at: Any) -> Made:
        return made(
            consents.give(
                company=body.company, domains=body.domains, statement=body.statement, until=body.until, by=by, at=at
            )
        )

    return write(request, body, work, 201)


@router.post("consents/{uuid:consent_id}/check", response=writes(Made), operation_id="check_consent")
def check(request: HttpRequest, consent_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """Ask the name servers again."""
    return write(request, body, lambda by, at: made(consents.check_again(consent=consent_id, by=by, at=at)))


@router.post("consents/{uuid:consent_id}/withdraw", response=writes(Made), operation_id="withdraw_consent")
def withdraw(request: HttpRequest, consent_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """No look after this."""
    return write(request, body, lambda by, at: made(consents.withdraw(consent=consent_id, by=by, at=at)))


def _scan(row: ScanOrder) -> s.Scan:
    return s.Scan(
        id=row.pk,
        company=row.company_id,
        domains=row.domains,
        purpose=row.purpose,
        status=row.status,
        progress=row.progress,
        error=row.error,
        ordered_at=row.recorded_at,
        finished_at=row.finished_at,
    )


def finding(found: Finding) -> s.Finding:
    """A finding as it is told."""
    return s.Finding(
        check=found.check,
        asset=found.asset,
        state=found.state,
        severity=found.severity,
        observed_at=found.observed_at,
        detail=dict(found.detail),
        reason=found.reason,
    )


@router.get("companies/{uuid:company_id}/scans", response=reads(Listed[s.Scan]), operation_id="list_scans")
def list_scans(request: HttpRequest, company_id: UUID, paging: Query[Paging]) -> dict[str, Any]:
    """A company's scans, newest first."""
    by, now = viewer(request), timezone.now()
    scope.company(by, company_id, at=now)
    return page_of(scope.scan_orders(by, company_id, at=now), paging, _scan)


@router.post("scans", response=writes(Made, 201), operation_id="order_scan")
def order(request: HttpRequest, body: s.ScanIn, key: Key) -> HttpResponse:
    """Order a scan of domains under a verified consent."""

    def work(by: Any, at: Any) -> Made:
        return made(
            scans.order(
                company=body.company,
                domains=body.domains,
                purpose="assess",
                submission=body.submission,
                by=by,
                at=at,
            )
        )

    return write(request, body, work, 201)


@router.get("scans/{uuid:scan_id}", response=reads(s.ScanPage), operation_id="get_scan")
def scan(request: HttpRequest, scan_id: UUID) -> s.ScanPage:
    """A scan, how far it is, and its findings in their three states."""
    found = scope.scan_order(viewer(request), scan_id, at=timezone.now())
    return s.ScanPage(**_scan(found).model_dump(), findings=[finding(f) for f in findings_of(found)])
