"""Binding: the contract in one sentence with its numbers, and the day it begins."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from seawall.core.period import Period
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.forms import Shown, day
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.protect import offer
from seawall.entrypoints.web.pages.protect.lists import name_of
from seawall.lifecycle.protect.actions import policy as policies
from seawall.lifecycle.protect.queries import policy as policy_queries
from seawall.lifecycle.protect.queries import quote as queries
from seawall.records.parties.viewer import Viewer


class BindForm(Shown):
    def __init__(self, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["start"] = day(
            _("Cover begins on"),
            help=_("From 00:00, China Standard Time, for twelve months. At most %(days)s days from today.")
            % {"days": policies.AHEAD_DAYS},
            required=True,
        )


@desk_page("protect")
def bind(request: HttpRequest, viewer: Viewer, quote: UUID, option: UUID) -> HttpResponse:
    """Ask once more, with every number that matters; then make the contract."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    viewer.require("quote.bind")
    held = queries.one(viewer, quote, at=now)
    shown = queries.page(viewer, quote, at=now)
    told = next((o for o in shown["options"] if o["id"] == str(option)), None)
    if told is None:
        raise Http404
    form = BindForm(request.POST) if request.method == "POST" else BindForm(initial=_first_day(held.inception, now))
    if request.method == "POST":
        made = form.attempt(
            lambda: policies.bind(quote=held.pk, option=option, start=form.cleaned_data["start"], by=viewer, at=now)
        )
        if made is not None:
            messages.success(request, _("Policy %(number)s is bound.") % {"number": made.number})
            return redirect(address(here, "policy", made.pk))
    row = held.options.select_related("product_release", "wording").get(pk=option)
    column = offer.column(told, row, language)
    policy = policy_queries.policies(viewer, at=now).filter(quote=held).first()
    context = {
        "heading": _("Bind %(product)s") % {"product": column["name"]},
        "quote": held,
        "quote_url": address(here, "quote", held.pk),
        "option": column,
        "covers": [r for r in offer.cover_rows([(column, row)], language) if "limit" in r["cells"][0]],
        "insured": name_of(held.insured, language),
        "form": form,
        "end": Period.year_from(held.inception).end,
        "policy": policy,
        "policy_url": address(here, "policy", policy.pk) if policy else "",
        "ready": held.status == "offered" and column["for_sale"] and not shown["expired"],
    }
    return render(request, "protect/bind.html", context, status=422 if form.errors else 200)


def _first_day(asked: Any, now: Any) -> dict[str, str]:
    """The day applied for, or today where that has passed."""
    return {"start": max(asked, policies.local_day(now)).isoformat()}
