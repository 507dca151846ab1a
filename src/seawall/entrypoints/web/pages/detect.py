"""Detect: what changed since the last look, and whether it changes the terms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.forms import Shown, choice, text
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.protect.quote import name_of
from seawall.lifecycle.detect.actions import alert as alerts
from seawall.lifecycle.detect.actions import watch as watches
from seawall.lifecycle.detect.models import Alert
from seawall.lifecycle.detect.queries import watch as queries
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.roles import UNDERWRITER
from seawall.records.parties.viewer import Viewer

EFFECT_TONES = {"now": "bad", "renewal": "warn", "never": "idle"}


def effects() -> dict[str, str]:
    """What an alert does to the contract."""
    return {
        "now": pgettext("effect", "Changes terms now"),
        "renewal": pgettext("effect", "Counts at renewal"),
        "never": pgettext("effect", "Never changes terms"),
    }


def kinds() -> dict[str, str]:
    """How a finding moved between two looks."""
    return {
        "appeared": pgettext("change", "Appeared"),
        "worsened": pgettext("change", "Got worse"),
        "resolved": pgettext("change", "Gone"),
        "could_not": pgettext("change", "Could not be checked"),
    }


@page("detect")
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Open alerts, what has effect now first; then the watches."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    titles = _titles(viewer, language)
    words, changes = effects(), kinds()
    found = list(queries.alerts(viewer, at=now)[:300])
    found.sort(key=lambda a: (a.status != "open", ("now", "renewal", "never").index(a.effect)))
    rows = [
        {
            "cells": [
                {"value": titles.get(a.fault, a.fault), "sub": a.asset},
                name_of(a.watch.company, language),
                {"value": words[a.effect], "tone": EFFECT_TONES[a.effect] if a.status == "open" else "idle"},
                changes.get(a.change, a.change),
                a.due_on or "–",
                {
                    "value": _("Open") if a.status == "open" else _("Settled"),
                    "tone": "warn" if a.status == "open" else "ok",
                },
            ],
            "url": address(here, "alert", a.pk),
        }
        for a in found
    ]
    alert_table = {
        "caption": _("Alerts"),
        "columns": [
            {"label": _("What"), "kind": "text"}, {"label": _("Company"), "kind": "text"},
            {"label": _("Effect"), "kind": "badge"}, {"label": _("Change"), "kind": "text"},
            {"label": _("Mend by"), "kind": "day"}, {"label": _("State"), "kind": "badge"},
        ],
        "rows": rows,
        "empty": {"title": _("Nothing has changed"), "text": _("Changes between two looks appear here.")},
    }  # fmt: skip
    watch_rows = [
        {
            "cells": [
                {"value": name_of(w.company, language), "sub": w.policy.number},
                w.every_days,
                w.next_at if w.active else "–",
                {"value": _("Active") if w.active else _("Ended"), "tone": "ok" if w.active else "idle"},
            ],
            "url": address(here, "watch", w.pk),
        }
        for w in queries.watches(viewer, at=now)[:200]
    ]
    watch_table = {
        "caption": _("Watches"),
        "columns": [
            {"label": _("Company"), "kind": "text"}, {"label": _("Every (days)"), "kind": "num"},
            {"label": _("Next look"), "kind": "moment"}, {"label": _("State"), "kind": "badge"},
        ],
        "rows": watch_rows,
        "empty": {
            "title": _("Nothing is watched"),
            "text": _("A watch starts with the policy, under a verified consent."),
        },
    }  # fmt: skip
    context = {"heading": _("Watch and alerts"), "alerts": alert_table, "watches": watch_table}
    return render(request, "detect/index.html", context)


def _titles(viewer: Viewer, language: str) -> dict[str, str]:
    checks = library_on(viewer, on=timezone.now().date()).checks.checks
    return {code: check.title[language] for code, check in checks.items()}


class SettleForm(Shown):
    def __init__(self, viewer: Viewer, data: Any = None) -> None:
        super().__init__(data)
        outcomes = [("fixed", _("Mended"))]
        if UNDERWRITER in viewer.roles:
            outcomes += [("accepted", _("Risk accepted")), ("mistaken", _("A mistake"))]
        self.fields["outcome"] = choice(_("Settled because"), outcomes)
        self.fields["note"] = text(_("Note"), rows=2)


@page("detect")
def alert(request: HttpRequest, viewer: Viewer, alert: UUID) -> HttpResponse:
    """One alert: what was seen, what it does to the contract and why."""
    return _show(request, viewer, queries.alert(viewer, alert, at=timezone.now()), SettleForm(viewer))


def _show(request: HttpRequest, viewer: Viewer, held: Alert, form: Shown) -> HttpResponse:
    language, here = language_of(request), request.desk  # type: ignore[attr-defined]
    check = library_on(viewer, on=timezone.now().date()).checks.checks.get(held.fault)
    context = {
        "heading": check.title[language] if check else held.fault,
        "alert": held,
        "check": check,
        "effect": effects()[held.effect],
        "tone": EFFECT_TONES[held.effect],
        "change": kinds().get(held.change, held.change),
        "company": name_of(held.watch.company, language),
        "company_url": address(here, "company", held.watch.company_id),
        "policy_url": address(here, "policy", held.policy_id),
        "watch_url": address(here, "watch", held.watch_id),
        "form": form,
    }
    return render(request, "detect/alert.html", context, status=422 if form.errors else 200)


@require_POST
@page("detect")
def act(request: HttpRequest, viewer: Viewer, alert: UUID, verb: str) -> HttpResponse:
    """Settle or reopen an alert."""
    held = queries.alert(viewer, alert, at=timezone.now())
    form = SettleForm(viewer, request.POST)
    if verb not in {"settle", "reopen"}:
        raise Http404

    def work() -> Alert:
        note, now = form.cleaned_data["note"], timezone.now()
        if verb == "reopen":
            return alerts.reopen(alert=held.pk, note=note, by=viewer, at=now)
        return alerts.settle(
            alert=held.pk, outcome=form.cleaned_data["outcome"] or "fixed", note=note, by=viewer, at=now
        )

    if form.attempt(work) is None:
        return _show(request, viewer, held, form)
    messages.success(request, _("Done."))
    return redirect(reverse(f"{request.desk}:alert", args=[alert]))  # type: ignore[attr-defined]


@page("detect")
def watch(request: HttpRequest, viewer: Viewer, watch: UUID) -> HttpResponse:
    """One watch: every look, with its place in the vault's log."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    held = queries.watch(viewer, watch, at=now)
    rows = [
        {
            "cells": [
                o.recorded_at,
                ", ".join(f"{kinds().get(k, k)} {n}" for k, n in o.counts.items() if n) or _("no change"),
                {"value": f"#{o.leaf.index}", "sub": o.findings_hash[:16] + "…"},
            ],
            "url": address(here, "scan", o.order_id),
        }
        for o in queries.observations(viewer, watch, at=now)
    ]
    table = {
        "caption": _("Looks"),
        "columns": [
            {"label": _("When"), "kind": "moment"}, {"label": _("What changed"), "kind": "text"},
            {"label": _("Place in the log"), "kind": "text"},
        ],
        "rows": rows,
        "empty": {"title": _("Not looked at yet"), "text": _("The first look follows within minutes.")},
    }  # fmt: skip
    context = {
        "heading": _("Watch of %(company)s") % {"company": name_of(held.company, language)},
        "watch": held,
        "table": table,
        "policy_url": address(here, "policy", held.policy_id),
    }
    return render(request, "detect/watch.html", context)


@require_POST
@page("detect")
def end(request: HttpRequest, viewer: Viewer, watch: UUID) -> HttpResponse:
    """Stop watching."""
    watches.end(watch=watch, reason=request.POST.get("reason", ""), by=viewer, at=timezone.now())
    messages.success(request, _("The watch has ended."))
    return redirect(reverse(f"{request.desk}:watch", args=[watch]))  # type: ignore[attr-defined]


urlpatterns = [
    path("detect/", index, name="detect"),
    path("alerts/<uuid:alert>/", alert, name="alert"),
    path("alerts/<uuid:alert>/<slug:verb>/", act, name="alert-act"),
    path("watches/<uuid:watch>/", watch, name="watch"),
    path("watches/<uuid:watch>/end/", end, name="watch-end"),
]
