"""Nessus' export (`.nessus`, NessusClientData_v2): hosts, their services, and what the plugins found."""

from __future__ import annotations

from datetime import UTC, date, datetime

from seawall.core.evidence.items import Severity
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
    epoch_of,
    severity_of,
    whole,
)

ROOTS = frozenset({"NessusClientData_v2"})
_LEVELS: tuple[Severity, ...] = ("info", "low", "medium", "high", "critical")
_UNSUPPORTED = ("unsupported", "seol", "end of life")
_KEV = "CISA-KNOWN-EXPLOITED"


def read_nessus(content: bytes) -> Imported:
    """Every host of every report; plugins of no severity only tell of services."""
    found = Gatherer()
    ends: list[datetime] = []
    walk(content, ROOTS, {"ReportHost": lambda host: _host(host, found, ends)})
    return found.done("nessus", "Nessus", max(ends, default=None))


def _host(host: Element, found: Gatherer, ends: list[datetime]) -> None:
    found.records += 1
    properties = host.first("HostProperties")
    tags = {tag.get("name"): tag.text.strip() for tag in properties.all("tag")} if properties else {}
    end = epoch_of(tags.get("HOST_END_TIMESTAMP", "")) or _ctime(tags.get("HOST_END", ""))
    if end is not None:
        ends.append(end)
    address = address_of(tags.get("host-ip", "")) or address_of(host.get("name"))
    fqdn = tags.get("host-fqdn") or ("" if address_of(host.get("name")) else host.get("name"))
    if not address and not fqdn:
        found.trouble(host.line, "imports.no_address")
        return
    system = tags.get("operating-system", "").splitlines()
    told = {"system": system[0] if system else "", "addresses": address}
    main = found.asset("host", fqdn, host.line, **told) if fqdn else ""
    if address:
        kept = found.asset("address", address, host.line, system=told["system"], names=fqdn)
        main = main or kept
    for item in host.all("ReportItem"):
        if main:
            _item(item, main, address, found)


def _item(item: Element, host: str, address: str, found: Gatherer) -> None:
    port = whole(item.get("port"), 0, 65535)
    if port is None:
        found.trouble(item.line, "imports.port", text=item.get("port"))
        return
    if port:
        _service(item, host, address, port, found)
    level = whole(item.get("severity"), 0, 4)
    plugin = clean(item.get("pluginID"), 40)
    if level is None or not plugin:
        found.trouble(item.line, "imports.severity", text=item.get("severity"))
        return
    score = cvss(item.said("cvss3_base_score")) or cvss(item.said("cvss_base_score"))
    severity = _LEVELS[level] if level else "info"
    title = clean(item.get("pluginName"), 300)
    unsupported = any(word in title.lower() for word in _UNSUPPORTED)
    if severity == "info" and not unsupported:
        return
    cves = cves_of(child.text for child in item.all("cve"))
    found.weakness(
        Weakness(
            asset=host,
            id=f"nessus:{plugin}",
            title=title,
            severity=max(severity, severity_of(score or 0), key=_LEVELS.index) if level == 0 else severity,
            line=item.line,
            cves=cves,
            known_since=_since(item, cves),
            exploited=_exploited(item),
            unsupported=unsupported,
        )
    )


def _service(item: Element, host: str, address: str, port: int, found: Gatherer) -> None:
    protocol = item.get("protocol").lower()
    if protocol in ("tcp", "udp"):
        told = {"host": host, "address": address, "port": str(port), "service": item.get("svc_name").rstrip("?")}
        found.asset("service", f"{host}:{port}/{protocol}", item.line, **told)


def _since(item: Element, cves: tuple[str, ...]) -> date | None:
    """When a fix was out, else when it was published, else the bound in the CVE id."""
    dated = (day_of(item.said(tag)) for tag in ("patch_publication_date", "vuln_publication_date"))
    return next((day for day in dated if day is not None), None) or cve_day(cves)


def _exploited(item: Element) -> bool:
    if item.said("exploited_by_malware").lower() == "true":
        return True
    return any(child.text.strip().upper().startswith(_KEV) for child in item.all("xref"))


def _ctime(text: str) -> datetime | None:
    """Nessus writes the local time of the scanner without a zone; it is taken as UTC."""
    try:
        return datetime.strptime(text[:40], "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    except ValueError:
        return None
