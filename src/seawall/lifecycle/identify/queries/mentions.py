"""Which companies the viewer may see are named on leak sites, and whose domains appear in leaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from seawall.core.feeds.mentions import Book, Mention, Party, in_leaks, in_posts
from seawall.lifecycle.identify.queries import scope
from seawall.records.feeds.queries import newest_release
from seawall.records.parties.models import Organisation
from seawall.records.parties.viewer import Viewer

MOST = 200
FEEDS = ("ransomware", "leaks")


@dataclass(frozen=True, slots=True)
class Named:
    """One company in one entry of a feed; by its "domain", or by its "name", which a person has to judge."""

    company: Organisation
    by: str
    entry: Mapping[str, Any]


def mentions(viewer: Viewer, kind: str, *, at: datetime) -> list[Named]:
    """The first `MOST` mentions in the newest release of leak-site posts ("ransomware") or "leaks"; office alone.

    Raises `Forbidden`. Domains are those of a company's newest submission.
    """
    viewer.require("feed.read")
    release = newest_release(viewer, kind) if kind in FEEDS else None
    if release is None:
        return []
    companies = {str(company.pk): company for company in scope.companies(viewer, at=at)}
    book = Book(_parties(viewer, companies, at))
    entries: Mapping[str, Mapping[str, Any]] = release.body["entries"]
    found: list[Mention] = in_posts(book, entries) if kind == "ransomware" else in_leaks(book, entries)
    return [Named(companies[m.company], m.by, entries[m.key]) for m in found[:MOST]]


def _parties(viewer: Viewer, companies: Mapping[str, Organisation], at: datetime) -> list[Party]:
    domains: dict[str, list[str]] = {}
    for submission in scope.submissions(viewer, at=at):
        domains.setdefault(str(submission.company_id), submission.document.get("company", {}).get("domains", []))
    return [
        Party(key, tuple(n for n in (company.name_zh, company.name_en) if n), tuple(domains.get(key, ())))
        for key, company in companies.items()
    ]
