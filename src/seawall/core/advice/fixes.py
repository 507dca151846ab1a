"""Ranked fixes: the same assessment evaluated twice, once as it is and once with a control surely present."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from seawall.core.money import Money
from seawall.core.scoring.posture import score_of, with_control
from seawall.core.universe.risk import CompanyRisk, Floats
from seawall.core.universe.scenarios import Basis

SURE = 0.95  # a control believed present with this probability needs no fix


@dataclass(frozen=True, slots=True)
class Fix:
    """Putting one control in place; `loss_avoided` and `cost` are a year's, `premium` what changes (negative: less).

    `value` is loss avoided per unit of cost. `premium` is None where nothing could be priced.
    """

    control: str
    points: float
    loss_avoided: Money
    premium: Money | None
    cost: Money
    cost_basis: Basis
    value: float
    scenarios: tuple[str, ...]


def relativity(risk: CompanyRisk, beliefs: Floats, covers: Sequence[str]) -> Decimal:
    """Expected loss under these covers against that of an average-controlled company: the premium's control factor.

    Within the caps of the universe, to four places; 1 where the covers answer for nothing.
    """
    share = risk.covered(covers)
    usual = float(risk.expected(risk.prior) @ share)
    if usual <= 0:
        return Decimal(1)
    ratio = float(risk.expected(beliefs) @ share) / usual
    return Decimal(str(round(min(max(ratio, risk.universe.low), risk.universe.high), 4)))


def ranked_fixes(
    risk: CompanyRisk, beliefs: Floats, *, employees: int, price: Callable[[Floats], Money | None]
) -> tuple[Fix, ...]:
    """A fix for every control not surely present, the best value for its cost first.

    `price` gives the premium under some beliefs (C, 3), None where it cannot be priced. Fixes are valued one at a time;
    together they are worth less than their sum.
    """
    currency = risk.universe.currency
    score, loss, premium = float(score_of(risk, beliefs)), float(risk.total(beliefs)), price(beliefs)
    fixes = []
    for index, control in enumerate(risk.universe.controls):
        if beliefs[index, 2] >= SURE:
            continue
        fixed = with_control(beliefs, index)
        avoided = max(0.0, loss - float(risk.total(fixed)))
        cost = control.cost(employees)
        then = price(fixed)
        fixes.append(
            Fix(
                control=control.id,
                points=float(score_of(risk, fixed)) - score,
                loss_avoided=Money.of(Decimal(repr(avoided)), currency),
                premium=None if premium is None or then is None else then - premium,
                cost=cost,
                cost_basis=control.cost_basis,
                value=avoided / float(cost.amount) if cost.minor > 0 else float(np.finfo(np.float64).max),
                scenarios=control.families,
            )
        )
    return tuple(sorted(fixes, key=lambda f: (-f.value, -f.points, f.control)))
