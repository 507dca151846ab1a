"""Insured companies: the list, and one company with everything the six stages know of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from seawall.core.money import Money
from seawall.entrypoints.web import charts
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.listing import Column, Plan, listing
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.identify import words
from seawall.entrypoints.web.pages.identify.consent import standing
from seawall.entrypoints.web.pages.identify.scan import NOT_APPLICABLE, finding
from seawall.entrypoints.web.pages.identify.submission import company_facts
from seawall.entrypoints.web.pages.protect import words as protect_words
from seawall.entrypoints.web.pages.recover import words as recover_words
from seawall.entrypoints.web.pages.respond import words as respond_words
from seawall.entrypoints.web.templatetags.seawall import unit
from seawall.lifecycle.detect.queries import watch as watches
from seawall.lifecycle.identify.models import Submission
from seawall.lifecycle.identify.queries import company as queries
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.protect.queries import policy as policies
from seawall.lifecycle.protect.queries import quote as quotes
from seawall.lifecycle.recover.queries import claim as claims
from seawall.lifecycle.respond.queries import incident as incidents
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.models import Organisation
from seawall.records.parties.viewer import Viewer


@require_safe
@desk_page("", frozenset({"office", "broker"}))
def companies(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every insured company the viewer may know of."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    name = "name_en" if language == "en" else "name_zh"
    plan: Plan[Organisation] = Plan(
        key="companies",
        caption=_("Companies"),
        columns=[
            Column(_("Company"), sort=name, sub=_("Credit code")),
            Column(_("Country or region"), sort="country"),
            Column(_("Known since"), "day", sort="recorded_at"),
        ],
        row=lambda found: {
            "cells": [
                {"value": name_of(found, language), "sub": found.credit_code},
                found.country,
                timezone.localtime(found.recorded_at).date(),
            ],
            "url": address(here, "company", found.pk),
        },
        empty={
            "title": _("No company yet"),
            "text": _("A company appears here with its first submission."),
            "url": address(here, "submission-new") if viewer.may("submission.file") else "",
            "label": _("New submission"),
        },
        search=("name_zh", "name_en", "credit_code"),
    )
    shown = listing(request, plan, scope.companies(viewer, at=now).order_by(name))
    if shown.export:
        return shown.export
    heading = _("Clients") if here == "broker" else _("Companies")
    return render(request, "company/list.html", {"heading": heading, "list": shown})


@require_safe
@desk_page("")
def company(request: HttpRequest, viewer: Viewer, company: UUID) -> HttpResponse:
    """One company, once around the loop."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    found = queries.page(viewer, company, at=now)
    score = found.result.get("score")
    past = [charts.Reading(a.as_of, a.score, a.score_low, a.score_high) for a in reversed(found.assessments)]
    held = found.company
    newest = found.submissions[0] if found.submissions else None
    checks = library_on(viewer, on=timezone.localdate(now)).checks
    context = {
        "heading": name_of(held, language),
        "company": held,
        "broker": name_of(found.broker, language) if found.broker else "",
        "facts": company_facts(newest, language) if newest else [],
        "assessment": found.assessment,
        "score": score,
        "past": charts.score(past, peer=score["peer"]) if score and len(past) > 1 else None,
        "level": _level(found.result, language),
        "loop": _loop(viewer, found, here, now),
        "submissions": submissions_table(found.submissions, here, language, viewer),
        "contracts": _contracts(viewer, held, here, now),
        "troubles": _troubles(viewer, held, here, now),
        "consents": [{"consent": c, "standing": standing(c, now)} for c in found.consents[:5]],
        "scans": [{"scan": s, "status": words.scan_status(s.status)} for s in found.scans[:5]],
        "findings": [finding(f, checks, language) for f in found.findings if f.severity != "info"][:8],
        "unseen": sum(f.reason != NOT_APPLICABLE for f in found.unseen),
        "watching": watches.watches(viewer, at=now).filter(company=held, active=True).first(),
    }
    return render(request, "company/company.html", context)


def _level(result: Any, language: str) -> str:
    if not result:
        return ""
    level = str(result["gbt20984"]["record"]["level"])
    named: str = result["texts"]["levels"][level][language]
    return f"{level} · {named}"


def _loop(viewer: Viewer, found: queries.CompanyPage, here: str, now: datetime) -> dict[str, Any]:
    """Where the company stands: the stage, a note and an address for each, and the one that burns."""
    held = found.company
    newest = found.submissions[0] if found.submissions else None
    offer = quotes.quotes(viewer, at=now).filter(submission__company=held).first()
    policy = policies.policies(viewer, at=now).filter(insured=held, status__in=("bound", "in_force")).first()
    alarms = watches.alerts(viewer, at=now).filter(watch__company=held, status="open")
    fires = incidents.incidents(viewer, at=now).filter(company=held)
    claimed = claims.claims(viewer, at=now).filter(company=held)
    burning, suing = fires.exclude(status="closed").first(), claimed.exclude(status__in=("paid", "closed")).first()
    watched = watches.watches(viewer, at=now).filter(company=held, active=True).first()
    current = (
        "respond" if burning else "recover" if suing else "detect" if policy else "protect" if offer else "identify"
    )
    notes = {
        "identify": _("score %(score)s") % {"score": round(found.assessment.score)} if found.assessment
        else words.submission_status(newest.status)[0] if newest else "",
        "protect": policy.number if policy else offer.number if offer else "",
        "detect": ngettext("%(n)s alert open", "%(n)s alerts open", alarms.count()) % {"n": alarms.count()}
        if watched or alarms else "",
        "respond": burning.number if burning else "",
        "recover": suing.number if suing else "",
    }  # fmt: skip
    last_fire, last_claim = burning or fires.first(), suing or claimed.first()
    urls = {
        "identify": address(here, "submission", newest.pk) if newest else "",
        "protect": address(here, "policy", policy.pk) if policy else address(here, "quote", offer.pk) if offer else "",
        "detect": address(here, "watch", watched.pk) if watched else "",
        "respond": address(here, "incident", last_fire.pk) if last_fire else "",
        "recover": address(here, "claim", last_claim.pk) if last_claim else "",
    }
    return {"current": current, "notes": notes, "urls": urls, "alert": "respond" if burning else ""}


def submissions_table(rows: Iterable[Submission], here: str, language: str, viewer: Viewer) -> dict[str, Any]:
    """Submissions as a table."""
    shown = []
    for row in rows:
        text, tone = words.submission_status(row.status)
        limit = row.document["request"]["limit"]
        shown.append(
            {
                "cells": [
                    {"value": row.number, "sub": name_of(row.company, language)},
                    timezone.localtime(row.recorded_at).date(),
                    Money.of(str(limit["amount"]), str(limit["currency"])) if isinstance(limit, dict) else None,
                    {"value": text, "tone": tone},
                ],
                "url": address(here, "submission", row.pk),
            }
        )
    return {
        "caption": _("Submissions"),
        "columns": [
            {"label": _("Submission"), "kind": "text"}, {"label": _("Filed"), "kind": "day"},
            {"label": _("Limit asked for"), "kind": "short", "unit": unit("CNY")},
            {"label": _("State"), "kind": "badge"},
        ],
        "rows": shown,
        "empty": {
            "title": _("No submission yet"),
            "text": _("A submission holds the facts of the company, what it asks for and its answers."),
            "url": address(here, "submission-new") if viewer.may("submission.file") else "",
            "label": _("New submission"),
        },
    }  # fmt: skip


def _contracts(viewer: Viewer, held: Organisation, here: str, now: datetime) -> list[dict[str, Any]]:
    """Quotes and policies of the company, newest first."""
    quoted = quotes.quotes(viewer, at=now).filter(assessment__submission__company=held)
    bound = policies.policies(viewer, at=now).filter(insured=held)
    found = [_line(q, q.number, "quote", here, protect_words.badge("quote", q.status)) for q in quoted]
    found += [_line(p, p.number, "policy", here, protect_words.badge("policy", p.status)) for p in bound]
    return sorted(found, key=lambda line: line["at"], reverse=True)[:12]


def _troubles(viewer: Viewer, held: Organisation, here: str, now: datetime) -> list[dict[str, Any]]:
    """Alerts, incidents and claims of the company, newest first."""
    raised = watches.alerts(viewer, at=now).filter(watch__company=held, status="open")
    told = incidents.incidents(viewer, at=now).filter(company=held)
    claimed = claims.claims(viewer, at=now).filter(company=held)
    open_alert = {"text": _("Open alert"), "tone": "warn"}
    found = [_line(a, f"{a.fault} · {a.asset}", "alert", here, open_alert) for a in raised]
    found += [_line(i, i.number, "incident", here, respond_words.badge(i.status)) for i in told]
    found += [_line(c, c.number, "claim", here, recover_words.badge(c.status)) for c in claimed]
    return sorted(found, key=lambda line: line["at"], reverse=True)[:12]


def _line(row: Any, number: str, page: str, here: str, badge: dict[str, str]) -> dict[str, Any]:
    return {"number": number, "at": row.recorded_at, "url": address(here, page, row.pk), "badge": badge}


urlpatterns = [
    path("companies/", companies, name="companies"),
    path("companies/<uuid:company>/", company, name="company"),
]
