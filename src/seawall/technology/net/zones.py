"""Two questions about a zone that a plain lookup does not answer: is its signature good, and what does one of its own
name servers say when asked directly."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import dns.dnssec
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from .connection import Connection
from .guard import Address
from .outcomes import NotReached, Outcome
from .pace import Budget

if TYPE_CHECKING:
    from .egress import Egress
    from .names import Resolver

MAX_MESSAGE = 65_535


@dataclass(frozen=True, slots=True)
class ServerAnswer:
    """One answer of one name server: `rcode` e.g. "NOERROR", its flags, and how many records of which kind."""

    rcode: str
    authoritative: bool
    recursion: bool
    answers: int
    soa: bool


def ask_server(egress: Egress, address: Address | str, name: str, rdtype: str, budget: Budget) -> ServerAnswer:
    """One question over TCP to exactly this server; of a zone transfer the first message is read and no more."""
    try:
        query = dns.message.make_query(dns.name.from_text(name), rdtype)
    except dns.exception.DNSException:
        raise NotReached(Outcome.DNS_FAILURE, "not a name") from None
    wire = query.to_wire()
    with egress.connect(address, 53, budget=budget) as connection:
        connection.send(struct.pack(">H", len(wire)) + wire)
        length = struct.unpack(">H", _exactly(connection, 2))[0]
        raw = _exactly(connection, length)
    try:
        answer = dns.message.from_wire(raw, one_rr_per_rrset=True, ignore_trailing=True, continue_on_error=True)
    except (dns.exception.DNSException, ValueError, struct.error):
        raise NotReached(Outcome.PROTOCOL, "dns") from None
    if answer.id != query.id:
        raise NotReached(Outcome.PROTOCOL, "dns id")
    return ServerAnswer(
        dns.rcode.to_text(answer.rcode()),
        bool(answer.flags & dns.flags.AA),
        bool(answer.flags & dns.flags.RA),
        len(answer.answer),
        any(records.rdtype == dns.rdatatype.SOA for records in answer.answer),
    )


def _exactly(connection: Connection, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = connection.receive(count - len(data))
        if not more:
            raise NotReached(Outcome.PROTOCOL, "cut off")
        data += more
    return data


def signature_state(resolver: Resolver, domain: str, now: float, budget: Budget) -> str:
    """Whether a zone's keys fit the DS records above it and its signatures hold at `now` (POSIX seconds).

    "unsigned" (no DS), "valid", "no_key", "ds_mismatch", "signature", "expired", or "unknown" for an algorithm that
    cannot be verified here. The DS records themselves are taken as the resolver gives them.
    """
    zone = dns.name.from_text(domain)
    above = _records(resolver, domain, "DS", budget)[0]
    if above is None:
        return "unsigned"
    keys, signatures = _records(resolver, domain, "DNSKEY", budget)
    if keys is None:
        return "no_key"
    if not _anchored(zone, above, keys):
        return "ds_mismatch"
    if signatures is None:
        return "signature"
    start = _records(resolver, domain, "SOA", budget)
    for records, signed in ((keys, signatures), start):
        if records is None:
            continue
        state = _verify(zone, records, signed, keys, now)
        if state != "valid":
            return state
    return "valid"


def _records(
    resolver: Resolver, name: str, rdtype: str, budget: Budget
) -> tuple[dns.rrset.RRset | None, dns.rrset.RRset | None]:
    """The records and their signatures, unverified."""
    wanted, zone = dns.rdatatype.from_text(rdtype), dns.name.from_text(name)
    answer = resolver.message(name, rdtype, budget, signed=True)
    return (
        answer.get_rrset(answer.answer, zone, dns.rdataclass.IN, wanted),
        answer.get_rrset(answer.answer, zone, dns.rdataclass.IN, dns.rdatatype.RRSIG, wanted),
    )


def _anchored(zone: dns.name.Name, above: dns.rrset.RRset, keys: dns.rrset.RRset) -> bool:
    for record in list(above)[:20]:
        for key in list(keys)[:20]:
            try:
                if dns.dnssec.make_ds(zone, key, record.digest_type, validating=True) == record:
                    return True
            except (dns.exception.DNSException, ValueError):
                continue
    return False


def _verify(
    zone: dns.name.Name, records: dns.rrset.RRset, signed: dns.rrset.RRset | None, keys: dns.rrset.RRset, now: float
) -> str:
    if signed is None:
        return "signature"
    try:
        dns.dnssec.validate(records, signed, {zone: keys}, now=now)
    except dns.exception.UnsupportedAlgorithm:
        return "unknown"
    except dns.exception.DNSException:
        over = all(now > record.expiration for record in signed)
        return "expired" if over else "signature"
    return "valid"
