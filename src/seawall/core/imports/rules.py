"""Which imported records make which check speak."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import ip_address

from seawall.core.documents import Node
from seawall.core.evidence.items import SEVERITIES, Finding
from seawall.core.evidence.observations import Check
from seawall.core.imports.read import KINDS, SCANNERS
from seawall.core.imports.records import Imported, Seen, Weakness, address_of, whole

# Findings of one check kept from one file, the gravest first; the others are counted.
MOST_ASSETS = 50


@dataclass(frozen=True, slots=True)
class Rule:
    """A check that speaks of weaknesses (by severity and age, exploitation, lost support) or of open ports."""

    check: str
    severities: tuple[str, ...] = ()
    open_days: int = 0
    exploited: bool = False
    unsupported: bool = False
    ports: frozenset[int] = frozenset()

    def matches(self, weakness: Weakness, day: date) -> bool:
        if self.ports:
            return False
        if self.exploited or self.unsupported:
            return (self.exploited and weakness.exploited) or (self.unsupported and weakness.unsupported)
        since = weakness.known_since
        old = since is not None and (day - since).days > self.open_days
        return weakness.severity in self.severities and old


@dataclass(frozen=True, slots=True)
class ImportRules:
    """The checks by id, the rules, and the checks that a kind of file answers by being there."""

    checks: Mapping[str, Check]
    rules: tuple[Rule, ...]
    shown_by: Mapping[str, tuple[str, ...]]
    shelf_life: timedelta


def read_rules(node: Node, checks: Mapping[str, Check], shelf_life: timedelta) -> ImportRules:
    """The rules, with every problem noted on the node."""
    rules = []
    for entry in node.children("rules"):
        entry.only("check", "severities", "open_days", "exploited", "unsupported", "ports")
        severities = entry.strings("severities", default=True)
        for name in severities:
            if name not in SEVERITIES:
                entry.problems.add(entry.at("severities"), "document.unknown", value=name)
        ports = entry.value.get("ports", [])
        if not isinstance(ports, list) or not all(isinstance(port, int) and 0 < port < 65536 for port in ports):
            entry.problems.add(entry.at("ports"), "document.not_a_list")
            ports = []
        rules.append(
            Rule(
                check=entry.one_of("check", checks),
                severities=severities,
                open_days=entry.integer("open_days", 0, 3660, default=0),
                exploited=entry.boolean("exploited", False),
                unsupported=entry.boolean("unsupported", False),
                ports=frozenset(ports),
            )
        )
    shown = node.child("shown_by")
    by = {str(check): shown.strings(str(check)) for check in shown.value}
    for check in sorted(by):
        if check not in checks or not set(by[check]) <= set(KINDS):
            node.problems.add(shown.at(check), "document.unknown", value=check)
    return ImportRules(checks, tuple(rules), by, shelf_life)


def findings_of(imported: Imported, rules: ImportRules, *, at: datetime) -> tuple[Finding, ...]:
    """What a file says as findings, dated by the file or, where it has no date, `at` (aware UTC).

    A fault is found on each asset it was seen on (at most `MOST_ASSETS` a check). A check of weaknesses that a scanner
    could have answered and that fits nothing is "not found" once, its asset the kind of file; of ports nothing is said
    when none is open, because a scan from inside does not see what the internet sees.
    """
    moment = imported.made_at or at
    found: list[Finding] = []
    for rule in rules.rules:
        check = rules.checks[rule.check]
        hits = _ports(imported, rule) if rule.ports else _weaknesses(imported, rule, moment.date())
        for asset in sorted(hits, key=lambda name: (-int(hits[name]["count"]), name))[:MOST_ASSETS]:
            detail: dict[str, str | int] = {**hits[asset], "tool": imported.tool}
            found.append(Finding(rule.check, asset, "found", check.severity, moment, detail))
        if not hits and check.not_found and imported.kind in SCANNERS:
            found.append(_absent(rule.check, imported, moment))
    found += [_absent(check, imported, moment) for check, kinds in rules.shown_by.items() if imported.kind in kinds]
    return tuple(sorted(found, key=lambda f: (f.check, f.asset)))


def _absent(check: str, imported: Imported, moment: datetime) -> Finding:
    detail: dict[str, str | int] = {"records": imported.records, "tool": imported.tool}
    return Finding(check, imported.kind, "not_found", "info", moment, detail)


def _weaknesses(imported: Imported, rule: Rule, day: date) -> dict[str, dict[str, str | int]]:
    """By asset: how many fit, the gravest of them, and for how many days the oldest has been open."""
    hits: dict[str, list[Weakness]] = {}
    for weakness in imported.weaknesses:
        if rule.matches(weakness, day):
            hits.setdefault(weakness.asset, []).append(weakness)
    return {asset: _told(fitting, day) for asset, fitting in hits.items()}


def _told(fitting: list[Weakness], day: date) -> dict[str, str | int]:
    worst = max(fitting, key=lambda w: (SEVERITIES.index(w.severity), w.exploited, w.id))
    oldest = min((w.known_since for w in fitting if w.known_since is not None), default=None)
    told: dict[str, str | int] = {"count": len(fitting), "worst": (worst.cves or (worst.id,))[0], "title": worst.title}
    if oldest is not None and oldest < day:
        told["open_days"] = (day - oldest).days
    return told


def _ports(imported: Imported, rule: Rule) -> dict[str, dict[str, str | int]]:
    """Open ports on public addresses, by host."""
    hits: dict[str, list[int]] = {}
    for service in imported.assets:
        port = whole(service.detail.get("port", ""), 1, 65535) if service.kind == "service" else None
        if port in rule.ports and port is not None and _public(service):
            hits.setdefault(service.detail["host"], []).append(port)
    return {
        host: {"count": len(ports), "port": ", ".join(str(port) for port in sorted(set(ports)))}
        for host, ports in hits.items()
    }


def _public(service: Seen) -> bool:
    """Whether anybody on the internet could reach the address; one that is not known does not count."""
    address = address_of(service.detail.get("address", ""))
    return bool(address) and ip_address(address).is_global


def covered(imported: Imported) -> Iterator[str]:
    """The assets a file speaks about, so that a newer file of the kind takes the place of an older one."""
    yield imported.kind
    yield from (asset.name for asset in imported.assets if asset.kind != "service")
