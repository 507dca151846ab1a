"""Certificates for the lab: one trusted authority, one nobody trusts, and every kind of bad certificate."""

from __future__ import annotations

import base64
import ssl
import tempfile
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class Wanted:
    """The certificate a host should show. `days_left` below zero makes it expired.

    `signer` is "authority", "self", "stranger", "intermediate", or "incomplete": the latter by the intermediate too,
    but sent without its certificate. `life` is days from first to last.
    """

    names: tuple[str, ...]
    days_left: int = 180
    signer: str = "authority"
    rsa_bits: int = 0
    life: int = 199
    revocable: bool = True
    sha1: bool = False


def _key(rsa_bits: int) -> PrivateKey:
    if rsa_bits:
        return rsa.generate_private_key(public_exponent=65537, key_size=rsa_bits)
    return ec.generate_private_key(ec.SECP256R1())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


class Authority:
    """Signs certificates. `pem` is what a client must trust."""

    def __init__(self, common_name: str, now: datetime, above: Authority | None = None, rsa_bits: int = 0) -> None:
        self._key = _key(rsa_bits)
        self._subject = _name(common_name)
        self._now = now
        self._above = above
        issuer, signer = (above._subject, above._key) if above else (self._subject, self._key)
        self._certificate = (
            self._builder(self._subject, issuer, self._key, (now - timedelta(days=90), now + timedelta(days=3650)))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            .add_extension(_ca_usage(), critical=True)
            .sign(signer, hashes.SHA256())
        )
        self.pem = self._certificate.public_bytes(serialization.Encoding.PEM).decode()

    def _builder(
        self, subject: x509.Name, issuer: x509.Name, key: PrivateKey, life: tuple[datetime, datetime]
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(life[0])
            .not_valid_after(life[1])
        )

    def issue(self, wanted: Wanted) -> tuple[str, str]:
        """Certificate and key (PEM) as `wanted`."""
        key = _key(wanted.rsa_bits)
        subject = _name(wanted.names[0])
        itself = wanted.signer == "self"
        signer_key: PrivateKey = key if itself else self._key
        end = self._now + timedelta(days=wanted.days_left, hours=1)
        life = min(end - timedelta(days=wanted.life), self._now - timedelta(hours=1)), end
        builder = self._builder(subject, subject if itself else self._subject, key, life)
        names = x509.SubjectAlternativeName([x509.DNSName(name) for name in wanted.names])
        if wanted.revocable and not itself:
            builder = builder.add_extension(_place("http://crl.lab.example/lab.crl"), critical=False)
        if self._above is not None:
            builder = builder.add_extension(_issuer("http://crl.lab.example/issuing.der"), critical=False)
        certificate = (
            builder.add_extension(names, critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer_key.public_key()), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(signer_key, hashes.SHA256())
        )
        leaf = certificate.public_bytes(serialization.Encoding.PEM).decode()
        if wanted.sha1:
            leaf = _signed_with_sha1(certificate, signer_key)
        return (
            leaf + (self.pem if wanted.signer == "intermediate" else ""),
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ).decode(),
        )


def _place(url: str) -> x509.CRLDistributionPoints:
    names = [x509.UniformResourceIdentifier(url)]
    return x509.CRLDistributionPoints([x509.DistributionPoint(names, None, None, None)])


def _issuer(url: str) -> x509.AuthorityInformationAccess:
    method = AuthorityInformationAccessOID.CA_ISSUERS
    return x509.AuthorityInformationAccess([x509.AccessDescription(method, x509.UniformResourceIdentifier(url))])


_SHA256_RSA = bytes.fromhex("300d06092a864886f70d01010b0500")
_SHA1_RSA = bytes.fromhex("300d06092a864886f70d0101050500")


def _signed_with_sha1(certificate: x509.Certificate, signer: PrivateKey) -> str:
    """The same certificate under a SHA-1 signature, which the library itself no longer makes. Needs an RSA signer."""
    if not isinstance(signer, rsa.RSAPrivateKey):
        raise TypeError("SHA-1 needs an RSA signer")
    body = certificate.tbs_certificate_bytes.replace(_SHA256_RSA, _SHA1_RSA, 1)
    signature = signer.sign(body, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    whole = body + _SHA1_RSA + _der(0x03, b"\x00" + signature)
    return ssl.DER_cert_to_PEM_cert(_der(0x30, whole))


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = b"\x81" + bytes([size]) if size < 256 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def _integer(value: int) -> bytes:
    return _der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _dh_parameters(prime: int, generator: int) -> str:
    """PKCS#3 parameters, which the library no longer writes without complaint."""
    text = base64.encodebytes(_der(0x30, _integer(prime) + _integer(generator))).decode()
    return f"-----BEGIN DH PARAMETERS-----\n{text}-----END DH PARAMETERS-----\n"


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


# The 1024-bit group of RFC 2409 (Oakley 2), as DH parameters; 2048 bits and more come from the library.
OAKLEY_2 = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
    16,
)
GOOD_SUITES = "ECDHE+AESGCM:ECDHE+CHACHA20"
OLD_SUITES = "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a host shakes hands: oldest and newest version, suites (OpenSSL's words), and a 1024-bit DH group or none."""

    oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
    suites: str = ""
    small_group: bool = False


class Authorities:
    """The trusted authority, one below it, and the stranger."""

    def __init__(self, now: datetime | None = None) -> None:
        now = (now or datetime.now(UTC)).replace(microsecond=0)
        self.trusted = Authority("Seawall Lab Root", now)
        self.intermediate = Authority("Seawall Lab Issuing", now, self.trusted, rsa_bits=2048)
        self.stranger = Authority("Unknown Root", now)

    def issue(self, wanted: Wanted) -> tuple[str, str]:
        """Certificate (with what is sent along) and key, as PEM."""
        signers = {"stranger": self.stranger, "intermediate": self.intermediate, "incomplete": self.intermediate}
        return signers.get(wanted.signer, self.trusted).issue(wanted)

    def server_context(self, wanted: Wanted, manner: Manner = Manner()) -> ssl.SSLContext:
        """A server's TLS settings with the wanted certificate, old versions and weak suites when asked for."""
        certificate, key = self.issue(wanted)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        old = manner.oldest < ssl.TLSVersion.TLSv1_2
        suites = manner.suites or (OLD_SUITES if old else GOOD_SUITES)
        context.set_ciphers(f"{suites}:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = manner.oldest
            context.maximum_version = manner.newest
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "host.pem"
            path.touch(mode=0o600)
            path.write_text(certificate + key, encoding="ascii")
            context.load_cert_chain(path)
            if manner.small_group:
                group = Path(folder) / "dh.pem"
                group.write_text(_dh_parameters(OAKLEY_2, 2), encoding="ascii")
                context.load_dh_params(str(group))
        return context
