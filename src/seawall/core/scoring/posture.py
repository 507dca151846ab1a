"""The posture score 0-100, on the loss model itself, with its interval, its peers and what each control contributes.

score = 100 · (ln L_absent − ln L) / (ln L_absent − ln L_present), L the expected annual loss (ground up) under the
beliefs, with every control absent, and with every control present. No weights are set by hand: the weight of a control
is what it changes in the expected loss of this company.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seawall.core.scoring.sampling import States, luck_of, states_at
from seawall.core.universe.risk import CompanyRisk, Floats

SAMPLES = 2000
ORDERS = 16  # orders of the controls, each also walked backwards
LOW, HIGH = 0.05, 0.95
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
BIN = 5  # points of the score in one bar of the peers' histogram


@dataclass(frozen=True, slots=True)
class Contribution:
    """Of one control: points it adds now, and points it would still add if it were surely present."""

    control: str
    points: float
    open: float


@dataclass(frozen=True, slots=True)
class Peers:
    """Synthetic companies of this size and industry, their controls drawn from the priors; no real company is in them.

    `quantiles` are their scores at `QUANTILES`, `bars` the share of them in each `BIN` points from 0 to 100. `below` is
    the share that this company's score exceeds, `below_low` and `below_high` the same at the ends of its interval.
    """

    quantiles: tuple[float, ...]
    bars: tuple[float, ...]
    below: float
    below_low: float
    below_high: float


@dataclass(frozen=True, slots=True)
class Posture:
    """`low` to `high` is the 5-95 % range of the score over what the controls may really be.

    `contributions` add up to `score`. `peer` is the score of a company of which nothing is known but its size and
    industry.
    """

    score: float
    low: float
    high: float
    peer: float
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """Ways the controls may really be, drawn from the beliefs: `luck` and `states` (N, C) and `scores` (N)."""

    luck: Floats
    states: States
    scores: Floats


def score_of(risk: CompanyRisk, beliefs: Floats) -> Floats:
    """Scores (...) for beliefs (..., C, 3)."""
    return on_scale(risk, risk.total(beliefs))


def on_scale(risk: CompanyRisk, losses: Floats) -> Floats:
    """Scores of expected annual losses."""
    worst = np.log(risk.total(risk.all_in("absent")))
    best = np.log(risk.total(risk.all_in("present")))
    return np.asarray(100 * (worst - np.log(losses)) / (worst - best))


def with_control(beliefs: Floats, index: int, state: int = 2) -> Floats:
    """The same beliefs with one control surely in `state` (0 absent, 1 partial, 2 present)."""
    changed = beliefs.copy()
    changed[index] = np.eye(3)[state]
    return changed


def sample(risk: CompanyRisk, beliefs: Floats, *, common: float, seed: int, samples: int = SAMPLES) -> Sample:
    """Of the beliefs (C, 3), with the correlation `common` of controls beneath; the seed alone decides."""
    luck = luck_of(len(beliefs), common=common, seed=seed, samples=samples)
    states = states_at(luck, beliefs)
    return Sample(luck, states, on_scale(risk, risk.totals(states)))


def interval(risk: CompanyRisk, beliefs: Floats, drawn: Sample) -> tuple[float, float, float]:
    """The score of the beliefs (C, 3) with its interval from the sample `drawn` from them, which holds it."""
    score = float(score_of(risk, beliefs))
    low, high = (float(x) for x in np.quantile(drawn.scores, [LOW, HIGH]))
    return score, min(low, score), max(high, score)


def posture(risk: CompanyRisk, beliefs: Floats, drawn: Sample, *, seed: int) -> Posture:
    """The score of the beliefs (C, 3), its interval from the sample `drawn` from them."""
    score, low, high = interval(risk, beliefs, drawn)
    points = contributions(risk, beliefs, seed=seed)
    fixed = score_of(risk, np.stack([with_control(beliefs, i) for i in range(len(risk.controls))]))
    return Posture(
        score=score,
        low=low,
        high=high,
        peer=float(score_of(risk, risk.prior)),
        contributions=tuple(
            Contribution(control, float(points[i]), float(fixed[i]) - score) for i, control in enumerate(risk.controls)
        ),
    )


def peers(risk: CompanyRisk, found: Posture, *, common: float, seed: int, samples: int = SAMPLES) -> Peers:
    """Where the score stands among synthetic companies of this size and industry; the seed alone decides."""
    scores = sample(risk, risk.prior, common=common, seed=seed, samples=samples).scores
    counts, _ = np.histogram(np.clip(scores, 0, 100), bins=np.arange(0, 100 + BIN, BIN))
    below, low, high = (float((scores < at).mean()) for at in (found.score, found.low, found.high))
    return Peers(
        quantiles=tuple(float(q) for q in np.quantile(scores, QUANTILES)),
        bars=tuple(float(count) / samples for count in counts),
        below=below,
        below_low=low,
        below_high=high,
    )


def contributions(risk: CompanyRisk, beliefs: Floats, *, seed: int) -> Floats:
    """Points (C,) of each control: its mean step on walks from all absent to the beliefs (sampled Shapley value).

    Every walk adds up to the score, and so does their mean, exactly; orders come in opposite pairs.
    """
    count = len(risk.controls)
    rng = np.random.default_rng(seed)
    orders = np.array([rng.permutation(count) for _ in range(ORDERS)])
    orders = np.concatenate([orders, orders[:, ::-1]])
    turn = np.argsort(orders, axis=1)  # when each control has its turn
    done = turn[:, None, :] < np.arange(count + 1)[None, :, None]
    walks = np.where(done[..., None], beliefs, risk.all_in("absent"))
    steps = np.diff(score_of(risk, walks), axis=1)
    return np.asarray(np.take_along_axis(steps, turn, axis=1).mean(axis=0))
