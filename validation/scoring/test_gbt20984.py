"""Both methods of GB/T 20984, every grade against a second computation, and every cut from both sides."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from seawall import reference
from seawall.core.scoring import gbt20984

METHOD = gbt20984.load_method(reference.load("standards", "gbt20984-2022"))
TABLES: dict[str, Any] = json.loads((Path(__file__).parent / "gbt20984_all/tables.json").read_text())
CUTS = {
    "product": METHOD.product_cuts,
    "likelihood": METHOD.likelihood.cuts,
    "loss": METHOD.loss.cuts,
    "risk": METHOD.risk.cuts,
    "threat": METHOD.threat_cuts,
    "asset": METHOD.asset_cuts,
    "vulnerability": METHOD.vulnerability_cuts,
    "company": METHOD.company_cuts,
}


def ranged(levels: list[list[int]], value: int) -> int:
    """The level whose closed range holds a whole value."""
    (found,) = [level for low, high, level in levels if low <= value <= high]
    return found


def by_matrix(asset: int, threat: int, vulnerability: int) -> tuple[int, int]:
    likelihood = TABLES["likelihood_matrix_T_rows_V_cols"][threat - 1][vulnerability - 1]
    loss = TABLES["loss_matrix_A_rows_V_cols"][asset - 1][vulnerability - 1]
    row = ranged(TABLES["loss_levels"], loss)
    column = ranged(TABLES["likelihood_levels"], likelihood)
    value = TABLES["risk_matrix_loss_rows_likelihood_cols"][row - 1][column - 1]
    return value, ranged(TABLES["risk_levels"], value)


def by_multiplication(asset: int, threat: int, vulnerability: int) -> tuple[int, int]:
    """The square of R, and the level: R lies above the upper end u of a level when R² > u²."""
    square = vulnerability**2 * asset * threat
    return square, 1 + sum(square > high**2 for _low, high, _level in TABLES["multiplication"]["levels"][:-1])


@pytest.mark.parametrize("grades", list(product(range(1, 6), repeat=3)))
def test_all_grades_a_second_time(grades: tuple[int, int, int]) -> None:
    by_table, by_root = gbt20984.matrix(METHOD, *grades), gbt20984.multiplication(METHOD, *grades)
    assert (by_table.value, by_table.level) == by_matrix(*grades)
    square, level = by_multiplication(*grades)
    assert by_root.value**2 == pytest.approx(square, rel=1e-12)
    assert by_root.level == level


def test_the_worked_examples() -> None:
    example = TABLES["matrix_example"]
    found = gbt20984.matrix(METHOD, example["A"], example["T"], example["V"])
    assert (found.likelihood, found.loss) == (example["likelihood_value"], example["loss_value"])
    assert gbt20984.level_of(found.likelihood, METHOD.likelihood.cuts) == example["likelihood_level"]
    assert gbt20984.level_of(found.loss, METHOD.loss.cuts) == example["loss_level"]
    assert (found.value, found.level) == (example["risk_value"], example["risk_level"])
    example = TABLES["multiplication"]["example"]
    found = gbt20984.multiplication(METHOD, example["A"], example["T"], example["V"])
    assert (round(found.value, 12), found.level) == (example["R"], example["level"])


@pytest.mark.parametrize("name", CUTS)
def test_every_cut_from_both_sides(name: str) -> None:
    """The cut itself and what lies below it belong to the lower level, the least above it to the higher."""
    cuts = CUTS[name]
    assert len(cuts) == 4
    for level, cut in enumerate(cuts, start=1):
        step = float(Fraction(str(cut)) / 10_000)
        assert [gbt20984.level_of(cut + d, cuts) for d in (-step, 0, step)] == [level, level, level + 1]


@pytest.mark.parametrize(
    ("name", "levels"),
    [("likelihood", "likelihood_levels"), ("loss", "loss_levels"), ("risk", "risk_levels")],
)
def test_cuts_and_ranges_grade_every_whole_value_alike(name: str, levels: str) -> None:
    for value in range(1, 26):
        assert gbt20984.level_of(value, CUTS[name]) == ranged(TABLES[levels], value)
