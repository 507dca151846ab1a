"""Quotes: what needs a decision first, the options side by side, and where each price comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from seawall.core.money import Money
from seawall.core.problems import Problem
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.web import charts
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.forms import Shown, day, text
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.protect import words
from seawall.lifecycle.protect.actions import policy as policies
from seawall.lifecycle.protect.actions import quote as quotes
from seawall.lifecycle.protect.actions import referral as referrals
from seawall.lifecycle.protect.models import Quote, QuoteOption
from seawall.lifecycle.protect.queries import policy as policy_queries
from seawall.lifecycle.protect.queries import quote as queries
from seawall.records.parties.models import Organisation
from seawall.records.parties.viewer import Viewer


def name_of(organisation: Organisation, language: str) -> str:
    """The organisation in the reader's language."""
    return organisation.name_en if language == "en" and organisation.name_en else organisation.name_zh


@desk_page("protect")
def index(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Referrals that wait (office), quotes, and policies."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    waiting = [
        {
            "cells": [
                {"value": r.quote.number, "sub": name_of(r.quote.insured, language)},
                r.recorded_at,
                _largest(r.quote),
                "; ".join(reason["reason"][language] for reason in r.reasons),
            ],
            "url": address(here, "quote", r.quote_id),
        }
        for r in (queries.open_referrals(viewer) if viewer.office else ())
    ]
    quote_rows = [
        {
            "cells": [
                {"value": q.number, "sub": name_of(q.insured, language)},
                {"value": words.badge(q.status)["text"], "tone": words.badge(q.status)["tone"]},
                q.inception,
                q.valid_until,
            ],
            "url": address(here, "quote", q.pk),
        }
        for q in queries.quotes(viewer, at=now)[:100]
    ]
    policy_rows = [
        {
            "cells": [
                {"value": p.number, "sub": name_of(p.insured, language)},
                p.option.product_release.header["name"][language],
                {"value": words.badge(p.status)["text"], "tone": words.badge(p.status)["tone"]},
                p.inception,
                p.expiry,
                Money(p.aggregate_limit, p.currency),
                Money(p.premium, p.currency),
            ],
            "url": address(here, "policy", p.pk),
        }
        for p in policy_queries.policies(viewer, at=now).select_related("option__product_release", "insured")[:100]
    ]
    context = {
        "heading": _("Quotes and policies"),
        "waiting": _table(
            _("Awaiting a decision"),
            (_("Quote"), _("Since"), _("Limit"), _("Why")),
            "text moment short text",
            waiting,
            _("Nothing waits for a decision"),
        ),
        "quotes": _table(
            _("Quotes"),
            (_("Quote"), _("State"), _("Inception"), _("Open until")),
            "text badge day moment",
            quote_rows,
            _("No quote yet"),
        ),
        "policies": _table(
            _("Policies"),
            (_("Policy"), _("Product"), _("State"), _("From"), _("Until"), _("Limit"), _("Premium")),
            "text text badge day day short money",
            policy_rows,
            _("No policy yet"),
        ),
    }
    return render(request, "protect/index.html", context)


def _largest(quote: Quote) -> Money | None:
    options = [o for o in quote.options.all() if o.outcome != "decline"]
    return max((Money(o.limit, o.currency) for o in options), default=None)


def _table(caption: str, labels: tuple[str, ...], kinds: str, rows: list[Any], nothing: str) -> dict[str, Any]:
    columns = [{"label": label, "kind": kind} for label, kind in zip(labels, kinds.split(), strict=True)]
    empty = {"title": nothing, "text": _("A quote is made from an assessed submission.")}
    return {"caption": caption, "columns": columns, "rows": rows, "empty": empty}


@require_POST
@desk_page("protect")
def make(request: HttpRequest, viewer: Viewer, assessment: UUID) -> HttpResponse:
    """Price every product on sale for an assessment; a refusal is told on the page it came from."""
    form = Shown(request.POST)
    made = form.attempt(lambda: quotes.make(assessment=assessment, by=viewer, at=timezone.now()))
    here = request.desk  # type: ignore[attr-defined]
    if made is None:
        messages.error(request, " ".join(str(e) for e in form.non_field_errors()))
        return redirect(address(here, "assessment", assessment) or reverse(f"{here}:protect"))
    return redirect(reverse(f"{here}:quote", args=[made.pk]))


@desk_page("protect")
def page(request: HttpRequest, viewer: Viewer, quote: UUID) -> HttpResponse:
    """One quote."""
    return show(request, viewer, quote)


def show(request: HttpRequest, viewer: Viewer, quote: UUID, refused: dict[str, Any] | None = None) -> HttpResponse:
    """The options side by side, with what the viewer may know of each."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    shown = queries.page(viewer, quote, at=now)
    held = queries.one(viewer, quote, at=now)
    rows = {str(o.pk): o for o in held.options.select_related("product_release", "wording")}
    policy = policy_queries.policies(viewer, at=now).filter(quote=held).first()
    context = {
        "heading": held.number,
        "quote": held,
        "shown": shown,
        "badge": words.badge(held.status),
        "insured": name_of(held.insured, language),
        "company_url": address(here, "company", held.insured_id),
        "assessment_url": address(here, "assessment", held.assessment_id),
        "policy_url": address(here, "policy", policy.pk) if policy else "",
        "options": [_option(o, rows[o["id"]], language) for o in shown["options"]],
        "referrals": [{**r, "badge": words.badge(r["status"])} for r in shown.get("referrals", ())],
        "open_referral": held.referrals.filter(status="open").first() if viewer.may("referral.decide") else None,
        "decide_form": DecideForm(),
        "bind_form": BindForm(initial={"start": held.inception.isoformat()}),
        "can_bind": held.status == "offered" and viewer.may("quote.bind"),
        **(refused or {}),
    }
    return render(request, "protect/quote.html", context, status=422 if refused else 200)


def _option(told: Mapping[str, Any], option: QuoteOption, language: str) -> dict[str, Any]:
    currency = option.currency
    body = option.product_release.body
    names = {c["code"]: c["name"] for c in body["covers"]}
    premium = None if told["premium"] is None else Money(told["premium"], currency)
    return {
        **told,
        "name": option.product_release.header["name"][language],
        "limit": Money(told["limit"], currency),
        "retention": Money(told["retention"], currency),
        "premium": premium,
        "badge": words.badge(told["outcome"]) if "outcome" in told else None,
        "covers": [
            {
                "name": names[c["cover"]][language],
                "limit": Money.of(c["limit"], currency),
                "retention": Money.of(c["retention"], currency),
                "waiting": c["waiting_hours"],
                "coinsurance": Decimal(c["coinsurance"]),
            }
            for c in told["terms"]["covers"]
        ],
        "names": names,
        "services": [s["name"][language] for s in body["services"] if s["availability"] != "not_offered"],
        "refused": [sentence(Problem(p["field"], p["code"], p["params"])) for p in told.get("refused") or ()],
        "steps": (told.get("rating") or {}).get("steps", ()),
        "chart": _premium_chart(told.get("rating"), premium, names, language),
        "dual": _dual(told.get("internals"), currency),
    }


def _premium_chart(
    rating: Mapping[str, Any] | None, premium: Money | None, names: Mapping[str, Any], language: str
) -> Any:
    """Where the premium comes from, cover by cover."""
    if rating is None or premium is None:
        return None
    parts = [
        charts.MoneyPart(
            names[cover][language] if cover in names else cover, Money.of(Decimal(amount), premium.currency)
        )
        for cover, amount in rating["covers"].items()
    ]
    return charts.premium(parts) if parts else None


def _dual(internals: Mapping[str, Any] | None, currency: str) -> dict[str, Any] | None:
    """The technical price beside the manual's, part by part; the insurer's alone."""
    price = (internals or {}).get("price")
    if not price:
        return None
    labels = {
        "pure": _("Expected loss through the terms"),
        "risk_load": _("Risk load"),
        "fixed_expense": _("Fixed expense"),
        "variable_expense": _("Variable expense"),
        "profit": _("Profit"),
    }
    return {
        "manual": Money.of(Decimal(price["manual"]), currency),
        "technical": Money.of(Decimal(price["technical"]["premium"]), currency),
        "gap": Money.of(Decimal(price["gap"]), currency),
        "adequacy": Decimal(price["adequacy"]),
        "parts": [
            {"label": labels[name], "amount": Money.of(Decimal(value), currency)}
            for name, value in price["technical"]["parts"].items()
            if name in labels
        ],
    }


class DecideForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["note"] = text(_("Why"), rows=2)


class BindForm(Shown):
    def __init__(self, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["start"] = day(_("Cover begins on"))


@require_POST
@desk_page("protect")
def act(request: HttpRequest, viewer: Viewer, quote: UUID, verb: str, subject: UUID) -> HttpResponse:
    """Bind an option, or decide a referral."""
    held = queries.one(viewer, quote, at=timezone.now())
    here = request.desk  # type: ignore[attr-defined]
    work: Callable[[], Any]
    if verb == "bind":
        form: Shown = BindForm(request.POST)

        def work() -> Any:
            return policies.bind(
                quote=held.pk, option=subject, start=form.cleaned_data["start"], by=viewer, at=timezone.now()
            )

        name = "bind_form"
    elif verb in {"approve", "decline"}:
        form = DecideForm(request.POST)

        def work() -> Any:
            return referrals.decide(
                referral=subject,
                approve=verb == "approve",
                note=form.cleaned_data["note"],
                by=viewer,
                at=timezone.now(),
            )

        name = "decide_form"
    else:
        raise Http404
    done = form.attempt(work)
    if done is None:
        return show(request, viewer, quote, {name: form, "refused": form})
    if verb == "bind":
        messages.success(
            request, _("Policy %(number)s is bound; its papers are being drawn up.") % {"number": done.number}
        )
        return redirect(reverse(f"{here}:policy", args=[done.pk]))
    messages.success(request, _("Decided."))
    return redirect(reverse(f"{here}:quote", args=[quote]))
