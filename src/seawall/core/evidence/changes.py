"""What changed between two looks from outside. What could not be checked keeps what was last known of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from seawall.core.evidence.items import SEVERITIES, Finding

Kind: TypeAlias = Literal["appeared", "resolved", "worsened", "could_not"]
KINDS: tuple[Kind, ...] = get_args(Kind)

Known: TypeAlias = Mapping[tuple[str, str], Finding]
"""The last decided finding (found or not found) of each check and asset."""


@dataclass(frozen=True, slots=True)
class Change:
    """One check on one asset that differs from what was known. `before` is None when nothing was known of it.

    `after` is None when the new look did not come to it at all; the kind is then could_not.
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
    """Every change, ordered by check and asset.

    appeared: a fault that was not known. resolved: a known fault is seen to be gone. worsened: the fault is graver.
    could_not: a decided check could not be repeated, so nothing is known to have changed.
    """
    seen = {(finding.check, finding.asset): finding for finding in after}
    changes = []
    for place in sorted(before.keys() | seen.keys()):
        kind = _kind(before.get(place), seen.get(place))
        if kind is not None:
            changes.append(Change(*place, kind, before.get(place), seen.get(place)))
    return tuple(changes)


def _kind(before: Finding | None, after: Finding | None) -> Kind | None:
    if after is None or after.state == "could_not_check":
        return None if before is None else "could_not"
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
