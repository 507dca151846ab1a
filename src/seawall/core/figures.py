"""Published figures of the market and of losses, each with its source; and one's own book laid beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from seawall.core.decimals import exact
from seawall.core.problems import Collector
from seawall.core.texts import Text, read_text

KINDS = ("market", "claims", "survey", "event", "law", "exposure")
EVIDENCE = ("verified", "derived", "paper", "general")
RELATIONS = ("exactly", "about", "over")
MONEY = ("CNY", "USD", "EUR")
UNITS = (*MONEY, "count", "share", "rate", "year", "times", "hours", "gb_s", "tb_day")
# Which published figure an own figure is laid beside, and the source it stands under.
BESIDE: Mapping[str, tuple[str, str]] = {
    "rate_on_line": ("miit-pilot", "cn-rate-on-line"),
    "mean_premium": ("miit-pilot", "cn-mean-premium"),
    "mean_limit": ("miit-pilot", "cn-mean-limit"),
    "claim_frequency": ("coalition-2025", "claim-frequency"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number as it was published. `unit` is a currency (major units) or one of `UNITS`; `relation` to the value."""

    id: str
    name: Text
    value: Decimal
    unit: str
    relation: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Source:
    """A publication or event: the time it speaks of, what it serves; `says` is what is not a number.

    `paper` is the section of the 2022 white paper that cites it, else `read_in` says where it was read.
    """

    id: str
    name: Text
    kind: str
    period: str
    paper: str
    read_in: str
    used_for: tuple[str, ...]
    says: Text | None
    figures: tuple[Figure, ...]

    def figure(self, code: str) -> Figure:
        """Raises `KeyError` for a figure the source does not have."""
        return {figure.id: figure for figure in self.figures}[code]


@dataclass(frozen=True, slots=True)
class Beside:
    """An own figure beside a published one; `own` is None where the book is too small, `ratio` own / published."""

    code: str
    own: Decimal | None
    source: Source
    figure: Figure
    ratio: Decimal | None


def load_sources(document: Mapping[str, Any]) -> tuple[Source, ...]:
    """The sources of a release; raises `Invalid` with every problem."""
    problems = Collector("sources")
    rows = document.get("sources")
    if not isinstance(rows, list) or not rows:
        problems.add("", "figures.none")
        rows = []
    sources = tuple(_source(row, str(number), problems) for number, row in enumerate(rows))
    ids = [s.id for s in sources] + [f.id for s in sources for f in s.figures]
    for twice in sorted({name for name in ids if ids.count(name) > 1}):
        problems.add(twice, "figures.twice", id=twice)
    problems.raise_if_any()
    return sources


def beside(own: Mapping[str, Decimal | None], sources: tuple[Source, ...]) -> tuple[Beside, ...]:
    """Own figures beside the published ones of `BESIDE`, in that order; a figure the release lacks is left out."""
    by_id = {source.id: source for source in sources}
    found = []
    for code, (source_id, figure_id) in BESIDE.items():
        source = by_id.get(source_id)
        if source is None or figure_id not in {figure.id for figure in source.figures}:
            continue
        figure, value = source.figure(figure_id), own.get(code)
        found.append(Beside(code, value, source, figure, None if value is None else value / figure.value))
    return tuple(found)


def _source(row: Any, place: str, problems: Collector) -> Source:
    row = row if isinstance(row, Mapping) else {}
    kind, figures = str(row.get("kind")), row.get("figures")
    if kind not in KINDS:
        problems.add(f"{place}.kind", "document.choice", text=kind, choices=", ".join(KINDS))
    for keys in (("id",), ("period",), ("read_in", "paper")):
        if not any(str(row.get(key) or "").strip() for key in keys):
            problems.add(f"{place}.{keys[0]}", "document.missing")
    return Source(
        id=str(row.get("id")),
        name=read_text(row.get("name"), f"{place}.name", problems),
        kind=kind,
        period=str(row.get("period")),
        paper=str(row.get("paper") or ""),
        read_in=str(row.get("read_in") or ""),
        used_for=tuple(str(use) for use in row.get("used_for") or ()),
        says=None if row.get("says") is None else read_text(row["says"], f"{place}.says", problems),
        figures=tuple(_figure(f, f"{place}.figures.{n}", problems) for n, f in enumerate(figures or ())),
    )


def _figure(row: Any, place: str, problems: Collector) -> Figure:
    row = row if isinstance(row, Mapping) else {}
    for key, choices in (("unit", UNITS), ("is", RELATIONS), ("evidence", EVIDENCE)):
        if row.get(key) not in choices:
            problems.add(f"{place}.{key}", "document.choice", text=str(row.get(key)), choices=", ".join(choices))
    value = exact(row.get("value"))
    if value is None or value <= 0:
        problems.add(f"{place}.value", "figures.value", value=str(row.get("value")))
    return Figure(
        id=str(row.get("id")),
        name=read_text(row.get("name"), f"{place}.name", problems),
        value=value or Decimal(1),
        unit=str(row.get("unit")),
        relation=str(row.get("is")),
        evidence=str(row.get("evidence")),
    )
