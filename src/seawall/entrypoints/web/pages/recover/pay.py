"""Paying: the amount and the payee, then one sentence with the numbers, then the payment, once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from seawall.core.money import Money, parse_amount
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.recover.determine import OFFICE
from seawall.entrypoints.web.pages.recover.forms import PayForm
from seawall.entrypoints.web.templatetags.seawall import money
from seawall.lifecycle.recover.actions import payment as payments
from seawall.lifecycle.recover.models import Claim
from seawall.lifecycle.recover.queries.claim import one
from seawall.records.parties.viewer import Viewer


@require_http_methods(["GET", "HEAD", "POST"])
@page("recover", OFFICE)
def pay(request: HttpRequest, viewer: Viewer, claim: UUID) -> HttpResponse:
    """GET asks, POST shows what will happen, POST with `confirmed` does it; the key makes it once."""
    viewer.require("claim.pay")
    held, language = one(viewer, claim, at=timezone.now()), language_of(request)
    form = PayForm(held, language, request.POST or None)
    plan: dict[str, Any] | None = None
    if request.method == "POST":
        order = form.attempt(lambda: _order(form, held))
        if order is not None and request.POST.get("confirmed"):
            made = form.attempt(lambda: payments.pay(claim=held.pk, order=order, by=viewer, at=timezone.now()))
            if made is not None:
                values = {
                    "number": made.number,
                    "amount": money(Money(made.amount, made.currency)),
                    "payee": made.payee,
                }
                messages.success(request, _("Payment %(number)s: %(amount)s to %(payee)s.") % values)
                return redirect(reverse("office:claim", args=[held.pk]))
        elif order is not None:
            plan = _plan(held, order)
    context = {
        "heading": _("Pay: %(number)s") % {"number": held.number},
        "claim": held,
        "company": name_of(held.company, language),
        "claim_url": address("office", "claim", held.pk),
        "form": form,
        "plan": plan,
        "outstanding": Money(max(held.outstanding, 0), held.currency),
    }
    return render(request, "recover/pay.html", context, status=422 if form.errors else 200)


def _order(form: PayForm, held: Claim) -> payments.Order:
    """What is asked for, as far as it can be said before it is done: within what is approved and unpaid."""
    data = form.cleaned_data
    asked = parse_amount(data["amount"], held.currency, "amount")
    left = Money(held.outstanding, held.currency)
    if asked > left and not form.data.get("confirmed"):
        raise payments.AboveApproval("amount", amount=str(asked), left=str(left))
    if asked.minor <= 0:
        zero = str(Money.zero(held.currency))
        raise payments.BadAmount("amount", amount=str(asked), paid=zero, payable=str(left))
    return payments.Order(data["key"], asked, data["payee"].strip())


def _plan(held: Claim, order: payments.Order) -> dict[str, Any]:
    """The figures before and after."""
    paid, approved = Money(held.paid, held.currency), Money(held.approved, held.currency)
    reserve = Money(held.reserve, held.currency)
    after = max(reserve - order.amount, Money.zero(held.currency))
    return {
        "order": order,
        "rows": [
            (_("Paid on this claim"), paid, paid + order.amount),
            (_("Case reserve"), reserve, after),
            (_("Approved and open"), approved - paid, approved - paid - order.amount),
        ],
    }
