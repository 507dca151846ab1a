"""The branching questionnaire: one section a page, each change kept at once, the indication beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seawall.core.library import Library
from seawall.core.problems import Refused
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.identify.panel import panel
from seawall.entrypoints.web.pages.identify.slots import Slot, Typed, slots_of
from seawall.lifecycle.identify.actions.answers import Reply, give
from seawall.lifecycle.identify.models import Submission
from seawall.lifecycle.identify.queries import answers as queries
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.answers import Asking
from seawall.lifecycle.identify.queries.file import Form, newest_answers
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import Viewer
from seawall.records.vault.actions.file import read_file, store_file
from seawall.records.vault.subject import Subject

OPEN_STATES = ("draft", "submitted", "assessed")


def keep(
    submission: UUID, question: str, typed: Typed, by: Viewer, at: datetime, library: Library | None = None
) -> bool:
    """Keep one answer with its file; what was refused lands in `typed.errors`. True when all went well."""
    if typed.errors:
        return False
    try:
        with transaction.atomic():
            found = scope.submission(by, submission, at=at)
            before = newest_answers(found).get(question)
            file = before.file_id if before and before.value == typed.value else None
            until = typed.until if file or typed.file else None
            if typed.file is not None and before and before.evidence_until == until:
                # The day that stood there was the other file's.
                until = None
            if typed.file is not None:
                content = typed.file.read(settings.UPLOAD_LIMIT + 1)
                file = store_file(
                    subject=Subject.of(found), name=typed.file.name or "", content=content, by=by, at=at
                ).pk
            reply = Reply(typed.value, typed.scope, file, until)
            replies = {question: reply}
            give(submission=submission, replies=replies, shared_scope=typed.scope, library=library, by=by, at=at)
    except Refused as refused:
        if refused.status in {403, 404}:
            raise
        for problem in refused.problems:
            part = problem.field.partition(".")[0]
            place = {"scope": "scope", "file": "file", "until": "file"}.get(part, "value")
            typed.errors.setdefault(place, []).append(sentence(problem))
    return not typed.errors


def steps(form: Form, names: Mapping[str, Any], here: str, desk: str, found: Submission, language: str) -> list[Any]:
    """The sections that arise, with how far each has got."""
    shown = []
    for name, items in form.sections:
        needed = [item for item in items if item.question.required]
        given = sum(item.answer is not None for item in needed)
        shown.append(
            {
                "code": name,
                "label": names[name][language],
                "given": given,
                "asked": len(needed),
                "done": given == len(needed),
                "active": name == here,
                "url": address(desk, "questions", found.pk, name),
            }
        )
    return shown


@require_http_methods(["GET", "HEAD", "POST"])
@page("identify")
def questions(request: HttpRequest, viewer: Viewer, submission: UUID, section: str = "") -> HttpResponse:
    """One section; without JavaScript its form is sent as a whole and goes on to the next."""
    at, desk = timezone.now(), request.desk  # type: ignore[attr-defined]
    asking = queries.asking(viewer, submission, at=at, whole=_whole(request))
    names = [name for name, _items in asking.form.sections]
    if not section:
        first = next((n for n, items in asking.form.sections if any(i.answer is None for i in items)), names[0])
        return redirect(address(desk, "questions", submission, first, **_kept(request)))
    if section not in names:
        raise Http404
    typed: dict[str, Typed] = {}
    if request.method == "POST":
        typed = _send(request, viewer, submission, dict(asking.form.sections)[section], at)
        if not any(came.errors for came in typed.values()):
            now = queries.asking(viewer, submission, at=at, whole=_whole(request))
            return redirect(_onward(request, now.form, submission, section))
    context = _context(request, viewer, asking, section)
    context["slots"] = slots_of(asking, section, typed, context["language"], timezone.localdate(at))
    context["wrong"] = [slot for slot in context["slots"] if slot.errors]
    context["before"], context["after"] = _neighbours(context["steps"], section)
    return render(request, "identify/questions.html", context, status=422 if context["wrong"] else 200)


def _whole(request: HttpRequest) -> bool:
    """Whether the reader asked for the questions beyond the company's tier too."""
    return "whole" in (request.POST if request.method == "POST" else request.GET)


def _kept(request: HttpRequest) -> dict[str, str]:
    return {"whole": "1"} if _whole(request) else {}


def _send(
    request: HttpRequest, viewer: Viewer, submission: UUID, items: Sequence[Any], at: datetime
) -> dict[str, Typed]:
    """Keep every answer of the section that changed, or none when one is refused."""
    viewer.require("questionnaire.answer")
    typed: dict[str, Typed] = {}
    with transaction.atomic():
        for item in items:
            came = Typed.of(request, item.question)
            typed[item.question.id] = came
            if came.changes(item.answer):
                keep(submission, item.question.id, came, viewer, at)
        if any(came.errors for came in typed.values()):
            transaction.set_rollback(True)
    return typed


def _onward(request: HttpRequest, form: Form, submission: UUID, section: str) -> str:
    """The next section that arises now, or the submission at the end; stays where the reader asked to."""
    names = [name for name, _items in form.sections]
    desk = request.desk  # type: ignore[attr-defined]
    if request.POST.get("then") == "stay":
        return address(desk, "questions", submission, section, **_kept(request))
    place = names.index(section) + 1 if section in names else 0
    if place < len(names):
        return address(desk, "questions", submission, names[place], **_kept(request))
    return address(desk, "submission", submission)


def _neighbours(shown: Sequence[Mapping[str, Any]], here: str) -> tuple[Any, Any]:
    place = next(i for i, step in enumerate(shown) if step["code"] == here)
    return (shown[place - 1] if place else None), (shown[place + 1] if place + 1 < len(shown) else None)


def _context(request: HttpRequest, viewer: Viewer, asking: Asking, section: str) -> dict[str, Any]:
    language, desk = language_of(request), request.desk  # type: ignore[attr-defined]
    names = asking.library.questionnaire.sections
    return {
        "submission": asking.submission,
        "language": language,
        "section": section,
        "section_name": names[section][language],
        "heading": _("Questionnaire"),
        "steps": [
            {**step, "url": address(desk, "questions", asking.submission.pk, step["code"], **_kept(request))}
            for step in steps(asking.form, names, section, desk, asking.submission, language)
        ],
        "whole": _whole(request),
        "tier": {"name": asking.form.tier.name[language], "note": asking.form.tier.note[language]},
        "further": asking.form.further,
        "panel": panel(asking, desk=desk, language=language),
        "writable": viewer.may("questionnaire.answer") and asking.submission.status in OPEN_STATES,
    }


@require_POST
@page("identify")
def answer(request: HttpRequest, viewer: Viewer, submission: UUID, question: str) -> HttpResponse:
    """Keep one answer and send back what it changes: questions that arise or fall away, steps, the indication."""
    at = timezone.now()
    viewer.require("questionnaire.answer")
    library = library_on(viewer, on=timezone.localdate(at))
    asked = library.questionnaire.question(question)
    if asked is None:
        raise Http404
    typed = Typed.of(request, asked)
    good = keep(submission, question, typed, viewer, at, library)
    if not request.headers.get("HX-Request"):
        return redirect(address(request.desk, "questions", submission, asked.section))  # type: ignore[attr-defined]
    asking = queries.asking(viewer, submission, at=at, whole=_whole(request), library=library)
    context = _context(request, viewer, asking, asked.section)
    slots = slots_of(asking, asked.section, {question: typed}, context["language"], timezone.localdate(at))
    shown = set(request.POST.getlist("shown"))
    changed = [slot for slot in slots if slot.asked != (slot.question.id in shown)]
    context |= {
        "slot": next(slot for slot in slots if slot.question.id == question),
        "kept": good,
        "with_file": good and (typed.file is not None or request.headers.get("HX-Trigger-Name") == f"until.{question}"),
        "changed": changed,
        "numbers": [slot for slot in slots if slot.asked],
        "told": _told(changed),
    }
    return render(request, "identify/_answered.html", context, status=200 if good else 422)


def _told(changed: Sequence[Slot]) -> str:
    """What changed below, for those who listen."""
    came, went = sum(slot.asked for slot in changed), sum(not slot.asked for slot in changed)
    said = [_("Saved.")]
    if came:
        said.append(ngettext("%(n)s more question arises.", "%(n)s more questions arise.", came) % {"n": came})
    if went:
        said.append(ngettext("%(n)s question falls away.", "%(n)s questions fall away.", went) % {"n": went})
    return " ".join(said)


@require_safe
@page("identify")
def file(request: HttpRequest, viewer: Viewer, submission: UUID, question: str) -> HttpResponse:
    """The file behind an answer, for those who may open it; that it was fetched goes into the vault's log."""
    given = queries.answers_of(viewer, submission, at=timezone.now()).get(question)
    if given is None or given.file is None:
        raise Http404
    found, content = read_file(file_id=given.file, by=viewer, at=timezone.now())
    sent = HttpResponse(content, content_type=found.media_type)
    sent.headers["Content-Disposition"] = f'attachment; filename="{found.pk}"'
    return sent
