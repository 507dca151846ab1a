"""The values of a risk universe, at three grains.

*Industry*: packs of scenarios that only companies of some industries meet. *Enterprise*: risk families, the grain at
which public figures exist and at which losses are calculated; and the risks of a business that no cyber model
quantifies. *Scenario*: what exactly happens, as a part of one family.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from seawall.core.money import Money
from seawall.core.problems import Refused
from seawall.core.texts import Text
from seawall.core.universe.scenarios import Basis, LossClass, OtherRisk, Pack, Scenario

UNINSURED = "uninsured"  # the part of a loss that no cover of the trade answers for
CONFIDENCE = ("verified", "derived", "judgement")
ACTORS = ("external", "internal", "partner")  # the three of VERIS


class NoRate(Refused):
    """The universe has no exchange rate for a currency."""

    code = "universe.no_rate"
    status = 422


@dataclass(frozen=True, slots=True)
class Power:
    """`level` for the reference company, × (revenue ratio)^`revenue` × (records ratio)^`records`."""

    level: float
    revenue: float
    records: float
    basis: Basis


@dataclass(frozen=True, slots=True)
class Family:
    """A risk family 风险类, the grain of the loss model.

    `shares` splits its loss over covers (and `uninsured`) and sums to 1.

    `interruption` is the share of hourly gross income that is lost while it lasts. `vendor_categories` with
    `vendor_power`: frequency × (declared suppliers of these categories / reference)^power.
    """

    id: str
    name: Text
    description: Text
    actor: str
    threat: Text
    techniques: tuple[str, ...]
    asset: Text
    consequence: Text
    veris: str
    incident_category: str
    frequency: Power
    severity: Power
    sigma: float
    interruption: float
    vendor_categories: tuple[str, ...]
    vendor_power: float
    shares: Mapping[str, float]
    shares_basis: Basis


@dataclass(frozen=True, slots=True)
class Effect:
    """Published relativities of one control, by state of the control, before shrinkage.

    `scenarios` names families, and scenarios that differ from their family: the more specific one stands. `families`
    are the families named and those of the scenarios named.
    """

    scenarios: tuple[str, ...]
    families: tuple[str, ...]
    on: str
    absent: float
    partial: float
    present: float
    basis: Basis


@dataclass(frozen=True, slots=True)
class Control:
    """A control as the loss model knows it: what it changes, how to put it in place, and what that costs a year."""

    id: str
    fix: Text
    cost_base: Money
    cost_per_employee: Money
    cost_basis: Basis
    effects: tuple[Effect, ...]

    def cost(self, employees: int) -> Money:
        return self.cost_base + self.cost_per_employee.times(employees)

    @property
    def families(self) -> tuple[str, ...]:
        """All it acts on, also those of which it changes only some scenarios."""
        return tuple(dict.fromkeys(f for effect in self.effects for f in effect.families))


@dataclass(frozen=True, slots=True)
class Industry:
    """A section of GB/T 4754 with its relativities to the average company."""

    code: str
    name: Text
    frequency: float
    severity: float


@dataclass(frozen=True, slots=True)
class Reference:
    """The company the levels hold for."""

    revenue: float
    records: float
    vendors: float
    gross_margin: float
    basis: Basis


@dataclass(frozen=True, slots=True)
class Universe:
    """A whole release. `low`, `high`, `shrinkage` bound the effect of controls; `shape` is the frequency's gamma.

    A release of format 1 has families only.
    """

    id: str
    version: str
    name: Text
    currency: str
    rates: Mapping[str, Decimal]
    rates_as_of: str
    reference: Reference
    revenue_range: tuple[float, float]
    records_range: tuple[float, float]
    shrinkage: float
    low: float
    high: float
    shape: float
    industries: Mapping[str, Industry]
    families: tuple[Family, ...]
    controls: tuple[Control, ...]
    scenarios: tuple[Scenario, ...] = ()
    packs: Mapping[str, Pack] = field(default_factory=dict)
    other_risks: tuple[OtherRisk, ...] = ()
    loss_classes: Mapping[str, LossClass] = field(default_factory=dict)

    def family(self, code: str) -> Family:
        """Raises `KeyError` for a family the release does not have."""
        return {f.id: f for f in self.families}[code]

    def scenario(self, code: str) -> Scenario:
        """Raises `KeyError` for a scenario the release does not have."""
        return {s.id: s for s in self.scenarios}[code]

    def of_family(self, code: str) -> tuple[Scenario, ...]:
        """The scenarios a family is split into, general ones and those of packs."""
        return tuple(s for s in self.scenarios if s.family == code)

    def controls_of(self, code: str) -> tuple[str, ...]:
        """Controls that change how often or how badly a family or scenario strikes."""
        parent = next((s.family for s in self.scenarios if s.id == code), None)
        named = (code,) if parent is None else (code, parent)
        return tuple(c.id for c in self.controls if any(n in e.scenarios for e in c.effects for n in named))

    def convert(self, money: Money) -> Money:
        """Into the currency of the universe at the release's planning rate; raises `NoRate`."""
        if money.currency == self.currency:
            return money
        if money.currency not in self.rates:
            raise NoRate("currency", currency=money.currency)
        return Money.of(money.amount * self.rates[money.currency], self.currency)
