"""A claim's own page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from seawall.core.money import Money
from seawall.entrypoints.web import clocks
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.recover import forms, parts, words
from seawall.entrypoints.web.pages.respond.incident import download
from seawall.lifecycle.recover.models import Claim
from seawall.lifecycle.recover.models.claim import OPEN
from seawall.lifecycle.recover.queries import claim as queries
from seawall.lifecycle.recover.queries.course import course
from seawall.lifecycle.recover.queries.paper import may_have_statement
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.vault.actions.file import deliver

WAY = ("opened", "determined", "adjusted", "approved", "paid", "closed")


@require_safe
@desk_page("recover")
def page(request: HttpRequest, viewer: Viewer, claim: UUID) -> HttpResponse:
    """One claim: the course with its money, gates, worksheets, the way from loss to payment."""
    return show(request, viewer, claim)


def show(request: HttpRequest, viewer: Viewer, claim: UUID, refused: dict[str, Any] | None = None) -> HttpResponse:
    """The page, with a refused form in the place of its namesake."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    shown = queries.page(viewer, claim, at=now)
    held = queries.one(viewer, claim, at=now)
    files = parts.papers(viewer, held)
    seen = parts.Page(held, here, language, {str(file.pk): file for file in files})
    judged, settled = shown["determination"], shown["adjustment"]
    context = {
        "heading": held.number,
        "claim": held,
        "shown": shown,
        "badge": words.badge(held.status),
        "open": held.status in OPEN.split("|") or held.status == "paid",
        "company": name_of(held.company, language),
        "company_url": address(here, "company", held.company_id),
        "incident_url": address(here, "incident", held.incident_id),
        "policy_url": address(here, "policy", held.policy_id),
        "way": _way(held, settled is not None, judged is not None),
        "money": _money(viewer, held),
        "gates": parts.gates(seen, judged),
        "outcome": words.badge(judged["outcome"]) if judged else None,
        "refusals": parts.refusals(seen, shown["refused_items"]),
        "sheets": parts.sheets(seen, settled),
        "bridge": parts.bridge(seen, settled),
        "course": parts.course(seen, course(viewer, claim, at=now)),
        "clocks": _clocks(shown["clocks"], held, language, now),
        "files": [
            {
                "name": file.name,
                "url": address(here, "claim-file", held.pk, file.pk),
                "size": file.size,
                "at": file.recorded_at,
                "sha256": file.sha256,
            }
            for file in files
        ],
        "statement": may_have_statement(viewer, held),
        "statement_languages": [("zh", _("Chinese")), ("en", _("English"))],
        **_duties(viewer, held),
        **forms.blank(held),
        **(refused or {}),
    }
    return render(request, "recover/claim.html", context, status=422 if refused else 200)


def _way(held: Claim, settled: bool, judged: bool) -> list[dict[str, str]]:
    """The steps of a claim, and which are behind it."""
    there = {
        "opened": True,
        "determined": judged,
        "adjusted": settled,
        "approved": held.approved > 0,
        "paid": held.paid > 0 and held.paid == held.payable,
        "closed": held.status == "closed",
    }
    ahead = next((code for code in WAY if not there[code]), "")
    if held.status in ("closed", "denied"):
        ahead = ""
    return [
        {"text": words.badge(code)["text"], "state": "done" if there[code] else "now" if code == ahead else ""}
        for code in WAY
    ]


def _money(viewer: Viewer, held: Claim) -> dict[str, Any]:
    """The figures on top; the reserve for the office alone."""
    figures = {
        name: Money(getattr(held, name), held.currency) for name in ("payable", "approved", "paid", "outstanding")
    }
    return {**figures, "reserve": Money(held.reserve, held.currency) if viewer.office else None}


def _duties(viewer: Viewer, held: Claim) -> dict[str, Any]:
    """Who may not decide, because they determined or adjusted; and what a denial would rest on."""
    judged, settled = queries.newest_determination(held), queries.newest_adjustment(held)
    clauses = sorted({c["clause"] for item in queries.refused_items(judged) for c in item["clauses"]})
    return {
        "adjusted_by_me": settled is not None and settled.by_id == viewer.user,
        "determined_by_me": judged is not None and judged.by_id == viewer.user,
        "denying": _(", ").join(clauses),
    }


def _clocks(found: list[dict[str, Any]], held: Claim, language: str, now: Any) -> list[dict[str, Any]]:
    """The days of the law: the one that runs out next first, what is met after."""
    today = held.policy.day(now)
    told = []
    for clock in found:
        met = clock["done_on"] is not None
        late = met and clock["overdue"]
        told.append(
            {
                "title": clock["title"][language],
                "law": clock["law"][language],
                "due": clock["due"],
                "done_on": clock["done_on"],
                "late": late,
                "left": "" if met else clocks.days_left(clock["due"], today),
                "tone": ("warn" if late else "ok") if met else clocks.day_urgency(clock["due"], today),
            }
        )
    return sorted(told, key=lambda clock: (clock["done_on"] is not None, clock["due"]))


@require_safe
@desk_page("recover")
def document(request: HttpRequest, viewer: Viewer, claim: UUID, file: UUID) -> HttpResponse:
    """A paper of the claim; that it was fetched goes into the vault's log."""
    now = timezone.now()
    held = queries.one(viewer, claim, at=now)
    found = next((paper for paper in parts.papers(viewer, held) if paper.pk == file), None)
    if found is None:
        raise NotFound("file")
    return download(deliver(file=found, by=viewer, at=now), found.name, found.media_type)
