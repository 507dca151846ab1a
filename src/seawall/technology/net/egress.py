"""The one way out. Whatever Seawall sends, it sends through an `Egress`.

`resolve` asks our own resolver and keeps only permitted addresses; `connect` opens a socket to exactly the
address that was judged and checks the peer it got; `fetch` does both for every hop of a redirect.
There is no environment switch: what is allowed beyond the public Internet is in `allow`, and the
operator's settings decide that.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

from .connection import Connection
from .fetching import Fetched, Wish, fetch
from .guard import Address, Decision, Guard, Network
from .names import Lookup, Resolver, Server, system_servers
from .outcomes import NotReached, Outcome, from_os_error
from .pace import Budget, Cooling, Pace
from .zones import ServerAnswer, ask_server, signature_state

SERVICE_PORTS = frozenset(
    {
        *(21, 22, 23, 25, 53, 80, 102, 389, 443, 445, 502, 1433, 1521, 2375, 2404, 3306, 3389, 5432, 5900, 5985),
        *(6379, 6443, 9200, 10250, 11211, 27017),
    }
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A host with the addresses that may be reached, those refused, and the aliases on the way."""

    host: str
    addresses: tuple[Address, ...]
    refused: tuple[Address, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Egress:
    """Rules and memory of one outbound session.

    `allow`: networks open besides the public Internet. `resolver`: (address, port) of the name server, else
    the machine's own. `ports`: logical → actual port, for labs; used only inside `allow`. `rate`: connections
    a second to one address. `roots`: further trusted certificates (PEM). `timeout`: seconds for one step.
    """

    allow: tuple[Network, ...] = ()
    resolver: Server | None = None
    ports: Mapping[int, int] = field(default_factory=dict)
    rate: float = 2.0
    roots: str = ""
    timeout: float = 5.0
    requests: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.guard = Guard(self.allow)
        self.cooling = Cooling()
        self._pace = Pace(self.rate)
        self._names = Resolver((self.resolver,) if self.resolver else system_servers(), min(self.timeout, 3.0))

    def lookup(self, name: str, rdtype: str, budget: Budget | None = None) -> Lookup:
        """Records of one name; only name servers are asked, the name's own hosts are not touched."""
        return self._names.lookup(name, rdtype, budget or Budget())

    def signature_state(self, domain: str, now: float, budget: Budget | None = None) -> str:
        """Whether the zone's signatures hold: see `zones.signature_state`."""
        return signature_state(self._names, domain, now, budget or Budget())

    def ask_server(self, address: Address | str, name: str, rdtype: str, budget: Budget | None = None) -> ServerAnswer:
        """One question to one name server of the zone's own, over TCP."""
        return ask_server(self, address, name, rdtype, budget or Budget())

    def resolve(self, host: str, budget: Budget | None = None) -> Resolved:
        """The permitted addresses of `host`, IPv4 first, in a fixed order; a literal address stands for itself."""
        decision = self._permitted(self.guard.host(host))
        if decision.address is not None:
            return Resolved(decision.host, (decision.address,))
        budget = budget or Budget()
        answers = [self._names.lookup(decision.host, rdtype, budget) for rdtype in ("A", "AAAA")]
        if all(answer.status == "no_such_name" for answer in answers):
            raise NotReached(Outcome.NO_SUCH_NAME, decision.host)
        found = [ip_address(value) for answer in answers for value in answer.values]
        if not found:
            raise NotReached(Outcome.NO_ADDRESS, decision.host)
        good = tuple(address for address in found if self.guard.address(address))
        bad = tuple(address for address in found if not self.guard.address(address))
        if not good:
            raise NotReached(Outcome.REFUSED_BY_GUARD, f"{decision.host} leads to {bad[0]}")
        return Resolved(decision.host, good, bad, answers[0].aliases or answers[1].aliases)

    def connect(
        self, address: Address | str, port: int, *, budget: Budget | None = None, timeout: float | None = None
    ) -> Connection:
        """Open TCP to exactly this address and logical port; the peer must be the address that was judged."""
        decision = self._permitted(self.guard.address(address))
        checked = decision.address
        if checked is None or port not in SERVICE_PORTS:
            raise NotReached(Outcome.REFUSED_BY_GUARD, f"port {port}")
        budget = budget or Budget()
        self._pace.wait(str(checked), budget)
        budget.take_request()
        self.requests += 1
        wait = min(timeout or self.timeout, budget.remaining())
        actual = self.ports.get(port, port) if self.guard.inside_allow(checked) else port
        sock = socket.socket(socket.AF_INET6 if checked.version == 6 else socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.settimeout(wait)
            sock.connect((str(checked), actual))
            peer = ip_address(sock.getpeername()[0])
        except OSError as error:
            sock.close()
            raise from_os_error(error) from None
        if peer != checked or sock.getsockname() == sock.getpeername():
            sock.close()
            raise NotReached(Outcome.REFUSED_BY_GUARD, "another peer than the one checked")
        return Connection(sock, checked, budget, timeout or self.timeout)

    def fetch(self, url: str, wish: Wish | None = None, budget: Budget | None = None) -> Fetched:
        """One page over http or https; see `Wish` for the bounds. Redirects are judged hop by hop."""
        return fetch(self, url, wish or Wish(), budget or Budget())

    def _permitted(self, decision: Decision) -> Decision:
        if not decision:
            raise NotReached(Outcome.REFUSED_BY_GUARD, decision.reason or "")
        return decision
