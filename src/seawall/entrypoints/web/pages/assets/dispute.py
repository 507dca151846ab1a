"""One dispute: what is said, the clock, the decision, and what it changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from seawall.core.problems import Invalid, Problem, Refused
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.web import forms
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.assets.asset import line
from seawall.entrypoints.web.pages.identify.sightings import evidence_detail
from seawall.entrypoints.web.pages.respond.incident import download
from seawall.lifecycle.identify.actions import dispute as actions
from seawall.lifecycle.identify.models import Dispute
from seawall.lifecycle.identify.queries import asset as queries
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import Viewer


class DecisionForm(forms.Shown):
    """Upheld or not, with the reason the company reads."""

    use_required_attribute = False

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        options = [("uphold", _("Uphold: it leaves the evidence")), ("reject", _("Reject: it stays as it is"))]
        self.fields["verdict"] = forms.choice(_("Decision"), options, radio=True)
        self.fields["verdict"].initial = "uphold"
        self.fields["reason"] = forms.text(_("Reason"), rows=3, help=_("The company reads it."))
        self.fields["reason"].required = True

    def _clean_fields(self) -> None:
        """The action judges."""


@require_safe
@desk_page("identify")
def page(request: HttpRequest, viewer: Viewer, dispute: UUID) -> HttpResponse:
    """What is disputed, and how it ended."""
    return _shown(request, viewer, dispute, timezone.now())


def _shown(
    request: HttpRequest,
    viewer: Viewer,
    dispute: UUID,
    at: datetime,
    *,
    form: DecisionForm | None = None,
    lines: list[str] | None = None,
) -> HttpResponse:
    language, desk = language_of(request), request.desk  # type: ignore[attr-defined]
    found = queries.dispute(viewer, dispute, at=at)
    library = library_on(viewer, on=timezone.localdate(at))
    shown = line(found, library.checks, language, desk, at)
    waits = found.status == "open"
    names = {code: prior.name[language] for code, prior in library.controls.priors.items()}
    context = {
        "heading": _("Dispute about %(asset)s") % {"asset": found.asset.name},
        "dispute": found,
        "line": shown,
        "company_name": name_of(found.company, language),
        "asset_url": address(desk, "asset", found.asset_id),
        "evidence": evidence_detail(found.finding.get("detail", {})) if found.finding else [],
        "file_url": _file_url(found, viewer, desk),
        "effect": _effect(found, names),
        "assessment_url": address(desk, "assessment", found.assessment_id) if found.assessment_id else "",
        "form": (form or DecisionForm()) if waits and viewer.may("dispute.decide") else None,
        "may_withdraw": waits and viewer.may("dispute.withdraw"),
        "problems": lines or [],
    }
    status = 422 if form is not None and form.errors else 409 if lines else 200
    return render(request, "assets/dispute.html", context, status=status)


def _file_url(found: Dispute, viewer: Viewer, desk: str) -> str:
    """Those who may read the vault see the file; others only that there is one."""
    mine = found.file is not None and (viewer.office or found.file.organisation_id == viewer.organisation)
    return address(desk, "dispute-file", found.pk) if mine and viewer.may("vault.read") else ""


def _effect(found: Dispute, names: dict[str, str]) -> dict[str, Any] | None:
    """The score before and after, and each control that moved."""
    effect = found.effect
    if not effect:
        return None
    controls = [
        {
            "name": names.get(c["control"], c["control"]),
            "before": c["before"],
            "after": c["after"],
            "points": c["after"]["points"] - c["before"]["points"],
        }
        for c in effect["controls"]
    ]
    controls.sort(key=lambda c: -abs(c["points"]))
    moved = [c for c in controls if c["before"]["present"] != c["after"]["present"] or abs(c["points"]) >= 0.05]
    return {
        **effect,
        "gained": effect["after"]["value"] - effect["before"]["value"],
        "controls": moved,
    }


@require_safe
@desk_page("identify")
def file(request: HttpRequest, viewer: Viewer, dispute: UUID) -> HttpResponse:
    """The file behind a dispute; that it was fetched goes into the vault's log."""
    at = timezone.now()
    kept, content = actions.read_proof(dispute=dispute, by=viewer, at=at)
    return download(content, kept.name, kept.media_type)


@require_POST
@desk_page("identify")
def act(request: HttpRequest, viewer: Viewer, dispute: UUID, verb: str) -> HttpResponse:
    """Decide it, or take it back."""
    if verb == "withdraw":
        return _withdraw(request, viewer, dispute)
    if verb == "decide":
        return _decide(request, viewer, dispute)
    raise Http404


def _withdraw(request: HttpRequest, viewer: Viewer, dispute: UUID) -> HttpResponse:
    at = timezone.now()
    try:
        actions.withdraw(dispute=dispute, by=viewer, at=at)
    except Refused as refused:
        if refused.status in {403, 404}:
            raise
        return _shown(request, viewer, dispute, at, lines=[sentence(problem) for problem in refused.problems])
    messages.info(request, _("The dispute is taken back."))
    return redirect(address(request.desk, "dispute", dispute))  # type: ignore[attr-defined]


def _decide(request: HttpRequest, viewer: Viewer, dispute: UUID) -> HttpResponse:
    at, form = timezone.now(), DecisionForm(request.POST)
    verdict, reason = request.POST.get("verdict", ""), str(request.POST.get("reason", ""))

    def work() -> Dispute:
        if verdict not in ("uphold", "reject"):
            raise Invalid([Problem("verdict", "document.missing")])
        return actions.decide(dispute=dispute, uphold=verdict == "uphold", reason=reason, by=viewer, at=at)

    made = form.attempt(work)
    if made is None:
        lines = [str(line) for line in form.non_field_errors()]
        return _shown(request, viewer, dispute, at, form=form, lines=lines)
    if made.status == "upheld":
        messages.success(request, _("Upheld. What it changed stands below."))
    else:
        messages.success(request, _("Rejected. Nothing changes."))
    return redirect(address(request.desk, "dispute", dispute))  # type: ignore[attr-defined]
