"""A policy's page: terms, papers, premium, and what happened under it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from seawall.core.money import Money
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.forms import Shown, day, text
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.protect import words
from seawall.entrypoints.web.pages.protect.quote import name_of
from seawall.lifecycle.detect.actions import watch as watches
from seawall.lifecycle.detect.queries.watch import alerts
from seawall.lifecycle.detect.queries.watch import watches as visible_watches
from seawall.lifecycle.protect.actions import policy as policies
from seawall.lifecycle.protect.actions.papers import read_document
from seawall.lifecycle.protect.queries import policy as queries
from seawall.lifecycle.recover.queries.claim import claims
from seawall.lifecycle.respond.queries.incident import incidents
from seawall.records.parties.viewer import Viewer


def accounts() -> dict[str, str]:
    """Names of the ledger's accounts."""
    return {
        "premium_receivable": _("Premium receivable"),
        "premium_written": _("Premium written"),
        "tax_payable": _("Tax payable"),
        "commission_expense": _("Commission expense"),
        "commission_payable": _("Commission payable"),
        "claims_paid": _("Claims paid"),
        "bank": _("Bank"),
    }


class CancelForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["on"] = day(_("First day without cover"))
        self.fields["reason"] = text(_("Why"), rows=2)


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
    names = {c["code"]: c["name"][language] for c in release.body["covers"]}
    labels = accounts()
    newest = {(d["kind"], d["language"]): d["recorded_at"] for d in shown["documents"]}
    context = {
        "heading": held.number,
        "policy": held,
        "badge": words.badge(held.status),
        "product": release.header["name"][language],
        "wording": f"{held.wording.header['name'][language]} {held.wording.version}",
        "insured": name_of(held.insured, language),
        "company_url": address(here, "company", held.insured_id),
        "quote_url": address(here, "quote", held.quote_id),
        "limit": Money(held.aggregate_limit, held.currency),
        "premium": Money(held.premium, held.currency),
        "covers": [
            {
                "name": names[c["cover"]],
                "limit": Money.of(c["limit"], held.currency),
                "retention": Money.of(c["retention"], held.currency),
                "waiting": c["waiting_hours"],
                "days": c["indemnity_days"],
                "coinsurance": c["coinsurance"],
            }
            for c in held.terms["covers"]
        ],
        "services": [s["name"][language] for s in release.body["services"] if s["availability"] != "not_offered"],
        "papers": [
            {"url": address(here, "policy-paper", held.pk, kind, lang), "lang": lang, "at": at}
            for (kind, lang), at in sorted(newest.items())
        ],
        "ledger": [
            {"account": labels.get(account, account), "amount": Money(amount, held.currency)}
            for account, amount in shown.get("ledger", {}).items()
        ],
        "watch": visible_watches(viewer, at=now).filter(policy=held).first(),
        "alerts": alerts(viewer, at=now).filter(policy=held, status="open")[:5],
        "incidents": [(i, address(here, "incident", i.pk)) for i in incidents(viewer, at=now).filter(policy=held)],
        "claims": [(c, address(here, "claim", c.pk)) for c in claims(viewer, at=now).filter(policy=held)],
        "cancel_form": CancelForm(),
        **(refused or {}),
    }
    return render(request, "protect/policy.html", context, status=422 if refused else 200)


@desk_page("protect")
def paper(request: HttpRequest, viewer: Viewer, policy: UUID, kind: str, paper_language: str) -> HttpResponse:
    """A paper of the policy as it was drawn up."""
    found, content = read_document(policy=policy, kind=kind, language=paper_language, by=viewer, at=timezone.now())
    answer = HttpResponse(content, content_type=found.media_type)
    number = queries.one(viewer, policy, at=timezone.now()).number
    answer.headers["Content-Disposition"] = f'inline; filename="{number}-{kind}-{paper_language}.pdf"'
    return answer


@require_POST
@desk_page("protect")
def act(request: HttpRequest, viewer: Viewer, policy: UUID, verb: str) -> HttpResponse:
    """Issue, cancel, or start the watch."""
    held = queries.one(viewer, policy, at=timezone.now())
    form: Shown = CancelForm(request.POST) if verb == "cancel" else Shown(request.POST)

    def work() -> Any:
        now = timezone.now()
        if verb == "issue":
            return policies.issue(policy=held.pk, by=viewer, at=now)
        if verb == "watch":
            return watches.start(policy=held.pk, by=viewer, at=now)
        data = form.cleaned_data
        last = data["on"] or held.day(now)
        return policies.cancel(policy=held.pk, on=last, reason=data["reason"], by=viewer, at=now)

    if verb not in {"issue", "watch", "cancel"}:
        raise Http404
    if form.attempt(work) is None:
        return show(
            request, viewer, policy, {"cancel_form": form if verb == "cancel" else CancelForm(), "refused": form}
        )
    messages.success(request, _("Done."))
    return redirect(reverse(f"{request.desk}:policy", args=[policy]))  # type: ignore[attr-defined]
