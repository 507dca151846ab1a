"""The JSON form of an assessment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from seawall.core.advice.fixes import Fix
from seawall.core.advice.residual import Residual
from seawall.core.assessment.values import Assessment, Clash, LossFigures, Option
from seawall.core.evidence.belief import Belief
from seawall.core.evidence.items import Evidence
from seawall.core.money import Money
from seawall.core.problems import Problem
from seawall.core.scoring.gbt20984 import CompanyLevel, Risk
from seawall.core.scoring.posture import Peers, Posture


def render(found: Assessment) -> dict[str, Any]:
    """Plain maps, lists, strings, numbers and None only."""
    return {
        "submission": found.submission,
        "as_of": found.as_of.isoformat(),
        "seed": found.seed,
        "engine": found.engine,
        "releases": {key: ref.as_dict() for key, ref in found.releases.items()},
        "score": _posture(found.posture),
        "gbt20984": {"record": _company(found.gbt20984), "other": _company(found.gbt20984_other)},
        "beliefs": [_belief(b) for b in found.beliefs.values()],
        "contradictions": [_clash(c) for c in found.clashes],
        "peers": _peers(found.peers),
        "worth": [
            {"control": w.control, "kind": w.kind, "refs": list(w.refs), "narrows": round(w.narrows, 2)}
            for w in found.worth
        ],
        "unseen": {
            "controls": list(found.unseen_controls),
            "checks": [{"check": f.check, "asset": f.asset, "reason": f.reason} for f in found.unseen_checks],
        },
        "scenarios": [_residual(r) for r in found.residuals],
        "losses": {
            "total": _figures(found.losses.total),
            "by_cover": {cover: _figures(f) for cover, f in found.losses.by_cover.items()},
            "curve": [
                {"amount": round(p.amount, 2), "total": _six(p.total), "largest": _six(p.largest)}
                for p in found.losses.curve
            ],
        },
        "fixes": [_fix(f) for f in found.fixes],
        "options": [_option(o) for o in found.options],
        "relativities": dict(found.relativities),
        "texts": {kind: {code: dict(text) for code, text in names.items()} for kind, names in found.texts.items()},
    }


def money(amount: Money | None) -> dict[str, Any] | None:
    return None if amount is None else {"minor": amount.minor, "currency": amount.currency}


def _six(x: float) -> float:
    """Six significant digits."""
    return float(f"{x:.6g}")


def adding_up(points: Sequence[float], total: float) -> list[float]:
    """Points in hundredths that add up to the rounded total: the largest remainders are rounded up."""
    hundredths = [int(x * 100 // 1) for x in points]
    missing = round(total * 100) - sum(hundredths)
    order = sorted(range(len(points)), key=lambda i: (hundredths[i] - points[i] * 100, i))
    for i in order[:missing]:
        hundredths[i] += 1
    return [x / 100 for x in hundredths]


def _posture(found: Posture) -> dict[str, Any]:
    points = adding_up([c.points for c in found.contributions], found.score)
    return {
        "value": round(found.score, 2),
        "low": round(found.low, 2),
        "high": round(found.high, 2),
        "peer": round(found.peer, 2),
        "contributions": [
            {"control": c.control, "points": p, "open": round(c.open, 2)}
            for c, p in zip(found.contributions, points, strict=True)
        ],
    }


def _peers(found: Peers) -> dict[str, Any]:
    """`quantiles` at 5, 10, 25, 50, 75, 90 and 95 %; `bars` by five points of the score."""
    return {
        "quantiles": [round(q, 2) for q in found.quantiles],
        "bars": [round(bar, 4) for bar in found.bars],
        "below": round(found.below, 4),
        "below_low": round(found.below_low, 4),
        "below_high": round(found.below_high, 4),
    }


def _clash(found: Clash) -> dict[str, Any]:
    return {
        "control": found.control,
        "overstated": found.contradiction.overstated,
        "claim": _evidence(found.contradiction.claim),
        "seen": _evidence(found.contradiction.sighting),
        "if_claim": round(found.if_claim, 2),
        "if_seen": round(found.if_seen, 2),
    }


def _company(found: CompanyLevel) -> dict[str, Any]:
    return {"method": found.method, "value": round(found.value, 2), "level": found.level, "highest": found.highest}


def _risk(found: Risk) -> dict[str, Any]:
    return {
        "method": found.method,
        "asset": found.asset,
        "threat": found.threat,
        "vulnerability": found.vulnerability,
        "likelihood": round(found.likelihood, 4),
        "loss": round(found.loss, 4),
        "value": round(found.value, 4),
        "level": found.level,
    }


def _evidence(piece: Evidence) -> dict[str, Any]:
    return {
        "source": piece.source,
        "says": piece.says,
        "reliability": round(piece.reliability, 4),
        "observed_on": piece.observed_on.isoformat(),
        "expires_on": None if piece.expires_on is None else piece.expires_on.isoformat(),
        "ref": piece.ref,
        "scope": piece.scope,
    }


def _belief(found: Belief) -> dict[str, Any]:
    return {
        "control": found.control,
        "absent": round(found.absent, 4),
        "partial": round(found.partial, 4),
        "present": round(found.present, 4),
        "seen": found.seen,
        "evidence": [
            _evidence(piece) | {"pool": piece.pool, "left": round(left, 4), "weight": round(weight, 4)}
            for piece, left, weight in zip(found.evidence, found.left, found.weights, strict=True)
        ],
    }


def _residual(found: Residual) -> dict[str, Any]:
    return {
        "scenario": found.scenario,
        "rate": _six(found.rate),
        "mean": round(found.mean, 2),
        "bad": round(found.bad, 2),
        "expected": round(found.expected, 2),
        "missing": round(found.missing, 4),
        "solvable": round(found.solvable, 4),
        "insurable": round(found.insurable, 4),
        "grounds": list(found.grounds),
        "treatment": found.treatment,
        "gbt20984": {"record": _risk(found.risk), "other": _risk(found.other)},
    }


def _figures(found: LossFigures) -> dict[str, Any]:
    return {
        "expected": money(found.expected),
        "q95": money(found.q95),
        "q995": money(found.q995),
        "tail995": money(found.tail995),
        "error": float(f"{found.error:.1e}"),
        "flags": list(found.flags),
    }


def _fix(found: Fix) -> dict[str, Any]:
    return {
        "control": found.control,
        "points": round(found.points, 2),
        "loss_avoided": money(found.loss_avoided),
        "premium": money(found.premium),
        "cost": money(found.cost),
        "cost_source": found.cost_basis.source,
        "cost_confidence": found.cost_basis.confidence,
        "value": _six(found.value),
        "scenarios": list(found.scenarios),
    }


def _amounts(found: Mapping[str, Money]) -> dict[str, Any]:
    return {cover: money(amount) for cover, amount in found.items()}


def _option(found: Option) -> dict[str, Any]:
    return {
        "product": found.product,
        "version": found.version,
        "covers": list(found.covers),
        "limit": money(found.limit),
        "retention": money(found.retention),
        "premium": money(found.premium),
        "add": _amounts(found.add),
        "paid": _figures(found.paid),
        "paid_by_cover": _amounts(found.paid_by_cover),
        "rating": None if found.rating is None else found.rating.as_dict(),
        "refused": [_problem(p) for p in found.refused],
    }


def _problem(found: Problem) -> dict[str, Any]:
    return {"field": found.field, "code": found.code, "params": {k: str(v) for k, v in found.params.items()}}
