"""The JSON form of a conformity report and of a library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seawall.core.conformity.frameworks import Framework, Requirement
from seawall.core.conformity.judge import Conformity, Judged, Tally
from seawall.core.conformity.mlps import indication


def report(found: Conformity) -> dict[str, Any]:
    """Deterministic: probabilities to four digits, the library named by version and hash."""
    framework = found.framework
    made: dict[str, Any] = {
        "framework": brief(framework),
        "level": found.level,
        "whole": _tally(found.whole),
        "chapters": [
            {"code": code, "name": dict(framework.chapters[code]), **_tally(tally)}
            for code, tally in found.chapters.items()
        ],
        "requirements": [_judged(j) for j in found.judged],
        "mlps": None,
    }
    if found.level is not None and framework.scoring:
        seen = indication(found)
        made["mlps"] = {
            "items": seen.items,
            "open_items": round(seen.open_items, 1),
            "score_2021": [round(value, 1) for value in seen.score],
            "rate_2025": [round(value, 4) for value in seen.rate],
        }
    return made


def brief(framework: Framework) -> dict[str, Any]:
    return {
        "id": framework.id,
        "version": framework.version,
        "sha256": framework.sha256,
        "name": dict(framework.name),
        "kind": framework.kind,
        "jurisdiction": framework.jurisdiction,
        "in_force": None if framework.in_force is None else framework.in_force.isoformat(),
        "requirements": len(framework.requirements),
        "linked": sum(bool(r.links) for r in framework.requirements),
        "levels": list(framework.levels),
    }


def library(framework: Framework) -> dict[str, Any]:
    """The whole library."""
    return {
        **brief(framework),
        "issuer": dict(framework.issuer),
        "standing": dict(framework.standing),
        "about": dict(framework.about),
        "binds": _text(framework.binds),
        "doubt": _text(framework.doubt),
        "fines": [
            {"article": f.article, "rule": dict(f.rule), "ceiling": f.ceiling, "confidence": f.confidence}
            for f in framework.fines
        ],
        "chapters": [{"code": code, "name": dict(name)} for code, name in framework.chapters.items()],
        "rows": [_requirement(r) for r in framework.requirements],
    }


def _text(text: Mapping[str, str] | None) -> dict[str, str] | None:
    return None if text is None else dict(text)


def _requirement(r: Requirement) -> dict[str, Any]:
    return {
        "code": r.code,
        "chapter": r.chapter,
        "name": dict(r.name),
        "controls": {link.control: link.weight for link in r.links},
        "coverage": r.coverage,
        "confidence": r.confidence,
        "items": {str(level): count for level, count in r.items.items()},
    }


def _tally(t: Tally) -> dict[str, Any]:
    return {
        "count": t.requirements,
        "verdicts": dict(t.verdicts),
        "met": round(t.met, 2),
        "partly": round(t.partly, 2),
        "not_met": round(t.not_met, 2),
        "open": round(t.open, 2),
        "low": round(t.low, 4),
        "high": round(t.high, 4),
    }


def _judged(j: Judged) -> dict[str, Any]:
    return {
        **_requirement(j.requirement),
        "verdict": j.verdict,
        "met": round(j.met, 4),
        "partly": round(j.partly, 4),
        "not_met": round(j.not_met, 4),
        "open": round(j.open, 4),
        "degree": round(j.degree, 4),
        "unseen": list(j.unseen),
        "evidence": [
            {"control": control, "source": e.source, "says": e.says, "observed_on": e.observed_on, "ref": e.ref}
            for control, e in j.evidence
        ],
    }
