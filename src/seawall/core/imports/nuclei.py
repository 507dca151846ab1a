"""nuclei's results: one JSON object a line (`-jsonl`), or one array of them (`-json-export`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from seawall.core.evidence.items import SEVERITIES, Severity
from seawall.core.imports.notation import load, mapping, several, words
from seawall.core.imports.records import (
    Bomb,
    Gatherer,
    Imported,
    TooMuch,
    Unreadable,
    Weakness,
    address_of,
    clean,
    cve_day,
    cves_of,
    moment_of,
    whole,
)

LONGEST_LINE, MOST_LINES = 1_000_000, 200_000
_PLACE = re.compile(
    r"(?:([a-z][a-z0-9+.-]{0,20})://)?(?:[^/?#@]{0,200}@)?"
    r"(?:\[([^\]/]{2,45})\]|([^/?#:\[\]]+))(?::(\d{1,5}))?(?:[/?#]|\Z)",
    re.IGNORECASE,
)
_PORTS = {"https": 443, "http": 80}


def read_nuclei(content: bytes) -> Imported:
    """Each match as a weakness of its host; a line that cannot be read is told and the others are taken."""
    found = Gatherer()
    times: list[datetime] = []
    for line, entry in _entries(content, found):
        found.records += 1
        if not isinstance(entry, Mapping):
            found.trouble(line, "imports.line")
            continue
        moment = moment_of(words(entry.get("timestamp")))
        if moment is not None:
            times.append(moment)
        _entry(line, entry, found)
    return found.done("nuclei", "nuclei", max(times, default=None))


def _entries(content: bytes, found: Gatherer) -> Iterator[tuple[int, Any]]:
    if content.lstrip()[:1] == b"[":
        array = load(content)
        yield from ((index, entry) for index, entry in enumerate(array, 1))
        return
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if len(lines) > MOST_LINES:
        raise TooMuch("file", most=MOST_LINES)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if len(line) > LONGEST_LINE:
            found.records += 1
            found.trouble(number, "imports.long_line", most=LONGEST_LINE)
            continue
        try:
            yield number, load(line)
        except (Unreadable, Bomb):
            found.records += 1
            found.trouble(number, "imports.line")


def _entry(line: int, entry: Mapping[str, Any], found: Gatherer) -> None:
    info, template = mapping(entry.get("info")), clean(words(entry.get("template-id")), 100)
    host, port = _place(words(entry.get("matched-at")) or words(entry.get("host")))
    address = address_of(words(entry.get("ip"))) or address_of(host)
    if not template:
        found.trouble(line, "imports.no_id")
        return
    if not host:
        found.trouble(line, "imports.no_address")
        return
    main = found.asset("address" if address_of(host) else "host", host, line, addresses=address)
    if not main:
        return
    port = port or whole(str(entry.get("port", ""))[:10], 1, 65535)
    if port:
        found.asset("service", f"{main}:{port}/tcp", line, host=main, address=address, port=str(port))
    severity = _severity(words(info.get("severity")))
    if severity is None:
        found.trouble(line, "imports.severity", text=words(info.get("severity")))
        return
    if severity == "info":
        return
    told = mapping(info.get("classification")).get("cve-id")
    cves = cves_of([*several(told), template])
    tags = {tag.lower() for tag in several(info.get("tags"))}
    found.weakness(
        Weakness(
            asset=main,
            id=f"nuclei:{template}",
            title=clean(words(info.get("name")) or template, 300),
            severity=severity,
            line=line,
            cves=cves,
            known_since=cve_day(cves),
            exploited=bool(tags & {"kev", "vkev"}),
            unsupported="eol" in tags,
        )
    )


def _severity(text: str) -> Severity | None:
    low = text.strip().lower()
    if low in ("unknown", ""):
        return "info"
    return next((known for known in SEVERITIES if known == low), None)


def _place(text: str) -> tuple[str, int | None]:
    """Host and port of "https://host:443/path", "host:22" or "host"."""
    found = _PLACE.match(text[:2000])
    if found is None:
        return "", None
    scheme, six, host, port = found.groups()
    return (six or host).lower(), whole(port, 1, 65535) if port else _PORTS.get((scheme or "").lower())
