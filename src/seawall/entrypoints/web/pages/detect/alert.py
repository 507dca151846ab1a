"""One alert: what was seen, what it does to the contract and why, and what came of it."""

from __future__ import annotations

from typing import Any, Literal, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.forms import Shown, choice, text
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.detect import words
from seawall.entrypoints.web.pages.detect.lists import left
from seawall.entrypoints.web.pages.protect.lists import name_of
from seawall.lifecycle.detect.actions import alert as alerts
from seawall.lifecycle.detect.models import Alert
from seawall.lifecycle.detect.queries import watch as queries
from seawall.lifecycle.identify.queries.file import findings_of
from seawall.records.parties.roles import UNDERWRITER
from seawall.records.parties.viewer import Viewer


class SettleForm(Shown):
    """What came of it; accepting and calling it mistaken are the underwriter's."""

    def __init__(self, viewer: Viewer, data: Any = None) -> None:
        super().__init__(data, initial={"outcome": "fixed"})
        outcomes = [("fixed", _("Mended: the next look confirms it, or opens the alert again"))]
        if UNDERWRITER in viewer.roles:
            outcomes += [
                ("accepted", _("The insurer accepts the risk as it is")),
                ("mistaken", _("A mistake: the fault was never there")),
            ]
        self.fields["outcome"] = choice(_("What came of it"), outcomes, radio=True)
        self.fields["note"] = text(_("Note"), rows=2)


class ReopenForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["note"] = text(_("Why it is open again"), rows=2)


@require_safe
@desk_page("detect")
def page(request: HttpRequest, viewer: Viewer, alert: UUID) -> HttpResponse:
    """One alert."""
    return _show(request, viewer, queries.alert(viewer, alert, at=timezone.now()))


def _show(request: HttpRequest, viewer: Viewer, held: Alert, refused: dict[str, Any] | None = None) -> HttpResponse:
    language, here, today = language_of(request), request.desk, timezone.localdate()  # type: ignore[attr-defined]
    check = queries.checks().checks.get(held.fault)
    finding = next(
        (f for f in findings_of(held.observation.order) if (f.check, f.asset) == (held.fault, held.asset)), None
    )
    over = held.due_on is not None and held.due_on < today and held.status == "open"
    context = {
        "heading": check.title[language] if check else held.fault,
        "alert": held,
        "check": check,
        "tone": words.EFFECT_TONES[held.effect] if held.status == "open" else "idle",
        "effect": words.effects()[held.effect],
        "change": words.changes().get(held.change, held.change),
        "severity": words.severities().get(held.severity, held.severity),
        "severity_tone": words.SEVERITY_TONES.get(held.severity, "idle"),
        "finding": finding,
        "detail": sorted(finding.detail.items()) if finding else [],
        "left": left(held.due_on, today) if held.due_on and held.status == "open" else "",
        "over": over,
        "clause": _clause(held),
        "outcome": words.outcomes().get(held.outcome, ""),
        "company": name_of(held.watch.company, language),
        "company_url": address(here, "company", held.watch.company_id),
        "policy_url": address(here, "policy", held.policy_id),
        "watch_url": address(here, "watch", held.watch_id),
        "look_url": address(here, "observation", held.observation_id),
        "may_reopen": held.status == "settled" and held.outcome != "told" and UNDERWRITER in viewer.roles,
        "settle_form": SettleForm(viewer),
        "reopen_form": ReopenForm(),
        **(refused or {}),
    }
    return render(request, "detect/alert.html", context, status=422 if refused else 200)


def _clause(held: Alert) -> dict[str, Any] | None:
    """The clause of this policy's own wording that the rule rests on."""
    clauses = held.policy.wording.body["clauses"]
    found = next((c for c in clauses if c["id"] == held.reason.get("clause")), None)
    return dict(found) if found else None


@require_POST
@desk_page("detect")
def act(request: HttpRequest, viewer: Viewer, alert: UUID, verb: str) -> HttpResponse:
    """Settle or reopen an alert."""
    if verb not in {"settle", "reopen"}:
        raise Http404
    held = queries.alert(viewer, alert, at=timezone.now())
    form: Shown = SettleForm(viewer, request.POST) if verb == "settle" else ReopenForm(request.POST)

    def work() -> Alert:
        note, now = form.cleaned_data["note"], timezone.now()
        if verb == "reopen":
            return alerts.reopen(alert=held.pk, note=note, by=viewer, at=now)
        outcome = cast(Literal["fixed", "accepted", "mistaken"], form.cleaned_data["outcome"] or "fixed")
        return alerts.settle(alert=held.pk, outcome=outcome, note=note, by=viewer, at=now)

    if form.attempt(work) is None:
        return _show(request, viewer, held, {f"{verb}_form": form, "refused": form, "open_form": verb})
    messages.success(request, _("Settled.") if verb == "settle" else _("Open again."))
    return redirect(reverse(f"{request.desk}:alert", args=[alert]))  # type: ignore[attr-defined]
