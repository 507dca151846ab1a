"""Fetching a page through pinned addresses: httpx for the protocol, our own connections underneath."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urljoin
from urllib.robotparser import RobotFileParser

import httpcore
import httpx
from publicsuffixlist import PublicSuffixList

from .connection import Connection, TlsWish, tls_context
from .guard import Address, Target
from .outcomes import NotReached, Outcome
from .pace import Budget

if TYPE_CHECKING:
    from .egress import Egress

AGENT = "Seawall"
USER_AGENT = f"{AGENT}/1.0 (security assessment with the owner's consent)"
_REDIRECTS = (301, 302, 303, 307, 308)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SUFFIXES = PublicSuffixList(only_icann=True)
_HOP_HEADERS = [("User-Agent", USER_AGENT), ("Accept", "*/*"), ("Accept-Encoding", "identity"), ("Connection", "close")]


@dataclass(frozen=True, slots=True)
class Wish:
    """What to ask and how much of it: bytes of body, seconds in all, redirects, whether the chain must be trusted.

    `third_parties` follows redirects out of the first host's registrable domain; otherwise they come back as data.
    """

    method: str = "GET"
    max_bytes: int = 1_000_000
    seconds: float = 10.0
    max_redirects: int = 5
    verify: bool = True
    third_parties: bool = False


@dataclass(frozen=True, slots=True)
class Hop:
    """One answer that pointed elsewhere."""

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """The last answer. `stopped` says why a redirect it names in `location` was not followed."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    truncated: bool
    address: Address
    hops: tuple[Hop, ...] = ()
    location: str = ""
    stopped: Outcome | None = None

    def header(self, name: str) -> tuple[str, ...]:
        """Every value of one header, in order."""
        return tuple(value for key, value in self.headers if key == name.lower())


def registrable(host: str) -> str:
    """The part of a name one registrant holds (``a.b.example.com.cn`` → ``example.com.cn``), else the name itself."""
    return _SUFFIXES.privatesuffix(host) or host


def robots_allow(text: str, path: str) -> bool:
    """What a robots.txt says to us about one path."""
    parser = RobotFileParser()
    parser.parse(text.splitlines()[:5_000])
    return parser.can_fetch(AGENT, path)


def fetch(egress: Egress, url: str, wish: Wish, budget: Budget) -> Fetched:
    """Ask, and follow redirects that stay within the rules; each hop is judged, resolved and pinned anew."""
    end = time.monotonic() + min(wish.seconds, budget.remaining())
    target = _judge(egress, url)
    home = registrable(target.host)
    hops: tuple[Hop, ...] = ()
    while True:
        fetched = replace(_once(egress, target, wish, budget, end), hops=hops)
        if fetched.status not in _REDIRECTS or not fetched.location:
            return fetched
        decision = egress.guard.url(_joined(target.url, fetched.location))
        if not decision or decision.target is None:
            return replace(fetched, stopped=Outcome.REFUSED_BY_GUARD)
        if not wish.third_parties and registrable(decision.host) != home:
            return replace(fetched, stopped=Outcome.THIRD_PARTY)
        if len(hops) >= wish.max_redirects:
            return replace(fetched, stopped=Outcome.TOO_MANY_REDIRECTS)
        hops = (*hops, Hop(target.url, fetched.status, decision.target.url))
        target = decision.target


def _joined(base: str, location: str) -> str:
    """The URL a Location means; what names a scheme is taken as it stands, so that nothing is repaired on the way."""
    if _SCHEME.match(location):
        return location
    try:
        return urljoin(base, location) if location.isprintable() and "\\" not in location else ""
    except ValueError:
        return ""


def _judge(egress: Egress, url: str) -> Target:
    decision = egress.guard.url(url)
    if decision.target is None:
        raise NotReached(Outcome.REFUSED_BY_GUARD, decision.reason or "")
    return decision.target


def _once(egress: Egress, target: Target, wish: Wish, budget: Budget, end: float) -> Fetched:
    egress.cooling.check(target.host)
    address = target.address or egress.resolve(target.host, budget).addresses[0]
    context = tls_context(TlsWish(target.host, verify=wish.verify, roots=egress.roots))
    transport = _PinnedTransport(_Pinned(egress, address, target.port, budget, end), context)
    # The transport is used without httpx.Client, which would parse (and stumble over) what a stranger redirects to,
    # and would look for proxies.
    try:
        response = transport.handle_request(httpx.Request(wish.method, target.url, headers=_HOP_HEADERS))
        body, truncated = _body(response, wish.max_bytes)
    except (httpcore.ProtocolError, httpx.InvalidURL, UnicodeError) as error:
        raise NotReached(Outcome.PROTOCOL, type(error).__name__) from None
    finally:
        transport.close()
    headers = tuple((_clean(k).lower(), _clean(v)) for k, v in response.headers.raw)
    fetched = Fetched(target.url, response.status_code, headers, body, truncated, address)
    _cool(egress, target.host, fetched)
    location = fetched.header("location")
    return replace(fetched, location=location[0] if location else "")


def _clean(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _cool(egress: Egress, host: str, fetched: Fetched) -> None:
    retry = "".join(fetched.header("retry-after")[:1]).strip()
    if fetched.status == 429 or (fetched.status == 503 and retry):
        egress.cooling.note(host, float(retry) if retry.isascii() and retry.isdigit() and len(retry) < 7 else 60.0)


def _body(response: httpx.Response, limit: int) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    size = 0
    try:
        for part in response.iter_raw():
            parts.append(part)
            size += len(part)
            if size > limit:
                return b"".join(parts)[:limit], True
    finally:
        response.close()
    return b"".join(parts), False


class _Stream(httpcore.NetworkStream):
    """Our connection in the shape httpcore wants; one deadline for the whole exchange."""

    def __init__(self, connection: Connection, end: float) -> None:
        self._connection = connection
        self._end = end

    def _left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise NotReached(Outcome.TIMEOUT, "whole fetch")
        return left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._connection.receive(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._connection.send(buffer, self._left())

    def close(self) -> None:
        self._connection.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            self._connection.start_tls_with(ssl_context, server_hostname or "", self._left())
        except NotReached:
            self.close()
            raise
        return self

    def get_extra_info(self, info: str) -> Any:
        return None


class _Pinned(httpcore.NetworkBackend):
    """Whatever name the protocol layer asks for, the connection goes to the address that was judged."""

    def __init__(self, egress: Egress, address: Address, port: int, budget: Budget, end: float) -> None:
        self._egress = egress
        self._address = address
        self._port = port
        self._budget = budget
        self._end = end

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._egress.connect(self._address, self._port, budget=self._budget), self._end)


class _Closing(Protocol):
    def __iter__(self) -> Iterator[bytes]: ...
    def close(self) -> None: ...


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: _Closing) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()


class _PinnedTransport(httpx.BaseTransport):
    """httpx over one pinned connection, without proxies, retries or reuse."""

    def __init__(self, backend: httpcore.NetworkBackend, context: ssl.SSLContext) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=context, network_backend=backend, max_connections=1, max_keepalive_connections=0
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        answer = self._pool.handle_request(
            httpcore.Request(request.method, url, headers=request.headers.raw, extensions=request.extensions)
        )
        stream: Any = answer.stream
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(stream))

    def close(self) -> None:
        self._pool.close()
