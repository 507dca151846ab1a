"""Fits of loss amounts: lognormal body, Pareto tail, Hill estimates, and how far a mean can be trusted.

McNeil, Frey and Embrechts, *Quantitative Risk Management*, 2nd ed. 2015, ch. 5; Hill 1975. All functions are pure and
deterministic; samples are drawn with the seed given.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LognormalFit:
    """Maximum likelihood; `sigma` with divisor n. `ks` is the largest distance to the empirical distribution."""

    n: int
    mu: float
    sigma: float
    ks: float

    @property
    def median(self) -> float:
        return float(np.exp(self.mu))

    @property
    def mean(self) -> float:
        return float(np.exp(self.mu + self.sigma**2 / 2))

    def below(self, x: Floats) -> Floats:
        return np.asarray(ndtr((np.log(x) - self.mu) / self.sigma))

    def quantile(self, p: float) -> float:
        return float(np.exp(self.mu + self.sigma * ndtri(p)))


@dataclass(frozen=True, slots=True)
class TailFit:
    """Generalised Pareto above `threshold`: shape `xi` (its asymptotic standard error `xi_error`), scale `beta`.

    `exceeds` is the share of losses above the threshold. From xi = 1 on there is no finite mean.
    """

    threshold: float
    n: int
    exceeds: float
    xi: float
    xi_error: float
    beta: float

    @property
    def has_mean(self) -> bool:
        return self.xi < 1

    def survives(self, x: float) -> float:
        """P(loss > x) for x at or above the threshold."""
        z = (x - self.threshold) / self.beta
        tail = np.exp(-z) if abs(self.xi) < 1e-9 else max(0.0, 1 + self.xi * z) ** (-1 / self.xi)
        return self.exceeds * float(tail)


@dataclass(frozen=True, slots=True)
class MeanDoubt:
    """How far a mean moves by chance: the sample mean, the share of its largest loss, and the 5-95 % range of the mean
    over resamples, for losses cut at `cap` (None: uncut)."""

    cap: float | None
    mean: float
    largest_share: float
    low: float
    high: float

    @property
    def spread(self) -> float:
        """High over low."""
        return self.high / self.low


def lognormal(losses: Floats) -> LognormalFit:
    """`losses` (n,) positive, n ≥ 2."""
    logs = np.sort(np.log(losses))
    n, mu, sigma = len(logs), float(logs.mean()), float(logs.std())
    model = ndtr((logs - mu) / sigma)
    steps = np.arange(n + 1) / n
    ks = max(float(np.max(steps[1:] - model)), float(np.max(model - steps[:-1])))
    return LognormalFit(n, mu, sigma, ks)


def pareto_tail(losses: Floats, threshold: float) -> TailFit:
    """Maximum likelihood from several starts; needs a dozen losses above the threshold to mean anything."""
    excess = losses[losses > threshold] - threshold
    n = len(excess)
    scaled = excess / excess.mean()

    def cost(given: Floats) -> float:
        xi, beta = float(given[0]), float(np.exp(given[1]))
        inside = 1 + xi * scaled / beta
        if np.any(inside <= 0):
            return 1e12
        if abs(xi) < 1e-9:
            return float(n * np.log(beta)) + float(scaled.sum()) / beta
        return float(n * np.log(beta) + (1 + 1 / xi) * np.log(inside).sum())

    options = {"xatol": 1e-10, "fatol": 1e-10, "maxiter": 4000, "maxfev": 4000}
    tries = [
        minimize(cost, np.array([xi, np.log(beta)]), method="Nelder-Mead", options=options)
        for xi in (0.3, 1.0, 2.0)
        for beta in (0.05, 0.5)
    ]
    best = min(tries, key=lambda found: float(found.fun))
    xi, beta = float(best.x[0]), float(np.exp(best.x[1])) * float(excess.mean())
    return TailFit(threshold, n, n / len(losses), xi, float((1 + xi) / np.sqrt(n)), beta)


def hill(losses: Floats, k: int) -> float:
    """Tail index α from the k largest losses; the mean is infinite where α ≤ 1."""
    top = np.log(np.sort(losses)[::-1][: k + 1])
    return float(1 / (top[:k] - top[k]).mean())


def mean_doubt(losses: Floats, cap: float | None, *, seed: int, resamples: int = 2000) -> MeanDoubt:
    """By the bootstrap of `resamples` samples of the same size."""
    cut = losses if cap is None else np.minimum(losses, cap)
    draws = np.random.default_rng(seed).integers(0, len(cut), size=(resamples, len(cut)))
    low, high = (float(x) for x in np.quantile(cut[draws].mean(axis=1), [0.05, 0.95]))
    return MeanDoubt(cap, float(cut.mean()), float(cut.max() / cut.sum()), low, high)


def elasticity(x: Floats, y: Floats) -> tuple[float, float, float]:
    """Least squares of ln y on ln x: slope, its standard error, R²."""
    a, b = np.log(x), np.log(y)
    centred = a - a.mean()
    slope = float((centred * b).sum() / (centred**2).sum())
    rest = b - b.mean() - slope * centred
    error = np.sqrt(float((rest**2).sum()) / (len(a) - 2) / float((centred**2).sum()))
    return slope, float(error), 1 - float((rest**2).sum()) / float(((b - b.mean()) ** 2).sum())
