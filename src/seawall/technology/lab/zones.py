"""The lab's name server: authoritative for everything it is told, UDP and TCP, on a loopback address."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from dnslib import CAA, CNAME, DS, MX, NS, QTYPE, RCODE, RR, TXT, A
from dnslib.server import BaseResolver, DNSServer


class _Silent:
    """A logger for dnslib that says nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: None


def _rdata(rdtype: str, value: str) -> Any:
    if rdtype == "MX":
        preference, exchange = value.split(" ", 1)
        return MX(exchange, int(preference))
    if rdtype == "CAA":
        flags, tag, text = value.split(" ", 2)
        return CAA(int(flags), tag, text.strip('"'))
    if rdtype == "DS":
        tag_text, algorithm, digest_type, digest = value.split(" ")
        return DS(int(tag_text), int(algorithm), int(digest_type), bytes.fromhex(digest))
    if rdtype == "TXT":
        raw = value.encode()
        return TXT([raw[i : i + 255] for i in range(0, len(raw), 255)] or [b""])
    return {"A": A, "NS": NS, "CNAME": CNAME}[rdtype](value)


class Zones(BaseResolver):  # type: ignore[misc]
    """Names and their records, changeable while the server runs."""

    def __init__(self) -> None:
        self._records: dict[str, dict[str, tuple[str, ...]]] = {}
        self._lock = threading.Lock()
        self._servers: list[DNSServer] = []
        self.asked: list[tuple[str, str]] = []

    def put(self, name: str, rdtype: str, *values: str) -> None:
        """Set all records of one type at a name; no values removes them."""
        with self._lock:
            types = self._records.setdefault(name.lower(), {})
            types[rdtype] = tuple(values)
            if not values:
                del types[rdtype]

    def load(self, table: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        for name, types in table.items():
            for rdtype, values in types.items():
                self.put(name, rdtype, *values)

    def resolve(self, request: Any, handler: Any) -> Any:
        """Answer one question (called by dnslib)."""
        reply = request.reply()
        name = str(request.q.qname).rstrip(".").lower()
        rdtype = QTYPE.get(request.q.qtype)
        with self._lock:
            self.asked.append((name, rdtype))
            types = self._records.get(name)
            below = any(known.endswith("." + name) for known in self._records)
        if types is None:
            if not below:
                reply.header.rcode = RCODE.NXDOMAIN
            return reply
        wanted = rdtype if rdtype in types or "CNAME" not in types else "CNAME"
        for value in types.get(wanted, ()):
            reply.add_answer(RR(name, getattr(QTYPE, wanted), ttl=5, rdata=_rdata(wanted, value)))
        return reply

    def serve(self, address: str, port: int) -> None:
        for tcp in (False, True):
            server = DNSServer(self, address=address, port=port, tcp=tcp, logger=_Silent())
            server.start_thread()
            self._servers.append(server)

    def stop(self) -> None:
        for server in self._servers:
            server.stop()
            server.server.server_close()
        self._servers.clear()
