"""The values of an assessment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from seawall.core.advice.fixes import Fix
from seawall.core.advice.residual import Residual
from seawall.core.evidence.belief import Belief, Contradiction
from seawall.core.evidence.items import Finding
from seawall.core.library import ReleaseRef
from seawall.core.losses.exceedance import Point
from seawall.core.money import Money
from seawall.core.pricing.rate import Rating
from seawall.core.problems import Problem
from seawall.core.scoring.gbt20984 import CompanyLevel
from seawall.core.scoring.posture import Peers, Posture
from seawall.core.scoring.worth import Worth


@dataclass(frozen=True, slots=True)
class LossFigures:
    """A year's loss, ground up or paid: mean, what is passed with 5 % and 0.5 %, and the tail mean of the latter."""

    expected: Money
    q95: Money
    q995: Money
    tail995: Money
    error: float
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Losses:
    """`total` ground up; `by_cover` what falls under each cover (or none) before terms; `curve` of the total."""

    total: LossFigures
    by_cover: Mapping[str, LossFigures]
    curve: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One product for the request: what it would pay in a year, and its premium or why there is none.

    `paid` and `paid_by_cover` are through retention, waiting period, coinsurance, sub-limits and aggregate limit.
    `add` gives what each optional cover would add to the premium.
    """

    product: str
    version: str
    covers: tuple[str, ...]
    limit: Money
    retention: Money
    paid: LossFigures
    paid_by_cover: Mapping[str, Money]
    rating: Rating | None
    refused: tuple[Problem, ...]
    add: Mapping[str, Money]

    @property
    def premium(self) -> Money | None:
        return None if self.rating is None else self.rating.premium


@dataclass(frozen=True, slots=True)
class Clash:
    """A contradiction about a control, and the score if the claim stood alone (`if_claim`) or the sighting did."""

    control: str
    contradiction: Contradiction
    if_claim: float
    if_seen: float


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is known, how sure, and what follows; `worth` is what more evidence would bring.

    `as_dict` is its JSON form; equal inputs give equal bytes.
    """

    submission: str
    as_of: date
    seed: int
    engine: str
    releases: Mapping[str, ReleaseRef]
    posture: Posture
    peers: Peers
    beliefs: Mapping[str, Belief]
    clashes: tuple[Clash, ...]
    worth: tuple[Worth, ...]
    unseen_controls: tuple[str, ...]
    unseen_checks: tuple[Finding, ...]
    gbt20984: CompanyLevel
    gbt20984_other: CompanyLevel
    residuals: tuple[Residual, ...]
    losses: Losses
    fixes: tuple[Fix, ...]
    options: tuple[Option, ...]
    relativities: Mapping[str, str]
    texts: Mapping[str, Mapping[str, Mapping[str, str]]]

    def as_dict(self) -> dict[str, Any]:
        """JSON-able and deterministic; money as {minor, currency}, floats rounded to what can be meant."""
        from seawall.core.assessment.render import render

        return render(self)
