"""A quote's page: the options side by side, why each costs what it costs, and the underwriter's decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from seawall.core.money import Money
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.forms import Shown, text
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.protect import offer, words
from seawall.entrypoints.web.pages.protect.lists import name_of, whether
from seawall.lifecycle.protect.actions import quote as quotes
from seawall.lifecycle.protect.actions import referral as referrals
from seawall.lifecycle.protect.models import Quote
from seawall.lifecycle.protect.queries import policy as policy_queries
from seawall.lifecycle.protect.queries import quote as queries
from seawall.records.parties.viewer import Viewer

PAPERS = ("zh", "en")


class DecideForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["note"] = text(
            _("Reason of the decision"),
            rows=2,
            required=True,
            help=_("Kept with the decision; it stays inside the insurer."),
        )


class ReferForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["reason"] = text(_("What should be looked at"), rows=2, required=True)


@require_safe
@desk_page("protect")
def page(request: HttpRequest, viewer: Viewer, quote: UUID) -> HttpResponse:
    """One quote."""
    return show(request, viewer, quote)


def show(request: HttpRequest, viewer: Viewer, quote: UUID, refused: dict[str, Any] | None = None) -> HttpResponse:
    """The quote, as far as the viewer is told, with a refused form in the place of its namesake."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    shown = queries.page(viewer, quote, at=now)
    held = queries.one(viewer, quote, at=now)
    rows = {str(o.pk): o for o in held.options.select_related("product_release", "wording")}
    pairs = [(offer.column(o, rows[o["id"]], language), rows[o["id"]]) for o in shown["options"]]
    columns = [told for told, _option in pairs]
    referrals = _referrals(viewer, held, shown, language, now)
    for column in columns:
        if held.status == "offered" and column.get("outcome") == "refer":
            column["badge"] = {"text": _("Released"), "tone": "ok"}
    policy = policy_queries.policies(viewer, at=now).filter(quote=held).first()
    context = {
        "heading": held.number,
        "quote": held,
        "expired": shown["expired"],
        "badge": words.badge("quote", held.status),
        "insured": name_of(held.insured, language),
        "broker": name_of(held.broker, language) if held.broker and here == "office" else "",
        "company_url": address(here, "company", held.insured_id),
        "assessment_url": address(here, "assessment", held.assessment_id),
        "policy": policy,
        "policy_url": address(here, "policy", policy.pk) if policy else "",
        "options": columns,
        "covers": offer.cover_rows(pairs, language),
        "services": offer.service_rows(pairs, language),
        "price": _price(request, pairs, language, policy.option_id if policy else None),
        "open_referrals": [r for r in referrals if r["status"] == "open"],
        "decided_referrals": [r for r in referrals if r["status"] != "open"],
        "papers": [_paper(held, lang, here) for lang in PAPERS] if columns else [],
        "lapsed": held.valid_until <= now,
        "can_bind": held.status == "offered" and viewer.may("quote.bind") and not shown["expired"],
        "can_refer": held.status == "offered" and viewer.may("quote.refer") and not shown["expired"],
        "again_url": _again(viewer, held, here),
        "decide_form": DecideForm(),
        "refer_form": ReferForm(),
        **(refused or {}),
    }
    return render(request, "protect/quote.html", context, status=422 if refused else 200)


def _again(viewer: Viewer, held: Quote, here: str) -> str:
    """Where other limits are asked for, by those who may."""
    if not viewer.may("quote.make"):
        return ""
    return address(here, "quote-make", held.assessment_id, like=str(held.pk))


def _paper(held: Quote, language: str, here: str) -> dict[str, Any]:
    file = queries.paper(held, language)
    label = {"zh": "中文", "en": "English"}[language]
    return {"label": label, "url": address(here, "quote-paper", held.pk, language), "file": file}


def _price(request: HttpRequest, pairs: list[Any], language: str, bound: UUID | None) -> dict[str, Any] | None:
    """How one option's premium came about: the one chosen in the address, else the one bound, else the widest."""
    traced = [(told, option) for told, option in pairs if told["rating"]]
    if not traced:
        return None
    chosen = request.GET.get("option", "")
    usual = next((p for p in traced if p[1].pk == bound), traced[-1])
    told, option = next((p for p in traced if str(p[0]["position"]) == chosen), usual)
    return {
        "tabs": [
            {
                "label": t["short"],
                "url": f"?option={t['position']}#price",
                "active": t is told,
            }
            for t, _o in traced
        ],
        "option": told,
        "waterfall": offer.waterfall(told["rating"], option.currency, language),
        "by_cover": offer.by_cover(told, option, language),
        "technical": offer.technical(told, option.currency),
        "manual": told["rating"]["manual"],
    }


def _referrals(viewer: Viewer, held: Quote, shown: Any, language: str, now: datetime) -> list[dict[str, Any]]:
    """Every time the quote went before an underwriter; the open one with whether this viewer may decide."""
    if "referrals" not in shown:
        return []
    result = held.assessment.result if viewer.office else None
    rows = {str(r.pk): r for r in held.referrals.all()}
    limits = [Money(o.limit, o.currency) for o in held.options.all() if o.outcome != "decline"]
    found = []
    for told in shown["referrals"]:
        row = rows[told["id"]]
        may = told["status"] == "open" and viewer.may("referral.decide") and held.valid_until > now
        found.append(
            {
                **told,
                "badge": words.badge("referral", told["status"]),
                "since": row.recorded_at,
                "reasons": offer.reasons(told["reasons"], result, language),
                "who": whether(row, viewer) if told["status"] == "open" and viewer.office else None,
                "may_decide": may,
                "largest": max(limits, default=None),
                "authority": Money(viewer.authority, limits[0].currency) if limits else None,
            }
        )
    return found


@require_POST
@desk_page("protect")
def decide(request: HttpRequest, viewer: Viewer, quote: UUID, referral: UUID, verdict: str) -> HttpResponse:
    """Release the quote for binding, or decline it."""
    if verdict not in {"approve", "decline"}:
        raise Http404
    held = queries.one(viewer, quote, at=timezone.now())
    if not held.referrals.filter(pk=referral).exists():
        raise Http404
    form = DecideForm(request.POST)
    done = form.attempt(
        lambda: referrals.decide(
            referral=referral,
            approve=verdict == "approve",
            note=form.cleaned_data["note"],
            by=viewer,
            at=timezone.now(),
        )
    )
    if done is None:
        return show(request, viewer, quote, {"decide_form": form, "refused": form})
    said = _("Released: the quote can be bound.") if verdict == "approve" else _("The quote is declined.")
    messages.success(request, said)
    return redirect(reverse(f"{request.desk}:quote", args=[quote]))  # type: ignore[attr-defined]


@require_POST
@desk_page("protect")
def refer(request: HttpRequest, viewer: Viewer, quote: UUID) -> HttpResponse:
    """Put an open offer before an underwriter all the same."""
    queries.one(viewer, quote, at=timezone.now())
    form = ReferForm(request.POST)
    done = form.attempt(
        lambda: quotes.refer(quote=quote, reason=form.cleaned_data["reason"], by=viewer, at=timezone.now())
    )
    if done is None:
        return show(request, viewer, quote, {"refer_form": form, "refused": form, "open_refer": True})
    messages.success(request, _("Put before an underwriter. It cannot be bound until that is decided."))
    return redirect(reverse(f"{request.desk}:quote", args=[quote]))  # type: ignore[attr-defined]


@require_safe
@desk_page("protect", frozenset({"office"}))
def replay(request: HttpRequest, viewer: Viewer, quote: UUID) -> HttpResponse:
    """Price the quote again from the releases it names, and say whether every figure is the same."""
    now, here = timezone.now(), request.desk  # type: ignore[attr-defined]
    held = queries.one(viewer, quote, at=now)
    again = queries.replay(viewer, quote, at=now)
    context = {
        "heading": _("%(number)s, priced again") % {"number": held.number},
        "quote": held,
        "back_url": address(here, "quote", held.pk),
        "again": again,
        "releases": sorted(held.releases.values(), key=lambda ref: (ref["kind"], ref["id"])),
    }
    return render(request, "protect/replay.html", context)
