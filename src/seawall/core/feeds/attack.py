"""MITRE ATT&CK as a STIX bundle (2.1; the older 2.0 files too). © The MITRE Corporation, used under its terms.

Format: https://github.com/mitre-attack/attack-stix-data. What is revoked or deprecated is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from seawall.core.feeds.reading import Bounds, Feed, Item, Told, gather, json_of, refuse

BOUNDS = Bounds(bytes=96_000_000, entries=200_000)
_TYPES = {
    "attack-pattern": "technique",
    "x-mitre-tactic": "tactic",
    "course-of-action": "mitigation",
    "intrusion-set": "group",
    "malware": "malware",
    "tool": "tool",
    "campaign": "campaign",
}
_STIX = re.compile(r"[a-z][a-z0-9-]{2,60}--[0-9a-fA-F-]{36}")
_NUMBER = re.compile(r"[A-Z]{1,3}\d{4}(\.\d{3})?")


@dataclass(frozen=True, slots=True)
class Attack:
    """A technique, tactic, mitigation, group, software or campaign, by its ATT&CK number."""

    type: str
    name: str
    tactics: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """`source` does `type` to `target`, both ATT&CK numbers ("G0007 uses T1059")."""

    type: str
    source: str
    target: str


def read_attack(data: bytes) -> Feed:
    """One bundle: its objects by number and their relations by "source type target"."""
    told = Told()
    top = Item(json_of(data, BOUNDS), "", told)
    if top.value.get("type") != "bundle" or not isinstance(top.value.get("objects"), list):
        raise refuse("feed.not_this_feed", kind="attack")
    top.name("id", _STIX)
    rows = top.list("objects", most=BOUNDS.entries)
    every, gone = _identities(rows, told)
    if told.count:
        told.refuse()
    numbers: dict[str, str] = {}

    def read(row: Item) -> Iterator[tuple[str, Any]]:
        made = _object(row)
        numbers[str(row.value.get("id"))] = made[0]
        yield made

    objects = [(f"objects[{n}]", r) for n, r in enumerate(rows) if r.get("type") in _TYPES and r.get("id") not in gone]
    entries, _ = gather(objects, read, BOUNDS)
    for n, row in enumerate(rows):
        if row.get("type") == "relationship" and row.get("id") not in gone:
            relation = _relation(Item(row, f"objects[{n}]", told), every, numbers)
            if relation is not None:
                entries[f"{relation.source} {relation.type} {relation.target}"] = relation
    if told.count:
        told.refuse()
    version, published = _edition(rows)
    return Feed("attack", published, entries, {"version": version})


def _identities(rows: list[Any], told: Told) -> tuple[set[str], set[str]]:
    """Every STIX id, and those revoked or deprecated; an id that stands twice is a problem."""
    every: set[str] = set()
    gone: set[str] = set()
    for n, row in enumerate(rows):
        item = Item(row, f"objects[{n}]", told)
        # Marking definitions of STIX 2.0 and every other object have one; the form is the same for all.
        number = item.name("id", _STIX)
        if number in every:
            told.add(item.at("id"), "feed.twice", name=number)
        every.add(number)
        item.text("type", most=60, required=True)
        if item.value.get("revoked") is True or item.value.get("x_mitre_deprecated") is True:
            gone.add(number)
    return every, gone


def _object(row: Item) -> tuple[str, Attack]:
    kind = _TYPES[str(row.value["type"])]
    references = [r for r in row.items("external_references", most=5_000) if "external_id" in r.value]
    own = [r for r in references if str(r.value.get("source_name", "")).startswith("mitre-")]
    number = own[0].name("external_id", _NUMBER) if own else ""
    if not own:
        row.told.add(row.at("external_references"), "feed.missing")
    tactics = tuple(p.text("phase_name", most=60) for p in row.items("kill_chain_phases", most=50))
    return number, Attack(kind, row.text("name", required=True), tactics, row.texts("x_mitre_platforms", most=50))


def _relation(row: Item, every: set[str], numbers: dict[str, str]) -> Relation | None:
    """None for what leads to or from something dropped or of another type; a missing end is a problem."""
    ends = [row.name("source_ref", _STIX), row.name("target_ref", _STIX)]
    for key, end in zip(("source_ref", "target_ref"), ends, strict=True):
        if end and end not in every:
            row.told.add(row.at(key), "feed.dangling", name=end)
    kind = row.text("relationship_type", most=60, required=True)
    if any(end not in numbers for end in ends):
        return None
    return Relation(kind, numbers[ends[0]], numbers[ends[1]])


def _edition(rows: list[Any]) -> tuple[str, str]:
    """ATT&CK's version where the bundle says it, and the day of its newest change."""
    version = next((str(r.get("x_mitre_version", "")) for r in rows if r.get("type") == "x-mitre-collection"), "")
    days = [str(r["modified"])[:10] for r in rows if isinstance(r.get("modified"), str)]
    return version[:20], max((d for d in days if re.fullmatch(r"\d{4}-\d{2}-\d{2}", d)), default="")
