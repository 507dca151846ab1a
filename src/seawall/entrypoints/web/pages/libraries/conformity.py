"""How far an assessed company meets a library; for whoever may see the assessment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from seawall.core.conformity.judge import Conformity, Held, Judged, held_in
from seawall.entrypoints.conformity import (
    disclaimer,
    framework_of,
    indicated,
    judged,
    range_of,
    state_words,
    verdict_notes,
    verdict_words,
)
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.identify.assessment import PAPER_LANGUAGES
from seawall.entrypoints.web.pages.libraries.library import kinds, of_kind
from seawall.entrypoints.web.pages.protect.papers import show_paper
from seawall.lifecycle.identify.actions import conformity as actions
from seawall.lifecycle.identify.models import Assessment
from seawall.lifecycle.identify.queries import report as papers
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.company import told
from seawall.records.parties.viewer import Viewer

TONES = {
    "met": "ok", "supported": "ok", "partly": "warn", "not_met": "bad", "not_seen": "idle", "not_assessed": "idle",
}  # fmt: skip


def own_level(found: Assessment) -> int | None:
    """The MLPS level that the submission names."""
    level = found.inputs["submission"]["company"].get("mlps_level")
    return int(level) if level else None


@require_safe
@page("identify")
def choose(request: HttpRequest, viewer: Viewer, assessment: UUID) -> HttpResponse:
    """Every library with the share that is met, between all open points failing and all of them met."""
    at, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    found = scope.assessment(viewer, assessment, at=at)
    beliefs, chosen = held_in(told(viewer, found)["beliefs"]), request.GET.get("kind", "")
    rows = []
    for framework in of_kind(chosen):
        whole = judged(framework, beliefs, asked=None, own=own_level(found)).whole
        unassessed = whole.verdicts["not_assessed"]
        rows.append(
            {
                "cells": [
                    {"value": framework.name[language], "sub": framework.issuer[language]},
                    whole.requirements,
                    unassessed,
                    f"{whole.low * 100:.0f}–{whole.high * 100:.0f} %" if unassessed < whole.requirements else "–",
                ],
                "url": address(here, "conformity-report", found.pk, framework.id),
            }
        )
    table = {
        "caption": _("Libraries"),
        "columns": [
            {"label": _("Library")},
            {"label": _("Requirements"), "kind": "num"},
            {"label": _("Not assessed"), "kind": "num"},
            {"label": _("Met, from – to"), "kind": "num"},
        ],
        "rows": rows,
        "empty": {"title": _("There is no library of this kind"), "text": "", "icon": "layers"},
    }
    context = {
        "heading": _("Conformity"),
        "assessment": found,
        "company_name": name_of(found.submission.company, language),
        "kinds": kinds(chosen),
        "table": table,
        "note": disclaimer(),
    }
    return render(request, "libraries/choose.html", context)


@require_safe
@page("identify")
def report(request: HttpRequest, viewer: Viewer, assessment: UUID, library: str) -> HttpResponse:
    """The whole, each chapter, each requirement: verdict, probabilities, the controls behind it, what was not seen."""
    at, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    found, framework = scope.assessment(viewer, assessment, at=at), framework_of(library)
    result = told(viewer, found)
    beliefs = held_in(result["beliefs"])
    asked = request.GET.get("level", "")
    level = int(asked) if asked in {str(n) for n in framework.levels} else None
    made = judged(framework, beliefs, asked=level, own=own_level(found))
    names = {code: text[language] for code, text in result["texts"]["controls"].items()}
    context = {
        "heading": framework.name[language],
        "assessment": found,
        "company_name": name_of(found.submission.company, language),
        "shares": shares(made),
        "range": range_of(made.whole.low, made.whole.high),
        "indication": indicated(made),
        "levels": [
            {"label": _("Level %(level)s") % {"level": n}, "url": f"?level={n}", "active": n == made.level}
            for n in framework.levels
        ],
        "states": state_words(),
        "chapters": [
            {
                "name": framework.chapters[code][language],
                "range": range_of(tally.low, tally.high),
                "rows": [row(j, beliefs, names, language) for j in made.judged if j.requirement.chapter == code],
            }
            for code, tally in made.chapters.items()
        ],
        "doubt": framework.doubt[language] if framework.doubt else "",
        "note": disclaimer(),
        "framework": framework,
        "library_url": address(here, "library", framework.id),
        "choose_url": address(here, "conformity", found.pk),
        "assessment_url": address(here, "assessment", found.pk),
        "paper_urls": [
            (label, address(here, "conformity-paper", found.pk, framework.id, made.level or 0, code))
            for code, label in PAPER_LANGUAGES
        ],
    }
    return render(request, "libraries/conformity.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page("identify")
def paper(
    request: HttpRequest, viewer: Viewer, assessment: UUID, library: str, level: int, paper_language: str
) -> HttpResponse:
    """The report as PDF: POST has it drawn, GET opens it, waits for it, or offers to draw it."""
    now, here = timezone.now(), request.desk  # type: ignore[attr-defined]
    held, framework = scope.assessment(viewer, assessment, at=now), framework_of(library)
    if (level or None) not in (framework.levels or (None,)):
        raise Http404
    wanted = papers.Held(framework.id, framework.version, level)
    about: dict[str, Any] = {
        "assessment": held.pk,
        "library": wanted,
        "language": paper_language,
        "by": viewer,
        "at": now,
    }
    return show_paper(
        request,
        paper_language,
        kept=lambda: papers.kept_as(held, papers.conformity_name(held, wanted, paper_language)),
        order=lambda: actions.order_paper(**about),
        read=lambda: actions.read_paper(**about),
        about={
            "heading": _("Conformity report, %(number)s") % {"number": held.submission.number},
            "back_url": address(here, "conformity-report", held.pk, framework.id),
            "url": address(here, "conformity-paper", held.pk, framework.id, level, paper_language),
        },
    )


def shares(made: Conformity) -> list[dict[str, Any]]:
    """How many requirements have each verdict, and what it means."""
    words, notes = verdict_words(), verdict_notes()
    return [
        {"text": words[v], "tone": TONES[v], "count": count, "note": notes[v]}
        for v, count in made.whole.verdicts.items()
        if count
    ]


def row(found: Judged, beliefs: dict[str, Held], names: dict[str, str], language: str) -> dict[str, Any]:
    """One requirement; percentages that add up to a hundred, the open part taking the rounding."""
    met, partly, not_met = (round(share * 100) for share in (found.met, found.partly, found.not_met))
    return {
        "code": found.requirement.code,
        "name": found.requirement.name[language],
        "verdict": verdict_words()[found.verdict],
        "tone": TONES[found.verdict],
        "assessed": found.verdict != "not_assessed",
        "met": met,
        "partly": partly,
        "partly_at": met,
        "not_met": not_met,
        "not_met_at": met + partly,
        "open": max(0, 100 - met - partly - not_met),
        "controls": [
            {
                "name": names.get(control, control),
                "present": round(beliefs[control].present * 100),
                "pieces": len(beliefs[control].evidence),
            }
            for control in found.requirement.controls
            if control in beliefs
        ],
    }
