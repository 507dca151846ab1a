"""What is written down: the journal, the evidence vault, the releases, the people."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.context import role_words
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.forms import Shown, choice, text
from seawall.entrypoints.web.middleware import language_of
from seawall.records.journal.queries import entries
from seawall.records.parties.actions import person as people_actions
from seawall.records.parties.models import Membership, Organisation
from seawall.records.parties.roles import HOME
from seawall.records.parties.viewer import Forbidden, NotFound, Viewer
from seawall.records.releases import queries as releases
from seawall.records.vault.actions.export import export
from seawall.records.vault.actions.log import anchor
from seawall.records.vault.queries import log as vault
from seawall.records.vault.subject import Scope

OFFICE = frozenset({"office"})
TOKEN_DAYS = 365


@page("", OFFICE)
def journal(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Who decided what, when and why; of one object when it is named."""
    noun, subject = request.GET.get("noun", ""), request.GET.get("id", "")
    pages = Paginator(entries(viewer, noun=noun, object_id=subject), 50)
    chosen = pages.get_page(request.GET.get("page"))
    rows = [
        {
            "cells": [
                {"value": entry.number, "sub": ""},
                entry.recorded_at,
                entry.user.name if entry.user else "Seawall",
                entry.verb,
                {"value": entry.noun, "url": f"?noun={entry.noun}&id={entry.object_id}"},
                _change(entry.old, entry.new),
                entry.reason or "–",
            ]
        }
        for entry in chosen
    ]
    table = {
        "caption": _("Journal"),
        "columns": [
            {"label": _("No."), "kind": "num"},
            {"label": _("When"), "kind": "moment"},
            {"label": _("Who"), "kind": "text"},
            {"label": _("Verb"), "kind": "text"},
            {"label": _("What"), "kind": "text"},
            {"label": _("Old → new"), "kind": "text"},
            {"label": _("Reason"), "kind": "text"},
        ],
        "rows": rows,
        "page": chosen,
        "empty": {"title": _("Nothing has been written yet"), "text": ""},
    }
    return render(request, "records/journal.html", {"heading": _("Journal"), "table": table, "noun": noun})


def _change(old: dict[str, Any], new: dict[str, Any]) -> str:
    """A line that says what changed, cut where it gets long."""
    told = []
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        told.append(f"{key}: {before} → {after}" if key in old else f"{key}: {after}")
    line = "; ".join(told)
    return line if len(line) <= 160 else line[:157] + "…"


@page("", OFFICE)
def evidence(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The vault: its heads, what to keep outside, and how to check an export without us."""
    log = vault.log_of(viewer)
    heads = vault.heads(viewer)[:30]
    table = {
        "caption": _("Signed heads"),
        "columns": [
            {"label": _("Size"), "kind": "num"},
            {"label": _("Signed"), "kind": "moment"},
            {"label": _("Root"), "kind": "text"},
        ],
        "rows": [{"cells": [head.size, head.at, head.root[:24] + "…"]} for head in heads],
        "empty": {"title": _("No head has been signed yet"), "text": _("It is signed every night, and on demand.")},
    }
    checked = vault.check(viewer) if viewer.may("journal.read") and request.GET.get("check") else None
    context = {"heading": _("Evidence vault"), "log": log, "table": table, "checked": checked}
    return render(request, "records/vault.html", context)


@require_POST
@page("", OFFICE)
def head(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The head of today as a small file, to be kept where we cannot reach it."""
    answer = HttpResponse(anchor(by=viewer, at=timezone.now()), content_type="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="seawall-anchor.json"'
    return answer


@require_POST
@page("", OFFICE)
def bundle(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Everything of the tenant as one file that verifies without us."""
    viewer.require("vault.export")
    out = BytesIO()
    export(scope=Scope.everything(viewer.tenant), out=out, by=viewer, at=timezone.now())
    answer = HttpResponse(out.getvalue(), content_type="application/x-ndjson")
    answer.headers["Content-Disposition"] = 'attachment; filename="seawall-vault.jsonl"'
    return answer


@page("strategy", OFFICE)
def library(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Reference data as releases, newest first within each document."""
    language = language_of(request)
    rows = [
        {
            "cells": [
                {"value": release.header["name"][language], "sub": f"{release.kind}/{release.identifier}"},
                release.version,
                release.header["provider"],
                release.recorded_at,
                release.sha256[:16] + "…",
            ],
            "url": address("office", "release", release.pk),
        }
        for release in releases.releases(viewer).order_by("kind", "identifier", "-recorded_at")
    ]
    table = {
        "caption": _("Releases"),
        "columns": [
            {"label": _("Document"), "kind": "text"},
            {"label": _("Version"), "kind": "text"},
            {"label": _("Provider"), "kind": "text"},
            {"label": _("Loaded"), "kind": "moment"},
            {"label": "SHA-256", "kind": "text"},
        ],
        "rows": rows,
        "empty": {"title": _("No release has been loaded"), "text": _("Administrators load them.")},
    }
    return render(request, "records/releases.html", {"heading": _("Releases"), "table": table})


@page("strategy")
def release(request: HttpRequest, viewer: Viewer, release: UUID) -> HttpResponse:
    """One release: who made it from what, and its content; outside the office only the kinds open to all."""
    found = releases.release(viewer, release)
    facts = [
        {"label": _("Document"), "value": f"{found.kind}/{found.identifier}"},
        {"label": _("Version"), "value": found.version},
        {"label": _("Provider"), "value": found.header["provider"]},
        {"label": _("Source"), "value": found.header["source"]},
        {"label": _("Licence"), "value": found.header["licence"]},
        {"label": "SHA-256", "value": found.sha256},
    ]
    others = releases.releases(viewer, found.kind).filter(identifier=found.identifier).exclude(pk=found.pk)
    compared = request.GET.get("against", "")
    changes = releases.difference(viewer, UUID(compared), found.pk) if _is_id(compared) else None
    context = {
        "heading": found.header["name"][language_of(request)],
        "release": found,
        "facts": facts,
        "others": others,
        "changes": changes,
    }
    return render(request, "records/release.html", context)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


class InviteForm(Shown):
    def __init__(self, organisations: list[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        self.fields["email"] = text(_("E-mail"))
        self.fields["name"] = text(_("Name"))
        self.fields["organisation"] = choice(_("Organisation"), organisations)
        self.fields["role"] = choice(_("Role"), [(role, role_words()[role]) for role in HOME])


@page("", OFFICE)
def people(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Who may act for whom, and inviting somebody."""
    viewer.require("person.invite")
    organisations = list(Organisation.objects.filter(tenant_id=viewer.tenant).order_by("kind", "name_zh"))
    form = InviteForm([(str(o.pk), o.name_zh) for o in organisations], request.POST or None)
    if request.method == "POST":

        def work() -> Membership:
            data = form.cleaned_data
            chosen = next((o for o in organisations if str(o.pk) == data["organisation"]), None)
            if chosen is None:
                raise NotFound("organisation")
            return people_actions.invite(
                email=data["email"],
                name=data["name"],
                organisation=chosen,
                role=data["role"],
                by=viewer,
                at=timezone.now(),
            )

        if form.attempt(work) is not None:
            messages.success(request, _("Invited."))
            return redirect(reverse("office:people"))
    words, language = role_words(), language_of(request)
    held = Membership.objects.filter(tenant_id=viewer.tenant, ended_at=None).select_related("user", "organisation")
    rows = [
        {
            "cells": [
                {"value": m.user.name, "sub": m.user.email},
                m.organisation.name_en if language == "en" and m.organisation.name_en else m.organisation.name_zh,
                words.get(m.role, m.role),
                m.recorded_at,
            ],
        }
        for m in held.order_by("organisation__kind", "user__name")
    ]
    table = {
        "caption": _("People"),
        "columns": [
            {"label": _("Person"), "kind": "text"},
            {"label": _("Organisation"), "kind": "text"},
            {"label": _("Role"), "kind": "text"},
            {"label": _("Since"), "kind": "day"},
        ],
        "rows": rows,
        "empty": {"title": _("Nobody yet"), "text": ""},
    }
    context = {"heading": _("People"), "table": table, "form": form}
    return render(request, "records/people.html", context, status=422 if form.errors else 200)


@page("", frozenset({"office", "broker", "insured", "provider"}))
def tokens(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A token of one's own for the API; the secret is shown once."""
    membership = Membership.objects.filter(
        user_id=viewer.user, organisation_id=viewer.organisation, ended_at=None
    ).first()
    if membership is None:
        raise Forbidden("", verb="token.issue")
    secret = ""
    form = Shown(request.POST or None)
    form.fields["name"] = text(_("What the token is for"))
    if request.method == "POST":
        now = timezone.now()
        made = form.attempt(
            lambda: people_actions.issue_token(
                membership=membership,
                name=form.cleaned_data["name"] or _("Token"),
                expires_at=now + timedelta(days=TOKEN_DAYS),
                by=viewer,
                at=now,
            )
        )
        secret = made[1] if made else ""
    held = membership.tokens.filter(revoked_at=None).order_by("-recorded_at")
    table = {
        "caption": _("Tokens"),
        "columns": [
            {"label": _("For"), "kind": "text"},
            {"label": _("Issued"), "kind": "day"},
            {"label": _("Until"), "kind": "day"},
        ],
        "rows": [{"cells": [t.name, t.recorded_at, t.expires_at]} for t in held],
        "empty": {"title": _("No token yet"), "text": _("Programs sign in with a token instead of a password.")},
    }
    context = {"heading": _("API tokens"), "form": form, "secret": secret, "table": table}
    return render(request, "records/tokens.html", context)


urlpatterns = [
    path("journal/", journal, name="journal"),
    path("vault/", evidence, name="vault"),
    path("vault/head/", head, name="vault-head"),
    path("vault/export/", bundle, name="vault-export"),
    path("releases/", library, name="releases"),
    path("releases/<uuid:release>/", release, name="release"),
    path("people/", people, name="people"),
    path("tokens/", tokens, name="tokens"),
]
