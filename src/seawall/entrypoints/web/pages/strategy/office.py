"""Strategy at the insurer's desk: what is in force with its reasons and figures, and what waits for a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from seawall.core.coverage.products import Product
from seawall.core.money import Money
from seawall.core.pricing.appetite import load_appetite
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.forms import Shown, day, text
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.identify.draft import industry_name
from seawall.entrypoints.web.pages.identify.words import certificate_standards
from seawall.entrypoints.web.pages.strategy import words
from seawall.entrypoints.web.pages.strategy.matrix import matrix
from seawall.entrypoints.web.templatetags.seawall import DASH, money
from seawall.lifecycle.strategy.actions import effective, proposal
from seawall.lifecycle.strategy.models import Appetite, PanelProvider, RatingPlan, RatingProposal
from seawall.lifecycle.strategy.queries import in_force
from seawall.records.parties.viewer import Viewer
from seawall.records.releases.queries import releases

OFFICE = frozenset({"office"})


class AdoptForm(Shown):
    """A release to be put into force, and from which day."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["start"] = day(_("In force from"), required=True)


class DecideForm(Shown):
    """The decision on a proposal, with its reason."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["note"] = text(_("Reason"), rows=2)


def shown(request: HttpRequest, viewer: Viewer, refused: dict[str, Any] | None = None) -> HttpResponse:
    """What is in force today, what was and will be, and what waits for a decision."""
    now, language = timezone.now(), language_of(request)
    today = timezone.localdate(now)
    found = in_force.page(viewer, on=today)
    library = in_force.library_on(viewer, on=today)
    context = {
        "heading": _("Strategy"),
        "today": today,
        "history": [
            line
            for rows in (found.appetite_history, found.plan_history, found.offering_history)
            for line in _dated(rows, today, language)
        ],
        "matrix": matrix(library.products, language),
        "rules": _rules(found.appetite, {c: p.name[language] for c, p in library.controls.priors.items()}, language),
        "authorities": _authorities(found.appetite, language),
        "tariffs": [_tariff(plan, language, library.products) for plan in found.plans],
        "panel": [_place(place, language) for place in found.panel],
        "proposals": [_proposal(p, viewer) for p in found.proposals],
        "adoptable": [
            {"release": release, "name": release.header["name"][language]}
            for kind, verb in (("appetite", "appetite.adopt"), ("rating", "rating_plan.adopt"))
            if viewer.may(verb)
            for release in releases(viewer, kind=kind)
        ],
        "adopt_form": AdoptForm(),
        "decide_form": DecideForm(),
        **(refused or {}),
    }
    return render(request, "strategy/office.html", context, status=422 if refused else 200)


def _rules(held: Appetite | None, controls: Mapping[str, str], language: str) -> list[dict[str, Any]]:
    """The rules in force: outcome, reason, when it speaks, and what would change it; declines first."""
    if held is None:
        return []
    read = load_appetite(held.release.body)
    rules = [
        {
            "id": rule.id,
            "outcome": rule.outcome,
            "reason": rule.reason[language],
            "remedy": rule.remedy[language],
            "when": words.condition(rule.when, controls, read.currency),
            "unknown": rule.unknown,
        }
        for rule in read.rules
    ]
    return sorted(rules, key=lambda rule: rule["outcome"] != "decline")


def _authorities(held: Appetite | None, language: str) -> list[dict[str, Any]]:
    if held is None:
        return []
    read = load_appetite(held.release.body)
    return [
        {
            "title": a.title[language],
            "limit": Money.of(str(a.limit), read.currency),
            "revenue": Money.of(str(a.revenue), read.currency),
        }
        for a in read.authorities
    ]


def _tariff(plan: RatingPlan, language: str, products: Mapping[str, Product]) -> dict[str, Any]:
    """A rating plan to be read: its steps, its tables, its loading."""
    body = plan.release.body
    covers = {c.code: c.name[language] for product in products.values() for c in product.covers}
    industries = {
        code: f"{code} {industry_name(code, language)}"
        for code in body.get("tables", {}).get("hazard", {}).get("rows", {})
    }
    names = {**industries, **covers, **certificate_standards(), **words.factors()}
    loading = body.get("loading", {})
    return {
        "name": plan.release.header["name"][language],
        "currency": plan.currency,
        "steps": words.plan_steps(body, language),
        "tables": words.plan_tables(body, language, names),
        "loading": [
            {"label": _("Fixed expenses a policy"), "money": Money.of(str(loading["fixed_expense"]), plan.currency)},
            {"label": _("Variable expenses"), "share": loading["variable_expense"]},
            {"label": _("Profit"), "share": loading["profit"]},
            {"label": _("Load for risk, share of the deviation"), "share": loading["risk_load_share"]},
        ]
        if loading
        else [],
    }


def _dated(rows: Sequence[Any], today: date, language: str) -> list[dict[str, Any]]:
    """Rows with a period, each said to be coming, in force or over."""
    found = []
    for row in rows:
        start, end = row.effective.lower, row.effective.upper
        state = (
            (pgettext("strategy", "Coming"), "note")
            if start and start > today
            else (pgettext("strategy", "Over"), "idle")
            if end and end <= today
            else (pgettext("strategy", "In force"), "ok")
        )
        found.append(
            {
                "row": row,
                "name": row.release.header["name"][language],
                "start": start,
                "end": end,
                "text": state[0],
                "tone": state[1],
            }
        )
    return found


def _place(place: PanelProvider, language: str) -> dict[str, Any]:
    return {
        "place": place,
        "name": name_of(place.organisation, language),
        "service": services().get(place.service, place.service),
        "price": Money(place.price, place.currency),
    }


def _proposal(found: RatingProposal, viewer: Viewer) -> dict[str, Any]:
    text, tone = {
        "proposed": (pgettext("proposal", "Waits for a decision"), "warn"),
        "approved": (pgettext("proposal", "Approved"), "ok"),
        "rejected": (pgettext("proposal", "Rejected"), "bad"),
    }[found.status]
    own = found.proposed_by_id is not None and found.proposed_by_id == viewer.user
    return {
        "proposal": found,
        "text": text,
        "tone": tone,
        "facts": [(label, _told(found, part, key)) for part, key, label in _figures()],
        "may": found.status == "proposed" and viewer.may("rating_plan.decide") and not own,
        "own": own and found.status == "proposed",
    }


def services() -> dict[str, str]:
    """Services of the panel as people call them."""
    return {
        "advanced_threat_watch": pgettext("service", "Advanced threat watch"),
        "extortion_adviser": pgettext("service", "Extortion adviser"),
        "online_expert": pgettext("service", "Expert on call"),
        "penetration_test": pgettext("service", "Penetration test"),
        "talent_training": pgettext("service", "Training"),
        "tracing": pgettext("service", "Tracing of the attack"),
        "trojan_watch": pgettext("service", "Watch for trojans"),
        "web_hardening": pgettext("service", "Hardening of web sites"),
    }


def _figures() -> list[tuple[str, str, str]]:
    """The figures of a proposal in reading order: part, key, label."""
    return [
        ("evidence", "until", _("Experience up to")),
        ("evidence", "policies", _("Policies")),
        ("evidence", "exposure_years", _("Policy years")),
        ("evidence", "events", _("Claims paid")),
        ("evidence", "expected_events", _("Claims the plan expected")),
        ("evidence", "loss", _("Loss")),
        ("evidence", "expected_loss", _("Loss the plan expected")),
        ("evidence", "claims", _("Claims")),
        ("proposed", "frequency", _("Factor on frequency")),
        ("proposed", "severity", _("Factor on severity")),
        ("proposed", "factor", _("Factor on the premium")),
    ]


def _told(found: RatingProposal, part: str, key: str) -> Any:
    """One figure; amounts are in minor units of the plan's currency."""
    value = getattr(found, part).get(key)
    if isinstance(value, list):
        return " · ".join(str(item) for item in value)
    if key in {"loss", "expected_loss"} and value is not None:
        return money(Money(int(Decimal(str(value)).to_integral_value()), str(found.evidence["currency"])))
    return DASH if value is None else value


@require_http_methods(["POST"])
@desk_page("strategy", OFFICE)
def adopt(request: HttpRequest, viewer: Viewer, release: UUID) -> HttpResponse:
    """Put a loaded appetite or rating plan into force from a day."""
    now = timezone.now()
    found = next((r for r in releases(viewer) if r.pk == release), None)
    form = AdoptForm(request.POST)
    if found is None:
        return redirect(address("office", "strategy"))
    action = effective.adopt_appetite if found.kind == "appetite" else effective.adopt_rating_plan
    done = form.attempt(lambda: action(release=found, start=form.cleaned_data["start"], by=viewer, at=now))
    if done is None:
        return shown(request, viewer, {"adopt_form": form, "open_form": f"adopt-{release}"})
    messages.success(request, _("In force from %(day)s.") % {"day": form.cleaned_data["start"].isoformat()})
    return redirect(address("office", "strategy"))


@require_http_methods(["POST"])
@desk_page("strategy", OFFICE)
def decide(request: HttpRequest, viewer: Viewer, proposal_id: UUID, verdict: str) -> HttpResponse:
    """Approve or reject what experience proposes for the plan."""
    form = DecideForm(request.POST)
    done = form.attempt(
        lambda: proposal.decide(
            proposal=proposal_id,
            approve=verdict == "approve",
            note=form.cleaned_data["note"],
            by=viewer,
            at=timezone.now(),
        )
    )
    if done is None:
        return shown(request, viewer, {"decide_form": form, "open_form": f"{verdict}-{proposal_id}"})
    said = (
        _("Approved. The plan itself changes with a new release.")
        if verdict == "approve"
        else _("Rejected; noted why.")
    )
    messages.success(request, said)
    return redirect(address("office", "strategy"))
