"""What is seen (findings) and what it says about a control (evidence)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias, get_args

State: TypeAlias = Literal["absent", "partial", "present"]
Source: TypeAlias = Literal["answer", "certificate", "observation", "log", "import"]
FindingState: TypeAlias = Literal["found", "not_found", "could_not_check"]
Severity: TypeAlias = Literal["info", "low", "medium", "high", "critical"]

STATES: tuple[State, ...] = get_args(State)
SOURCES: tuple[Source, ...] = get_args(Source)
FINDING_STATES: tuple[FindingState, ...] = get_args(FindingState)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)

# The reason of a check whose question does not arise (no mail, so no mail server); not a failure to look.
NOT_APPLICABLE = "scan.not_applicable"

# A likelihood that gives each of the three states one third says nothing.
UNINFORMATIVE = 1 / len(STATES)


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one outside-in check on one asset, as the scanner emits it.

    `found` means that the fault is there. `could_not_check` carries a `reason` and says nothing about any control.
    `observed_at` is aware UTC; anything else raises `ValueError`.
    """

    check: str
    asset: str
    state: FindingState
    severity: Severity
    observed_at: datetime
    detail: Mapping[str, str | int] = field(default_factory=dict)
    reason: str = ""

    def __post_init__(self) -> None:
        if self.observed_at.utcoffset() != timedelta(0):
            raise ValueError("a finding is timed in aware UTC")
        if self.state not in FINDING_STATES or self.severity not in SEVERITIES:
            raise ValueError(f"unknown finding state or severity: {self.state!r}, {self.severity!r}")

    @property
    def id(self) -> str:
        """Stable across scans: the same check on the same asset is the same finding, whatever it says today."""
        return finding_id(self.check, self.asset)


def finding_id(check: str, asset: str, discriminator: str = "") -> str:
    """Twenty hexadecimal signs of SHA-256 over check, asset and discriminator, each on a line of its own.

    A check that can say several things of one asset tells them apart by the discriminator; today none does.
    """
    text = "\n".join((check, asset.lower().rstrip("."), discriminator))
    return hashlib.sha256(text.encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence about one control.

    `says` is the state it points to; `reliability`, in (1/3, 1], is the probability of that reading if the control
    really is in that state, when fresh. `expires_on` is the first day it counts for nothing. `ref` names its origin
    ("answer:Q011", "SW-TLS-01@shop.example", "certificate:iso27001"). Pieces of one source and `pool` (one check on
    many assets) count together as one, each by its share of the `pooled` assets looked at, those without a piece too;
    one that is `decisive` needs no second, and the others of its pool then say nothing. Out-of-range values
    raise `ValueError`.
    """

    control: str
    source: Source
    says: State
    reliability: float
    observed_on: date
    expires_on: date | None
    ref: str
    scope: str = ""
    pool: str = ""
    decisive: bool = False
    pooled: int = 1

    def __post_init__(self) -> None:
        if not UNINFORMATIVE < self.reliability <= 1:
            raise ValueError(f"reliability must lie in (1/3, 1]: {self.reliability}")
        if self.says not in STATES or self.source not in SOURCES:
            raise ValueError(f"unknown state or source: {self.says!r}, {self.source!r}")
