"""Going wherever links lead, as the test client sees it."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from django.test import Client

# Addresses that are not looked at: they end the visit, or are not pages.
LEFT_OUT = ("/accounts/logout", "/static/", "/i18n/")


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer: its status, its words (empty for what is no text) and the addresses it links to."""

    status: int
    text: str
    kind: str
    links: tuple[str, ...] = ()


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in ("href", "hx-get", "data-src"):
            value = given.get(name)
            if value and tag != "link":
                self.found.append(value)


def links_in(html: str, address: str) -> tuple[str, ...]:
    """Addresses on this site that the page links to, each once, in order."""
    parser = _Links()
    parser.feed(html)
    found: dict[str, None] = {}
    for href in parser.found:
        target = urlsplit(urldefrag(urljoin(address, href)).url)
        local = target.path + (f"?{target.query}" if target.query else "")
        if not target.netloc and target.scheme in ("", "http") and not target.path.startswith(LEFT_OUT):
            found[local] = None
    return tuple(found)


def look(client: Client, address: str) -> Seen:
    """Ask for one address; a redirect's target is its link."""
    answer: Any = client.get(address)
    if answer.status_code in (301, 302):
        return Seen(answer.status_code, "", "", links_in(f'<a href="{answer["Location"]}">', address))
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "")
    if not kind.startswith(("text/", "application/json")):
        return Seen(answer.status_code, content.decode("latin-1"), kind)
    text = content.decode()
    links = links_in(text, address) if kind.startswith("text/html") else ()
    return Seen(answer.status_code, text, kind, links)


def walk(client: Client, start: str = "/", most: int = 600) -> dict[str, Seen]:
    """Every address that links lead to from `start`."""
    found: dict[str, Seen] = {}
    waiting = [start]
    while waiting and len(found) < most:
        address = waiting.pop(0)
        if address in found:
            continue
        found[address] = look(client, address)
        waiting += [link for link in found[address].links if link not in found]
    assert len(found) < most, "the links never end"
    return found
