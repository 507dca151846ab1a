"""The part of the assessment page that shows how the score comes about: beliefs, contradictions, gaps, peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seawall.core.evidence.controls import Controls
from seawall.core.evidence.observations import Checks
from seawall.core.evidence.questionnaire import Questionnaire
from seawall.entrypoints.web import charts, formats
from seawall.entrypoints.web.charts.parts import locale_now
from seawall.entrypoints.web.pages.identify import words
from seawall.entrypoints.web.pages.identify.scan import NOT_APPLICABLE
from seawall.entrypoints.words import evidence_words
from seawall.lifecycle.identify.queries.peers import Book

# Controls that the picture names one by one; the table beside it names all.
DRAWN = 11
# Pieces of evidence to hand in next that are shown at once.
NEXT = 8


class Texts:
    """The names that an assessment carries, in one language."""

    def __init__(self, texts: Mapping[str, Mapping[str, Mapping[str, str]]], language: str) -> None:
        self._texts, self._language = texts, language

    def of(self, kind: str, code: str) -> str:
        text = self._texts.get(kind, {}).get(code)
        return text[self._language] if text else code


@dataclass(frozen=True, slots=True)
class Sources:
    """What the references of evidence point to, in one language."""

    questionnaire: Questionnaire
    checks: Checks
    controls: Controls
    language: str

    def of(self, ref: str) -> str:
        return words.source_of(ref, self.questionnaire, self.checks, self.language)

    def check(self, code: str) -> str:
        found = self.checks.checks.get(code)
        return found.title[self.language] if found else code

    def question(self, code: str) -> str:
        found = self.questionnaire.question(code)
        return f"{code} {found.text[self.language]}" if found else code


def contributions(score: Mapping[str, Any], texts: Texts) -> list[charts.Part]:
    """What each control adds to the score, the largest first; the small ones together."""
    found = sorted(score["contributions"], key=lambda c: -float(c["points"]))
    parts = [charts.Part(texts.of("controls", c["control"]), Decimal(str(c["points"]))) for c in found]
    rest = parts[DRAWN:]
    if len(rest) < 2:
        return parts
    together = charts.Part(_("%(n)s others together") % {"n": len(rest)}, sum((p.value for p in rest), Decimal(0)))
    return [*parts[:DRAWN], together]


def beliefs(result: Mapping[str, Any], texts: Texts, sources: Sources) -> list[dict[str, Any]]:
    """Each control: how likely it is absent, partial, present, what says so, and the points still open."""
    open_points = {c["control"]: c["open"] for c in result["score"]["contributions"]}
    points = {c["control"]: c["points"] for c in result["score"]["contributions"]}
    day = date.fromisoformat(result["as_of"])
    rows = []
    for b in result["beliefs"]:
        present, partial = round(b["present"] * 100), round(b["partial"] * 100)
        rows.append(
            {
                "name": texts.of("controls", b["control"]),
                "present": present,
                "partial": partial,
                "absent": 100 - present - partial,
                "partial_at": present,
                "absent_at": present + partial,
                "points": points.get(b["control"], 0),
                "open": open_points.get(b["control"], 0),
                "count": len(b["evidence"]),
                "evidence": evidence(b["evidence"], sources, day),
            }
        )
    return sorted(rows, key=lambda row: -float(row["open"]))


def evidence(pieces: Sequence[Mapping[str, Any]], sources: Sources, day: date) -> list[dict[str, Any]]:
    """Pieces strongest first; what one check says of many assets alike stands on one line."""

    def alike(piece: Mapping[str, Any]) -> tuple[str, str, str]:
        return piece["source"], piece.get("pool") or piece["ref"], piece["says"]

    lines = []
    for _key, group in groupby(sorted(pieces, key=alike), key=alike):
        same = sorted(group, key=lambda p: -float(p["weight"]))
        first = same[0]
        age = (day - date.fromisoformat(first["observed_on"])).days
        ref = sources.of(first["ref"])
        if len(same) > 1:
            many = {"what": sources.check(first["pool"]), "n": len(same)}
            ref = ngettext("%(what)s (%(n)s asset)", "%(what)s (%(n)s assets)", len(same)) % many
        lines.append(
            {
                "source": words.evidence_source(first["source"]),
                "says": words.control_state(first["says"]),
                "ref": ref,
                "weight": sum(float(p["weight"]) for p in same),
                "fresh": first["reliability"],
                "left": first.get("left", first["reliability"]),
                "age": age,
                "half_life": round(sources.controls.half_life.get(first["source"], 0)),
                "expires": first["expires_on"] and date.fromisoformat(first["expires_on"]),
            }
        )
    return sorted(lines, key=lambda line: -float(line["weight"]))


def contradictions(result: Mapping[str, Any], texts: Texts, sources: Sources) -> list[dict[str, Any]]:
    """What was said against what was seen, the score if either gave way, and how it is settled."""
    return [
        {
            "control": texts.of("controls", c["control"]),
            "claim": words.control_state(c["claim"]["says"]),
            "claim_by": f"{words.evidence_source(c['claim']['source'])} · {sources.of(c['claim']['ref'])}",
            "claim_on": date.fromisoformat(c["claim"]["observed_on"]),
            "seen": words.control_state(c["seen"]["says"]),
            "seen_by": sources.of(c["seen"]["ref"]),
            "seen_on": date.fromisoformat(c["seen"]["observed_on"]),
            "if_claim": c.get("if_claim"),
            "if_seen": c.get("if_seen"),
            "settle": words.settles(c["claim"]["source"], overstated=c["overstated"]),
        }
        for c in result["contradictions"]
    ]


def unseen(result: Mapping[str, Any], texts: Texts, sources: Sources) -> dict[str, Any]:
    """Controls of which nothing is known, checks that could not be made, and what one more piece would be worth."""
    checks = [
        {"title": sources.check(c["check"]), "asset": c["asset"], "why": words.unreachable(c["reason"])}
        for c in result["unseen"]["checks"]
        if c["reason"] != NOT_APPLICABLE
    ]
    more = [
        {
            "control": texts.of("controls", w["control"]),
            "what": evidence_words()[w["kind"]],
            "refs": [sources.check(r) if w["kind"] == "scan" else sources.question(r) for r in w["refs"]],
            "narrows": w["narrows"],
        }
        for w in result.get("worth", ())
    ]
    return {
        "controls": [texts.of("controls", c) for c in result["unseen"]["controls"]],
        "checks": checks,
        "next": more[:NEXT],
        "later": more[NEXT:],
        "width": result["score"]["high"] - result["score"]["low"],
    }


def peers(result: Mapping[str, Any], book: Book | None) -> dict[str, Any] | None:
    """The synthetic peers as a chart, the companies of the book in words; None of an assessment older than peers."""
    found = result.get("peers")
    if found is None:
        return None
    return {"chart": charts.peers(found, result["score"]), "book": book and _book(book)}


def _book(book: Book) -> dict[str, Any]:
    locale = locale_now()
    return {
        "sized": book.sized,
        "below": formats.number(Decimal(round(100 * book.below)), locale, 0),
        "count": book.count,
        "quartiles": book.quartiles and [formats.number(Decimal(str(q)), locale, 0) for q in book.quartiles],
    }
