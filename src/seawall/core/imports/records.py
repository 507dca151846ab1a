"""The records every reader ends in, and the gatherer that keeps them within bounds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from ipaddress import ip_address
from typing import Any, Literal, TypeAlias, get_args

from seawall.core.evidence.items import Severity
from seawall.core.problems import Refused

AssetKind: TypeAlias = Literal["domain", "host", "address", "service", "certificate", "application", "device"]
ASSET_KINDS: tuple[AssetKind, ...] = get_args(AssetKind)

MOST_ASSETS, MOST_WEAKNESSES, MOST_TROUBLES = 20_000, 100_000, 200
LONGEST_NAME, LONGEST_TITLE, LONGEST_DETAIL = 253, 300, 200
_CVE = re.compile(r"CVE-(\d{4})-\d{4,7}", re.IGNORECASE)
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
_LONGEST_NUMBER = 20


class Unreadable(Refused):
    """The file as a whole cannot be read as what it claims to be."""

    code = "imports.unreadable"
    status = 422


class WrongKind(Refused):
    """The file is of another kind than was said, or of none that is read."""

    code = "imports.wrong_kind"
    status = 422


class Bomb(Refused):
    """The file declares entities or nests beyond reason: nothing that a tool writes."""

    code = "imports.bomb"
    status = 422


class TooMuch(Refused):
    """More records than are taken in from one file."""

    code = "imports.too_much"
    status = 422


@dataclass(frozen=True, slots=True)
class Trouble:
    """One record that could not be taken as it stands: the line it begins on (0: none in particular) and why."""

    line: int
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """An asset the file names. `detail` is what it says of it: addresses, port, product, owner, end_of_support."""

    kind: AssetKind
    name: str
    line: int
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Weakness:
    """A vulnerability on an asset. `known_since` is the day from which it could have been mended, None when unsaid.

    `exploited`: the tool says that it is used in attacks. `unsupported`: the software gets no more fixes.
    """

    asset: str
    id: str
    title: str
    severity: Severity
    line: int
    cves: tuple[str, ...] = ()
    known_since: date | None = None
    exploited: bool = False
    unsupported: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """Everything read from one file. `made_at` (aware UTC) is when the tool made it, None when it does not say.

    `records` counts the hosts, lines or components met, taken or not.
    """

    kind: str
    tool: str
    made_at: datetime | None
    records: int
    assets: tuple[Seen, ...]
    weaknesses: tuple[Weakness, ...]
    problems: tuple[Trouble, ...]


class Gatherer:
    """Collects records: assets once each (details merged), at most so many of everything."""

    def __init__(self) -> None:
        self.assets: dict[tuple[AssetKind, str], Seen] = {}
        self.weaknesses: dict[tuple[str, str], Weakness] = {}
        self.problems: list[Trouble] = []
        self.records = 0
        self._left_out = 0

    def trouble(self, line: int, code: str, **params: Any) -> None:
        """Note a problem; beyond `MOST_TROUBLES` they are only counted."""
        if len(self.problems) < MOST_TROUBLES:
            self.problems.append(Trouble(line, code, {k: shown(v) for k, v in params.items()}))
        else:
            self._left_out += 1

    def asset(self, kind: AssetKind, name: str, line: int, **detail: str) -> str:
        """Note an asset and answer its name as kept, or an empty string (with a problem) when it is no name."""
        kept = clean(name, LONGEST_NAME)
        kept = kept.lower() if kind in ("domain", "host", "address", "service") else kept
        if not kept or len(name.strip()) > LONGEST_NAME or _HIDDEN.search(name.strip()):
            self.trouble(line, "imports.name", text=name)
            return ""
        if len(self.assets) >= MOST_ASSETS:
            raise TooMuch("file", most=MOST_ASSETS)
        said = {key: clean(value, LONGEST_DETAIL) for key, value in detail.items() if clean(value, LONGEST_DETAIL)}
        held = self.assets.get((kind, kept))
        self.assets[kind, kept] = Seen(
            kind, kept, held.line if held else line, {**said, **(held.detail if held else {})}
        )
        return kept

    def weakness(self, found: Weakness) -> None:
        """Note a vulnerability; the same id on the same asset counts once, by its gravest mention."""
        if len(self.weaknesses) >= MOST_WEAKNESSES:
            raise TooMuch("file", most=MOST_WEAKNESSES)
        self.weaknesses.setdefault((found.asset, found.id), found)

    def done(self, kind: str, tool: str, made_at: datetime | None) -> Imported:
        problems = list(self.problems)
        if self._left_out:
            problems.append(Trouble(0, "imports.more_problems", {"count": self._left_out}))
        if made_at is None:
            problems.insert(0, Trouble(0, "imports.no_date", {}))
        return Imported(
            kind,
            clean(tool, 60),
            made_at,
            self.records,
            tuple(self.assets[key] for key in sorted(self.assets)),
            tuple(self.weaknesses[key] for key in sorted(self.weaknesses)),
            tuple(problems),
        )


def shown(value: Any) -> Any:
    """A parameter short and visible enough to stand in a sentence."""
    return clean(value, 80) if isinstance(value, str) else value


def clean(text: str, longest: int) -> str:
    """Text on one line, without signs that cannot be seen, cut to a length."""
    return " ".join(_HIDDEN.sub(" ", text[: longest * 4]).split())[:longest]


def address_of(text: str) -> str:
    """The canonical form of an IP address, empty for anything else."""
    try:
        return str(ip_address(text.strip())) if len(text) <= 64 else ""
    except ValueError:
        return ""


def cves_of(texts: Iterable[str]) -> tuple[str, ...]:
    """The CVE ids among texts, each once, in order."""
    return tuple(dict.fromkeys(found.group().upper() for text in texts for found in _CVE.finditer(text[:400])))[:50]


def cve_day(cves: Iterable[str]) -> date | None:
    """The last day of the year in the oldest CVE id, by which it was known: a bound, not a date of publication."""
    years = [int(found.group(1)) for cve in cves if (found := _CVE.fullmatch(cve))]
    years = [year for year in years if 1999 <= year <= 2100]
    return date(min(years), 12, 31) if years else None


def whole(text: str, low: int, high: int) -> int | None:
    """A whole number within [low, high], None for anything else, however long."""
    text = text.strip()
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST_NUMBER:
        return None
    number = int(text)
    return number if low <= number <= high else None


def cvss(text: str) -> float | None:
    """A CVSS score 0 to 10."""
    if not re.fullmatch(r"\d{1,2}(\.\d{1,4})?", text.strip(), re.ASCII):
        return None
    score = float(text)
    return score if score <= 10 else None


def severity_of(score: float) -> Severity:
    """The qualitative rating of a CVSS v3 score (FIRST, CVSS v3.1 section 5)."""
    for least, name in ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.1, "low")):
        if score >= least:
            return name  # type: ignore[return-value]
    return "info"


def day_of(text: str) -> date | None:
    """A day written 2026-11-24, 2026/11/24 or 20261124, perhaps with a time behind it."""
    found = re.match(r"\s*(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})(?!\d)", text[:40], re.ASCII)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def moment_of(text: str) -> datetime | None:
    """An ISO 8601 moment as aware UTC; one without a zone is taken as UTC."""
    try:
        found = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text.strip()[:40]))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def epoch_of(text: str) -> datetime | None:
    """Seconds since 1970 as aware UTC."""
    seconds = whole(text, 0, 4_102_444_800)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
