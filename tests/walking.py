"""Going wherever links lead, as the test client sees it."""

from __future__ import annotations

import re
from collections import Counter
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


ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}")
# Pages of which there are as many as a shipped library has entries, and what a filter asks for.
CODE = re.compile(r"/(risks|controls|libraries|conformity|answers)/[^/?]+|(?<==)[^&]*")


def walk(client: Client, start: str = "/", *, alike: int = 6) -> dict[str, Seen]:
    """Every kind of address that links lead to from `start`, and of each kind the first `alike`.

    Addresses are of one kind when they differ in an object's key or code alone, or in what a filter asks for. Of a
    list's filters and orders each is followed from the plain list, not every mixture of them.
    """
    client.raise_request_exception = False
    found: dict[str, Seen] = {}
    kinds: Counter[str] = Counter()
    waiting = [start]
    while waiting:
        address = waiting.pop(0)
        kind = CODE.sub("/#", ID.sub("#", address))
        if address in found or kinds[kind] >= alike:
            continue
        kinds[kind] += 1
        found[address] = look(client, address)
        links = found[address].links
        waiting += [link for link in links if "?" not in link or ("?" not in address and kinds[kind] == 1)]
    return found
