"""Consent to be looked at from outside: given, proved by a DNS record, withdrawn."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seawall.core.problems import Refused
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.web import forms as shown
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.identify import words
from seawall.lifecycle.identify.actions import consent as actions
from seawall.lifecycle.identify.models import Consent
from seawall.lifecycle.identify.queries import scope
from seawall.records.parties.viewer import NotFound, Viewer

USUAL = timedelta(days=365)


class ConsentForm(shown.Shown):
    """Domains one a line, the words of the consent, and its last day."""

    use_required_attribute = False

    def __init__(self, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["domains"] = forms.CharField(
            label=_("Domains"),
            help_text=_("One a line. Names below them, such as mail.example.com, are included."),
            required=False,
            widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        )
        self.fields["statement"] = shown.text(_("Words of the consent"), rows=5)
        self.fields["statement"].required = True
        self.fields["until"] = shown.day(_("Valid until (that day included)"), help=_("At most 400 days ahead"))
        self.fields["until"].required = True

    def _clean_fields(self) -> None:
        """The action judges; an unreadable day is the only thing it could not be asked about."""

    @property
    def names(self) -> list[str]:
        return [line.strip() for line in str(self.data.get("domains", "")).splitlines() if line.strip()]

    def refuse(self, sentences: Any) -> None:
        """A sentence about the n-th domain stands under the box of all of them, with the name it is about."""
        placed: dict[str, list[str]] = {}
        for name, lines in sentences.items():
            head, _dot, place = name.partition(".")
            if head == "domains" and place.isdigit() and int(place) < len(self.names):
                lines = [f"{self.names[int(place)]}: {line}" for line in lines]
            placed.setdefault(head, []).extend(lines)
        super().refuse(placed)


def statement(company: str) -> str:
    """Words that a company can agree to as they are."""
    return _(
        "%(company)s agrees that the domains named, and the hosts under them, are looked at from outside in order to "
        "assess its insurance: certificates, mail and name records, public pages, open ports. Nobody signs in anywhere,"
        " nothing is exploited, at most two requests a second go to one host. The consent can be withdrawn at any time."
    ) % {"company": company}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("identify")
def give(request: HttpRequest, viewer: Viewer, company: UUID) -> HttpResponse:
    """Record the company's consent; afterwards its page says which DNS record proves it."""
    viewer.require("consent.record")
    at, language = timezone.now(), language_of(request)
    found = scope.company(viewer, company, at=at)
    linked = _linked(request, viewer, found.pk, at)
    initial = {
        "domains": "\n".join(linked),
        "statement": statement(name_of(found, language)),
        "until": (timezone.localdate(at) + USUAL).isoformat(),
    }
    form = ConsentForm(request.POST or None, initial=initial)
    if request.method == "POST":
        until = _day(form)
        if until is not None:
            made = form.attempt(
                lambda: actions.give(
                    company=found.pk,
                    domains=form.names,
                    statement=str(form.data.get("statement", "")),
                    until=until,
                    by=viewer,
                    at=at,
                )
            )
            if made is not None:
                desk = request.desk  # type: ignore[attr-defined]
                return redirect(address(desk, "consent", found.pk, made.pk))
    context = {
        "heading": _("Consent to be looked at from outside"),
        "company": found,
        "company_name": name_of(found, language),
        "form": form,
    }
    return render(request, "identify/consent_give.html", context, status=422 if form.errors else 200)


def _day(form: ConsentForm) -> date | None:
    typed = str(form.data.get("until", "")).strip()
    try:
        return date.fromisoformat(typed)
    except ValueError:
        form.is_valid()
        form.add_error("until", _("A day is expected here, written like 2026-11-30."))
        return None


def _linked(request: HttpRequest, viewer: Viewer, company: UUID, at: datetime) -> list[str]:
    """The domains of the company's newest submission, to start from."""
    newest = scope.submissions(viewer, at=at).filter(company_id=company).first()
    return list(newest.document.get("company", {}).get("domains") or []) if newest else []


def one(viewer: Viewer, company: UUID, consent: UUID, at: datetime) -> Consent:
    """One consent; raises `NotFound`."""
    found = scope.consents(viewer, company, at=at).select_related("company").filter(pk=consent).first()
    if found is None:
        raise NotFound("consent")
    return found


def standing(found: Consent, at: datetime) -> dict[str, Any]:
    """Where a consent stands: words, tone, and each domain with what its name servers showed."""
    if found.withdrawn_at is not None:
        text, tone = _("Withdrawn"), "bad"
    elif found.valid_until < timezone.localdate(at):
        text, tone = _("Ended"), "idle"
    elif found.verified_at is not None:
        text, tone = _("In force"), "ok"
    else:
        text, tone = _("Waits for its DNS record"), "warn"
    records = [
        {
            "domain": domain,
            "name": f"{actions.TOKEN_NAME}.{domain}",
            "value": found.token,
            "seen": found.verification.get(domain, ""),
            "said": ""
            if found.verification.get(domain) in (None, "ok")
            else words.unreachable(found.verification[domain]),
        }
        for domain in found.domains
    ]
    waits = found.verified_at is None and found.withdrawn_at is None and found.valid_until >= timezone.localdate(at)
    return {"text": text, "tone": tone, "records": records, "waits": waits}


@require_safe
@desk_page("identify")
def page(request: HttpRequest, viewer: Viewer, company: UUID, consent: UUID) -> HttpResponse:
    """One consent: its words, its record, what to do next."""
    at = timezone.now()
    return _shown(request, viewer, one(viewer, company, consent, at), at)


def _shown(
    request: HttpRequest, viewer: Viewer, found: Consent, at: datetime, problems: list[str] | None = None
) -> HttpResponse:
    context = {
        "heading": _("Consent"),
        "consent": found,
        "company_name": name_of(found.company, language_of(request)),
        "standing": standing(found, at),
        "submission": scope.submissions(viewer, at=at).filter(company=found.company).first(),
        "problems": problems or [],
    }
    return render(request, "identify/consent.html", context, status=409 if problems else 200)


@require_safe
@desk_page("identify")
def state(request: HttpRequest, viewer: Viewer, company: UUID, consent: UUID) -> HttpResponse:
    """The part of the page that waits for the name servers."""
    at = timezone.now()
    found = one(viewer, company, consent, at)
    return render(request, "identify/_consent.html", {"consent": found, "standing": standing(found, at)})


@require_POST
@desk_page("identify")
def act(request: HttpRequest, viewer: Viewer, company: UUID, consent: UUID, verb: str) -> HttpResponse:
    """Ask the name servers again, or withdraw."""
    at = timezone.now()
    found = one(viewer, company, consent, at)
    try:
        if verb == "check":
            actions.check_again(consent=found.pk, by=viewer, at=at)
            messages.info(request, _("The name servers are being asked; this page shows what they say."))
        elif verb == "withdraw":
            actions.withdraw(consent=found.pk, by=viewer, at=at)
            messages.info(request, _("The consent is withdrawn. Nothing more is looked at."))
        else:
            raise Http404
    except Refused as refused:
        if refused.status in {403, 404}:
            raise
        found.refresh_from_db()
        return _shown(request, viewer, found, at, [sentence(problem) for problem in refused.problems])
    return redirect(address(request.desk, "consent", company, consent))  # type: ignore[attr-defined]
