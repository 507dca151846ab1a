"""GB/T 20984 风险计算: R = R(L(T, V), F(A, V)) by multiplication and by matrix, and its roll-up to the company.

A asset value, T threat, V vulnerability, each graded 1 to 5. Levels are defined by upper ends that belong to them
(a value of 5 is level 1, 5.0001 is level 2), because roots of products are seldom whole.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seawall.core.documents import HEADER_KEYS, Node, Released, flat
from seawall.core.texts import Text

METHODS = ("multiplication", "matrix")
LEVELS = ("1", "2", "3", "4", "5")
_TINY = 1e-9  # √x·√y of whole numbers is a hair off the whole number it stands for


@dataclass(frozen=True, slots=True)
class Table:
    """A matrix 5 × 5 of values, rows and columns graded 1 to 5, and the cuts of its levels."""

    rows: tuple[tuple[float, ...], ...]
    cuts: tuple[float, ...]

    def value(self, row: int, column: int) -> float:
        return self.rows[row - 1][column - 1]


@dataclass(frozen=True, slots=True)
class Method:
    """A release of the calculation; `default` is the function used for the level of record."""

    id: str
    version: str
    default: str
    levels: Mapping[str, Text]
    product_cuts: tuple[float, ...]
    likelihood: Table
    loss: Table
    risk: Table
    threat_cuts: tuple[float, ...]
    asset_cuts: tuple[float, ...]
    vulnerability_cuts: tuple[float, ...]
    company_cuts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk: the three grades, and what the function makes of them."""

    method: str
    asset: int
    threat: int
    vulnerability: int
    likelihood: float
    loss: float
    value: float
    level: int


@dataclass(frozen=True, slots=True)
class CompanyLevel:
    """Roll-up: `value` 0-100 weighted by asset value, its `level`, and the `highest` level of any single risk."""

    method: str
    value: float
    level: int
    highest: int


def level_of(value: float, cuts: Sequence[float]) -> int:
    """1 plus the number of cuts the value lies above; a value on a cut stays below it."""
    return 1 + sum(1 for cut in cuts if value > cut + _TINY)


def multiplication(method: Method, asset: int, threat: int, vulnerability: int) -> Risk:
    """相乘法: L = √(T·V), F = √(A·V), R = L·F."""
    _check(asset, threat, vulnerability)
    likelihood, loss = math.sqrt(threat * vulnerability), math.sqrt(asset * vulnerability)
    value = likelihood * loss
    level = level_of(value, method.product_cuts)
    return Risk("multiplication", asset, threat, vulnerability, likelihood, loss, value, level)


def matrix(method: Method, asset: int, threat: int, vulnerability: int) -> Risk:
    """矩阵法: likelihood and loss from their tables, graded, then the risk from the third."""
    _check(asset, threat, vulnerability)
    likelihood = method.likelihood.value(threat, vulnerability)
    loss = method.loss.value(asset, vulnerability)
    row, column = level_of(loss, method.loss.cuts), level_of(likelihood, method.likelihood.cuts)
    value = method.risk.value(row, column)
    level = level_of(value, method.risk.cuts)
    return Risk("matrix", asset, threat, vulnerability, likelihood, loss, value, level)


def evaluate(method: Method, name: str, asset: int, threat: int, vulnerability: int) -> Risk:
    """By the function called `name`, one of `METHODS`."""
    return (multiplication if name == "multiplication" else matrix)(method, asset, threat, vulnerability)


def roll_up(method: Method, risks: Sequence[Risk]) -> CompanyLevel:
    """Of at least one risk, all by one function: the mean value weighted by asset value, scaled to 100."""
    weight = sum(r.asset for r in risks)
    value = sum(r.asset * r.value for r in risks) / weight / 25 * 100
    return CompanyLevel(risks[0].method, value, level_of(value, method.company_cuts), max(r.level for r in risks))


def _check(*grades: int) -> None:
    if not all(1 <= grade <= 5 for grade in grades):
        raise ValueError("GB/T 20984 grades run from 1 to 5")


def load_method(document: Mapping[str, Any] | Released) -> Method:
    """From the release `gbt20984-2022` of kind `standards`; raises `Invalid`."""
    node = Node(flat(document))
    node.only(*HEADER_KEYS, "method", "levels", "multiplication", "matrix", "grading")
    levels, tables, grading = node.child("levels"), node.child("matrix"), node.child("grading")
    levels.only(*LEVELS)
    method = Method(
        id=node.string("id"),
        version=node.string("version"),
        default=node.one_of("method", METHODS),
        levels={level: levels.text(level) for level in LEVELS},
        product_cuts=_cuts(node.child("multiplication")),
        likelihood=_table(tables.child("likelihood")),
        loss=_table(tables.child("loss")),
        risk=_table(tables.child("risk")),
        threat_cuts=_cuts(grading.child("threat")),
        asset_cuts=_cuts(grading.child("asset")),
        vulnerability_cuts=_cuts(grading.child("vulnerability")),
        company_cuts=_cuts(grading.child("company")),
    )
    node.problems.raise_if_any()
    return method


def _row(node: Node, key: str, found: object, count: int) -> tuple[float, ...]:
    """`count` numbers, none below the one before it."""
    if not isinstance(found, list | tuple) or len(found) != count:
        node.problems.add(node.at(key), "document.not_a_list")
        return (0.0,) * count
    inner = Node({str(i): item for i, item in enumerate(found)}, node.at(key), node.problems)
    numbers = tuple(inner.number(str(i)) for i in range(count))
    if list(numbers) != sorted(numbers):
        node.problems.add(node.at(key), "standards.not_rising")
    return numbers


def _cuts(node: Node) -> tuple[float, ...]:
    return _row(node, "cuts", node.value.get("cuts"), 4)


def _table(node: Node) -> Table:
    node.only("rows", "cuts")
    found = node.value.get("rows")
    if not isinstance(found, list | tuple) or len(found) != 5:
        node.problems.add(node.at("rows"), "document.not_a_list")
        found = [[0] * 5] * 5
    rows = tuple(_row(node, f"rows[{i}]", row, 5) for i, row in enumerate(found))
    if any(list(column) != sorted(column) for column in zip(*rows, strict=True)):
        node.problems.add(node.at("rows"), "standards.not_rising")
    return Table(rows, _cuts(node))
