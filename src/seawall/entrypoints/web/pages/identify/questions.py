"""The branching questionnaire: one section a page, each change kept at once, the indication beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from seawall.core.evidence.questions import UNKNOWN, Question
from seawall.core.problems import Refused
from seawall.core.submission.fields import narrow
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.web import formats
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.charts.parts import locale_now
from seawall.entrypoints.web.desks import page
from seawall.entrypoints.web.middleware import language_of
from seawall.entrypoints.web.pages.identify import words
from seawall.entrypoints.web.pages.identify.panel import panel
from seawall.lifecycle.identify.actions import submission as actions
from seawall.lifecycle.identify.models import Submission
from seawall.lifecycle.identify.queries import answers as queries
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.answers import Asking
from seawall.lifecycle.identify.queries.file import Form, Given, newest_answers
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import Viewer
from seawall.records.vault.actions.file import read_file, store_file
from seawall.records.vault.subject import Subject

OPEN_STATES = ("draft", "submitted", "assessed")


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a question stands, or would stand if it arose: `asked` says whether it does now."""

    question: Question
    number: int
    asked: bool
    given: Given | None
    typed: str
    scope: str
    errors: Mapping[str, list[str]]
    language: str

    @property
    def options(self) -> list[dict[str, Any]]:
        found = [
            {"value": code, "label": text[self.language], "chosen": code == self.typed}
            for code, text in self.question.options.items()
        ]
        if self.question.options and UNKNOWN not in self.question.options:
            found.append({"value": UNKNOWN, "label": words.unknown(), "chosen": self.typed == UNKNOWN})
        return found

    @property
    def text(self) -> str:
        return self.question.text[self.language]

    @property
    def help(self) -> str:
        return self.question.help[self.language]

    @property
    def unit(self) -> str:
        return self.question.unit[self.language] if self.question.unit else ""

    @property
    def is_unknown(self) -> bool:
        return self.typed == UNKNOWN

    @property
    def said(self) -> str:
        """The answer given, for those who only read."""
        return words.said(self.question, self.given.value, self.language) if self.given else ""

    @property
    def more(self) -> bool:
        """Whether scope and evidence stand open."""
        return bool(self.scope or (self.given and self.given.backed) or self.errors.get("scope"))

    @property
    def bounds(self) -> str:
        if self.question.kind != "number":
            return ""
        low, high = (formats.number(bound, locale_now()) for bound in (self.question.low, self.question.high))
        return _("%(low)s to %(high)s") % {"low": low, "high": high}


@dataclass(slots=True)
class Typed:
    """What came with the request for one question, and what was wrong with it."""

    value: str = ""
    scope: str = ""
    file: UploadedFile[bytes] | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, request: HttpRequest, question: Question) -> Typed:
        name = question.id
        value = request.POST.get(f"answers.{name}", "").strip()
        if question.kind == "number":
            value = narrow(value).replace(",", "")
        if request.POST.get(f"unknown.{name}") == UNKNOWN:
            value = UNKNOWN
        file = request.FILES.get(f"file.{name}")
        return cls(value, request.POST.get(f"scope.{name}", "").strip(), file if file else None)

    def changes(self, given: Given | None) -> bool:
        """Whether there is anything to keep."""
        if given is None:
            return bool(self.value)
        return self.value != given.value or self.scope != given.scope or self.file is not None


def keep(submission: UUID, question: str, typed: Typed, by: Viewer, at: datetime) -> bool:
    """Keep one answer with its file; what was refused lands in `typed.errors`. True when all went well."""
    try:
        with transaction.atomic():
            found = scope.submission(by, submission, at=at)
            before = newest_answers(found).get(question)
            file = before.file_id if before and before.value == typed.value else None
            if typed.file is not None:
                content = typed.file.read(settings.UPLOAD_LIMIT + 1)
                file = store_file(
                    subject=Subject.of(found), name=typed.file.name or "", content=content, by=by, at=at
                ).pk
            actions.answer(
                submission=found.pk, answers={question: typed.value}, scope_words=typed.scope, file=file, by=by, at=at
            )
    except Refused as refused:
        if refused.status in {403, 404}:
            raise
        for problem in refused.problems:
            place = problem.field if problem.field in {"scope", "file"} else "value"
            typed.errors.setdefault(place, []).append(sentence(problem))
    return not typed.errors


def _slots(asking: Asking, section: str, typed: Mapping[str, Typed], language: str) -> list[Slot]:
    asked = {i.question.id: i.answer for name, items in asking.form.sections for i in items if name == section}
    slots, number = [], 0
    for question in asking.library.questionnaire.questions:
        if question.section != section:
            continue
        number += question.id in asked
        given, came = asked.get(question.id), typed.get(question.id)
        slots.append(
            Slot(
                question,
                number,
                question.id in asked,
                given,
                came.value if came else (given.value if given else ""),
                came.scope if came else (given.scope if given else ""),
                came.errors if came else {},
                language,
            )
        )
    return slots


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
    asking = queries.asking(viewer, submission, at=at)
    names = [name for name, _items in asking.form.sections]
    if not section:
        first = next((n for n, items in asking.form.sections if any(i.answer is None for i in items)), names[0])
        return redirect(address(desk, "questions", submission, first))
    if section not in names:
        raise Http404
    typed: dict[str, Typed] = {}
    if request.method == "POST":
        typed = _send(request, viewer, submission, dict(asking.form.sections)[section], at)
        if not any(came.errors for came in typed.values()):
            form = queries.questionnaire(viewer, submission, at=at)
            return redirect(_onward(request, form, submission, section))
    context = _context(request, viewer, asking, section)
    context["slots"] = _slots(asking, section, typed, context["language"])
    context["wrong"] = [slot for slot in context["slots"] if slot.errors]
    context["before"], context["after"] = _neighbours(context["steps"], section)
    return render(request, "identify/questions.html", context, status=422 if context["wrong"] else 200)


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
        return address(desk, "questions", submission, section)
    place = names.index(section) + 1 if section in names else 0
    if place < len(names):
        return address(desk, "questions", submission, names[place])
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
        "steps": steps(asking.form, names, section, desk, asking.submission, language),
        "panel": panel(asking, desk=desk, language=language),
        "writable": viewer.may("questionnaire.answer") and asking.submission.status in OPEN_STATES,
    }


@require_POST
@page("identify")
def answer(request: HttpRequest, viewer: Viewer, submission: UUID, question: str) -> HttpResponse:
    """Keep one answer and send back what it changes: questions that arise or fall away, steps, the indication."""
    at = timezone.now()
    viewer.require("questionnaire.answer")
    asked = library_on(viewer, on=at.date()).questionnaire.question(question)
    if asked is None:
        raise Http404
    typed = Typed.of(request, asked)
    good = keep(submission, question, typed, viewer, at)
    if not request.headers.get("HX-Request"):
        return redirect(address(request.desk, "questions", submission, asked.section))  # type: ignore[attr-defined]
    asking = queries.asking(viewer, submission, at=at)
    context = _context(request, viewer, asking, asked.section)
    slots = _slots(asking, asked.section, {question: typed}, context["language"])
    shown = set(request.POST.getlist("shown"))
    changed = [slot for slot in slots if slot.asked != (slot.question.id in shown)]
    context |= {
        "slot": next(slot for slot in slots if slot.question.id == question),
        "kept": good,
        "with_file": typed.file is not None and good,
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
