"""Tables of a rate manual: a key or a number in, a number and the row that gave it out.

Kinds: `map` (key to value, exact, by longest prefix, or contained), `bands` (intervals that say which edge is in),
`curve` (linear between points, with stated tails), `ranges` (the legal interval of a picked factor) and `by_key`
(a table for each key: grids and columns are tables of tables). A cell may say `refer` or `not_offered`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from seawall.core.decimals import plain
from seawall.core.problems import Invalid, Problem

REFUSALS = ("refer", "not_offered")
MATCHES = ("exact", "prefix", "contains")
TAILS = ("refuse", "refer", "flat", "extend", "proportional")
EDGES = ("lower", "upper")

Cell = Decimal | str
"""A number, or one of `REFUSALS`."""


@dataclass(frozen=True, slots=True)
class Found:
    """A looked-up `value`, the `row` it stands in and the `rule` that led there."""

    value: Decimal
    row: str
    rule: str


def refuse(table: str, code: str, **params: Any) -> Invalid:
    """The loud refusal: `rate.<code>` at the table, to be raised."""
    return Invalid([Problem(table, f"rate.{code}", {"table": table, **params})])


def _cell(table: str, cell: Cell, row: str, key: Any, rule: str) -> Found:
    if isinstance(cell, str):
        raise refuse(table, cell, key=str(key), row=row)
    return Found(cell, row, rule)


def _one_number(table: str, keys: tuple[Any, ...]) -> Decimal:
    (key,) = keys
    if not isinstance(key, Decimal):
        raise refuse(table, "not_a_number", key=str(key))
    return key


def letters_and_digits(text: str) -> str:
    """Upper case without punctuation, so that "ISO/IEC 27001:2022" holds "27001"."""
    return "".join(c for c in text.upper() if c.isalnum())


@dataclass(frozen=True, slots=True)
class MapTable:
    """Key to value. `default` answers for keys that are not listed; without it they are refused."""

    kind: ClassVar[str] = "map"
    depth: ClassVar[int] = 1
    name: str
    rows: Mapping[str, Cell]
    match: str
    default: Cell | None

    def lookup(self, keys: tuple[Any, ...]) -> Found:
        (key,) = keys
        # A whole number is one key however it is written: 2 and 2.0.
        text = plain(key) if isinstance(key, Decimal) else str(key)
        row = self._row(text)
        if row is not None:
            return _cell(self.name, self.rows[row], row, text, self.match)
        if self.default is None:
            raise refuse(self.name, "no_row", key=text)
        return _cell(self.name, self.default, "default", text, "default")

    def _row(self, key: str) -> str | None:
        if key in self.rows:
            return key
        if self.match == "prefix":
            return max((r for r in self.rows if key.startswith(r)), key=len, default=None)
        if self.match == "contains":
            flat = letters_and_digits(key)
            return max((r for r in self.rows if letters_and_digits(r) in flat), key=len, default=None)
        return None

    def series(self) -> list[list[Cell]]:
        """A map has no order, so no shape to check."""
        return []


@dataclass(frozen=True, slots=True)
class Band:
    """`start` to `end` (None: without end)."""

    start: Decimal
    end: Decimal | None
    value: Cell

    @property
    def label(self) -> str:
        return f"{plain(self.start)} – {'∞' if self.end is None else plain(self.end)}"


@dataclass(frozen=True, slots=True)
class BandTable:
    """Intervals without gap or overlap. `edge` says which end belongs to a band: `lower` [a, b) or `upper` (a, b].

    With `upper` the start of the very first band belongs to it too.
    """

    kind: ClassVar[str] = "bands"
    depth: ClassVar[int] = 1
    name: str
    rows: tuple[Band, ...]
    edge: str

    def lookup(self, keys: tuple[Any, ...]) -> Found:
        x = _one_number(self.name, keys)
        for i, band in enumerate(self.rows):
            if self.edge == "lower":
                inside = band.start <= x and (band.end is None or x < band.end)
            else:
                inside = (band.start < x or (i == 0 and band.start == x)) and (band.end is None or x <= band.end)
            if inside:
                return _cell(self.name, band.value, band.label, plain(x), "band")
        last = self.rows[-1].end
        raise refuse(self.name, "out_of_range", key=plain(x), low=plain(self.rows[0].start), high=plain(last or x))

    def series(self) -> list[list[Cell]]:
        return [[band.value for band in self.rows]]


@dataclass(frozen=True, slots=True)
class CurveTable:
    """Linear between `points`; outside, `below` and `above` say what holds.

    `refuse` and `refer` do not rate; `flat` keeps the end value; `extend` goes on along the end segment (or by `slope`
    per unit of x when one is stated, above only); `proportional` scales the end value with x.
    """

    kind: ClassVar[str] = "curve"
    depth: ClassVar[int] = 1
    name: str
    points: tuple[tuple[Decimal, Decimal], ...]
    below: str
    above: str
    slope: Decimal | None

    def lookup(self, keys: tuple[Any, ...]) -> Found:
        x = _one_number(self.name, keys)
        first, last = self.points[0], self.points[-1]
        if x < first[0]:
            return self._tail(x, self.below, first, self.points[:2], None)
        if x > last[0]:
            return self._tail(x, self.above, last, self.points[-2:], self.slope)
        index = next(i for i, point in enumerate(self.points) if x <= point[0])
        if self.points[index][0] == x:
            return Found(self.points[index][1], plain(x), "point")
        return self._between(x, self.points[index - 1], self.points[index], "between")

    def _between(self, x: Decimal, a: tuple[Decimal, Decimal], b: tuple[Decimal, Decimal], rule: str) -> Found:
        value = a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0])
        return Found(value, f"{plain(a[0])} – {plain(b[0])}", rule)

    def _tail(
        self,
        x: Decimal,
        how: str,
        end: tuple[Decimal, Decimal],
        segment: tuple[tuple[Decimal, Decimal], ...],
        slope: Decimal | None,
    ) -> Found:
        if how == "refer":
            raise refuse(self.name, "refer", key=plain(x), row=plain(end[0]))
        if how == "flat":
            return Found(end[1], plain(end[0]), "flat_tail")
        if how == "proportional":
            return Found(end[1] * x / end[0], plain(end[0]), "proportional_tail")
        if how == "extend" and slope is not None:
            return Found(end[1] + slope * (x - end[0]), plain(end[0]), "slope_tail")
        if how == "extend":
            return self._between(x, segment[0], segment[-1], "extended_tail")
        low, high = plain(self.points[0][0]), plain(self.points[-1][0])
        raise refuse(self.name, "out_of_range", key=plain(x), low=low, high=high)

    def series(self) -> list[list[Cell]]:
        return [[y for _, y in self.points]]

    def slopes(self) -> list[Decimal]:
        """Rise per unit of each segment, in order; a concave curve has falling ones."""
        pairs = zip(self.points, self.points[1:], strict=False)
        return [(b[1] - a[1]) / (b[0] - a[0]) for a, b in pairs]


@dataclass(frozen=True, slots=True)
class RangeTable:
    """The interval in which a person may pick a factor, for each item; looked up with (item, picked value)."""

    kind: ClassVar[str] = "ranges"
    depth: ClassVar[int] = 2
    name: str
    rows: Mapping[str, tuple[Decimal, Decimal]]

    def lookup(self, keys: tuple[Any, ...]) -> Found:
        item, picked = keys
        if item not in self.rows:
            raise refuse(self.name, "no_row", key=str(item))
        low, high = self.rows[item]
        if not isinstance(picked, Decimal) or not low <= picked <= high:
            raise refuse(
                self.name, "pick_out_of_range", key=str(item), picked=str(picked), low=plain(low), high=plain(high)
            )
        return Found(picked, f"{item}: {plain(low)} – {plain(high)}", "picked")

    def series(self) -> list[list[Cell]]:
        return []


@dataclass(frozen=True, slots=True)
class KeyedTable:
    """A table for each key: the first key chooses, the rest look up (grids, columns, classes)."""

    kind: ClassVar[str] = "by_key"
    name: str
    tables: Mapping[str, Table]

    @property
    def depth(self) -> int:
        return 1 + next(iter(self.tables.values())).depth

    def lookup(self, keys: tuple[Any, ...]) -> Found:
        key = plain(keys[0]) if isinstance(keys[0], Decimal) else str(keys[0])
        if key not in self.tables:
            raise refuse(self.name, "no_row", key=key)
        found = self.tables[key].lookup(keys[1:])
        return Found(found.value, f"{key} · {found.row}", found.rule)

    def series(self) -> list[list[Cell]]:
        return [series for table in self.tables.values() for series in table.series()]


Table = MapTable | BandTable | CurveTable | RangeTable | KeyedTable
