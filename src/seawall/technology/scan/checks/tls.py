"""SW-TLS: the certificate a host shows and the versions it accepts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.x509.oid import ExtensionOID

from seawall.technology.net import Budget, Egress, NotReached, Outcome, TlsWish

from ..verdicts import NOT_APPLICABLE, Verdict, closed, could_not, failure_code, none_of, verdict
from .hello import MAX_REPLY, VERSIONS, Reply, client_hello, read_reply

CHECKS = ("SW-TLS-01", "SW-TLS-02", "SW-TLS-03", "SW-TLS-04", "SW-TLS-05", "SW-TLS-06")
EXPIRES_SOON = timedelta(days=21)
_OLD = ("TLSv1", "TLSv1.1")
_UNREADABLE = "scan.certificate_unreadable"


@dataclass(frozen=True, slots=True)
class Certificate:
    """The parts of a certificate that are judged. `key` is e.g. "RSA", `bits` its size."""

    not_before: datetime
    not_after: datetime
    names: tuple[str, ...]
    key: str
    bits: int


@dataclass(frozen=True, slots=True)
class Observation:
    """`failure`: why no certificate was seen. `trusted`: None when that question itself failed (`trust_failure`).

    `old` gives for TLS 1.0 and 1.1 "accepted", "refused" or the code of a failure.
    """

    host: str
    failure: str = ""
    certificate: Certificate | None = None
    trusted: bool | None = None
    trust_failure: str = ""
    trust_error: str = ""
    old: tuple[tuple[str, str], ...] = ()


def ask(egress: Egress, host: str, address: str, budget: Budget, now: datetime) -> Observation:
    """Up to four short connections to port 443; nothing is sent beyond handshakes."""
    version = ""
    try:
        with egress.connect(address, 443, budget=budget) as connection:
            facts = connection.start_tls(TlsWish(host, verify=False))
        der, version = facts.certificate, facts.version
    except NotReached as error:
        if error.outcome not in (Outcome.TLS_FAILURE, Outcome.RESET, Outcome.PROTOCOL):
            return Observation(host, failure_code(error))
        der = _certificate_by_hand(egress, host, address, budget)
        if not der:
            return Observation(host, failure_code(error))
    certificate = read_certificate(der)
    valid = certificate is not None and certificate.not_before <= now <= certificate.not_after
    wish = TlsWish(host, check_name=False, check_time=valid, check_strength=False, roots=egress.roots)
    trusted, failure, detail = _trust(egress, wish, address, budget)
    old = tuple((name, _accepts(egress, host, address, VERSIONS[name], budget, bool(version))) for name in _OLD)
    return Observation(host, "", certificate, trusted, failure, detail, old)


def _trust(egress: Egress, wish: TlsWish, address: str, budget: Budget) -> tuple[bool | None, str, str]:
    try:
        with egress.connect(address, 443, budget=budget) as connection:
            connection.start_tls(wish)
    except NotReached as error:
        if error.outcome is Outcome.TLS_UNTRUSTED:
            number = error.detail.split(" ", 1)[0]
            return False, "", {"18": "self_signed", "19": "unknown_root", "20": "unknown_issuer"}.get(number, number)
        return None, failure_code(error), ""
    return True, "", ""


def _hello(egress: Egress, address: str, hello: bytes, budget: Budget, want_certificate: bool) -> Reply:
    data = b""
    with egress.connect(address, 443, budget=budget) as connection:
        connection.send(hello)
        while len(data) < MAX_REPLY:
            more = connection.receive(16_384)
            data += more
            reply = read_reply(data, want_certificate=want_certificate)
            if reply.kind != "partial":
                return reply
            if not more:
                return Reply("alert" if not data else "other")
    return Reply("other")


def _accepts(egress: Egress, host: str, address: str, version: int, budget: Budget, works: bool) -> str:
    try:
        reply = _hello(egress, address, client_hello(host, version), budget, False)
    except NotReached as error:
        # Schannel resets a connection that offers a version it does not take; that it talks TLS was just seen.
        return "refused" if error.outcome is Outcome.RESET and works else failure_code(error)
    if reply.kind == "hello":
        return "accepted" if reply.version == version else "refused"
    return "refused" if reply.kind == "alert" else Outcome.PROTOCOL.code


def _certificate_by_hand(egress: Egress, host: str, address: str, budget: Budget) -> bytes:
    try:
        return _hello(egress, address, client_hello(host, VERSIONS["TLSv1.2"]), budget, True).certificate
    except NotReached:
        return b""


def read_certificate(der: bytes) -> Certificate | None:
    """The judged parts, or None when the bytes are no certificate we can read."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        names = _names(certificate)
        key, bits = _key(certificate)
        return Certificate(certificate.not_valid_before_utc, certificate.not_valid_after_utc, names, key, bits)
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return None


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


def judge(seen: Observation, now: datetime) -> tuple[Verdict, ...]:
    if seen.failure:
        return none_of(CHECKS, NOT_APPLICABLE if closed(seen.failure) else seen.failure)
    return (*_judge_certificate(seen, now), _judge_trust(seen), _judge_old(seen))


def _judge_certificate(seen: Observation, now: datetime) -> tuple[Verdict, ...]:
    certificate = seen.certificate
    if certificate is None:
        return none_of(("SW-TLS-01", "SW-TLS-02", "SW-TLS-05", "SW-TLS-06"), _UNREADABLE)
    expired, early = now > certificate.not_after, now < certificate.not_before
    left = (certificate.not_after - now).days
    until = certificate.not_after.date().isoformat()
    weak = (certificate.key in ("RSA", "DSA") and certificate.bits < 2048) or certificate.bits < 224
    soon = verdict("SW-TLS-05", certificate.not_after - now <= EXPIRES_SOON, not_after=until, days_left=left)
    return (
        verdict("SW-TLS-01", expired or early, not_after=until, kind="not_yet_valid" if early else "expired")
        if expired or early
        else verdict("SW-TLS-01", False, not_after=until),
        verdict("SW-TLS-02", not covers(certificate.names, seen.host), names=", ".join(certificate.names[:5])[:200]),
        could_not("SW-TLS-05", NOT_APPLICABLE) if expired else soon,
        verdict("SW-TLS-06", weak or certificate.key == "DSA", key=certificate.key, bits=certificate.bits),
    )


def _judge_trust(seen: Observation) -> Verdict:
    if seen.trusted is None:
        return could_not("SW-TLS-03", seen.trust_failure)
    if seen.trusted:
        return verdict("SW-TLS-03", False)
    return verdict("SW-TLS-03", True, why=seen.trust_error)


def _judge_old(seen: Observation) -> Verdict:
    accepted = [name for name, answer in seen.old if answer == "accepted"]
    if accepted:
        return verdict("SW-TLS-04", True, versions=", ".join(accepted))
    unknown = [answer for _, answer in seen.old if answer != "refused"]
    return could_not("SW-TLS-04", unknown[0]) if unknown else verdict("SW-TLS-04", False)
