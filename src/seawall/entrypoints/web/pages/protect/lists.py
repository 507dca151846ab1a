"""Quotes, policies and fixes as lists: what needs a decision comes first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from seawall.core.money import Money
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.listing import Column, Plan, State, listing
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.protect import words
from seawall.entrypoints.web.templatetags.seawall import unit
from seawall.lifecycle.protect.models import Policy, Quote, Referral, Remediation
from seawall.lifecycle.protect.queries import policy as policy_queries
from seawall.lifecycle.protect.queries import quote as queries
from seawall.lifecycle.protect.queries.remediation import remediations
from seawall.records.parties.models import Organisation
from seawall.records.parties.viewer import Viewer

CURRENCY = "CNY"
SOON = timedelta(days=7)
OPEN_TO_OTHERS = ("offered", "bound", "expired")


def name_of(organisation: Organisation, language: str) -> str:
    """The organisation in the reader's language."""
    return organisation.name_en if language == "en" and organisation.name_en else organisation.name_zh


def tabs(request: HttpRequest, here: str) -> list[dict[str, Any]]:
    """The three lists of this stage."""
    return [
        {"label": label, "url": address(here, name), "active": request.resolver_match.url_name == name}  # type: ignore[union-attr]
        for name, label in (("protect", _("Quotes")), ("policies", _("Policies")), ("remediations", _("Fixes")))
    ]


@require_safe
@desk_page("protect")
def quotes(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Referrals that wait (office), then every quote the viewer may know of."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    rows = queries.quotes(viewer, at=now).annotate(
        largest=Max("options__limit", filter=~Q(options__outcome="decline")),
        least=Min("options__premium", filter=~Q(options__outcome="decline")),
        most=Max("options__premium", filter=~Q(options__outcome="decline")),
    )
    shown = listing(request, _quote_plan(viewer, here, language, now), rows)
    if shown.export:
        return shown.export
    waiting = _waiting(viewer, here, language, now) if viewer.office else None
    context = {
        "heading": _("Quotes"),
        "tabs": tabs(request, here),
        "waiting": waiting,
        "list": shown,
        "stats": _quote_stats(viewer, now),
    }
    return render(request, "protect/quotes.html", context)


def _quote_plan(viewer: Viewer, here: str, language: str, now: datetime) -> Plan[Quote]:
    names = words.statuses("quote")

    def row(quote: Any) -> dict[str, Any]:
        told = viewer.office or quote.status in OPEN_TO_OTHERS
        badge = words.badge("quote", quote.status)
        lapses = quote.status in ("offered", "referred") and quote.valid_until - now < SOON
        cells = [
            {"value": quote.number, "sub": name_of(quote.insured, language)},
            {"value": badge["text"], "tone": badge["tone"], "icon": None},
            Money(quote.largest, CURRENCY) if told and quote.largest else None,
            Money(quote.least, CURRENCY) if told and quote.least is not None else None,
            Money(quote.most, CURRENCY) if told and quote.most is not None else None,
            quote.inception,
            {"value": quote.valid_until, "sub": _("lapses within a week") if lapses else ""},
        ]
        if viewer.office:
            cells.insert(1, name_of(quote.broker, language) if quote.broker else _("direct"))
        return {"cells": cells, "url": address(here, "quote", quote.pk)}

    columns = [
        Column(_("Quote"), sort="number", sub=_("Company")),
        Column(_("State"), "badge", sort="status"),
        Column(_("Limit"), "short", sort="largest", unit=unit(CURRENCY)),
        Column(_("Premium from"), "money", sort="least", unit=unit(CURRENCY)),
        Column(_("to"), "money", sort="most", unit=unit(CURRENCY)),
        Column(_("Inception"), "day", sort="inception"),
        Column(_("Open until"), "moment", sort="valid_until", sub=_("Note")),
    ]
    if viewer.office:
        columns.insert(1, Column(_("Broker")))
    return Plan(
        key="quotes",
        caption=_("Quotes"),
        columns=columns,
        row=row,
        states=[
            State("", _("All")),
            *(
                State(code, names[code], Q(status=code), alarm=code == "referred" and viewer.office)
                for code in ("referred", "offered", "bound", "declined", "expired")
            ),
        ],
        search=("number", "insured__name_zh", "insured__name_en"),
        empty={
            "title": _("No quote here"),
            "text": _("A quote is made from an assessed submission; the assessment's page has the button."),
            "url": address(here, "identify"),
            "label": _("Submissions"),
            "icon": "file-search",
        },
    )


def _waiting(viewer: Viewer, here: str, language: str, now: datetime) -> dict[str, Any]:
    """Referrals: the day they came in counts first, the size of the limit second."""
    found = list(queries.open_referrals(viewer).prefetch_related("quote__options"))
    found.sort(key=lambda r: (timezone.localtime(r.recorded_at).date(), -(_largest(r.quote) or 0)))
    rows = [_referral_row(r, viewer, here, language, now) for r in found]
    return {
        "caption": _("Awaiting a decision"),
        "columns": [
            {"label": _("Waiting"), "kind": "ago"},
            {"label": _("Quote"), "kind": "text"},
            {"label": _("Limit"), "kind": "short", "unit": unit(CURRENCY)},
            {"label": _("Why it was referred"), "kind": "text"},
            {"label": _("Who may decide"), "kind": "badge"},
        ],
        "rows": rows,
        "empty": {"title": _("Nothing waits for a decision"), "text": "", "icon": "circle-check"},
    }


def _referral_row(referral: Referral, viewer: Viewer, here: str, language: str, now: datetime) -> dict[str, Any]:
    reasons = [r["reason"].get(language, "") for r in referral.reasons]
    more = len(reasons) - 1
    who = whether(referral, viewer)
    return {
        "cells": [
            referral.recorded_at,
            {"value": referral.quote.number, "sub": name_of(referral.quote.insured, language)},
            Money(_largest(referral.quote) or 0, CURRENCY),
            {
                "value": reasons[0] if reasons else "–",
                "sub": ngettext("and %(n)s more reason", "and %(n)s more reasons", more) % {"n": more} if more else "",
            },
            {"value": who[0], "tone": who[1], "icon": None},
        ],
        "url": address(here, "quote", referral.quote_id),
    }


def whether(referral: Referral, viewer: Viewer) -> tuple[str, str]:
    """Whether this viewer may decide on the referral, in words and tone."""
    if not viewer.may("referral.decide"):
        return _("an underwriter"), "idle"
    if referral.made_by_id == viewer.user:
        return _("a colleague: you made it"), "warn"
    if (_largest(referral.quote) or 0) > viewer.authority:
        return _("beyond your authority"), "warn"
    return _("you"), "ok"


def _largest(quote: Quote) -> int | None:
    return max((o.limit for o in quote.options.all() if o.outcome != "decline"), default=None)


def _quote_stats(viewer: Viewer, now: datetime) -> list[dict[str, Any]]:
    """What stands open, each leading to its rows."""
    mine = queries.quotes(viewer, at=now).order_by()
    offered = mine.filter(status="offered", valid_until__gt=now)
    referred = mine.filter(status="referred").count()
    soon = offered.filter(valid_until__lte=now + SOON).count()
    found = [
        (_("With an underwriter"), referred, "?state=referred"),
        (_("On offer"), offered.count(), "?state=offered"),
        (_("Lapse within a week"), soon, "?state=offered&sort=valid_until"),
        (_("Bound"), mine.filter(status="bound").count(), "?state=bound"),
    ]
    return [{"label": label, "value": value, "url": url} for label, value, url in found]


@require_safe
@desk_page("protect")
def policies(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every policy the viewer may know of."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    rows = policy_queries.policies(viewer, at=now).select_related("option__product_release")
    shown = listing(request, _policy_plan(viewer, here, language, now), rows)
    if shown.export:
        return shown.export
    context = {"heading": _("Policies"), "tabs": tabs(request, here), "list": shown}
    return render(request, "protect/list.html", context)


def _policy_plan(viewer: Viewer, here: str, language: str, now: datetime) -> Plan[Policy]:
    names, today = words.statuses("policy"), timezone.localtime(now).date()

    def row(policy: Policy) -> dict[str, Any]:
        badge = words.badge("policy", policy.status)
        left = (policy.expiry - today).days
        soon = policy.status == "in_force" and 0 <= left <= 60
        return {
            "cells": [
                {"value": policy.number, "sub": name_of(policy.insured, language)},
                policy.option.product_release.header["name"][language],
                {"value": badge["text"], "tone": badge["tone"], "icon": None},
                policy.inception,
                {
                    "value": policy.expiry,
                    "sub": ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left} if soon else "",
                },
                Money(policy.aggregate_limit, policy.currency),
                Money(policy.premium, policy.currency),
            ],
            "url": address(here, "policy", policy.pk),
        }

    return Plan(
        key="policies",
        caption=_("Policies"),
        columns=[
            Column(_("Policy"), sort="number", sub=_("Company")),
            Column(_("Product"), sort="product"),
            Column(_("State"), "badge", sort="status"),
            Column(_("From"), "day", sort="inception"),
            Column(_("Until before"), "day", sort="expiry", sub=_("Note")),
            Column(_("Limit"), "short", sort="aggregate_limit", unit=unit(CURRENCY)),
            Column(_("Premium"), "money", sort="premium", unit=unit(CURRENCY)),
        ],
        row=row,
        states=[
            State("", _("All")),
            *(State(code, names[code], Q(status=code)) for code in ("bound", "in_force", "expired", "cancelled")),
            State("renewal", _("Ends within 60 days"), Q(status="in_force", expiry__lte=today + timedelta(days=60))),
        ],
        search=("number", "insured__name_zh", "insured__name_en"),
        empty={
            "title": _("No policy here"),
            "text": _("A policy is made by binding one option of a quote."),
            "url": address(here, "protect"),
            "label": _("Quotes"),
            "icon": "shield-check",
        },
    )


@require_safe
@desk_page("protect")
def fixes(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Fixes of every company the viewer may know of: what waits for verification, and what is late.

    An insured has one company, and its page says more.
    """
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    if here == "insured":
        return redirect(address(here, "fixes", viewer.organisation))
    shown = listing(request, _fix_plan(here, language, now), remediations(viewer, at=now))
    if shown.export:
        return shown.export
    context = {"heading": _("Fixes"), "tabs": tabs(request, here), "list": shown}
    return render(request, "protect/list.html", context)


def _fix_plan(here: str, language: str, now: datetime) -> Plan[Remediation]:
    names, today = words.statuses("fix"), timezone.localtime(now).date()

    def row(fix: Remediation) -> dict[str, Any]:
        badge = words.badge("fix", fix.status)
        late = fix.status == "promised" and fix.due is not None and fix.due < today
        return {
            "cells": [
                {"value": fix.title[language], "sub": name_of(fix.company, language)},
                {"value": badge["text"], "tone": badge["tone"], "icon": None},
                {"value": fix.due, "sub": _("late") if late else ""},
                fix.points,
                Money(fix.value, fix.currency),
                None if fix.premium is None else Money(fix.premium, fix.currency),
            ],
            "url": address(here, "fix", fix.pk),
        }

    return Plan(
        key="fixes",
        caption=_("Fixes"),
        columns=[
            Column(_("Fix"), sub=_("Company")),
            Column(_("State"), "badge", sort="status"),
            Column(_("Done by"), "day", sort="due", sub=_("Note")),
            Column(_("Points"), "num", sort="points"),
            Column(_("Loss avoided a year"), "money", sort="value", unit=unit(CURRENCY)),
            Column(_("Premium a year"), "money", sort="premium", unit=unit(CURRENCY)),
        ],
        row=row,
        states=[
            State("", _("All")),
            State("done", names["done"], Q(status="done"), alarm=True),
            State("late", _("Late"), Q(status="promised", due__lt=today), alarm=True),
            *(State(code, names[code], Q(status=code)) for code in ("promised", "open", "verified")),
        ],
        search=("company__name_zh", "company__name_en", "control"),
        empty={
            "title": _("No fix here"),
            "text": _("Fixes come with an assessment: each with its points, the loss it avoids and its premium."),
            "icon": "wrench",
        },
    )
