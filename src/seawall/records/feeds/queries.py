"""What the feeds stand at: the last good run and the last bad one of each, the release held, what is known of a CVE."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from seawall.core.feeds.kinds import KINDS, Kind
from seawall.core.feeds.vulnerabilities import Priority, Vulnerability, priority
from seawall.core.problems import Refused
from seawall.records.feeds.models import FeedBasis, FeedRun
from seawall.records.parties.viewer import Viewer
from seawall.records.releases.models import Release
from seawall.reference import known_exploited

KIND = "feeds"


class UnknownFeed(Refused):
    """There is no such feed, or none that needs this."""

    code = "feed.unknown"
    status = 422


@dataclass(frozen=True, slots=True)
class Standing:
    """One feed as it stands. `release` without its body; `stale`: the last good run is older than the feed's rhythm."""

    kind: Kind
    good: FeedRun | None
    failed: FeedRun | None
    release: Release | None
    basis: FeedBasis | None
    stale: bool


def runs(viewer: Viewer, kind: str = "") -> QuerySet[FeedRun]:
    """The runs, newest first; the office's alone. Raises `Forbidden`."""
    viewer.require("feed.read")
    found = FeedRun.objects.filter(tenant_id=viewer.tenant).select_related("basis__approver")
    found = found.defer("release__body", "before__body").select_related("release", "before")
    return (found.filter(kind=kind) if kind else found).order_by("-recorded_at", "-pk")


def standings(viewer: Viewer, *, at: datetime) -> list[Standing]:
    """Every feed in its fixed order; raises `Forbidden` outside the office."""
    every = runs(viewer)
    found = []
    for kind in KINDS.values():
        own = every.filter(kind=kind.id)
        good = own.exclude(outcome="failed").first()
        failed = own.filter(outcome="failed").first()
        found.append(
            Standing(
                kind=kind,
                good=good,
                failed=failed,
                release=good.release if good else None,
                basis=basis_in_force(viewer, kind.id, timezone.localdate(at)) if kind.guarded else None,
                stale=good is None or at - good.recorded_at > timedelta(hours=kind.hours),
            )
        )
    return found


def basis_in_force(viewer: Viewer, kind: str, day: date) -> FeedBasis | None:
    """The newest basis that holds on `day`."""
    rows = FeedBasis.objects.filter(tenant_id=viewer.tenant, kind=kind, start__lte=day, end__gt=day)
    return rows.select_related("approver").order_by("-recorded_at").first()


def newest_release(viewer: Viewer, kind: str) -> Release | None:
    """The release that the last run made or confirmed."""
    rows = Release.objects.filter(tenant_id=viewer.tenant, kind=KIND, identifier=kind)
    return rows.order_by("-recorded_at", "-version").first()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one CVE: `listed_as_of` and `scored_as_of` are the days of the lists that were looked into."""

    found: Vulnerability
    priority: Priority
    listed_as_of: str
    scored_as_of: str


def vulnerability(viewer: Viewer, cve: str) -> Known:
    """One CVE in the newest KEV and EPSS taken in, each with the list that ships in its place until there is one.

    Raises `Forbidden` outside the office.
    """
    viewer.require("feed.read")
    cve = cve.strip().upper()
    shipped, body = known_exploited(), _entry(viewer, "kev", cve)
    held = shipped.by_cve(cve)
    listed, added, use = held is not None, held.added if held else "", held.ransomware if held else None
    vendor, product = (held.vendor, held.product) if held else ("", "")
    if body is not None:
        entry = body[0] or {}
        listed, added, use = bool(entry), entry.get("added", ""), entry.get("ransomware")
        vendor, product = entry.get("vendor", vendor), entry.get("product", product)
    epss, percentile = (held.epss, held.percentile) if held else (None, None)
    scores = _entry(viewer, "epss", cve)
    if scores is not None:
        entry = scores[0] or {}
        epss, percentile = entry.get("epss"), entry.get("percentile")
    made = Vulnerability(cve, vendor, product, listed, added, use, epss, percentile)
    days = [found[1] if found else shipped.taken for found in (body, scores)]
    return Known(made, priority(made), *days)


def _entry(viewer: Viewer, kind: str, key: str) -> tuple[dict[str, Any] | None, str] | None:
    """One entry of a feed's newest release, picked inside the database, and the feed's day; None without a release."""
    rows = Release.objects.filter(tenant_id=viewer.tenant, kind=KIND, identifier=kind).order_by(
        "-recorded_at", "-version"
    )
    entry = KeyTransform(key, KeyTransform("entries", "body"))
    found = rows.annotate(entry=entry, day=F("body__as_of")).values_list("entry", "day").first()
    return (found[0], str(found[1] or "")) if found else None
