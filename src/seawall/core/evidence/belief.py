"""The belief about each control: how likely it is absent, partial or present, and what moved it.

With prior π(s), and pieces of evidence e that point to a state with aged reliability r(e), the belief is

    P(s) ∝ π(s) · exp( Σ over e that point to s of  temper^k(e) / n(e) · ln(2 r(e) / (1 − r(e))) )

where n(e) counts the pieces of e's pool (one check on n assets) and k(e) ranks the pools of its source about this
control by strength. This is Bayes' rule with a likelihood of r for the state pointed to and (1 − r)/2 for each of the
others, raised to the power temper^k / n because pieces of one source share their errors. See docs/methods/evidence.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from seawall.core.evidence.controls import ControlPrior, Controls
from seawall.core.evidence.items import STATES, UNINFORMATIVE, Evidence, State
from seawall.core.problems import Refused

# Nothing is beyond doubt: at 1 a single mistake could never be outweighed.
MOST_RELIABLE = 0.99

_CLAIMS = ("answer", "certificate")
_SIGHTINGS = ("observation", "log", "import")


class UnknownControl(Refused):
    """Evidence about a control that the reference data do not know."""

    code = "reference.unknown_control"
    status = 422


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A claim (answer, certificate) and a sighting (observation, log) that point to different states."""

    claim: Evidence
    sighting: Evidence

    @property
    def overstated(self) -> bool:
        """Whether the claim is rosier than what was seen, which bears on the duty of disclosure 如实告知."""
        return STATES.index(self.claim.says) > STATES.index(self.sighting.says)


@dataclass(frozen=True, slots=True)
class Belief:
    """Probabilities of the three states, which sum to 1; without any evidence (`seen` false) they are the prior.

    `evidence` are the pieces that count, strongest first; `weights[i]` is what `evidence[i]` adds to the log-odds of
    the state it points to against either other state, `left[i]` the reliability that age has left it.
    """

    control: str
    absent: float
    partial: float
    present: float
    evidence: tuple[Evidence, ...]
    weights: tuple[float, ...]
    left: tuple[float, ...]
    contradictions: tuple[Contradiction, ...]
    seen: bool
    prior: ControlPrior

    def of(self, state: State) -> float:
        return {"absent": self.absent, "partial": self.partial, "present": self.present}[state]


def aged(evidence: Evidence, controls: Controls, as_of: date) -> float:
    """The reliability left on the day `as_of`: 1/3 + (r − 1/3) · 2^(−age / half-life), and at most `MOST_RELIABLE`."""
    age = (as_of - evidence.observed_on).days
    fresh = min(evidence.reliability, MOST_RELIABLE)
    return UNINFORMATIVE + (fresh - UNINFORMATIVE) * math.exp2(-age / controls.half_life[evidence.source])


def strength(reliability: float) -> float:
    """ln(2r / (1 − r)), zero at 1/3."""
    return math.log(2 * reliability / (1 - reliability))


def _counts(evidence: Evidence, as_of: date) -> bool:
    return evidence.observed_on <= as_of and (evidence.expires_on is None or as_of < evidence.expires_on)


def _latest(evidence: Iterable[Evidence]) -> list[Evidence]:
    """One piece per source and ref: the latest, then the more reliable, then the less favourable, then the longest."""
    kept: dict[tuple[str, str], Evidence] = {}

    def rank(piece: Evidence) -> tuple[date, float, int, date, str, bool]:
        lasting = piece.expires_on or date.max
        return piece.observed_on, piece.reliability, -STATES.index(piece.says), lasting, piece.scope, piece.decisive

    for piece in evidence:
        key = piece.source, piece.ref
        if key not in kept or rank(piece) > rank(kept[key]):
            kept[key] = piece
    return list(kept.values())


def _weigh(evidence: Sequence[Evidence], controls: Controls, as_of: date) -> list[tuple[Evidence, float]]:
    """Each piece that counts with its weight after ageing, pooling and tempering, strongest first."""
    pools: dict[tuple[str, str], list[tuple[Evidence, float]]] = {}
    for piece in evidence:
        says = strength(aged(piece, controls, as_of))
        pools.setdefault((piece.source, piece.pool or f"={piece.ref}"), []).append((piece, says))
    shared = [_share(pool) for pool in pools.values()]
    shared.sort(key=lambda pool: (-_said(pool), pool[0][0].source, min(piece.ref for piece, _ in pool)))
    ranks: dict[str, int] = {}
    weighed = []
    for pool in shared:
        source = pool[0][0].source
        rank = ranks.get(source, 0)
        ranks[source] = rank + 1
        weighed += [(piece, strength * controls.temper**rank) for piece, strength in pool]
    return sorted(weighed, key=lambda pair: (-pair[1], pair[0].source, pair[0].ref))


def _share(pool: Sequence[tuple[Evidence, float]]) -> list[tuple[Evidence, float]]:
    """The pieces of one pool, each by its share of one; the decisive ones alone where there are any."""
    decisive = [pair for pair in pool if pair[0].decisive]
    counting = decisive or pool
    count = len(counting) if decisive else max(len(counting), *(piece.pooled for piece, _ in counting))
    return [(piece, says / count) for piece, says in counting]


def _said(pool: Sequence[tuple[Evidence, float]]) -> float:
    """The most that a pool says for any state."""
    return max(math.fsum(strength for piece, strength in pool if piece.says == state) for state in STATES)


def _contradictions(evidence: Sequence[Evidence], controls: Controls, as_of: date) -> tuple[Contradiction, ...]:
    strong = [piece for piece in evidence if aged(piece, controls, as_of) >= controls.contradiction_from]
    return tuple(
        Contradiction(claim, sighting)
        for claim in strong
        if claim.source in _CLAIMS
        for sighting in strong
        if sighting.source in _SIGHTINGS and sighting.says != claim.says
    )


def _believe_one(prior: ControlPrior, evidence: Sequence[Evidence], controls: Controls, as_of: date) -> Belief:
    weighed = _weigh(_latest(piece for piece in evidence if _counts(piece, as_of)), controls, as_of)
    # fsum keeps the result independent of order to the last bit.
    scores = [
        math.log(prior.of(state)) + math.fsum(weight for piece, weight in weighed if piece.says == state)
        for state in STATES
    ]
    top = max(scores)
    odds = [math.exp(score - top) for score in scores]
    absent, partial, present = (value / math.fsum(odds) for value in odds)
    pieces = tuple(piece for piece, _ in weighed)
    return Belief(
        control=prior.control,
        absent=absent,
        partial=partial,
        present=present,
        evidence=pieces,
        weights=tuple(weight for _, weight in weighed),
        left=tuple(aged(piece, controls, as_of) for piece in pieces),
        contradictions=_contradictions(pieces, controls, as_of),
        seen=bool(pieces),
        prior=prior,
    )


def without(belief: Belief, piece: Evidence, controls: Controls, *, as_of: date) -> Belief:
    """The belief as it would be if this piece were withdrawn."""
    return _believe_one(belief.prior, [kept for kept in belief.evidence if kept != piece], controls, as_of)


def believe(controls: Controls, evidence: Iterable[Evidence], *, as_of: date) -> dict[str, Belief]:
    """The belief about every control on the day `as_of`, in the order of the reference data.

    Evidence that has expired, or that was observed after `as_of`, counts for nothing; of several pieces with the same
    source and ref the latest counts. The order of the evidence does not matter. Raises `UnknownControl`.
    """
    by_control: dict[str, list[Evidence]] = {control: [] for control in controls.priors}
    for piece in evidence:
        if piece.control not in by_control:
            raise UnknownControl("evidence", control=piece.control)
        by_control[piece.control].append(piece)
    return {
        control: _believe_one(prior, by_control[control], controls, as_of) for control, prior in controls.priors.items()
    }
