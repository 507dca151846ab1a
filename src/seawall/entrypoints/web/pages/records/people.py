"""Who may act for whom: inviting, ending a role, and the numbers at which organisations answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seawall.core.money import Money, parse_amount
from seawall.core.problems import Refused
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.web.context import role_words
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.forms import Shown, amount, choice, text
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.records.tabs import tabs
from seawall.records.parties.actions import organisation as parties
from seawall.records.parties.actions import person as people_actions
from seawall.records.parties.models import Membership, Organisation, Tenant
from seawall.records.parties.roles import HOME, UNDERWRITER
from seawall.records.parties.viewer import NotFound, Viewer

OFFICE = frozenset({"office"})
KINDS = ("insurer", "broker", "insured", "provider", "supervisor")


def kind_words() -> dict[str, str]:
    """Kinds of organisations."""
    return {
        "insurer": pgettext("organisation", "Insurer"),
        "broker": pgettext("organisation", "Broker"),
        "insured": pgettext("organisation", "Insured company"),
        "provider": pgettext("organisation", "Service provider"),
        "supervisor": pgettext("organisation", "Supervisor"),
    }


class InviteForm(Shown):
    """Who, for which organisation, in which role; an underwriter with an authority."""

    def __init__(self, found: list[Organisation], language: str, currency: str, data: Any = None) -> None:
        super().__init__(data)
        kinds, words = kind_words(), role_words()
        organisations = [(str(o.pk), f"{name_of(o, language)} ({kinds[o.kind]})") for o in found]
        self.fields["email"] = text(_("E-mail"), required=True)
        self.fields["email"].widget.input_type = "email"
        self.fields["name"] = text(_("Name"), help=_("Only for somebody who is new here"))
        self.fields["organisation"] = choice(_("Organisation"), organisations)
        roles = [(role, f"{words[role]} ({kinds[home]})") for role, home in HOME.items()]
        self.fields["role"] = choice(_("Role"), roles)
        self.fields["authority"] = amount(
            _("Authority"), currency=currency, help=_("The largest limit an underwriter may bind alone; 2000万")
        )


@require_http_methods(["GET", "HEAD", "POST"])
@page("", OFFICE)
def people(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Everybody who may act here, and inviting somebody."""
    viewer.require("person.invite")
    language = language_of(request)
    currency = Tenant.objects.get(pk=viewer.tenant).currency
    found = list(Organisation.objects.filter(tenant_id=viewer.tenant).order_by("kind", "name_zh"))
    form = InviteForm(found, language, currency, request.POST or None)
    if request.method == "POST":
        made = form.attempt(lambda: _invite(form, found, currency, viewer))
        if made is not None:
            values = {"name": made.user.name, "role": role_words()[made.role]}
            messages.success(request, _("%(name)s acts as %(role)s from now on.") % values)
            return redirect(reverse("office:people"))
    return _show(request, viewer, form, currency)


def _invite(form: InviteForm, found: list[Organisation], currency: str, viewer: Viewer) -> Membership:
    data = form.cleaned_data
    chosen = next((o for o in found if str(o.pk) == data["organisation"]), None)
    if chosen is None:
        raise NotFound("organisation")
    typed = data["authority"].strip()
    authority = parse_amount(typed, currency, "authority").minor if typed and data["role"] == UNDERWRITER else 0
    return people_actions.invite(
        email=data["email"],
        name=data["name"],
        organisation=chosen,
        role=data["role"],
        authority=authority,
        by=viewer,
        at=timezone.now(),
    )


def _show(request: HttpRequest, viewer: Viewer, form: Shown, currency: str) -> HttpResponse:
    words, kinds, language = role_words(), kind_words(), language_of(request)
    held = Membership.objects.filter(tenant_id=viewer.tenant).select_related("user", "organisation")
    alive = Count("tokens", filter=Q(tokens__revoked_at=None, tokens__expires_at__gt=timezone.now()))
    shown = held.annotate(live_tokens=alive).order_by("organisation__name_zh", "user__name", "role")
    groups: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    for m in shown:
        if m.ended_at is None:
            groups[m.organisation.kind].append(
                {
                    "membership": m,
                    "organisation": name_of(m.organisation, language),
                    "role": words.get(m.role, m.role),
                    "authority": Money(m.authority, currency) if m.authority else None,
                    "tokens": m.live_tokens,
                    "never": m.user.last_login is None and not m.user.has_usable_password(),
                    "own": m.user_id == viewer.user,
                }
            )
    context = {
        "heading": _("People"),
        "tabs": tabs(viewer, "people"),
        "groups": [{"kind": kinds[kind], "rows": rows} for kind, rows in groups.items() if rows],
        "ended": [
            {"membership": m, "organisation": name_of(m.organisation, language), "role": words.get(m.role, m.role)}
            for m in held.exclude(ended_at=None).order_by("-ended_at")[:20]
        ],
        "form": form,
        "end_form": EndForm(),
        "currency": currency,
    }
    return render(request, "records/people.html", context, status=422 if form.errors else 200)


class EndForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["reason"] = text(_("Why"), rows=2, help=_("Kept in the journal"))


@require_POST
@page("", OFFICE)
def end(request: HttpRequest, viewer: Viewer, membership: UUID) -> HttpResponse:
    """End a role: from the next request on the person is not let in, and the role's tokens open nothing."""
    viewer.require("person.end")
    form = EndForm(request.POST)
    form.is_valid()
    try:
        reason = form.cleaned_data.get("reason", "")
        made = people_actions.end_membership(membership=membership, reason=reason, by=viewer, at=timezone.now())
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        for problem in refused.problems:
            messages.error(request, sentence(problem))
        return redirect(reverse("office:people"))
    values = {"name": made.user.name, "role": role_words().get(made.role, made.role)}
    messages.success(request, _("%(name)s is no longer %(role)s; the tokens of this role open nothing.") % values)
    return redirect(reverse("office:people"))


class HotlineForm(Shown):
    def __init__(self, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["hotline"] = text(_("Hotline"), help=_("Answered day and night; empty takes it away"))


@require_safe
@page("", OFFICE)
def organisations(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Every organisation of the house with its people and its hotline."""
    viewer.require("organisation.hotline")
    return _organisations(request, viewer)


def _organisations(request: HttpRequest, viewer: Viewer, refused: dict[str, Any] | None = None) -> HttpResponse:
    kinds, language = kind_words(), language_of(request)
    found = Organisation.objects.filter(tenant_id=viewer.tenant)
    people_now = Count("memberships", filter=Q(memberships__ended_at=None))
    rows = [
        {
            "organisation": o,
            "pk": str(o.pk),
            "name": name_of(o, language),
            "kind": kinds[o.kind],
            "people": o.people_now,
            "callable": o.kind in ("insurer", "provider"),
            "form": HotlineForm(initial={"hotline": o.hotline}),
        }
        for o in found.annotate(people_now=people_now).order_by("kind", "name_zh")
    ]
    for row in rows:
        if refused and refused["pk"] == row["pk"]:
            row["form"] = refused["form"]
    context = {
        "heading": _("Organisations"),
        "tabs": tabs(viewer, "organisations"),
        "rows": rows,
        "open_form": f"hotline-{refused['pk']}" if refused else "",
    }
    return render(request, "records/organisations.html", context, status=422 if refused else 200)


@require_POST
@page("", OFFICE)
def hotline(request: HttpRequest, viewer: Viewer, organisation: UUID) -> HttpResponse:
    """Set the number at which an organisation answers."""
    form = HotlineForm(request.POST)
    made = form.attempt(
        lambda: parties.set_hotline(
            organisation=organisation, hotline=form.cleaned_data["hotline"], by=viewer, at=timezone.now()
        )
    )
    if made is None:
        return _organisations(request, viewer, {"pk": str(organisation), "form": form})
    messages.success(request, _("The hotline is set."))
    return redirect(reverse("office:organisations"))
