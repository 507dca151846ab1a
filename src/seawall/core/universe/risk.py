"""One company in the universe: how often and how badly each family strikes, given the beliefs about its controls.

Rate of family f: base · (revenue/ref)^p · (records/ref)^q · industry · suppliers · Σ_s w_s g(Σ_c φ_cs)
with φ_cs = ln E[m_cs^κ] − ln E₀[m_cs^κ] over the belief and over the prior of control c, m_cs its relativity for
scenario s in each state, κ the shrinkage, g(x) = exp of x saturating smoothly at the caps, and w_s the share of the
scenario in its family at this company (see `mix`). Severity likewise. An average company (beliefs = priors) has exactly
the calibrated level. See docs/methods/loss.md and docs/methods/universe.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seawall.core.losses.severity import Lognormal
from seawall.core.submission import Company
from seawall.core.universe.mix import Part, mix, with_shares
from seawall.core.universe.model import Family, Power, Universe
from seawall.core.universe.scenarios import Scenario

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
STATES = ("absent", "partial", "present")
ON = ("frequency", "severity")


@dataclass(frozen=True, slots=True)
class Effects:
    """What controls do to the parts of families, each distinct column of relativities kept once.

    `columns` (C, 3, U) relativities after shrinkage. Parts of a family that no control tells apart are one of the G
    groups: `often`, `badly` (G,) their columns; `rate` (G, F) their part of each family's frequency, `loss` (G, F) of
    its expected loss. `group` (P,) leads from parts to groups.
    """

    columns: Floats
    often: Places
    badly: Places
    rate: Floats
    loss: Floats
    group: Places


@dataclass(frozen=True, slots=True)
class ScenarioRisk:
    """One scenario at one company: events a year, mean loss of one in major units, and their product."""

    scenario: Scenario
    rate: float
    mean: float

    @property
    def expected(self) -> float:
        return self.rate * self.mean


@dataclass(frozen=True, slots=True)
class CompanyRisk:
    """Family arrays (F,) of an average-controlled company of this size, and effects of controls.

    `families` split their loss over covers as their scenarios at this company do. `prior` (C, 3): belief before any
    evidence. `hourly` is gross income in an hour, major units of the universe.
    """

    universe: Universe
    families: tuple[Family, ...]
    parts: tuple[Part, ...]
    controls: tuple[str, ...]
    rates: Floats
    means: Floats
    effects: Effects
    prior: Floats
    hourly: float

    def _bounded(self, beliefs: Floats) -> tuple[Floats, Floats]:
        """Frequency and severity multipliers (..., G) of the groups."""
        columns = self.effects.columns
        seen = _exponent(beliefs, columns)
        usual = np.log(np.einsum("ck,cku->cu", self.prior, columns)).sum(axis=-2)
        factors = np.exp(_saturate(seen - usual, np.log(self.universe.low), np.log(self.universe.high)))
        return factors[..., self.effects.often], factors[..., self.effects.badly]

    def multipliers(self, beliefs: Floats) -> tuple[Floats, Floats]:
        """Frequency and severity multipliers (..., F) for beliefs (..., C, 3)."""
        often, badly = self._bounded(beliefs)
        rate = often @ self.effects.rate
        return rate, (often * badly) @ self.effects.loss / rate

    def expected(self, beliefs: Floats) -> Floats:
        """Expected annual loss by family (..., F), ground up, for beliefs (..., C, 3)."""
        often, badly = self.multipliers(beliefs)
        return np.asarray(self.rates * often * self.means * badly)

    def total(self, beliefs: Floats) -> Floats:
        """Expected annual loss (...), ground up."""
        return np.asarray(self.expected(beliefs).sum(axis=-1))

    def totals(self, states: NDArray[np.intp]) -> Floats:
        """Expected annual loss (N), ground up, of controls surely in `states` (N, C); fast, for many at once."""
        return np.asarray(self.in_states(states).sum(axis=-1))

    def in_states(self, states: NDArray[np.intp]) -> Floats:
        """Expected annual loss by family (N, F) of controls surely in `states` (N, C)."""
        columns = self.effects.columns
        chosen = np.eye(3)[states].reshape(len(states), -1)
        seen = chosen @ np.log(columns).reshape(chosen.shape[1], -1)
        usual = np.log(np.einsum("ck,cku->cu", self.prior, columns)).sum(axis=-2)
        factors = np.exp(_saturate(seen - usual, np.log(self.universe.low), np.log(self.universe.high)))
        both = factors[:, self.effects.often] * factors[:, self.effects.badly]
        return np.asarray(self.rates * self.means * (both @ self.effects.loss))

    def events(self, beliefs: Floats) -> tuple[tuple[float, Lognormal], ...]:
        """Rate and severity of every family for one set of beliefs (C, 3)."""
        often, badly = self.multipliers(beliefs)
        found = []
        for index, family in enumerate(self.families):
            mean = float(self.means[index] * badly[index])
            severity = Lognormal(float(np.log(mean) - family.sigma**2 / 2), family.sigma)
            found.append((float(self.rates[index] * often[index]), severity))
        return tuple(found)

    def scenarios(self, beliefs: Floats) -> tuple[ScenarioRisk, ...]:
        """Every scenario that can happen here, for one set of beliefs (C, 3), in the order of the universe.

        Rates of a family's scenarios add up to the family's, expected losses too. A family that is not split has none.
        """
        often, badly = self._bounded(beliefs)
        found = []
        for part, group in zip(self.parts, self.effects.group, strict=True):
            if part.scenario is not None:
                rate = float(self.rates[part.family] * part.weight * often[group])
                mean = float(self.means[part.family] * part.ratio * badly[group])
                found.append(ScenarioRisk(part.scenario, rate, mean))
        return tuple(found)

    def covered(self, covers: Sequence[str]) -> Floats:
        """The part (F,) of each family's loss that falls under these covers."""
        return np.array([sum(f.shares.get(c, 0.0) for c in covers) for f in self.families])

    def all_in(self, state: str) -> Floats:
        """Certainty (C, 3) that every control is in one state."""
        return np.tile(np.eye(3)[STATES.index(state)], (len(self.controls), 1))


def _exponent(beliefs: Floats, columns: Floats) -> Floats:
    """Σ_c ln E[m] (..., U) for beliefs (..., C, 3)."""
    if np.all((beliefs == 0) | (beliefs == 1)):  # certainties, such as samples: one matrix product
        flat = beliefs.reshape(*beliefs.shape[:-2], -1)
        return np.asarray(flat @ np.log(columns).reshape(-1, columns.shape[-1]))
    return np.asarray(np.log(np.einsum("...ck,cku->...cu", beliefs, columns)).sum(axis=-2))


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
    for family in universe.families:
        declared = sum(1 for v in company.vendors if v.category in family.vendor_categories)
        suppliers = (declared / reference.vendors) ** family.vendor_power if declared else 1.0
        rates.append(scaled(family.frequency) * industry.frequency * suppliers)
        means.append(scaled(family.severity) * industry.severity * float(np.exp(family.sigma**2 / 2)))
    codes = tuple(c.id for c in universe.controls)
    parts = mix(universe, company)
    return CompanyRisk(
        universe=universe,
        families=with_shares(universe.families, parts),
        parts=parts,
        controls=codes,
        rates=np.array(rates),
        means=np.array(means),
        effects=_effects(universe, parts),
        prior=np.array([priors[c] for c in codes], dtype=np.float64),
        hourly=revenue * reference.gross_margin / 8760,
    )


def _effects(universe: Universe, parts: Sequence[Part]) -> Effects:
    columns = np.stack([_column(universe, part, on) for on in ON for part in parts])  # (2P, C, 3)
    flat, places = np.unique(columns.reshape(len(columns), -1), axis=0, return_inverse=True)
    often, badly = places.reshape(2, len(parts))
    keys = list(zip((p.family for p in parts), often.tolist(), badly.tolist(), strict=True))
    groups = list(dict.fromkeys(keys))
    rate, loss = np.zeros((len(groups), len(universe.families))), np.zeros((len(groups), len(universe.families)))
    for index in range(len(universe.families)):
        inside = [g for g in groups if g[0] == index]
        for number, group in enumerate(inside):
            mine = [p for p, key in zip(parts, keys, strict=True) if key == group]
            place = groups.index(group)
            # The last takes what is left, so that a family's parts add up to 1 to the last bit.
            last = number == len(inside) - 1
            rate[place, index] = 1.0 - rate[:, index].sum() if last else sum(p.weight for p in mine)
            loss[place, index] = 1.0 - loss[:, index].sum() if last else sum(p.weight * p.ratio for p in mine)
    return Effects(
        columns=np.ascontiguousarray(flat.reshape(len(flat), -1, 3).transpose(1, 2, 0)),
        often=np.array([g[1] for g in groups]),
        badly=np.array([g[2] for g in groups]),
        rate=rate,
        loss=loss,
        group=np.array([groups.index(key) for key in keys]),
    )


def _column(universe: Universe, part: Part, on: str) -> Floats:
    """Relativities (C, 3) of every control for one part: those that name its scenario, else those of its family."""
    family = universe.families[part.family].id
    found = np.ones((len(universe.controls), 3))
    for row, control in enumerate(universe.controls):
        mine = [e for e in control.effects if e.on == on]
        own = [e for e in mine if part.scenario is not None and part.scenario.id in e.scenarios]
        for effect in own or [e for e in mine if family in e.scenarios]:
            found[row] *= np.array([effect.absent, effect.partial, effect.present]) ** universe.shrinkage
    return found
