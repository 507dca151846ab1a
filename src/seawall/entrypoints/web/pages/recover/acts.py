"""What can be done to a claim from its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from seawall.core.money import Money, parse_amount
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.forms import Shown
from seawall.entrypoints.web.pages.recover import forms
from seawall.entrypoints.web.pages.recover.claim import show
from seawall.lifecycle.recover.actions import claim as claims
from seawall.lifecycle.recover.actions import payment as payments
from seawall.lifecycle.recover.actions.experience import propose_experience
from seawall.lifecycle.recover.models import Claim
from seawall.lifecycle.recover.queries.claim import one
from seawall.lifecycle.respond.queries.incident import incidents
from seawall.records.parties.viewer import Viewer

OFFICE = frozenset({"office"})


@page("recover", OFFICE)
def open_claim(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Open a claim for an incident; a day on which no policy answers is said at the field, with the dates."""
    viewer.require("claim.open")
    now = timezone.now()
    found = [(str(i.pk), f"{i.number} · {i.company.name_zh}") for i in incidents(viewer, at=now)[:200]]
    form = forms.OpenForm(found, request.POST or None, initial={"incident": request.GET.get("incident", "")})
    if request.method == "POST":

        def work() -> Claim:
            data = form.cleaned_data
            reserve = parse_amount(data["reserve"], "CNY", "reserve") if data["reserve"] else None
            opening = claims.Opening(UUID(data["incident"]), requested_on=data["requested_on"], reserve=reserve)
            return claims.open_claim(opening=opening, by=viewer, at=timezone.now())

        made = form.attempt(work)
        if made is not None:
            messages.success(request, _("Claim %(number)s is open.") % {"number": made.number})
            return redirect(reverse("office:claim", args=[made.pk]))
    context = {"heading": _("Open a claim"), "form": form}
    return render(request, "recover/open.html", context, status=422 if form.errors else 200)


@require_POST
@page("recover")
def act(request: HttpRequest, viewer: Viewer, claim: UUID, verb: str) -> HttpResponse:
    """Do `verb`; a refusal comes back as the page with the form as it was typed."""
    if verb not in VERBS:
        raise Http404
    held = one(viewer, claim, at=timezone.now())
    name, form, work = VERBS[verb](request, viewer, held)
    if form.attempt(work) is None:
        return show(request, viewer, claim, {name: form, "open_form": f"{verb}-", "refused": form})
    messages.success(request, _("Done."))
    return redirect(reverse(f"{request.desk}:claim", args=[claim]))  # type: ignore[attr-defined]


Reading = tuple[str, Shown, Callable[[], Any]]


def _reserve(request: HttpRequest, viewer: Viewer, held: Claim) -> Reading:
    form = forms.ReserveForm(request.POST)

    def work() -> Any:
        amount = parse_amount(form.cleaned_data["amount"], held.currency, "amount")
        reason = form.cleaned_data["reason"]
        return claims.reserve(claim=held.pk, amount=amount, reason=reason, by=viewer, at=timezone.now())

    return "reserve_form", form, work


def _approve(request: HttpRequest, viewer: Viewer, held: Claim) -> Reading:
    form = forms.ApproveForm(request.POST)

    def work() -> Any:
        typed = form.cleaned_data["amount"]
        amount: Money | None = parse_amount(typed, held.currency, "amount") if typed else None
        note = form.cleaned_data["note"]
        return payments.approve(claim=held.pk, amount=amount, note=note, by=viewer, at=timezone.now())

    return "approve_form", form, work


def _pay(request: HttpRequest, viewer: Viewer, held: Claim) -> Reading:
    form = forms.PayForm(held, request.POST)

    def work() -> Any:
        data = form.cleaned_data
        order = payments.Order(data["key"], parse_amount(data["amount"], held.currency, "amount"), data["payee"])
        return payments.pay(claim=held.pk, order=order, by=viewer, at=timezone.now())

    return "pay_form", form, work


def _close(request: HttpRequest, viewer: Viewer, held: Claim) -> Reading:
    form = forms.ReasonForm(request.POST)
    return (
        "close_form",
        form,
        lambda: claims.close(claim=held.pk, reason=form.cleaned_data["reason"], by=viewer, at=timezone.now()),
    )


def _deny(request: HttpRequest, viewer: Viewer, held: Claim) -> Reading:
    form = forms.ReasonForm(request.POST)
    return (
        "deny_form",
        form,
        lambda: claims.deny(claim=held.pk, reason=form.cleaned_data["reason"], by=viewer, at=timezone.now()),
    )


def _reopen(request: HttpRequest, viewer: Viewer, held: Claim) -> Reading:
    form = forms.ReasonForm(request.POST)
    return (
        "reopen_form",
        form,
        lambda: claims.reopen(claim=held.pk, reason=form.cleaned_data["reason"], by=viewer, at=timezone.now()),
    )


def _proof(request: HttpRequest, viewer: Viewer, held: Claim) -> Reading:
    form = forms.ProofForm(request.POST)
    return (
        "proof_form",
        form,
        lambda: claims.receive_proof(
            claim=held.pk,
            on=form.cleaned_data["on"] or held.policy.day(timezone.now()),
            by=viewer,
            at=timezone.now(),
        ),
    )


def _paper(request: HttpRequest, viewer: Viewer, held: Claim) -> Reading:
    form = forms.PaperForm(request.POST, request.FILES)

    def work() -> Any:
        file = form.cleaned_data["upload"]
        name, content = (file.name, file.read()) if file else ("", b"")
        return claims.hand_in(claim=held.pk, name=name, content=content, by=viewer, at=timezone.now())

    return "paper_form", form, work


def _learn(request: HttpRequest, viewer: Viewer, held: Claim) -> Reading:
    now = timezone.now()
    return (
        "learn_form",
        Shown(request.POST),
        lambda: propose_experience(currency=held.currency, until=held.policy.day(now), by=viewer, at=now),
    )


VERBS: dict[str, Callable[[HttpRequest, Viewer, Claim], Reading]] = {
    "reserve": _reserve, "approve": _approve, "pay": _pay, "close": _close, "deny": _deny, "reopen": _reopen,
    "proof": _proof, "paper": _paper, "learn": _learn,
}  # fmt: skip
