"""SW-TLS: the certificate a host shows, the versions and the suites it accepts. Handshakes only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from seawall.technology.net import Budget, Egress, NotReached, Outcome, TlsFacts, TlsWish

from ..verdicts import NOT_APPLICABLE, Verdict, closed, could_not, failure_code, none_of, verdict
from .certificates import (
    Certificate,
    broken_signature,
    covers,
    longest_life,
    read_certificate,
    weak_key,
)
from .hello import EPHEMERAL, MAX_REPLY, VERSIONS, WEAK, Reply, client_hello, forward_secret, read_reply, weakness

CHECKS = tuple(f"SW-TLS-{number:02}" for number in range(1, 16))
_OF_CERTIFICATE = ("SW-TLS-01", "SW-TLS-02", "SW-TLS-05", "SW-TLS-06", "SW-TLS-12", "SW-TLS-13", "SW-TLS-14")
EXPIRES_SOON = timedelta(days=21)
SAFE_GROUP_BITS = 2048
_OLD = ("TLSv1", "TLSv1.1")
_ALL_WEAK = tuple(suite for suites in WEAK.values() for suite in suites)
_UNREADABLE = "scan.certificate_unreadable"


@dataclass(frozen=True, slots=True)
class Observation:
    """`failure`: why no certificate was seen. `trusted`: None when that question itself failed (`trust_failure`).

    `old` gives for SSL 3.0, TLS 1.0 and 1.1 "accepted", "refused" or the code of a failure. `version` and `secret` are
    what a current client agrees on, "" and None when it agrees on nothing. `weak` and `group` are the class of the weak
    suite taken and the bits of the DHE group, or "refused" or the code of a failure. `sent` counts certificates.
    """

    host: str
    failure: str = ""
    certificate: Certificate | None = None
    trusted: bool | None = None
    trust_failure: str = ""
    trust_error: str = ""
    old: tuple[tuple[str, str], ...] = ()
    version: str = "TLSv1.3"
    secret: bool | None = True
    weak: str = "refused"
    group: str | int = "refused"
    sent: int = 1


def ask(egress: Egress, host: str, address: str, budget: Budget, now: datetime) -> Observation:
    """Up to eight short connections to port 443; nothing is sent beyond handshakes."""
    try:
        with egress.connect(address, 443, budget=budget) as connection:
            facts = connection.start_tls(TlsWish(host, verify=False))
        der, version, sent = facts.certificate, facts.version, len(facts.chain) or 1
        secret: bool | None = _secret(facts)
    except NotReached as error:
        if error.outcome not in (Outcome.TLS_FAILURE, Outcome.RESET, Outcome.PROTOCOL):
            return Observation(host, failure_code(error))
        reply = _by_hand(egress, host, address, budget)
        if not reply.certificate:
            return Observation(host, failure_code(error))
        der, version, sent, secret = reply.certificate, "", 1, forward_secret(reply.suite)
    certificate = read_certificate(der)
    valid = certificate is not None and certificate.not_before <= now <= certificate.not_after
    wish = TlsWish(host, check_name=False, check_time=valid, check_strength=False, roots=egress.roots)
    trusted, failure, detail = _trust(egress, wish, address, budget)
    asked = _Asked(egress, host, address, budget, bool(version))
    return Observation(
        host=host,
        certificate=certificate,
        trusted=trusted,
        trust_failure=failure,
        trust_error=detail,
        old=tuple((name, asked.version(VERSIONS[name])) for name in (*_OLD, "SSLv3")),
        version=version,
        secret=secret,
        weak=asked.weak(),
        group=asked.group(),
        sent=sent,
    )


def _secret(facts: TlsFacts) -> bool:
    return facts.version == "TLSv1.3" or facts.cipher.startswith(("ECDHE-", "DHE-"))


def _trust(egress: Egress, wish: TlsWish, address: str, budget: Budget) -> tuple[bool | None, str, str]:
    try:
        with egress.connect(address, 443, budget=budget) as connection:
            connection.start_tls(wish)
    except NotReached as error:
        if error.outcome is Outcome.TLS_UNTRUSTED:
            number = error.detail.split(" ", 1)[0]
            names = {"18": "self_signed", "19": "unknown_root", "20": "unknown_issuer", "21": "unknown_issuer"}
            return False, "", names.get(number, number)
        return None, failure_code(error), ""
    return True, "", ""


def _hello(egress: Egress, address: str, hello: bytes, budget: Budget, *, want: str = "") -> Reply:
    data = b""
    with egress.connect(address, 443, budget=budget) as connection:
        connection.send(hello)
        while len(data) < MAX_REPLY:
            more = connection.receive(16_384)
            data += more
            reply = read_reply(data, want_certificate=want == "certificate", want_key=want == "key")
            if reply.kind != "partial":
                return reply
            if not more:
                return Reply("alert" if not data else "other")
    return Reply("other")


def _by_hand(egress: Egress, host: str, address: str, budget: Budget) -> Reply:
    try:
        return _hello(egress, address, client_hello(host, VERSIONS["TLSv1.2"]), budget, want="certificate")
    except NotReached:
        return Reply("other")


@dataclass(frozen=True, slots=True)
class _Asked:
    """Offers that a current library does not make, one connection each; `works` says that TLS was agreed before."""

    egress: Egress
    host: str
    address: str
    budget: Budget
    works: bool

    def version(self, version: int) -> str:
        reply = self._offer(client_hello(self.host, version))
        if isinstance(reply, str):
            return reply
        return "accepted" if reply.version == version else "refused"

    def weak(self) -> str:
        """The class of the weak suite the server takes."""
        reply = self._offer(client_hello(self.host, VERSIONS["TLSv1.2"], _ALL_WEAK))
        if isinstance(reply, str):
            return reply
        return weakness(reply.suite) or Outcome.PROTOCOL.code

    def group(self) -> str | int:
        """Bits of the finite-field group, when the server takes part in such an exchange."""
        reply = self._offer(client_hello(self.host, VERSIONS["TLSv1.2"], EPHEMERAL), want="key")
        if isinstance(reply, str):
            return reply
        return reply.group_bits or Outcome.PROTOCOL.code

    def _offer(self, hello: bytes, want: str = "") -> Reply | str:
        """The server's hello, else "refused" or the code of a failure."""
        try:
            reply = _hello(self.egress, self.address, hello, self.budget, want=want)
        except NotReached as error:
            # Schannel resets a connection that offers what it does not take; that it talks TLS was just seen.
            return "refused" if error.outcome is Outcome.RESET and self.works else failure_code(error)
        if reply.kind == "hello":
            return reply
        return "refused" if reply.kind == "alert" else Outcome.PROTOCOL.code


def judge(seen: Observation, now: datetime) -> tuple[Verdict, ...]:
    if seen.failure:
        return none_of(CHECKS, NOT_APPLICABLE if closed(seen.failure) else seen.failure)
    return (
        *_judge_certificate(seen, now),
        _judge_trust(seen),
        _judge_chain(seen),
        *_judge_old(seen),
        _judge_newest(seen),
        _judge_weak(seen),
        _judge_secrecy(seen),
        _judge_group(seen),
    )


def _judge_certificate(seen: Observation, now: datetime) -> tuple[Verdict, ...]:
    certificate = seen.certificate
    if certificate is None:
        return none_of(_OF_CERTIFICATE, _UNREADABLE)
    expired, early = now > certificate.not_after, now < certificate.not_before
    left = (certificate.not_after - now).days
    until = certificate.not_after.date().isoformat()
    soon = verdict("SW-TLS-05", certificate.not_after - now <= EXPIRES_SOON, not_after=until, days_left=left)
    return (
        verdict("SW-TLS-01", expired or early, not_after=until, kind="not_yet_valid" if early else "expired")
        if expired or early
        else verdict("SW-TLS-01", False, not_after=until),
        verdict("SW-TLS-02", not covers(certificate.names, seen.host), names=", ".join(certificate.names[:5])[:200]),
        could_not("SW-TLS-05", NOT_APPLICABLE) if expired else soon,
        verdict("SW-TLS-06", weak_key(certificate), key=certificate.key, bits=certificate.bits),
        _judge_revocation(certificate),
        _judge_life(certificate),
        verdict("SW-TLS-14", broken_signature(certificate), signed_with=certificate.signed_with),
    )


def _judge_revocation(certificate: Certificate) -> Verdict:
    if certificate.self_issued:
        return could_not("SW-TLS-12", NOT_APPLICABLE)
    return verdict("SW-TLS-12", not certificate.revocation, revocation=", ".join(certificate.revocation) or "missing")


def _judge_life(certificate: Certificate) -> Verdict:
    longest = longest_life(certificate.not_before.date())
    if longest is None:
        return could_not("SW-TLS-13", NOT_APPLICABLE)
    return verdict("SW-TLS-13", certificate.days > longest, days=certificate.days, longest=longest)


def _judge_trust(seen: Observation) -> Verdict:
    if seen.trusted is None:
        return could_not("SW-TLS-03", seen.trust_failure)
    if seen.trusted:
        return verdict("SW-TLS-03", False)
    return verdict("SW-TLS-03", True, why=seen.trust_error)


def _judge_chain(seen: Observation) -> Verdict:
    """A leaf alone that says where its issuer is to be had, and whose issuer is no root: the middle was left out."""
    check = "SW-TLS-11"
    if seen.trusted:
        return verdict(check, False, sent=seen.sent)
    if seen.trusted is None:
        return could_not(check, seen.trust_failure)
    named = seen.certificate is not None and seen.certificate.issuer_url and not seen.certificate.self_issued
    if seen.trust_error == "unknown_issuer" and seen.sent == 1 and named:
        return verdict(check, True, sent=1)
    return could_not(check, NOT_APPLICABLE)  # untrusted for another reason, which SW-TLS-03 names


def _judge_old(seen: Observation) -> tuple[Verdict, ...]:
    answers = dict(seen.old)
    return (
        _accepted("SW-TLS-04", {name: answers[name] for name in _OLD if name in answers}),
        _accepted("SW-TLS-07", {"SSLv3": answers.get("SSLv3", "refused")}),
    )


def _accepted(check: str, answers: dict[str, str]) -> Verdict:
    accepted = [name for name, answer in answers.items() if answer == "accepted"]
    if accepted:
        return verdict(check, True, versions=", ".join(accepted))
    unknown = [answer for answer in answers.values() if answer != "refused"]
    return could_not(check, unknown[0]) if unknown else verdict(check, False)


def _judge_newest(seen: Observation) -> Verdict:
    return verdict("SW-TLS-08", seen.version != "TLSv1.3", newest=seen.version or "none")


def _judge_weak(seen: Observation) -> Verdict:
    if seen.weak in WEAK:
        return verdict("SW-TLS-09", True, kind=seen.weak)
    return verdict("SW-TLS-09", False) if seen.weak == "refused" else could_not("SW-TLS-09", seen.weak)


def _judge_secrecy(seen: Observation) -> Verdict:
    if seen.secret is None:
        return could_not("SW-TLS-10", Outcome.TLS_FAILURE.code)
    return verdict("SW-TLS-10", not seen.secret)


def _judge_group(seen: Observation) -> Verdict:
    if isinstance(seen.group, int):
        return verdict("SW-TLS-15", seen.group < SAFE_GROUP_BITS, bits=seen.group)
    return verdict("SW-TLS-15", False) if seen.group == "refused" else could_not("SW-TLS-15", seen.group)
