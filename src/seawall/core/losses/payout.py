"""What an event pays as a function of what it costs: a rising, piecewise linear curve, and its exact expectations.

Retention, coinsurance, sub-limits, waiting periods and their sums over covers are all of this form, so the policy's
real terms go into the severity without simulation.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from seawall.core.losses.severity import Floats, Lognormal


@dataclass(frozen=True, slots=True)
class Payout:
    """On [`starts[k]`, `starts[k+1]`) the payout of a loss x is `bases[k]` + `slopes[k]`·x; starts[0] = 0.

    It never falls (a jump upwards is allowed: a qualifying waiting period); `ValueError` otherwise.
    """

    starts: tuple[float, ...]
    bases: tuple[float, ...]
    slopes: tuple[float, ...]

    def __post_init__(self) -> None:
        starts, slopes = self.starts, self.slopes
        ordered = starts[0] == 0 and all(a < b for a, b in pairwise(starts))
        before = [self.bases[k] + slopes[k] * starts[k + 1] for k in range(len(starts) - 1)]
        after = [self.bases[k] + slopes[k] * starts[k] for k in range(1, len(starts))]
        rising = all(b <= a + 1e-6 * max(1.0, abs(a)) for b, a in zip(before, after, strict=True))
        if not (ordered and rising and min(slopes) >= 0):
            raise ValueError("a payout starts at 0 and never falls")

    @classmethod
    def ground_up(cls, share: float = 1.0) -> Payout:
        """`share` of the loss, without terms."""
        return cls((0.0,), (0.0,), (share,))

    @classmethod
    def through(cls, points: list[tuple[float, float]], slope: float) -> Payout:
        """Through (loss, payout) corners from the first at loss 0; `slope` after the last.

        Two corners at one loss make a jump, corners that coincide count once.
        """
        starts, bases, slopes = [], [], []
        for (x0, y0), (x1, y1) in zip(points, [*points[1:], (np.inf, 0.0)], strict=True):
            if x1 > x0:
                rate = slope if np.isinf(x1) else (y1 - y0) / (x1 - x0)
                starts.append(float(x0))
                slopes.append(float(rate))
                bases.append(float(y0 - rate * x0))
        return cls(tuple(starts), tuple(bases), tuple(slopes))

    def __call__(self, x: float) -> float:
        k = int(np.searchsorted(self.starts, x, side="right")) - 1
        return self.bases[k] + self.slopes[k] * x

    def __add__(self, other: Payout) -> Payout:
        """Both payouts of the same loss."""
        starts = sorted({*self.starts, *other.starts})
        bases, slopes = [], []
        for start in starts:
            i = int(np.searchsorted(self.starts, start, side="right")) - 1
            j = int(np.searchsorted(other.starts, start, side="right")) - 1
            bases.append(self.bases[i] + other.bases[j])
            slopes.append(self.slopes[i] + other.slopes[j])
        return Payout(tuple(starts), tuple(bases), tuple(slopes))

    @property
    def maximum(self) -> float:
        """The most it can pay; infinite without limits."""
        return self.bases[-1] if self.slopes[-1] == 0 else np.inf

    def _parts(self, severity: Lognormal) -> Floats:
        """E[payout; X in segment k] for every segment."""
        edges = np.array([*self.starts, np.inf])
        mass = -np.diff(severity.survival(edges))
        means = np.diff(severity.partial_mean(edges))
        return np.array(self.bases) * mass + np.array(self.slopes) * means

    def mean(self, severity: Lognormal) -> float:
        """E[payout(X)], exact."""
        return float(self._parts(severity).sum())

    def _inverse(self, y: Floats) -> tuple[Floats, NDArray[np.intp]]:
        """The largest loss that pays at most `y`, and the segment it lies in."""
        starts, bases, slopes = np.array(self.starts), np.array(self.bases), np.array(self.slopes)
        at_start = bases + slopes * starts
        k = np.clip(np.searchsorted(at_start, y, side="right") - 1, 0, None)
        upper = np.append(starts[1:], np.inf)[k]
        with np.errstate(divide="ignore", invalid="ignore"):
            x = np.where(slopes[k] > 0, (y - bases[k]) / np.where(slopes[k] > 0, slopes[k], 1.0), upper)
        return np.clip(x, starts[k], upper), k

    def survival(self, severity: Lognormal, y: Floats | float) -> Floats:
        """P(payout(X) > y)."""
        x, _ = self._inverse(np.atleast_1d(np.asarray(y, dtype=np.float64)))
        return severity.survival(x)

    def limited_mean(self, severity: Lognormal, y: Floats) -> Floats:
        """E[min(payout(X), y)] for each of the amounts y ≥ 0, exact."""
        x, k = self._inverse(y)
        before = np.concatenate([[0.0], np.cumsum(self._parts(severity))])[k]
        start = np.array(self.starts)[k]
        mass = severity.survival(start) - severity.survival(x)
        part = severity.partial_mean(x) - severity.partial_mean(start)
        inside = np.array(self.bases)[k] * mass + np.array(self.slopes)[k] * part
        return np.asarray(before + inside + y * severity.survival(x))
