"""The incident report: one page, for a person under stress, on whatever device is at hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.forms import Shown, choice, moment, text, truth, whole, yes_no
from seawall.lifecycle.respond.actions.notify import Notice, notify
from seawall.lifecycle.strategy.queries.in_force import panel
from seawall.records.parties.queries.viewers import visible_companies
from seawall.records.parties.viewer import Viewer


class ReportForm(Shown):
    """What happened, as far as it is known; every question may be left for later but the first three."""

    def __init__(self, companies: list[tuple[str, str]], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        fields: dict[str, forms.Field] = {
            "what_happened": text(
                _("What happened"), rows=4, help=_("A few sentences are enough. Corrections can follow at any time.")
            ),
            "discovered_at": moment(_("When was it discovered")),
            "contact": text(_("Whom do we call"), help=_("Name and number that is answered now")),
            "affected": text(_("What is affected"), help=_("Systems, sites, services")),
            "occurred_at": moment(_("When did it begin, if known")),
            "encrypted": yes_no(_("Are systems encrypted?")),
            "backups_hit": yes_no(_("Are back-ups hit as well?")),
            "ransom_note": yes_no(_("Is money demanded?"), help=_("Do not answer the demand before we have spoken.")),
            "personal_data": yes_no(_("Is personal data involved?")),
            "people_affected": text(_("How many people's data, roughly")),
            "direct_loss": text(_("Loss so far, roughly"), help=_("In yuan; 120万 is understood")),
        }
        if len(companies) != 1:
            self.fields["company"] = choice(_("Company"), companies)
        self.fields.update(fields)


@page("respond")
def report(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Take the notice; afterwards the incident's page shows what happens next."""
    viewer.require("incident.notify")
    now = timezone.now()
    companies = [(str(c.pk), c.name_zh) for c in visible_companies(viewer, at=now).order_by("name_zh")[:500]]
    chosen = request.GET.get("company", "")
    initial = {"discovered_at": timezone.localtime(now).strftime("%Y-%m-%dT%H:%M"), "company": chosen}
    form = ReportForm(companies, request.POST or None, initial=initial)
    if request.method == "POST":
        made = form.attempt(lambda: notify(notice=_notice(form, companies), by=viewer, at=timezone.now()))
        if made is not None:
            messages.success(request, _("We have your report. Its number is %(number)s.") % {"number": made.number})
            return redirect(reverse(f"{request.desk}:incident", args=[made.pk]))  # type: ignore[attr-defined]
    hotlines = {p.organisation.name_zh: p.organisation.hotline for p in panel(viewer) if p.organisation.hotline}
    context = {"heading": _("Report an incident"), "form": form, "hotlines": hotlines.items()}
    return render(request, "respond/report.html", context, status=422 if form.errors else 200)


def _notice(form: ReportForm, companies: list[tuple[str, str]]) -> Notice:
    data = form.cleaned_data
    facts: dict[str, Any] = {
        name: truth(data[name]) for name in ("encrypted", "backups_hit", "ransom_note", "personal_data")
    }
    facts["people_affected"] = whole(data["people_affected"])
    facts["direct_loss"] = data["direct_loss"] or None
    return Notice(
        company=UUID(data.get("company") or companies[0][0]),
        what_happened=data["what_happened"],
        discovered_at=data["discovered_at"] or timezone.now(),
        occurred_at=data["occurred_at"],
        affected=data["affected"],
        contact=data["contact"],
        facts=facts,
    )
