"""One TCP connection to one checked address, with optional TLS; every wait and every byte is bounded.

TLS runs over memory buffers, so that a host that feeds one byte a second meets the same deadline
as one that feeds nothing.
"""

from __future__ import annotations

import socket
import ssl
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from types import TracebackType
from typing import TypeVar

import certifi

from .guard import Address
from .outcomes import NotReached, Outcome, from_os_error
from .pace import Budget

_DER = 2  # _ssl.ENCODING_DER
NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME, which Python does not name
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TlsWish:
    """How to shake hands: `verify` asks for a trusted chain, `check_name` and `check_time` for name and dates too.

    `check_strength` False takes weak keys, so that the chain can be judged apart from them.
    """

    server_name: str
    verify: bool = True
    check_name: bool = True
    check_time: bool = True
    check_strength: bool = True
    roots: str = ""


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """What was agreed, e.g. version "TLSv1.3", the server's certificate and the whole `chain` it sent (DER)."""

    version: str
    cipher: str
    certificate: bytes
    chain: tuple[bytes, ...] = ()


def tls_context(wish: TlsWish) -> ssl.SSLContext:
    """A client context; without `verify` it takes whatever a server offers, so that the offer can be judged."""
    return _context(replace(wish, server_name=""))


@lru_cache(maxsize=32)
def _context(wish: TlsWish) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = wish.verify and wish.check_name
    context.verify_mode = ssl.CERT_REQUIRED if wish.verify else ssl.CERT_NONE
    context.load_verify_locations(cafile=certifi.where())
    if wish.roots:
        context.load_verify_locations(cadata=wish.roots)
    if not wish.check_time:
        context.verify_flags |= NO_CHECK_TIME
    if not (wish.verify and wish.check_strength):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")
    context.set_alpn_protocols(["http/1.1"])
    return context


def _sent(tls: ssl.SSLObject) -> tuple[bytes, ...]:
    """The certificates as the server sent them; a public name for this comes with Python 3.13."""
    inner = tls if hasattr(tls, "get_unverified_chain") else getattr(tls, "_sslobj", None)
    found = getattr(inner, "get_unverified_chain", lambda: None)() or ()
    return tuple(c if isinstance(c, bytes) else c.public_bytes(_DER) for c in found)


class Connection:
    """Bytes to and from one peer. Made by `Egress.connect`; close it, or use it in a `with`."""

    def __init__(self, sock: socket.socket, address: Address, budget: Budget, timeout: float) -> None:
        self.address = address
        self._sock = sock
        self._budget = budget
        self._timeout = timeout
        self._tls: ssl.SSLObject | None = None
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._kept = b""

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._sock.close()

    def send(self, data: bytes, timeout: float | None = None) -> None:
        end = self._end(timeout)
        if self._tls is None:
            self._send_raw(data, end)
            return
        tls = self._tls
        view = memoryview(data)
        while view:
            written = self._pump(lambda view=view: tls.write(view), end)  # type: ignore[misc]
            view = view[written:]
        self._flush(end)

    def receive(self, limit: int, timeout: float | None = None) -> bytes:
        """Up to `limit` bytes as soon as there are any; empty at the end of the stream."""
        if self._kept:
            data, self._kept = self._kept[:limit], self._kept[limit:]
            return data
        end = self._end(timeout)
        if self._tls is None:
            return self._receive_raw(limit, end)
        tls = self._tls
        try:
            return self._pump(lambda: tls.read(limit), end)
        except ssl.SSLZeroReturnError:
            return b""
        except ssl.SSLEOFError:
            return b""

    def receive_line(self, limit: int = 2048, timeout: float | None = None) -> bytes:
        """One line with its end; shorter at the end of the stream; longer than `limit` is a protocol error."""
        end = self._end(timeout)
        data = b""
        while b"\n" not in data:
            if len(data) > limit:
                raise NotReached(Outcome.PROTOCOL, "line too long")
            left = end - time.monotonic()
            if left <= 0:
                raise NotReached(Outcome.TIMEOUT, "line")
            more = self.receive(limit, left)
            if not more:
                return data
            data += more
        line, rest = data.split(b"\n", 1)
        self._kept = rest + self._kept
        return line + b"\n"

    def start_tls(self, wish: TlsWish, timeout: float | None = None) -> TlsFacts:
        """Shake hands now. Untrusted chains and other TLS failures have outcomes of their own."""
        return self.start_tls_with(tls_context(wish), wish.server_name, timeout)

    def start_tls_with(self, context: ssl.SSLContext, server_name: str, timeout: float | None = None) -> TlsFacts:
        if self._tls is not None or self._kept:
            raise NotReached(Outcome.PROTOCOL, "bytes before the handshake")
        end = self._end(timeout)
        tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name or None)
        try:
            self._pump(tls.do_handshake, end)
            self._flush(end)
        except ssl.SSLCertVerificationError as error:
            raise NotReached(Outcome.TLS_UNTRUSTED, f"{error.verify_code} {error.verify_message}") from None
        except ssl.SSLError as error:
            raise NotReached(Outcome.TLS_FAILURE, error.reason or "handshake") from None
        except ValueError as error:
            raise NotReached(Outcome.TLS_FAILURE, str(error)) from None
        self._tls = tls
        cipher = tls.cipher()
        name = cipher[0] if cipher else ""
        return TlsFacts(tls.version() or "", name, tls.getpeercert(True) or b"", _sent(tls))

    def _end(self, timeout: float | None) -> float:
        return time.monotonic() + min(self._budget.remaining(), self._timeout if timeout is None else timeout)

    def _pump(self, step: Callable[[], T], end: float) -> T:
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                self._flush(end)
                data = self._receive_raw(16_384, end)
                if data:
                    self._incoming.write(data)
                else:
                    self._incoming.write_eof()

    def _flush(self, end: float) -> None:
        data = self._outgoing.read()
        if data:
            self._send_raw(data, end)

    def _send_raw(self, data: bytes, end: float) -> None:
        self._arm(end)
        try:
            self._sock.sendall(data)
        except OSError as error:
            raise from_os_error(error) from None

    def _receive_raw(self, limit: int, end: float) -> bytes:
        self._arm(end)
        try:
            data = self._sock.recv(min(limit, 65_536))
        except OSError as error:
            raise from_os_error(error) from None
        self._budget.take_bytes(len(data))
        return data

    def _arm(self, end: float) -> None:
        left = min(end - time.monotonic(), self._budget.remaining())
        if left <= 0:
            raise NotReached(Outcome.TIMEOUT, "deadline")
        self._sock.settimeout(left)
