"""How many events in a year: Poisson, or negative binomial when companies of one class differ.

`shape` r is that of the gamma mixture: variance = rate + rate²/r. No shape (None) is Poisson.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Frequency:
    """Annual number of events, mean `rate` ≥ 0; out-of-range parameters raise `ValueError`."""

    rate: float
    shape: float | None = None

    def __post_init__(self) -> None:
        if not (self.rate >= 0 and math.isfinite(self.rate)) or (self.shape is not None and not self.shape > 0):
            raise ValueError("a frequency has a finite rate of at least 0 and, if any, a positive shape")

    @property
    def variance(self) -> float:
        return self.rate if self.shape is None else self.rate + self.rate**2 / self.shape

    def pgf(self, z: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """E[z^N]."""
        return np.asarray(self.pgf_of_excess(self.rate * (np.asarray(z) - 1)))

    def pgf_of_excess(self, excess: NDArray[np.complex128]) -> NDArray[np.complex128]:
        """E[Π z_s^{N_s}] from Σ rate_s·(z_s − 1): several kinds of event that share one gamma."""
        if self.shape is None:
            return np.asarray(np.exp(excess))
        return np.asarray((1 - excess / self.shape) ** (-self.shape))

    def some(self, hits: float) -> float:
        """Probability of at least one event, when events of interest come at `hits` a year."""
        if self.shape is None:
            return -math.expm1(-hits)
        return -math.expm1(-self.shape * math.log1p(hits / self.shape))
