"""A rate manual: versioned data, read and checked in one go. `rate.py` runs it.

A document holds `currency`, `effective`, `inputs`, `tables`, `steps` (in order) and `loading` (see `technical.py`).
Every fault of the document is a problem with its place; a manual that loads can be run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from seawall.core.conditions import facts_named
from seawall.core.decimals import exact
from seawall.core.money import UnknownCurrency, exponent
from seawall.core.pricing.read_tables import check_shape, read_table
from seawall.core.pricing.steps import AMOUNT_OPS, COVER, OPS, StepSpec, read_step
from seawall.core.pricing.tables import Table
from seawall.core.problems import Collector
from seawall.core.texts import Text, read_text

INPUT_KINDS = ("number", "word", "words", "picks")
DIRECTIONS = {"rises": "increasing", "falls": "decreasing"}


@dataclass(frozen=True, slots=True)
class InputSpec:
    """One rating input. `premium` says which way the premium may go as the input grows; None: either way."""

    name: str
    kind: str
    title: Text
    low: Decimal | None = None
    high: Decimal | None = None
    choices: tuple[str, ...] = ()
    default: Any = None
    default_from: str | None = None
    premium: str | None = None


@dataclass(frozen=True, slots=True)
class Manual:
    """`id` and `version` name the release; `covers` are the cover codes it can rate."""

    id: str
    version: str
    currency: str
    effective: date
    inputs: Mapping[str, InputSpec]
    tables: Mapping[str, Table]
    steps: tuple[StepSpec, ...]
    covers: tuple[str, ...]
    loading: Mapping[str, Any] = field(default_factory=dict)


def load_manual(document: Mapping[str, Any], *, id: str = "", version: str = "") -> Manual:
    """The manual; raises `Invalid` with every problem: a gap between bands, a step that looks ahead, a word missing."""
    problems = Collector("manual")
    currency = _currency(document.get("currency"), problems)
    effective = _effective(document.get("effective"), problems)
    inputs = _inputs(document.get("inputs"), problems)
    tables = _tables(document.get("tables"), problems)
    covers = tuple(str(c) for c in document.get("covers") or ())
    steps = _steps(document.get("steps"), problems)
    _check_references(inputs, tables, steps, problems)
    _check_flow(steps, covers, problems)
    _check_directions(inputs, tables, steps, problems)
    problems.raise_if_any()
    return Manual(
        id=str(document.get("id", id)),
        version=str(document.get("version", version)),
        currency=currency,
        effective=effective,
        inputs=inputs,
        tables=tables,
        steps=steps,
        covers=covers,
        loading=document.get("loading") or {},
    )


def _currency(value: Any, problems: Collector) -> str:
    try:
        exponent(str(value))
    except UnknownCurrency:
        problems.add("currency", "manual.currency", value=str(value))
    return str(value)


def _effective(value: Any, problems: Collector) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        problems.add("effective", "manual.date", value=str(value))
        return date.min


def _inputs(document: Any, problems: Collector) -> dict[str, InputSpec]:
    if not isinstance(document, Mapping) or not document:
        problems.add("inputs", "manual.no_rows")
        return {}
    inputs = {str(name): _input(str(name), body, problems) for name, body in document.items()}
    for name, spec in inputs.items():
        if spec.default_from is not None and spec.default_from not in inputs:
            problems.add(f"inputs.{name}.default_from", "manual.unknown_input", name=spec.default_from)
    return inputs


def _input(name: str, body: Any, problems: Collector) -> InputSpec:
    place = f"inputs.{name}"
    body = body if isinstance(body, Mapping) else {}
    kind, premium = str(body.get("kind")), body.get("premium")
    if kind not in INPUT_KINDS:
        problems.add(f"{place}.kind", "manual.choice", value=kind, choices=", ".join(INPUT_KINDS))
    if premium is not None and premium not in DIRECTIONS:
        problems.add(f"{place}.premium", "manual.choice", value=str(premium), choices=", ".join(DIRECTIONS))
        premium = None
    ends: dict[str, Decimal | None] = {}
    for end in ("min", "max"):
        ends[end] = None if body.get(end) is None else exact(body[end])
        if body.get(end) is not None and ends[end] is None:
            problems.add(f"{place}.{end}", "manual.number", value=str(body[end]))
    return InputSpec(
        name=name,
        kind=kind,
        title=read_text(body.get("title"), f"{place}.title", problems),
        low=ends["min"],
        high=ends["max"],
        choices=tuple(str(c) for c in body.get("choices") or ()),
        default=body.get("default"),
        default_from=body.get("default_from"),
        premium=premium,
    )


def _tables(document: Any, problems: Collector) -> dict[str, Table]:
    if not isinstance(document, Mapping):
        problems.add("tables", "manual.no_rows")
        return {}
    read = {str(name): read_table(str(name), body, f"tables.{name}", problems) for name, body in document.items()}
    return {name: table for name, table in read.items() if table is not None}


def _steps(document: Any, problems: Collector) -> tuple[StepSpec, ...]:
    if not isinstance(document, list) or not document:
        problems.add("steps", "manual.no_rows")
        return ()
    steps = [read_step(body, f"steps.{i}", problems) for i, body in enumerate(document)]
    seen: set[str] = set()
    for i, step in enumerate(steps):
        if step.id in seen:
            problems.add(f"steps.{i}.id", "manual.duplicate_step", id=step.id)
        seen.add(step.id)
    return tuple(steps)


def _check_references(
    inputs: Mapping[str, InputSpec], tables: Mapping[str, Table], steps: tuple[StepSpec, ...], problems: Collector
) -> None:
    """Every name a step uses is an input or the value of an earlier step of its own scope."""
    later = {step.id: step for step in steps}
    known: dict[str, bool] = {}
    for i, step in enumerate(steps):
        place = f"steps.{i}"
        if step.id in inputs or step.id == COVER:
            problems.add(f"{place}.id", "manual.duplicate_step", id=step.id)
        for name in step.references:
            if name == COVER and step.for_each:
                continue
            if name in inputs or (name in known and (step.for_each or not known[name])):
                continue
            code = "manual.forward_reference" if name in later else "manual.unknown_input"
            problems.add(place, code, name=name, step=step.id)
        for name in facts_named(step.when):
            if name not in inputs and not (name == COVER and step.for_each):
                problems.add(f"{place}.when", "manual.unknown_input", name=name, step=step.id)
        _check_kinds(step, inputs, place, problems)
        if step.table is not None:
            _check_table(step, tables.get(step.table), place, problems)
        known[step.id] = step.for_each


def _check_kinds(step: StepSpec, inputs: Mapping[str, InputSpec], place: str, problems: Collector) -> None:
    """Arithmetic and intervals need numbers, credits a list of words, a schedule picked values."""
    needed = {"credits": "words", "schedule": "picks"}.get(step.op, "number")
    names = [name for name in step.of if isinstance(name, str)]
    if step.op in ("credits", "schedule", "band", "curve", "pick"):
        names += step.by[-1:]
    if step.op == "layer":
        names += step.by[-2:]
    for name in names:
        if name in inputs and inputs[name].kind != needed:
            problems.add(place, "manual.input_kind", name=name, needed=needed, step=step.id)


def _check_table(step: StepSpec, table: Table | None, place: str, problems: Collector) -> None:
    if table is None:
        problems.add(f"{place}.table", "manual.unknown_table", table=str(step.table), step=step.id)
        return
    needed, kinds = OPS[step.op].keys(step), OPS[step.op].tables
    innermost: Table = table
    while innermost.kind == "by_key":
        innermost = next(iter(innermost.tables.values()))  # type: ignore[union-attr]
    if innermost.kind not in kinds:
        problems.add(f"{place}.table", "manual.op_table", op=step.op, kind=innermost.kind, step=step.id)
    if table.depth != needed:
        problems.add(f"{place}.by", "manual.key_count", step=step.id, needed=table.depth, given=needed)


def _check_flow(steps: tuple[StepSpec, ...], covers: tuple[str, ...], problems: Collector) -> None:
    """One start, before anything that needs an amount; covers joined after they were split; rounded at the end."""
    if not steps:
        return
    started, split, joined = False, False, False
    for i, step in enumerate(steps):
        place = f"steps.{i}"
        if step.effect == "start":
            if started:
                problems.add(place, "manual.second_start", step=step.id)
            started = True
        elif not started and (step.effect in ("multiply", "add") or (step.op in AMOUNT_OPS and step.op != "require")):
            problems.add(place, "manual.no_start", step=step.id)
        if step.op == "join":
            if not split or joined:
                problems.add(place, "manual.join", step=step.id)
            joined = True
        elif step.for_each and joined:
            problems.add(place, "manual.join", step=step.id)
        elif step.for_each:
            split = True
        elif split and not joined and step.effect != "keep":
            problems.add(place, "manual.join", step=step.id)
        if step.covers is not None:
            for unknown in sorted(step.covers - set(covers)):
                problems.add(f"{place}.covers", "manual.unknown_cover", cover=unknown, step=step.id)
    if split and not joined:
        problems.add("steps", "manual.join", step=steps[-1].id)
    if split and not covers:
        problems.add("covers", "manual.no_rows")
    if steps[-1].op not in ("round", "join"):
        problems.add(f"steps.{len(steps) - 1}", "manual.no_final_rounding", step=steps[-1].id)


def _check_directions(
    inputs: Mapping[str, InputSpec], tables: Mapping[str, Table], steps: tuple[StepSpec, ...], problems: Collector
) -> None:
    """An input declared to raise (or lower) the premium may not meet a table that does the opposite."""
    for step in steps:
        table = tables.get(step.table) if step.table is not None else None
        spec = inputs.get(step.by[-1]) if step.by else None
        if table is None or spec is None or spec.premium is None or step.op not in ("band", "curve"):
            continue
        check_shape(table, DIRECTIONS[spec.premium], f"tables.{step.table}", problems)
