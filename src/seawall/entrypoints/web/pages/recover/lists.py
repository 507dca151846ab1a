"""The list of claims: whose day of the law comes next."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from seawall.core.money import Money
from seawall.entrypoints.web import clocks
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.listing import Column, Plan, State, listing
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.recover import words
from seawall.entrypoints.web.templatetags.seawall import unit
from seawall.lifecycle.recover.models import Claim
from seawall.lifecycle.recover.queries import claim as queries
from seawall.lifecycle.recover.queries.clocks import clocks as clocks_of
from seawall.lifecycle.recover.queries.clocks import with_next_day
from seawall.records.parties.viewer import Viewer

OVER = Q(status__in=("closed", "denied"))


@require_safe
@desk_page("recover")
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Claims, the one whose day of the law comes next on top."""
    language, here, now = language_of(request), request.desk, timezone.now()  # type: ignore[attr-defined]
    found = with_next_day(queries.claims(viewer, at=now))
    found = found.order_by(F("next_day").asc(nulls_last=True), "-recorded_at")
    shown = listing(request, _plan(viewer, here, language), found)
    if shown.export is not None:
        return shown.export
    return render(request, "recover/index.html", {"heading": _("Claims"), "list": shown})


def _plan(viewer: Viewer, here: str, language: str) -> Plan[Claim]:
    own, office = viewer.kind == "insured", viewer.office
    now = timezone.now()

    def row(found: Claim) -> dict[str, Any]:
        due: date | None = found.next_day  # type: ignore[attr-defined]
        today = found.policy.day(now)
        clock: dict[str, Any] = {"value": "–"}
        if due is not None:
            running = [c for c in clocks_of(found, on=today) if c.done_on is None and c.due == due]
            title = running[0].as_dict()["title"][language] if running else ""
            clock = {"value": clocks.days_left(due, today), "tone": clocks.day_urgency(due, today), "sub": title}
        badge = words.badge(found.status)
        cells = [
            {"value": found.number, "sub": found.incident.number},
            *([] if own else [name_of(found.company, language)]),
            clock,
            due,
            {"value": badge["text"], "tone": badge["tone"]},
            Money(found.payable, found.currency),
            Money(found.paid, found.currency),
            *([Money(found.reserve, found.currency)] if office else []),
        ]
        return {"cells": cells, "url": address(here, "claim", found.pk)}

    in_unit = unit("CNY")
    return Plan(
        key=f"claims-{here}",
        caption=_("Claims"),
        columns=(
            Column(_("Claim"), sort="number", sub=_("Incident")),
            *(() if own else (Column(pgettext("column", "Company"), sort="company__name_zh"),)),
            Column(_("Next day of the law"), "badge", sub=pgettext("column", "For")),
            Column(_("Last day"), "day", sort="next_day"),
            Column(_("State"), "badge", sort="status"),
            Column(_("Payable"), "money", sort="payable", unit=in_unit),
            Column(pgettext("claim", "Paid"), "money", sort="paid", unit=in_unit),
            *((Column(_("Case reserve"), "money", sort="reserve", unit=in_unit),) if office else ()),
        ),
        row=row,
        states=(
            State("open", pgettext("claims", "Running"), ~OVER),
            State("over", pgettext("claims", "Closed"), OVER),
            State("all", pgettext("claims", "All")),
        ),
        search=("number", "incident__number", "policy__number", "company__name_zh", "company__name_en"),
        empty={
            "title": _("No claim here"),
            "text": _("A claim is opened from an incident; its page has the button.")
            if office
            else _("The insurer opens a claim from an incident you report; it appears here with its days of the law."),
            "url": address(here, "respond"),
            "label": _("Incidents"),
            "icon": "life-buoy",
        },
    )
