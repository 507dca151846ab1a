"""What a check says, before it has a time and an asset; and the published list of checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from seawall.core.evidence.items import NOT_APPLICABLE, FindingState, Severity
from seawall.technology.net import NotReached, Outcome

__all__ = [
    "CHECKS",
    "DOMAIN_CHECKS",
    "HOST_CHECKS",
    "NOT_APPLICABLE",
    "Verdict",
    "closed",
    "could_not",
    "failure_code",
    "none_of",
    "shown",
    "verdict",
]

# Check id → severity of the fault when it is found; the published list says the same (a test compares).
HOST_CHECKS: Mapping[str, Severity] = {
    "SW-TLS-01": "high",
    "SW-TLS-02": "high",
    "SW-TLS-03": "high",
    "SW-TLS-04": "medium",
    "SW-TLS-05": "low",
    "SW-TLS-06": "medium",
    "SW-TLS-07": "high",
    "SW-TLS-08": "info",
    "SW-TLS-09": "high",
    "SW-TLS-10": "medium",
    "SW-TLS-11": "medium",
    "SW-TLS-12": "info",
    "SW-TLS-13": "low",
    "SW-TLS-14": "high",
    "SW-TLS-15": "medium",
    "SW-HTTP-01": "medium",
    "SW-HTTP-02": "low",
    "SW-HTTP-03": "low",
    "SW-HTTP-04": "low",
    "SW-HTTP-05": "low",
    "SW-HTTP-06": "medium",
    "SW-HTTP-07": "info",
    "SW-HTTP-08": "info",
    "SW-HTTP-09": "low",
    "SW-HTTP-10": "info",
    "SW-HTTP-11": "info",
    "SW-HTTP-12": "low",
    "SW-HTTP-13": "medium",
    "SW-HTTP-14": "low",
    "SW-HTTP-15": "low",
    "SW-HTTP-16": "low",
    "SW-EXP-01": "critical",
    "SW-EXP-02": "medium",
    "SW-EXP-03": "critical",
    "SW-EXP-04": "high",
    "SW-EXP-05": "high",
    "SW-EXP-06": "critical",
    "SW-EXP-07": "high",
    "SW-EXP-08": "critical",
    "SW-EXP-09": "high",
    "SW-EXP-10": "critical",
    "SW-EXP-11": "high",
    "SW-WEB-01": "critical",
    "SW-WEB-02": "medium",
    "SW-WEB-03": "critical",
    "SW-WEB-04": "high",
    "SW-WEB-05": "medium",
    "SW-WEB-06": "info",
    "SW-WEB-07": "medium",
    "SW-WEB-08": "medium",
    "SW-WEB-09": "high",
    "SW-WEB-10": "high",
    "SW-WEB-11": "high",
    "SW-WEB-12": "high",
}
DOMAIN_CHECKS: Mapping[str, Severity] = {
    "SW-DNS-01": "low",
    "SW-DNS-02": "low",
    "SW-DNS-03": "low",
    "SW-DNS-04": "high",
    "SW-DNS-05": "high",
    "SW-DNS-06": "medium",
    "SW-DNS-07": "medium",
    "SW-DNS-08": "low",
    "SW-DNS-09": "medium",
    "SW-DNS-10": "info",
    "SW-MAIL-01": "medium",
    "SW-MAIL-02": "medium",
    "SW-MAIL-03": "high",
    "SW-MAIL-04": "medium",
    "SW-MAIL-05": "medium",
    "SW-MAIL-06": "medium",
    "SW-MAIL-07": "high",
    "SW-MAIL-08": "info",
    "SW-MAIL-09": "info",
    "SW-MAIL-10": "info",
    "SW-MAIL-11": "medium",
    "SW-MAIL-12": "low",
    "SW-MAIL-13": "low",
    "SW-MAIL-14": "low",
}
CHECKS: Mapping[str, Severity] = {**HOST_CHECKS, **DOMAIN_CHECKS}

_UNPRINTABLE = re.compile(r"[^\x20-\x7e\u00a1-\u024f\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check's word on one asset."""

    check: str
    state: FindingState
    detail: Mapping[str, str | int] = field(default_factory=dict)
    reason: str = ""


def verdict(check: str, fault: bool, **detail: str | int) -> Verdict:
    """The fault is there, or it is not."""
    return Verdict(check, "found" if fault else "not_found", detail)


def could_not(check: str, reason: str) -> Verdict:
    return Verdict(check, "could_not_check", reason=reason)


def none_of(checks: tuple[str, ...], reason: str) -> tuple[Verdict, ...]:
    """The same reason for every check of a group."""
    return tuple(could_not(check, reason) for check in checks)


def shown(text: str, limit: int = 120) -> str:
    """Text from a stranger, cut to length and to signs that neither move a terminal nor hide themselves."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text[: limit * 2])[:limit]


def failure_code(error: NotReached) -> str:
    return error.outcome.code


def closed(reason: str) -> bool:
    """Whether a failure says that nothing listens there (as against: nobody could tell)."""
    return reason == Outcome.CONNECTION_REFUSED.code
