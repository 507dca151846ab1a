"""The house's own universe: its versions, and the draft of the next with what it changes and would do to the book."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from seawall.core.problems import Refused
from seawall.core.universe import rework
from seawall.core.universe.scenarios import ENTERPRISE
from seawall.entrypoints.files import read_mapping
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.forms import Shown, day, upload
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.universe import told
from seawall.lifecycle.strategy.actions import universe as actions
from seawall.lifecycle.strategy.models import UniverseDraft
from seawall.lifecycle.strategy.queries import drafting, risks
from seawall.lifecycle.strategy.queries.in_force import risk_universe
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.releases.models import Release
from seawall.records.releases.queries import releases

OFFICE = frozenset({"office"})


class LoadForm(Shown):
    """A whole universe in the open format."""

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["upload"] = upload(_("File"), help=_("YAML or JSON in the format of the open file, at most 2 MB"))


class AdoptForm(Shown):
    """From which day the draft is in force."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["start"] = day(_("In force from"), required=True)


@require_safe
@desk_page("strategy", OFFICE)
def page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Versions, the open draft, and what may be done with it."""
    return shown(request, viewer)


def shown(request: HttpRequest, viewer: Viewer, refused: Mapping[str, Any] | None = None) -> HttpResponse:
    """The page; with what was refused at its form."""
    today, language = timezone.localdate(), language_of(request)
    held = drafting.current(viewer)
    current = risk_universe(viewer, on=today)
    context: dict[str, Any] = {
        "heading": _("Versions of the risk universe"),
        "draft": held,
        "current": current,
        "versions": _versions(viewer, current, language),
        "adoptions": told.adoptions(drafting.adoptions(viewer), today, language),
        "may_draft": viewer.may("universe.draft"),
        "may_adopt": viewer.may("universe.adopt"),
        "load_form": LoadForm(),
        "adopt_form": AdoptForm(),
        **(refused or {}),
    }
    if held is not None:
        context |= _draft(viewer, held, language)
    return render(request, "universe/draft.html", context, status=422 if refused else 200)


def _versions(viewer: Viewer, current: Release | None, language: str) -> list[dict[str, Any]]:
    """Every release of a universe, newest first, with the ways to read and compare it."""
    found = releases(viewer, "universe").defer("body").order_by("-recorded_at", "-version")
    return [
        {
            "name": row.header["name"][language],
            "version": f"{row.identifier} {row.version}",
            "provider": row.header["provider"],
            "loaded": row.recorded_at,
            "in_force": current is not None and row.pk == current.pk,
            "url": address("office", "universe", release=str(row.pk)),
            "compare": address("office", "release", row.pk, against=str(current.pk))
            if current is not None and row.pk != current.pk
            else "",
        }
        for row in found
    ]


def _draft(viewer: Viewer, held: UniverseDraft, language: str) -> dict[str, Any]:
    drafted = risks.draft_register(held.base, drafting.document_of(held))
    changed, names = drafting.differences(held), risks.names(viewer, on=timezone.localdate())
    touched = {told.code_of(path) for path, *_ in changed}
    codes = {risk.code for risk in drafted.risks}
    return {
        "changes": told.changes(changed, held, names, language)[: told.MOST],
        "changes_count": len(changed),
        "families": [
            _line(risk, drafted, touched, language)
            | {"scenarios": [_line(part, drafted, touched, language) for part in drafted.parts(risk)]}
            for risk in drafted.risks
            if risk.grain == ENTERPRISE
        ],
        "off": [
            {"name": entry["name"][language], "switch": address("office", "universe-switch", entry["id"])}
            for entry in (*rework.families_of(held.base.body), *rework.scenarios_of(held.base.body))
            if entry["id"] not in codes
        ],
        "trial": told.trial(viewer, held, language),
        "work": work_of(held),
    }


def _line(risk: risks.Risk, drafted: risks.Register, touched: set[str], language: str) -> dict[str, Any]:
    """A risk of the draft with the ways to change it."""
    return {
        "name": risk.name[language],
        "pack": drafted.universe.packs[risk.pack].name[language] if risk.pack else "",
        "figures": told.figures(risk, drafted.universe.currency),
        "touched": risk.code in touched,
        "url": address("office", "universe-edit", risk.code),
        "switch": address("office", "universe-switch", risk.code),
    }


def work_of(held: UniverseDraft) -> dict[str, Any] | None:
    """The trial for components/progress.html, while it runs or when it has broken off."""
    state = held.trial.get("state")
    if state not in ("running", "failed"):
        return None
    return {
        "id": "trial",
        "title": _("Trial on the book"),
        "now": _("computes every company under both universes") if state == "running" else _("It broke off."),
        "done": 0,
        "total": 1,
        "state": state,
        "url": address("office", "universe-progress"),
        "result_url": "",
        "started": datetime.fromisoformat(held.trial["ordered_at"]),
    }  # fmt: skip


@require_safe
@desk_page("strategy", OFFICE)
def progress(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """How far the trial is; once it is done, where its result stands."""
    held = drafting.need(viewer)
    work = work_of(held) or {
        "id": "trial", "title": _("Trial on the book"), "now": "", "done": 1, "total": 1, "state": "done", "url": "",
        "result_url": address("office", "universe-draft") + "#trial", "result_label": _("Show what it would change"),
    }  # fmt: skip
    return render(request, "components/progress.html", {"work": work})


@require_POST
@desk_page("strategy", OFFICE)
def begin(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Open a draft of the universe in force."""
    viewer.require("universe.draft")
    base = risk_universe(viewer, on=timezone.localdate())
    if base is None:
        raise NotFound("release")
    return _done(request, viewer, lambda: actions.begin(base=base, by=viewer, at=timezone.now()), _("Draft opened."))


@require_POST
@desk_page("strategy", OFFICE)
def load(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Take a whole file as the draft; every problem in it is told at its place."""
    viewer.require("universe.draft")
    form = LoadForm(request.POST, request.FILES)
    base = risk_universe(viewer, on=timezone.localdate())
    sent = request.FILES.get("upload")
    if base is None:
        raise NotFound("release")

    def work() -> UniverseDraft:
        document = read_mapping(sent.read() if sent else b"", (sent.name if sent else "") or "–")
        return actions.load(document=document, base=base, revision=revision_of(request), by=viewer, at=timezone.now())

    if form.attempt(work) is None:
        return shown(request, viewer, {"load_form": form, "open_form": "load"})
    messages.success(request, _("The file is the draft now."))
    return redirect(address("office", "universe-draft"))


@require_POST
@desk_page("strategy", OFFICE)
def attempt_on_book(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Order the trial; the page shows how far it is and what came out."""
    return _done(
        request,
        viewer,
        lambda: actions.order_trial(revision=revision_of(request), by=viewer, at=timezone.now()),
        _("The trial has been asked for."),
    )


@require_POST
@desk_page("strategy", OFFICE)
def adopt(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Make the draft a release and put it into force from a day."""
    form = AdoptForm(request.POST)
    done = form.attempt(
        lambda: actions.adopt(
            revision=revision_of(request), start=form.cleaned_data["start"], by=viewer, at=timezone.now()
        )
    )
    if done is None:
        return shown(request, viewer, {"adopt_form": form, "open_form": "adopt"})
    messages.success(request, _("In force from %(day)s.") % {"day": form.cleaned_data["start"].isoformat()})
    return redirect(address("office", "universe-draft"))


@require_POST
@desk_page("strategy", OFFICE)
def drop(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Give the draft up."""
    return _done(
        request,
        viewer,
        lambda: actions.drop(revision=revision_of(request), by=viewer, at=timezone.now()),
        _("The draft is dropped; nothing else changes."),
    )


def _done(request: HttpRequest, viewer: Viewer, work: Callable[[], Any], said: str) -> HttpResponse:
    """Do it and say so, or say why not; either way back to the page."""
    try:
        work()
    except Refused as refused:
        if refused.status in {403, 404}:
            raise
        for problem in refused.problems:
            messages.error(request, sentence(problem))
    else:
        messages.success(request, said)
    return redirect(address("office", "universe-draft"))


def revision_of(request: HttpRequest) -> int:
    """The revision the form was made for; 0 fits none but a draft that is not there yet."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
