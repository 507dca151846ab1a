"""The lab: a small Internet on loopback, for tests and for the demonstration.

Every host has its own address in 127.77.0.0/16 and every logical port (443, 3389, …) one high port, so no
root rights are needed and nothing outside this machine is touched. The state of a host can be changed while
the lab runs; a scan made afterwards sees the change.
"""

from __future__ import annotations

import errno
import secrets
import ssl
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import TracebackType

from seawall.technology.net import SERVICE_PORTS, Egress, networks

from .authority import Authorities, Manner, Wanted
from .cast import CONTACT, NAME_SERVERS, PLANS, RECORDS, NameServer, Plan
from .museum import MuseumServer
from .services import Listener, Mail, Page, WebState, banner, web
from .signing import sign
from .street import SIGNED, STREET, STREET_RECORDS, STREET_SERVERS
from .zones import View, Zones

_LOGICAL = tuple(sorted(SERVICE_PORTS))


class Lab:
    """Servers for `plans` and a name server for `records`; start it, scan through `egress()`, stop it."""

    def __init__(
        self,
        plans: tuple[Plan, ...] = PLANS,
        records: Mapping[str, Mapping[str, tuple[str, ...]]] = RECORDS,
        servers: tuple[NameServer, ...] = (*NAME_SERVERS, *STREET_SERVERS),
    ) -> None:
        self._plans = {plan.name: plan for plan in plans}
        self._records = records
        self._servers = [server for server in servers if server.zone in records]
        self.views: dict[str, View] = {}
        self._running: dict[tuple[str, int], Listener | Mail] = {}
        self.zones = Zones()
        self.authorities = Authorities()
        self.web: dict[str, WebState] = {}
        self.addresses: dict[str, str] = {}
        self.ports: dict[int, int] = {}

    @classmethod
    def with_street(cls) -> Lab:
        """The companies, and every fault on a host of its own."""
        return cls((*PLANS, *STREET), {**RECORDS, **STREET_RECORDS})

    def __enter__(self) -> Lab:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Bind everything; another lab on this machine is stepped around."""
        for attempt in range(8):
            self._place()
            try:
                self._bind()
            except OSError as error:
                self.stop()
                if error.errno != errno.EADDRINUSE or attempt == 7:
                    raise
            else:
                return

    def stop(self) -> None:
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda listener: listener.stop(), self._running.values()))
        self._running.clear()
        self.zones.stop()

    def egress(self, *, rate: float = 200.0, timeout: float = 2.0) -> Egress:
        """The way into the lab, with an empty memory; nothing but 127.77.0.0/16 beyond the public Internet."""
        return Egress(
            allow=networks(["127.77.0.0/16"]),
            resolver=(self._name_server, self.ports[53]),
            ports=self.ports,
            rate=rate,
            roots=self.authorities.trusted.pem,
            timeout=timeout,
        )

    def dns(self, name: str, rdtype: str, *values: str) -> None:
        """Replace the records of one type; "@host" stands for a lab host's address; no values removes them."""
        self.zones.put(name, rdtype, *(self.addresses[v[1:]] if v.startswith("@") else v for v in values))

    def fix_dmarc(self, domain: str, policy: str = "reject") -> None:
        self.dns(f"_dmarc.{domain}", "TXT", f"v=DMARC1; p={policy}; rua=mailto:dmarc@{domain}")

    def renew_certificate(self, host: str, *, days_left: int = 180) -> None:
        """A trusted certificate for the host's own names."""
        plan = self._plans[host]
        self.show_certificate(host, Wanted((plan.name, *plan.aliases), days_left=days_left), plan.manner)

    def retire_old_tls(self, host: str) -> None:
        plan = self._plans[host]
        self.show_certificate(host, plan.certificate or Wanted((host,)), Manner())

    def show_certificate(self, host: str, wanted: Wanted, manner: Manner) -> None:
        self.web[host].context = self.authorities.server_context(wanted, manner)

    def show_page(self, host: str, path: str, page: Page) -> None:
        """Answer `path` with `page` from now on, over https."""
        self.web[host].pages = {**self.web[host].pages, path: page}

    def redirect_to_https(self, host: str) -> None:
        self.web[host].plain = None

    def close_port(self, host: str, port: int) -> None:
        """Stop listening on a logical port."""
        self._running.pop((host, port)).stop()

    def open_port(self, host: str, port: int, greeting: bytes = b"") -> None:
        self._running[host, port] = banner(self.addresses[host], self.ports[port], greeting)

    def _place(self) -> None:
        street = secrets.randbelow(250) + 1
        base = 20_000 + secrets.randbelow(10_000)
        self.ports = {logical: base + i for i, logical in enumerate(_LOGICAL)}
        self.addresses = {name: f"127.77.{street}.{i}" for i, name in enumerate(self._plans, start=10)}
        self._name_server = f"127.77.{street}.2"
        for number, server in enumerate(self._servers, start=200):
            self.addresses[server.name] = f"127.77.{street + server.far}.{number}"
        self.addresses |= {"far-1": f"127.77.{street}.250", "far-2": f"127.77.{street + 1}.250"}

    def _bind(self) -> None:
        self.zones.serve(self._name_server, self.ports[53])
        for server in self._servers:
            habits = {"recursion": server.recursion, "transfers": server.transfers, "lame": server.lame}
            self.views[server.name] = View(self.zones, server.zone, **habits)
            self.zones.serve(self.addresses[server.name], self.ports[53], self.views[server.name])
            self.dns(server.name, "A", f"@{server.name}")
            self.dns(server.zone, "SOA", f"{server.name} hostmaster.{server.zone} 1 3600 600 86400 300")
        for plan in self._plans.values():
            self._start_host(plan)
            for name in (plan.name, *plan.aliases):
                self.dns(name, "A", f"@{plan.name}")
        for name, types in self._records.items():
            for rdtype, values in types.items():
                if rdtype == "CNAME":
                    self.dns(name, "A")
                self.dns(name, rdtype, *values)
        for signed in SIGNED:
            if signed.zone in self._records:
                sign(self.zones, signed, f"ns1.{signed.zone} hostmaster.{signed.zone} 1 3600 600 86400 300")

    def _start_host(self, plan: Plan) -> None:
        address = self.addresses[plan.name]
        context = self.authorities.server_context(plan.certificate, plan.manner) if plan.certificate else None
        if plan.web:
            contact = {CONTACT: Page(200, (), _contact(plan.name))} if plan.contact else {}
            state = WebState({**contact, **plan.pages}, plan.plain, plan.otherwise, context)
            self.web[plan.name] = state
            self._running[plan.name, 80] = web(address, self.ports[80], state, secure=False)
            if plan.museum is not None and plan.certificate is not None:
                shown = ssl.PEM_cert_to_DER_cert(self.authorities.issue(plan.certificate)[0])
                server = MuseumServer((address, self.ports[443]), plan.museum, shown)
                self._running[plan.name, 443] = Listener(server)
            elif context is not None:
                self._running[plan.name, 443] = web(address, self.ports[443], state, secure=True)
        for port, greeting in plan.banners.items():
            self._running[plan.name, port] = banner(address, self.ports[port], greeting)
        if plan.mail:
            starttls = context if plan.mail == "starttls" else None
            self._running[plan.name, 25] = Mail(address, self.ports[25], plan.name, starttls)


def _contact(host: str) -> bytes:
    until = (datetime.now(UTC) + timedelta(days=90)).strftime("%Y-%m-%dT00:00:00Z")
    return f"Contact: mailto:security@{host}\nExpires: {until}\n".encode()
