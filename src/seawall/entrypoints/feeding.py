"""Asking the sources of the feeds, each within its bounds, through the one way out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from seawall.core.feeds.kinds import KINDS, Kind
from seawall.core.feeds.reading import json_of
from seawall.core.problems import Refused
from seawall.technology.net import Budget, Egress, NotReached, Wish

SECONDS = 300.0
# The NVD asks programs without a key to send no more than five requests in thirty seconds.
NVD_RATE = 1 / 6


class NoAnswer(Exception):
    """The source did not give the feed; the text says why, in a word or a number."""


class BadSource(Refused):
    """A schedule entry is not kind=URL of a feed that exists."""

    code = "feed.bad_source"
    status = 422


def sources(words: Sequence[str]) -> dict[str, str]:
    """kind → URL out of words like `kev=https://…`; raises `BadSource`."""
    found: dict[str, str] = {}
    for word in words:
        kind, _, url = word.partition("=")
        if kind not in KINDS or kind in found or not url.startswith(("https://", "http://")):
            raise BadSource("SEAWALL_FEEDS", text=word)
        found[kind] = url
    return found


def named(url: str) -> str:
    """The address without its query, which may hold a key."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"[:300]


def fetch(kind: str, url: str, egress: Egress) -> tuple[bytes, ...]:
    """The feed's bytes; all pages of an answer of the NVD. Raises `NoAnswer`."""
    known = KINDS[kind]
    if kind != "nvd":
        return (_once(known, url, egress, _budget(known, 1)),)
    slow = replace(egress, rate=min(egress.rate, NVD_RATE))
    budget = _budget(known, known.parts)
    parts = [_once(known, _page(url, 0), slow, budget)]
    total, held = _counts(known, parts[0])
    while held < total and len(parts) < known.parts:
        parts.append(_once(known, _page(url, held), slow, budget))
        more = _counts(known, parts[-1])[1]
        if not more:
            break
        held += more
    return tuple(parts)


def _budget(kind: Kind, parts: int) -> Budget:
    return Budget(SECONDS * (1 if parts == 1 else 12), 4 * kind.bounds.bytes, max_requests=parts * 6)


def _once(kind: Kind, url: str, egress: Egress, budget: Budget) -> bytes:
    wish = Wish(max_bytes=kind.bounds.bytes, seconds=SECONDS)
    try:
        answer = egress.fetch(url, wish, budget)
    except NotReached as error:
        raise NoAnswer(str(error.outcome.value)) from error
    if answer.stopped is not None:
        raise NoAnswer(str(answer.stopped.value))
    if answer.status != 200:
        raise NoAnswer(f"HTTP {answer.status}")
    if answer.truncated:
        raise NoAnswer(f"> {kind.bounds.bytes} bytes")
    return answer.body


def _page(url: str, start: int) -> str:
    return f"{url}{'&' if '?' in url else '?'}startIndex={start}"


def _counts(kind: Kind, page: bytes) -> tuple[int, int]:
    """How many there are in all and on this page; nothing of a page that is not one, which the reader then refuses."""
    try:
        found = json_of(page, kind.bounds)
    except Refused:
        return 0, 0
    if not isinstance(found, dict):
        return 0, 0
    total, rows = found.get("totalResults"), found.get("vulnerabilities")
    return (total if isinstance(total, int) else 0), (len(rows) if isinstance(rows, list) else 0)
