"""The fixes of one company: what each is worth, who promised it, whether it was seen."""

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

from seawall.core.money import Money
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page as desk_page
from seawall.entrypoints.web.forms import Shown, day, text
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.protect import words
from seawall.entrypoints.web.pages.protect.quote import name_of
from seawall.lifecycle.identify.queries.scope import company as visible_company
from seawall.lifecycle.protect.actions import remediation as actions
from seawall.lifecycle.protect.models import Remediation
from seawall.lifecycle.protect.queries.remediation import one, remediations
from seawall.records.parties.viewer import Viewer


class PromiseForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["due"] = day(_("Done by"))


class NoteForm(Shown):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["note"] = text(_("How it can be seen"))


@desk_page("protect")
def fixes(request: HttpRequest, viewer: Viewer, company: UUID) -> HttpResponse:
    """Most points first."""
    return show(request, viewer, company)


def show(request: HttpRequest, viewer: Viewer, company: UUID, refused: dict[str, Any] | None = None) -> HttpResponse:
    """The list, with a refused form in its place."""
    now, language, here = timezone.now(), language_of(request), request.desk  # type: ignore[attr-defined]
    found = visible_company(viewer, company, at=now)
    rows = [
        {
            "fix": {
                "rank": rank,
                "title": row.title[language],
                "asset": "",
                "evidence": "",
                "url": "",
                "points": row.points,
                "loss_avoided": Money(row.value, row.currency),
                "premium_saved": None if row.premium is None else -Money(row.premium, row.currency),
                "state": words.badge(row.status),
                "action": None,
            },
            "row": row,
        }
        for rank, row in enumerate(remediations(viewer, at=now, company=company), 1)
    ]
    context = {
        "heading": _("What to fix, and what it is worth"),
        "company": name_of(found, language),
        "company_url": address(here, "company", company),
        "rows": rows,
        "promise_form": PromiseForm(),
        "note_form": NoteForm(),
        **(refused or {}),
    }
    return render(request, "protect/fixes.html", context, status=422 if refused else 200)


@require_POST
@desk_page("protect")
def act(request: HttpRequest, viewer: Viewer, remediation: UUID, verb: str) -> HttpResponse:
    """Promise, finish, verify or reopen a fix."""
    row = one(viewer, remediation, at=timezone.now())
    form: Shown = PromiseForm(request.POST) if verb == "promise" else NoteForm(request.POST)
    works: dict[str, Callable[[], Remediation]] = {
        "promise": lambda: actions.promise(
            remediation=row.pk, due=form.cleaned_data["due"] or timezone.localdate(), by=viewer, at=timezone.now()
        ),
        "finish": lambda: actions.finish(
            remediation=row.pk, note=form.cleaned_data["note"], by=viewer, at=timezone.now()
        ),
        "verify": lambda: actions.verify(
            remediation=row.pk, note=form.cleaned_data["note"], by=viewer, at=timezone.now()
        ),
        "reopen": lambda: actions.reopen(
            remediation=row.pk, note=form.cleaned_data["note"], by=viewer, at=timezone.now()
        ),
    }
    if verb not in works:
        raise Http404
    if form.attempt(works[verb]) is None:
        return show(request, viewer, row.company_id, {"refused": form, "refused_row": row.pk})
    messages.success(request, _("Done."))
    return redirect(reverse(f"{request.desk}:fixes", args=[row.company_id]))  # type: ignore[attr-defined]
