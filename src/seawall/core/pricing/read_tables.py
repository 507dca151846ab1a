"""Tables from their document; every fault told at its place, then reading goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from seawall.core.decimals import exact
from seawall.core.pricing.tables import (
    EDGES,
    MATCHES,
    REFUSALS,
    TAILS,
    Band,
    BandTable,
    Cell,
    CurveTable,
    KeyedTable,
    MapTable,
    RangeTable,
    Table,
)
from seawall.core.problems import Collector

SHAPES = ("increasing", "increasing_concave", "decreasing")


def read_table(name: str, document: Any, field: str, problems: Collector) -> Table | None:
    """The table, or None when it is too broken to look anything up in."""
    if not isinstance(document, Mapping):
        problems.add(field, "manual.table_kind", kind="")
        return None
    reader = _READERS.get(str(document.get("kind")))
    if reader is None:
        problems.add(f"{field}.kind", "manual.table_kind", kind=str(document.get("kind")))
        return None
    table = reader(name, document, field, problems)
    shape = document.get("shape")
    if shape is not None and shape not in SHAPES:
        problems.add(f"{field}.shape", "manual.choice", value=str(shape), choices=", ".join(SHAPES))
    elif shape is not None and table is not None:
        check_shape(table, shape, field, problems)
    return table


def check_shape(table: Table, shape: str, field: str, problems: Collector) -> None:
    """A limit factor that falls, or a retention factor that rises, is a typing error: say between which values."""
    for series in table.series():
        numbers = [cell for cell in series if isinstance(cell, Decimal)]
        for a, b in pairwise(numbers):
            if (b < a) if shape.startswith("increasing") else (b > a):
                problems.add(field, "manual.shape", shape=shape, first=str(a), second=str(b))
    if shape == "increasing_concave":
        for curve in _curves(table):
            slopes = curve.slopes()
            for i, (a, b) in enumerate(pairwise(slopes)):
                if b > a:
                    problems.add(field, "manual.not_concave", at=str(curve.points[i + 1][0]))


def _curves(table: Table) -> list[CurveTable]:
    if isinstance(table, KeyedTable):
        return [curve for part in table.tables.values() for curve in _curves(part)]
    return [table] if isinstance(table, CurveTable) else []


def _choice(document: Mapping[str, Any], key: str, choices: Sequence[str], field: str, problems: Collector) -> str:
    value = document.get(key)
    if value not in choices:
        problems.add(f"{field}.{key}", "manual.choice", value=str(value), choices=", ".join(choices))
        return choices[0]
    return str(value)


def _number(value: Any, field: str, problems: Collector) -> Decimal:
    number = exact(value)
    if number is None:
        problems.add(field, "manual.number", value=str(value))
    return number if number is not None else Decimal(0)


def _read_cell(value: Any, field: str, problems: Collector) -> Cell:
    return str(value) if value in REFUSALS else _number(value, field, problems)


def _rows(document: Mapping[str, Any], field: str, problems: Collector, key: str = "rows") -> Any:
    rows = document.get(key)
    if not rows or not isinstance(rows, Mapping | list):
        problems.add(f"{field}.{key}", "manual.no_rows")
        return None
    return rows


def _row_list(document: Mapping[str, Any], field: str, problems: Collector, key: str = "rows") -> list[Any] | None:
    rows = _rows(document, field, problems, key)
    if isinstance(rows, Mapping):
        problems.add(f"{field}.{key}", "manual.no_rows")
        return None
    return rows  # type: ignore[no-any-return]


def _row_map(document: Mapping[str, Any], field: str, problems: Collector, key: str = "rows") -> dict[str, Any] | None:
    rows = _rows(document, field, problems, key)
    if isinstance(rows, list):
        problems.add(f"{field}.{key}", "manual.no_rows")
        return None
    return None if rows is None else {str(k): v for k, v in rows.items()}


def _read_map(name: str, document: Mapping[str, Any], field: str, problems: Collector) -> Table | None:
    rows = _row_map(document, field, problems)
    if rows is None:
        return None
    cells = {key: _read_cell(value, f"{field}.rows.{key}", problems) for key, value in rows.items()}
    match = _choice({"match": "exact", **document}, "match", MATCHES, field, problems)
    default = None if "default" not in document else _read_cell(document["default"], f"{field}.default", problems)
    return MapTable(name, cells, match, default)


def _read_bands(name: str, document: Mapping[str, Any], field: str, problems: Collector) -> Table | None:
    rows = _row_list(document, field, problems)
    if rows is None:
        return None
    bands: list[Band] = []
    for i, row in enumerate(rows):
        place = f"{field}.rows.{i}"
        if not isinstance(row, Mapping):
            problems.add(place, "manual.no_rows")
            continue
        start = _number(row.get("from"), f"{place}.from", problems)
        end = None if row.get("to") is None else _number(row["to"], f"{place}.to", problems)
        bands.append(Band(start, end, _read_cell(row.get("value"), f"{place}.value", problems)))
    _check_edges(bands, field, problems)
    edge = _choice(document, "edge", EDGES, field, problems)
    return BandTable(name, tuple(bands), edge) if bands else None


def _check_edges(bands: Sequence[Band], field: str, problems: Collector) -> None:
    for i, band in enumerate(bands):
        if band.end is not None and band.end <= band.start:
            problems.add(f"{field}.rows.{i}", "manual.band_reversed", start=str(band.start), end=str(band.end))
    for i, (a, b) in enumerate(pairwise(bands)):
        if a.end is None or b.start < a.end:
            problems.add(f"{field}.rows.{i + 1}", "manual.band_overlap", first=a.label, second=b.label)
        elif b.start > a.end:
            problems.add(f"{field}.rows.{i + 1}", "manual.band_gap", start=str(a.end), end=str(b.start))


def _read_curve(name: str, document: Mapping[str, Any], field: str, problems: Collector) -> Table | None:
    rows = _row_list(document, field, problems, "points")
    if rows is None:
        return None
    points: list[tuple[Decimal, Decimal]] = []
    for i, row in enumerate(rows):
        place = f"{field}.points.{i}"
        if not isinstance(row, Sequence) or isinstance(row, str) or len(row) != 2:
            problems.add(place, "manual.number", value=str(row))
            continue
        points.append((_number(row[0], place, problems), _number(row[1], place, problems)))
        if len(points) > 1 and points[-1][0] <= points[-2][0]:
            problems.add(place, "manual.curve_order", first=str(points[-2][0]), second=str(points[-1][0]))
    below = _choice(document, "below", TAILS, field, problems)
    above = _choice(document, "above", TAILS, field, problems)
    slope = None if document.get("slope") is None else _number(document["slope"], f"{field}.slope", problems)
    if len(points) < 2:
        problems.add(f"{field}.points", "manual.no_rows")
        return None
    return CurveTable(name, tuple(points), below, above, slope)


def _read_ranges(name: str, document: Mapping[str, Any], field: str, problems: Collector) -> Table | None:
    rows = _row_map(document, field, problems)
    if rows is None:
        return None
    ranges: dict[str, tuple[Decimal, Decimal]] = {}
    for key, row in rows.items():
        place = f"{field}.rows.{key}"
        if not isinstance(row, Sequence) or isinstance(row, str) or len(row) != 2:
            problems.add(place, "manual.number", value=str(row))
            continue
        low, high = (_number(end, place, problems) for end in row)
        if high < low:
            problems.add(place, "manual.band_reversed", start=str(low), end=str(high))
        ranges[key] = (low, high)
    return RangeTable(name, ranges) if ranges else None


def _read_keyed(name: str, document: Mapping[str, Any], field: str, problems: Collector) -> Table | None:
    rows = _row_map(document, field, problems, "tables")
    if rows is None:
        return None
    read = {key: read_table(name, part, f"{field}.tables.{key}", problems) for key, part in rows.items()}
    tables = {key: table for key, table in read.items() if table is not None}
    if len({table.depth for table in tables.values()}) > 1:
        problems.add(f"{field}.tables", "manual.mixed_depth")
    return KeyedTable(name, tables) if tables else None


_READERS: Mapping[str, Callable[[str, Mapping[str, Any], str, Collector], Table | None]] = {
    "map": _read_map,
    "bands": _read_bands,
    "curve": _read_curve,
    "ranges": _read_ranges,
    "by_key": _read_keyed,
}
