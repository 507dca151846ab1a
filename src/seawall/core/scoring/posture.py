"""The posture score 0-100, on the loss model itself, with its interval and what each control contributes.

score = 100 · (ln L_absent − ln L) / (ln L_absent − ln L_present), L the expected annual loss (ground up) under the
beliefs, with every control absent, and with every control present. No weights are set by hand: the weight of a control
is what it changes in the expected loss of this company.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seawall.core.universe.risk import CompanyRisk, Floats

SAMPLES = 2000
ORDERS = 16  # orders of the controls, each also walked backwards
LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Contribution:
    """Of one control: points it adds now, and points it would still add if it were surely present."""

    control: str
    points: float
    open: float


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


def score_of(risk: CompanyRisk, beliefs: Floats) -> Floats:
    """Scores (...) for beliefs (..., C, 3)."""
    worst = np.log(risk.total(risk.all_in("absent")))
    best = np.log(risk.total(risk.all_in("present")))
    return np.asarray(100 * (worst - np.log(risk.total(beliefs))) / (worst - best))


def with_control(beliefs: Floats, index: int, state: int = 2) -> Floats:
    """The same beliefs with one control surely in `state` (0 absent, 1 partial, 2 present)."""
    changed = beliefs.copy()
    changed[index] = np.eye(3)[state]
    return changed


def posture(risk: CompanyRisk, beliefs: Floats, *, seed: int, samples: int = SAMPLES) -> Posture:
    """The score of the beliefs (C, 3); the seed alone decides the sample behind the interval."""
    score = float(score_of(risk, beliefs))
    drawn = score_of(risk, sample_states(beliefs, seed=seed, samples=samples))
    low, high = (float(x) for x in np.quantile(drawn, [LOW, HIGH]))
    points = contributions(risk, beliefs, seed=seed)
    fixed = score_of(risk, np.stack([with_control(beliefs, i) for i in range(len(risk.controls))]))
    return Posture(
        score=score,
        low=min(low, score),
        high=max(high, score),
        peer=float(score_of(risk, risk.prior)),
        contributions=tuple(
            Contribution(control, float(points[i]), float(fixed[i]) - score) for i, control in enumerate(risk.controls)
        ),
    )


def sample_states(beliefs: Floats, *, seed: int, samples: int) -> Floats:
    """Certainties (samples, C, 3): each control drawn in one state, independently, by common random numbers."""
    uniform = np.random.default_rng(seed).random((samples, len(beliefs)))
    edges = np.cumsum(beliefs, axis=1)[:, :2]
    states = (uniform[..., None] > edges).sum(axis=-1)
    return np.asarray(np.eye(3)[states])


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
