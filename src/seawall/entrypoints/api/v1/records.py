"""Records: the journal and the releases of reference data. The vault: `vault`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from seawall import reference
from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import made, page_of, reads, writes
from seawall.entrypoints.api.v1.schemas import records as s
from seawall.entrypoints.api.v1.schemas.base import Code, Key, Listed, Made, Paging
from seawall.entrypoints.api.writes import write
from seawall.records.journal.models import Entry
from seawall.records.journal.queries import entries
from seawall.records.releases import queries as releases
from seawall.records.releases.actions import load
from seawall.records.releases.models import Release

router = Router(tags=["records"])


def _entry(row: Entry) -> s.Entry:
    return s.Entry(
        number=row.number,
        at=row.recorded_at,
        by=row.user.name if row.user else "Seawall",
        verb=row.verb,
        noun=row.noun,
        object=row.object_id,
        old=row.old,
        new=row.new,
        reason=row.reason,
    )


@router.get("journal", response=reads(Listed[s.Entry]), operation_id="list_journal")
def journal(request: HttpRequest, paging: Query[Paging], noun: Code = "", object: UUID | None = None) -> dict[str, Any]:
    """Who did what, newest first, to one kind of object or to one when asked; supervisors and administrators."""
    rows = entries(viewer(request), noun=noun, object_id=str(object) if object else "")
    return page_of(rows, paging, _entry)


def _release(row: Release) -> s.Release:
    return s.Release(
        id=row.pk,
        kind=row.kind,
        identifier=row.identifier,
        version=row.version,
        sha256=row.sha256,
        name=row.header["name"],
        provider=row.header["provider"],
        loaded_at=row.recorded_at,
    )


@router.get("releases", response=reads(Listed[s.Release]), operation_id="list_releases")
def list_releases(request: HttpRequest, paging: Query[Paging], kind: Code = "") -> dict[str, Any]:
    """Reference data as loaded; how the insurer weighs and prices is shown to the office alone."""
    return page_of(releases.releases(viewer(request), kind).defer("body"), paging, _release)


@router.get("releases/{uuid:release_id}", response=reads(s.ReleasePage), operation_id="get_release")
def release(request: HttpRequest, release_id: UUID) -> s.ReleasePage:
    """One release with its header and content."""
    found = releases.release(viewer(request), release_id)
    return s.ReleasePage(**_release(found).model_dump(), header=found.header, body=found.body)


@router.get("releases/{uuid:release_id}/changes", response=reads(s.Comparison), operation_id="compare_releases")
def changes(request: HttpRequest, release_id: UUID, since: UUID) -> s.Comparison:
    """What a release changes against an earlier one of its kind."""
    found = releases.difference(viewer(request), since, release_id)
    return s.Comparison(
        before=found.before.pk,
        after=found.after.pk,
        added=dict(found.added),
        removed=dict(found.removed),
        changed={path: list(pair) for path, pair in found.changed.items()},
    )


@router.post("releases", response=writes(Made, 201), operation_id="load_release")
def load_release(request: HttpRequest, body: s.ReleaseIn, key: Key) -> HttpResponse:
    """Load a reference document; everything wrong in it is told, and nothing changes until somebody adopts it."""

    def work(by: Any, at: Any) -> Made:
        by.require("release.load")
        document = reference.read_document(body.kind, body.document)
        return made(load(document=document, by=by, at=at))

    return write(request, body, work, 201)
