"""残余风险 and 可保险风险: what is left of each scenario, and whether insurance is the way to treat it.

The 2022 white paper calls a residual risk insurable when it has not happened yet or would cost the insured a loss, and
(a) security measures do not wholly cover it, (b) they cannot solve it for the time being, or (c) treating it is poor
value for money.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seawall.core.advice.fixes import Fix
from seawall.core.scoring.gbt20984 import Method, Risk, evaluate, level_of
from seawall.core.universe.model import UNINSURED, Family
from seawall.core.universe.risk import CompanyRisk, Floats

NOT_COVERED, NOT_SOLVABLE, POOR_VALUE = "not_covered", "not_solvable", "poor_value"
REDUCE, TRANSFER, RETAIN, NO_COVER = "reduce", "transfer", "retain", "no_cover"
MISSING_FROM = 0.2  # from this share of missing controls on, measures do not wholly cover a scenario
SOLVED_BELOW = 0.5  # a scenario is solvable when all controls would remove at least half of its loss


@dataclass(frozen=True, slots=True)
class Residual:
    """What is left of a scenario. Losses are annual and ground up, in major units of the universe.

    `bad` is what one event in twenty exceeds. `missing` is the share of the controls against it that is missing;
    `solvable` the share of its loss that all controls together would still remove; `insurable` the share some cover
    answers for. `grounds` are the white paper's reasons to insure, `treatment` what follows from them: reduce first,
    transfer, retain, or no cover to be had. `risk` is of the method of record, `other` of the second one.
    """

    scenario: str
    rate: float
    mean: float
    bad: float
    expected: float
    missing: float
    solvable: float
    insurable: float
    grounds: tuple[str, ...]
    treatment: str
    risk: Risk
    other: Risk


def residuals(
    risk: CompanyRisk, beliefs: Floats, method: Method, fixes: tuple[Fix, ...], tolerance: float | None
) -> tuple[Residual, ...]:
    """Every scenario, the largest expected loss first. A bad event within the
    `tolerance` (the loss the company can bear itself in a year) is retained."""
    struck = risk.events(beliefs)
    left = risk.expected(risk.all_in("present")) / risk.expected(beliefs)
    absent = beliefs[:, 0] + beliefs[:, 1] / 2
    found = []
    for index, scenario in enumerate(risk.families):
        against = [i for i, c in enumerate(risk.universe.controls) if scenario.id in c.families]
        missing = float(np.mean(absent[against])) if against else 1.0
        rate, severity = struck[index]
        mean, bad = severity.mean, severity.quantile(0.95)
        grades = {
            "asset": level_of(mean / (risk.hourly * 8760 / risk.universe.reference.gross_margin), method.asset_cuts),
            "threat": level_of(float(risk.rates[index]), method.threat_cuts),
            "vulnerability": level_of(missing, method.vulnerability_cuts),
        }
        grounds = _grounds(scenario, missing, float(left[index]), fixes)
        insurable = 1 - scenario.shares.get(UNINSURED, 0.0)
        other = "matrix" if method.default == "multiplication" else "multiplication"
        found.append(
            Residual(
                scenario=scenario.id,
                rate=rate,
                mean=mean,
                bad=bad,
                expected=rate * mean,
                missing=missing,
                solvable=1 - float(left[index]),
                insurable=insurable,
                grounds=grounds,
                treatment=_treatment(grounds, insurable, bad, tolerance),
                risk=evaluate(method, method.default, **grades),
                other=evaluate(method, other, **grades),
            )
        )
    return tuple(sorted(found, key=lambda r: (-r.expected, r.scenario)))


def _grounds(scenario: Family, missing: float, left: float, fixes: tuple[Fix, ...]) -> tuple[str, ...]:
    """The white paper's grounds that hold: existing measures, all measures, and value for money."""
    mine = [fix for fix in fixes if scenario.id in fix.scenarios]
    grounds = []
    if missing >= MISSING_FROM:
        grounds.append(NOT_COVERED)
    if left > SOLVED_BELOW:
        grounds.append(NOT_SOLVABLE)
    if all(fix.value < 1 for fix in mine):
        grounds.append(POOR_VALUE)
    return tuple(grounds)


def _treatment(grounds: tuple[str, ...], insurable: float, bad: float, tolerance: float | None) -> str:
    if tolerance is not None and bad <= tolerance:
        return RETAIN
    if grounds == (NOT_COVERED,) or not grounds:
        return REDUCE
    return TRANSFER if insurable > 0.5 else NO_COVER
