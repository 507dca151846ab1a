"""What changed between two looks from outside. What could not be checked keeps what was last known of it.

A check that could not be made again, or that no longer applies (the policy of a record that has vanished), is not a
change: `not_repeated` lists the former apart.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from seawall.core.evidence.items import NOT_APPLICABLE, SEVERITIES, Finding

Kind: TypeAlias = Literal["appeared", "resolved", "worsened", "could_not"]
KINDS: tuple[Kind, ...] = get_args(Kind)

Known: TypeAlias = Mapping[tuple[str, str], Finding]
"""The last decided finding (found or not found) of each check and asset."""


@dataclass(frozen=True, slots=True)
class Change:
    """One check on one asset that differs from what was known. `before` is None when nothing was known of it.

    Kind "could_not" marks what could not be looked at again; `after` is None when the new look did not come to it.
    """

    check: str
    asset: str
    kind: Kind
    before: Finding | None
    after: Finding | None


def known(looks: Iterable[Iterable[Finding]]) -> dict[tuple[str, str], Finding]:
    """What is known after `looks`, the oldest first; a look that could not check forgets nothing."""
    return {
        (finding.check, finding.asset): finding
        for look in looks
        for finding in look
        if finding.state != "could_not_check"
    }


def compare(before: Known, after: Iterable[Finding]) -> tuple[Change, ...]:
    """Every change, ordered by check and asset; only a check decided now can show one.

    appeared: a fault is seen that was not known. resolved: a known fault is seen to be gone. worsened: the fault is
    graver.
    """
    changes = []
    for place, finding in sorted(_by_place(after).items()):
        kind = _kind(before.get(place), finding)
        if kind is not None:
            changes.append(Change(*place, kind, before.get(place), finding))
    return tuple(changes)


def not_repeated(before: Known, after: Iterable[Finding]) -> tuple[Change, ...]:
    """What was known and could not be checked this time, ordered by check and asset; nothing follows from it.

    A check that no longer applies is not among them: there is nothing left to look at.
    """
    seen = _by_place(after)
    return tuple(
        Change(*place, "could_not", before[place], seen.get(place))
        for place in sorted(before)
        if place not in seen or (seen[place].state == "could_not_check" and seen[place].reason != NOT_APPLICABLE)
    )


def _by_place(findings: Iterable[Finding]) -> dict[tuple[str, str], Finding]:
    return {(finding.check, finding.asset): finding for finding in findings}


def _kind(before: Finding | None, after: Finding) -> Kind | None:
    if after.state == "could_not_check":
        return None
    was = before is not None and before.state == "found"
    if after.state == "not_found":
        return "resolved" if was else None
    if not was or before is None:
        return "appeared"
    return "worsened" if SEVERITIES.index(after.severity) > SEVERITIES.index(before.severity) else None


def fingerprint(findings: Iterable[Finding]) -> str:
    """SHA-256 over the findings' canonical JSON, ordered by check and asset: the order of the scan does not count."""
    rows = sorted(
        [
            [f.check, f.asset, f.state, f.severity, f.observed_at.isoformat(), dict(f.detail), f.reason]
            for f in findings
        ],
        key=lambda row: (row[0], row[1]),
    )
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
