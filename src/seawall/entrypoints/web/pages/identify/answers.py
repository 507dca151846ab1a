"""Beside the questionnaire: how an answer came to be, and the forms of others filled from the answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from seawall.core.problems import Problem, Refused
from seawall.entrypoints.filling import as_csv, as_workbook, filled_form, frameworks, standing_words
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.sheets.form import kinds
from seawall.entrypoints.sheets.importing import JSON, bring_in, form_file
from seawall.entrypoints.sheets.writing import MEDIA_TYPE
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.identify import words
from seawall.entrypoints.web.pages.identify.questions import OPEN_STATES
from seawall.entrypoints.web.pages.respond.incident import download
from seawall.lifecycle.identify.queries import answers as queries
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.answers import Asking
from seawall.records.parties.viewer import Viewer

TONES = {"present": "ok", "partial": "warn", "absent": "bad", "told": "note", "open": "idle"}


@require_safe
@page("identify")
def history(request: HttpRequest, viewer: Viewer, submission: UUID, question: str) -> HttpResponse:
    """Every answer given to one question, newest first: what, of which scope, by whom, when, on what evidence."""
    at, language = timezone.now(), language_of(request)
    asking = queries.asking(viewer, submission, at=at)
    asked = asking.library.questionnaire.question(question)
    turns = queries.history(viewer, submission, question, at=at)
    if asked is None or not turns:
        raise Http404
    rows = [
        {
            "cells": [
                {"value": words.said(asked, given.value, language), "sub": given.scope},
                given.answered_by_name,
                given.answered_on,
                given.recorded_at,
                _evidence(asking, given),
            ]
        }
        for given in turns
    ]
    context = {
        "heading": _("History of an answer"),
        "submission": asking.submission,
        "question": {"id": asked.id, "text": asked.text[language]},
        "section": asked.section,
        "table": {
            "caption": _("History of an answer"),
            "columns": [
                {"label": _("Answer"), "kind": "text"},
                {"label": _("Answered by"), "kind": "text"},
                {"label": _("Answered on"), "kind": "day"},
                {"label": _("Recorded"), "kind": "moment"},
                {"label": _("Evidence"), "kind": "text"},
            ],
            "rows": rows,
        },
    }
    return render(request, "identify/history.html", context)


def _evidence(asking: Asking, given: Any) -> dict[str, str]:
    if not given.backed:
        return {"value": _("none")}
    until = asking.library.questionnaire.file_until(given.answered_on, given.until)
    return {"value": _("on file"), "sub": _("counts until %(day)s") % {"day": until.isoformat()} if until else ""}


@require_http_methods(["GET", "HEAD", "POST"])
@page("identify")
def forms(request: HttpRequest, viewer: Viewer, submission: UUID) -> HttpResponse:
    """Files to fill in, a filled-in one to bring back, and the forms of others filled from the answers."""
    found, at = scope.submission(viewer, submission, at=timezone.now()), timezone.now()
    problems: list[dict[str, str]] = []
    if request.method == "POST":
        viewer.require("questionnaire.answer")
        problems = _bring_in(request, viewer, submission, at)
        if not problems:
            return redirect(request.path)
    desk = request.desk  # type: ignore[attr-defined]
    context = {
        "heading": _("Files and other forms"),
        "submission": found,
        "kinds": [
            {"label": label, "url": address(desk, "answer-file-form", submission, code)}
            for code, label in kinds().items()
        ],
        "frameworks": [
            {"label": label, "url": address(desk, "answer-form", submission, code)}
            for code, label in frameworks().items()
        ],
        "problems": problems,
        "writable": viewer.may("questionnaire.answer") and found.status in OPEN_STATES,
    }
    return render(request, "identify/forms.html", context, status=422 if problems else 200)


def _bring_in(request: HttpRequest, viewer: Viewer, submission: UUID, at: datetime) -> list[dict[str, str]]:
    """Every problem of the file that came, by cell; none when its answers are kept."""
    came = request.FILES.get("file")
    if came is None:
        return [{"cell": "", "text": sentence(Problem("file", "document.missing"))}]
    try:
        kept = bring_in(submission=submission, content=came.read(settings.UPLOAD_LIMIT + 1), by=viewer, at=at)
    except Refused as refused:
        if refused.status in {403, 404}:
            raise
        return [{"cell": "" if p.field == "file" else p.field, "text": sentence(p)} for p in refused.problems]
    if kept:
        told = ngettext("%(n)s answer was brought in.", "%(n)s answers were brought in.", kept) % {"n": kept}
        messages.success(request, told)
    else:
        messages.info(request, _("The file holds no answer that differs from those on record."))
    return []


@require_safe
@page("identify")
def blank(request: HttpRequest, viewer: Viewer, submission: UUID, kind: str) -> HttpResponse:
    """The form as a file to fill in, with the answers there are."""
    if kind not in kinds():
        raise Http404
    name, content = form_file(viewer, submission, kind, whole="whole" in request.GET, at=timezone.now())
    return download(content, name, "application/json" if kind == JSON else MEDIA_TYPE)


@require_safe
@page("identify")
def form(request: HttpRequest, viewer: Viewer, submission: UUID, framework: str) -> HttpResponse:
    """One framework's form as the answers fill it: a page, or a table to keep."""
    at, language, desk = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    if framework not in frameworks():
        raise Http404
    asking = queries.asking(viewer, submission, at=at)
    found = filled_form(framework, asking.content, asking.library, asking.beliefs, language)
    name = f"{asking.submission.number}-{framework}"
    if request.GET.get("export") == "csv":
        return download(as_csv(found), f"{name}.csv", "text/csv; charset=utf-8")
    if request.GET.get("export") == "xlsx":
        return download(as_workbook(found, frameworks()[framework]), f"{name}.xlsx", MEDIA_TYPE)
    context = {
        "heading": frameworks()[framework],
        "submission": asking.submission,
        "tabs": [
            {"label": label, "url": address(desk, "answer-form", submission, code), "active": code == framework}
            for code, label in frameworks().items()
        ],
        "headings": [{"filled": heading, "tone": TONES[heading.standing]} for heading in found],
        "counts": [
            {"word": word, "tone": TONES[code], "n": sum(heading.standing == code for heading in found)}
            for code, word in standing_words().items()
        ],
    }
    return render(request, "identify/form.html", context)
