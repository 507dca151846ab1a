"""The appetite as others may know it: what is declined or referred and what would change that, without thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from seawall.lifecycle.strategy.queries.in_force import appetite
from seawall.records.parties.models import Organisation
from seawall.records.parties.viewer import Forbidden, Viewer


@dataclass(frozen=True, slots=True)
class Saying:
    """One rule in words: its outcome (decline or refer), why, and what would change it."""

    rule: str
    outcome: str
    reason: Mapping[str, str]
    remedy: Mapping[str, str]


def sayings(viewer: Viewer, *, on: date) -> tuple[Saying, ...]:
    """The rules in force on a day in words, declines first; raises `Forbidden` but for the office and brokers."""
    if not viewer.office and viewer.kind != Organisation.Kind.BROKER:
        raise Forbidden("", verb="appetite.adopt")
    held = appetite(viewer, on=on)
    rules = held.release.body.get("rules", ()) if held else ()
    found = [Saying(str(r["id"]), str(r["outcome"]), r["reason"], r["remedy"]) for r in rules]
    return tuple(sorted(found, key=lambda saying: saying.outcome != "decline"))
