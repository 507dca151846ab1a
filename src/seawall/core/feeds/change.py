"""What a new feed does to the one before, and whether it may take its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seawall.core.problems import Refused

# A feed that has lost more than this share of its entries is more likely broken than right (judgement).
MOST_LOST = 0.2
EXAMPLES = 20


class Shrunken(Refused):
    """Too much of what was there is gone; a person may say why that is right."""

    code = "feed.shrunken"


class Older(Refused):
    """The source's own day lies before that of the feed held."""

    code = "feed.older"


@dataclass(frozen=True, slots=True)
class Change:
    """How many entries came, went and differ, and the first of each by name."""

    added: int
    removed: int
    changed: int
    examples: Mapping[str, tuple[str, ...]]

    def as_dict(self) -> dict[str, Any]:
        counts = {"added": self.added, "removed": self.removed, "changed": self.changed}
        return {**counts, "examples": {key: list(names) for key, names in self.examples.items()}}

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def joined(before: Mapping[str, Any], after: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    """The entries to be held: the new ones, and where a run only adds, those that were there.

    An entry whose `updated` day is older than that of the one held does not replace it.
    """
    if whole:
        return dict(after)
    newer = {k: v for k, v in after.items() if str(v.get("updated", "")) >= str(before.get(k, {}).get("updated", ""))}
    return {**before, **newer}


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Change:
    added = sorted(after.keys() - before.keys())
    removed = sorted(before.keys() - after.keys())
    changed = sorted(key for key in after.keys() & before.keys() if after[key] != before[key])
    found = {"added": added, "removed": removed, "changed": changed}
    return Change(len(added), len(removed), len(changed), {k: tuple(v[:EXAMPLES]) for k, v in found.items()})


def admit(before: Mapping[str, Any], change: Change, days: tuple[str, str], *, reason: str = "") -> None:
    """Raise `Shrunken` or `Older` (days: held, new) unless somebody gives a reason why it is right all the same."""
    if reason.strip():
        return
    held, new = days
    if held and new and new < held:
        raise Older("published", held=held, found=new)
    if before and change.removed > MOST_LOST * len(before):
        raise Shrunken("entries", lost=change.removed, held=len(before))
