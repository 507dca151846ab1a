"""What one release of a risk universe changed against another: pure, on the documents themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seawall.core.documents import Released, flat
from seawall.core.texts import Text

LISTED = ("families", "scenarios", "other_risks")  # lists of maps with an id
NAMED = ("packs", "loss_classes", "industries", "controls")  # maps by id
SETTINGS = (
    "currency", "exchange", "reference_company", "range", "control_effect", "dispersion", "industry_source",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a release: `kind` is the part of the document it stands in."""

    kind: str
    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class Change:
    """A value that differs; `path` is dotted, within its entry. None where one side has no such value."""

    path: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Changed:
    """An entry that both releases have, with everything that differs in it."""

    entry: Entry
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """From the release `old` to the release `new` (versions), in the order of the documents."""

    old: str
    new: str
    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    changed: tuple[Changed, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def as_dict(self) -> dict[str, Any]:
        def told(entry: Entry) -> dict[str, Any]:
            return {"kind": entry.kind, "id": entry.id, "name": dict(entry.name)}

        return {
            "old": self.old,
            "new": self.new,
            "added": [told(e) for e in self.added],
            "removed": [told(e) for e in self.removed],
            "changed": [
                told(c.entry) | {"changes": [{"path": x.path, "old": x.old, "new": x.new} for x in c.changes]}
                for c in self.changed
            ],
        }


def difference(old: Mapping[str, Any] | Released, new: Mapping[str, Any] | Released) -> Difference:
    """Between two documents of kind `universe`; a format 1 document's scenarios count as the families they became.

    The documents must have been read before (`load_universe`); order of keys and of entries does not count.
    """
    before, after = dict(_entries(flat(old))), dict(_entries(flat(new)))
    changed = []
    for key, value in after.items():
        if key in before:
            changes = tuple(_changes("", before[key], value))
            if changes:
                changed.append(Changed(_entry(key, value), changes))
    return Difference(
        old=str(flat(old)["version"]),
        new=str(flat(new)["version"]),
        added=tuple(_entry(key, value) for key, value in after.items() if key not in before),
        removed=tuple(_entry(key, value) for key, value in before.items() if key not in after),
        changed=tuple(changed),
    )


def _entries(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    format_1 = "families" not in document
    for key in SETTINGS:
        if key in document:
            found = document[key]
            yield ("settings", key), found if isinstance(found, Mapping) else {"value": found}
    for key in LISTED:
        for item in document.get("scenarios" if format_1 and key == "families" else key, ()):
            if not (format_1 and key == "scenarios"):
                yield (key, item["id"]), item
    for key in NAMED:
        for code, item in document.get(key, {}).items():
            yield (key, code), _by_meaning(item) if key == "controls" else item


def _by_meaning(control: Mapping[str, Any]) -> dict[str, Any]:
    """Effects by what they act on, so that one more effect is not a change of all that follow."""
    effects: dict[str, Any] = {}
    for effect in control.get("effects", ()):
        key = f"{effect['on']} of {' '.join(effect['scenarios'])}"
        while key in effects:
            key += "'"
        effects[key] = {k: v for k, v in effect.items() if k not in ("on", "scenarios")}
    return {**control, "effects": effects}


def _entry(key: tuple[str, str], value: Mapping[str, Any]) -> Entry:
    kind, code = key
    name = value.get("name") or value.get("fix")
    return Entry(kind, code, name if isinstance(name, Mapping) else {"zh": code, "en": code})


def _changes(path: str, old: Any, new: Any) -> Iterator[Change]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            yield from _changes(f"{path}.{key}" if path else str(key), old.get(key), new.get(key))
    elif not _same(old, new):
        yield Change(path, old, new)


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, Sequence) and isinstance(new, Sequence) and not isinstance(old, str):
        return list(old) == list(new)
    return bool(old == new)
