"""PDFs drawn when somebody asks: ordered, waited for without being held up, and handed out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.lifecycle.identify.actions import report as reports
from seawall.lifecycle.identify.queries import report as report_queries
from seawall.lifecycle.identify.queries.scope import assessment as visible_assessment
from seawall.lifecycle.protect.actions import papers
from seawall.lifecycle.protect.queries import quote as queries
from seawall.records.parties.viewer import Viewer
from seawall.records.vault.models import File

LANGUAGES = ("zh", "en")


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF to be read in the browser."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("protect")
def quote_paper(request: HttpRequest, viewer: Viewer, quote: UUID, paper_language: str) -> HttpResponse:
    """The quotation in one language: POST has it drawn, GET opens it, waits for it, or offers to draw it."""
    now, here = timezone.now(), request.desk  # type: ignore[attr-defined]
    held = queries.one(viewer, quote, at=now)
    return show_paper(
        request,
        paper_language,
        kept=lambda: queries.paper(held, paper_language),
        order=lambda: papers.order_quote_paper(quote=held.pk, language=paper_language, by=viewer, at=now),
        read=lambda: papers.read_quote_paper(quote=held.pk, language=paper_language, by=viewer, at=now),
        about={
            "heading": _("Quotation %(number)s") % {"number": held.number},
            "back_url": address(here, "quote", held.pk),
            "url": address(here, "quote-paper", held.pk, paper_language),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("identify")
def assessment_report(request: HttpRequest, viewer: Viewer, assessment: UUID, paper_language: str) -> HttpResponse:
    """The assessment report, as this viewer may read it."""
    now, here = timezone.now(), request.desk  # type: ignore[attr-defined]
    held = visible_assessment(viewer, assessment, at=now)
    return show_paper(
        request,
        paper_language,
        kept=lambda: report_queries.kept(held, paper_language, whole=viewer.office),
        order=lambda: reports.order_report(assessment=held.pk, language=paper_language, by=viewer, at=now),
        read=lambda: reports.read_report(assessment=held.pk, language=paper_language, by=viewer, at=now),
        about={
            "heading": _("Assessment report, %(number)s") % {"number": held.submission.number},
            "back_url": address(here, "assessment", held.pk) or address(here, "identify"),
            "url": address(here, "assessment-report", held.pk, paper_language),
        },
    )


def show_paper(
    request: HttpRequest,
    language: str,
    *,
    kept: Callable[[], File | None],
    order: Callable[[], None],
    read: Callable[[], tuple[File, bytes]],
    about: dict[str, Any],
) -> HttpResponse:
    """A paper that is drawn on demand: POST orders it, GET waits for it or opens it; `about` names the page."""
    if language not in LANGUAGES:
        raise Http404
    file, waiting = kept(), f"{about['url']}?drawing=1"
    if request.method == "POST":
        if file is None:
            order()
        return redirect(waiting if file is None else about["url"])
    polled = request.headers.get("HX-Request") == "true"
    if file is not None and not polled:
        found, content = read()
        return pdf(content, found.name)
    work = {
        "id": "paper",
        "title": _("PDF, Chinese") if language == "zh" else _("PDF, English"),
        "now": _("ready") if file else _("being drawn up; this takes a few seconds, and you can leave this page"),
        "done": 1 if file else 0,
        "total": 1,
        "state": "done" if file else "running",
        "url": waiting,
        "result_url": about["url"],
        "result_label": pgettext("file", "Open"),
    }
    if polled:
        return render(request, "components/progress.html", {"work": work})
    return render(request, "protect/paper.html", {**about, "work": work, "drawing": "drawing" in request.GET})
