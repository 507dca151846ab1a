"""What the families are made of at one company: which scenarios can happen there, and in what proportion.

General scenarios divide a family; where a pack applies, its scenarios take their shares and the general ones keep the
rest in proportion. Ratios of mean loss are scaled to a mean of 1. A split therefore changes neither how often a family
strikes an average company nor what that costs: it says of what it consists, and lets controls act on the parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from seawall.core.submission import Company
from seawall.core.universe.model import Family, Universe
from seawall.core.universe.scenarios import MOST_OF_A_FAMILY, Scenario


@dataclass(frozen=True, slots=True)
class Part:
    """A part of family number `family`: `weight` of its events, each `ratio` times its mean loss.

    `scenario` is None for a family that is not split.
    """

    family: int
    scenario: Scenario | None
    weight: float
    ratio: float


def applicable(universe: Universe, company: Company) -> tuple[Scenario, ...]:
    """The scenarios that can happen to this company: general ones and those of the packs that apply."""
    packs = {code for code, pack in universe.packs.items() if pack.applies(company)}
    return tuple(s for s in universe.scenarios if s.pack is None or s.pack in packs)


def mix(universe: Universe, company: Company) -> tuple[Part, ...]:
    """Every family's parts, in the order of the families; weights of a family add up to 1, so do weight × ratio."""
    found = applicable(universe, company)
    parts: list[Part] = []
    for index, family in enumerate(universe.families):
        parts += _parts(index, [s for s in found if s.family == family.id])
    return tuple(parts)


def _parts(index: int, scenarios: Sequence[Scenario]) -> list[Part]:
    taken = sum(s.share for s in scenarios if s.pack)
    scale = min(1.0, MOST_OF_A_FAMILY / taken) if taken else 1.0
    left = 1.0 - taken * scale
    weights: list[tuple[Scenario | None, float, float]] = [
        (s, s.share * (scale if s.pack else left), s.ratio) for s in scenarios
    ]
    if all(s.pack for s in scenarios):
        weights.append((None, left, 1.0))
    total = sum(weight for _, weight, _ in weights)
    mean = sum(weight * ratio for _, weight, ratio in weights) / total
    return [Part(index, scenario, weight / total, ratio / mean) for scenario, weight, ratio in weights]


def with_shares(families: Sequence[Family], parts: Sequence[Part]) -> tuple[Family, ...]:
    """The families with their loss split over covers as their parts at this company split it.

    General scenarios together split it as the family does (the reader of a release holds them to it).
    """
    return tuple(_shared(family, [p for p in parts if p.family == index]) for index, family in enumerate(families))


def _shared(family: Family, parts: Sequence[Part]) -> Family:
    special = [(p.weight * p.ratio, p.scenario.shares) for p in parts if p.scenario and p.scenario.pack]
    if all(shares == family.shares for _, shares in special):
        return family
    general = 1.0 - sum(weight for weight, _ in special)
    mixed = {cover: general * share for cover, share in family.shares.items()}
    for weight, shares in special:
        for cover, share in shares.items():
            mixed[cover] = mixed.get(cover, 0.0) + weight * share
    return replace(family, shares=mixed)
