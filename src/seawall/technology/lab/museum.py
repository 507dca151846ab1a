"""A server of protocols and suites that no current library speaks, as far as a hello goes and no further."""

from __future__ import annotations

import socket
import socketserver
import struct
from dataclasses import dataclass
from typing import Any

from .services import Quiet


@dataclass(frozen=True, slots=True)
class Museum:
    """The one protocol version taken (e.g. 0x0300 for SSL 3.0) and the suites, the favourite first."""

    version: int
    suites: tuple[int, ...]


def _handshake(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def _reply(hello: bytes, museum: Museum, certificate: bytes) -> bytes:
    """ServerHello, Certificate and ServerHelloDone to a ClientHello of that version or later, else an alert."""
    offered_version = int.from_bytes(hello[4:6], "big")
    at = 39 + hello[38]
    size = int.from_bytes(hello[at : at + 2], "big")
    offered = {int.from_bytes(hello[i : i + 2], "big") for i in range(at + 2, at + 2 + size, 2)}
    suite = next((suite for suite in museum.suites if suite in offered), None)
    if suite is None or offered_version < museum.version:
        return struct.pack(">BHHBB", 21, museum.version, 2, 2, 40)
    chosen = struct.pack(">H", museum.version) + b"r" * 32 + b"\x00" + struct.pack(">H", suite) + b"\x00"
    listed = len(certificate).to_bytes(3, "big") + certificate
    body = _handshake(2, chosen) + _handshake(11, len(listed).to_bytes(3, "big") + listed) + _handshake(14, b"")
    return struct.pack(">BHH", 22, museum.version, len(body)) + body


class MuseumServer(Quiet):
    def __init__(self, at: tuple[str, int], museum: Museum, certificate: bytes) -> None:
        self.museum = museum
        self.certificate = certificate
        super().__init__(at, _Handler)


class _Handler(socketserver.BaseRequestHandler):
    server: MuseumServer

    def handle(self) -> None:
        sock: socket.socket = self.request
        sock.settimeout(3)
        head = self._exactly(sock, 5)
        hello = self._exactly(sock, int.from_bytes(head[3:5], "big"))
        if hello[:1] == b"\x01" and len(hello) > 44:
            sock.sendall(_reply(hello, self.server.museum, self.server.certificate))
            self._drain(sock)

    @staticmethod
    def _exactly(sock: Any, count: int) -> bytes:
        data = b""
        while len(data) < count and (more := sock.recv(count - len(data))):
            data += more
        return data

    @staticmethod
    def _drain(sock: Any) -> None:
        """Wait for the visitor to leave, so that what was sent is not lost to a reset."""
        try:
            while sock.recv(1024):
                pass
        except OSError:
            return
