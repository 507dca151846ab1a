"""Who may be reached at all: a pure decision about addresses, hosts and URLs. Nothing is sent from here.

An address is allowed when it is globally routable unicast and in none of the lists below, or when the
operator's allow-list contains it. A host or URL is allowed when exactly one reading of it exists and that
reading is allowed: forms that different programs read differently (octal, hexadecimal or shortened
addresses, user names, backslashes, escaped hosts) are refused whatever they would mean.

Sources: IANA IPv4 and IPv6 special-purpose registries; RFC 6890, 6052, 3056, 4380, 5214, 6598, 9637;
the clouds' published metadata addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

import idna

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_URL = 2048

_SPECIAL_V4 = (
    ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
    ("192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24"),
    ("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    ("168.63.129.16/32",),  # a public number that only guests of Azure reach
)
_SPECIAL_V6 = (("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"),)
_FORBIDDEN: tuple[Network, ...] = tuple(ip_network(n) for row in (*_SPECIAL_V4, *_SPECIAL_V6) for n in row)
_GLOBAL_V6 = IPv6Network("2000::/3")
_ISATAP = (0x00005EFE, 0x02005EFE)

_LOCAL_SUFFIXES = (
    *("localhost", "localdomain", "local", "internal", "intranet", "lan", "home", "corp", "private"),
    *("home.arpa", "onion", "in-addr.arpa", "ip6.arpa"),
)
_METADATA_NAMES = frozenset(
    {
        *("metadata", "metadata.google.internal", "metadata.goog", "metadata.tencentyun.com", "rancher-metadata"),
        *("instance-data", "instance-data.ec2.internal", "metadata.azure.internal"),
        *("kubernetes.default.svc", "kubernetes.default.svc.cluster.local"),
    }
)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")
_QUAD = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}\Z")
_PORT = re.compile(r"[1-9][0-9]{0,4}\Z")
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ufeff\u200b-\u200f]")


class Reason(StrEnum):
    """Why something is refused."""

    ADDRESS = "address"
    ODD_ADDRESS = "odd_address"
    NAME = "name"
    SYNTAX = "syntax"
    SCHEME = "scheme"
    USERINFO = "userinfo"
    PORT = "port"


@dataclass(frozen=True, slots=True)
class Target:
    """The one reading of a URL: ASCII host without trailing dot, logical port, path with query, literal address."""

    scheme: str
    host: str
    port: int
    path: str
    address: Address | None

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"


@dataclass(frozen=True, slots=True)
class Decision:
    """`allowed`, or the `reason` against; `host` and `target` carry the reading that was judged."""

    allowed: bool
    reason: Reason | None = None
    host: str = ""
    address: Address | None = None
    target: Target | None = None

    def __bool__(self) -> bool:
        return self.allowed


def _no(reason: Reason) -> Decision:
    return Decision(False, reason)


def is_public(address: Address) -> bool:
    """Globally routable unicast, and not a way around that through an address inside another address."""
    if isinstance(address, IPv6Address):
        if address.scope_id is not None or address not in _GLOBAL_V6:
            return False
        if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
            return False
    if address.is_multicast or not address.is_global:
        return False
    return not any(address.version == network.version and address in network for network in _FORBIDDEN)


def ascii_host(text: str) -> str | None:
    """The name as DNS would ask for it (UTS 46, lower case, no trailing dot), or None where there is none."""
    host = text
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True, transitional=False).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    host = host.lower()
    if host.endswith("."):
        host = host[:-1]
    if not host or len(host) > 253 or not all(_LABEL.match(label) for label in host.split(".")):
        return None
    return host


@dataclass(frozen=True, slots=True)
class Guard:
    """The rule in force: `allow` opens networks for tests and on-premise use, `ports` opens further web ports."""

    allow: tuple[Network, ...] = ()
    ports: frozenset[int] = field(default_factory=frozenset)

    def inside_allow(self, address: Address) -> bool:
        return any(address.version == network.version and address in network for network in self.allow)

    def address(self, value: Address | str) -> Decision:
        """Judge an address, given as such or in its one canonical spelling."""
        try:
            address = ip_address(value) if isinstance(value, str) else value
        except ValueError:
            return _no(Reason.ODD_ADDRESS)
        if isinstance(value, str) and isinstance(address, IPv4Address) and str(address) != value:
            return _no(Reason.ODD_ADDRESS)
        if not (self.inside_allow(address) or is_public(address)):
            return _no(Reason.ADDRESS)
        return Decision(True, host=str(address), address=address)

    def host(self, text: str) -> Decision:
        """Judge a host name or literal address (IPv6 in brackets or bare). A name's addresses are judged later."""
        if not text or len(text) > 255 or _UNSAFE.search(text) or "%" in text:
            return _no(Reason.SYNTAX)
        if text.startswith("[") or ":" in text:
            inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
            return self.address(inner) if ":" in inner else _no(Reason.SYNTAX)
        if _QUAD.match(text):
            return self.address(text)
        host = ascii_host(text)
        if host is None:
            return _no(Reason.SYNTAX)
        if _NUMBER.match(host.rsplit(".", 1)[-1]):
            return _no(Reason.ODD_ADDRESS)
        if host in _METADATA_NAMES:
            return _no(Reason.NAME)
        local = "." not in host or any(host == s or host.endswith("." + s) for s in _LOCAL_SUFFIXES)
        if local and not self.allow:
            return _no(Reason.NAME)
        return Decision(True, host=host)

    def url(self, text: str) -> Decision:
        """Judge a URL: http or https, its own standard port, no user name, one reading of the host."""
        if not text or len(text) > MAX_URL or _UNSAFE.search(text):
            return _no(Reason.SYNTAX)
        match = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", text)
        if match is None:
            return _no(Reason.SYNTAX)
        scheme = match.group(1).lower()
        if scheme not in DEFAULT_PORTS:
            return _no(Reason.SCHEME)
        rest = text[match.end() :]
        if not rest.startswith("//") or rest.startswith("///"):
            return _no(Reason.SYNTAX)
        try:
            parts = urlsplit(f"{scheme}:{rest}")
        except ValueError:
            return _no(Reason.SYNTAX)
        if "@" in parts.netloc:
            return _no(Reason.USERINFO)
        return self._authority(scheme, parts.netloc, _path(parts.path, parts.query))

    def _authority(self, scheme: str, netloc: str, path: str) -> Decision:
        match = re.match(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::(.*))?\Z", netloc, re.DOTALL)
        if match is None:
            return _no(Reason.SYNTAX)
        host, port_text = match.group(1), match.group(2)
        port = DEFAULT_PORTS[scheme]
        if port_text:
            if not port_text.isascii() or not _PORT.match(port_text):
                return _no(Reason.PORT)
            port = int(port_text)
        decision = self.host(host)
        if not decision:
            return decision
        if port != DEFAULT_PORTS[scheme] and port not in self.ports:
            return _no(Reason.PORT)
        target = Target(scheme, decision.host, port, path, decision.address)
        return Decision(True, host=decision.host, address=decision.address, target=target)


def _path(path: str, query: str) -> str:
    safe = "%!$&'()*+,;=:@/-._~?"
    return (quote(path, safe=safe) or "/") + (f"?{quote(query, safe=safe)}" if query else "")


def networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Networks from their text, for settings: ``networks(["10.0.0.0/8"])``; a wrong one raises `ValueError`."""
    return tuple(ip_network(text) for text in texts)
