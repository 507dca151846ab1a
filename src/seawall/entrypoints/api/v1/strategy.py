"""Strategy: what is on sale, the appetite, the plan, the panel, proposals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import READS, WRITES, listed, made
from seawall.entrypoints.api.v1.schemas import DecideIn, Key, Listed, Made, Page
from seawall.entrypoints.api.writes import write
from seawall.lifecycle.strategy.actions import proposal
from seawall.lifecycle.strategy.models import Offering, PanelProvider, RatingProposal
from seawall.lifecycle.strategy.queries import in_force

router = Router(tags=["strategy"])


def _offering(row: Offering) -> dict[str, Any]:
    body = row.release.body
    return {
        "product": row.product,
        "release": str(row.release),
        "name": row.release.header["name"],
        "wording": str(row.wording),
        "covers": body["covers"],
        "services": body["services"],
    }


@router.get("products", response={200: Listed, **READS}, operation_id="list_products")
def products(request: HttpRequest, page: Page = 1) -> Listed:
    """Products on sale today, with covers and services."""
    return listed(in_force.offerings(viewer(request), on=timezone.localdate()), page, _offering)


@router.get("appetite", response={200: dict[str, Any], **READS}, operation_id="get_appetite")
def appetite(request: HttpRequest) -> dict[str, Any]:
    """The appetite in force: its rules with reasons and remedies; empty when there is none."""
    found = in_force.appetite(viewer(request), on=timezone.localdate())
    return {} if found is None else {"release": str(found.release), "rules": found.release.body["rules"]}


@router.get("rating-plan", response={200: dict[str, Any], **READS}, operation_id="get_rating_plan")
def plan(request: HttpRequest) -> dict[str, Any]:
    """The rating plan in force: the office reads it whole, others its name."""
    by = viewer(request)
    found = in_force.rating_plan(by, on=timezone.localdate())
    if found is None:
        return {}
    told = {"release": str(found.release), "currency": found.currency}
    return told | {"body": found.release.body} if by.office else told


def _provider(row: PanelProvider) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "organisation": row.organisation.name_zh,
        "service": row.service,
        "response_minutes": row.response_minutes,
        "hotline": row.organisation.hotline,
    }


@router.get("panel", response={200: Listed, **READS}, operation_id="list_panel")
def panel(request: HttpRequest, page: Page = 1) -> Listed:
    """Service providers on the panel."""
    return listed(in_force.panel(viewer(request)), page, _provider)


def _proposal(row: RatingProposal) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "plan": str(row.plan.release),
        "status": row.status,
        "evidence": row.evidence,
        "proposed": row.proposed,
    }


@router.get("rating-proposals", response={200: Listed, **READS}, operation_id="list_rating_proposals")
def proposals(request: HttpRequest, page: Page = 1) -> Listed:
    """What experience proposes to change in a plan."""
    return listed(in_force.proposals(viewer(request)), page, _proposal)


@router.post(
    "rating-proposals/{uuid:proposal_id}/decision",
    response={200: Made, **WRITES},
    operation_id="decide_rating_proposal",
)
def decide(request: HttpRequest, proposal_id: UUID, body: DecideIn, key: Key) -> HttpResponse:
    """Approve or reject; another person than who proposed."""
    return write(
        request,
        body,
        lambda by, at: made(proposal.decide(proposal=proposal_id, approve=body.approve, note=body.note, by=by, at=at)),
    )
