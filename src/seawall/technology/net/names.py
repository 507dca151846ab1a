"""Asking name servers, with a cache of our own; never the operating system's resolver, never /etc/hosts."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdata
import dns.rdatatype
import dns.resolver

from .outcomes import NotReached, Outcome
from .pace import Budget

Server = tuple[str, int]
MAX_ALIASES = 8
MAX_VALUES = 200
_TTL_FLOOR, _TTL_CEILING = 5, 300


@dataclass(frozen=True, slots=True)
class Lookup:
    """An answer about one name and record type: `status` is "answer", "empty" or "no_such_name".

    `values` are the records as text (TXT strings joined, names without trailing dot), in a fixed order;
    `aliases` are the names a CNAME led through; `authenticated` is the resolver's AD flag.
    """

    status: str
    values: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    authenticated: bool = False


def system_servers() -> tuple[Server, ...]:
    """The name servers of this machine's configuration."""
    try:
        found = dns.resolver.Resolver(configure=True).nameservers
    except (dns.exception.DNSException, OSError):
        return ()
    return tuple((str(address), 53) for address in found[:2])


def _text(rdata: dns.rdata.Rdata) -> str:
    strings = getattr(rdata, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("utf-8", "replace")
    return rdata.to_text().removesuffix(".")


class Resolver:
    """Questions to `servers` in turn, UDP first and TCP when cut off, answers kept for their time to live."""

    def __init__(self, servers: tuple[Server, ...], timeout: float = 3.0) -> None:
        self._servers = servers
        self._timeout = timeout
        self._cache: dict[tuple[str, str], tuple[float, Lookup]] = {}
        self._lock = threading.Lock()

    def lookup(self, name: str, rdtype: str, budget: Budget) -> Lookup:
        """Records of `rdtype` at `name`, CNAMEs followed; raises `NotReached` when no server gave a usable answer."""
        aliases: list[str] = []
        current = name.lower().rstrip(".")
        for _ in range(MAX_ALIASES):
            found = self._one(current, rdtype, budget)
            aliases.extend(found.aliases)
            if found.status != "answer" or found.values or not found.aliases:
                return Lookup(found.status, found.values, tuple(aliases), found.authenticated)
            current = found.aliases[-1]
        raise NotReached(Outcome.DNS_FAILURE, "too many aliases")

    def _one(self, name: str, rdtype: str, budget: Budget) -> Lookup:
        key = (name, rdtype)
        with self._lock:
            kept = self._cache.get(key)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        lookup, ttl = _read(self._ask(name, rdtype, budget), name, rdtype)
        with self._lock:
            if len(self._cache) > 5_000:
                self._cache.clear()
            self._cache[key] = (time.monotonic() + min(max(ttl, _TTL_FLOOR), _TTL_CEILING), lookup)
        return lookup

    def message(self, name: str, rdtype: str, budget: Budget, *, signed: bool = False) -> dns.message.Message:
        """The whole answer to one question, kept by nobody; `signed` asks for signatures, good or bad."""
        return self._ask(name.lower().rstrip("."), rdtype, budget, signed)

    def _ask(self, name: str, rdtype: str, budget: Budget, signed: bool = False) -> dns.message.Message:
        if not self._servers:
            raise NotReached(Outcome.DNS_FAILURE, "no name server configured")
        try:
            query = dns.message.make_query(dns.name.from_text(name), rdtype, use_edns=0, payload=1232)
        except (dns.exception.DNSException, UnicodeError):
            raise NotReached(Outcome.DNS_FAILURE, "not a name") from None
        query.flags |= dns.flags.AD
        if signed:
            query.want_dnssec(True)
            query.flags |= dns.flags.CD
        failure = NotReached(Outcome.TIMEOUT, "dns")
        for address, port in self._servers * 2:
            wait = min(self._timeout, budget.remaining())
            try:
                answer, _ = dns.query.udp_with_fallback(query, address, wait, port, ignore_errors=True)
            except dns.exception.Timeout:
                failure = NotReached(Outcome.TIMEOUT, "dns")
                continue
            except (dns.exception.DNSException, OSError, EOFError, ValueError) as error:
                failure = NotReached(Outcome.DNS_FAILURE, type(error).__name__)
                continue
            budget.take_bytes(len(answer.wire or b""))
            if answer.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
                return answer
            failure = NotReached(Outcome.DNS_FAILURE, dns.rcode.to_text(answer.rcode()))
        raise failure


def _read(answer: dns.message.Message, name: str, rdtype: str) -> tuple[Lookup, int]:
    """The part of `answer` that belongs to `name`: CNAMEs from there on, then the records at the end of them."""
    wanted = dns.rdatatype.from_text(rdtype)
    sets = {(str(s.name).lower().rstrip("."), s.rdtype): s for s in answer.answer}
    authenticated = bool(answer.flags & dns.flags.AD)
    aliases: list[str] = []
    current, ttl = name, _TTL_CEILING
    for _ in range(MAX_ALIASES):
        records = sets.get((current, wanted))
        if records is not None:
            values = sorted(_text(rdata) for rdata in list(records)[:MAX_VALUES])
            return Lookup("answer", tuple(values), tuple(aliases), authenticated), min(ttl, records.ttl)
        alias = sets.get((current, dns.rdatatype.CNAME))
        if alias is None:
            break
        ttl = min(ttl, alias.ttl)
        current = _text(alias[0]).lower()
        if current in aliases:
            raise NotReached(Outcome.DNS_FAILURE, "alias loop")
        aliases.append(current)
    if answer.rcode() == dns.rcode.NXDOMAIN:
        return Lookup("no_such_name", aliases=tuple(aliases)), _TTL_FLOOR
    if aliases:
        return Lookup("answer", (), tuple(aliases), authenticated), ttl
    return Lookup("empty", authenticated=authenticated), _TTL_FLOOR
