"""The conformity report as PDF: for the command line and for the job that draws it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, cast

from django.utils.translation import gettext as _

from seawall.core.conformity.judge import Conformity, Judged
from seawall.core.submission import Submission
from seawall.entrypoints.conformity import disclaimer, indicated, range_of, state_words, verdict_notes, verdict_words
from seawall.entrypoints.shipped import library as releases
from seawall.entrypoints.words import state_words as control_words
from seawall.technology import papers as press

TONES: Mapping[str, Literal["good", "fair", "bad", "open"]] = {
    "met": "good", "supported": "good", "partly": "fair", "not_met": "bad", "not_seen": "open", "not_assessed": "open",
}  # fmt: skip
# Evidence that a line of the paper names; the page and the JSON form have all of it.
CITED = 2


def conformity_report(
    found: Conformity,
    submission: Submission,
    day: date,
    lang: str,
    *,
    issuer: Mapping[str, str] | None = None,
) -> bytes:
    """The report in zh or en, which must be the active language; the same input gives the same bytes."""
    return press.render("conformity", paper(found, submission, day, lang, issuer=issuer), lang)


def paper(
    found: Conformity, submission: Submission, day: date, lang: str, *, issuer: Mapping[str, str] | None
) -> press.ConformityPaper:
    """What the report says."""
    framework, company = found.framework, submission.company
    held: Any = {"name": company.name(lang)} | ({"id": company.credit_code} if company.credit_code else {})
    words, notes = verdict_words(), verdict_notes()
    return {
        "number": submission.id,
        "issued_on": day.isoformat(),
        "issuer": cast(Any, issuer or {"name": "Seawall 海堤"}),
        "company": held,
        "library": framework.name[lang],
        "level": str(found.level) if found.level is not None else "",
        "standing": framework.standing[lang],
        "publisher": framework.issuer[lang],
        "range": range_of(found.whole.low, found.whole.high),
        "shares": [
            {"verdict": words[v], "count": count, "meaning": notes[v]}
            for v, count in found.whole.verdicts.items()
            if count
        ],
        "states": list(state_words().values()),
        "indication": indicated(found),
        "chapters": [
            {
                "name": framework.chapters[code][lang],
                "result": range_of(tally.low, tally.high),
                "rows": [_row(j, lang) for j in found.judged if j.requirement.chapter == code],
            }
            for code, tally in found.chapters.items()
        ],
        "notes": [disclaimer(), *([framework.doubt[lang]] if framework.doubt else [])],
        "release": {
            "kind": "frameworks", "id": framework.id, "version": framework.version, "sha256": framework.sha256
        },
    }  # fmt: skip


def _row(judged: Judged, lang: str) -> press.RequirementRow:
    figures = [f"{value * 100:.0f}" for value in (judged.met, judged.partly, judged.not_met, judged.open)]
    assessed = judged.verdict != "not_assessed"
    return {
        "code": judged.requirement.code,
        "title": judged.requirement.name[lang],
        "verdict": verdict_words()[judged.verdict],
        "tone": TONES[judged.verdict],
        "figures": figures if assessed else [],
        "basis": _basis(judged, lang) if assessed else "",
    }


def _basis(judged: Judged, lang: str) -> str:
    names = {code: prior.name[lang] for code, prior in releases().controls.priors.items()}
    words = control_words()
    lines = [
        f"{names[control]} {words[piece.says]} ({piece.ref.removeprefix('answer:')} {piece.observed_on})"
        for control, piece in judged.evidence[:CITED]
    ]
    if len(judged.evidence) > CITED:
        lines.append(_("and %(n)d more") % {"n": len(judged.evidence) - CITED})
    if judged.unseen:
        lines.append(_("no evidence on %(controls)s") % {"controls": _(", ").join(names[c] for c in judged.unseen)})
    return "; ".join(lines) if lang == "en" else "；".join(lines)
