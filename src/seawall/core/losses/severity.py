"""What one event costs: the lognormal with its limited and partial expectations, in closed form.

Klugman, Panjer, Willmot, *Loss Models*, appendix A.5.1.1. Amounts are floats in major units of one currency.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lognormal:
    """ln X ~ Normal(`mu`, `sigma`²), sigma > 0 (else `ValueError`)."""

    mu: float
    sigma: float

    def __post_init__(self) -> None:
        if not (self.sigma > 0 and math.isfinite(self.sigma) and math.isfinite(self.mu)):
            raise ValueError("a lognormal has a finite mu and a positive sigma")

    @classmethod
    def from_median(cls, median: float, sigma: float) -> Lognormal:
        return cls(math.log(median), sigma)

    @property
    def median(self) -> float:
        return math.exp(self.mu)

    @property
    def mean(self) -> float:
        return math.exp(self.mu + self.sigma**2 / 2)

    def times(self, factor: float) -> Lognormal:
        """The distribution of `factor`·X."""
        return Lognormal(self.mu + math.log(factor), self.sigma)

    def _z(self, x: Floats | float) -> Floats:
        with np.errstate(divide="ignore"):
            return np.asarray((np.log(np.asarray(x, dtype=np.float64)) - self.mu) / self.sigma)

    def cdf(self, x: Floats | float) -> Floats:
        """P(X ≤ x) for x ≥ 0, also infinity."""
        return np.asarray(ndtr(self._z(x)))

    def survival(self, x: Floats | float) -> Floats:
        """P(X > x), accurate far out."""
        return np.asarray(ndtr(-self._z(x)))

    def partial_mean(self, x: Floats | float) -> Floats:
        """E[X; X ≤ x] = e^{μ+σ²/2} Φ((ln x − μ − σ²)/σ)."""
        return np.asarray(self.mean * ndtr(self._z(x) - self.sigma))

    def limited_mean(self, x: Floats | float) -> Floats:
        """Limited expected value E[min(X, x)] for finite x ≥ 0."""
        return np.asarray(self.partial_mean(x) + np.asarray(x) * self.survival(x))

    def quantile(self, p: float) -> float:
        """The amount that is exceeded with probability 1 − p, 0 < p < 1."""
        return math.exp(self.mu + self.sigma * float(ndtri(p)))
