"""The technical premium: what the risk costs, part by part, beside what the manual charges (dual pricing).

technical = (pure + risk load + fixed expense) / (1 − variable expense − profit)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from seawall.core.decimals import exact, exact_context, plain
from seawall.core.money import Money
from seawall.core.problems import Collector

PARTS = ("pure", "risk_load", "fixed_expense", "variable_expense", "profit")


@dataclass(frozen=True, slots=True)
class Loading:
    """`fixed_expense` per policy; shares of the premium; `risk_load_share` of what the tail mean exceeds the mean."""

    fixed_expense: Money
    variable_expense: Decimal
    profit: Decimal
    risk_load_share: Decimal


@dataclass(frozen=True, slots=True)
class Technical:
    """`parts` follow `PARTS` and add up to `premium` exactly; `denominator` is 1 − variable expense − profit."""

    premium: Money
    parts: tuple[tuple[str, Money], ...]
    denominator: Decimal

    def as_dict(self) -> dict[str, Any]:
        return {
            "premium": plain(self.premium.amount),
            "currency": self.premium.currency,
            "parts": {name: plain(money.amount) for name, money in self.parts},
            "denominator": plain(self.denominator),
        }


@dataclass(frozen=True, slots=True)
class DualPrice:
    """Manual beside technical: `gap` = manual − technical, `adequacy` = manual / technical to four places (None: 0)."""

    manual: Money
    technical: Technical
    gap: Money
    adequacy: Decimal | None

    def as_dict(self) -> dict[str, Any]:
        return {
            "manual": plain(self.manual.amount),
            "technical": self.technical.as_dict(),
            "gap": plain(self.gap.amount),
            "adequacy": None if self.adequacy is None else plain(self.adequacy),
        }


def load_loading(document: Mapping[str, Any], currency: str) -> Loading:
    """From the `loading` part of a rate manual; raises `Invalid`.

    Shares lie in [0, 1) and variable expense and profit leave something of the premium for the risk.
    """
    problems = Collector("loading")
    values: dict[str, Decimal] = {}
    for key in ("fixed_expense", "variable_expense", "profit", "risk_load_share"):
        number = exact(document.get(key))
        if number is None or number < 0 or (key != "fixed_expense" and number >= 1):
            problems.add(key, "manual.number", value=str(document.get(key)))
        values[key] = number if number is not None else Decimal(0)
    if values["variable_expense"] + values["profit"] >= 1:
        problems.add("profit", "manual.loading_share")
    problems.raise_if_any()
    return Loading(
        fixed_expense=Money.of(values["fixed_expense"], currency),
        variable_expense=values["variable_expense"],
        profit=values["profit"],
        risk_load_share=values["risk_load_share"],
    )


def risk_load(mean: Money, tail_mean: Money, loading: Loading) -> Money:
    """A share of what the tail mean (TVaR) lies above the mean: the price of the capital behind the bad year."""
    return max(tail_mean - mean, Money.zero(mean.currency)).times(loading.risk_load_share)


def technical_premium(pure: Money, load: Money, loading: Loading) -> Technical:
    """`pure` is the expected loss to the policy after its terms, `load` the risk load; all in one currency."""
    with exact_context():
        denominator = 1 - loading.variable_expense - loading.profit
        cost = pure + load + loading.fixed_expense
        premium = cost.times(1 / denominator)
        rest = premium - cost
        weights = [loading.variable_expense, loading.profit]
        if any(weights):
            variable, profit = rest.allocate(weights)
        else:
            variable, profit = rest, rest
    parts = tuple(zip(PARTS, (pure, load, loading.fixed_expense, variable, profit), strict=True))
    return Technical(premium, parts, denominator)


def dual_price(manual: Money, technical: Technical) -> DualPrice:
    """What is charged beside what it costs: a negative gap is a price below cost."""
    gap = manual - technical.premium
    if technical.premium.minor == 0:
        return DualPrice(manual, technical, gap, None)
    with exact_context():
        ratio = Decimal(manual.minor) / Decimal(technical.premium.minor)
    return DualPrice(manual, technical, gap, ratio.quantize(Decimal("0.0001")))
