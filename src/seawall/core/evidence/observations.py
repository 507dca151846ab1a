"""The published list of outside-in checks, and what their findings say about controls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from seawall.core.documents import Node
from seawall.core.evidence.controls import ControlPrior, Reading, read_reading
from seawall.core.evidence.items import SEVERITIES, Evidence, Finding, Severity, Source
from seawall.core.problems import Collector, Refused
from seawall.core.texts import Text

# One open door is an open door, however many are shut: such a fault speaks for the company wherever it is found.
DECISIVE: Severity = "critical"


class UnknownCheck(Refused):
    """A finding of a check that is not on the list."""

    code = "checks.unknown"
    status = 422


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what it looks for, how to mend it, and what each result says about controls (perhaps nothing).

    `shelf_life` is its own where it differs from the list's.
    """

    id: str
    title: Text
    description: Text
    fix: Text
    severity: Severity
    found: tuple[Reading, ...]
    not_found: tuple[Reading, ...]
    source: Source = "observation"
    shelf_life: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Checks:
    """The list by id; an observation counts for `shelf_life` from the day it was made."""

    checks: Mapping[str, Check]
    shelf_life: timedelta

    @classmethod
    def load(cls, document: Mapping[str, Any], controls: Mapping[str, ControlPrior] | None = None) -> Checks:
        """From the body of a `checks` document; raises `Invalid` with everything wrong in it.

        When `controls` are given, every reading must be about one of them.
        """
        problems = Collector()
        node = Node(document, problems=problems)
        node.only("shelf_life_days", "checks")
        checks = {name: read_check(name, entry, controls) for name, entry in node.entries("checks")}
        shelf_life = timedelta(days=node.integer("shelf_life_days", 1, 3660))
        problems.raise_if_any()
        return cls(checks, shelf_life)


def read_check(name: str, node: Node, controls: Mapping[str, ControlPrior] | None) -> Check:
    """One entry of a list of checks, with every problem noted on the node."""
    node.only("title", "description", "fix", "severity", "found", "not_found")
    severity = node.one_of("severity", SEVERITIES)
    return Check(
        id=name,
        title=node.text("title"),
        description=node.text("description"),
        fix=node.text("fix"),
        severity=next((known for known in SEVERITIES if known == severity), "info"),
        found=tuple(read_reading(entry, controls) for entry in node.children("found")),
        not_found=tuple(read_reading(entry, controls) for entry in node.children("not_found", default=True)),
    )


def evidence_from_findings(findings: Iterable[Finding], checks: Checks) -> tuple[Evidence, ...]:
    """What the findings say; a check that could not be made says nothing (see `not_checked`).

    The ref is "<check>@<asset>", so a later run of the same check on the same asset takes the place of the earlier.
    One check on many assets is one look, each asset by its share, unless its fault is decisive.
    Raises `UnknownCheck`.
    """
    findings = tuple(findings)
    decided = Counter(check for check, _ in {(f.check, f.asset) for f in findings if f.state != "could_not_check"})
    evidence: list[Evidence] = []
    for finding in findings:
        if finding.check not in checks.checks:
            raise UnknownCheck("check", check=finding.check)
        evidence += _evidence(finding, checks, decided[finding.check])
    return tuple(evidence)


def _evidence(finding: Finding, checks: Checks, decided: int) -> list[Evidence]:
    check = checks.checks[finding.check]
    readings = {"found": check.found, "not_found": check.not_found, "could_not_check": ()}[finding.state]
    day = finding.observed_at.date()
    return [
        Evidence(
            control=reading.control,
            source=check.source,
            says=reading.says,
            reliability=reading.reliability,
            observed_on=day,
            expires_on=day + (check.shelf_life or checks.shelf_life),
            ref=f"{finding.check}@{finding.asset}",
            scope=finding.asset,
            pool=finding.check,
            decisive=finding.state == "found" and check.severity == DECISIVE,
            pooled=decided,
        )
        for reading in readings
    ]


def not_checked(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The checks that could not be made, each with its reason: shown to people, never graded."""
    return tuple(finding for finding in findings if finding.state == "could_not_check")
