"""Taking feeds in: a good run makes a release, a bad one replaces nothing and is recorded with its reasons."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from seawall import reference
from seawall.core.feeds import change as changes
from seawall.core.feeds import kinds
from seawall.core.feeds.basis import Basis, check_basis
from seawall.core.feeds.kinds import KINDS, Kind
from seawall.core.feeds.reading import Feed, plain
from seawall.core.problems import Problem, Refused
from seawall.records.feeds.models import FeedBasis, FeedRun
from seawall.records.feeds.queries import KIND, UnknownFeed, basis_in_force, newest_release
from seawall.records.journal.actions import record
from seawall.records.parties.models import Tenant
from seawall.records.parties.viewer import Viewer
from seawall.records.releases.actions import keep
from seawall.records.releases.models import Release

MOST_PROBLEMS = 20


class NoBasis(Refused):
    """A guarded feed without a recorded ground, purpose and approver in force today."""

    code = "feed.no_basis"
    status = 422


class SameHand(Refused):
    """Whoever has approved the basis does not also run the feed."""

    code = "feed.same_hand"


class NotReached(Refused):
    """The source did not answer, or not with the feed."""

    code = "feed.not_reached"


@dataclass(frozen=True, slots=True)
class Load:
    """What came: the bytes of the feed's file (or files), from where, and what a person says about it.

    `domain`: whose leaks these are; `reason`: why a feed that is much smaller or older is right all the same.
    """

    kind: str
    parts: tuple[bytes, ...]
    source: str
    domain: str = ""
    reason: str = ""

    @property
    def sha256(self) -> str:
        digest = hashlib.sha256(f"{self.kind}\n{self.domain}\n".encode())
        for part in self.parts:
            digest.update(len(part).to_bytes(8, "big") + part)
        return digest.hexdigest()


@transaction.atomic
def authorise(*, kind: str, basis: Basis, by: Viewer, at: datetime) -> FeedBasis:
    """Record the ground on which a guarded feed is taken in; whoever does so is its approver.

    Raises `UnknownFeed`, and `Invalid` with everything missing.
    """
    by.require("feed.authorise")
    if kind not in KINDS or not KINDS[kind].guarded:
        raise UnknownFeed("kind", kind=kind)
    check_basis(basis)
    made = FeedBasis.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        kind=kind,
        ground=basis.ground,
        way=basis.way,
        purpose=basis.purpose.strip(),
        approver_id=by.user,
        start=basis.start,
        end=basis.end,
    )
    record("feed.authorise", made, by=by, at=at, new={"kind": kind, "ground": basis.ground, "purpose": made.purpose})
    return made


def allowed(*, kind: str, by: Viewer, at: datetime) -> FeedBasis | None:
    """The basis on which this run stands (None for a feed that needs none), to be asked before anything is fetched.

    Raises `UnknownFeed`, `NoBasis`, `SameHand`.
    """
    by.require("feed.run")
    known = KINDS.get(kind)
    if known is None:
        raise UnknownFeed("kind", kind=kind)
    if not known.guarded:
        return None
    basis = basis_in_force(by, kind, timezone.localdate(at))
    if basis is None:
        raise NoBasis("kind", kind=kind)
    if basis.approver_id == by.user:
        raise SameHand("kind", kind=kind)
    return basis


def take(load: Load, *, by: Viewer, at: datetime) -> FeedRun:
    """Read what came and, when it is sound, keep it as a release with the difference to the one before.

    Never raises for a bad feed: the run says so. Raises what `allowed` raises.
    """
    basis = allowed(kind=load.kind, by=by, at=at)
    feed: Feed | None = None
    refused: Refused | None = None
    try:
        feed = kinds.read(load.kind, load.parts, domain=load.domain)
    except Refused as error:
        refused = error
    facts = {"basis": basis, "sha256": load.sha256, "size": sum(len(part) for part in load.parts)}
    with transaction.atomic():
        # One run of a tenant at a time: the difference is to what is held when it is written.
        Tenant.objects.select_for_update(no_key=True).get(pk=by.tenant)
        if feed is not None:
            try:
                return _keep(load, feed, facts, by=by, at=at)
            except Refused as error:
                refused = error
        problems = refused.problems if refused is not None else ()
        return _write(load, {**facts, "outcome": "failed", "problems": _told(problems)}, by=by, at=at)


@transaction.atomic
def fail(*, kind: str, source: str, why: str, by: Viewer, at: datetime) -> FeedRun:
    """Record that the source could not be asked or did not answer with a feed."""
    allowed(kind=kind, by=by, at=at)
    refused = NotReached("", why=why[:200])
    return _write(Load(kind, (), source), {"outcome": "failed", "problems": _told(refused.problems)}, by=by, at=at)


def _keep(load: Load, feed: Feed, facts: Mapping[str, Any], *, by: Viewer, at: datetime) -> FeedRun:
    kind, before = KINDS[load.kind], newest_release(by, load.kind)
    held: Mapping[str, Any] = before.body["entries"] if before else {}
    entries = changes.joined(held, {key: plain(entry) for key, entry in feed.entries.items()}, whole=kind.whole)
    change = changes.compare(held, entries)
    published = feed.published[:10]
    days = (str(before.body.get("as_of", "")) if before and kind.whole else "", published)
    changes.admit(held, change, days, reason=load.reason)
    release = before
    if before is None or change or days[0] != days[1]:
        version = _version(by, kind.id, at)
        release = keep(document=_document(kind, feed, entries, load, version), by=by, at=at)
    outcome = "unchanged" if before is not None and release is not None and release.pk == before.pk else "good"
    told: dict[str, Any] = {
        "outcome": outcome,
        "problems": _told(feed.told),
        "entries": len(entries),
        "left_out": feed.left_out,
        "published": published,
        "release": release,
        "before": before,
        "change": change.as_dict(),
    }
    return _write(load, {**facts, **told}, by=by, at=at)


def _version(by: Viewer, kind: str, at: datetime) -> str:
    """The day of the run and, from the second on that day, its number."""
    day = f"{at:%Y%m%d}"
    rows = Release.objects.filter(tenant_id=by.tenant, kind=KIND, identifier=kind, version__startswith=f"{day}.")
    return f"{day}.{rows.count() + 1}"


def _document(kind: Kind, feed: Feed, entries: Mapping[str, Any], load: Load, version: str) -> reference.Document:
    day = f"{version[:4]}-{version[4:6]}-{version[6:8]}"
    content: dict[str, Any] = {
        "id": kind.id,
        "version": version,
        "provider": kind.provider,
        "source": f"{kind.address} ({load.source})",
        "licence": kind.licence,
        "published": feed.published[:10] or day,
        "name": dict(kind.name),
        "as_of": feed.published[:10],
        "meta": dict(feed.meta),
        "entries": dict(entries),
    }
    return reference.read_document(KIND, content)


def _told(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    return [{"field": p.field, "code": p.code, "params": dict(p.params)} for p in problems[:MOST_PROBLEMS]]


def _write(load: Load, facts: Mapping[str, Any], *, by: Viewer, at: datetime) -> FeedRun:
    run = FeedRun.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        kind=load.kind,
        source=load.source[:300],
        reason=load.reason.strip()[:2_000],
        **facts,
    )
    new = {"kind": run.kind, "outcome": run.outcome, "entries": run.entries}
    record("feed.run", run, by=by, at=at, new=new, reason=run.reason)
    return run
