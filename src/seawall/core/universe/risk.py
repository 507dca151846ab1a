"""One company in the universe: how often and how badly each scenario strikes, given the beliefs about its controls.

Rate of scenario s: base · (revenue/ref)^p · (records/ref)^q · industry · suppliers · g(Σ_c φ_cs)
with φ_cs = ln E[m_cs^κ] − ln E₀[m_cs^κ] over the belief and over the prior of control c, m_cs its relativity in each
state, κ the shrinkage, and g(x) = exp of x saturating smoothly at the caps. Severity likewise. An average company
(beliefs = priors) has exactly the calibrated level. See docs/methods/loss.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seawall.core.losses.severity import Lognormal
from seawall.core.submission import Company
from seawall.core.universe.model import Power, Universe

Floats = NDArray[np.float64]
STATES = ("absent", "partial", "present")
ON = ("frequency", "severity")


@dataclass(frozen=True, slots=True)
class CompanyRisk:
    """Scenario arrays (S,) of an average-controlled company of this size, and effects of controls.

    `effects` (C, 3, 2·S): relativities after shrinkage, by control, state and (frequency | severity) × scenario.
    `prior` (C, 3): belief before any evidence. `hourly` is gross income in an hour, major units of the universe.
    """

    universe: Universe
    controls: tuple[str, ...]
    rates: Floats
    means: Floats
    effects: Floats
    prior: Floats
    hourly: float

    def multipliers(self, beliefs: Floats) -> tuple[Floats, Floats]:
        """Frequency and severity multipliers (..., S) for beliefs (..., C, 3)."""
        seen = np.log(np.einsum("...ck,cks->...cs", beliefs, self.effects)).sum(axis=-2)
        usual = np.log(np.einsum("ck,cks->cs", self.prior, self.effects)).sum(axis=-2)
        bounded = _saturate(seen - usual, np.log(self.universe.low), np.log(self.universe.high))
        half = len(self.rates)
        return np.exp(bounded[..., :half]), np.exp(bounded[..., half:])

    def expected(self, beliefs: Floats) -> Floats:
        """Expected annual loss by scenario (..., S), ground up, for beliefs (..., C, 3)."""
        often, badly = self.multipliers(beliefs)
        return np.asarray(self.rates * often * self.means * badly)

    def total(self, beliefs: Floats) -> Floats:
        """Expected annual loss (...), ground up."""
        return np.asarray(self.expected(beliefs).sum(axis=-1))

    def events(self, beliefs: Floats) -> tuple[tuple[float, Lognormal], ...]:
        """Rate and severity of every scenario for one set of beliefs (C, 3)."""
        often, badly = self.multipliers(beliefs)
        found = []
        for index, scenario in enumerate(self.universe.scenarios):
            mean = float(self.means[index] * badly[index])
            severity = Lognormal(float(np.log(mean) - scenario.sigma**2 / 2), scenario.sigma)
            found.append((float(self.rates[index] * often[index]), severity))
        return tuple(found)

    def covered(self, covers: Sequence[str]) -> Floats:
        """The part (S,) of each scenario's loss that falls under these covers."""
        return np.array([sum(s.shares.get(c, 0.0) for c in covers) for s in self.universe.scenarios])

    def all_in(self, state: str) -> Floats:
        """Certainty (C, 3) that every control is in one state."""
        return np.tile(np.eye(3)[STATES.index(state)], (len(self.controls), 1))


def _saturate(x: Floats, low: float, high: float) -> Floats:
    """Slope 1 at 0, never below `low` (< 0) or above `high` (> 0), rising throughout."""
    return np.asarray(np.where(x < 0, low * np.tanh(x / low), high * np.tanh(x / high)))


def company_risk(company: Company, universe: Universe, priors: Mapping[str, tuple[float, float, float]]) -> CompanyRisk:
    """The company's place in the universe; `priors` (absent, partial, present) for every control of the universe.

    Raises `NoRate` for a revenue in a currency without a rate, `KeyError` for a control without a prior.
    """
    reference = universe.reference
    low, high = universe.revenue_range
    revenue = min(max(float(universe.convert(company.revenue).amount), low), high)
    records = min(max(float(company.records_held), universe.records_range[0]), universe.records_range[1])
    industry = universe.industries[company.industry[0]]

    def scaled(power: Power) -> float:
        ratios = (revenue / reference.revenue) ** power.revenue * (records / reference.records) ** power.records
        return power.level * float(ratios)

    rates, means = [], []
    for scenario in universe.scenarios:
        declared = sum(1 for v in company.vendors if v.category in scenario.vendor_categories)
        suppliers = (declared / reference.vendors) ** scenario.vendor_power if declared else 1.0
        rates.append(scaled(scenario.frequency) * industry.frequency * suppliers)
        means.append(scaled(scenario.severity) * industry.severity * float(np.exp(scenario.sigma**2 / 2)))
    codes = tuple(c.id for c in universe.controls)
    return CompanyRisk(
        universe=universe,
        controls=codes,
        rates=np.array(rates),
        means=np.array(means),
        effects=_effects(universe),
        prior=np.array([priors[c] for c in codes], dtype=np.float64),
        hourly=revenue * reference.gross_margin / 8760,
    )


def _effects(universe: Universe) -> Floats:
    count = len(universe.scenarios)
    place = {s.id: i for i, s in enumerate(universe.scenarios)}
    effects = np.ones((len(universe.controls), 3, 2 * count))
    for row, control in enumerate(universe.controls):
        for effect in control.effects:
            values = np.array([effect.absent, effect.partial, effect.present]) ** universe.shrinkage
            for scenario in effect.scenarios:
                effects[row, :, place[scenario] + count * ON.index(effect.on)] *= values
    return effects
