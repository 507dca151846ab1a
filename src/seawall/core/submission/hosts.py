"""Domain names a company may name for a scan: real, registrable and public.

A name that slips through here ends at the scanner's own address guard; this is the first door, not the only one.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata

from seawall.core.problems import Refused

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")

# Special-use names of RFC 6761/6762/8375/9476 and names that only ever live inside a company. `.example` and `.test`
# are let through on purpose: the demonstration book lives there, and they never resolve in public.
_PRIVATE_ENDINGS = frozenset(
    ("local", "localhost", "localdomain", "internal", "intranet", "private", "corp", "home", "lan", "arpa", "invalid",
     "onion", "alt")
)  # fmt: skip

_SECOND_LEVEL = {
    "cn": "ac com edu gov mil net org bj sh tj cq he sx nm ln jl hl js zj ah fj jx sd ha hb hn gd gx hi sc gz yn xz sn"
    " gs qh nx xj tw hk mo",
    "hk": "com edu gov idv net org",
    "tw": "com edu gov idv net org",
    "mo": "com edu gov net org",
    "uk": "ac co gov ltd me net nhs org plc sch",
    "jp": "ac ad co ed go gr lg ne or",
    "kr": "ac co go ne or pe re",
    "sg": "com edu gov net org per",
    "au": "com edu gov id net org",
}
# Suffixes under which anybody may register. Whoever consents for one of them would consent for strangers.
_PUBLIC_SUFFIXES = frozenset(f"{second}.{top}" for top, names in _SECOND_LEVEL.items() for second in names.split())

# IDNA 2003, which the standard library speaks, and IDNA 2008 read these differently, so the text names two hosts.
_AMBIGUOUS = frozenset("ßẞς\u200c\u200d")


class NotAHost(Refused):
    """Not a host name at all."""

    code = "host.form"
    status = 422


class AddressNotHost(Refused):
    """An IP address where a name is wanted."""

    code = "host.address"
    status = 422


class PrivateHost(Refused):
    """A name without public meaning: a single label, or one reserved for private use."""

    code = "host.private"
    status = 422


class SharedSuffix(Refused):
    """A suffix such as com.cn, which belongs to nobody."""

    code = "host.shared_suffix"
    status = 422


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        # "127.1" and "0x7f.1" are addresses to many resolvers; no top-level domain starts with a digit.
        return text.rpartition(".")[2][:1].isdigit()
    return True


def host_name(text: str, field: str = "host") -> str:
    """The name in lower-case ASCII (IDNA), without the root dot.

    Raises `NotAHost`, `AddressNotHost`, `PrivateHost` or `SharedSuffix`.
    """
    shown = text.strip()[:80]
    name = unicodedata.normalize("NFKC", text).strip().replace("。", ".").rstrip(".").lower()
    if _is_address(name):
        raise AddressNotHost(field, text=shown)
    try:
        ascii_name = name.encode("idna").decode("ascii").lower()
        ascii_name.encode("ascii").decode("idna")
    except UnicodeError:
        raise NotAHost(field, text=shown) from None
    labels = ascii_name.split(".")
    if _AMBIGUOUS & set(text) or len(ascii_name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise NotAHost(field, text=shown)
    if len(labels) == 1 or labels[-1] in _PRIVATE_ENDINGS:
        raise PrivateHost(field, text=shown)
    if ascii_name in _PUBLIC_SUFFIXES:
        raise SharedSuffix(field, text=shown)
    return ascii_name


def lies_under(host: str, domain: str) -> bool:
    """Whether `host` is `domain` or a name below it."""
    return host == domain or host.endswith("." + domain)
