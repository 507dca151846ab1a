"""A policy's page: terms, papers, premium, and what happened under it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from seawall.core.money import Money
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.forms import Shown, day, text
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.protect import contract, words
from seawall.entrypoints.web.pages.protect.lists import name_of
from seawall.entrypoints.web.pages.protect.papers import pdf
from seawall.lifecycle.detect.actions import watch as watches
from seawall.lifecycle.protect.actions import ledger
from seawall.lifecycle.protect.actions import policy as policies
from seawall.lifecycle.protect.actions.papers import read_document
from seawall.lifecycle.protect.models import Policy
from seawall.lifecycle.protect.queries import policy as queries
from seawall.lifecycle.recover.queries.claim import claims
from seawall.lifecycle.respond.queries.incident import incidents
from seawall.records.parties.viewer import Viewer
from seawall.records.vault.actions.export import export
from seawall.records.vault.subject import Scope, Subject


class CancelForm(Shown):
    def __init__(self, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["on"] = day(
            _("First day without cover"), required=True, help=_("Today or later, while the policy runs.")
        )
        self.fields["reason"] = text(_("Reason"), rows=2, required=True, help=_("Kept in the journal."))


class ReverseForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["reason"] = text(_("Why it is booked back"), required=True)


@require_safe
@desk_page("protect")
def page(request: HttpRequest, viewer: Viewer, policy: UUID) -> HttpResponse:
    """One policy."""
    return show(request, viewer, policy)


def show(request: HttpRequest, viewer: Viewer, policy: UUID, refused: dict[str, Any] | None = None) -> HttpResponse:
    """Everything of the policy that the viewer may see."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    shown = queries.page(viewer, policy, at=now)
    held = queries.one(viewer, policy, at=now)
    release = held.option.product_release
    papers = contract.papers(held, here)
    watch, alerts = contract.watching(viewer, held, here, language, now)
    context = {
        "heading": held.number,
        "policy": held,
        "badge": words.badge("policy", held.status),
        "product": release.header["name"][language],
        "wording": f"{held.wording.header['name'][language]} {held.wording.version}",
        "insured": name_of(held.insured, language),
        "broker": name_of(held.broker, language) if held.broker else "",
        "company_url": address(here, "company", held.insured_id),
        "quote_url": address(here, "quote", held.quote_id),
        "limit": Money(held.aggregate_limit, held.currency),
        "premium": Money(held.premium, held.currency),
        "days": contract.days(held, now),
        **contract.covers(held, language),
        "services": [s["name"][language] for s in release.body["services"] if s["availability"] == "included"],
        "papers": papers,
        "missing": held.status == "bound" and {p["language"] for p in papers} != {"zh", "en"},
        "work": contract.drawing(held, here),
        "bookings": contract.bookings(viewer, held) if viewer.office else [],
        "balances": contract.balances(shown, held) if viewer.office else [],
        "watch": watch,
        "alerts": alerts,
        "events": contract.course(viewer, held, here, now),
        "incidents": [(i, address(here, "incident", i.pk)) for i in incidents(viewer, at=now).filter(policy=held)],
        "claims": [(c, address(here, "claim", c.pk)) for c in claims(viewer, at=now).filter(policy=held)],
        "may_cancel": viewer.may("policy.cancel") and held.status in ("bound", "in_force"),
        "reverse_form": ReverseForm(),
        **(refused or {}),
    }
    return render(request, "protect/policy.html", context, status=422 if refused else 200)


@require_safe
@desk_page("protect")
def progress(request: HttpRequest, viewer: Viewer, policy: UUID) -> HttpResponse:
    """Whether the papers are there, for the page that waits for them."""
    held = queries.one(viewer, policy, at=timezone.now())
    work = contract.drawing(held, request.desk)  # type: ignore[attr-defined]
    return render(request, "components/progress.html", {"work": work})


@require_safe
@desk_page("protect")
def paper(request: HttpRequest, viewer: Viewer, policy: UUID, kind: str, paper_language: str) -> HttpResponse:
    """A paper of the policy as it was drawn up."""
    now = timezone.now()
    _found, content = read_document(policy=policy, kind=kind, language=paper_language, by=viewer, at=now)
    return pdf(content, f"{queries.one(viewer, policy, at=now).number}-{kind}-{paper_language}.pdf")


@desk_page("protect", frozenset({"office"}))
def cancel(request: HttpRequest, viewer: Viewer, policy: UUID) -> HttpResponse:
    """Say what goes back on which day, then end the policy."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    viewer.require("policy.cancel")
    held = queries.one(viewer, policy, at=now)
    earliest = max(held.inception, policies.local_day(now, held.utc_offset))
    form = CancelForm(request.POST) if request.method == "POST" else CancelForm(initial={"on": earliest.isoformat()})
    if request.method == "POST":
        done = form.attempt(
            lambda: policies.cancel(
                policy=held.pk, on=form.cleaned_data["on"], reason=form.cleaned_data["reason"], by=viewer, at=now
            )
        )
        if done is not None:
            messages.success(request, _("Policy %(number)s is cancelled.") % {"number": held.number})
            return redirect(address(here, "policy", held.pk))
    context = {
        "heading": _("Cancel %(number)s") % {"number": held.number},
        "policy": held,
        "policy_url": address(here, "policy", held.pk),
        "insured": name_of(held.insured, language),
        "form": form,
        "premium": Money(held.premium, held.currency),
        "samples": _returns(held, earliest),
        "open": held.status in ("bound", "in_force"),
    }
    return render(request, "protect/cancel.html", context, status=422 if form.errors else 200)


def _returns(held: Policy, earliest: date) -> list[dict[str, Any]]:
    """What of the premium goes back when the policy ends today, in a month, in three."""
    whole, premium = (held.expiry - held.inception).days, Money(held.premium, held.currency)
    found = []
    for label, after in ((pgettext("cancel", "At once"), 0), (_("In 30 days"), 30), (_("In 90 days"), 90)):
        on = earliest + timedelta(days=after)
        if on < held.expiry:
            left = (held.expiry - on).days
            found.append(
                {"label": label, "on": on, "left": left, "whole": whole, "back": premium.times(Decimal(left) / whole)}
            )
    return found


@require_POST
@desk_page("protect")
def act(request: HttpRequest, viewer: Viewer, policy: UUID, verb: str) -> HttpResponse:
    """Issue the policy, or start its watch."""
    if verb not in {"issue", "watch"}:
        raise Http404
    held = queries.one(viewer, policy, at=timezone.now())
    form = Shown(request.POST)

    def work() -> Any:
        act = policies.issue if verb == "issue" else watches.start
        return act(policy=held.pk, by=viewer, at=timezone.now())

    done = form.attempt(work)
    if done is None:
        return show(request, viewer, policy, {"refused": form})
    said = {"issue": _("The policy is issued and in force."), "watch": _("The watch has started.")}
    messages.success(request, said[verb])
    return redirect(reverse(f"{request.desk}:policy", args=[policy]))  # type: ignore[attr-defined]


@require_POST
@desk_page("protect", frozenset({"office"}))
def reverse_booking(request: HttpRequest, viewer: Viewer, policy: UUID, number: UUID) -> HttpResponse:
    """Book a transaction back."""
    held = queries.one(viewer, policy, at=timezone.now())
    if not held.entries.filter(transaction=number).exists():
        raise Http404
    form = ReverseForm(request.POST)
    done = form.attempt(
        lambda: ledger.reverse(number=number, reason=form.cleaned_data["reason"], by=viewer, at=timezone.now())
    )
    if done is None:
        return show(request, viewer, policy, {"reverse_form": form, "refused": form, "open_booking": number})
    messages.success(request, _("Booked back."))
    return redirect(reverse(f"{request.desk}:policy", args=[policy]) + "#ledger")  # type: ignore[attr-defined]


@require_POST
@desk_page("protect", frozenset({"office", "insured"}))
def evidence(request: HttpRequest, viewer: Viewer, policy: UUID) -> HttpResponse:
    """What the evidence log holds of this policy, as one file that verifies without us."""
    now = timezone.now()
    held = queries.one(viewer, policy, at=now)
    subject = Subject.of(held)
    others = [Subject.of(i) for i in incidents(viewer, at=now).filter(policy=held)]
    others += [Subject.of(c) for c in claims(viewer, at=now).filter(policy=held)]
    out = BytesIO()
    export(scope=Scope(subject, tuple(others)), out=out, by=viewer, at=now)
    answer = HttpResponse(out.getvalue(), content_type="application/x-ndjson")
    answer.headers["Content-Disposition"] = f'attachment; filename="{held.number}-evidence.jsonl"'
    return answer
