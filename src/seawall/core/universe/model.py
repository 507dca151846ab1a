"""The values of a risk universe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from seawall.core.money import Money
from seawall.core.problems import Refused
from seawall.core.texts import Text

UNINSURED = "uninsured"  # the part of a loss that no cover of the trade answers for
CONFIDENCE = ("verified", "derived", "judgement")


class NoRate(Refused):
    """The universe has no exchange rate for a currency."""

    code = "universe.no_rate"
    status = 422


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a parameter comes from and how sure it is."""

    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Power:
    """`level` for the reference company, × (revenue ratio)^`revenue` × (records ratio)^`records`."""

    level: float
    revenue: float
    records: float
    basis: Basis


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario. `shares` splits its loss over covers (and `uninsured`) and sums to 1.

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
    """Published relativities of one control on some scenarios, by state of the control, before shrinkage."""

    scenarios: tuple[str, ...]
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
    def scenarios(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(s for effect in self.effects for s in effect.scenarios))


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
    """A whole release. `low`, `high`, `shrinkage` bound the effect of controls; `shape` is the frequency's gamma."""

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
    scenarios: tuple[Scenario, ...]
    controls: tuple[Control, ...]

    def scenario(self, code: str) -> Scenario:
        """Raises `KeyError` for a scenario the release does not have."""
        return {s.id: s for s in self.scenarios}[code]

    def convert(self, money: Money) -> Money:
        """Into the currency of the universe at the release's planning rate; raises `NoRate`."""
        if money.currency == self.currency:
            return money
        if money.currency not in self.rates:
            raise NoRate("currency", currency=money.currency)
        return Money.of(money.amount * self.rates[money.currency], self.currency)
