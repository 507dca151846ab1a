"""Certificates for the lab: one trusted authority, one nobody trusts, and every kind of bad certificate."""

from __future__ import annotations

import ssl
import tempfile
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class Wanted:
    """The certificate a host should show. `days_left` below zero makes it expired; `signer` "self" or "stranger"."""

    names: tuple[str, ...]
    days_left: int = 200
    signer: str = "authority"
    rsa_bits: int = 0


def _key(rsa_bits: int) -> PrivateKey:
    if rsa_bits:
        return rsa.generate_private_key(public_exponent=65537, key_size=rsa_bits)
    return ec.generate_private_key(ec.SECP256R1())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


class Authority:
    """Signs certificates. `pem` is what a client must trust."""

    def __init__(self, common_name: str, now: datetime) -> None:
        self._key = _key(0)
        self._subject = _name(common_name)
        self._now = now
        self._certificate = (
            self._builder(self._subject, self._subject, self._key, timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .add_extension(_ca_usage(), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.pem = self._certificate.public_bytes(serialization.Encoding.PEM).decode()

    def _builder(
        self, subject: x509.Name, issuer: x509.Name, key: PrivateKey, life: timedelta
    ) -> x509.CertificateBuilder:
        end = self._now + life
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(min(self._now, end) - timedelta(days=90))
            .not_valid_after(end)
        )

    def issue(self, wanted: Wanted) -> tuple[str, str]:
        """Certificate and key (PEM) as `wanted`."""
        key = _key(wanted.rsa_bits)
        subject = _name(wanted.names[0])
        itself = wanted.signer == "self"
        signer_key: PrivateKey = key if itself else self._key
        builder = self._builder(
            subject, subject if itself else self._subject, key, timedelta(days=wanted.days_left, hours=1)
        )
        names = x509.SubjectAlternativeName([x509.DNSName(name) for name in wanted.names])
        certificate = (
            builder.add_extension(names, critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer_key.public_key()), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(signer_key, hashes.SHA256())
        )
        return (
            certificate.public_bytes(serialization.Encoding.PEM).decode(),
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ).decode(),
        )


def _ca_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


class Authorities:
    """The trusted authority and the stranger."""

    def __init__(self, now: datetime | None = None) -> None:
        now = (now or datetime.now(UTC)).replace(microsecond=0)
        self.trusted = Authority("Seawall Lab Root", now)
        self.stranger = Authority("Unknown Root", now)

    def server_context(self, wanted: Wanted, oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2) -> ssl.SSLContext:
        """A server's TLS settings with the wanted certificate, and old protocol versions when asked for."""
        signer = self.stranger if wanted.signer == "stranger" else self.trusted
        certificate, key = signer.issue(wanted)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = oldest
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "host.pem"
            path.touch(mode=0o600)
            path.write_text(certificate + key, encoding="ascii")
            context.load_cert_chain(path)
        return context
