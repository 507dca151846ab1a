"""A certificate, reduced to the parts that are judged, and what is wrong with it. Reads bytes, asks nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID

# Longest life by the day of issue: CA/Browser Forum Baseline Requirements, ballots 193, SC-31 and SC-081v3.
LONGEST: tuple[tuple[date, int], ...] = (
    (date(2029, 3, 15), 47),
    (date(2027, 3, 15), 100),
    (date(2026, 3, 15), 200),
    (date(2020, 9, 1), 398),
    (date(2018, 3, 1), 825),
)
_BROKEN_HASHES = ("md2", "md5", "sha1")


@dataclass(frozen=True, slots=True)
class Certificate:
    """The parts of a certificate that are judged. `key` is e.g. "RSA", `bits` its size, `signed_with` the hash.

    `revocation` says where it names a place to ask whether it was revoked ("ocsp", "crl"); `issuer_url` where it names
    its issuer's certificate; `self_issued` that subject and issuer are one.
    """

    not_before: datetime
    not_after: datetime
    names: tuple[str, ...]
    key: str
    bits: int
    signed_with: str = "sha256"
    revocation: tuple[str, ...] = ("crl",)
    issuer_url: bool = False
    self_issued: bool = False

    @property
    def days(self) -> int:
        """Whole days of life, the last counted (CA/B: 86,400 seconds are a day)."""
        return -(-(self.not_after - self.not_before) // timedelta(days=1))


def read_certificate(der: bytes) -> Certificate | None:
    """The judged parts, or None when the bytes are no certificate we can read."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        key, bits = _key(certificate)
        issuer_url, revocation = _places(certificate)
        return Certificate(
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            names=_names(certificate),
            key=key,
            bits=bits,
            signed_with=_hash(certificate),
            revocation=revocation,
            issuer_url=issuer_url,
            self_issued=certificate.subject == certificate.issuer,
        )
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return None


def _hash(certificate: x509.Certificate) -> str:
    try:
        found = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return "unknown"
    return found.name if found is not None else "none"  # Ed25519 signs without a hash of its own


def _places(certificate: x509.Certificate) -> tuple[bool, tuple[str, ...]]:
    revocation = []
    issuer_url = False
    for extension in certificate.extensions:
        value = extension.value
        if isinstance(value, x509.AuthorityInformationAccess):
            methods = {description.access_method for description in value}
            issuer_url = AuthorityInformationAccessOID.CA_ISSUERS in methods
            if AuthorityInformationAccessOID.OCSP in methods:
                revocation.append("ocsp")
        elif isinstance(value, x509.CRLDistributionPoints):
            revocation.append("crl")
    return issuer_url, tuple(sorted(revocation))


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = certificate.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    except x509.ExtensionNotFound:
        return ()
    if not isinstance(extension, x509.SubjectAlternativeName):
        return ()
    addresses = tuple(str(address) for address in extension.get_values_for_type(x509.IPAddress))
    return tuple(name.lower() for name in extension.get_values_for_type(x509.DNSName)) + addresses


def _key(certificate: x509.Certificate) -> tuple[str, int]:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return "RSA", key.key_size
    if isinstance(key, dsa.DSAPublicKey):
        return "DSA", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "EC", key.key_size
    return "other", 256


def covers(names: tuple[str, ...], host: str) -> bool:
    """RFC 9525: the host itself, or a wildcard for exactly its first label; addresses only as addresses."""
    try:
        return str(ip_address(host)) in names
    except ValueError:
        pass
    rest = host.split(".", 1)[1] if "." in host else ""
    return host in names or ("." in rest and f"*.{rest}" in names)


def weak_key(certificate: Certificate) -> bool:
    short = certificate.key in ("RSA", "DSA") and certificate.bits < 2048
    return short or certificate.bits < 224 or certificate.key == "DSA"


def broken_signature(certificate: Certificate) -> bool:
    return certificate.signed_with in _BROKEN_HASHES


def longest_life(issued: date) -> int | None:
    """Days a public certificate issued on that day may live; None before there was a rule in days."""
    return next((days for first, days in LONGEST if issued >= first), None)
