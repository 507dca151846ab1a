"""The settlement statement as PDF: ordered, waited for without being held up, handed out."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.pages.protect.papers import show_paper
from seawall.entrypoints.web.pages.respond.incident import download
from seawall.lifecycle.recover.actions import paper
from seawall.lifecycle.recover.queries.claim import one
from seawall.lifecycle.recover.queries.paper import may_have_statement, statement
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.vault.actions.export import export
from seawall.records.vault.subject import Scope, Subject


@require_http_methods(["GET", "HEAD", "POST"])
@page("recover")
def statement_page(request: HttpRequest, viewer: Viewer, claim: UUID, paper_language: str) -> HttpResponse:
    """The statement in one language: POST has it drawn, GET waits for it or opens it."""
    now, here = timezone.now(), request.desk  # type: ignore[attr-defined]
    held = one(viewer, claim, at=now)
    if not may_have_statement(viewer, held):
        raise NotFound("document")
    return show_paper(
        request,
        paper_language,
        kept=lambda: statement(held, paper_language),
        order=lambda: paper.order_statement(claim=held.pk, language=paper_language, by=viewer, at=now),
        read=lambda: paper.read_statement(claim=held.pk, language=paper_language, by=viewer, at=now),
        about={
            "heading": _("Settlement statement, %(number)s") % {"number": held.number},
            "back_url": address(here, "claim", held.pk),
            "url": address(here, "claim-statement", held.pk, paper_language),
        },
    )


@require_POST
@page("recover")
def evidence(request: HttpRequest, viewer: Viewer, claim: UUID) -> HttpResponse:
    """What the evidence log holds of the claim, its incident and its policy, as one file that verifies without us."""
    viewer.require("vault.export")
    held = one(viewer, claim, at=timezone.now())
    if viewer.kind == "broker":
        raise NotFound("claim")
    subjects = (Subject.of(held), Subject.of(held.incident), Subject.of(held.policy))
    out = BytesIO()
    export(scope=Scope(subjects[0], subjects), out=out, by=viewer, at=timezone.now())
    return download(out.getvalue(), f"{held.number}-evidence.jsonl", "application/x-ndjson")
