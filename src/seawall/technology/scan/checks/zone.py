"""SW-DNS: what the zone of a domain says about itself. Only name servers are asked."""

from __future__ import annotations

from dataclasses import dataclass

from seawall.technology.net import Budget, Egress, Lookup, NotReached

from ..verdicts import Verdict, could_not, failure_code, verdict

CHECKS = ("SW-DNS-01", "SW-DNS-02", "SW-DNS-03")


@dataclass(frozen=True, slots=True)
class Observation:
    """Answers for CAA, NS and DS; a string is the code of a failure."""

    caa: Lookup | str
    ns: Lookup | str
    ds: Lookup | str


def look(egress: Egress, name: str, rdtype: str, budget: Budget) -> Lookup | str:
    """An answer, or the code of what prevented it."""
    try:
        return egress.lookup(name, rdtype, budget)
    except NotReached as error:
        return failure_code(error)


def ask(egress: Egress, domain: str, budget: Budget) -> Observation:
    caa, ns, ds = (look(egress, domain, rdtype, budget) for rdtype in ("CAA", "NS", "DS"))
    return Observation(caa, ns, ds)


def judge(seen: Observation) -> tuple[Verdict, ...]:
    return (
        _judge("SW-DNS-01", seen.caa, 1),
        _judge("SW-DNS-02", seen.ns, 2),
        _judge("SW-DNS-03", seen.ds, 1),
    )


def _judge(check: str, answer: Lookup | str, at_least: int) -> Verdict:
    if isinstance(answer, str):
        return could_not(check, answer)
    if answer.status == "no_such_name":
        return could_not(check, "outbound.no_such_name")
    if check == "SW-DNS-02" and not answer.values:
        return could_not(check, "scan.not_a_zone")
    count = len({value.lower() for value in answer.values})
    return verdict(check, count < at_least, count=count)
