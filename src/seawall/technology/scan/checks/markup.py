"""A page cut into its tags in one pass. Not a browser: enough to see what a page loads, links to and hides.

The pattern is possessive and the text cut short, so that no page, however made, takes long.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

LONGEST = 131_072
MOST_TAGS = 8_000
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})((?:[^<>\"']++|\"[^\"]{0,4000}\"|'[^']{0,4000}')*+)>")
_ATTRIBUTE = re.compile(r"([a-zA-Z_:][\w:.-]*+)\s*+(?:=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'<>]++)))?+")
_RAW = ("script", "style", "textarea", "noscript", "title")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)


@dataclass(frozen=True, slots=True)
class Tag:
    """An opening tag; `hidden`: it stands inside an element made invisible; `text` is a script's or title's."""

    name: str
    attributes: Mapping[str, str]
    hidden: bool = False
    text: str = ""

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")


def decode(body: bytes, content_type: str = "") -> str:
    """Text of a page: the charset it names, else UTF-8; never an error."""
    named = re.search(r"charset\s*=\s*[\"']?([\w-]{2,20})", content_type + " " + body[:1024].decode("latin-1"), re.I)
    charset = named.group(1).lower() if named else "utf-8"
    if charset in ("gb2312", "gbk"):
        charset = "gb18030"
    try:
        return body[:LONGEST].decode(charset, "replace")
    except LookupError:
        return body[:LONGEST].decode("utf-8", "replace")


def tags(text: str) -> tuple[Tag, ...]:
    """The opening tags in order. Comments are passed over; scripts keep their text."""
    text = _without_comments(text[:LONGEST])
    found: list[Tag] = []
    open_elements: list[tuple[str, bool]] = []
    at = 0
    while len(found) < MOST_TAGS and (match := _TAG.search(text, at)):
        at = match.end()
        name = match.group(2).lower()
        if match.group(1):
            _close(open_elements, name)
            continue
        attributes = _attributes(match.group(3))
        hidden = hides(name, attributes) or bool(open_elements and open_elements[-1][1])
        content = ""
        if name in _RAW:
            end = re.compile(rf"</{name}", re.IGNORECASE).search(text, at)
            stop = end.start() if end else len(text)
            content, at = text[at:stop], stop
        if name not in _VOID and not match.group(3).endswith("/") and len(open_elements) < 500:
            open_elements.append((name, hidden))
        found.append(Tag(name, attributes, hidden, html.unescape(content) if name == "title" else content))
    return tuple(found)


def _without_comments(text: str) -> str:
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start + 4)
        parts.append(text[at:start])
        if end < 0:
            return "".join(parts)
        at = end + 3
    return "".join((*parts, text[at:]))


def _close(open_elements: list[tuple[str, bool]], name: str) -> None:
    for index in range(len(open_elements) - 1, -1, -1):
        if open_elements[index][0] == name:
            del open_elements[index:]
            return


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(text):
        value = next((group for group in match.groups()[1:] if group is not None), "")
        found.setdefault(match.group(1).lower(), html.unescape(value))
    return found


_HIDING = re.compile(
    r"display:none|visibility:hidden|opacity:0(?:\.0+)?(?:;|$)|font-size:0|text-indent:-\d{3,}"
    r"|(?:left|top|right|margin-left|margin-top):-\d{3,}|(?:height|width):[01](?:px)?(?:;|$)"
)


def hides(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element is made so that a visitor does not see what it holds."""
    style = re.sub(r"\s+", "", attributes.get("style", "")).lower()
    if _HIDING.search(style) or "hidden" in attributes:
        return True
    sizes = [attributes[key].strip().removesuffix("px") for key in ("width", "height") if key in attributes]
    return name in ("marquee", "iframe", "frame", "object", "embed") and any(size in ("0", "1") for size in sizes)


def absolute(base: str, link: str) -> str:
    """The URL a link means on the page `base`; "" for what is no http(s) URL."""
    try:
        joined = urljoin(base, link.strip())
        parts = urlsplit(joined)
        return joined if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
