"""Greenbone's (OpenVAS, GVM) XML report: results by host, with the quality of detection."""

from __future__ import annotations

from datetime import datetime

from seawall.core.imports.markup import Element, walk
from seawall.core.imports.records import (
    Gatherer,
    Imported,
    Weakness,
    address_of,
    clean,
    cve_day,
    cves_of,
    cvss,
    day_of,
    moment_of,
    severity_of,
    whole,
)

ROOTS = frozenset({"report", "get_reports_response"})
# Greenbone's own default: results detected less surely than this are not shown.
LEAST_QUALITY = 70
_UNSUPPORTED = ("end of life", "eol", "unsupported")


def read_openvas(content: bytes) -> Imported:
    """Results of at least 70 % quality of detection; the others are counted as left out."""
    found = Gatherer()
    ends: list[datetime] = []
    unsure = 0

    def result(element: Element) -> None:
        nonlocal unsure
        unsure += not _result(element, found)

    def end(element: Element) -> None:
        moment = moment_of(element.text)
        if moment is not None:
            ends.append(moment)

    walk(content, ROOTS, {"result": result, "scan_end": end, "scan_start": end})
    if unsure:
        found.trouble(0, "imports.unsure", count=unsure, least=LEAST_QUALITY)
    return found.done("openvas", "OpenVAS", max(ends, default=None))


def _result(element: Element, found: Gatherer) -> bool:
    """Whether the result was sure enough to be looked at."""
    host = element.first("host")
    if host is None:
        # `<result>` stands for other things in a report too, such as a reference inside a note.
        return True
    found.records += 1
    quality = element.first("qod")
    sure = whole((quality.said("value") if quality else "") or "100", 0, 100)
    if sure is None or sure < LEAST_QUALITY:
        return False
    address, name = address_of(host.text), host.said("hostname")
    if not address and not name:
        found.trouble(element.line, "imports.no_address")
        return True
    main = found.asset("host", name, element.line, addresses=address) if name else ""
    if address:
        main = main or found.asset("address", address, element.line)
        found.asset("address", address, element.line, names=name)
    if main:
        _service(element, main, address, found)
        _weakness(element, main, found)
    return True


def _service(element: Element, host: str, address: str, found: Gatherer) -> None:
    number, _, protocol = element.said("port").partition("/")
    port = whole(number, 1, 65535)
    if port is not None and protocol in ("tcp", "udp"):
        found.asset("service", f"{host}:{port}/{protocol}", element.line, host=host, address=address, port=str(port))


def _weakness(element: Element, host: str, found: Gatherer) -> None:
    text = element.said("severity")
    score = cvss(text)
    if score is None:
        # -1 and below mark a false positive, an error or a debug message.
        if not text.startswith("-"):
            found.trouble(element.line, "imports.severity", text=text)
        return
    nvt = element.first("nvt")
    if nvt is None or not nvt.get("oid"):
        found.trouble(element.line, "imports.no_id")
        return
    refs = nvt.first("refs")
    told = [ref.get("id") for ref in refs.all("ref") if ref.get("type") == "cve"] if refs else []
    cves = cves_of([*told, nvt.said("cve")])
    title = clean(element.said("name") or nvt.said("name"), 300)
    unsupported = any(word in title.lower() for word in _UNSUPPORTED)
    severity = severity_of(score)
    if severity == "info" and not unsupported:
        return
    since = day_of(nvt.said("creation_time")) or cve_day(cves)
    found.weakness(
        Weakness(
            asset=host,
            id=f"openvas:{clean(nvt.get('oid'), 60)}",
            title=title,
            severity=severity,
            line=element.line,
            cves=cves,
            known_since=since,
            unsupported=unsupported,
        )
    )
