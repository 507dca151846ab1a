"""What has happened to others: incidents in VERIS (as the VERIS Community Database has them), and leak-site posts.

Formats: https://verisframework.org (schema 1.3), github.com/joshhighet/ransomwatch `posts.json` and ransomware.live's
`victims` (the same with more fields). Names of victims in VERIS are not kept; a leak post is known by nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from seawall.core.feeds.reading import Bounds, Feed, Item, gather, json_of, refuse

VERIS_BOUNDS = Bounds(bytes=96_000_000, entries=100_000, tolerance=0.01)
POSTS_BOUNDS = Bounds(bytes=96_000_000, entries=500_000, tolerance=0.01)
ACTIONS = ("malware", "hacking", "social", "misuse", "physical", "error", "environmental", "unknown")
ACTORS = ("external", "internal", "partner", "unknown")
ATTRIBUTES = ("confidentiality", "integrity", "availability", "unknown")
_ID = re.compile(r"[\w.-]{1,80}")
_MONEY = 1e12


@dataclass(frozen=True, slots=True)
class Happened:
    """One incident. `actions` and `actors` as "group: variety"; `records` and `loss` None where not stated.

    `loss` is a figure in `currency` as the incident states it, of any year's money, and never checked by us.
    """

    year: int
    month: int | None
    confirmed: str
    actors: tuple[str, ...]
    actions: tuple[str, ...]
    assets: tuple[str, ...]
    attributes: tuple[str, ...]
    disclosed: str
    records: int | None
    industry: str
    employees: str
    countries: tuple[str, ...]
    discovery: tuple[str, ...]
    loss: float | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """What a ransomware group claims on its leak site: a claim of criminals, not a fact."""

    group: str
    title: str
    discovered: str
    country: str = ""
    sector: str = ""


def read_veris(parts: Sequence[bytes]) -> Feed:
    """Incidents: one in a file (as VCDB keeps them) or a list of them."""
    rows: list[tuple[str, Any]] = []
    for index, part in enumerate(parts):
        found = json_of(part, VERIS_BOUNDS)
        many = found if isinstance(found, list) else [found]
        rows += [(f"[{index}]" if len(many) == 1 else f"[{index}][{n}]", row) for n, row in enumerate(many)]
        if len(rows) > VERIS_BOUNDS.entries:
            raise refuse("feed.too_many", most=VERIS_BOUNDS.entries)
    if not any(isinstance(row, dict) and "incident_id" in row and "timeline" in row for _, row in rows):
        raise refuse("feed.not_this_feed", kind="veris")
    entries, told = gather(rows, _happened, VERIS_BOUNDS)
    return Feed("veris", "", entries, {}, told.count, tuple(told.problems))


def _happened(row: Item) -> Iterator[tuple[str, Any]]:
    when = row.child("timeline").child("incident")
    year = when.number("year", 1900, 2200, whole=True)
    if year is None:
        row.told.add(when.at("year"), "feed.missing")
    month = when.number("month", 1, 12, whole=True)
    victim, secret = row.child("victim"), row.child("attribute").child("confidentiality")
    impact = row.child("impact")
    records = secret.number("data_total", 0, 1e11)
    yield (
        row.name("incident_id", _ID),
        Happened(
            year=int(year or 0),
            month=None if month is None else int(month),
            confirmed=row.text("security_incident", most=40),
            actors=_varieties(row.child("actor"), ACTORS),
            actions=_varieties(row.child("action"), ACTIONS),
            assets=tuple(
                dict.fromkeys(a.text("variety", most=80) for a in row.child("asset").items("assets", most=200))
            ),
            attributes=tuple(name for name in ATTRIBUTES if name in row.child("attribute").value),
            disclosed=secret.text("data_disclosure", most=40),
            records=None if records is None else int(records),
            industry=victim.text("industry", most=12),
            employees=victim.text("employee_count", most=40),
            countries=victim.texts("country"),
            discovery=_discovery(row),
            loss=impact.number("overall_amount", 0, _MONEY),
            currency=impact.text("iso_currency_code", most=3),
        ),
    )


def _varieties(parent: Item, groups: Sequence[str]) -> tuple[str, ...]:
    """Each group that stands there, with its varieties."""
    found: list[str] = []
    for group in groups:
        if group in parent.value:
            varieties = parent.child(group).texts("variety")
            found += [f"{group}: {variety}" for variety in varieties] or [group]
    return tuple(found)


def _discovery(row: Item) -> tuple[str, ...]:
    """A word in schema 1.2 and older, a map since."""
    found = row.value.get("discovery_method")
    if isinstance(found, str):
        return (row.text("discovery_method", most=80),)
    return tuple(str(key)[:80] for key in row.child("discovery_method").value)


def read_posts(data: bytes) -> Feed:
    """The list of posts; the same post seen twice at one moment is one."""
    found = json_of(data, POSTS_BOUNDS)
    if not isinstance(found, list) or not any(isinstance(row, dict) and _is_post(row) for row in found[:100]):
        raise refuse("feed.not_this_feed", kind="ransomware")
    seen: set[tuple[str, str, str]] = set()
    rows = []
    for n, row in enumerate(found):
        mark = (
            tuple(str(row.get(k)) for k in ("group_name", "post_title", "discovered")) if isinstance(row, dict) else ()
        )
        if len(mark) == 3 and "post_title" in row:
            if mark in seen:
                continue
            seen.add(mark)
        rows.append((f"[{n}]", row))
    entries, told = gather(rows, _post, POSTS_BOUNDS)
    newest = max(post.discovered for post in entries.values())
    return Feed("ransomware", newest, entries, {}, told.count, tuple(told.problems))


def _is_post(row: dict[str, Any]) -> bool:
    return ("group_name" in row or "group" in row) and ("post_title" in row or "victim" in row) and "discovered" in row


def _post(row: Item) -> Iterator[tuple[str, Any]]:
    group, title = (
        row.text("group_name", "group", most=80, required=True),
        row.text("post_title", "victim", required=True),
    )
    moment = row.text("discovered", most=40)
    post = Post(group, title, row.day("discovered"), row.text("country", most=60), row.text("activity", most=80))
    yield f"{group}|{moment}|{title}", post
