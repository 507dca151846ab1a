"""The lab's name servers: one that answers everything it is told, and those that belong to one domain each."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from dnslib import CAA, CNAME, DS, MX, NS, QTYPE, RCODE, RD, RR, SOA, TXT, A
from dnslib.server import BaseResolver, DNSServer


class _Silent:
    """A logger for dnslib that says nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: None


def _rdata(rdtype: str, value: str | bytes) -> Any:
    if isinstance(value, bytes):
        return RD(value)
    if rdtype == "MX":
        preference, exchange = value.split(" ", 1)
        return MX(exchange, int(preference))
    if rdtype == "CAA":
        flags, tag, text = value.split(" ", 2)
        return CAA(int(flags), tag, text.strip('"'))
    if rdtype == "DS":
        tag_text, algorithm, digest_type, digest = value.split(" ")
        return DS(int(tag_text), int(algorithm), int(digest_type), bytes.fromhex(digest))
    if rdtype == "SOA":
        primary, person, *times = value.split(" ")
        return SOA(primary, person, tuple(int(time) for time in times))
    if rdtype == "TXT":
        raw = value.encode()
        return TXT([raw[i : i + 255] for i in range(0, len(raw), 255)] or [b""])
    return {"A": A, "NS": NS, "CNAME": CNAME}[rdtype](value)


class Zones(BaseResolver):  # type: ignore[misc]
    """Names and their records, changeable while the server runs. Values are text, or the record's own bytes."""

    def __init__(self) -> None:
        self._records: dict[str, dict[str, tuple[str | bytes, ...]]] = {}
        self._signatures: dict[tuple[str, str], bytes] = {}
        self._lock = threading.Lock()
        self._servers: list[DNSServer] = []
        self.asked: list[tuple[str, str]] = []

    def put(self, name: str, rdtype: str, *values: str | bytes) -> None:
        """Set all records of one type at a name; no values removes them."""
        with self._lock:
            types = self._records.setdefault(name.lower(), {})
            types[rdtype] = tuple(values)
            if not values:
                del types[rdtype]

    def sign(self, name: str, rdtype: str, signature: bytes) -> None:
        """Send this RRSIG along with the records of one type at a name."""
        with self._lock:
            self._signatures[name.lower(), rdtype] = signature

    def load(self, table: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        for name, types in table.items():
            for rdtype, values in types.items():
                self.put(name, rdtype, *values)

    def resolve(self, request: Any, handler: Any) -> Any:
        """Answer one question (called by dnslib)."""
        with self._lock:
            self.asked.append((str(request.q.qname).rstrip(".").lower(), QTYPE.get(request.q.qtype)))
        return self.answer(request, request.reply())

    def answer(self, request: Any, reply: Any) -> Any:
        name = str(request.q.qname).rstrip(".").lower()
        rdtype = QTYPE.get(request.q.qtype)
        with self._lock:
            types = self._records.get(name)
            below = any(known.endswith("." + name) for known in self._records)
            signature = self._signatures.get((name, rdtype))
        if types is None:
            if not below:
                reply.header.rcode = RCODE.NXDOMAIN
            return reply
        wanted = rdtype if rdtype in types or "CNAME" not in types else "CNAME"
        for value in types.get(wanted, ()):
            reply.add_answer(RR(name, getattr(QTYPE, wanted), ttl=5, rdata=_rdata(wanted, value)))
        if signature is not None:
            reply.add_answer(RR(name, QTYPE.RRSIG, ttl=5, rdata=RD(signature)))
        return reply

    def whole(self, zone: str) -> list[tuple[str, str, str | bytes]]:
        """Every record at and below a name, for a transfer."""
        with self._lock:
            return [
                (name, rdtype, value)
                for name, types in sorted(self._records.items())
                if name == zone or name.endswith("." + zone)
                for rdtype, values in types.items()
                for value in values
            ]

    def serve(self, address: str, port: int, view: BaseResolver | None = None) -> None:
        for tcp in (False, True):
            server = DNSServer(view or self, address=address, port=port, tcp=tcp, logger=_Silent())
            server.start_thread()
            self._servers.append(server)

    def stop(self) -> None:
        for server in self._servers:
            server.stop()
            server.server.server_close()
        self._servers.clear()


class View(BaseResolver):  # type: ignore[misc]
    """What one name server of a domain shows: its zone, and more than that when it is badly kept."""

    def __init__(
        self, zones: Zones, zone: str, *, recursion: bool = False, transfers: bool = False, lame: bool = False
    ) -> None:
        self._zones = zones
        self._zone = zone
        self._recursion = recursion
        self._transfers = transfers
        self._lame = lame
        self.asked: list[tuple[str, str]] = []

    def resolve(self, request: Any, handler: Any) -> Any:
        name, rdtype = str(request.q.qname).rstrip(".").lower(), QTYPE.get(request.q.qtype)
        self.asked.append((name, rdtype))
        inside = (name == self._zone or name.endswith("." + self._zone)) and not self._lame
        reply = request.reply(ra=int(self._recursion), aa=int(inside))
        if rdtype == "AXFR":
            return self._transfer(name, reply) if self._transfers and inside else _refuse(reply)
        if not inside and not self._recursion:
            return _refuse(reply)
        return self._zones.answer(request, reply)

    def _transfer(self, zone: str, reply: Any) -> Any:
        records = self._zones.whole(zone)
        start = [record for record in records if record[:2] == (zone, "SOA")]
        for name, rdtype, value in (*start, *(record for record in records if record not in start), *start):
            reply.add_answer(RR(name, getattr(QTYPE, rdtype), ttl=5, rdata=_rdata(rdtype, value)))
        return reply


def _refuse(reply: Any) -> Any:
    reply.header.rcode = RCODE.REFUSED
    return reply
