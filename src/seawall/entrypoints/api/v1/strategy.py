"""Strategy: what is on sale, the appetite, the plan, the panel, proposals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from seawall import reference
from seawall.core.decimals import plain
from seawall.core.figures import Figure, Source, beside
from seawall.core.money import Money
from seawall.entrypoints.api.access import office, viewer
from seawall.entrypoints.api.v1.answers import made, named, page_of, reads, writes
from seawall.entrypoints.api.v1.parties import party
from seawall.entrypoints.api.v1.schemas import strategy as s
from seawall.entrypoints.api.v1.schemas.base import DecideIn, Empty, Key, Listed, Made, Paging, amount
from seawall.entrypoints.api.writes import write
from seawall.lifecycle.recover.queries import book as books
from seawall.lifecycle.strategy.actions import effective, proposal
from seawall.lifecycle.strategy.actions import panel as panels
from seawall.lifecycle.strategy.models import Appetite, Offering, PanelProvider, RatingPlan, RatingProposal
from seawall.lifecycle.strategy.queries import in_force
from seawall.lifecycle.strategy.queries.appetite import sayings
from seawall.records.parties.viewer import NotFound
from seawall.records.releases import queries as releases

router = Router(tags=["strategy"])


def _product(row: Offering) -> s.Product:
    body = row.release.body
    return s.Product(
        id=row.pk,
        product=row.product,
        name=row.release.header["name"],
        release=str(row.release),
        wording=str(row.wording),
        covers=body["covers"],
        services=body["services"],
    )


@router.get("products", response=reads(Listed[s.Product]), operation_id="list_products")
def products(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Products on sale today, with covers and services."""
    return page_of(in_force.offerings(viewer(request), on=timezone.localdate()), paging, _product)


@router.post("products", response=writes(Made, 201), operation_id="offer_product")
def offer(request: HttpRequest, body: s.OfferIn, key: Key) -> HttpResponse:
    """Sell a product under a wording from a day on; what was sold before ends there."""

    def work(by: Any, at: Any) -> Made:
        by.require("product.offer")
        release, wording = releases.release(by, body.release), releases.release(by, body.wording)
        return made(effective.offer_product(release=release, wording=wording, start=body.start, by=by, at=at))

    return write(request, body, work, 201)


@router.get("appetite", response=reads(s.Appetite), operation_id="get_appetite")
def appetite(request: HttpRequest) -> s.Appetite:
    """The appetite in force, with reasons and remedies; the insurer's own affair."""
    found = in_force.appetite(office(request, "appetite.adopt"), on=timezone.localdate())
    if found is None:
        raise NotFound("appetite")
    return s.Appetite(
        id=found.pk, release=str(found.release), start=found.effective.lower, rules=found.release.body["rules"]
    )


@router.get("appetite/words", response=reads(s.Sayings), operation_id="get_appetite_in_words")
def words(request: HttpRequest) -> s.Sayings:
    """What is declined or referred and what would change that, without thresholds; for the office and brokers."""
    found = sayings(viewer(request), on=timezone.localdate())
    return s.Sayings(
        rules=[
            s.Saying(rule=one.rule, outcome=one.outcome, reason=dict(one.reason), remedy=dict(one.remedy))
            for one in found
        ]
    )


@router.post("appetite", response=writes(Made, 201), operation_id="adopt_appetite")
def adopt(request: HttpRequest, body: s.AdoptIn, key: Key) -> HttpResponse:
    """Underwrite under the rules of a release from a day on."""

    def work(by: Any, at: Any) -> Made:
        by.require("appetite.adopt")
        return made(
            effective.adopt_appetite(release=releases.release(by, body.release), start=body.start, by=by, at=at)
        )

    return write(request, body, work, 201)


@router.get("rating-plan", response=reads(s.RatingPlan), operation_id="get_rating_plan")
def plan(request: HttpRequest) -> s.RatingPlan:
    """The rating plan in force, whole; the insurer's own affair."""
    found = in_force.rating_plan(office(request, "rating_plan.adopt"), on=timezone.localdate())
    if found is None:
        raise NotFound("plan")
    return s.RatingPlan(
        id=found.pk,
        release=str(found.release),
        currency=found.currency,
        start=found.effective.lower,
        body=found.release.body,
    )


@router.post("rating-plan", response=writes(Made, 201), operation_id="adopt_rating_plan")
def adopt_plan(request: HttpRequest, body: s.AdoptIn, key: Key) -> HttpResponse:
    """Price by a plan from a day on, in its currency."""

    def work(by: Any, at: Any) -> Made:
        by.require("rating_plan.adopt")
        return made(
            effective.adopt_rating_plan(release=releases.release(by, body.release), start=body.start, by=by, at=at)
        )

    return write(request, body, work, 201)


def _dated(row: Appetite | Offering | RatingPlan) -> s.Dated:
    what = getattr(row, "product", "") or getattr(row, "currency", "") or "appetite"
    return s.Dated(id=row.pk, what=what, release=str(row.release), start=row.effective.lower, end=row.effective.upper)


@router.get("strategy", response=reads(s.History), operation_id="get_strategy")
def history(request: HttpRequest) -> s.History:
    """What applied and will apply, and since when; the office's alone."""
    found = in_force.page(viewer(request), on=timezone.localdate())
    return s.History(
        appetites=[_dated(row) for row in found.appetite_history],
        products=[_dated(row) for row in found.offering_history],
        rating_plans=[_dated(row) for row in found.plan_history],
    )


def _figure(row: Figure) -> s.PublishedFigure:
    return s.PublishedFigure(
        id=row.id,
        name=dict(row.name),
        value=plain(row.value),
        unit=row.unit,
        relation=row.relation,
        evidence=row.evidence,
    )


def _source(row: Source) -> s.FigureSource:
    return s.FigureSource(
        id=row.id,
        name=dict(row.name),
        kind=row.kind,
        period=row.period,
        paper=row.paper,
        read_in=row.read_in,
        used_for=list(row.used_for),
        says=None if row.says is None else dict(row.says),
        figures=[_figure(figure) for figure in row.figures],
    )


@router.get("figures", response=reads(list[s.FigureSource]), operation_id="list_figures")
def figures(request: HttpRequest) -> list[s.FigureSource]:
    """Published figures of the market, of claims and of single events, by source."""
    viewer(request)
    return [_source(row) for row in reference.market_figures()]


@router.get("book", response=reads(s.Book), operation_id="get_book")
def own_book(request: HttpRequest) -> s.Book:
    """The own book beside the market's figures; the office's alone."""
    now = timezone.now()
    own = books.book(viewer(request), on=timezone.localdate(now), at=now, currency=in_force.CURRENCY)
    rows = beside(own.figures, reference.market_figures())
    return s.Book(
        currency=own.currency,
        policies=own.policies,
        premium=amount(own.premium),
        limits=amount(own.limits),
        years=plain(round(own.years, 2)),
        claims=own.claims,
        beside=[
            s.OwnFigure(
                code=row.code,
                own=None if row.own is None else plain(round(row.own, 6)),
                published=_figure(row.figure),
                source=row.source.id,
                ratio=None if row.ratio is None else plain(round(row.ratio, 4)),
            )
            for row in rows
        ],
    )


def _place(row: PanelProvider) -> s.Place:
    return s.Place(
        id=row.pk,
        organisation=named(row.organisation),  # type: ignore[arg-type]
        service=row.service,
        price=amount(Money(row.price, row.currency)),
        response_minutes=row.response_minutes,
        hotline=row.organisation.hotline,
    )


@router.get("panel", response=reads(Listed[s.Place]), operation_id="list_panel")
def panel(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Service providers on the panel; a provider sees its own places, the insured's side none."""
    return page_of(in_force.panel(viewer(request)), paging, _place)


@router.post("panel", response=writes(Made, 201), operation_id="appoint_provider")
def appoint(request: HttpRequest, body: s.AppointIn, key: Key) -> HttpResponse:
    """Put a provider on the panel for a service."""

    def work(by: Any, at: Any) -> Made:
        by.require("panel.appoint")
        return made(
            panels.appoint(
                organisation=party(by, body.organisation, at),
                service=body.service,
                price=body.price.money(),
                response_minutes=body.response_minutes,
                by=by,
                at=at,
            )
        )

    return write(request, body, work, 201)


@router.post("panel/{uuid:place_id}/dismiss", response=writes(Made), operation_id="dismiss_provider")
def dismiss(request: HttpRequest, place_id: UUID, body: Empty, key: Key) -> HttpResponse:
    """Take a provider off the panel; work under way goes on."""
    return write(request, body, lambda by, at: made(panels.dismiss(place=place_id, by=by, at=at)))


@router.get("hotlines", response=reads(s.Hotlines), operation_id="list_hotlines")
def hotlines(request: HttpRequest) -> s.Hotlines:
    """Whom anybody in need may call: the insurer first, then providers by how fast they answer."""
    found = in_force.hotlines(viewer(request))
    return s.Hotlines(
        hotlines=[
            s.Hotline(organisation=named(row), kind=row.kind, hotline=row.hotline)  # type: ignore[arg-type]
            for row in found
        ]
    )


def _proposal(row: RatingProposal) -> s.Proposal:
    return s.Proposal(
        id=row.pk,
        plan=str(row.plan.release),
        status=row.status,
        evidence=row.evidence,
        proposed=row.proposed,
        proposed_at=row.recorded_at,
        note=row.note,
    )


@router.get("rating-proposals", response=reads(Listed[s.Proposal]), operation_id="list_rating_proposals")
def proposals(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """What experience proposes to change in a plan; the office's alone."""
    return page_of(in_force.proposals(viewer(request)), paging, _proposal)


@router.post(
    "rating-proposals/{uuid:proposal_id}/decision", response=writes(Made), operation_id="decide_rating_proposal"
)
def decide(request: HttpRequest, proposal_id: UUID, body: DecideIn, key: Key) -> HttpResponse:
    """Approve or reject; another person than who proposed."""
    return write(
        request,
        body,
        lambda by, at: made(proposal.decide(proposal=proposal_id, approve=body.approve, note=body.note, by=by, at=at)),
    )
