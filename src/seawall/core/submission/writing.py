"""Writes a submission as the document that `read` takes: canonical, JSON-able, nothing lost."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from seawall.core.money import Money
from seawall.core.submission.model import Submission


def _plain(value: Any) -> Any:
    match value:
        case Money():
            return {"amount": f"{value.amount:f}", "currency": value.currency}
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(item) for item in value]
        case str() | int() | None:
            return value
        case _:
            return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}


def write(submission: Submission) -> dict[str, Any]:
    """The document: `read(write(s), as_of=...) == s`. Fields left open are left out."""
    document: dict[str, Any] = _without_blanks(_plain(submission))
    return document


def _without_blanks(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_blanks(item) for key, item in value.items() if item not in (None, "")}
    if isinstance(value, list):
        return [_without_blanks(item) for item in value]
    return value
