"""nmap's XML (`nmap -oX`): hosts that are up and their open ports."""

from __future__ import annotations

from seawall.core.imports.markup import Element, walk
from seawall.core.imports.records import Gatherer, Imported, address_of, epoch_of, whole

ROOTS = frozenset({"nmaprun"})


def read_nmap(content: bytes) -> Imported:
    """Hosts, addresses and services; a host that is down, or a port that is closed, is no asset."""
    found = Gatherer()
    ends: list[str] = []

    def finished(element: Element) -> None:
        ends.append((element.first("finished") or element).get("time"))

    root = walk(content, ROOTS, {"host": lambda host: _host(host, found), "runstats": finished})
    made_at = epoch_of(ends[-1] if ends and ends[-1] else root.get("start"))
    return found.done("nmap", f"nmap {root.get('version')}", made_at)


def _host(host: Element, found: Gatherer) -> None:
    found.records += 1
    status = host.first("status")
    if status is not None and status.get("state") != "up":
        return
    addresses = [entry.get("addr") for entry in host.all("address") if entry.get("addrtype") in ("ipv4", "ipv6")]
    known = [canonical for text in addresses if (canonical := address_of(text))]
    if not known:
        found.trouble(host.line, "imports.no_address")
        return
    names = host.first("hostnames")
    named = [entry.get("name") for entry in names.all("hostname") if entry.get("name")] if names else []
    main = found.asset("host", named[0], host.line, addresses=", ".join(known)) if named else ""
    for address in known:
        found.asset("address", address, host.line, names=", ".join(named))
    ports = host.first("ports")
    for port in ports.all("port") if ports else ():
        _port(port, main or known[0], known[0], found)


def _port(port: Element, host: str, address: str, found: Gatherer) -> None:
    state = port.first("state")
    if state is None or state.get("state") != "open":
        return
    number, protocol = whole(port.get("portid"), 1, 65535), port.get("protocol").lower()
    if number is None or protocol not in ("tcp", "udp", "sctp"):
        found.trouble(port.line, "imports.port", text=port.get("portid"))
        return
    service = port.first("service")
    told = {key: service.get(key) for key in ("name", "product", "version")} if service else {}
    found.asset(
        "service",
        f"{host}:{number}/{protocol}",
        port.line,
        host=host,
        address=address,
        port=str(number),
        service=told.get("name", ""),
        product=told.get("product", ""),
        version=told.get("version", ""),
    )
