"""Categories of GB/T 20986-2023 by code, in both languages, with the way to VERIS and to covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seawall.core.problems import Collector, Refused
from seawall.core.texts import Text, read_text


class UnknownCategory(Refused):
    code = "incident.unknown_category"
    status = 422


@dataclass(frozen=True, slots=True)
class Category:
    """`code` of a class ("MI") or subclass ("MI-07"); `parent` is None for a class; the rest are our suggestions."""

    code: str
    name: Text
    parent: str | None
    veris_action: str
    veris_variety: str
    oed_covers: tuple[str, ...]


def load_categories(document: Mapping[str, Any]) -> dict[str, Category]:
    """All classes and subclasses by code; raises `Invalid` for a code that stands twice and for missing names."""
    problems = Collector("categories")
    found: dict[str, Category] = {}

    def add(body: Mapping[str, Any], parent: str | None, place: str) -> None:
        code = str(body.get("code", ""))
        if not code or code in found:
            problems.add(f"{place}.code", "incident.duplicate_category", category=code)
        found[code] = Category(
            code=code,
            name=read_text(body.get("name"), f"{place}.name", problems),
            parent=parent,
            veris_action=str(body.get("veris_action", "")),
            veris_variety=str(body.get("veris_variety", "")),
            oed_covers=tuple(body.get("oed_covers") or ()),
        )

    for i, group in enumerate(document.get("classes") or ()):
        add(group, None, f"classes.{i}")
        for k, body in enumerate(group.get("subclasses") or ()):
            add(body, str(group.get("code")), f"classes.{i}.subclasses.{k}")
    if not found:
        problems.add("classes", "incident.no_rows")
    problems.raise_if_any()
    return found


def category(categories: Mapping[str, Category], code: str) -> Category:
    """The category of `code`; raises `UnknownCategory`."""
    if code not in categories:
        raise UnknownCategory("category", category=code)
    return categories[code]
