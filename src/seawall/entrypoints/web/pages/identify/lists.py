"""Submissions as a list people work in."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from seawall.core.money import Money
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.listing import Column, Plan, State, listing
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.identify import words
from seawall.entrypoints.web.templatetags.seawall import unit
from seawall.lifecycle.identify.models import Assessment
from seawall.lifecycle.identify.queries import scope
from seawall.records.parties.viewer import Viewer

CURRENCY = "CNY"
STATES = ("draft", "submitted", "assessed", "declined", "closed")


@require_safe
@page("identify")
def submissions(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The submissions the viewer may know of, newest first."""
    at, language, desk = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    newest = Assessment.objects.filter(submission=OuterRef("pk")).order_by("-recorded_at")
    rows = scope.submissions(viewer, at=at).annotate(score=Subquery(newest.values("score")[:1]))
    shown = listing(request, _plan(viewer, desk, language), rows)
    if shown.export:
        return shown.export
    context = {
        "heading": _("Submissions"),
        "list": shown,
        "new_url": address(desk, "submission-new") if viewer.may("submission.file") else "",
    }
    return render(request, "identify/submissions.html", context)


def _plan(viewer: Viewer, desk: str, language: str) -> Plan[Any]:
    def row(found: Any) -> dict[str, Any]:
        text, tone = words.submission_status(found.status)
        limit = found.document["request"]["limit"]
        cells = [
            {"value": found.number, "sub": name_of(found.company, language)},
            {"value": text, "tone": tone, "icon": None},
            Money.of(str(limit["amount"]), str(limit["currency"])),
            round(found.score) if found.score is not None else None,
            found.document["request"].get("inception", ""),
            found.recorded_at,
        ]
        if viewer.office:
            cells.insert(1, name_of(found.broker, language) if found.broker else _("direct"))
        return {"cells": cells, "url": address(desk, "submission", found.pk)}

    columns = [
        Column(_("Submission"), sort="number", sub=_("Company")),
        Column(_("State"), "badge", sort="status"),
        Column(_("Limit"), "short", unit=unit(CURRENCY)),
        Column(_("Score"), "num", sort="score"),
        Column(_("Cover from")),
        Column(_("Filed"), "moment", sort="recorded_at"),
    ]
    if viewer.office:
        columns.insert(1, Column(_("Broker")))
    may_file = viewer.may("submission.file")
    return Plan(
        key="submissions",
        caption=_("Submissions"),
        columns=columns,
        row=row,
        states=[
            State("", _("All")),
            *(
                State(
                    code, words.submission_status(code)[0], Q(status=code), alarm=code == "submitted" and viewer.office
                )
                for code in STATES
            ),
        ],
        search=("number", "company__name_zh", "company__name_en", "company__credit_code"),
        empty={
            "title": _("No submission here"),
            "text": _("A submission starts with a company, its industry, its revenue and what is asked for."),
            "url": address(desk, "submission-new") if may_file else "",
            "label": _("New submission"),
            "icon": "clipboard-list",
        },
    )
