"""Opening a claim: first the incident, then the policy that answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from seawall.core.money import parse_amount
from seawall.entrypoints.web import formats
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.recover import forms
from seawall.entrypoints.web.pages.respond import words
from seawall.lifecycle.protect.models import Policy
from seawall.lifecycle.protect.queries.policy import policies
from seawall.lifecycle.recover.actions import claim as claims
from seawall.lifecycle.recover.models import Claim
from seawall.lifecycle.respond.models import Incident
from seawall.lifecycle.respond.queries.incident import incident as visible
from seawall.lifecycle.respond.queries.incident import incidents
from seawall.records.parties.viewer import NotFound, Viewer

OFFICE = frozenset({"office"})
MOST = 100


@require_http_methods(["GET", "HEAD", "POST"])
@page("recover", OFFICE)
def open_claim(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Open a claim for an incident; a day on which no policy answers is said at the field, with the dates."""
    viewer.require("claim.open")
    now, language = timezone.now(), language_of(request)
    chosen = request.GET.get("incident") or request.POST.get("incident", "")
    if not chosen:
        return render(
            request, "recover/choose.html", {"heading": _("Open a claim"), "table": _unclaimed(viewer, language)}
        )
    incident = visible(viewer, _uuid(chosen), at=now)
    held = list(policies(viewer, at=now).filter(insured_id=incident.company_id).order_by("-inception"))
    form = forms.OpenForm([(str(p.pk), _policy(p, language)) for p in held], request.POST or None)
    if request.method == "POST":

        def work() -> Claim:
            data = form.cleaned_data
            typed = data["reserve"].strip()
            reserve = parse_amount(typed, _currency(incident, held, data["policy"]), "reserve") if typed else None
            opening = claims.Opening(
                incident.pk,
                policy=UUID(data["policy"]) if data["policy"] else None,
                requested_on=data["requested_on"],
                reserve=reserve,
            )
            return claims.open_claim(opening=opening, by=viewer, at=timezone.now())

        made = form.attempt(work)
        if made is not None:
            messages.success(request, _("Claim %(number)s is open.") % {"number": made.number})
            return redirect(reverse("office:claim", args=[made.pk]))
    context = {
        "heading": _("Open a claim"),
        "form": form,
        "incident": incident,
        "company": name_of(incident.company, language),
        "category": words.category_name(incident.category, language),
        "policies": [
            {
                "policy": p,
                "answers": p.answers_for(p.day(incident.discovered_at)),
                "url": address("office", "policy", p.pk),
            }
            for p in held
        ],
        "answering": incident.policy,
    }
    return render(request, "recover/open.html", context, status=422 if form.errors else 200)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("incident") from error


def _policy(found: Policy, language: str) -> str:
    locale = formats.locale_of(language)
    return f"{found.number} · {formats.day(found.inception, locale)} – {formats.day(found.expiry, locale)}"


def _currency(incident: Incident, held: list[Policy], chosen: str) -> str:
    """That of the policy the claim will be on; where there is none the opening is refused anyway."""
    wanted = chosen or str(incident.policy_id)
    return next((p.currency for p in held if str(p.pk) == wanted), "CNY")


def _unclaimed(viewer: Viewer, language: str) -> dict[str, Any]:
    """Incidents without a claim, those first for which a policy answers."""
    found = incidents(viewer, at=timezone.now()).filter(claims=None).order_by("policy", "-reported_at")[:MOST]
    rows = [
        {
            "cells": [
                {"value": i.number, "sub": words.category_name(i.category, language)},
                name_of(i.company, language),
                i.discovered_at,
                {"value": i.policy.number, "tone": "ok"}
                if i.policy
                else {"value": _("no policy answers"), "tone": "idle"},
            ],
            "url": address("office", "claim-open", incident=str(i.pk)),
        }
        for i in found
    ]
    return {
        "caption": _("Incidents without a claim"),
        "columns": [
            {"label": _("Incident"), "kind": "text"},
            {"label": pgettext("column", "Company"), "kind": "text"},
            {"label": _("Discovered"), "kind": "moment"},
            {"label": _("Policy"), "kind": "badge"},
        ],
        "rows": rows,
        "empty": {
            "title": _("Every incident has its claim"),
            "text": _("A claim is opened from an incident that has none yet."),
            "url": address("office", "recover"),
            "label": _("Claims"),
        },
    }
