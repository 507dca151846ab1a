"""What a check says, before it has a time and an asset; and the published list of checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from seawall.core.evidence.items import NOT_APPLICABLE, FindingState, Severity
from seawall.technology.net import NotReached, Outcome


# Check id → severity of the fault when it is found.
HOST_CHECKS: Mapping[str, Severity] = {
    "SW-TLS-01": "high",
    "SW-TLS-02": "high",
    "SW-TLS-03": "high",
    "SW-TLS-04": "medium",
    "SW-TLS-05": "low",
    "SW-TLS-06": "medium",
    "SW-HTTP-01": "medium",
    "SW-HTTP-02": "low",
    "SW-HTTP-03": "low",
    "SW-HTTP-04": "low",
    "SW-HTTP-05": "low",
    "SW-HTTP-06": "medium",
    "SW-HTTP-07": "low",
    "SW-EXP-01": "critical",
    "SW-EXP-02": "medium",
    "SW-EXP-03": "critical",
    "SW-EXP-04": "high",
    "SW-EXP-05": "high",
    "SW-WEB-01": "critical",
}
DOMAIN_CHECKS: Mapping[str, Severity] = {
    "SW-DNS-01": "low",
    "SW-DNS-02": "low",
    "SW-DNS-03": "low",
    "SW-MAIL-01": "medium",
    "SW-MAIL-02": "medium",
    "SW-MAIL-03": "high",
    "SW-MAIL-04": "medium",
    "SW-MAIL-05": "medium",
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
