"""What can be done to a claim from its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
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
from seawall.records.parties.viewer import Viewer


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
    messages.success(request, said()[verb])
    return redirect(reverse(f"{request.desk}:claim", args=[claim]))  # type: ignore[attr-defined]


def said() -> dict[str, str]:
    """What the next page says was done."""
    return {
        "reserve": _("The reserve is set."),
        "approve": _("Approved. The ten days to pay run now."),
        "close": _("The claim is closed."),
        "deny": _("The claim is refused. The refusal goes out in writing within three days."),
        "reopen": _("The claim is open again."),
        "proof": _("Recorded. The sixty days to an advance payment count from that day."),
        "paper": _("The paper is kept with the claim."),
        "learn": _("The proposal lies with the portfolio manager."),
    }


Reading = tuple[str, Shown, Callable[[], Any]]


def _reserve(request: HttpRequest, viewer: Viewer, held: Claim) -> Reading:
    form = forms.ReserveForm(held, request.POST)

    def work() -> Any:
        amount = parse_amount(form.cleaned_data["amount"], held.currency, "amount")
        reason = form.cleaned_data["reason"]
        return claims.reserve(claim=held.pk, amount=amount, reason=reason, by=viewer, at=timezone.now())

    return "reserve_form", form, work


def _approve(request: HttpRequest, viewer: Viewer, held: Claim) -> Reading:
    form = forms.ApproveForm(held, request.POST)

    def work() -> Any:
        typed = form.cleaned_data["amount"].strip()
        amount: Money | None = parse_amount(typed, held.currency, "amount") if typed else None
        note = form.cleaned_data["note"]
        return payments.approve(claim=held.pk, amount=amount, note=note, by=viewer, at=timezone.now())

    return "approve_form", form, work


def _close(request: HttpRequest, viewer: Viewer, held: Claim) -> Reading:
    form = forms.CloseForm(request.POST)

    def work() -> Any:
        data = form.cleaned_data
        now = timezone.now()
        return claims.close(claim=held.pk, reason=data["reason"], withdrawn=data["withdrawn"], by=viewer, at=now)

    return "close_form", form, work


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
    "reserve": _reserve, "approve": _approve, "close": _close, "deny": _deny, "reopen": _reopen,
    "proof": _proof, "paper": _paper, "learn": _learn,
}  # fmt: skip
