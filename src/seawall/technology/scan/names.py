"""Further host names that a look comes by: what records, certificates and redirects name. None of them is visited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from seawall.technology.net import Fetched, ascii_host

How = Literal["ns", "mx", "cname", "san", "redirect"]
MOST = 100


@dataclass(frozen=True, slots=True)
class NameSeen:
    """A host name and how the asset names it: NS, MX, CNAME, subject alternative name, or a redirect."""

    name: str
    how: How


def seen_as(how: How, names: Iterable[str]) -> tuple[NameSeen, ...]:
    """Each host name once, at most `MOST`; a wildcard stands for the name under its star."""
    found: dict[str, NameSeen] = {}
    for text in names:
        host = ascii_host(text.strip().rstrip(".").removeprefix("*."))
        if host is not None:
            found.setdefault(host, NameSeen(host, how))
    return tuple(found.values())[:MOST]


def of_pages(*pages: Fetched | str) -> tuple[NameSeen, ...]:
    """The hosts that pages redirect to, also where the redirect was not followed."""
    urls = [
        url
        for page in pages
        if isinstance(page, Fetched)
        for url in (*(hop.url for hop in page.hops), page.url, page.location)
    ]
    return seen_as("redirect", (host for url in urls if (host := _host(url))))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
