"""Strangers' bytes into values: bounded before anything is built, every problem told, nothing half-read.

A feed is refused as a whole when its frame is wrong, when it is empty, or when more of its entries are wrong than its
kind tolerates; entries left out within that share are told one by one (up to `MOST_TOLD`, and counted beyond).
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from seawall.core.problems import Invalid, Problem

MOST_TOLD = 50
GZIP = b"\x1f\x8b"
_SIGNS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a feed may cost: bytes unpacked, brackets and commas in its JSON, entries; `tolerance`: share left out."""

    bytes: int
    entries: int
    brackets: int = 4_000_000
    commas: int = 20_000_000
    tolerance: float = 0.0


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed as read. `published`: the source's own ISO day (or moment), empty when it gives none.

    `entries` by the source's own name for them; `left_out` counts what was wrong, `told` says what (the first ones).
    """

    kind: str
    published: str
    entries: Mapping[str, Any]
    meta: Mapping[str, str] = field(default_factory=dict)
    left_out: int = 0
    told: tuple[Problem, ...] = ()


class Told:
    """Problems, the first ones in words and the rest as a number: a hostile feed does not fill the memory."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.count = 0

    def add(self, place: str, code: str, **params: Any) -> None:
        self.count += 1
        if len(self.problems) < MOST_TOLD:
            short = {
                k: v[:80].encode("utf-8", "replace").decode() if isinstance(v, str) else v for k, v in params.items()
            }
            self.problems.append(Problem(place[:200].encode("utf-8", "replace").decode(), code, short))

    def refuse(self) -> None:
        if self.count > len(self.problems):
            self.problems.append(Problem("", "feed.and_more", {"count": self.count - len(self.problems)}))
        raise Invalid(self.problems)


def refuse(code: str, place: str = "", **params: Any) -> Invalid:
    """One reason why the feed as a whole cannot be read."""
    return Invalid([Problem(place, code, params)])


def unpacked(data: bytes, bounds: Bounds, *, must: bool = False) -> bytes:
    """The bytes out of a gzip (whole by its own checksum, bounded), or as they are; `must`: a gzip it shall be."""
    if not data.startswith(GZIP):
        if must:
            raise refuse("feed.not_gzip")
        if len(data) > bounds.bytes:
            raise refuse("feed.too_large", most=bounds.bytes)
        return data
    machine = zlib.decompressobj(31)
    try:
        out = machine.decompress(data, bounds.bytes + 1)
    except zlib.error:
        raise refuse("feed.not_gzip") from None
    if len(out) > bounds.bytes:
        raise refuse("feed.too_large", most=bounds.bytes)
    if not machine.eof or machine.unused_data:
        raise refuse("feed.truncated")
    return out


class _Twice(ValueError):
    """A key of an object stands twice: two programs would read two things."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Twice
    return made


def _no_constant(text: str) -> Any:
    raise ValueError(text)


def text_of(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse("feed.not_utf8", at=error.start) from None


def json_of(data: bytes, bounds: Bounds) -> Any:
    """JSON (gzip or not) within the bounds; keys that stand twice, NaN and endless numbers are refused."""
    data = unpacked(data, bounds)
    if data.count(b"[") + data.count(b"{") > bounds.brackets or data.count(b",") > bounds.commas:
        raise refuse("feed.too_many", most=bounds.brackets)
    try:
        return json.loads(text_of(data), object_pairs_hook=_once, parse_constant=_no_constant)
    except _Twice:
        raise refuse("feed.key_twice") from None
    except RecursionError:
        raise refuse("feed.too_deep") from None
    except ValueError as error:
        raise refuse("feed.not_json", at=getattr(error, "pos", 0)) from None


class Item:
    """One map of a feed. Every reader gives a harmless value after it has noted what is wrong."""

    def __init__(self, value: Any, path: str, told: Told) -> None:
        self.path, self.told = path, told
        if not isinstance(value, Mapping):
            told.add(path, "feed.not_a_map")
            value = {}
        self.value: Mapping[str, Any] = value

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def text(self, *keys: str, most: int = 300, required: bool = False) -> str:
        """The first of `keys` that is there, in one line of at most `most` signs."""
        key = next((k for k in keys if self.value.get(k) is not None), keys[0])
        found = self.value.get(key)
        if found is None:
            found = ""
        if not isinstance(found, str):
            self.told.add(self.at(key), "feed.not_text")
            return ""
        if _SIGNS.search(found[: most * 4]):
            self.told.add(self.at(key), "feed.bad_sign")
            return ""
        line = _SPACE.sub(" ", found[: most * 4]).strip()[:most]
        if required and not line:
            self.told.add(self.at(key), "feed.missing")
        return line

    def name(self, key: str, pattern: re.Pattern[str]) -> str:
        """A text of a fixed form."""
        found = self.text(key, most=200, required=True)
        if found and not pattern.fullmatch(found):
            self.told.add(self.at(key), "feed.form", text=found)
        return found

    def day(self, *keys: str, required: bool = True) -> str:
        """The ISO day of a day or moment."""
        found = self.text(*keys, most=40, required=required)
        if not found:
            return ""
        try:
            return date.fromisoformat(found[:10]).isoformat()
        except ValueError:
            self.told.add(self.at(keys[0]), "feed.not_a_day", text=found)
            return ""

    def number(self, key: str, low: float, high: float, *, whole: bool = False) -> float | None:
        """A number within [low, high], or None where there is none."""
        found = self.value.get(key)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int if whole else int | float):
            self.told.add(self.at(key), "feed.not_a_number")
        elif not low <= found <= high:
            self.told.add(self.at(key), "feed.out_of_range", low=low, high=high)
        else:
            return found
        return None

    def list(self, key: str, *, most: int = 100_000, required: bool = False) -> list[Any]:
        found = self.value.get(key)
        if found is None and not required:
            return []
        if not isinstance(found, list):
            self.told.add(self.at(key), "feed.not_a_list")
            return []
        if len(found) > most:
            self.told.add(self.at(key), "feed.too_many", most=most)
        return found[:most]

    def items(self, key: str, *, most: int = 100_000) -> Iterator[Item]:
        for index, entry in enumerate(self.list(key, most=most)):
            yield Item(entry, f"{self.at(key)}[{index}]", self.told)

    def texts(self, key: str, *, most: int = 200) -> tuple[str, ...]:
        """The texts of a list, each once, in order."""
        found = self.list(key, most=most)
        if not all(isinstance(text, str) and not _SIGNS.search(text[:800]) for text in found):
            self.told.add(self.at(key), "feed.not_text")
            return ()
        return tuple(dict.fromkeys(text.strip()[:200] for text in found if text.strip()))

    def child(self, key: str) -> Item:
        found = self.value.get(key)
        return Item({} if found is None else found, self.at(key), self.told)


def gather(
    found: Iterable[tuple[str, Any]], read: Callable[[Item], Iterable[tuple[str, Any]]], bounds: Bounds
) -> tuple[dict[str, Any], Told]:
    """The records of all entries by name, and what was wrong with those left out; raises `Invalid` (see above)."""
    told, entries, wrong, total = Told(), {}, 0, 0
    for place, value in found:
        total += 1
        if total > bounds.entries:
            raise refuse("feed.too_many", most=bounds.entries)
        own = Told()
        made = dict(read(Item(value, place, own)))
        for name in made if not own.count else ():
            if name in entries:
                own.add(place, "feed.twice", name=name)
        if own.count:
            wrong += 1
            for problem in own.problems:
                told.add(problem.field, problem.code, **problem.params)
        else:
            entries.update(made)
    if wrong > bounds.tolerance * total:
        told.refuse()
    if not entries:
        raise refuse("feed.empty")
    told.count = wrong
    return entries, told


_NAMES: dict[type, tuple[str, ...]] = {}


def plain(record: Any) -> dict[str, Any]:
    """A record as JSON data; what is empty is left out."""
    kind, made = type(record), {}
    names = _NAMES.get(kind) or _NAMES.setdefault(kind, tuple(f.name for f in fields(kind)))
    for name in names:
        value = getattr(record, name)
        if isinstance(value, tuple):
            value = [part if isinstance(part, str) else plain(part) for part in value]
        if value not in (None, "", []):
            made[name] = value
    return made
