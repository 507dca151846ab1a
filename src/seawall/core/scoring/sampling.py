"""What the controls of a company may really be: states drawn together, so that an interval is honest.

Each control is drawn from its own belief, but not by itself: controls of one company go together, who tests backups
tends to patch. Beneath each lies a normal variable √ρ·m + √(1 − ρ)·own with the company's maturity m in common. The
correlation ρ widens the interval and moves no belief: if it did, silence beside good answers would be rewarded.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from seawall.core.universe.risk import Floats

States = NDArray[np.intp]


def luck_of(controls: int, *, common: float, seed: int, samples: int) -> Floats:
    """Uniform luck (samples, C) of each control, correlated by `common` ρ in [0, 1); the seed alone decides."""
    rng = np.random.default_rng(seed)
    own, shared = rng.standard_normal((samples, controls)), rng.standard_normal((samples, 1))
    return np.asarray(ndtr(np.sqrt(common) * shared + np.sqrt(1 - common) * own))


def states_at(luck: Floats, beliefs: Floats) -> States:
    """States (..., C) of 0 absent, 1 partial, 2 present at a luck (..., C), for beliefs (C, 3)."""
    edges = np.cumsum(beliefs, axis=-1)[..., :2]
    return np.asarray((luck[..., None] > edges).sum(axis=-1), dtype=np.intp)


def sample_states(beliefs: Floats, *, common: float, seed: int, samples: int) -> States:
    """States (samples, C) for beliefs (C, 3), by common random numbers: the same luck whatever is believed."""
    return states_at(luck_of(len(beliefs), common=common, seed=seed, samples=samples), beliefs)


def certain(states: States) -> Floats:
    """Certainties (..., C, 3) of states (..., C)."""
    return np.asarray(np.eye(3)[states])
