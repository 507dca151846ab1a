"""One asset: why it is the company's, what was found on it, and the form to say that this is wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from seawall.core.assets.disputes import GROUNDS
from seawall.core.evidence.observations import Checks
from seawall.entrypoints.web import forms
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.clocks import left, urgency
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.assets import words
from seawall.entrypoints.web.pages.identify.scan import finding
from seawall.lifecycle.identify.actions import dispute as actions
from seawall.lifecycle.identify.models import Dispute
from seawall.lifecycle.identify.queries import asset as queries
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import Viewer


class DisputeForm(forms.Shown):
    """What is wrong, in the company's words, with a file that shows it. `about` names the check, or nothing."""

    use_required_attribute = False

    def __init__(self, data: Any = None, files: Any = None, *, check: str = "") -> None:
        super().__init__(data, files, prefix=None, auto_id=f"id_{check or 'asset'}_%s")
        names = words.grounds()
        if check:
            options: list[tuple[str, Any]] = [(g, names[g]) for g in GROUNDS if g != "not_ours"]
            self.fields["ground"] = forms.choice(_("What is wrong with it"), options, radio=True)
            self.fields["ground"].initial = options[0][0]
        self.fields["words"] = forms.text(
            _("Why"), rows=4, help=_("The insurer reads this. The dispute shows the time left to answer.")
        )
        self.fields["words"].required = True
        self.fields["upload"] = forms.upload(_("Evidence"), help=_("A file that shows it, kept unchanged in the vault"))

    def _clean_fields(self) -> None:
        """The action judges."""


@require_safe
@desk_page("identify")
def page(request: HttpRequest, viewer: Viewer, asset: UUID) -> HttpResponse:
    """Why this is the company's, and what was found on it."""
    return _shown(request, viewer, asset, timezone.now())


def _shown(
    request: HttpRequest, viewer: Viewer, asset: UUID, at: datetime, refused: dict[str, Any] | None = None
) -> HttpResponse:
    language, desk = language_of(request), request.desk  # type: ignore[attr-defined]
    found = queries.page(viewer, asset, at=at)
    checks, sources = library_on(viewer, on=timezone.localdate(at)).checks, words.sources()
    text, tone = words.status(found.asset.status)
    may = viewer.may("dispute.raise")
    context = {
        "heading": found.asset.name,
        "asset": found.asset,
        "kind": words.kinds()[found.asset.kind],
        "company_name": name_of(found.asset.company, language),
        "status": {"text": text, "tone": tone},
        "confidence": found.confidence,
        "signs": [
            {
                "said": sign.said(language),
                "source": sources.get(sign.sign.source, sign.sign.source),
                "confidence": sign.sign.confidence,
                "since": sign.row.recorded_at,
            }
            for sign in found.told
        ],
        "facts": words.told(found.asset.detail),
        "faults": [_fault(f, checks, language, desk, may) for f in found.faults],
        "disputes": [line(d, checks, language, desk, at) for d in found.disputes],
        "form": DisputeForm() if may and found.asset.status in ("claimed", "attributed") else None,
        "open_form": "",
        **(refused or {}),
    }
    if refused:
        context["problems"] = _place(context, refused["tried"], refused["open_form"])
    return render(request, "assets/asset.html", context, status=422 if refused else 200)


def _place(context: dict[str, Any], tried: DisputeForm, key: str) -> list[str]:
    """Put the refused form where it was opened; its sentences, when there is no such form any more."""
    if key == "asset" and context["form"] is not None:
        context["form"] = tried
        return []
    for fault in context["faults"]:
        if fault["form"] is not None and fault["code"] == key:
            fault["form"] = tried
            return []
    return [str(line) for lines in tried.errors.values() for line in lines]


def _fault(fault: queries.Faults, checks: Checks, language: str, desk: str, may: bool) -> dict[str, Any]:
    """A finding with whether it counts, and the form to dispute it."""
    about = fault.settled or fault.dispute
    return {
        **finding(fault.finding, checks, language),
        "counts": fault.settled is None,
        "dispute_url": address(desk, "dispute", about.pk) if about else "",
        "open": fault.dispute is not None,
        "form": DisputeForm(check=fault.finding.check) if may and about is None else None,
    }


def line(found: Dispute, checks: Checks, language: str, desk: str, at: datetime) -> dict[str, Any]:
    """A dispute in one line."""
    text, tone = words.dispute_status(found.status)
    check = checks.checks.get(found.check_id)
    return {
        "ground": words.grounds()[found.ground],
        "about": check.title[language] if check else _("The asset as a whole"),
        "url": address(desk, "dispute", found.pk),
        "badge": {"text": text, "tone": tone},
        "left": {"text": left(found.due_at, at), "tone": urgency(found.due_at, at)} if found.status == "open" else None,
        "at": found.recorded_at,
    }


@require_POST
@desk_page("identify")
def dispute(request: HttpRequest, viewer: Viewer, asset: UUID) -> HttpResponse:
    """Say that the asset, or a finding on it, is wrong."""
    at, check = timezone.now(), str(request.POST.get("check", ""))[:20]
    form = DisputeForm(request.POST, request.FILES, check=check)
    sent = request.FILES.get("upload")
    claim = actions.Claim(
        asset=asset,
        check=check,
        ground=str(request.POST.get("ground", "")) if check else "not_ours",
        words=str(request.POST.get("words", "")),
    )
    proof = _proof(sent) if isinstance(sent, UploadedFile) else None
    made = form.attempt(lambda: actions.open_dispute(claim=claim, proof=proof, by=viewer, at=at))
    if made is None:
        return _shown(request, viewer, asset, at, {"tried": form, "open_form": check or "asset"})
    messages.success(request, _("The insurer has your dispute. Below stands until when it answers."))
    return redirect(address(request.desk, "dispute", made.pk))  # type: ignore[attr-defined]


def _proof(sent: UploadedFile[Any]) -> actions.Proof:
    return actions.Proof(sent.name or "file", sent.read(settings.UPLOAD_LIMIT + 1))
