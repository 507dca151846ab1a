"""The assessment report as PDF, from an assessment's result: for the command line and for the job that draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from django.utils.translation import pgettext

from seawall import reference
from seawall.core.evidence.items import SEVERITIES, Finding
from seawall.core.problems import Problem
from seawall.core.submission import Submission
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.words import evidence_words, state_words, treatment_words
from seawall.technology import papers as press

# A check that does not arise for an asset was not missed.
NOT_MISSED = "scan.not_applicable"
# Fixes below a tenth of a point are noise on paper.
LEAST_POINTS = 0.1
# Pieces of evidence to hand in next that fit on paper.
NEXT = 6


def assessment_report(
    found: Mapping[str, Any],
    submission: Submission,
    findings: Sequence[Finding],
    lang: str,
    *,
    whole: bool = True,
    issuer: Mapping[str, str] | None = None,
) -> bytes:
    """The report on `found` (an assessment as dict) in zh or en; the same input gives the same bytes.

    `found` may hold `book_below`, the share of comparable companies of the insurer's book that score lower.

    Texts follow the language that is active, which must be `lang`. Without `whole` the insurer's loss model stays
    out, as it does on the company's own pages.
    """
    return press.render("assessment", paper(found, submission, findings, lang, whole=whole, issuer=issuer), lang)


def paper(
    found: Mapping[str, Any],
    submission: Submission,
    findings: Sequence[Finding],
    lang: str,
    *,
    whole: bool,
    issuer: Mapping[str, str] | None,
) -> press.AssessmentPaper:
    """What the report says."""
    texts, level = found["texts"], found["gbt20984"]["record"]
    company: Any = {"name": submission.company.name(lang)}
    if submission.company.credit_code:
        company["id"] = submission.company.credit_code
    return {
        "number": found["submission"],
        "issued_on": found["as_of"],
        "issuer": cast(Any, issuer or {"name": "Seawall 海堤"}),
        "company": company,
        "domains": list(submission.company.domains),
        "industry": industry(submission.company.industry, lang),
        "score": {key: found["score"][key] for key in ("value", "low", "high", "peer")},  # type: ignore[typeddict-item]
        "level": {
            "level": level["level"],
            "value": level["value"],
            "name": texts["levels"].get(str(level["level"]), {}).get(lang, ""),
        },
        "losses": _losses(found) if whole else None,
        "curve": [{"amount": p["amount"], "probability": p["total"]} for p in found["losses"]["curve"]]
        if whole
        else [],
        "marks": _marks(submission) if whole else [],
        "scenarios": _scenarios(found, lang) if whole else [],
        "scanned": bool(findings),
        "findings": _findings(findings, lang),
        "open_checks": _open_checks(found, lang),
        "unseen_controls": [texts["controls"][c][lang] for c in found["unseen"]["controls"]],
        "peers": _peers(found),
        "book_below": found.get("book_below"),
        "worth": _worth(found, lang),
        "contradictions": [_clash(clash, texts, lang) for clash in found["contradictions"]],
        "fixes": [
            {
                "title": texts["fixes"][f["control"]][lang],
                "points": f["points"],
                "loss_avoided": f["loss_avoided"],
                "premium": f["premium"],
                "cost": f["cost"],
            }
            for f in found["fixes"]
            if f["points"] >= LEAST_POINTS
        ],
        "options": [
            {
                "product": texts["products"][o["product"]][lang],
                "limit": o["limit"],
                "retention": o["retention"],
                "premium": o["premium"],
            }
            for o in found["options"]
        ],
        "seed": found["seed"],
        "engine": found["engine"],
        "releases": [cast(Any, dict(ref)) for ref in found["releases"].values()],
    }


def _peers(found: Mapping[str, Any]) -> Any:
    """Where the score stands; None of an assessment older than peers."""
    peers = found.get("peers")
    return peers and {"below": peers["below"], "quartiles": peers["quantiles"][2:5]}


def _worth(found: Mapping[str, Any], lang: str) -> list[Any]:
    names, kinds = found["texts"]["controls"], evidence_words()
    return [
        {"what": kinds[w["kind"]], "control": names[w["control"]][lang], "narrows": w["narrows"]}
        for w in found.get("worth", ())[:NEXT]
    ]


def industry(code: str, lang: str) -> str:
    """The code with its name in GB/T 4754, as deep as the list goes."""
    section = reference.load("industries").body["sections"].get(code[:1])
    if section is None:
        return code
    name = section["divisions"].get(code[:3], section["name"])[lang]
    return f"{code} {name}"


def _losses(found: Mapping[str, Any]) -> Any:
    total = found["losses"]["total"]
    return {key: total[key] for key in ("expected", "q95", "q995", "tail995")}


def _marks(submission: Submission) -> list[Any]:
    """Retention, limit and tolerance as asked for, where they are in the currency of the curve."""
    asked = submission.request
    lines = [
        (pgettext("chart line", "Retention"), asked.retention),
        (pgettext("chart line", "Limit"), asked.limit),
        (pgettext("chart line", "Risk tolerance"), asked.tolerance),
    ]
    return [
        {"label": label, "amount": float(amount.amount)}
        for label, amount in lines
        if amount is not None and amount.minor > 0 and amount.currency == "CNY"
    ]


def _scenarios(found: Mapping[str, Any], lang: str) -> list[Any]:
    currency, treatments = found["losses"]["total"]["expected"]["currency"], treatment_words()
    return [
        {
            "name": found["texts"]["scenarios"][s["scenario"]][lang],
            "rate": s["rate"],
            "expected": _whole(s["expected"], currency),
            "mean": _whole(s["mean"], currency),
            "treatment": treatments[s["treatment"]],
        }
        for s in found["scenarios"]
    ]


def _whole(amount: float, currency: str) -> dict[str, Any]:
    return {"minor": int(Decimal(str(amount)).scaleb(2).to_integral_value()), "currency": currency}


def _title(check: str, lang: str) -> str:
    known = reference.load("checks").body["checks"].get(check)
    return str(known["title"][lang]) if known else check


def _findings(findings: Sequence[Finding], lang: str) -> list[Any]:
    faults = sorted(
        (f for f in findings if f.state == "found"), key=lambda f: (-SEVERITIES.index(f.severity), f.check, f.asset)
    )
    return [
        {"check": f.check, "title": _title(f.check, lang), "asset": f.asset, "severity": f.severity} for f in faults
    ]


def _open_checks(found: Mapping[str, Any], lang: str) -> list[Any]:
    return [
        {
            "check": c["check"],
            "title": _title(c["check"], lang),
            "asset": c["asset"],
            "reason": sentence(Problem("", c["reason"], {})),
        }
        for c in found["unseen"]["checks"]
        if c["reason"] != NOT_MISSED
    ]


def _clash(clash: Mapping[str, Any], texts: Mapping[str, Any], lang: str) -> Any:
    return {
        "control": texts["controls"][clash["control"]][lang],
        "claimed": _piece(clash["claim"]),
        "seen": _piece(clash["seen"]),
    }


def _piece(piece: Mapping[str, Any]) -> str:
    """What one piece of evidence says: its reference, day and word."""
    reference_of = str(piece["ref"]).removeprefix("answer:").replace("@", " · ")
    return f"{piece['observed_on']} {reference_of}: {state_words().get(piece['says'], piece['says'])}"
