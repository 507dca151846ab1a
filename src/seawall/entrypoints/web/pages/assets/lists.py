"""Assets of a company, and disputes, as lists people work in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.clocks import left, urgency
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.listing import Column, Plan, State, listing
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.assets import words
from seawall.lifecycle.identify.models import Asset, Dispute
from seawall.lifecycle.identify.queries import asset as queries
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import Viewer

STATES = ("claimed", "attributed", "disputed", "removed")


@require_safe
@page("identify")
def assets(request: HttpRequest, viewer: Viewer, company: UUID) -> HttpResponse:
    """What a company has, with how sure it is that it is its own."""
    at, language, desk = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    held = scope.company(viewer, company, at=at)
    known, kinds = queries.signs(viewer, at=at), words.kinds()

    def row(found: Asset) -> dict[str, Any]:
        text, tone = words.status(found.status)
        told = sorted((known[a.code] for a in found.attributions.all() if a.code in known), key=lambda s: -s.confidence)
        params = {a.code: a.params for a in found.attributions.all()}
        why = told[0].said(language, params[told[0].code]) if told else ""
        cells = [
            {"value": found.name, "sub": why},
            kinds[found.kind],
            {"value": text, "tone": tone},
            queries.sure(found, known),
            found.last_seen,
        ]
        return {"cells": cells, "url": address(desk, "asset", found.pk)}

    plan: Plan[Asset] = Plan(
        key="assets",
        caption=_("Assets"),
        columns=[
            Column(pgettext("noun", "Asset"), sort="name", sub=_("Why")),
            Column(_("Kind"), sort="kind"),
            Column(_("State"), "badge", sort="status"),
            Column(_("How sure"), "percent"),
            Column(_("Last seen"), "moment", sort="last_seen"),
        ],
        row=row,
        states=[State("", _("All")), *(State(s, words.status(s)[0], Q(status=s), s == "disputed") for s in STATES)],
        search=("name", "kind"),
        empty={
            "title": _("No asset here"),
            "text": _("Assets come from submissions, from scans, and from the files of the company's own tools."),
            "url": address(desk, "imports", company) if viewer.may("asset.import") else "",
            "label": _("Hand in a file"),
        },
    )
    shown = listing(request, plan, queries.assets(viewer, company, at=at))
    if shown.export:
        return shown.export
    context = {"heading": _("Assets"), "company": held, "company_name": name_of(held, language), "list": shown}
    return render(request, "assets/list.html", context)


@require_safe
@page("identify")
def disputes(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Disputes, those that wait first, with the time that is left."""
    at, language, desk = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    checks, grounds = library_on(viewer, on=timezone.localdate(at)).checks.checks, words.grounds()

    def row(found: Dispute) -> dict[str, Any]:
        text, tone = words.dispute_status(found.status)
        about = checks[found.check_id].title[language] if found.check_id in checks else _("The asset as a whole")
        waits = found.status == "open"
        cells = [
            {"value": found.asset.name, "sub": about},
            name_of(found.company, language),
            grounds[found.ground],
            {"value": text, "tone": tone},
            {"value": left(found.due_at, at), "tone": urgency(found.due_at, at)} if waits else "",
            found.recorded_at,
        ]
        return {"cells": cells, "url": address(desk, "dispute", found.pk)}

    plan: Plan[Dispute] = Plan(
        key="disputes",
        caption=_("Disputes"),
        columns=[
            Column(pgettext("noun", "Asset"), sort="asset__name", sub=_("About")),
            Column(_("Company"), sort="company__name_zh"),
            Column(_("Ground"), sort="ground"),
            Column(_("State"), "badge", sort="status"),
            Column(_("Time to decide"), "badge", sort="due_at"),
            Column(_("Raised"), "moment", sort="recorded_at"),
        ],
        row=row,
        states=[
            State("", _("All")),
            *(
                State(s, words.dispute_status(s)[0], Q(status=s), s == "open" and viewer.may("dispute.decide"))
                for s in ("open", "upheld", "rejected", "withdrawn")
            ),
        ],
        search=("asset__name", "company__name_zh", "company__name_en", "check_id"),
        empty={
            "title": _("No dispute here"),
            "text": _("Whoever finds an asset or a finding wrong says so on the page of the asset."),
        },
    )
    shown = listing(request, plan, queries.disputes(viewer, at=at))
    if shown.export:
        return shown.export
    return render(request, "assets/disputes.html", {"heading": _("Disputes"), "list": shown})
