"""The first page of each desk: where the loop stands, what waits, and what comes next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from seawall.core.money import Money
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import DESKS
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.company import submissions_table
from seawall.entrypoints.web.pages.respond.incident import work
from seawall.entrypoints.web.templatetags.seawall import money_short
from seawall.lifecycle.detect.queries import watch as watches
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.protect.queries import policy as policies
from seawall.lifecycle.protect.queries import quote as quotes
from seawall.lifecycle.protect.queries.remediation import remediations
from seawall.lifecycle.recover.queries import claim as claims
from seawall.lifecycle.respond.queries import incident as incidents
from seawall.records.parties.viewer import Viewer


@require_safe
@desk_page("", frozenset(DESKS))
def home(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The loop with its counts, then what waits for a decision at this desk."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    if here == "provider":
        told = {"heading": _("Engagements"), "table": work(viewer, now, language)}
        return render(request, "respond/engagements.html", told)
    counts = _counts(viewer, now)
    context: dict[str, Any] = {
        "heading": _("Today"),
        "notes": _notes(counts, here),
        "urls": {code: address(here, code) for code in ("strategy", *counts)},
        "current": "identify",
        "alert": "respond" if counts["respond"] else "detect" if counts["detect"] else "",
        "stats": _stats(viewer, here, now, counts),
        "table": submissions_table(scope.submissions(viewer, at=now)[:8], here, language, viewer),
    }
    return render(request, "home/home.html", context)


def _counts(viewer: Viewer, now: datetime) -> dict[str, int]:
    """What is open at each stage, of what the viewer may know of."""
    return {
        "identify": scope.submissions(viewer, at=now).filter(status__in=("draft", "submitted")).count(),
        "protect": quotes.quotes(viewer, at=now).filter(status__in=("offered", "referred")).count(),
        "detect": watches.alerts(viewer, at=now).filter(status="open").count(),
        "respond": incidents.incidents(viewer, at=now).exclude(status="closed").count(),
        "recover": claims.claims(viewer, at=now).exclude(status__in=("paid", "closed")).count(),
    }


def _notes(counts: dict[str, int], here: str) -> dict[str, str]:
    texts = {
        "identify": ngettext("%(n)s submission open", "%(n)s submissions open", counts["identify"]),
        "protect": ngettext("%(n)s quote open", "%(n)s quotes open", counts["protect"]),
        "detect": ngettext("%(n)s alert open", "%(n)s alerts open", counts["detect"]),
        "respond": ngettext("%(n)s incident open", "%(n)s incidents open", counts["respond"]),
        "recover": ngettext("%(n)s claim open", "%(n)s claims open", counts["recover"]),
    }
    notes = {code: text % {"n": counts[code]} for code, text in texts.items()}
    return {"strategy": _("Appetite, products, plan"), **notes} if here == "office" else notes


def _stats(viewer: Viewer, here: str, now: datetime, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The figures above the list; each leads to the list behind it."""
    held = policies.policies(viewer, at=now).filter(status="in_force")
    # Policies may be in several currencies; the sum of each is told by itself.
    sums: dict[str, int] = {}
    for currency, limit in held.values_list("currency", "aggregate_limit"):
        sums[currency] = sums.get(currency, 0) + limit
    soon = incidents.duties_due(viewer, at=now).filter(deadline__isnull=False).first()
    fixes = remediations(viewer, at=now).filter(status__in=("promised", "done")).count()
    return [
        {
            "label": _("Policies in force"),
            "value": held.count(),
            "url": address(here, "policies"),
            "sub": " · ".join(money_short(Money(minor, code)) for code, minor in sorted(sums.items())),
        },
        {"label": _("Fixes under way"), "value": fixes, "url": address(here, "remediations")},
        {"label": _("Open alerts"), "value": counts["detect"], "url": address(here, "detect")},
        {
            "label": _("Legal deadline, overdue")
            if soon and soon.deadline and soon.deadline < now
            else _("Next legal deadline"),
            "value": "",
            "deadline": soon.deadline if soon else None,
            "tone": "bad" if soon and soon.deadline and soon.deadline < now else "warn",
            "none": _("no clock is running"),
            "url": address(here, "incident", soon.incident_id) if soon else address(here, "respond"),
        },
    ]


urlpatterns = [path("", home, name="home")]
