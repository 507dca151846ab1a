"""Tokens for programs: issued for oneself, shown once, revoked by oneself or an administrator."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from seawall.entrypoints.web.context import role_words
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.forms import Shown, choice, text
from seawall.entrypoints.web.pages.records.tabs import tabs
from seawall.records.parties.actions import person as people_actions
from seawall.records.parties.models import Membership, Token
from seawall.records.parties.viewer import Forbidden, Viewer

EVERYONE = frozenset({"office", "broker", "insured", "provider"})
DAYS = (30, 90, 365)


class TokenForm(Shown):
    def __init__(self, held: list[Membership], data: Any = None) -> None:
        super().__init__(data)
        self.fields["name"] = text(_("What the token is for"), required=True)
        if len(held) > 1:
            words = role_words()
            self.fields["role"] = choice(_("Acts as"), [(str(m.pk), words.get(m.role, m.role)) for m in held])
        lives = [(str(n), ngettext("%(n)s day", "%(n)s days", n) % {"n": n}) for n in DAYS]
        self.fields["days"] = choice(_("Valid for"), lives)
        self.fields["days"].initial = "90"


@require_http_methods(["GET", "HEAD", "POST"])
@page("", EVERYONE)
def tokens(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """One's own tokens, for administrators everybody's; the secret of a new one is shown once."""
    own = Membership.objects.filter(user_id=viewer.user, organisation_id=viewer.organisation, ended_at=None)
    held = list(own.order_by("role"))
    if not held:
        raise Forbidden("", verb="token.issue")
    secret = ""
    form = TokenForm(held, request.POST or None)
    if request.method == "POST":
        made = form.attempt(lambda: _issue(form, held, viewer))
        if made is not None:
            secret, form = made[1], TokenForm(held)
    context = {
        "heading": _("API tokens"),
        "tabs": tabs(viewer, "tokens") if viewer.office else [],
        "form": form,
        "secret": secret,
        "rows": _rows(viewer, held),
        "everybody": viewer.may("person.end"),
    }
    answer = render(request, "records/tokens.html", context, status=422 if form.errors else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _issue(form: TokenForm, held: list[Membership], viewer: Viewer) -> tuple[Token, str]:
    data, now = form.cleaned_data, timezone.now()
    chosen = next((m for m in held if str(m.pk) == data.get("role")), held[0])
    return people_actions.issue_token(
        membership=chosen, name=data["name"], expires_at=now + timedelta(days=int(data["days"])), by=viewer, at=now
    )


def _rows(viewer: Viewer, held: list[Membership]) -> list[dict[str, Any]]:
    now, words = timezone.now(), role_words()
    found = Token.objects.filter(tenant_id=viewer.tenant).select_related("membership__user")
    if not viewer.may("person.end"):
        found = found.filter(membership__in=held)
    rows = []
    for token in found.order_by("revoked_at", "-recorded_at")[:200]:
        state = ("bad", _("Revoked")) if token.revoked_at else ("idle", _("Expired"))
        alive = token.revoked_at is None and token.expires_at > now
        if alive:
            state = ("ok", _("Valid"))
        rows.append(
            {
                "token": token,
                "who": token.membership.user.name,
                "role": words.get(token.membership.role, token.membership.role),
                "tone": state[0],
                "text": state[1],
                "alive": alive,
            }
        )
    return rows


@require_POST
@page("", EVERYONE)
def revoke(request: HttpRequest, viewer: Viewer, token: UUID) -> HttpResponse:
    """The token opens nothing from now on."""
    made = people_actions.revoke_token(token=token, by=viewer, at=timezone.now())
    messages.success(request, _("The token “%(name)s” opens nothing any more.") % {"name": made.name})
    return redirect(reverse(f"{request.desk}:tokens"))  # type: ignore[attr-defined]
