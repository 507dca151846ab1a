"""What an assessment says, to each desk what it may know; computed again on demand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from seawall import __version__
from seawall.core.money import Money
from seawall.core.problems import Problem
from seawall.core.universe.model import UNINSURED
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.web import charts, formats
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.charts.parts import locale_now
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.identify import words
from seawall.entrypoints.web.pages.identify.scored import (
    Sources,
    Texts,
    beliefs,
    contradictions,
    contributions,
    peers,
    unseen,
)
from seawall.entrypoints.words import method_words
from seawall.lifecycle.identify.actions import assessment as actions
from seawall.lifecycle.identify.models import Assessment
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.company import told
from seawall.lifecycle.identify.queries.peers import book_peers
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import Viewer

PAPER_LANGUAGES = (("zh", "中文"), ("en", "English"))


def money_of(stored: Mapping[str, Any] | None) -> Money | None:
    """An amount as an assessment keeps it."""
    return None if stored is None else Money(int(stored["minor"]), str(stored["currency"]))


@require_safe
@desk_page("identify")
def page(request: HttpRequest, viewer: Viewer, assessment: UUID) -> HttpResponse:
    """Score, risks, gaps, losses (office), fixes and prices."""
    at, language, desk = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    found = scope.assessment(viewer, assessment, at=at)
    result = told(viewer, found)
    texts = Texts(result["texts"], language)
    library = library_on(viewer, on=timezone.localdate(at))
    sources = Sources(library.questionnaire, library.checks, library.controls, language)
    score = result["score"]
    request_ = found.inputs["submission"]["request"]
    context = {
        "heading": _("Assessment of %(number)s") % {"number": found.submission.number},
        "assessment": found,
        "company_name": name_of(found.submission.company, language),
        "score": score,
        "level": level(result, texts),
        "waterfall": charts.contributions(Decimal(0), contributions(score, texts)),
        "beliefs": beliefs(result, texts, sources),
        "contradictions": contradictions(result, texts, sources),
        "unseen": unseen(result, texts, sources),
        "peers": peers(result, book_peers(viewer, found, library.universe)),
        "risks": risks(result, texts, desk),
        "fixes": fixes(result, texts),
        "options": options(result, texts),
        "releases": [ref for _key, ref in sorted(result["releases"].items())],
        "quote_url": address(desk, "quote-make", found.pk) if viewer.may("quote.make") else "",
        "fixes_url": address(desk, "fixes", found.submission.company_id),
        "report_urls": [(label, address(desk, "assessment-report", found.pk, code)) for code, label in PAPER_LANGUAGES],
    }
    if viewer.office:
        context |= losses(result, texts, request_)
    return render(request, "identify/assessment.html", context)


def level(result: Mapping[str, Any], texts: Texts) -> dict[str, Any]:
    """The GB/T 20984 value and level, and what the other method of the standard says."""
    record, other = result["gbt20984"]["record"], result["gbt20984"]["other"]
    return {
        "value": record["value"],
        "level": record["level"],
        "name": texts.of("levels", str(record["level"])),
        "method": method_words()[record["method"]],
        "other_value": other["value"],
        "other_name": texts.of("levels", str(other["level"])),
        "other_method": method_words()[other["method"]],
        "tone": "bad" if int(record["level"]) >= 4 else "warn" if int(record["level"]) == 3 else "ok",
    }


def risks(result: Mapping[str, Any], texts: Texts, desk: str) -> list[dict[str, Any]]:
    """Residual risks, gravest first; what the loss model makes of them is there for the office only."""
    rows = []
    for s in result["scenarios"]:
        risk = s["gbt20984"]["record"]
        text, tone = words.treatment(s["treatment"])
        rows.append(
            {
                "name": texts.of("scenarios", s["scenario"]),
                "url": address(desk, "universe-risk", s["scenario"]),
                "level": risk["level"],
                "level_name": texts.of("levels", str(risk["level"])),
                "value": risk["value"],
                "missing": s["missing"],
                "solvable": s["solvable"],
                "insurable": s["insurable"],
                "treatment": {"text": text, "tone": tone},
                "rate": s.get("rate"),
                "mean": s.get("mean"),
                "expected": s.get("expected"),
            }
        )
    return sorted(rows, key=lambda row: (-int(row["level"]), -float(row["value"])))


def fixes(result: Mapping[str, Any], texts: Texts) -> list[dict[str, Any]]:
    """Ranked fixes: points, loss avoided a year, change of premium, cost."""
    return [
        {
            "rank": rank,
            "title": texts.of("fixes", fix["control"]),
            "asset": texts.of("controls", fix["control"]),
            "evidence": _("costs about %(cost)s") % {"cost": _short(money_of(fix["cost"]))},
            "points": fix["points"],
            "loss_avoided": money_of(fix["loss_avoided"]),
            "premium_saved": _saved(money_of(fix["premium"])),
        }
        for rank, fix in enumerate(result["fixes"], start=1)
    ]


def _short(money: Money | None) -> str:
    return "–" if money is None else formats.money_short(money, locale_now())


def _saved(change: Money | None) -> Money | None:
    """A premium that falls is what is saved."""
    return None if change is None else Money(-change.minor, change.currency)


def options(result: Mapping[str, Any], texts: Texts) -> list[dict[str, Any]]:
    """Each product with its premium, or why there is none."""
    return [
        {
            "code": option["product"],
            "name": texts.of("products", option["product"]),
            "limit": money_of(option["limit"]),
            "retention": money_of(option["retention"]),
            "premium": money_of(option["premium"]),
            "covers": [texts.of("covers", cover) for cover in option["covers"]],
            "refused": [sentence(Problem(p["field"], p["code"], p["params"])) for p in option["refused"]],
            "paid": money_of(option["paid"]["expected"]) if "paid" in option else None,
        }
        for option in result["options"]
    ]


def losses(result: Mapping[str, Any], texts: Texts, asked: Mapping[str, Any]) -> dict[str, Any]:
    """For the office: the year's loss in all and by cover, and the curve with what was asked for drawn on it."""
    total = result["losses"]["total"]
    currency = str(total["expected"]["currency"])
    curve = [
        (float(p["total"]), Money.of(str(Decimal(str(p["amount"])).quantize(Decimal("0.01"))), currency))
        for p in result["losses"]["curve"]
        if p["total"] > 0
    ]
    lines = []
    for kind in ("retention", "tolerance", "limit"):
        stored = asked.get(kind)
        if stored and stored["currency"] == currency:
            lines.append(charts.Line(kind, Money.of(str(stored["amount"]), currency)))
    by_cover = result["losses"]["by_cover"]
    rows = [
        (texts.of("covers", c) if c != UNINSURED else _("Under no cover"), by_cover[c])
        for c in sorted(by_cover, key=lambda c: -int(by_cover[c]["expected"]["minor"]))
    ]
    table = {
        "caption": _("Loss a year by cover, before terms"),
        "columns": [
            {"label": _("Cover")},
            {"label": _("Expected"), "kind": "short", "unit": formats.unit_of(currency, locale_now())},
            {"label": _("Passed once in 20 years"), "kind": "short", "unit": formats.unit_of(currency, locale_now())},
            {"label": _("Passed once in 200 years"), "kind": "short", "unit": formats.unit_of(currency, locale_now())},
            {"label": _("Mean beyond that"), "kind": "short", "unit": formats.unit_of(currency, locale_now())},
        ],
        "rows": [{"cells": [name, *_figures(f)]} for name, f in rows],
        "foot": [_("Ground up"), *_figures(total)],
    }
    return {
        "losses": table,
        "curve": charts.exceedance(curve, lines) if curve else None,
        "doubt": {"error": total["error"], "flags": total["flags"]},
    }


def _figures(found: Mapping[str, Any]) -> list[Money | None]:
    return [money_of(found[key]) for key in ("expected", "q95", "q995", "tail995")]


@require_POST
@desk_page("identify")
def again(request: HttpRequest, viewer: Viewer, assessment: UUID) -> HttpResponse:
    """Compute it again from its record and say whether it comes out the same."""
    at = timezone.now()
    found = scope.assessment(viewer, assessment, at=at)
    same, differing = actions.replay(assessment=found.pk, by=viewer, at=at)
    context = {"same": same, "differing": _shown_paths(viewer, differing), "at": at, "engine": __version__,
               "assessment": found}  # fmt: skip
    if request.headers.get("HX-Request"):
        return render(request, "identify/_again.html", context)
    return render(request, "identify/again.html", {**context, "heading": _("Computed again")})


def _shown_paths(viewer: Viewer, paths: Sequence[str]) -> list[str]:
    """Where it differs; outside the office only in which part."""
    found = list(paths) if viewer.office else sorted({p.partition(".")[0].partition("[")[0] for p in paths})
    return found[:50]


@require_safe
@desk_page("identify")
def download(request: HttpRequest, viewer: Viewer, assessment: UUID) -> HttpResponse:
    """The assessment as JSON, to each desk what it may know."""
    found = scope.assessment(viewer, assessment, at=timezone.now())
    text = json.dumps(told(viewer, found), ensure_ascii=False, indent=2, sort_keys=True)
    sent = HttpResponse(text, content_type="application/json; charset=utf-8")
    name = f"{found.submission.number}-{found.as_of.isoformat()}.json"
    sent.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return sent


def newest_first(rows: Sequence[Assessment]) -> list[charts.Reading]:
    """Scores over time for the chart, oldest first."""
    return [charts.Reading(a.as_of, a.score, a.score_low, a.score_high) for a in reversed(rows)]
