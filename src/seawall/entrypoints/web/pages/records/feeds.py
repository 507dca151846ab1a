"""The public feeds: what each stands at, its runs, taking one in, the basis of guarded ones; a CVE's priority."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from seawall.core.feeds.basis import Basis
from seawall.core.feeds.kinds import KINDS, Kind
from seawall.core.problems import Problem
from seawall.entrypoints.files import TooLarge
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.forms import Shown, choice, day, text, upload
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.records.tabs import tabs
from seawall.entrypoints.words import priority_words
from seawall.lifecycle.identify.queries import mentions as mentioned
from seawall.records.feeds import queries
from seawall.records.feeds.actions import Load, authorise, take
from seawall.records.feeds.models import FeedRun
from seawall.records.parties.viewer import Viewer

OFFICE = frozenset({"office"})
MOST_RUNS = 50
_CVE = re.compile(r"CVE-\d{4}-\d{4,19}", re.IGNORECASE)


def ground_words() -> dict[str, str]:
    """Legal grounds, as people call them."""
    return {
        "consent": _("Consent of the company concerned"),
        "contract": _("Needed for the insurance contract"),
        "legal_duty": _("Legal duty"),
        "legitimate_interest": _("Legitimate interest, weighed and recorded"),
        "lawfully_public": _("Lawfully public already"),
    }


def way_words() -> dict[str, str]:
    """How the data come."""
    return {
        "provider": _("From an intelligence provider under contract"),
        "public_service": _("From an open service"),
        "handed_over": _("Handed over by the company concerned"),
    }


class RunForm(Shown):
    def __init__(self, kind: Kind, *args: Any) -> None:
        super().__init__(*args)
        self.fields["upload"] = upload(_("File"), help=_("As the source publishes it; large ones by the command line"))
        if kind.guarded:
            self.fields["domain"] = text(_("Domain"), help=_("When the file holds the accounts of one domain"))
        self.fields["reason"] = text(_("Reason"), help=_("Only for a feed that is much smaller, or older"))


class LookupForm(Shown):
    """Asked with GET; what is not a CVE number is told at its field."""

    def __init__(self, asked: str) -> None:
        super().__init__({"cve": asked} if asked else None)
        self.fields["cve"] = text(_("CVE number"), required=True)
        if asked and not _CVE.fullmatch(asked):
            self.add_error("cve", _("Write it like CVE-2021-44228."))


class BasisForm(Shown):
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.fields["ground"] = choice(_("Legal ground"), list(ground_words().items()))
        self.fields["way"] = choice(_("How the data come"), list(way_words().items()))
        self.fields["purpose"] = text(_("Purpose"), rows=3)
        today = timezone.localdate()
        self.fields["start"] = day(_("From"), required=True)
        self.fields["end"] = day(_("Until before"), required=True)
        self.initial = {"start": today, "end": today + timedelta(days=180)}


@require_safe
@page("strategy", OFFICE)
def feeds(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every feed: the release held, its age, what it changed, the last failure; and the priority of a CVE asked for."""
    language, here = language_of(request), request.desk  # type: ignore[attr-defined]
    asked = request.GET.get("cve", "").strip()
    standings = queries.standings(viewer, at=timezone.now())
    table = {
        "caption": _("Feeds"),
        "columns": [
            {"label": _("Feed"), "kind": "text"},
            {"label": _("State"), "kind": "text"},
            {"label": _("Last good run"), "kind": "moment"},
            {"label": _("Entries"), "kind": "num"},
            {"label": pgettext("feed", "Change"), "kind": "text"},
            {"label": _("Last failure"), "kind": "moment"},
        ],
        "rows": [
            {
                "cells": [
                    {"value": s.kind.name[language], "sub": s.kind.provider},
                    _state(s),
                    {"value": s.good.recorded_at, "sub": s.good.published} if s.good else "–",
                    number_format(s.good.entries, force_grouping=True) if s.good else "–",
                    _change(s.good) if s.good else "–",
                    {"value": s.failed.recorded_at, "sub": _why(s.failed)} if s.failed else "–",
                ],
                "url": address(here, "feed", s.kind.id),
            }
            for s in standings
        ],
    }
    context = {
        "heading": _("Feeds"),
        "tabs": tabs(viewer, "feeds"),
        "table": table,
        "form": LookupForm(asked),
        "known": _known(viewer, asked) if _CVE.fullmatch(asked) else None,
    }
    return render(request, "records/feeds.html", context)


def _state(found: queries.Standing) -> dict[str, str]:
    if found.kind.guarded and found.basis is None:
        return {"value": _("No legal basis"), "tone": "idle", "icon": "lock"}
    if found.good is None:
        return {"value": _("Never taken in"), "tone": "idle", "icon": "circle-dashed"}
    if found.stale:
        return {"value": _("Due"), "tone": "note", "icon": "clock"}
    return {"value": _("Current"), "tone": "ok", "icon": "check"}


def _change(run: FeedRun) -> str:
    if run.before_id is None and run.outcome == "good":
        return _("first run")
    return "+{added} −{removed} ~{changed}".format(**run.change) if run.change else "–"


def _why(run: FeedRun) -> str:
    return " ".join(_sentences(run)[:1])


def _sentences(run: FeedRun) -> list[str]:
    told = [Problem(p["field"], p["code"], p["params"]) for p in run.problems]
    return [f"{p.field}: {sentence(p)}" if p.field else sentence(p) for p in told]


def _known(viewer: Viewer, cve: str) -> dict[str, Any]:
    known, words = queries.vulnerability(viewer, cve), priority_words()
    found = known.found
    facts = [
        {"label": "CVE", "value": found.cve},
        {"label": _("Product"), "value": f"{found.vendor} {found.product}".strip() or "–", "lang": "en"},
        {"label": _("Why"), "value": _(", ").join(words[reason] for reason in known.priority.reasons)},
        {"label": "EPSS", "value": "–" if found.epss is None else f"{found.epss:.5f}", "sub": known.scored_as_of},
        {"label": "KEV", "value": found.added or (_("Yes") if found.listed else _("No")), "sub": known.listed_as_of},
    ]
    value = known.priority.value
    return {"facts": facts, "value": "–" if value is None else f"{value:.3f}", "none": value is None}


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


@require_safe
@page("strategy", OFFICE)
def feed(request: HttpRequest, viewer: Viewer, kind: str) -> HttpResponse:
    """One feed: where it comes from, its runs, and what may be done with it."""
    return _feed(request, viewer, _kind(kind))


def _feed(
    request: HttpRequest, viewer: Viewer, kind: Kind, forms: dict[str, Shown] | None = None, status: int = 200
) -> HttpResponse:
    language, here = language_of(request), request.desk  # type: ignore[attr-defined]
    forms = forms or {}
    [found] = [s for s in queries.standings(viewer, at=timezone.now()) if s.kind.id == kind.id]
    runs = list(queries.runs(viewer, kind.id)[:MOST_RUNS])
    context = {
        "heading": kind.name[language],
        "list_url": address(here, "feeds"),
        "standing": found,
        "facts": _facts(found, here),
        "basis": _basis(found),
        "named": _named(viewer, kind.id, here, language),
        "runs": [{"run": r, "change": _change(r), "sentences": _sentences(r), **_outcome(r, here)} for r in runs],
        "run_form": forms.get("run") or RunForm(kind),
        "basis_form": forms.get("basis") or BasisForm(),
        "open_form": next(iter(forms), ""),
        "run_url": address(here, "feed-run", kind.id),
        "basis_url": address(here, "feed-basis", kind.id),
    }
    return render(request, "records/feed.html", context, status=status)


def _named(viewer: Viewer, kind: str, here: str, language: str) -> dict[str, Any] | None:
    """The companies of the house that the feed names, as a table; None for feeds that name none."""
    if kind not in mentioned.FEEDS:
        return None
    by = {"domain": _("by its domain"), "name": _("by its name, to be judged")}
    rows = [
        {
            "cells": [
                name_of(found.company, language),
                {"value": by[found.by], "tone": "bad" if found.by == "domain" else "note"},
                _entry(kind, found.entry),
                str(found.entry.get("discovered") or found.entry.get("added") or "–"),
            ],
            "url": address(here, "company", found.company.pk),
        }
        for found in mentioned.mentions(viewer, kind, at=timezone.now())
    ]
    return {
        "caption": _("Companies of the house that are named"),
        "columns": [
            {"label": _("Company"), "kind": "text"},
            {"label": _("How"), "kind": "text"},
            {"label": _("Entry"), "kind": "text"},
            {"label": _("Day"), "kind": "text"},
        ],
        "rows": rows,
        "empty": {
            "title": _("No company of the house is named in what is held."),
            "text": _("Domains are told surely; a name counts when it is long enough and stands as whole words."),
            "icon": "search",
        },
    }


def _entry(kind: str, entry: Mapping[str, Any]) -> dict[str, str]:
    if kind == "ransomware":
        return {"value": str(entry.get("title", "")), "sub": str(entry.get("group", ""))}
    count = int(entry.get("accounts", 0))
    accounts = ngettext("%(n)s account", "%(n)s accounts", count) % {"n": count}
    return {"value": str(entry.get("breach", "")), "sub": accounts}


def _facts(found: queries.Standing, here: str) -> list[dict[str, Any]]:
    kind, release = found.kind, found.release
    facts: list[dict[str, Any]] = [
        {"label": pgettext("release", "Provider"), "value": kind.provider},
        {"label": _("Source"), "value": kind.address, "lang": "en"},
        {"label": _("Licence"), "value": kind.licence, "lang": "en"},
        {"label": _("A run"), "value": _("replaces everything held") if kind.whole else _("adds to what is held")},
        {"label": _("State"), "value": _state(found)["value"]},
    ]
    if release is not None:
        facts.append({"label": _("Release"), "value": str(release), "url": address(here, "release", release.pk)})
    return facts


def _basis(found: queries.Standing) -> list[dict[str, Any]]:
    if found.basis is None:
        return []
    held = found.basis
    return [
        {"label": _("Legal ground"), "value": ground_words().get(held.ground, held.ground)},
        {"label": _("How the data come"), "value": way_words().get(held.way, held.way)},
        {"label": _("Purpose"), "value": held.purpose},
        {"label": _("Approved by"), "value": held.approver.name},
        {"label": _("Until before"), "value": held.end.isoformat()},
    ]


def _outcome(run: FeedRun, here: str) -> dict[str, Any]:
    words = {
        "good": ("ok", _("Taken in"), "check"),
        "unchanged": ("idle", _("Nothing new"), "equal"),
        "failed": ("bad", _("Refused"), "circle-alert"),
    }
    tone, said, icon = words[run.outcome]
    return {
        "tone": tone,
        "text": said,
        "icon": icon,
        "url": address(here, "release", run.release_id) if run.release_id and run.outcome == "good" else "",
    }


@require_POST
@page("strategy", OFFICE)
def run(request: HttpRequest, viewer: Viewer, kind: str) -> HttpResponse:
    """Take in what was uploaded; a refused feed is a run too, and the page shows why."""
    known = _kind(kind)
    viewer.require("feed.run")
    form = RunForm(known, request.POST, request.FILES)
    made = form.attempt(lambda: _take(form, known, viewer))
    if made is None:
        return _feed(request, viewer, known, {"run": form}, status=422)
    if made.outcome == "failed":
        messages.error(request, _("The feed was refused: %(why)s") % {"why": _why(made)})
    else:
        messages.success(request, _("The feed was taken in: %(count)s entries.") % {"count": made.entries})
    return redirect(address(request.desk, "feed", known.id))  # type: ignore[attr-defined]


def _take(form: RunForm, kind: Kind, viewer: Viewer) -> FeedRun:
    data = form.cleaned_data
    file = data.get("upload")
    if file is not None and file.size > settings.UPLOAD_LIMIT:
        raise TooLarge("upload", limit=settings.UPLOAD_LIMIT // 1024, name=file.name)
    parts = (file.read(),) if file is not None else ()
    load = Load(kind.id, parts, file.name if file is not None else "–", data.get("domain", ""), data["reason"])
    return take(load, by=viewer, at=timezone.now())


@require_POST
@page("strategy", OFFICE)
def basis(request: HttpRequest, viewer: Viewer, kind: str) -> HttpResponse:
    """Record on what ground the feed may be taken in; whoever does so is the approver."""
    known = _kind(kind)
    viewer.require("feed.authorise")
    form = BasisForm(request.POST)

    def work() -> Any:
        data = form.cleaned_data
        ground = Basis(data["ground"], data["way"], data["purpose"], data["start"], data["end"])
        return authorise(kind=known.id, basis=ground, by=viewer, at=timezone.now())

    if form.attempt(work) is None:
        return _feed(request, viewer, known, {"basis": form}, status=422)
    messages.success(request, _("The basis is recorded. Somebody else than you runs the feed."))
    return redirect(address(request.desk, "feed", known.id))  # type: ignore[attr-defined]
