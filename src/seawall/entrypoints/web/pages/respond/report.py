"""The incident report: one page, for a person under stress, on whatever device is at hand."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from seawall.entrypoints.web.clocks import now_field
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.forms import Shown, amount, choice, moment, text, truth, whole, yes_no
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.respond import words
from seawall.lifecycle.respond.actions.notify import Notice, notify
from seawall.lifecycle.strategy.queries.in_force import hotlines
from seawall.records.parties.queries.viewers import visible_companies
from seawall.records.parties.viewer import NotFound, Viewer

# A report that is sent twice by an impatient thumb is one report: the key it was sent with leads to its incident.
SENT = "seawall.reports"
KEPT = 20


class ReportForm(Shown):
    """What happened, as far as it is known; every question may be left for later but the first three."""

    def __init__(self, companies: list[tuple[str, str]], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        fields: dict[str, forms.Field] = {
            "what_happened": text(
                _("What happened"),
                rows=4,
                required=True,
                help=_("A few sentences are enough. Corrections can follow at any time."),
            ),
            "discovered_at": moment(_("When was it discovered"), required=True),
            "affected": text(_("What is affected"), help=_("Systems, sites, services, data")),
            "encrypted": yes_no(_("Are systems encrypted?")),
            "backups_hit": yes_no(_("Are back-ups hit as well?")),
            "ransom_note": yes_no(
                _("Is money demanded?"), help=_("Do not answer the demand before we have spoken with you.")
            ),
            "personal_data": yes_no(_("Is personal data involved?")),
            "people_affected": text(_("Of how many people, roughly"), help=_("An estimate will do: 3万")),
            "contact": text(
                _("Whom do we call"), required=True, help=_("A name and a number that is answered now, day and night")
            ),
            "occurred_at": moment(_("When did it begin, if that is known")),
            "direct_loss": amount(_("Loss so far, roughly")),
        }
        fields["people_affected"].widget.attrs["inputmode"] = "text"
        for name in ("discovered_at", "occurred_at"):
            fields[name].widget.attrs["max"] = now_field()
        if len(companies) != 1:
            self.fields["company"] = choice(_("Company"), companies)
        self.fields.update(fields)
        self.fields["key"] = forms.CharField(widget=forms.HiddenInput(), required=False, max_length=36)


@require_http_methods(["GET", "HEAD", "POST"])
@page("respond")
def report(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Take the notice; afterwards the incident's page shows what happens next."""
    viewer.require("incident.notify")
    now, language = timezone.now(), language_of(request)
    found = list(visible_companies(viewer, at=now).filter(kind="insured").order_by("name_zh")[:500])
    companies = [(str(c.pk), name_of(c, language)) for c in found]
    asked = request.GET.get("company", "")
    if asked and asked not in dict(companies):
        raise NotFound("company")
    initial = {
        "discovered_at": now_field(),
        "company": asked,
        "contact": f"{viewer.name} " if viewer.kind == "insured" else "",
        "key": str(uuid.uuid4()),
    }
    form = ReportForm(companies, request.POST or None, initial=initial)
    if request.method == "POST":
        sent: dict[str, str] = request.session.get(SENT, {})
        before = sent.get(request.POST.get("key", ""))
        if before:
            return redirect(reverse(f"{request.desk}:incident", args=[before]))  # type: ignore[attr-defined]
        made = form.attempt(lambda: notify(notice=_notice(form, companies), by=viewer, at=timezone.now()))
        if made is not None:
            kept = [*sent.items(), (form.cleaned_data["key"] or str(made.pk), str(made.pk))][-KEPT:]
            request.session[SENT] = dict(kept)
            messages.success(request, _("We have your report. Its number is %(number)s.") % {"number": made.number})
            return redirect(reverse(f"{request.desk}:incident", args=[made.pk]))  # type: ignore[attr-defined]
    services = words.services(viewer)
    called = [(name_of(o, language), o.hotline, o.hotline.replace(" ", "")) for o in hotlines(viewer)]
    context = {
        "heading": _("Report an incident"),
        "form": form,
        "hotlines": called,
        "services": services,
        "folded": ("occurred_at", "direct_loss"),
        "open_more": any(name in form.errors for name in ("occurred_at", "direct_loss")),
    }
    return render(request, "respond/report.html", context, status=422 if form.errors else 200)


def _notice(form: ReportForm, companies: list[tuple[str, str]]) -> Notice:
    data = form.cleaned_data
    facts: dict[str, Any] = {
        name: truth(data[name]) for name in ("encrypted", "backups_hit", "ransom_note", "personal_data")
    }
    facts["people_affected"] = whole(data["people_affected"])
    facts["direct_loss"] = data["direct_loss"].strip() or None
    chosen = str(form.data.get("company", "")) or (companies[0][0] if len(companies) == 1 else "")
    if chosen not in dict(companies):
        raise NotFound("company")
    return Notice(
        company=uuid.UUID(chosen),
        what_happened=data["what_happened"],
        discovered_at=data["discovered_at"],
        occurred_at=data["occurred_at"],
        affected=data["affected"],
        contact=data["contact"],
        facts=facts,
    )
