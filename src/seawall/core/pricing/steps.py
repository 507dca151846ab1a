"""The steps of a rate manual: what each op reads, and what it makes of it. There are no formulas to parse.

A value op yields a value that later steps may name by the step's id, and an `effect` on the running amount (`start`,
`multiply`, `add`, `keep`). An amount op works on the running amount itself. A new op is one function and a line in
`OPS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from seawall.core.conditions import ALWAYS, Condition, read_condition
from seawall.core.decimals import MODES, exact
from seawall.core.pricing.tables import Found, Table, refuse
from seawall.core.problems import Collector
from seawall.core.texts import Text, read_text

EFFECTS = ("start", "multiply", "add", "keep")
COVER = "cover"
"""The name under which a step that runs for each cover sees the cover's code."""

Operand = str | Decimal


@dataclass(frozen=True, slots=True)
class Rounding:
    """To whole multiples of `unit`; see `decimals.rounded`."""

    unit: Decimal
    mode: str


@dataclass(frozen=True, slots=True)
class StepSpec:
    """One line of the manual. `by` are look-up keys, `of` operands (names or numbers), in the order written."""

    id: str
    op: str
    title: Text
    effect: str
    table: str | None
    by: tuple[str, ...]
    of: tuple[Operand, ...]
    row: str | None
    exponent: Decimal | None
    combine: str
    low: Decimal | None
    high: Decimal | None
    rounding: Rounding | None
    for_each: bool
    covers: frozenset[str] | None
    when: Condition

    @property
    def references(self) -> tuple[str, ...]:
        return (*self.by, *(operand for operand in self.of if isinstance(operand, str)))


Values = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Op:
    """`run` gets the step, its table and the values of `by` then `of`; `tables` are the kinds it can look up in."""

    run: Callable[[StepSpec, Table | None, Values], Found]
    tables: tuple[str, ...] = ()
    operands: tuple[int, int | None] = (0, 0)
    extra_keys: int = 0

    def keys(self, step: StepSpec) -> int:
        """How many keys the table must ask for."""
        return len(step.by) + self.extra_keys


def _lookup(step: StepSpec, table: Table | None, values: Values) -> Found:
    assert table is not None  # noqa: S101  (checked when the manual was loaded)
    return table.lookup(tuple(values))


def _layer(step: StepSpec, table: Table | None, values: Values) -> Found:
    """f(limit + retention) − f(retention): the two last keys are limit and retention."""
    *chosen, limit, retention = values
    top = _lookup(step, table, (*chosen, limit + retention))
    bottom = _lookup(step, table, (*chosen, retention))
    return Found(top.value - bottom.value, f"{top.row} | {bottom.row}", "layer_difference")


def _pick(step: StepSpec, table: Table | None, values: Values) -> Found:
    return _lookup(step, table, (step.row, *values))


def _credits(step: StepSpec, table: Table | None, values: Values) -> Found:
    """1 + the sum over a list of items; an item counts once, however often it is listed."""
    found = [_lookup(step, table, (item,)) for item in dict.fromkeys(values[0])]
    rows = {f.row: f.value for f in found}
    return Found(1 + sum(rows.values(), Decimal(0)), ", ".join(rows) or "none", "sum_of_credits")


def _schedule(step: StepSpec, table: Table | None, values: Values) -> Found:
    """Picked debits and credits, each inside its range: 1 + their sum, or the product of picked factors."""
    picks: Mapping[str, Decimal] = values[0]
    found = [_lookup(step, table, (item, picked)) for item, picked in sorted(picks.items())]
    rows = "; ".join(f.row for f in found) or "none"
    if step.combine == "product":
        value = Decimal(1)
        for one in found:
            value *= one.value
        return Found(value, rows, "product_of_picks")
    return Found(1 + sum((one.value for one in found), Decimal(0)), rows, "sum_of_picks")


def _product(step: StepSpec, table: Table | None, values: Values) -> Found:
    value = Decimal(1)
    for operand in values:
        value *= operand
    return Found(value, "", "product")


def _sum(step: StepSpec, table: Table | None, values: Values) -> Found:
    return Found(sum(values, Decimal(0)), "", "sum")


def _difference(step: StepSpec, table: Table | None, values: Values) -> Found:
    return Found(values[0] - values[1], "", "difference")


def _quotient(step: StepSpec, table: Table | None, values: Values) -> Found:
    if values[1] == 0:
        raise refuse(step.id, "division_by_zero")
    return Found(values[0] / values[1], "", "quotient")


def _power(step: StepSpec, table: Table | None, values: Values) -> Found:
    """x to a stated exponent: the square root shrinks a relativity half-way to 1 in the logarithm."""
    if values[0] <= 0:
        raise refuse(step.id, "not_positive", key=str(values[0]))
    return Found(values[0] ** (step.exponent or Decimal(1)), "", "power")


def _nothing(step: StepSpec, table: Table | None, values: Values) -> Found:
    return Found(values[0] if values else Decimal(1), "", step.op)


def _require(step: StepSpec, table: Table | None, values: Values) -> Found:
    if values[0] > values[1]:
        raise refuse(step.id, "required", left=str(values[0]), right=str(values[1]))
    return Found(Decimal(1), "", "require")


OPS: Mapping[str, Op] = {
    "map": Op(_lookup, ("map",)),
    "band": Op(_lookup, ("bands",)),
    "curve": Op(_lookup, ("curve",)),
    "layer": Op(_layer, ("curve",), extra_keys=-1),
    "pick": Op(_pick, ("ranges",), extra_keys=1),
    "credits": Op(_credits, ("map",)),
    "schedule": Op(_schedule, ("ranges",), extra_keys=1),
    "product": Op(_product, operands=(1, None)),
    "sum": Op(_sum, operands=(1, None)),
    "difference": Op(_difference, operands=(2, 2)),
    "quotient": Op(_quotient, operands=(2, 2)),
    "power": Op(_power, operands=(1, 1)),
    "require": Op(_require, operands=(2, 2)),
    "floor": Op(_nothing, operands=(1, 1)),
    "ceiling": Op(_nothing, operands=(1, 1)),
    "clamp": Op(_nothing),
    "round": Op(_nothing),
    "join": Op(_nothing),
}

AMOUNT_OPS = frozenset({"require", "floor", "ceiling", "clamp", "round", "join"})
"""Ops that work on the running amount (or guard it) and yield no factor."""


def read_step(document: Any, field: str, problems: Collector) -> StepSpec:
    """A step; faults are added at their place."""
    body: Mapping[str, Any] = document if isinstance(document, Mapping) else {}
    op = str(body.get("op"))
    if op not in OPS:
        problems.add(f"{field}.op", "manual.choice", value=op, choices=", ".join(OPS))
        op = "product"
    if not isinstance(body.get("id"), str) or not body["id"]:
        problems.add(f"{field}.id", "manual.missing", key="id")
    step = StepSpec(
        id=str(body.get("id", "")),
        op=op,
        title=read_text(body.get("title"), f"{field}.title", problems),
        effect=_effect(op, body.get("effect"), field, problems),
        table=body.get("table"),
        by=_names(body.get("by")),
        of=tuple(_operand(value) for value in body.get("of") or ()),
        row=body.get("row"),
        exponent=_optional(body, "exponent", field, problems),
        combine=str(body.get("combine", "sum")),
        low=_optional(body, "min", field, problems),
        high=_optional(body, "max", field, problems),
        rounding=_rounding(body, op, field, problems),
        for_each=body.get("for_each") == "covers",
        covers=frozenset(body["covers"]) if body.get("covers") else None,
        when=ALWAYS if body.get("when") is None else read_condition(body["when"], f"{field}.when", problems),
    )
    _check_parts(step, body, field, problems)
    return step


def _check_parts(step: StepSpec, body: Mapping[str, Any], field: str, problems: Collector) -> None:
    op = OPS[step.op]
    low, high = op.operands
    if op.tables and (step.table is None or not step.by):
        problems.add(field, "manual.missing", key="table, by")
    if len(step.of) < low or (high is not None and len(step.of) > high):
        problems.add(f"{field}.of", "manual.operands", op=step.op, low=low, high=high or "∞", given=len(step.of))
    if step.op == "layer" and len(step.by) < 2:
        problems.add(f"{field}.by", "manual.missing", key="limit, retention")
    for name, needed in (("row", step.op == "pick"), ("exponent", step.op == "power")):
        if needed and body.get(name) is None:
            problems.add(f"{field}.{name}", "manual.missing", key=name)
    if step.op == "clamp" and step.low is None and step.high is None:
        problems.add(field, "manual.missing", key="min, max")
    if step.low is not None and step.high is not None and step.high < step.low:
        problems.add(field, "manual.band_reversed", start=str(step.low), end=str(step.high))
    if step.combine not in ("sum", "product"):
        problems.add(f"{field}.combine", "manual.choice", value=step.combine, choices="sum, product")
    if body.get("for_each") not in (None, "covers") or (step.covers is not None and not step.for_each):
        problems.add(f"{field}.for_each", "manual.choice", value=str(body.get("for_each")), choices="covers")


def _effect(op: str, value: Any, field: str, problems: Collector) -> str:
    if op in AMOUNT_OPS:
        if value is not None:
            problems.add(f"{field}.effect", "manual.choice", value=str(value), choices="—")
        return "amount"
    effect = "multiply" if value is None else str(value)
    if effect not in EFFECTS:
        problems.add(f"{field}.effect", "manual.choice", value=effect, choices=", ".join(EFFECTS))
    return effect


def _names(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(str(name) for name in value)


def _operand(value: Any) -> Operand:
    number = exact(value)
    return str(value) if number is None else number


def _optional(body: Mapping[str, Any], key: str, field: str, problems: Collector) -> Decimal | None:
    if body.get(key) is None:
        return None
    number = exact(body[key])
    if number is None:
        problems.add(f"{field}.{key}", "manual.number", value=str(body[key]))
    return number


def _rounding(body: Mapping[str, Any], op: str, field: str, problems: Collector) -> Rounding | None:
    """`round: {places: 2, mode: half_up}` or `round: {unit: 100, mode: up}`; the op `round` needs it."""
    document = body.get("round")
    if document is None:
        if op == "round":
            problems.add(f"{field}.round", "manual.missing", key="round")
        return None
    document = document if isinstance(document, Mapping) else {}
    places, unit, mode = document.get("places"), exact(document.get("unit")), str(document.get("mode"))
    if mode not in MODES:
        problems.add(f"{field}.round.mode", "manual.choice", value=mode, choices=", ".join(MODES))
        mode = "half_up"
    if isinstance(places, int) and not isinstance(places, bool) and 0 <= places <= 12:
        return Rounding(Decimal(1).scaleb(-places), mode)
    if unit is None or unit <= 0:
        problems.add(f"{field}.round", "manual.missing", key="places, unit")
        unit = Decimal(1)
    return Rounding(unit, mode)
