"""The facts of one risk, checked against the inputs a manual declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from seawall.core.decimals import exact, plain
from seawall.core.pricing.manual import InputSpec, Manual
from seawall.core.problems import Collector

OUTSIDE = frozenset({"covers", "cover_terms"})
"""Keys of a risk that are not inputs: which covers to rate, and what differs for one of them."""


@dataclass(frozen=True, slots=True)
class RiskInputs:
    """Values in the manual's own types; `by_cover` holds only what differs for a cover."""

    inputs: Mapping[str, Any]
    by_cover: Mapping[str, Mapping[str, Any]]
    covers: tuple[str, ...]
    unused: tuple[str, ...]


def read_risk(manual: Manual, risk: Mapping[str, Any]) -> RiskInputs:
    """Raises `Invalid` with every input that is missing, not of its kind or out of its range."""
    problems = Collector("risk")
    given = {name: value for name, value in risk.items() if name not in OUTSIDE}
    inputs = {name: _value(spec, given, name, problems) for name, spec in manual.inputs.items()}
    covers = tuple(dict.fromkeys(str(cover) for cover in risk.get("covers") or ()))
    for cover in covers:
        if cover not in manual.covers:
            problems.add("covers", "rate.unknown_cover", cover=cover)
    if manual.covers and not covers:
        problems.add("covers", "rate.no_covers")
    by_cover = _by_cover(manual, risk.get("cover_terms") or {}, covers, inputs, problems)
    problems.raise_if_any()
    return RiskInputs(inputs, by_cover, covers, tuple(sorted(set(given) - set(manual.inputs))))


def _by_cover(
    manual: Manual,
    terms: Mapping[str, Mapping[str, Any]],
    covers: tuple[str, ...],
    inputs: Mapping[str, Any],
    problems: Collector,
) -> dict[str, Mapping[str, Any]]:
    for cover in terms:
        if cover not in covers:
            problems.add(f"cover_terms.{cover}", "rate.unknown_cover", cover=cover)
    result: dict[str, Mapping[str, Any]] = {}
    for cover in covers:
        own: dict[str, Any] = {}
        for name in terms.get(cover, {}):
            place = f"cover_terms.{cover}.{name}"
            if name not in manual.inputs:
                problems.add(place, "rate.unknown_input", input=name)
                continue
            own[name] = _value(manual.inputs[name], terms[cover], place, problems)
        result[cover] = own
    return result


def _value(spec: InputSpec, given: Mapping[str, Any], field: str, problems: Collector) -> Any:
    raw = given.get(spec.name)
    if raw is None and spec.default_from is not None:
        raw = given.get(spec.default_from)
    if raw is None:
        raw = spec.default
    if raw is None:
        problems.add(field, "rate.missing_input", input=spec.name)
        return None
    return _READ[spec.kind](spec, raw, field, problems)


def _number(spec: InputSpec, raw: Any, field: str, problems: Collector) -> Decimal | None:
    number = exact(raw)
    if number is None:
        problems.add(field, "rate.not_a_number", key=str(raw), table=spec.name)
        return None
    low, high = spec.low, spec.high
    if (low is not None and number < low) or (high is not None and number > high):
        ends = {"low": "−∞" if low is None else plain(low), "high": "∞" if high is None else plain(high)}
        problems.add(field, "rate.out_of_range", key=plain(number), table=spec.name, **ends)
    return number


def _word(spec: InputSpec, raw: Any, field: str, problems: Collector) -> str:
    number = None if isinstance(raw, str) else exact(raw)
    word = str(raw) if number is None else plain(number)
    if spec.choices and word not in spec.choices:
        problems.add(field, "rate.no_row", key=word, table=spec.name)
    return word


def _words(spec: InputSpec, raw: Any, field: str, problems: Collector) -> tuple[str, ...]:
    if isinstance(raw, str) or not isinstance(raw, list | tuple | set | frozenset):
        problems.add(field, "rate.not_a_list", input=spec.name)
        return ()
    return tuple(sorted(str(item) for item in raw))


def _picks(spec: InputSpec, raw: Any, field: str, problems: Collector) -> dict[str, Decimal]:
    if not isinstance(raw, Mapping):
        problems.add(field, "rate.not_a_list", input=spec.name)
        return {}
    picks: dict[str, Decimal] = {}
    for item, value in raw.items():
        number = exact(value)
        if number is None:
            problems.add(f"{field}.{item}", "rate.not_a_number", key=str(value), table=spec.name)
        else:
            picks[str(item)] = number
    return picks


_READ = {"number": _number, "word": _word, "words": _words, "picks": _picks}
