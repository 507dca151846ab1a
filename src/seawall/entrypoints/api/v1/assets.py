"""Identify, what a company has: assets with their reasons, disputes, files of its own tools."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from seawall.core.problems import Problem
from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import content_of, made, page_of, reads, writes
from seawall.entrypoints.api.v1.looks import finding
from seawall.entrypoints.api.v1.schemas import assets as s
from seawall.entrypoints.api.v1.schemas.base import Empty, Key, Listed, Made, Paging
from seawall.entrypoints.api.writes import write
from seawall.entrypoints.sentences import sentence
from seawall.lifecycle.identify.actions import dispute as disputes
from seawall.lifecycle.identify.actions import imported as imports
from seawall.lifecycle.identify.models import Asset, Dispute, Import
from seawall.lifecycle.identify.queries import asset as queries
from seawall.lifecycle.identify.queries.evidence import finding_of

router = Router(tags=["identify"])


def _asset(row: Asset, confidence: float) -> s.Asset:
    return s.Asset(
        id=row.pk,
        company=row.company_id,
        kind=row.kind,
        name=row.name,
        status=row.status,
        confidence=round(confidence, 4),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
    )


@router.get("companies/{uuid:company_id}/assets", response=reads(Listed[s.Asset]), operation_id="list_assets")
def list_assets(request: HttpRequest, company_id: UUID, paging: Query[Paging]) -> dict[str, Any]:
    """What a company has, by name, with how sure it is that each is its own."""
    by, now = viewer(request), timezone.now()
    signs = queries.signs(by, at=now)
    return page_of(queries.assets(by, company_id, at=now), paging, lambda row: _asset(row, queries.sure(row, signs)))


@router.get("assets/{uuid:asset_id}", response=reads(s.AssetPage), operation_id="get_asset")
def get_asset(request: HttpRequest, asset_id: UUID) -> s.AssetPage:
    """One asset: why it is the company's, and what was found on it."""
    page = queries.page(viewer(request), asset_id, at=timezone.now())
    return s.AssetPage(
        **_asset(page.asset, page.confidence).model_dump(),
        detail=page.asset.detail,
        signs=[
            s.Sign(
                code=told.sign.code,
                source=told.sign.source,
                confidence=told.sign.confidence,
                reason={language: told.said(language) for language in ("zh", "en")},
                since=told.row.recorded_at,
            )
            for told in page.told
        ],
        findings=[_fault(fault) for fault in page.faults],
    )


def _fault(fault: queries.Faults) -> s.Fault:
    about = fault.settled or fault.dispute
    return s.Fault(
        **finding(fault.finding).model_dump(), counts=fault.settled is None, dispute=about.pk if about else None
    )


@router.post("assets/{uuid:asset_id}/disputes", response=writes(Made, 201), operation_id="raise_dispute")
def raise_dispute(request: HttpRequest, asset_id: UUID, body: s.DisputeIn, key: Key) -> HttpResponse:
    """Say that an asset is not the company's, or that a finding on it is fixed, wrong or compensated for."""

    def work(by: Any, at: Any) -> Made:
        claim = disputes.Claim(asset_id, body.check, body.ground, body.words)
        proof = disputes.Proof(body.upload.name, content_of(body.upload)) if body.upload else None
        return made(disputes.open_dispute(claim=claim, proof=proof, by=by, at=at))

    return write(request, body, work, 201)


def _dispute(row: Dispute) -> s.Dispute:
    return s.Dispute(
        id=row.pk,
        company=row.company_id,
        asset=row.asset_id,
        check=row.check_id,
        ground=row.ground,
        words=row.words,
        status=row.status,
        raised_by=row.raised_by_name,
        raised_at=row.recorded_at,
        due_at=row.due_at,
        decided_at=row.decided_at,
        reason=row.reason,
        backed=row.file_id is not None,
        effect=row.effect,
        assessment=row.assessment_id,
    )


@router.get("disputes", response=reads(Listed[s.Dispute]), operation_id="list_disputes")
def list_disputes(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Disputes the token may know of, newest first."""
    return page_of(queries.disputes(viewer(request), at=timezone.now()), paging, _dispute)


@router.get("disputes/{uuid:dispute_id}", response=reads(s.Dispute), operation_id="get_dispute")
def get_dispute(request: HttpRequest, dispute_id: UUID) -> s.Dispute:
    """One dispute, and what upholding it changed."""
    return _dispute(queries.dispute(viewer(request), dispute_id, at=timezone.now()))


@router.post("disputes/{uuid:dispute_id}/withdraw", response=writes(Made), operation_id="withdraw_dispute")
def withdraw(request: HttpRequest, dispute_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """Take it back; nothing changes."""
    return write(request, body, lambda by, at: made(disputes.withdraw(dispute=dispute_id, by=by, at=at)))


@router.post("disputes/{uuid:dispute_id}/decide", response=writes(Made), operation_id="decide_dispute")
def decide(request: HttpRequest, dispute_id: UUID, body: s.VerdictIn, key: Key) -> HttpResponse:
    """Uphold it, so that it leaves the evidence and the score is worked out anew, or reject it."""

    def work(by: Any, at: Any) -> Made:
        return made(disputes.decide(dispute=dispute_id, uphold=body.uphold, reason=body.reason, by=by, at=at))

    return write(request, body, work)


def _import(row: Import) -> s.Import:
    return s.Import(
        id=row.pk,
        company=row.company_id,
        kind=row.kind,
        tool=row.tool,
        name=row.name,
        made_at=row.made_at,
        dated=row.dated,
        sha256=row.sha256,
        counts=row.counts,
        taken_at=row.recorded_at,
    )


@router.get("companies/{uuid:company_id}/imports", response=reads(Listed[s.Import]), operation_id="list_imports")
def list_imports(request: HttpRequest, company_id: UUID, paging: Query[Paging]) -> dict[str, Any]:
    """The files of its own tools that were read for a company, newest first."""
    return page_of(queries.imports(viewer(request), company_id, at=timezone.now()), paging, _import)


@router.post("imports", response=writes(Made, 201), operation_id="import_file")
def take(request: HttpRequest, body: s.ImportIn, key: Key) -> HttpResponse:
    """Hand in a scanner's report, a bill of materials or an asset register; the same bytes again are one import."""

    def work(by: Any, at: Any) -> Made:
        upload = imports.Upload(body.upload.name, content_of(body.upload), body.kind)
        return made(imports.take(company=body.company, upload=upload, by=by, at=at))

    return write(request, body, work, 201)


@router.get("imports/{uuid:import_id}", response=reads(s.ImportPage), operation_id="get_import")
def get_import(request: HttpRequest, import_id: UUID) -> s.ImportPage:
    """One file: what it says about the controls, the gravest weaknesses, and what could not be taken."""
    row = queries.imported(viewer(request), import_id, at=timezone.now())
    return s.ImportPage(
        **_import(row).model_dump(),
        findings=[finding(finding_of(found)) for found in row.findings.all()],
        weaknesses=[s.Weakness(**{key: w[key] for key in s.Weakness.model_fields}) for w in row.weaknesses],
        problems=[
            s.Trouble(line=t["line"], code=t["code"], text=sentence(Problem("", t["code"], t["params"])))
            for t in row.problems
        ],
    )
