"""Filing a submission and changing its facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.identify import draft
from seawall.entrypoints.web.pages.identify.draft import Draft
from seawall.lifecycle.identify.actions import submission as actions
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.models import Organisation
from seawall.records.parties.viewer import Viewer


def products(viewer: Viewer, language: str, at: datetime) -> list[tuple[str, str]]:
    """Products on sale, for a choice."""
    return [
        (code, found.name[language]) for code, found in library_on(viewer, on=timezone.localdate(at)).products.items()
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@page("identify")
def new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A new submission, for a new company or for one that is known (`?company=`)."""
    viewer.require("submission.file")
    at = timezone.now()
    typed, counts = _start(request, viewer, at)

    def work(document: Mapping[str, Any]) -> UUID:
        return actions.file(document=document, by=viewer, at=at).pk

    form = _form(request, viewer, typed, counts, at)
    made = _send(request, form, work)
    if made is not None:
        messages.success(request, _("The draft is kept. Answer the questions to narrow the indication."))
        return redirect(address(request.desk, "questions", made))  # type: ignore[attr-defined]
    context = {"heading": _("New submission"), "form": form, "found": None}
    return render(request, "identify/draft.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@page("identify")
def edit(request: HttpRequest, viewer: Viewer, submission: UUID) -> HttpResponse:
    """The facts of a submission; its answers stay as they are."""
    viewer.require("submission.edit")
    at = timezone.now()
    found = scope.submission(viewer, submission, at=at)
    typed, counts = draft.typed_from(found.document)

    def work(document: Mapping[str, Any]) -> UUID:
        return actions.edit(submission=found.pk, document=document, by=viewer, at=at).pk

    form = _form(request, viewer, typed, counts, at)
    made = _send(request, form, work)
    if made is not None:
        messages.success(request, _("The facts are changed."))
        return redirect(address(request.desk, "submission", found.pk))  # type: ignore[attr-defined]
    context = {"heading": _("Facts of %(number)s") % {"number": found.number}, "form": form, "found": found}
    return render(request, "identify/draft.html", context, status=422 if form.errors else 200)


def _form(
    request: HttpRequest, viewer: Viewer, typed: Mapping[str, str], counts: Mapping[str, int], at: datetime
) -> Draft:
    language = language_of(request)
    sent, rows = draft.rows_sent(request.POST) if request.method == "POST" else (None, counts)
    if sent is not None and request.POST.get("add") in draft.ROWS:
        key = str(request.POST["add"])
        rows = {**rows, key: rows[key] + 1}
    return Draft(language=language, products=products(viewer, language, at), data=sent, rows=rows, initial=typed)


def _send(request: HttpRequest, form: Draft, work: Any) -> UUID | None:
    if request.method != "POST" or request.POST.get("add"):
        return None
    made: UUID | None = form.attempt(lambda: work(draft.document(form.data, form.counts)))
    return made


def _start(request: HttpRequest, viewer: Viewer, at: datetime) -> tuple[dict[str, str], dict[str, int]]:
    """What a new submission begins with: the company's newest facts, or what is known of it."""
    typed, counts = draft.defaults(timezone.localdate(at)), dict.fromkeys(draft.ROWS, 0)
    company = _company(request, viewer, at)
    if company is None:
        return typed, counts
    newest = scope.submissions(viewer, at=at).filter(company=company).first()
    if newest is not None:
        held, counts = draft.typed_from(newest.document)
        typed = {**held, "request.inception": typed["request.inception"]}
    names = {
        "company.name_zh": company.name_zh,
        "company.name_en": company.name_en,
        "company.country": company.country,
        "company.credit_code": company.credit_code,
    }
    return {**typed, **{key: value for key, value in names.items() if value}}, counts


def _company(request: HttpRequest, viewer: Viewer, at: datetime) -> Organisation | None:
    if viewer.kind == "insured":
        return scope.company(viewer, viewer.organisation, at=at)
    asked = request.GET.get("company", "")
    try:
        return scope.company(viewer, UUID(asked), at=at) if asked else None
    except ValueError:
        return None
