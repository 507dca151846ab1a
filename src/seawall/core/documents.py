"""Reading reference documents (nested maps) into values, with every problem told by its dotted path."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from seawall.core.problems import Collector

LANGUAGES = ("zh", "en")


class Node:
    """One map of a document. Every reader answers a harmless value after it has noted a problem.

    Nothing is raised here: the caller ends with `problems.raise_if_any()`.
    """

    def __init__(self, value: Any, path: str = "", problems: Collector | None = None) -> None:
        self.path = path
        self.problems = Collector() if problems is None else problems
        if not isinstance(value, Mapping):
            self.problems.add(path, "document.not_a_map")
            value = {}
        self.value: Mapping[str, Any] = value

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def __contains__(self, key: str) -> bool:
        return self.value.get(key) is not None

    def only(self, *keys: str) -> None:
        """A key nobody reads is a typing error, never ignored."""
        for key in self.value:
            if key not in keys:
                self.problems.add(self.at(str(key)), "document.unknown_key", key=str(key))

    def string(self, key: str, default: str | None = None) -> str:
        """A non-empty string, or `default` where the key may be left out."""
        found = self.value.get(key, default)
        if not isinstance(found, str) or (not found.strip() and found != default):
            self.problems.add(self.at(key), "document.missing")
            return ""
        return found

    def one_of(self, key: str, known: Collection[str], default: str | None = None) -> str:
        found = self.string(key, default)
        if found and found not in known:
            self.problems.add(self.at(key), "document.unknown", value=found)
        return found

    def text(self, key: str) -> dict[str, str]:
        """A sentence for people in every language."""
        found = self.value.get(key)
        found = found if isinstance(found, Mapping) else {}
        for language in LANGUAGES:
            if not isinstance(found.get(language), str) or not found[language].strip():
                self.problems.add(f"{self.at(key)}.{language}", "document.missing_language", language=language)
        return {language: str(found.get(language) or "") for language in LANGUAGES}

    def decimal(self, key: str, low: str = "-1e18", high: str = "1e18", default: int | str | None = None) -> Decimal:
        """A finite number within [low, high], exact as written."""
        found = self.value.get(key, default)
        try:
            if isinstance(found, bool) or not isinstance(found, int | float | str):
                raise InvalidOperation
            number = Decimal(str(found))
            if not number.is_finite():
                raise InvalidOperation
        except InvalidOperation:
            self.problems.add(self.at(key), "document.not_a_number")
            return Decimal(low)
        if not Decimal(low) <= number <= Decimal(high):
            self.problems.add(self.at(key), "document.out_of_range", low=low, high=high)
            return Decimal(low)
        return number

    def number(self, key: str, low: float = -math.inf, high: float = math.inf, default: float | None = None) -> float:
        """As `decimal`, for the arithmetic of models."""
        bounds = (str(max(low, -1e18)), str(min(high, 1e18)))
        return float(self.decimal(key, *bounds, default=None if default is None else str(default)))

    def integer(self, key: str, low: int = 0, high: int = 10**12, default: int | None = None) -> int:
        found = self.value.get(key, default)
        if not isinstance(found, int) or isinstance(found, bool):
            self.problems.add(self.at(key), "document.not_a_number")
            return low
        return int(self.decimal(key, str(low), str(high), default=default))

    def boolean(self, key: str, default: bool) -> bool:
        found = self.value.get(key, default)
        if not isinstance(found, bool):
            self.problems.add(self.at(key), "document.not_yes_or_no")
            return default
        return found

    def date(self, key: str) -> date:
        """An ISO 8601 day (YAML reads it as one, JSON as a string)."""
        found = self.value.get(key)
        try:
            return found if isinstance(found, date) else date.fromisoformat(str(found))
        except ValueError:
            self.problems.add(self.at(key), "document.not_a_date")
            return date.min

    def strings(self, key: str, *, default: bool = False) -> tuple[str, ...]:
        """A list of strings, none of them twice; `default` lets the key be left out."""
        found = self.value.get(key, [] if default else None)
        if not isinstance(found, list | tuple) or not all(isinstance(item, str) and item for item in found):
            self.problems.add(self.at(key), "document.not_a_list")
            return ()
        for item in sorted({item for item in found if list(found).count(item) > 1}):
            self.problems.add(self.at(key), "document.twice", value=item)
        return tuple(found)

    def child(self, key: str) -> Node:
        return Node(self.value.get(key), self.at(key), self.problems)

    def children(self, key: str, *, default: bool = False) -> Iterator[Node]:
        """The maps of a list, in order."""
        found = self.value.get(key, [] if default else None)
        if not isinstance(found, list | tuple):
            self.problems.add(self.at(key), "document.not_a_list")
            return
        for index, item in enumerate(found):
            yield Node(item, f"{self.at(key)}[{index}]", self.problems)

    def entries(self, key: str, *, default: bool = False) -> Iterator[tuple[str, Node]]:
        """The maps of a map, by name, in order."""
        if default and key not in self:
            return
        inner = self.child(key)
        for name, item in inner.value.items():
            yield str(name), Node(item, inner.at(str(name)), self.problems)

    def numbers(self, key: str, low: float = -math.inf, high: float = math.inf) -> dict[str, float]:
        """A map from names to numbers within [low, high]."""
        inner = self.child(key)
        return {str(name): inner.number(str(name), low, high) for name in inner.value}

    def unique(self, key: str, names: Collection[str]) -> None:
        """Note every name that stands twice."""
        for name in sorted({n for n in names if list(names).count(n) > 1}):
            self.problems.add(self.at(key), "document.twice", value=name)


class Header(Protocol):
    """Who published a document, and which version it is."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def name(self) -> Mapping[str, str]: ...


class Released(Protocol):
    """A document as the reference loader hands it over: header, content and content hash."""

    @property
    def header(self) -> Header: ...
    @property
    def body(self) -> Mapping[str, Any]: ...
    @property
    def sha256(self) -> str: ...


HEADER_KEYS = ("id", "version", "kind", "provider", "source", "licence", "published", "name")


def flat(document: Mapping[str, Any] | Released) -> Mapping[str, Any]:
    """Header and content side by side, whether the document comes from the loader or as one plain map."""
    if isinstance(document, Mapping):
        return document
    header = document.header
    return {"id": header.id, "version": header.version, "name": header.name, **document.body}
