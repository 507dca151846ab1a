"""A signed zone for the lab: a key, its DS record, and signatures over the records asked for most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dns.dnssec
import dns.name
import dns.rrset
from cryptography.hazmat.primitives.asymmetric import ec

from .zones import Zones

_ECDSA_P256 = 13
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Signed:
    """How a zone is signed: "valid", "expired" (signatures past their day), or "mismatch" (a DS of another key)."""

    zone: str
    state: str = "valid"


def sign(zones: Zones, signed: Signed, soa: str) -> None:
    """Put SOA, DNSKEY and DS of the zone, with signatures over the first two."""
    zone = dns.name.from_text(signed.zone)
    private = ec.generate_private_key(ec.SECP256R1())
    key = dns.dnssec.make_dnskey(private.public_key(), _ECDSA_P256, flags=257)
    above = key
    if signed.state == "mismatch":
        stranger = ec.generate_private_key(ec.SECP256R1())
        above = dns.dnssec.make_dnskey(stranger.public_key(), _ECDSA_P256, flags=257)
    now = datetime.now(UTC)
    first, last = (now - 20 * _DAY, now - 10 * _DAY) if signed.state == "expired" else (now - _DAY, now + 10 * _DAY)
    zones.put(signed.zone, "SOA", soa)
    zones.put(signed.zone, "DNSKEY", key.to_wire() or b"")
    zones.put(signed.zone, "DS", dns.dnssec.make_ds(zone, above, "SHA256").to_wire() or b"")
    dotted = " ".join(f"{word}." if "." in word and not word[0].isdigit() else word for word in soa.split(" "))
    for rdtype, records in (
        ("DNSKEY", dns.rrset.from_rdata(zone, 5, key)),
        ("SOA", dns.rrset.from_text(zone, 5, "IN", "SOA", dotted)),
    ):
        signature = dns.dnssec.sign(records, private, zone, key, inception=first, expiration=last)
        zones.sign(signed.zone, rdtype, signature.to_wire() or b"")
