"""Reading a request's body: JSON and nothing else, without what the database or a reader could choke on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

from seawall.core.problems import Refused

DEEPEST = 20
# The largest whole number that every JSON reader keeps exact.
LARGEST = 2**53


class NotJson(Refused):
    code = "api.not_json"
    status = 400


class WrongType(Refused):
    """The body is not declared as `application/json`."""

    code = "api.media_type"
    status = 415


class BadText(Refused):
    """NUL, or half of a surrogate pair: neither PostgreSQL nor a PDF can hold it."""

    code = "document.unreadable"
    status = 422


class TooDeep(Refused):
    code = "api.too_deep"
    status = 422


class BadNumber(Refused):
    code = "document.out_of_range"
    status = 422


class StrictJson(Parser):
    """The parser of the API."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Raises `WrongType`, `NotJson`, `BadText`, `BadNumber`, `TooDeep`."""
        if request.content_type != "application/json":
            raise WrongType("", found=(request.content_type or "–")[:100])
        try:
            found = json.loads(request.body, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise NotJson("") from error
        for field, value in _walk(found):
            if isinstance(value, str) and not writable(value):
                raise BadText(_shown(field))
            if isinstance(value, int | float) and not -LARGEST <= value <= LARGEST:
                raise BadNumber(_shown(field), low=-LARGEST, high=LARGEST)
        return found  # type: ignore[no-any-return]


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def writable(text: str) -> bool:
    """Whether the text can be stored."""
    return "\x00" not in text and (text.isprintable() or not any(0xD800 <= ord(c) <= 0xDFFF for c in text))


def _shown(field: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in field)[:200]


def _walk(found: Any) -> Iterator[tuple[str, Any]]:
    """Every value and every key, with the dotted path of its place."""
    waiting: list[tuple[str, Any, int]] = [("", found, 0)]
    while waiting:
        path, value, depth = waiting.pop()
        if depth > DEEPEST:
            raise TooDeep(_shown(path), deepest=DEEPEST)
        if isinstance(value, dict):
            for key, part in value.items():
                place = f"{path}.{key}" if path else key
                yield place, key
                waiting.append((place, part, depth + 1))
        elif isinstance(value, list):
            waiting += [(f"{path}.{index}", part, depth + 1) for index, part in enumerate(value)]
        else:
            yield path, value
