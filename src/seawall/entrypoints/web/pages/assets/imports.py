"""Files of the company's own tools: handed in, and read back with everything that was and was not taken."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from seawall.core.evidence.items import SEVERITIES
from seawall.core.problems import Invalid, Problem
from seawall.entrypoints.web import forms
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.assets import words
from seawall.entrypoints.web.pages.identify import words as identify_words
from seawall.entrypoints.web.pages.identify.scan import finding
from seawall.entrypoints.web.pages.respond.incident import download
from seawall.lifecycle.identify.actions import imported as actions
from seawall.lifecycle.identify.models import Import
from seawall.lifecycle.identify.queries import asset as queries
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.evidence import finding_of
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import Viewer
from seawall.records.vault.actions.file import read_file

SHOWN = 100


class ImportForm(forms.Shown):
    """A file, and what it is when that cannot be left to the file."""

    use_required_attribute = False

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["upload"] = forms.upload(_("File"), help=_("At most 20 MB; kept unchanged in the vault"))
        self.fields["upload"].required = True
        options = [("", _("Found out from the content")), *words.file_kinds().items()]
        self.fields["kind"] = forms.choice(_("What it is"), options)

    def _clean_fields(self) -> None:
        """The action judges."""


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("identify")
def take(request: HttpRequest, viewer: Viewer, company: UUID) -> HttpResponse:
    """The files read so far, and the form for another."""
    at, language, desk = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    held = scope.company(viewer, company, at=at)
    may = viewer.may("asset.import")
    form = ImportForm(*(() if request.method != "POST" else (request.POST, request.FILES)))
    if request.method == "POST":
        viewer.require("asset.import")
        made = form.attempt(lambda: _take(request, viewer, company))
        if made is not None:
            messages.success(request, _("The file is read. What it says counts from now on."))
            return redirect(address(desk, "import", made.pk))
    context = {
        "heading": _("Files of own tools"),
        "company": held,
        "company_name": name_of(held, language),
        "form": form if may else None,
        "table": _table(queries.imports(viewer, company, at=at)[:SHOWN], desk),
    }
    return render(request, "assets/imports.html", context, status=422 if form.errors else 200)


def _take(request: HttpRequest, viewer: Viewer, company: UUID) -> Import:
    sent = request.FILES.get("upload")
    if not isinstance(sent, UploadedFile):
        raise Invalid([Problem("upload", "document.missing")])
    upload = actions.Upload(
        sent.name or "file", sent.read(settings.UPLOAD_LIMIT + 1), str(request.POST.get("kind", ""))
    )
    return actions.take(company=company, upload=upload, by=viewer, at=timezone.now())


def _table(rows: Any, desk: str) -> dict[str, Any]:
    kinds = words.file_kinds()
    return {
        "caption": _("Files of own tools"),
        "columns": [
            {"label": _("File"), "kind": "text"},
            {"label": pgettext("tool", "Tool"), "kind": "text"},
            {"label": _("Made"), "kind": "moment"},
            {"label": _("Assets"), "kind": "num"},
            {"label": _("Weaknesses"), "kind": "num"},
            {"label": _("Not taken"), "kind": "num"},
        ],
        "rows": [
            {
                "cells": [
                    {"value": row.name, "sub": kinds.get(row.kind, row.kind)},
                    row.tool,
                    row.made_at,
                    sum(row.counts["assets"].values()),
                    sum(row.counts["weaknesses"].values()),
                    row.counts["problems"],
                ],
                "url": address(desk, "import", row.pk),
            }
            for row in rows
        ],
        "empty": {
            "title": _("No file yet"),
            "text": _("Reports of scanners that run already save the company questions, and count as evidence."),
        },
    }


@require_safe
@desk_page("identify")
def page(request: HttpRequest, viewer: Viewer, imported: UUID) -> HttpResponse:
    """One file: what was read, what it says about the controls, and what was refused."""
    at, language, desk = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    found = queries.imported(viewer, imported, at=at)
    checks = library_on(viewer, on=timezone.localdate(at)).checks
    findings = [finding_of(row) for row in found.findings.all()]
    findings.sort(key=lambda f: (f.state != "found", -SEVERITIES.index(f.severity), f.check, f.asset))
    kinds = words.kinds()
    context = {
        "heading": found.name,
        "imported": found,
        "kind": words.file_kinds().get(found.kind, found.kind),
        "company_name": name_of(found.company, language),
        "assets": [{"label": kinds[k], "value": n, "num": True} for k, n in sorted(found.counts["assets"].items())],
        "findings": [finding(f, checks, language) for f in findings],
        "weaknesses": _weaknesses(found, desk),
        "problems": words.problems(found.problems),
        "file_url": address(desk, "import-file", found.pk) if _may_read(viewer, found) else "",
        "assets_url": address(desk, "assets", found.company_id),
    }
    return render(request, "assets/import.html", context)


def _may_read(viewer: Viewer, found: Import) -> bool:
    return viewer.may("vault.read") and (viewer.office or found.file.organisation_id == viewer.organisation)


def _weaknesses(found: Import, desk: str) -> dict[str, Any]:
    """The gravest, for components/table.html."""
    rows = []
    for weakness in found.weaknesses[:SHOWN]:
        text, tone = identify_words.severity(weakness["severity"])
        flags = [_("used in attacks")] if weakness["exploited"] else []
        flags += [_("no more support")] if weakness["unsupported"] else []
        cells = [
            {"value": weakness["title"] or weakness["id"], "sub": " · ".join([*weakness["cves"][:3], *flags])},
            {"value": text, "tone": tone},
            weakness["asset"],
            weakness["known_since"] or "",
        ]
        rows.append({"cells": cells, "url": ""})
    return {
        "caption": _("Weaknesses"),
        "columns": [
            {"label": _("Weakness"), "kind": "text"},
            {"label": _("Severity"), "kind": "badge"},
            {"label": pgettext("noun", "Asset"), "kind": "text"},
            {"label": _("Could be mended since"), "kind": "text"},
        ],
        "rows": rows,
        "empty": {"title": _("The file names no weakness"), "text": ""},
    }


@require_safe
@desk_page("identify")
def file(request: HttpRequest, viewer: Viewer, imported: UUID) -> HttpResponse:
    """The original, for the office and for whoever handed it in."""
    at = timezone.now()
    found = queries.imported(viewer, imported, at=at)
    kept, content = read_file(file_id=found.file_id, by=viewer, at=at)
    return download(content, kept.name, kept.media_type)
