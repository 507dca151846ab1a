"""SW-MAIL: who may send in a domain's name, and whether its own mail hosts encrypt. No RCPT, no DATA."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from seawall.technology.net import Budget, Connection, Egress, Lookup, NotReached, Outcome, TlsWish, ascii_host

from ..verdicts import NOT_APPLICABLE, Verdict, could_not, failure_code, none_of, verdict
from . import mailpolicy
from .certificates import Certificate, covers, read_certificate
from .spf import MAX_LOOKUPS, dmarc_tags, evaluate_spf, follows, read_dmarc, read_spf, spf_records
from .zone import look

_OF_SPF = ("SW-MAIL-01", "SW-MAIL-02", "SW-MAIL-06", "SW-MAIL-07")
CHECKS = tuple(f"SW-MAIL-{number:02}" for number in range(1, 15))
MAX_HOSTS = 3
_GREETING = b"EHLO assessment.invalid\r\n"


@dataclass(frozen=True, slots=True)
class MailHost:
    """One mail host: `starttls` "offered", "missing", "broken", "third_party", or the code of a failure.

    `certificate` is what it showed after STARTTLS, None when it showed none that can be read.
    """

    name: str
    starttls: str
    certificate: Certificate | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """SPF records of the domain and of the names they lead to, the DMARC answer, and the mail hosts.

    `spf_failure` is set when a record that the answer depends on could not be read.
    """

    domain: str
    mx: Lookup | str
    spf: Mapping[str, tuple[str, ...]]
    spf_failure: str
    dmarc: Lookup | str
    hosts: tuple[MailHost, ...]
    policies: mailpolicy.Observation | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """Every TXT record of the domain itself."""
        return self.spf.get(self.domain, ())


def exchanges(mx: Lookup | str) -> tuple[str, ...]:
    """Mail hosts by preference; none for a null MX (RFC 7505)."""
    if isinstance(mx, str):
        return ()
    pairs = []
    for value in mx.values:
        preference, _, name = value.partition(" ")
        if preference.isdigit() and ascii_host(name):
            pairs.append((int(preference), name.lower().rstrip(".")))
    return tuple(name for _, name in sorted(pairs))


def ask(egress: Egress, domain: str, budget: Budget) -> Observation:
    """Name servers, and port 25 of at most three mail hosts inside the domain itself."""
    mx = look(egress, domain, "MX", budget)
    spf, spf_failure = _spf(egress, domain, budget)
    dmarc = look(egress, f"_dmarc.{domain}", "TXT", budget)
    hosts = tuple(_host(egress, name, domain, budget) for name in exchanges(mx)[:MAX_HOSTS])
    if isinstance(mx, str) and isinstance(dmarc, str):
        return Observation(domain, mx, spf, spf_failure, dmarc, hosts)  # nobody answers, so nobody is asked further
    return Observation(domain, mx, spf, spf_failure, dmarc, hosts, mailpolicy.ask(egress, domain, budget))


def _spf(egress: Egress, domain: str, budget: Budget) -> tuple[Mapping[str, tuple[str, ...]], str]:
    records: dict[str, tuple[str, ...]] = {}
    waiting = [domain]
    while waiting and len(records) <= MAX_LOOKUPS + 2:
        name = waiting.pop(0)
        if name in records:
            continue
        answer = look(egress, name, "TXT", budget)
        if isinstance(answer, str):
            return records, answer
        if name == domain and answer.status == "no_such_name":
            return records, Outcome.NO_SUCH_NAME.code
        records[name] = answer.values
        for text in spf_records(answer.values)[:1]:
            waiting.extend(follows(read_spf(text)))
    return records, ""


def _host(egress: Egress, name: str, domain: str, budget: Budget) -> MailHost:
    if name != domain and not name.endswith("." + domain):
        return MailHost(name, "third_party")
    try:
        address = egress.resolve(name, budget).addresses[0]
        with egress.connect(address, 25, budget=budget) as connection:
            _reply(connection)
            connection.send(_GREETING)
            offers = {line[4:].strip().upper().split(b" ")[0] for line in _reply(connection)}
            if b"STARTTLS" not in offers:
                connection.send(b"QUIT\r\n")
                return MailHost(name, "missing")
            connection.send(b"STARTTLS\r\n")
            _reply(connection)
            try:
                facts = connection.start_tls(TlsWish(name, verify=False))
                connection.send(b"QUIT\r\n")
            except NotReached as error:
                return MailHost(name, "broken" if error.outcome is Outcome.TLS_FAILURE else failure_code(error))
            return MailHost(name, "offered", read_certificate(facts.certificate))
    except NotReached as error:
        return MailHost(name, failure_code(error))


def _reply(connection: Connection) -> list[bytes]:
    """One reply of the server, which must be a positive one (2xx)."""
    lines: list[bytes] = []
    while len(lines) < 64:
        line = connection.receive_line()
        if not line[:3].isdigit() or not line.endswith(b"\n"):
            break
        lines.append(line)
        if line[3:4] != b"-":
            if not line.startswith(b"2"):
                break
            return lines
    raise NotReached(Outcome.PROTOCOL, "smtp")


def judge(seen: Observation, now: datetime) -> tuple[Verdict, ...]:
    return (
        *_judge_spf(seen),
        *_judge_dmarc(seen),
        _judge_hosts(seen),
        _judge_certificates(seen, now),
        *_judge_policies(seen),
    )


def _judge_policies(seen: Observation) -> tuple[Verdict, ...]:
    if seen.policies is None:
        return none_of(mailpolicy.CHECKS, seen.mx if isinstance(seen.mx, str) else NOT_APPLICABLE)
    receives: bool | str = seen.mx if isinstance(seen.mx, str) else bool(exchanges(seen.mx))
    if seen.spf_failure == Outcome.NO_SUCH_NAME.code:
        return none_of(mailpolicy.CHECKS, seen.spf_failure)
    tags = {"failure": seen.dmarc} if isinstance(seen.dmarc, str) else dmarc_tags(seen.dmarc.values)
    return mailpolicy.judge(seen.policies, receives=receives, dmarc=tags)


def _judge_spf(seen: Observation) -> tuple[Verdict, ...]:
    if seen.spf_failure:
        return none_of(_OF_SPF, seen.spf_failure)
    result = evaluate_spf(seen.domain, seen.spf)
    if result.kind != "policy":
        # A record in error protects as little as none: receivers must treat it as permerror (RFC 7208, 2.6.7).
        why = result.error or "missing"
        broken = verdict("SW-MAIL-06", True, why=why, lookups=result.lookups)
        return (
            verdict("SW-MAIL-01", True, why=why),
            could_not("SW-MAIL-02", NOT_APPLICABLE),
            broken if result.error else could_not("SW-MAIL-06", NOT_APPLICABLE),
            could_not("SW-MAIL-07", NOT_APPLICABLE),
        )
    sign = result.all_sign
    return (
        verdict("SW-MAIL-01", False, lookups=result.lookups),
        verdict("SW-MAIL-02", sign in ("", "+", "?"), all=f"{sign}all" if sign else "missing"),
        verdict("SW-MAIL-06", False, lookups=result.lookups),
        verdict("SW-MAIL-07", sign == "+"),
    )


def _judge_dmarc(seen: Observation) -> tuple[Verdict, ...]:
    if isinstance(seen.dmarc, str):
        return none_of(("SW-MAIL-03", "SW-MAIL-04"), seen.dmarc)
    if seen.spf_failure == Outcome.NO_SUCH_NAME.code:
        return none_of(("SW-MAIL-03", "SW-MAIL-04"), seen.spf_failure)
    dmarc = read_dmarc(seen.dmarc.values)
    if dmarc.kind != "policy":
        why = dmarc.error or "missing"
        return verdict("SW-MAIL-03", True, why=why), could_not("SW-MAIL-04", NOT_APPLICABLE)
    toothless = dmarc.policy == "none" or dmarc.pct == 0
    return (
        verdict("SW-MAIL-03", False, policy=dmarc.policy),
        verdict("SW-MAIL-04", toothless, policy=dmarc.policy, pct=dmarc.pct),
    )


def _judge_hosts(seen: Observation) -> Verdict:
    check = "SW-MAIL-05"
    if isinstance(seen.mx, str):
        return could_not(check, seen.mx)
    if not seen.hosts:
        return could_not(check, NOT_APPLICABLE)
    bad = [host.name for host in seen.hosts if host.starttls in ("missing", "broken")]
    if bad:
        return verdict(check, True, hosts=", ".join(bad))
    good = [host.name for host in seen.hosts if host.starttls == "offered"]
    unknown = [host.starttls for host in seen.hosts if host.starttls not in ("offered", "third_party")]
    if unknown:
        return could_not(check, unknown[0])
    return verdict(check, False, hosts=", ".join(good)) if good else could_not(check, "scan.third_party")


def _judge_certificates(seen: Observation, now: datetime) -> Verdict:
    """SW-MAIL-14: other mail servers cannot trust the certificate: out of date, or for another name."""
    check = "SW-MAIL-14"
    if isinstance(seen.mx, str):
        return could_not(check, seen.mx)
    shown_by = [(host.name, host.certificate) for host in seen.hosts if host.starttls == "offered"]
    if not shown_by:
        return could_not(check, NOT_APPLICABLE)  # SW-MAIL-05 speaks
    bad = []
    for name, certificate in shown_by:
        if certificate is None:
            return could_not(check, "scan.certificate_unreadable")
        if not certificate.not_before <= now <= certificate.not_after:
            bad.append(f"{name}: out of date")
        elif not covers(certificate.names, name):
            bad.append(f"{name}: other name")
    return verdict(check, bool(bad), **({"hosts": ", ".join(bad)} if bad else {}))
