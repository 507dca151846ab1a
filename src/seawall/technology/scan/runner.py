"""A scan: from domains to one finding for every check and asset, in the same order every time.

The domain itself is judged from its zone; its hosts (the domain, the usual names below it where they exist, and its own
mail hosts) one by one, hosts on one address after each other. A check that fails says so; a host
has 30 seconds, 20 MB and two connections a second.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address

from seawall.core.evidence.items import Finding
from seawall.technology.net import Budget, Egress, NotReached, Outcome, Resolved, ascii_host, registrable

from .checks import leaks, mail, pages, services, tls, zone
from .names import NameSeen, of_pages, seen_as
from .vendors import VendorSeen, services_of, vendors
from .verdicts import CHECKS, HOST_CHECKS, NOT_APPLICABLE, Verdict, closed, none_of

SUBDOMAINS = (
    *("www", "mail", "vpn", "remote", "oa", "webmail", "portal", "sso", "api", "app", "m", "admin"),
    *("git", "ftp", "dev", "test", "erp", "crm"),
)
# Names that often are aliases of a service elsewhere: looked up for aliases that lead nowhere, not visited.
ALIASES = (*SUBDOMAINS, "mta-sts", "autodiscover", "blog", "shop", "help", "support", "status", "docs", "cdn", "static")
HOST_SECONDS, HOST_BYTES = 30.0, 20_000_000
MAX_HOSTS = 12
_AT_ONCE = 20  # hosts; each waits for its own pace, so this costs threads and little else
_PROBE = "seawall-no-such-host"
_log = logging.getLogger(__name__)
_Judged = tuple[str, tuple[Verdict, ...]]
_Visited = tuple[str, tuple[Verdict, ...], tuple[NameSeen, ...]]


@dataclass(frozen=True, slots=True)
class Asset:
    """Something that was looked at: `roles` are "domain" and "host"; `vendors` are the suppliers its records name.

    `names` are the other hosts that its records, certificate and redirects name, none of them looked at for it.
    """

    name: str
    roles: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    vendors: tuple[VendorSeen, ...] = ()
    names: tuple[NameSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scan is; `asset` is the one just finished."""

    done: int
    total: int
    asset: str


@dataclass(frozen=True, slots=True)
class ScanResult:
    """`findings` by asset and check; `could_not` are those of them that failed (not those that do not apply)."""

    findings: tuple[Finding, ...]
    assets: tuple[Asset, ...]
    could_not: tuple[Finding, ...]
    started: datetime
    duration: float
    requests: int


@dataclass(frozen=True, slots=True)
class _Host:
    name: str
    addresses: tuple[str, ...]
    vendors: tuple[VendorSeen, ...] = ()
    failure: str = ""
    names: tuple[NameSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class _Domain:
    asset: Asset
    verdicts: tuple[Verdict, ...]
    hosts: tuple[_Host, ...]


def scan(
    targets: Sequence[str], egress: Egress, *, now: datetime, progress: Callable[[Progress], None] | None = None
) -> ScanResult:
    """Look at `targets` (domains or hosts, consent given) from outside. `now` (aware UTC) dates the findings.

    A target that is not a host name or address raises `ValueError`; everything else that goes wrong is a finding.
    """
    if now.utcoffset() != UTC.utcoffset(None):
        raise ValueError("now must be aware UTC")
    began, requests = time.monotonic(), egress.requests
    names = sorted({_target(text) for text in targets})
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="scan") as pool:
        domains = list(pool.map(lambda name: _look_at(egress, name, now), names))
        hosts = {host.name: host for domain in domains for host in domain.hosts}
        groups = _by_address(hosts.values())
        meter = _Meter(progress, len(names) + len(hosts))
        for domain in domains:
            meter.step(domain.asset.name)
        judged: list[_Judged] = []
        told: dict[str, tuple[NameSeen, ...]] = {}
        # The callback runs here, in the caller's thread: it may hold a database connection.
        for visit in as_completed([pool.submit(_visit_all, egress, group, now) for group in groups]):
            for name, found, names_seen in visit.result():
                judged.append((name, found))
                told[name] = names_seen
                meter.step(name)
    verdicts = [(domain.asset.name, domain.verdicts) for domain in domains if domain.verdicts]
    findings = _findings([*verdicts, *judged], now)
    failed = tuple(f for f in findings if f.state == "could_not_check" and f.reason != NOT_APPLICABLE)
    assets = _assets([domain.asset for domain in domains], hosts, told)
    return ScanResult(findings, assets, failed, now, time.monotonic() - began, egress.requests - requests)


class _Meter:
    def __init__(self, callback: Callable[[Progress], None] | None, total: int) -> None:
        self._callback = callback
        self._total = total
        self._done = 0

    def step(self, asset: str) -> None:
        self._done += 1
        if self._callback is not None:
            self._callback(Progress(self._done, self._total, asset))


def _target(text: str) -> str:
    try:
        return str(ip_address(text.strip("[]")))
    except ValueError:
        host = ascii_host(text.strip())
    if host is None:
        raise ValueError("not a host name")
    return host


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _look_at(egress: Egress, name: str, now: datetime) -> _Domain:
    """The zone's side of a target, and the hosts it has. A name below a registrable domain is a host and no more."""
    budget = Budget(HOST_SECONDS, HOST_BYTES)
    if _is_address(name) or registrable(name) != name:
        return _Domain(Asset(name, ()), (), (_locate(egress, name, budget),))
    zone_seen = zone.ask(egress, name, ALIASES, budget, now)
    mail_seen = mail.ask(egress, name, budget)
    servers = zone_seen.ns.values if not isinstance(zone_seen.ns, str) else ()
    exchangers = mail.exchanges(mail_seen.mx)
    senders = tuple(sender for sender in mail_seen.spf if sender != name)
    suppliers = (*vendors(servers, "dns"), *vendors((*exchangers, *senders), "mail"), *services_of(mail_seen.texts))
    if isinstance(zone_seen.ns, str) and isinstance(zone_seen.caa, str) and isinstance(mail_seen.mx, str):
        hosts = [_Host(name, (), failure=zone_seen.ns)]  # no name server answers, so no host can be looked for
    else:
        # Time of its own: slow answers about the zone must not cost a company its hosts.
        hosts = _hosts_of(egress, name, exchangers, Budget(HOST_SECONDS, HOST_BYTES))
    return _Domain(
        Asset(name, ("domain",), (), suppliers, (*seen_as("ns", servers), *seen_as("mx", exchangers))),
        (*zone.judge(zone_seen), *mail.judge(mail_seen, now)),
        tuple(hosts),
    )


def _hosts_of(egress: Egress, domain: str, exchangers: tuple[str, ...], budget: Budget) -> list[_Host]:
    own = [name for name in exchangers if name.endswith("." + domain)]
    guesses = [f"{label}.{domain}" for label in SUBDOMAINS]
    apex = _locate(egress, domain, budget)
    hosts = [] if apex.failure in _ABSENT else [apex]
    anything = _locate(egress, f"{_PROBE}.{domain}", budget)
    for name in dict.fromkeys([*guesses, *own]):
        host = _locate(egress, name, budget)
        catch_all = host.addresses and host.addresses == anything.addresses
        if host.failure in _ABSENT or (catch_all and name not in (*own, f"www.{domain}")):
            continue
        if not host.failure or name in own:
            hosts.append(host)
    return hosts[:MAX_HOSTS]


_ABSENT = (Outcome.NO_SUCH_NAME.code, Outcome.NO_ADDRESS.code)


def _locate(egress: Egress, name: str, budget: Budget) -> _Host:
    try:
        found: Resolved = egress.resolve(name, budget)
    except NotReached as error:
        return _Host(name, (), failure=error.outcome.code)
    addresses = tuple(str(a) for a in found.addresses)
    return _Host(name, addresses, vendors(found.aliases, "hosting"), names=seen_as("cname", found.aliases))


def _by_address(hosts: Iterable[_Host]) -> list[list[_Host]]:
    groups: dict[str, list[_Host]] = {}
    for host in sorted(hosts, key=lambda host: host.name):
        groups.setdefault(host.addresses[0] if host.addresses else host.name, []).append(host)
    return [groups[key] for key in sorted(groups)]


def _visit_all(egress: Egress, hosts: list[_Host], now: datetime) -> list[_Visited]:
    judged: list[_Visited] = []
    ports: tuple[services.Port, ...] | None = None
    for host in hosts:
        if host.failure:
            judged.append((host.name, none_of(tuple(HOST_CHECKS), host.failure), ()))
        else:
            budget = Budget(HOST_SECONDS, HOST_BYTES)
            address = host.addresses[0]
            try:
                # Ports first: a web server that hangs must not eat the time in which an open database is seen.
                ports = ports or services.ask(egress, address, budget)
                web, names = _visit_web(egress, host.name, address, budget, now)
                judged.append((host.name, (*web, *services.judge(ports)), names))
            except Exception:
                # A fault of ours on one host must not cost the others their findings, nor pass for an answer.
                _log.exception("checks failed on %s", host.name)
                judged.append((host.name, none_of(tuple(HOST_CHECKS), "scan.check_failed"), ()))
    return judged


def _visit_web(
    egress: Egress, name: str, address: str, budget: Budget, now: datetime
) -> tuple[tuple[Verdict, ...], tuple[NameSeen, ...]]:
    tls_seen = tls.ask(egress, name, address, budget, now)
    robots_text, robots_failure = pages.robots(egress, name, budget)
    pages_seen = pages.ask(egress, name, budget, robots_text, robots_failure)
    if not pages_seen.allowed:
        scheme = "http" if closed(tls_seen.failure) else "https"
    elif not isinstance(pages_seen.secure, str):
        scheme = "https"
    else:
        scheme = "http" if not isinstance(pages_seen.plain, str) else ""
    if scheme:
        leaks_seen = leaks.ask(egress, name, scheme, budget, robots_text, now)
    else:
        failures = [f for f in (pages_seen.secure, pages_seen.plain) if isinstance(f, str) and not closed(f)]
        leaks_seen = leaks.Observation(failure=failures[0] if failures else NOT_APPLICABLE)
    shown = tls_seen.certificate.names if tls_seen.certificate else ()
    names = (*seen_as("san", shown), *of_pages(pages_seen.plain, pages_seen.secure))
    return (*tls.judge(tls_seen, now), *pages.judge(pages_seen, now.date()), *leaks.judge(leaks_seen)), names


def _findings(judged: Sequence[_Judged], now: datetime) -> tuple[Finding, ...]:
    findings = [
        Finding(
            v.check, asset, v.state, CHECKS[v.check] if v.state == "found" else "info", now, dict(v.detail), v.reason
        )
        for asset, verdicts in judged
        for v in verdicts
    ]
    return tuple(sorted(findings, key=lambda finding: (finding.asset, finding.check)))


def _assets(
    domains: Sequence[Asset], hosts: dict[str, _Host], told: dict[str, tuple[NameSeen, ...]]
) -> tuple[Asset, ...]:
    known = {asset.name: asset for asset in domains if asset.roles}
    for host in hosts.values():
        above = known.get(host.name, Asset(host.name, ()))
        seen = (*above.names, *host.names, *told.get(host.name, ()))
        known[host.name] = Asset(
            host.name,
            (*above.roles, "host"),
            host.addresses,
            (*above.vendors, *host.vendors),
            tuple(sorted({n for n in seen if n.name != host.name}, key=lambda n: (n.how, n.name))),
        )
    return tuple(known[name] for name in sorted(known))
