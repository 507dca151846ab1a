"""What a dispute that was upheld takes out of the evidence, and for how long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, get_args

from seawall.core.documents import Node
from seawall.core.evidence.items import Finding

Ground: TypeAlias = Literal["not_ours", "false_positive", "compensated", "fixed"]
GROUNDS: tuple[Ground, ...] = get_args(Ground)


@dataclass(frozen=True, slots=True)
class Terms:
    """The clock for a decision, and how long each ground holds once upheld."""

    clock: timedelta
    holds: Mapping[Ground, timedelta]


@dataclass(frozen=True, slots=True)
class Settled:
    """A dispute that was upheld: about an asset as a whole (`check` empty) or about one check on it."""

    ground: Ground
    asset: str
    check: str
    decided_at: datetime

    def covers(self, finding: Finding, terms: Terms, *, at: datetime) -> bool:
        """Whether the finding is kept out of the evidence at a moment.

        `fixed` is about what was seen until the decision: seen again later, the fault counts again. An asset stands for
        the services on it ("host:port/tcp").
        """
        if self.check and self.check != finding.check:
            return False
        if finding.asset != self.asset and not finding.asset.startswith(f"{self.asset}:"):
            return False
        if at >= self.decided_at + terms.holds[self.ground]:
            return False
        return self.ground != "fixed" or finding.observed_at <= self.decided_at


def read_terms(node: Node) -> Terms:
    """The terms, with every problem noted on the node."""
    inner = node.child("disputes")
    inner.only("hours", *GROUNDS)
    clock = timedelta(hours=inner.integer("hours", 1, 24 * 60))
    holds: dict[Ground, timedelta] = {}
    for ground in GROUNDS:
        entry = inner.child(ground)
        entry.only("days")
        holds[ground] = timedelta(days=entry.integer("days", 1, 3660))
    return Terms(clock, holds)


def standing(
    findings: Iterable[Finding], settled: Sequence[Settled], terms: Terms, *, at: datetime
) -> tuple[Finding, ...]:
    """The findings that remain evidence."""
    return tuple(f for f in findings if not any(dispute.covers(f, terms, at=at) for dispute in settled))
