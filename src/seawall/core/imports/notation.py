"""JSON within bounds: no number, depth or name that a tool would not write."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from seawall.core.imports.records import Bomb, Unreadable

DEEPEST, LONGEST_NUMBER = 60, 40
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]')


def load(content: bytes | str) -> Any:
    """JSON as plain data; raises `Unreadable` with the line, `Bomb` for what nests or counts beyond reason."""
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    except UnicodeDecodeError as error:
        raise Unreadable("file", line=content[: error.start].count(b"\n") + 1) from error  # type: ignore[arg-type]
    if deeper_than(text, DEEPEST):
        raise Bomb("file", line=0)
    try:
        return json.loads(text, parse_int=_number, parse_float=_number, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise Unreadable("file", line=error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise Unreadable("file", line=0) from error


def deeper_than(text: str, depth: int) -> bool:
    """Whether brackets nest deeper; looks before a recursive reader does."""
    level = 0
    for found in _BRACKETS.finditer(text):
        sign = found.group()
        if sign in "[{":
            level += 1
            if level > depth:
                return True
        elif sign in "]}":
            level -= 1
    return False


def _number(text: str) -> float | int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError("a number beyond reason")
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number beyond reason")
    return int(text) if text.lstrip("-").isdigit() else number


def _constant(text: str) -> float:
    raise ValueError(text)


def mapping(value: Any) -> Mapping[str, Any]:
    """A map, empty for anything else."""
    return value if isinstance(value, Mapping) else {}


def listed(value: Any) -> Iterator[Mapping[str, Any]]:
    """The maps of a list, none of anything else."""
    return (item for item in value if isinstance(item, Mapping)) if isinstance(value, list) else iter(())


def words(value: Any) -> str:
    """Text, empty for anything else."""
    return value if isinstance(value, str) else ""


def several(value: Any) -> list[str]:
    """Texts, whether given as a list or as one text with commas."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [part for part in value if isinstance(part, str)] if isinstance(value, list) else []
