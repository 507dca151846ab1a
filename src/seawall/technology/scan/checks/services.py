"""SW-EXP: services that should not face the Internet. A connection, a short silence to hear a banner, nothing said."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from seawall.technology.net import Budget, Egress, NotReached, Outcome

from ..software import identify_banner
from ..verdicts import Verdict, closed, could_not, failure_code, shown, verdict

CHECKS = tuple(f"SW-EXP-{number:02}" for number in range(1, 12))
SERVICES: Mapping[str, Mapping[int, str]] = {
    "SW-EXP-01": {3389: "RDP"},
    "SW-EXP-02": {22: "SSH"},
    "SW-EXP-03": {
        1433: "SQL Server",
        1521: "Oracle",
        3306: "MySQL",
        5432: "PostgreSQL",
        6379: "Redis",
        9200: "Elasticsearch",
        27017: "MongoDB",
    },
    "SW-EXP-04": {21: "FTP", 445: "SMB"},
    "SW-EXP-05": {23: "Telnet"},
    "SW-EXP-06": {5900: "VNC"},
    "SW-EXP-07": {389: "LDAP"},
    "SW-EXP-08": {2375: "Docker", 6443: "Kubernetes", 10250: "kubelet"},
    "SW-EXP-09": {11211: "Memcached"},
    # Industrial: the connection alone is made; controllers are known to stumble over a single odd byte.
    "SW-EXP-10": {102: "S7", 502: "Modbus", 2404: "IEC 104"},
    "SW-EXP-11": {5985: "WinRM"},
}
PORTS = tuple(sorted(port for services in SERVICES.values() for port in services))
_WAIT, _LISTEN, _BANNER = 2.5, 1.2, 160
_AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Port:
    """`state` is "open" or the code of a failure; `banner` is what the service said by itself."""

    number: int
    state: str
    banner: bytes = b""


def ask(egress: Egress, address: str, budget: Budget) -> tuple[Port, ...]:
    """Every port of the list once, a few at a time, at the pace of the host."""
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="ports") as pool:
        return tuple(pool.map(lambda number: _port(egress, address, number, budget), PORTS))


def _port(egress: Egress, address: str, number: int, budget: Budget) -> Port:
    try:
        with egress.connect(address, number, budget=budget, timeout=_WAIT) as connection:
            try:
                return Port(number, "open", connection.receive(_BANNER, _LISTEN))
            except NotReached as error:
                if error.outcome is Outcome.TIMEOUT:
                    return Port(number, "open")
                return Port(number, failure_code(error))
    except NotReached as error:
        return Port(number, failure_code(error))


def _speaks(port: Port) -> bool:
    """Whether a service that greets its visitors did so in its own words."""
    starts = {21: b"220", 22: b"SSH-", 23: b"\xff", 5900: b"RFB "}
    return port.number in starts and port.banner.startswith(starts[port.number])


def contradicts(number: int, banner: bytes) -> bool:
    """Whether what is heard is clearly another protocol than the port's own."""
    if not banner:
        return False
    if number == 22:
        return not banner.startswith(b"SSH-")
    if number == 21:
        return not banner.startswith((b"220", b"120", b"421", b"530"))
    return banner.startswith((b"SSH-", b"HTTP/", b"220 ", b"+OK", b"* OK"))


def judge(ports: tuple[Port, ...]) -> tuple[Verdict, ...]:
    everything = all(port.state == "open" for port in ports) and not any(map(_speaks, ports))
    alive = any(port.state == "open" or closed(port.state) for port in ports)
    if everything:
        # Some firewalls complete every handshake themselves; an open door cannot be told from a painted one.
        return tuple(could_not(check, "scan.accepts_everything") for check in CHECKS)
    by_number = {port.number: port for port in ports}
    return tuple(_judge(check, [by_number[number] for number in SERVICES[check]], alive) for check in CHECKS)


def _judge(check: str, ports: list[Port], alive: bool) -> Verdict:
    names = SERVICES[check]
    found = [port for port in ports if port.state == "open" and not contradicts(port.number, port.banner)]
    if found:
        detail: dict[str, str | int] = {
            "services": ", ".join(names[port.number] for port in found),
            "ports": ", ".join(str(port.number) for port in found),
        }
        heard = next((port.banner for port in found if port.banner), b"")
        named = [software for port in found for software in identify_banner(port.number, port.banner)]
        if named:
            detail["cpe"] = named[0].cpe
        text = heard.split(b"\n")[0].strip().decode("latin-1")
        if text and text.isascii() and text.isprintable():
            detail["banner"] = shown(text, 80)
        return verdict(check, True, **detail)
    silent = (Outcome.TIMEOUT.code, Outcome.UNREACHABLE.code)
    for port in ports:
        if port.state == "open" or closed(port.state):
            continue
        # A port that swallows our packets while its neighbours answer is filtered, which is what one wants.
        if not (alive and port.state in silent):
            return could_not(check, port.state)
    return verdict(check, False)
