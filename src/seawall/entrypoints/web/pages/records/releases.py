"""Reference data as releases: what there is, what each holds, what changed between two."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from seawall.core.problems import Refused
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.records.tabs import tabs
from seawall.records.parties.viewer import Viewer
from seawall.records.releases import queries
from seawall.records.releases.models import Release

DESKS = frozenset({"office", "broker", "insured"})
MOST_CHANGES = 500
MOST_SHOWN = 200


def kinds() -> dict[str, str]:
    """Kinds of reference data, as people call them."""
    return {
        "universe": _("Risk universe"),
        "controls": _("Controls"),
        "questionnaires": _("Questionnaires"),
        "checks": _("Checks"),
        "assets": _("Rules on assets"),
        "products": _("Products"),
        "wordings": _("Wordings"),
        "rating": _("Rating plans"),
        "appetite": _("Appetite"),
        "standards": _("Standards"),
        "industries": _("Industries"),
        "alerts": _("Alert rules"),
        "playbooks": _("Playbooks"),
        "triage": _("First grade"),
        "feeds": _("Feeds"),
    }


@require_safe
@page("strategy", DESKS)
def library(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every release the viewer may read, by kind, newest first within each document."""
    language, here, names = language_of(request), request.desk, kinds()  # type: ignore[attr-defined]
    found = list(queries.releases(viewer).defer("body").order_by("kind", "identifier", "-recorded_at"))
    there = list(dict.fromkeys(release.kind for release in found))
    chosen = request.GET.get("kind", "")
    newest: dict[tuple[str, str], UUID] = {}
    for release in found:
        newest.setdefault((release.kind, release.identifier), release.pk)
    table = {
        "caption": _("Releases"),
        "columns": [
            {"label": _("Document"), "kind": "text"},
            {"label": _("Kind"), "kind": "text"},
            {"label": _("Version"), "kind": "text"},
            {"label": pgettext("release", "Provider"), "kind": "text"},
            {"label": _("Loaded"), "kind": "moment"},
            {"label": "SHA-256", "kind": "text"},
        ],
        "rows": [
            {
                "cells": [
                    {"value": r.header["name"][language], "sub": r.identifier},
                    names.get(r.kind, r.kind),
                    {"value": r.version, "tone": "ok", "icon": "check"}
                    if newest[r.kind, r.identifier] == r.pk
                    else {"value": r.version, "tone": "idle"},
                    r.header["provider"],
                    r.recorded_at,
                    f"{r.sha256[:12]}…",
                ],
                "url": address(here, "release", r.pk),
            }
            for r in found
            if chosen in ("", r.kind)
        ],
        "empty": {"title": _("No release has been loaded"), "text": _("Administrators load them."), "icon": "layers"},
    }
    context = {
        "heading": _("Releases"),
        "tabs": tabs(viewer, "releases") if viewer.office else [],
        "kinds": [
            {"label": _("All"), "url": "?", "active": not chosen, "count": len(found)},
            *(
                {
                    "label": names.get(kind, kind),
                    "url": f"?kind={kind}",
                    "active": kind == chosen,
                    "count": sum(r.kind == kind for r in found),
                }
                for kind in there
            ),
        ],
        "table": table,
    }
    return render(request, "records/releases.html", context)


@require_safe
@page("strategy", DESKS)
def release(request: HttpRequest, viewer: Viewer, release: UUID) -> HttpResponse:
    """One release: who made it from what, its content, and what it changed against another version."""
    language, here = language_of(request), request.desk  # type: ignore[attr-defined]
    found = queries.release(viewer, release)
    header = found.header
    same = queries.releases(viewer, found.kind).filter(identifier=found.identifier)
    others = list(same.exclude(pk=found.pk).defer("body").order_by("-recorded_at"))
    compared, wrong = _against(viewer, request.GET.get("against", ""), found)
    context = {
        "heading": header["name"][language],
        "release": found,
        "kind": kinds().get(found.kind, found.kind),
        "facts": [
            {"label": _("Document"), "value": f"{found.kind}/{found.identifier}"},
            {"label": _("Version"), "value": found.version},
            {"label": _("Published"), "value": header.get("published", "–")},
            {"label": pgettext("release", "Provider"), "value": header["provider"]},
            {"label": _("Licence"), "value": header["licence"]},
            {"label": _("Source"), "value": header["source"], "lang": "en"},
            {"label": "SHA-256", "value": found.sha256},
        ],
        "others": others,
        "against": compared.before if compared else None,
        "changes": list(_lines(compared, language))[:MOST_CHANGES] if compared else [],
        "wrong": wrong,
        "list_url": address(here, "releases"),
        "content": json.dumps(_beginning(found.body), ensure_ascii=False, indent=2),
    }
    return render(request, "records/release.html", context, status=422 if wrong else 200)


def _beginning(body: Mapping[str, Any]) -> dict[str, Any]:
    """The content, of a feed's many entries the first ones; all of them are told by the API."""
    entries = body.get("entries")
    if not isinstance(entries, Mapping) or len(entries) <= MOST_SHOWN:
        return dict(body)
    first = dict(list(entries.items())[:MOST_SHOWN])
    return {**body, "entries": {**first, "…": _("%(count)s more") % {"count": len(entries) - MOST_SHOWN}}}


def _against(viewer: Viewer, other: str, found: Release) -> tuple[queries.Difference | None, list[str]]:
    """What differs from the other release, or the sentences that say why they cannot be compared."""
    if not other:
        return None, []
    try:
        return queries.difference(viewer, UUID(other), found.pk), []
    except ValueError:
        return None, [_("This is not a release.")]
    except Refused as refused:
        if refused.status == 404:
            raise
        return None, [sentence(problem) for problem in refused.problems]


def _lines(found: queries.Difference, language: str) -> Iterator[dict[str, Any]]:
    """Each place that differs, in the order of the document: what it was, what it is."""
    rows: dict[str, tuple[str, Any, Any]] = {}
    rows |= {place: ("changed", old, new) for place, (old, new) in found.changed.items()}
    rows |= {place: ("added", None, new) for place, new in found.added.items()}
    rows |= {place: ("removed", old, None) for place, old in found.removed.items()}
    words = {
        "changed": (_("Changed"), "note", "pencil"),
        "added": (_("Added"), "ok", "plus"),
        "removed": (_("Removed"), "bad", "minus"),
    }
    for place in sorted(rows):
        how, old, new = rows[place]
        text, tone, icon = words[how]
        yield {
            "place": place,
            "text": text,
            "tone": tone,
            "icon": icon,
            "old": _shown(old, language),
            "new": _shown(new, language),
        }


def _shown(value: Any, language: str) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping) and set(value) == {"zh", "en"}:
        return str(value[language])
    return json.dumps(value, ensure_ascii=False, indent=1) if isinstance(value, Mapping | list) else str(value)
