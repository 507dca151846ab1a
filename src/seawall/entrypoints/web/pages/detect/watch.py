"""A watch and its looks: what is looked at, how to stop it, what changed, and where each look stands in the log."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from seawall.core.evidence.alerts import judge
from seawall.core.evidence.changes import Change
from seawall.core.problems import Problem
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.forms import Shown, text
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.detect import words
from seawall.entrypoints.web.pages.protect.contract import alert_line
from seawall.entrypoints.web.pages.protect.lists import name_of
from seawall.lifecycle.detect.actions import watch as watches
from seawall.lifecycle.detect.models import Observation, Watch
from seawall.lifecycle.detect.queries import watch as queries
from seawall.lifecycle.identify.actions import consent as consents
from seawall.records.parties.viewer import Viewer
from seawall.records.vault.actions.log import anchor
from seawall.records.vault.queries.log import heads, log_of


class EndForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["reason"] = text(_("Reason"))


@require_safe
@desk_page("detect")
def page(request: HttpRequest, viewer: Viewer, watch: UUID) -> HttpResponse:
    """One watch."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    held = queries.watch(viewer, watch, at=now)
    looks = list(queries.observations(viewer, watch, at=now)[:100])
    context = {
        "heading": _("Watch of %(company)s") % {"company": name_of(held.company, language)},
        "watch": held,
        "company_url": address(here, "company", held.company_id),
        "policy_url": address(here, "policy", held.policy_id),
        "ended": words.endings().get(held.ended_because, ""),
        "newest": looks[0] if looks else None,
        "changes": _changes(looks[0], language, here) if looks else [],
        "looks": _looks(looks, here),
        "alerts": [
            alert_line(alert, here, language)
            for alert in queries.alerts(viewer, at=now).filter(watch=held, status="open")
        ],
        "head": _head(viewer, looks),
        "may_stop": held.active and viewer.may("consent.withdraw") and held.consent.withdrawn_at is None,
        "may_end": held.active and viewer.may("watch.end"),
        "end_form": EndForm(),
    }
    return render(request, "detect/watch.html", context)


def _head(viewer: Viewer, looks: list[Observation]) -> dict[str, Any]:
    """The newest signed head, and whether the newest look lies under it."""
    log, newest = log_of(viewer), heads(viewer).first()
    size = newest.size if newest else 0
    return {
        "newest": newest,
        "log_size": log.size if log else 0,
        "under": bool(looks) and looks[0].leaf.index < size,
    }


def _looks(looks: list[Observation], here: str) -> dict[str, Any]:
    """Every look with its changes and its place in the log."""
    kinds = words.changes()
    rows = [
        {
            "cells": [
                look.recorded_at,
                _(", ").join(f"{kinds.get(k, k)} {n}" for k, n in look.counts.items() if n and k != "could_not")
                or _("no change"),
                {"value": f"#{look.leaf.index}", "sub": look.leaf.leaf_hash[:16] + "…"},
            ],
            "url": address(here, "observation", look.pk),
        }
        for look in looks
    ]
    return {
        "caption": _("Looks"),
        "columns": [
            {"label": _("When"), "kind": "moment"},
            {"label": _("What changed"), "kind": "text"},
            {"label": _("Place in the evidence log"), "kind": "text"},
        ],
        "rows": rows,
        "empty": {"title": _("Not looked at yet"), "text": _("The first look follows within minutes."), "icon": "eye"},
    }


def _changes(look: Observation, language: str, here: str) -> list[dict[str, Any]]:
    """What the look showed against what was known, each with what it does to the policy."""
    raised = {(a.fault, a.asset): a for a in look.watch.alerts.all()}
    order = ("appeared", "worsened", "resolved", "could_not")
    seen = (*queries.changes_of(look), *queries.not_repeated_in(look))
    found = sorted(seen, key=lambda c: order.index(c.kind))
    return [_change(change, raised.get((change.check, change.asset)), language, here) for change in found]


def _change(change: Change, alert: Any, language: str, here: str) -> dict[str, Any]:
    verdict = judge(change, queries.rules())
    check = queries.checks().checks.get(change.check)
    after, before = change.after, change.before
    reason = after.reason if after is not None and after.reason else ""
    return {
        "check": change.check,
        "title": check.title[language] if check else change.check,
        "asset": change.asset,
        "kind": words.changes()[change.kind],
        "kind_tone": words.CHANGE_TONES[change.kind],
        "effect_code": verdict.rule.effect,
        "effect": words.effects()[verdict.rule.effect],
        "effect_tone": words.EFFECT_TONES[verdict.rule.effect],
        "why": verdict.rule.reason[language],
        "before": words.states()[before.state] if before else _("nothing known"),
        "after": words.states()[after.state] if after else _("not reached"),
        "reason": sentence(Problem("", reason)) if reason else "",
        "url": address(here, "alert", alert.pk) if alert else "",
    }


@require_safe
@desk_page("detect")
def observation(request: HttpRequest, viewer: Viewer, observation: UUID) -> HttpResponse:
    """One look: what changed, and the leaf that fixes it in the log."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    look = queries.observation(viewer, observation, at=now)
    above = heads(viewer).filter(size__gt=look.leaf.index).order_by("size", "at").first()
    context = {
        "heading": _("Look of %(day)s") % {"day": timezone.localtime(look.recorded_at).date().isoformat()},
        "look": look,
        "company": name_of(look.watch.company, language),
        "watch_url": address(here, "watch", look.watch_id),
        "scan_url": address(here, "scan", look.order_id),
        "changes": _changes(look, language, here),
        "above": above,
    }
    return render(request, "detect/observation.html", context)


@require_POST
@desk_page("detect", frozenset({"office"}))
def end(request: HttpRequest, viewer: Viewer, watch: UUID) -> HttpResponse:
    """Stop watching, as the insurer."""
    queries.watch(viewer, watch, at=timezone.now())
    watches.end(watch=watch, reason=request.POST.get("reason", ""), by=viewer, at=timezone.now())
    messages.success(request, _("The watch has ended."))
    return redirect(reverse(f"{request.desk}:watch", args=[watch]))  # type: ignore[attr-defined]


@require_POST
@desk_page("detect", frozenset({"insured"}))
def stop(request: HttpRequest, viewer: Viewer, watch: UUID) -> HttpResponse:
    """Withdraw the consent under which the company is watched; nothing is sent any more."""
    held: Watch = queries.watch(viewer, watch, at=timezone.now())
    form = Shown(request.POST)
    if form.attempt(lambda: consents.withdraw(consent=held.consent_id, by=viewer, at=timezone.now())) is None:
        messages.error(request, " ".join(str(e) for e in form.non_field_errors()))
    else:
        messages.success(request, _("The consent is withdrawn. Nothing is looked at any more."))
    return redirect(reverse(f"{request.desk}:watch", args=[watch]))  # type: ignore[attr-defined]


@require_POST
@desk_page("detect")
def head(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The signed head of today: a small file to be kept where the insurer cannot reach it."""
    now = timezone.now()
    answer = HttpResponse(anchor(by=viewer, at=now), content_type="application/json")
    day = timezone.localtime(now).date().isoformat()
    answer.headers["Content-Disposition"] = f'attachment; filename="seawall-head-{day}.json"'
    return answer
