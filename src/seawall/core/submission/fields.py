"""Reads one mapping of an outside document field by field and gathers every problem.

A getter whose value is wrong records the problem and returns a harmless placeholder, so that reading goes on;
`sound` tells which values can be trusted for rules that join several fields.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from seawall.core.money import Money, parse_amount
from seawall.core.problems import Collector, Refused

T = TypeVar("T")

# What JSON Schema can say about a document; the other codes are about meaning.
SHAPE_CODES = frozenset(
    f"document.{name}"
    for name in (
        *("missing", "unknown_key", "misspelt_key", "choice", "blank", "too_long", "too_many", "form", "unreadable"),
        *("not_a_map", "not_a_list", "not_text", "not_yes_or_no", "not_whole_number", "not_a_date", "not_amount"),
    )
)

CODE_FORM = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
DATE_FORM = r"^[0-9０-９]{4}[-－][0-9０-９]{2}[-－][0-9０-９]{2}$"
INTEGER_FORM = r"^[-+－＋]?[0-9０-９][0-9０-９,，]{0,39}$"
CURRENCY_FORM = r"^[A-Z]{3}$"
NOT_BLANK = r"\S"
# Control signs and lone surrogates: no person writes them, and databases refuse them.
READABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]*$"
LONGEST_TEXT = 200
_LONGEST_AMOUNT = 60

_NO_DATE = date.min
_NO_MONEY = Money(0, "CNY")


def narrow(text: str) -> str:
    """Full-width letters, digits and signs as ASCII, without outer blanks."""
    return unicodedata.normalize("NFKC", text).strip()


def _matches(form: str, text: str) -> bool:
    # `$` also matches before a final newline, in JSON Schema validators too; `search` keeps both readings alike.
    return re.search(form, text) is not None


class Fields:
    """The fields of `value`, which stands at the dotted `path`. `keys` are all that may occur."""

    def __init__(self, value: Any, path: str, keys: Sequence[str], problems: Collector) -> None:
        self._path = path
        self._problems = problems
        self._unsound: set[str] = set()
        self._source: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        self.is_mapping = isinstance(value, Mapping)
        if not self.is_mapping:
            problems.add(path, "document.not_a_map")
        for key in self._source:
            if key not in keys:
                self._unknown(str(key), keys)

    def _unknown(self, key: str, keys: Sequence[str]) -> None:
        near = difflib.get_close_matches(key, keys, n=1, cutoff=0.6)
        if near:
            self._problems.add(self.path(key), "document.misspelt_key", key=key[:60], suggestion=near[0])
        else:
            self._problems.add(self.path(key), "document.unknown_key", key=key[:60], known=", ".join(keys))

    def path(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def bad(self, key: str, code: str, **params: Any) -> None:
        """Record a problem of the field `key` (or of an item below it, "domains.2")."""
        self._problems.add(self.path(key), code, **params)
        self._unsound.add(key.partition(".")[0])

    def sound(self, *keys: str) -> bool:
        """Whether none of the fields has had a problem so far."""
        return self.is_mapping and not self._unsound & set(keys)

    def has(self, key: str) -> bool:
        """Whether the field is given and not null."""
        return self._source.get(key) is not None

    def raw(self, key: str) -> Any:
        """The value as given; records `document.missing` (and returns None) when there is none."""
        value = self._source.get(key)
        # When the whole mapping is missing or misshapen, that one problem is enough.
        if value is None and self.is_mapping:
            self.bad(key, "document.missing")
        return value

    def text(self, key: str, *, longest: int = LONGEST_TEXT, form: str | None = None) -> str:
        value = self.raw(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.bad(key, "document.not_text")
        elif len(value) > longest:
            self.bad(key, "document.too_long", longest=longest)
        elif not _matches(NOT_BLANK, value):
            self.bad(key, "document.blank")
        elif not _matches(READABLE, value):
            self.bad(key, "document.unreadable")
        elif form is not None and not _matches(form, value):
            self.bad(key, "document.form", text=value[:40])
        else:
            return value.strip()
        return ""

    def choice(self, key: str, choices: Sequence[str]) -> str:
        value = self.raw(key)
        if value is not None and value not in choices:
            self.bad(key, "document.choice", text=str(value)[:40], choices=", ".join(choices))
            return ""
        return value or ""

    def flag(self, key: str) -> bool:
        value = self.raw(key)
        if value is not None and not isinstance(value, bool):
            self.bad(key, "document.not_yes_or_no")
        return value is True

    def integer(self, key: str, *, low: int, high: int) -> int:
        """A whole number in [low, high], given as a number or in digits of either width."""
        value = self.raw(key)
        if value is None:
            return low
        if isinstance(value, str) and _matches(INTEGER_FORM, value):
            value = int(narrow(value).replace(",", ""))
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value or value % 1:
            self.bad(key, "document.not_whole_number")
        elif not low <= value <= high:
            self.bad(key, "document.out_of_range", low=low, high=high)
        else:
            return int(value)
        return low

    def day(self, key: str) -> date:
        """An ISO date, as text or as a date."""
        value = self.raw(key)
        if value is None:
            return _NO_DATE
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if not isinstance(value, str):
            self.bad(key, "document.not_a_date")
        elif not _matches(DATE_FORM, value):
            self.bad(key, "document.form", text=value[:40])
        else:
            try:
                return date.fromisoformat(narrow(value))
            except ValueError:
                self.bad(key, "document.no_such_day", text=value[:40])
        return _NO_DATE

    def amount(self, key: str, currency: str) -> Money:
        """Money of at least zero: a number, text ("120万"), or `{amount, currency}`; bare ones are in `currency`."""
        value = self.raw(key)
        if isinstance(value, Mapping):
            parts = Fields(value, self.path(key), ("amount", "currency"), self._problems)
            value, currency = parts.raw("amount"), parts.text("currency", form=CURRENCY_FORM)
            if not parts.sound("amount", "currency"):
                self._unsound.add(key)
                return _NO_MONEY
        if value is None:
            return _NO_MONEY
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.bad(key, "document.not_amount")
            return _NO_MONEY
        if len(str(value)) > _LONGEST_AMOUNT:
            self.bad(key, "money.not_an_amount", text=str(value)[:40])
            return _NO_MONEY
        try:
            money = parse_amount(str(value), currency)
        except Refused as error:
            self.bad(key, error.code, **error.problems[0].params)
            return _NO_MONEY
        if money.minor < 0:
            self.bad(key, "document.negative", text=str(value)[:40])
        return money

    def part(self, key: str, keys: Sequence[str]) -> Fields:
        """The mapping below `key`; only its absence is a problem of this one."""
        value = self.raw(key)
        if value is None:
            absent = Fields({}, self.path(key), keys, self._problems)
            absent.is_mapping = False
            return absent
        return Fields(value, self.path(key), keys, self._problems)

    def items(self, key: str, read: Callable[[Any, str], T], *, most: int = 1000) -> tuple[T, ...]:
        """Each item of the list through `read(item, "key.0")`; an absent list is an empty one."""
        value = self._source.get(key)
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            self.bad(key, "document.not_a_list")
            return ()
        if len(value) > most:
            self.bad(key, "document.too_many", most=most)
            return ()
        return tuple(read(item, f"{key}.{index}") for index, item in enumerate(value))

    def parts(self, key: str, keys: Sequence[str], *, most: int = 1000) -> tuple[Fields, ...]:
        """Each mapping of the list."""
        return self.items(key, lambda item, path: Fields(item, self.path(path), keys, self._problems), most=most)
