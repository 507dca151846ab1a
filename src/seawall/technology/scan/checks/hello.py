"""A TLS hello written by hand, because a modern library may not be able to offer what an old server takes.

`client_hello` offers one version; `read_reply` tells what came back. Formats: RFC 2246, 4346, 5246.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace

VERSIONS = {"SSLv3": 0x0300, "TLSv1": 0x0301, "TLSv1.1": 0x0302, "TLSv1.2": 0x0303}
# Broad on purpose: whatever a server can do with this version, it finds something here.
_SUITES = (
    *(0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC009, 0xC013, 0xC00A, 0xC014, 0xC008, 0xC012, 0xC007, 0xC011),
    *(0x009E, 0x009F, 0x0033, 0x0039, 0x0016, 0x0067, 0x006B, 0x0032, 0x0038, 0x0013, 0x0045, 0x0088),
    *(0x009C, 0x009D, 0x002F, 0x0035, 0x003C, 0x003D, 0x000A, 0x0005, 0x0004, 0x0041, 0x0084, 0x0096, 0x0007),
    *(0x0015, 0x0009, 0x0014, 0x0008, 0x0003, 0x0006, 0x0002, 0x0001, 0x003B, 0x00FF),
)
# Suites nobody should take any more, by what is wrong with them (RFC 4346, 7465, 8996, 9325).
WEAK: Mapping[str, tuple[int, ...]] = {
    "NULL": (0x0001, 0x0002, 0x003B, 0xC001, 0xC006, 0xC00B, 0xC010),
    "anonymous": (
        0x0018,
        0x001B,
        0x0034,
        0x003A,
        0x0046,
        0x0089,
        0x006C,
        0x006D,
        0x00A6,
        0x00A7,
        *range(0xC015, 0xC01A),
    ),
    "EXPORT": (0x0003, 0x0006, 0x0008, 0x000B, 0x000E, 0x0011, 0x0014, 0x0017, 0x0019),
    "DES": (0x0009, 0x000C, 0x000F, 0x0012, 0x0015, 0x001A),
    "RC4": (0x0004, 0x0005, 0xC002, 0xC007, 0xC00C, 0xC011),
    "3DES": (0x000A, 0x000D, 0x0010, 0x0013, 0x0016, 0xC003, 0xC008, 0xC00D, 0xC012),
}
EPHEMERAL = (0x009E, 0x009F, 0x0033, 0x0039, 0x0067, 0x006B, 0x0016, 0x0045, 0x0088, 0xCCAA)  # DHE with RSA
_GROUPS = (0x001D, 0x0017, 0x0018, 0x0019)
_SIGNATURES = (0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0202, 0x0402)
_HANDSHAKE, _ALERT = 22, 21
MAX_REPLY = 65_536


@dataclass(frozen=True, slots=True)
class Reply:
    """`kind` is "hello" (with what came along: `version`, `suite`, `certificate`), "alert", "partial" or "other".

    `group_bits` is the size of the prime of a DHE key exchange.
    """

    kind: str
    version: int = 0
    certificate: bytes = b""
    suite: int = 0
    group_bits: int = 0


def _vector(data: bytes, size: str) -> bytes:
    return struct.pack(size, len(data)) + data


def _extension(kind: int, body: bytes) -> bytes:
    return struct.pack(">H", kind) + _vector(body, ">H")


def client_hello(server_name: str, version: int, offered: tuple[int, ...] = _SUITES) -> bytes:
    """One record that offers exactly `version` and the suites `offered`; SSL 3.0 knows no extensions."""
    suites = b"".join(struct.pack(">H", suite) for suite in dict.fromkeys((*offered, 0x00FF)))
    groups = b"".join(struct.pack(">H", group) for group in _GROUPS)
    extensions = _extension(10, _vector(groups, ">H")) + _extension(11, b"\x01\x00")
    if server_name and ":" not in server_name:
        entry = b"\x00" + _vector(server_name.encode("ascii"), ">H")
        extensions = _extension(0, _vector(entry, ">H")) + extensions
    if version >= VERSIONS["TLSv1.2"]:
        extensions += _extension(13, _vector(b"".join(struct.pack(">H", s) for s in _SIGNATURES), ">H"))
    body = struct.pack(">H", version) + os.urandom(32) + b"\x00" + _vector(suites, ">H") + b"\x01\x00"
    if version > VERSIONS["SSLv3"]:
        body += _vector(extensions, ">H")
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return struct.pack(">BHH", _HANDSHAKE, min(version, VERSIONS["TLSv1"]), len(message)) + message


def _handshake_bytes(data: bytes) -> tuple[bytes, str]:
    """The handshake stream inside the records, and what ended it: "more", "alert" or "other"."""
    stream = b""
    while len(data) >= 5:
        kind, major, length = data[0], data[1], struct.unpack(">H", data[3:5])[0]
        if kind == _ALERT and major == 3 and length <= 64:
            return stream, "alert"
        if kind != _HANDSHAKE or major != 3 or length > 16_640:
            return stream, "other"
        if len(data) < 5 + length:
            break
        stream += data[5 : 5 + length]
        data = data[5 + length :]
    return stream, "more"


def read_reply(data: bytes, *, want_certificate: bool = False, want_key: bool = False) -> Reply:
    """What the server's bytes so far amount to. "partial" asks for more bytes."""
    stream, end = _handshake_bytes(data)
    reply = Reply("partial")
    while len(stream) >= 4:
        kind, length = stream[0], int.from_bytes(stream[1:4], "big")
        if length > MAX_REPLY:
            return Reply("other")
        if len(stream) < 4 + length:
            break
        body, stream = stream[4 : 4 + length], stream[4 + length :]
        if kind == 2 and length >= 38 and reply.kind == "partial":
            reply = _hello(body)
            if not (want_certificate or want_key):
                return reply
        elif kind == 11 and reply.kind == "hello":
            reply = replace(reply, certificate=_first_certificate(body))
            if not want_key:
                return reply
        elif kind == 12 and reply.kind == "hello":
            return replace(reply, group_bits=_group_bits(body))
        elif kind == 14 and reply.kind == "hello":
            return reply
        elif reply.kind != "hello":
            return Reply("other")
    if end != "more":
        return reply if reply.kind == "hello" else Reply(end)
    return Reply("partial", reply.version)


def _hello(body: bytes) -> Reply:
    after = 35 + body[34]  # version, random, session id
    suite = int.from_bytes(body[after : after + 2], "big") if len(body) >= after + 2 else 0
    return Reply("hello", int.from_bytes(body[:2], "big"), suite=suite)


def _group_bits(body: bytes) -> int:
    length = int.from_bytes(body[:2], "big")
    prime = body[2 : 2 + length]
    return int.from_bytes(prime, "big").bit_length() if len(prime) == length else 0


def weakness(suite: int) -> str:
    """What is wrong with a suite ("RC4", …), empty when it is not among the weak ones."""
    return next((kind for kind, suites in WEAK.items() if suite in suites), "")


def forward_secret(suite: int) -> bool:
    """Whether a suite before TLS 1.3 makes a key that the server's long-lived one does not give away."""
    if suite in EPHEMERAL or 0x1301 <= suite <= 0x1305:
        return True
    elliptic = (0xC006, 0xC007, 0xC008, 0xC009, 0xC00A, *range(0xC010, 0xC015), *range(0xC023, 0xC025))
    return suite in elliptic or suite in (
        0xC027,
        0xC028,
        0xC02B,
        0xC02C,
        0xC02F,
        0xC030,
        0xCCA8,
        0xCCA9,
        0x0032,
        0x0038,
    )


def _first_certificate(body: bytes) -> bytes:
    length = int.from_bytes(body[3:6], "big")
    return body[6 : 6 + length] if len(body) >= 6 + length else b""
