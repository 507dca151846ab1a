"""The libraries themselves: which there are, and what one of them asks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from seawall.core.conformity.frameworks import Framework
from seawall.core.conformity.questions import questions_of
from seawall.entrypoints.conformity import confidence_words, framework_of, frameworks, kind_words
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.middleware import language_of
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import Viewer


def kinds(chosen: str) -> list[dict[str, Any]]:
    """Tabs: all libraries, or one kind."""
    found = list(frameworks().values())
    tabs = [{"label": _("All"), "url": "?", "active": not chosen, "count": len(found)}]
    for kind, words in kind_words().items():
        count = sum(f.kind == kind for f in found)
        tabs.append({"label": words, "url": f"?kind={kind}", "active": kind == chosen, "count": count})
    return tabs


def of_kind(chosen: str) -> list[Framework]:
    return [f for f in frameworks().values() if chosen in ("", f.kind)]


@require_safe
@page("strategy")
def libraries(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every library by kind: how much of it Seawall's controls speak of."""
    language, here = language_of(request), request.desk  # type: ignore[attr-defined]
    chosen, words = request.GET.get("kind", ""), kind_words()
    table = {
        "caption": _("Libraries"),
        "columns": [
            {"label": _("Library")},
            {"label": _("Kind"), "kind": "text"},
            {"label": pgettext("library", "Jurisdiction"), "kind": "text"},
            {"label": _("Requirements"), "kind": "num"},
            {"label": _("with a control"), "kind": "num"},
        ],
        "rows": [
            {
                "cells": [
                    {"value": f.name[language], "sub": f.issuer[language]},
                    words[f.kind],
                    f.jurisdiction,
                    len(f.requirements),
                    sum(bool(r.links) for r in f.requirements),
                ],
                "url": address(here, "library", f.id),
            }
            for f in of_kind(chosen)
        ],
        "empty": {"title": _("There is no library of this kind"), "text": "", "icon": "layers"},
    }
    return render(
        request, "libraries/list.html", {"heading": _("Libraries"), "kinds": kinds(chosen), "table": table}
    )  # fmt: skip


@require_safe
@page("strategy")
def library(request: HttpRequest, viewer: Viewer, library: str) -> HttpResponse:
    """One library: about, whom it binds, fines, each requirement with the controls and questions that bear on it."""
    language, here = language_of(request), request.desk  # type: ignore[attr-defined]
    found, sure = framework_of(library), confidence_words()
    known = library_on(viewer, on=timezone.localdate())
    names = {code: prior.name[language] for code, prior in known.controls.priors.items()}
    asked = questions_of(found, known.questionnaire)
    facts = [
        {"label": _("Issued by"), "value": found.issuer[language]},
        {"label": _("Standing"), "value": found.standing[language]},
        {"label": _("Binds"), "value": found.binds[language] if found.binds else ""},
        {"label": pgettext("library", "Jurisdiction"), "value": found.jurisdiction},
        {"label": _("Version"), "value": found.version},
        {"label": "SHA-256", "value": f"{found.sha256[:16]}…"},
    ]
    context = {
        "heading": found.name[language],
        "about": found.about[language],
        "facts": [fact for fact in facts if fact["value"]],
        "doubt": found.doubt[language] if found.doubt else "",
        "fines": [
            {"article": f.article, "rule": f.rule[language], "sure": sure[f.confidence]} for f in found.fines
        ],
        "chapters": [
            {
                "name": title[language],
                "rows": [
                    {
                        "code": r.code,
                        "name": r.name[language],
                        "controls": [names[c] for c in r.controls],
                        "coverage": r.coverage,
                        "asked": asked[r.code],
                        "items": list(r.items.values()),
                        "sure": sure[r.confidence],
                    }
                    for r in found.requirements
                    if r.chapter == code
                ],
            }
            for code, title in found.chapters.items()
        ],
        "levels": found.levels,
        "list_url": address(here, "libraries"),
    }  # fmt: skip
    return render(request, "libraries/library.html", context)
