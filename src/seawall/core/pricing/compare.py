"""Two versions of a manual side by side: what changed, where, from what to what (a filing's before and after)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """`before` is None for what is new, `after` for what is gone; `path` is dotted."""

    path: str
    before: Any
    after: Any


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """Changes between two documents, leaf by leaf. Steps go by their id, so that an inserted step is one change."""
    before, after = _leaves(old, ""), _leaves(new, "")
    paths = sorted(set(before) | set(after))
    return tuple(
        Change(path, before.get(path), after.get(path)) for path in paths if before.get(path) != after.get(path)
    )


def _leaves(value: Any, path: str) -> dict[str, Any]:
    if isinstance(value, Mapping) and value:
        parts = [(str(key), part) for key, part in value.items()]
    elif isinstance(value, list) and value:
        parts = [(_name(part, i), part) for i, part in enumerate(value)]
    else:
        return {path: value}
    return {
        leaf: content
        for name, part in parts
        for leaf, content in _leaves(part, f"{path}.{name}" if path else name).items()
    }


def _name(part: Any, index: int) -> str:
    """Steps and rules are known by their id, curve points by their x, the rest by position."""
    if isinstance(part, Mapping) and "id" in part:
        return str(part["id"])
    if isinstance(part, list) and len(part) == 2:
        return f"at {part[0]}"
    return str(index)
