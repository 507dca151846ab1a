"""What can be done to an incident from its page: each verb reads its form and calls one action."""

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
from django.views.decorators.http import require_http_methods, require_POST

from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.forms import Shown
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.respond import forms
from seawall.entrypoints.web.pages.respond.incident import EVERYONE, show
from seawall.entrypoints.web.pages.respond.words import grade_name
from seawall.lifecycle.respond.actions import duty, engagement, steps, timeline, triage
from seawall.lifecycle.respond.actions.timeline import Upload
from seawall.lifecycle.respond.queries.incident import incident as visible
from seawall.records.parties.viewer import Viewer


def uploaded(form: Shown) -> Upload | None:
    """The file of a form, read whole; the vault bounds and sniffs it."""
    file = form.cleaned_data.get("upload")
    return Upload(file.name, file.read()) if file else None


@require_POST
@page("respond", EVERYONE)
def act(request: HttpRequest, viewer: Viewer, incident: UUID, verb: str, subject: UUID | None = None) -> HttpResponse:
    """Do `verb`; a refusal comes back as the page with the form as it was typed."""
    if verb not in VERBS:
        raise Http404
    visible(viewer, incident, at=timezone.now())
    name, form, work = VERBS[verb](request, viewer, incident, subject)
    done = form.attempt(work)
    if done is None:
        return show(request, viewer, incident, {name: form, "open_form": f"{verb}-{subject or ''}", "refused": form})
    messages.success(request, said().get(verb) or _("Done."))
    here = request.desk  # type: ignore[attr-defined]
    if verb == "decline":
        return redirect(reverse(f"{here}:home"))
    return redirect(reverse(f"{here}:incident", args=[incident]))


def said() -> dict[str, str]:
    """What the next page says was done."""
    return {
        "event": _("Added to the course of events."),
        "contain": _("Recorded as contained. Clocks that count from the end of handling run now."),
        "close": _("The incident is closed."),
        "reopen": _("The incident is open again."),
        "engage": _("Called in. They see this incident from now on."),
        "accept": _("Accepted. The evidence is open to you now."),
        "decline": _("Declined. The insurer has been told why."),
        "findings": _("The report is in. The insurer sees it now."),
        "finish": _("The step is done."),
        "duty": _("The notice is recorded."),
        "waive": _("The duty is set aside, with your reason."),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@page("respond", frozenset({"office"}))
def triage_page(request: HttpRequest, viewer: Viewer, incident: UUID) -> HttpResponse:
    """Category, scales and facts on a page of their own; grade, duties and steps follow when it is sent."""
    viewer.require("incident.triage")
    now, language = timezone.now(), language_of(request)
    held = visible(viewer, incident, at=now)
    form = forms.TriageForm(held, language, request.POST or None)
    if request.method == "POST":
        done = form.attempt(
            lambda: triage.triage(incident=incident, findings=form.findings(), by=viewer, at=timezone.now())
        )
        if done is not None:
            grade = grade_name(done.grade, language)
            messages.success(request, _("Triage is recorded. %(grade)s.") % {"grade": grade})
            return redirect(reverse("office:incident", args=[incident]))
    context = {
        "heading": _("Triage of %(number)s") % {"number": held.number},
        "form": form,
        "incident": held,
        "company": name_of(held.company, language),
        "groups": [(title, note, form.group(code)) for code, title, note in _groups()],
        "grade": grade_name(held.grade, language),
    }
    return render(request, "respond/triage.html", context, status=422 if form.errors else 200)


def _groups() -> list[tuple[str, str, str]]:
    return [
        ("seen", _("What is affected"), _("decides the steps of the playbook and the grade")),
        ("outage", _("Outage and reach"), _("decides the grade of the reporting measures")),
        ("law", _("Which law applies"), _("decides who has to be told, and by when")),
        ("money", _("Money"), ""),
    ]


Reading = tuple[str, Shown, Callable[[], Any]]


def _event(request: HttpRequest, viewer: Viewer, incident: UUID, _subject: UUID | None) -> Reading:
    form, now = forms.EventForm(request.POST, request.FILES), timezone.now()

    def work() -> Any:
        data = form.cleaned_data
        when = data["happened_at"] or now
        return timeline.add_event(
            incident=incident, words=data["words"], happened_at=when, upload=uploaded(form), by=viewer, at=now
        )

    return "event_form", form, work


def _contain(request: HttpRequest, viewer: Viewer, incident: UUID, _subject: UUID | None) -> Reading:
    form, now = forms.ContainForm(request.POST), timezone.now()

    def work() -> Any:
        data = form.cleaned_data
        return triage.contain(incident=incident, when=data["when"] or now, words=data["words"], by=viewer, at=now)

    return "contain_form", form, work


def _close(request: HttpRequest, viewer: Viewer, incident: UUID, _subject: UUID | None) -> Reading:
    form = forms.ReasonForm("lesson", _("What is learnt"), request.POST)
    return (
        "close_form",
        form,
        lambda: triage.close(incident=incident, lesson=form.cleaned_data["lesson"], by=viewer, at=timezone.now()),
    )


def _reopen(request: HttpRequest, viewer: Viewer, incident: UUID, _subject: UUID | None) -> Reading:
    form = forms.ReasonForm("reason", _("Why it is reopened"), request.POST)
    return (
        "reopen_form",
        form,
        lambda: triage.reopen(incident=incident, reason=form.cleaned_data["reason"], by=viewer, at=timezone.now()),
    )


def _engage(request: HttpRequest, viewer: Viewer, incident: UUID, subject: UUID | None) -> Reading:
    form = forms.ReasonForm("brief", _("Brief for the provider"), request.POST)
    return (
        "engage_form",
        form,
        lambda: engagement.engage(
            incident=incident, provider=_one(subject), brief=form.cleaned_data["brief"], by=viewer, at=timezone.now()
        ),
    )


def _accept(request: HttpRequest, viewer: Viewer, incident: UUID, subject: UUID | None) -> Reading:
    form = Shown(request.POST)
    return "accept_form", form, lambda: engagement.accept(engagement=_one(subject), by=viewer, at=timezone.now())


def _decline(request: HttpRequest, viewer: Viewer, incident: UUID, subject: UUID | None) -> Reading:
    form = forms.ReasonForm("reason", _("Why you decline"), request.POST)
    return (
        "decline_form",
        form,
        lambda: engagement.decline(
            engagement=_one(subject), reason=form.cleaned_data["reason"], by=viewer, at=timezone.now()
        ),
    )


def _report(request: HttpRequest, viewer: Viewer, incident: UUID, subject: UUID | None) -> Reading:
    form = forms.FindingsForm(request.POST, request.FILES)
    return (
        "findings_form",
        form,
        lambda: engagement.report(
            engagement=_one(subject),
            findings=form.cleaned_data["findings"],
            upload=uploaded(form) or Upload("", b""),
            by=viewer,
            at=timezone.now(),
        ),
    )


def _start(request: HttpRequest, viewer: Viewer, incident: UUID, subject: UUID | None) -> Reading:
    return "task_form", Shown(request.POST), lambda: steps.start(task=_one(subject), by=viewer, at=timezone.now())


def _finish(request: HttpRequest, viewer: Viewer, incident: UUID, subject: UUID | None) -> Reading:
    return (
        "task_form",
        Shown(request.POST),
        lambda: steps.finish(task=_one(subject), note=request.POST.get("note", ""), by=viewer, at=timezone.now()),
    )


def _duty(request: HttpRequest, viewer: Viewer, incident: UUID, subject: UUID | None) -> Reading:
    form, now = forms.DutyForm(request.POST, request.FILES), timezone.now()

    def work() -> Any:
        data = form.cleaned_data
        when = data["when"] or now
        return duty.mark_done(
            duty=_one(subject), when=when, note=data["note"], upload=uploaded(form), by=viewer, at=timezone.now()
        )

    return "duty_form", form, work


def _waive(request: HttpRequest, viewer: Viewer, incident: UUID, subject: UUID | None) -> Reading:
    form = forms.ReasonForm("reason", _("Why it does not apply"), request.POST)
    return (
        "waive_form",
        form,
        lambda: duty.waive(duty=_one(subject), reason=form.cleaned_data["reason"], by=viewer, at=timezone.now()),
    )


def _one(subject: UUID | None) -> UUID:
    if subject is None:
        raise Http404
    return subject


VERBS: dict[str, Callable[[HttpRequest, Viewer, UUID, UUID | None], Reading]] = {
    "event": _event, "contain": _contain, "close": _close, "reopen": _reopen,
    "engage": _engage, "accept": _accept, "decline": _decline, "findings": _report,
    "start": _start, "finish": _finish, "duty": _duty, "waive": _waive,
}  # fmt: skip
