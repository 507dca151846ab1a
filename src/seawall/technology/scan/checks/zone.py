"""SW-DNS: what the zone of a domain says about itself. Name servers are asked, the domain's own also directly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network

from seawall.technology.net import Budget, Egress, Lookup, NotReached, ServerAnswer

from ..verdicts import NOT_APPLICABLE, Verdict, could_not, failure_code, shown, verdict
from . import lookalikes

CHECKS = tuple(f"SW-DNS-{number:02}" for number in range(1, 11))
MAX_SERVERS = 3
ELSEWHERE = "example.com"  # a name no server of the domain is responsible for
_NO_NAME = "outbound.no_such_name"


@dataclass(frozen=True, slots=True)
class Server:
    """One name server: its addresses, "" or why there are none, and what it says itself when it is the domain's own.

    `own` is None for a server of somebody else, which is not touched; else the answers (or failures) about the zone,
    about a foreign name, and to a request for a transfer.
    """

    name: str
    addresses: tuple[str, ...]
    failure: str = ""
    own: tuple[ServerAnswer | str, ServerAnswer | str, ServerAnswer | str] | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """Answers for CAA, NS and DS (a string is the code of a failure), the state of the signatures, the name servers,
    aliases that lead nowhere ("from -> to"), and names like the domain's that somebody holds."""

    caa: Lookup | str
    ns: Lookup | str
    ds: Lookup | str
    signature: str = "unsigned"
    servers: tuple[Server, ...] = ()
    dangling: tuple[str, ...] | str = ()
    lookalikes: tuple[str, ...] | str = ()


def look(egress: Egress, name: str, rdtype: str, budget: Budget) -> Lookup | str:
    """An answer, or the code of what prevented it."""
    try:
        return egress.lookup(name, rdtype, budget)
    except NotReached as error:
        return failure_code(error)


def ask(egress: Egress, domain: str, labels: Sequence[str], budget: Budget, now: datetime) -> Observation:
    """`labels` are the names below the domain that are looked for; only name servers hear of it."""
    caa, ns, ds = (look(egress, domain, rdtype, budget) for rdtype in ("CAA", "NS", "DS"))
    if isinstance(ns, str) or ns.status == "no_such_name":
        reason = ns if isinstance(ns, str) else _NO_NAME
        return Observation(caa, ns, ds, reason, (), reason, reason)
    signature = "unsigned"
    if isinstance(ds, str) or ds.values:
        try:
            signature = egress.signature_state(domain, now.timestamp(), budget)
        except NotReached as error:
            signature = failure_code(error)
    names = [value.lower().rstrip(".") for value in ns.values]
    servers = tuple(_server(egress, domain, name, budget) for name in names[:12])
    return Observation(
        *(caa, ns, ds, signature),
        _ask_own(egress, domain, servers, budget),
        _dangling(egress, domain, labels, budget),
        lookalikes.ask(egress, domain),
    )


def _server(egress: Egress, domain: str, name: str, budget: Budget) -> Server:
    found: list[str] = []
    for rdtype in ("A", "AAAA"):
        answer = look(egress, name, rdtype, budget)
        if isinstance(answer, str):
            return Server(name, (), answer)
        found.extend(answer.values)
    return Server(name, tuple(found))


def _ask_own(egress: Egress, domain: str, servers: tuple[Server, ...], budget: Budget) -> tuple[Server, ...]:
    asked = []
    left = MAX_SERVERS
    for server in servers:
        own = server.name.endswith("." + domain) and bool(server.addresses)
        if own and left:
            left -= 1
            questions = ((domain, "SOA"), (ELSEWHERE, "A"), (domain, "AXFR"))
            answers = [_direct(egress, server.addresses[0], name, rdtype, budget) for name, rdtype in questions]
            server = Server(server.name, server.addresses, "", (answers[0], answers[1], answers[2]))
        asked.append(server)
    return tuple(asked)


def _direct(egress: Egress, address: str, name: str, rdtype: str, budget: Budget) -> ServerAnswer | str:
    try:
        return egress.ask_server(address, name, rdtype, budget)
    except NotReached as error:
        return failure_code(error)


def _dangling(egress: Egress, domain: str, labels: Sequence[str], budget: Budget) -> tuple[str, ...] | str:
    """Names below the domain whose alias leads to a name that does not exist."""
    found, failure = [], ""
    for label in labels:
        answer = look(egress, f"{label}.{domain}", "A", budget)
        if isinstance(answer, str):
            failure = failure or answer
        elif answer.status == "no_such_name" and answer.aliases:
            found.append(f"{label}.{domain} -> {answer.aliases[-1]}")
    return failure if failure and not found else tuple(found)


def judge(seen: Observation) -> tuple[Verdict, ...]:
    return (
        _judge("SW-DNS-01", seen.caa, 1),
        _judge("SW-DNS-02", seen.ns, 2),
        _judge("SW-DNS-03", seen.ds, 1),
        _judge_signature(seen),
        _judge_names("SW-DNS-05", seen.dangling, "aliases"),
        *_judge_own(seen),
        _judge_networks(seen),
        _judge_lame(seen),
        _judge_names("SW-DNS-10", seen.lookalikes, "lookalikes"),
    )


def _judge(check: str, answer: Lookup | str, at_least: int) -> Verdict:
    if isinstance(answer, str):
        return could_not(check, answer)
    if answer.status == "no_such_name":
        return could_not(check, _NO_NAME)
    if check == "SW-DNS-02" and not answer.values:
        return could_not(check, "scan.not_a_zone")
    count = len({value.lower() for value in answer.values})
    return verdict(check, count < at_least, count=count)


def _judge_signature(seen: Observation) -> Verdict:
    check = "SW-DNS-04"
    if seen.signature == "unsigned":
        return could_not(check, NOT_APPLICABLE)  # SW-DNS-03 speaks
    if seen.signature in ("valid", "no_key", "ds_mismatch", "signature", "expired"):
        return verdict(check, seen.signature != "valid", state=seen.signature)
    return could_not(check, "scan.algorithm_unknown" if seen.signature == "unknown" else seen.signature)


def _judge_names(check: str, found: tuple[str, ...] | str, key: str) -> Verdict:
    if isinstance(found, str):
        return could_not(check, found)
    detail: dict[str, str | int] = {"count": len(found), key: shown(", ".join(found[:6]), 200)} if found else {}
    return verdict(check, bool(found), **detail)


def _judge_own(seen: Observation) -> tuple[Verdict, Verdict]:
    """SW-DNS-06 zone transfer and -07 open resolver, at the domain's own name servers."""
    own = [(server.name, server.own) for server in seen.servers if server.own is not None]
    if not own:
        reason = seen.ns if isinstance(seen.ns, str) else "scan.third_party_dns"
        if not isinstance(seen.ns, str) and not seen.ns.values:
            reason = NOT_APPLICABLE if seen.ns.status != "no_such_name" else _NO_NAME
        return could_not("SW-DNS-06", reason), could_not("SW-DNS-07", reason)
    transfers = [
        (n, a if isinstance(a, str) else a.rcode == "NOERROR" and a.soa and a.answers > 1) for n, (_, _, a) in own
    ]
    open_to_all = [
        (n, a if isinstance(a, str) else a.recursion and a.rcode == "NOERROR" and a.answers > 0) for n, (_, a, _) in own
    ]
    return _any_of("SW-DNS-06", transfers), _any_of("SW-DNS-07", open_to_all)


def _any_of(check: str, answers: Sequence[tuple[str, bool | str]]) -> Verdict:
    bad = [name for name, answer in answers if answer is True]
    if bad:
        return verdict(check, True, servers=", ".join(bad))
    unknown = [answer for _, answer in answers if isinstance(answer, str)]
    return could_not(check, unknown[0]) if unknown else verdict(check, False)


def _judge_networks(seen: Observation) -> Verdict:
    """SW-DNS-08: several name servers, all in one network (/24, /48)."""
    check = "SW-DNS-08"
    if isinstance(seen.ns, str):
        return could_not(check, seen.ns)
    if len(seen.servers) < 2:
        return could_not(check, NOT_APPLICABLE)  # SW-DNS-02 speaks
    failed = [server.failure for server in seen.servers if server.failure]
    networks = {
        str(ip_network((address, 24 if ip_address(address).version == 4 else 48), strict=False))
        for server in seen.servers
        for address in server.addresses
    }
    if len(networks) > 1:
        return verdict(check, False, networks=len(networks))
    if failed or not networks:
        return could_not(check, failed[0] if failed else "outbound.no_address")
    return verdict(check, True, network=min(networks))


def _judge_lame(seen: Observation) -> Verdict:
    """SW-DNS-09: a name server without an address, or one of the domain's own that does not answer for the zone."""
    check = "SW-DNS-09"
    if isinstance(seen.ns, str):
        return could_not(check, seen.ns)
    if not seen.servers:
        return could_not(check, NOT_APPLICABLE)
    lame = [server.name for server in seen.servers if not server.failure and not server.addresses]
    for server in seen.servers:
        zone = server.own[0] if server.own is not None else None
        if isinstance(zone, ServerAnswer) and not (zone.authoritative and zone.rcode == "NOERROR"):
            lame.append(server.name)
    if lame:
        return verdict(check, True, servers=", ".join(sorted(set(lame))[:5]))
    unknown = [server.failure for server in seen.servers if server.failure]
    unknown += [s.own[0] for s in seen.servers if s.own is not None and isinstance(s.own[0], str)]
    return could_not(check, unknown[0]) if unknown else verdict(check, False)
