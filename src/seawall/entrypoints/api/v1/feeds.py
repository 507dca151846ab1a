"""Records: the public feeds, their runs, and how much a vulnerability matters."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from seawall.core.feeds.basis import Basis
from seawall.core.problems import Problem
from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import content_of, named, page_of, reads, writes
from seawall.entrypoints.api.v1.schemas import feeds as s
from seawall.entrypoints.api.v1.schemas.base import Key, Listed, Named, Paging
from seawall.entrypoints.api.writes import write
from seawall.entrypoints.sentences import sentence
from seawall.lifecycle.identify.queries.mentions import mentions
from seawall.records.feeds import queries
from seawall.records.feeds.actions import Load, authorise, take
from seawall.records.feeds.models import FeedBasis, FeedRun

router = Router(tags=["records"])
Cve = Annotated[str, Field(pattern=r"^[Cc][Vv][Ee]-[0-9]{4}-[0-9]{4,19}$")]


def _basis(row: FeedBasis) -> s.Basis:
    return s.Basis(
        id=row.pk,
        kind=row.kind,
        ground=row.ground,
        way=row.way,
        purpose=row.purpose,
        approver=row.approver.name,
        start=row.start,
        end=row.end,
        recorded_at=row.recorded_at,
    )


def _run(row: FeedRun) -> s.Run:
    told = [Problem(p["field"], p["code"], p["params"]) for p in row.problems]
    return s.Run(
        id=row.pk,
        kind=row.kind,
        at=row.recorded_at,
        source=row.source,
        outcome=row.outcome,
        published=row.published,
        entries=row.entries,
        left_out=row.left_out,
        size=row.size,
        sha256=row.sha256,
        release=row.release_id,
        before=row.before_id,
        change=row.change,
        problems=[{"field": p.field, "code": p.code, "text": sentence(p)} for p in told],
        reason=row.reason,
        basis=row.basis_id,
    )


def _feed(found: queries.Standing) -> s.Feed:
    kind = found.kind
    return s.Feed(
        kind=kind.id,
        name=dict(kind.name),
        provider=kind.provider,
        licence=kind.licence,
        address=kind.address,
        whole=kind.whole,
        guarded=kind.guarded,
        stale=found.stale,
        last_good=_run(found.good) if found.good else None,
        last_failed=_run(found.failed) if found.failed else None,
        basis=_basis(found.basis) if found.basis else None,
    )


@router.get("feeds", response=reads(list[s.Feed]), operation_id="list_feeds")
def feeds(request: HttpRequest) -> list[s.Feed]:
    """Every public feed with its last good and its last failed run."""
    return [_feed(found) for found in queries.standings(viewer(request), at=timezone.now())]


@router.get("feeds/runs", response=reads(Listed[s.Run]), operation_id="list_feed_runs")
def feed_runs(request: HttpRequest, paging: Query[Paging], kind: s.Kind | None = None) -> dict[str, Any]:
    """The runs of all feeds or of one, newest first."""
    return page_of(queries.runs(viewer(request), kind or ""), paging, _run)


@router.get("feeds/mentions", response=reads(list[s.Mentioned]), operation_id="list_feed_mentions")
def feed_mentions(request: HttpRequest, kind: Literal["ransomware", "leaks"]) -> list[s.Mentioned]:
    """Companies of the house named in leak-site posts, or whose domains appear in leaks; at most 200."""
    return [
        s.Mentioned(company=Named(**named(found.company)), by=found.by, entry=dict(found.entry))
        for found in mentions(viewer(request), kind, at=timezone.now())
    ]


@router.post("feeds/runs", response=writes(s.Run, 201), operation_id="run_feed")
def run_feed(request: HttpRequest, body: s.FeedIn, key: Key) -> HttpResponse:
    """Take a feed in; a sound one becomes a release, a bad one replaces nothing, and the run says why."""

    def work(by: Any, at: Any) -> s.Run:
        by.require("feed.run")
        parts = tuple(content_of(file) for file in body.files)
        source = ", ".join(file.name for file in body.files)[:300]
        return _run(take(Load(body.kind, parts, source, body.domain, body.reason), by=by, at=at))

    return write(request, body, work, 201)


@router.post("feeds/bases", response=writes(s.Basis, 201), operation_id="authorise_feed")
def authorise_feed(request: HttpRequest, body: s.BasisIn, key: Key) -> HttpResponse:
    """Record the ground, way and purpose on which leaks may be taken in; whoever records it approves it."""

    def work(by: Any, at: Any) -> s.Basis:
        basis = Basis(body.ground, body.way, body.purpose, body.start, body.end)
        return _basis(authorise(kind=body.kind, basis=basis, by=by, at=at))

    return write(request, body, work, 201)


@router.get("vulnerabilities", response=reads(s.Priority), operation_id="get_vulnerability")
def vulnerability(request: HttpRequest, cve: Cve) -> s.Priority:
    """How much one CVE matters, by the newest lists taken in, or by the list that ships until there is one."""
    known = queries.vulnerability(viewer(request), cve)
    found = known.found
    return s.Priority(
        cve=found.cve,
        priority=known.priority.value,
        reasons=list(known.priority.reasons),
        vendor=found.vendor,
        product=found.product,
        listed=found.listed,
        added=found.added,
        ransomware=found.ransomware,
        epss=found.epss,
        percentile=found.percentile,
        listed_as_of=known.listed_as_of,
        scored_as_of=known.scored_as_of,
    )
