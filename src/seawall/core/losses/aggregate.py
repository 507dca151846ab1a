"""What a year may cost: the compound distribution by FFT, with its own doubt.

Mean-preserving discretisation from limited expected values, exponential tilting against aliasing (Grübel and
Hermesmeier 1999), tail means from the analytic mean, and a second run at twice the step for the error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seawall.core.losses.frequency import Frequency
from seawall.core.losses.payout import Payout
from seawall.core.losses.severity import Floats, Lognormal
from seawall.core.problems import Refused

TILT = 14.0  # mass past the grid wraps around damped by e^-14; rounding grows by e^14 to 1e-10 of probability
_LADDER = np.geomspace(10.0, 1e17, 200)  # amounts tried as ends of a grid, a fifth apart
CONVERGED = 1e-3  # a relative error above this is flagged


class GridTooShort(Refused):
    """The probability asked for lies beyond the grid; a number would be invented."""

    code = "losses.grid_too_short"


@dataclass(frozen=True, slots=True)
class Event:
    """A kind of event: `rate` a year, what it costs, and what of that is paid."""

    rate: float
    severity: Lognormal
    payout: Payout

    @property
    def mean(self) -> float:
        return self.rate * self.payout.mean(self.severity)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The year's total on a grid of step `step` (major units): `mass[j]` around j·step, `nothing` exactly at zero.

    `mean` is analytic. `cap` is an annual aggregate limit on the total. `beyond` is the probability past the grid.
    """

    step: float
    mass: NDArray[np.float64]
    nothing: float
    uncapped_mean: float
    cap: float | None
    coarse: Aggregate | None = None

    @property
    def beyond(self) -> float:
        return max(0.0, 1.0 - float(self.mass.sum()))

    @property
    def mean(self) -> float:
        if self.cap is None or self.cap >= self.step * (len(self.mass) - 1):
            return self.uncapped_mean
        return min(self.uncapped_mean, self._mean_to(self.cap) + self.cap * self.exceeds(self.cap))

    def _bucket(self, x: float) -> tuple[int, float]:
        """The bucket that holds x, and the share of its spread-out mass at or below x."""
        j = min(int(x / self.step + 0.5), len(self.mass) - 1)
        if j == 0:
            return 0, min(1.0, 2 * x / self.step)
        return j, min(1.0, x / self.step - j + 0.5)

    def _spread(self, j: int) -> float:
        return float(self.mass[j]) - (self.nothing if j == 0 else 0.0)

    def exceeds(self, x: float) -> float:
        """P(total > x) before the cap, x ≥ 0 (AEP)."""
        j, share = self._bucket(x)
        below = float(self.mass[:j].sum()) + (self.nothing if j == 0 else 0.0)
        return min(1.0, max(0.0, 1.0 - below - share * self._spread(j)))

    def _mean_to(self, x: float) -> float:
        """E[total; total ≤ x] before the cap."""
        j, share = self._bucket(x)
        left = max(0.0, (j - 0.5) * self.step)
        inside = share * self._spread(j) * (left + x) / 2
        return float(np.arange(j) @ self.mass[:j]) * self.step + inside

    def reaches(self, p: float) -> bool:
        """Whether the quantile lies on the grid, or at the cap on the grid."""
        capped = self.cap is not None and self.cap <= self.step * (len(self.mass) - 1)
        return capped or p < 1.0 - self.beyond

    def quantile(self, p: float) -> float:
        """Value at risk, 0 < p < 1; raises `GridTooShort` where the grid does not reach."""
        if p <= self.nothing:
            return 0.0
        if not self.reaches(p):
            raise GridTooShort("p", p=p, reached=1.0 - self.beyond)
        total = np.cumsum(self.mass)
        if self.cap is not None and p >= total[-1]:
            return self.cap
        j = int(np.searchsorted(total, p))
        before = float(total[j - 1]) if j else self.nothing
        left = max(0.0, (j - 0.5) * self.step)
        width = self.step if j else self.step / 2
        value = left + width * (p - before) / self._spread(j)
        return value if self.cap is None else min(value, self.cap)

    def tail_mean(self, p: float) -> float:
        """Tail value at risk: the mean of the worst 1 − p of years, with the analytic mean behind it."""
        value = self.quantile(p)
        if value == 0.0:
            return self.mean / (1 - p)
        if self.cap is not None and value >= self.cap:
            return self.cap
        at = self.exceeds(value)
        return (self.mean - self._mean_to(value) - value * (1 - at - p)) / (1 - p)

    def error(self, p: float) -> float:
        """Estimated relative error of the quantile: Richardson, a third of the move from twice the step."""
        value = self.quantile(p)
        if self.coarse is None or value == 0.0:
            return 0.0
        return abs(value - self.coarse.quantile(p)) / 3 / value

    def flags(self, p: float) -> tuple[str, ...]:
        """What a reader must know: `not_converged`, `mass_beyond_grid`, `capped`."""
        if not self.reaches(p):
            return ("mass_beyond_grid",)
        found = []
        if self.error(p) > CONVERGED:
            found.append("not_converged")
        if self.cap is not None and self.quantile(p) >= self.cap:
            found.append("capped")
        return tuple(found)


def aggregate(
    events: Sequence[Event],
    *,
    shape: float | None = None,
    size: int = 2**14,
    reach: float | None = None,
    cap: float | None = None,
    upto: float = 0.999,
) -> Aggregate:
    """The year's total over all kinds of event, which share one gamma of `shape` (Poisson without).

    `size` is the number of grid points, `reach` the amount it must cover (chosen to hold the quantile `upto` when left
    out), `cap` an annual aggregate limit.
    """  # fmt: skip
    end = reach if reach is not None else _reach(events, upto)
    if cap is not None and np.isfinite(cap):
        end = max(end, 1.02 * cap)
    fine = _on_grid(events, shape, end / size, size)
    coarse = _on_grid(events, shape, 2 * end / size, size // 2)
    mean = sum(e.mean for e in events)
    second = Aggregate(2 * end / size, *coarse, uncapped_mean=mean, cap=cap)
    return Aggregate(end / size, *fine, uncapped_mean=mean, cap=cap, coarse=second)


def _reach(events: Sequence[Event], upto: float) -> float:
    """An amount well beyond the quantile: several single big events on top of an ordinary year."""
    if not any(e.rate > 0 for e in events):
        return 1.0
    hits = sum(e.rate * e.payout.survival(e.severity, _LADDER) for e in events)
    rare = np.flatnonzero(hits <= (1 - upto) / 4)
    high = _LADDER[rare[0]] if len(rare) else _LADDER[-1]
    ordinary = sum(e.rate * float(e.payout.limited_mean(e.severity, np.array([high]))[0]) for e in events)
    return float(2.0 * ordinary + 1.5 * high)


def _on_grid(events: Sequence[Event], shape: float | None, step: float, size: int) -> tuple[Floats, float]:
    """Masses of the total and the exact probability of zero."""
    knots: Floats = step * np.arange(size + 1, dtype=np.float64)
    tilt = np.exp(-TILT / size * np.arange(size))
    excess: NDArray[np.complex128] = np.zeros(size // 2 + 1, dtype=np.complex128)
    idle = 0.0
    for event in events:
        if event.rate > 0:
            limited = event.payout.limited_mean(event.severity, knots)
            slope = np.diff(limited) / step
            masses = np.maximum(np.concatenate([[1.0 - slope[0]], slope[:-1] - slope[1:]]), 0.0)
            excess = excess + event.rate * (np.fft.rfft(masses * tilt) - 1)
            idle -= event.rate * float(event.payout.survival(event.severity, 0.0)[0])
    frequency = Frequency(0.0, shape)
    total = np.fft.irfft(frequency.pgf_of_excess(excess), size) / tilt
    nothing = float(frequency.pgf_of_excess(np.array([idle], dtype=np.complex128))[0].real)
    return np.maximum(total, 0.0), nothing
