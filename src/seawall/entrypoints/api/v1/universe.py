"""Strategy: the risk universe, read by everybody as far as he may, drafted and adopted by the house."""

from __future__ import annotations

import json
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from seawall.entrypoints.api.access import office, viewer
from seawall.entrypoints.api.v1.answers import FILE, download, reads, sends, writes
from seawall.entrypoints.api.v1.schemas import universe as s
from seawall.entrypoints.api.v1.schemas.base import Code, Key, Listed, Paging
from seawall.entrypoints.api.v1.schemas.strategy import AdoptIn
from seawall.entrypoints.api.writes import write
from seawall.entrypoints.universe_files import as_stix, as_yaml
from seawall.lifecycle.strategy.actions import effective
from seawall.lifecycle.strategy.actions import universe as actions
from seawall.lifecycle.strategy.models import RiskUniverse, UniverseDraft
from seawall.lifecycle.strategy.queries import drafting, risks
from seawall.lifecycle.strategy.queries.in_force import offerings, risk_universe
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.releases import queries as releases
from seawall.records.releases.models import Release

router = Router(tags=["strategy"])
Form = Literal["yaml", "stix"]
STIX = "application/stix+json;version=2.1"


@router.get("risk-universe", response=reads(s.Universe), operation_id="get_risk_universe")
def universe(request: HttpRequest) -> s.Universe:
    """The universe in force, and how many risks stand at each grain."""
    held = risks.register(viewer(request), on=timezone.localdate())
    return s.Universe(
        release=str(held.release) if held.told else None,
        sha256=held.release.sha256 if held.told else None,
        name=held.release.header["name"],
        currency=held.universe.currency,
        risks={grain: sum(r.grain == grain for r in held.risks) for grain in risks.GRAINS},
        packs={code: dict(pack.name) for code, pack in held.universe.packs.items()},
    )


@router.post("risk-universe", response=writes(s.Adopted, 201), operation_id="adopt_risk_universe")
def adopt(request: HttpRequest, body: AdoptIn, key: Key) -> HttpResponse:
    """Assess by a loaded release from a day on."""

    def work(by: Any, at: Any) -> s.Adopted:
        by.require("universe.adopt")
        found = releases.release(by, body.release)
        return _adopted(effective.adopt_universe(release=found, start=body.start, by=by, at=at))

    return write(request, body, work, 201)


@router.get("risk-universe/risks", response=reads(Listed[s.Risk]), operation_id="list_risks")
def listed(request: HttpRequest, paging: Query[Paging], wanted: Query[s.Wanted]) -> dict[str, Any]:
    """Risks that fit: words in Chinese or English, ATT&CK numbers, GB/T 20986 categories; filters by code."""
    by, today = viewer(request), timezone.localdate()
    held = risks.register(by, on=today)
    asked = wanted.model_dump()
    found = risks.find(held, risks.Wanted(industry=asked.pop("pack"), **asked), risks.names(by, on=today))
    first = (paging.page - 1) * paging.size
    return {
        "items": [s.Risk(**_short(risk)) for risk in found[first : first + paging.size]],
        "total": len(found),
        "next": paging.page + 1 if first + paging.size < len(found) else None,
    }


@router.get("risk-universe/risks/{slug:risk}", response=reads(s.RiskPage), operation_id="get_risk")
def one(request: HttpRequest, risk: Code) -> s.RiskPage:
    """One risk with everything that hangs on it, and the clauses of each wording on sale that answer for it."""
    by, today = viewer(request), timezone.localdate()
    held = risks.register(by, on=today)
    found = held.risk(risk)
    figures = found.figures
    wordings: dict[str, Release] = {str(row.wording): row.wording for row in offerings(by, on=today)}
    return s.RiskPage(
        **_short(found),
        description=dict(found.description),
        actor=found.actor,
        actors=list(found.actors),
        threat=dict(found.threat),
        asset=dict(found.asset),
        consequence=dict(found.consequence),
        veris=found.veris,
        leads_to=list(found.leads_to),
        accumulates=found.accumulates,
        frequency=_figure(figures.rate, figures.rate_basis) if figures else None,
        severity=_figure(figures.median, figures.loss_basis) if figures else None,
        one_in_twenty=figures.tail if figures else None,
        shares=dict(found.covers) if held.told else None,
        clauses={
            name: [c.id for c in risks.clauses(row, list(found.covers))["agreement"]] for name, row in wordings.items()
        },
    )


def _short(risk: risks.Risk) -> dict[str, Any]:
    return {
        "id": risk.code,
        "grain": risk.grain,
        "name": dict(risk.name),
        "family": risk.family,
        "pack": risk.pack,
        "category": risk.category,
        "techniques": list(risk.techniques),
        "controls": list(risk.controls),
        "covers": list(risk.covers),
        "events_a_year": risk.figures.rate if risk.figures else None,
        "median_loss": risk.figures.median if risk.figures else None,
        "confidence": risk.figures.confidence if risk.figures else None,
    }


def _figure(value: float, basis: Any) -> s.Figure:
    return s.Figure(value=value, source=basis.source, confidence=basis.confidence)


@router.get(
    "risk-universe/files/{form}",
    response=FILE,
    operation_id="export_risk_universe",
    openapi_extra=sends("application/yaml", "application/stix+json"),
)
def export(request: HttpRequest, form: Form, release: UUID | None = None) -> HttpResponse:
    """The release in force, or another, as the open file (`yaml`) or a STIX 2.1 bundle (`stix`); the office's alone."""
    by = office(request, "universe.draft")
    held = risks.register(by, on=timezone.localdate(), release=release).release
    found = releases.document(held)
    name = f"{held.identifier}-{held.version}"
    if form == "yaml":
        return download(as_yaml(found).encode(), "application/yaml", f"{name}.yaml")
    return download(json.dumps(as_stix(found), ensure_ascii=False).encode(), STIX, f"{name}.stix.json")


@router.get("risk-universe/draft", response=reads(s.Draft), operation_id="get_universe_draft")
def draft(request: HttpRequest) -> s.Draft:
    """The open draft with what it changes (path, old, new) and what its trial found; the office's alone."""
    held = drafting.need(office(request, "universe.draft"))
    return s.Draft(
        id=held.pk,
        base=str(held.base),
        revision=held.revision,
        document=held.document,
        changes=[list(change) for change in drafting.differences(held)],
        trial=held.trial,
    )


def _revised(held: UniverseDraft) -> s.Revised:
    return s.Revised(id=held.pk, revision=held.revision, status=held.status)


def _adopted(held: RiskUniverse) -> s.Adopted:
    return s.Adopted(id=held.pk, release=str(held.release), start=held.effective.lower)


def _base(by: Viewer, asked: UUID | None) -> Release:
    found = releases.release(by, asked) if asked else risk_universe(by, on=timezone.localdate())
    if found is None:
        raise NotFound("release")
    return found


@router.post("risk-universe/draft", response=writes(s.Revised, 201), operation_id="begin_universe_draft")
def begin(request: HttpRequest, body: s.BeginIn, key: Key) -> HttpResponse:
    """Open a draft with the content of a release."""

    def work(by: Any, at: Any) -> s.Revised:
        by.require("universe.draft")
        return _revised(actions.begin(base=_base(by, body.base), by=by, at=at))

    return write(request, body, work, 201)


@router.post("risk-universe/draft/document", response=writes(s.Revised), operation_id="load_universe_draft")
def load(request: HttpRequest, body: s.LoadIn, key: Key) -> HttpResponse:
    """Put a whole document in place of the draft, or open one with it; everything wrong in it is told."""

    def work(by: Any, at: Any) -> s.Revised:
        by.require("universe.draft")
        base = _base(by, None)
        return _revised(actions.load(document=body.document, base=base, revision=body.revision, by=by, at=at))

    return write(request, body, work)


@router.post("risk-universe/draft/risks/{slug:risk}", response=writes(s.Revised), operation_id="change_universe_draft")
def change(request: HttpRequest, risk: Code, body: s.ChangeIn, key: Key) -> HttpResponse:
    """Other figures for a risk of the draft; a figure that changes needs a source of its own."""
    return write(
        request,
        body,
        lambda by, at: _revised(actions.change(risk=risk, values=body.values, revision=body.revision, by=by, at=at)),
    )


@router.post(
    "risk-universe/draft/risks/{slug:risk}/switch", response=writes(s.Revised), operation_id="switch_universe_risk"
)
def switch(request: HttpRequest, risk: Code, body: s.SwitchIn, key: Key) -> HttpResponse:
    """Take a risk out of the draft, or put its family back."""
    return write(
        request,
        body,
        lambda by, at: _revised(actions.switch(risk=risk, on=body.on, revision=body.revision, by=by, at=at)),
    )


@router.post("risk-universe/draft/trial", response=writes(s.Revised, 202), operation_id="try_universe_draft")
def trial(request: HttpRequest, body: s.RevisionIn, key: Key) -> HttpResponse:
    """Compute every company under both universes; the draft says what came out."""
    return write(request, body, lambda by, at: _revised(actions.order_trial(revision=body.revision, by=by, at=at)), 202)


@router.post("risk-universe/draft/adoption", response=writes(s.Adopted, 201), operation_id="adopt_universe_draft")
def adoption(request: HttpRequest, body: s.AdoptDraftIn, key: Key) -> HttpResponse:
    """Make the draft a release and assess by it from a day on."""
    return write(
        request,
        body,
        lambda by, at: _adopted(actions.adopt(revision=body.revision, start=body.start, by=by, at=at)),
        201,
    )


@router.post("risk-universe/draft/drop", response=writes(s.Revised), operation_id="drop_universe_draft")
def drop(request: HttpRequest, body: s.RevisionIn, key: Key) -> HttpResponse:
    """Give the draft up."""
    return write(request, body, lambda by, at: _revised(actions.drop(revision=body.revision, by=by, at=at)))
