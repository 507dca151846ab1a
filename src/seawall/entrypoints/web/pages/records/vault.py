"""The evidence vault: its signed heads, what to keep outside, and how to check an export without us."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from seawall.core.problems import Invalid, Problem
from seawall.entrypoints.verify import verify_export
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.forms import Shown, text
from seawall.entrypoints.web.pages.records.tabs import tabs
from seawall.entrypoints.web.pages.respond.incident import download
from seawall.lifecycle.protect.queries.policy import policies
from seawall.lifecycle.recover.queries.claim import claims
from seawall.lifecycle.respond.queries.incident import incidents
from seawall.records.parties.viewer import Viewer
from seawall.records.vault.actions.export import export
from seawall.records.vault.actions.log import anchor
from seawall.records.vault.queries import log as queries
from seawall.records.vault.subject import Scope, Subject

OFFICE = frozenset({"office"})
MOST_HEADS = 30


class NumberForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["number"] = text(_("Number of a policy, an incident or a claim"), help="C-2026-000001")


@require_safe
@page("", OFFICE)
def vault(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Heads, anchor, export, and on demand the whole log worked out again."""
    return _show(request, viewer, NumberForm())


def _show(request: HttpRequest, viewer: Viewer, form: NumberForm) -> HttpResponse:
    log, heads = queries.log_of(viewer), queries.heads(viewer)
    may_check = viewer.may("journal.read")
    context = {
        "heading": _("Evidence vault"),
        "tabs": tabs(viewer, "vault"),
        "log": log,
        "newest": heads.first(),
        "count": heads.count(),
        "table": {
            "caption": _("Signed heads"),
            "columns": [
                {"label": _("Entries"), "kind": "num"},
                {"label": _("Signed"), "kind": "moment"},
                {"label": _("Root"), "kind": "text"},
            ],
            "rows": [{"cells": [head.size, head.at, f"{head.root[:32]}…"]} for head in heads[:MOST_HEADS]],
            "empty": {
                "title": _("No head has been signed yet"),
                "text": _("One is signed every night, and whenever somebody downloads an anchor."),
                "icon": "fingerprint",
            },
        },
        "form": form,
        "may_check": may_check,
        "checked": queries.check(viewer) if may_check and request.GET.get("check") else None,
    }
    return render(request, "records/vault.html", context, status=422 if form.errors else 200)


@require_POST
@page("", OFFICE)
def head(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The head of today as a small file, to be kept where we cannot reach it."""
    now = timezone.now()
    name = f"seawall-anchor-{timezone.localtime(now):%Y%m%d}.json"
    return download(anchor(by=viewer, at=now).encode(), name, "application/json")


@require_POST
@page("", OFFICE)
def bundle(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The file of one case, or everything of the tenant, as one file that verifies without us."""
    viewer.require("vault.export")
    if request.POST.get("all"):
        return _export(viewer, Scope.everything(viewer.tenant), "seawall-vault.jsonl")
    form = NumberForm(request.POST)
    scope = form.attempt(lambda: _scope(viewer, form.cleaned_data["number"].strip()))
    if scope is None:
        return _show(request, viewer, form)
    return _export(viewer, scope, f"{form.cleaned_data['number'].strip()}-evidence.jsonl")


def _scope(viewer: Viewer, number: str) -> Scope:
    """The case by its number: a policy with its incidents and claims, or the other way round. Raises `Invalid`."""
    now = timezone.now()
    held = policies(viewer, at=now).filter(number=number).first()
    if held is not None:
        rows = [*incidents(viewer, at=now).filter(policy=held), *claims(viewer, at=now).filter(policy=held)]
        return Scope(Subject.of(held), tuple(Subject.of(row) for row in rows))
    struck = incidents(viewer, at=now).filter(number=number).first()
    if struck is not None:
        return Scope(Subject.of(struck), tuple(Subject.of(c) for c in struck.claims.all()))
    claim = claims(viewer, at=now).filter(number=number).first()
    if claim is not None:
        return Scope(Subject.of(claim), (Subject.of(claim.incident), Subject.of(claim.policy)))
    raise Invalid([Problem("number", "vault.no_such_case", {"number": number})])


def _export(viewer: Viewer, scope: Scope, name: str) -> HttpResponse:
    out = BytesIO()
    export(scope=scope, out=out, by=viewer, at=timezone.now())
    return download(out.getvalue(), name, "application/x-ndjson")


@require_safe
@page("", OFFICE)
def verifier(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The program that checks an export: one file, nothing but Python's own library."""
    return download(Path(verify_export.__file__).read_bytes(), "verify_export.py", "text/x-python")
