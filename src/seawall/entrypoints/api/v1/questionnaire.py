"""The questionnaire: questions and answers, the form as a file out and in, the forms of others filled from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from ninja import Router

from seawall.entrypoints.api.access import viewer
from seawall.entrypoints.api.v1.answers import FILE, content_of, download, made, reads, sends, writes
from seawall.entrypoints.api.v1.schemas import identify as s
from seawall.entrypoints.api.v1.schemas.base import FileIn, Key, Language, Line, Made
from seawall.entrypoints.api.writes import write
from seawall.entrypoints.filling import filled_form
from seawall.entrypoints.sheets.importing import JSON, bring_in, form_file
from seawall.entrypoints.sheets.writing import MEDIA_TYPE
from seawall.lifecycle.identify.actions.answers import Reply, give
from seawall.lifecycle.identify.queries import answers as answer_queries
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.file import Asked, Given
from seawall.records.vault.actions.file import store_file
from seawall.records.vault.subject import Subject

router = Router(tags=["identify"])
Medium = Literal["zh", "en", "both", "json"]
Framework = Literal["csf2", "iso27001", "mlps", "cis"]


def told_answer(given: Given) -> s.Answer:
    """An answer as it is shown."""
    return s.Answer(
        question=given.question,
        value=given.value,
        scope=given.scope,
        answered_by=given.answered_by_name,
        answered_on=given.answered_on,
        backed=given.backed,
        file=given.file,
        evidence_until=given.until,
    )


def _question(asked: Asked) -> s.Question:
    question = asked.question
    number = question.kind == "number"
    return s.Question(
        id=question.id,
        section=question.section,
        kind=question.kind,
        text=dict(question.text),
        help=dict(question.help),
        options={option: dict(text) for option, text in question.options.items()},
        low=f"{question.low:f}" if number else None,
        high=f"{question.high:f}" if number else None,
        required=question.required,
        tier=question.tier,
        forms={framework: list(refs) for framework, refs in question.forms.items()},
        answer=told_answer(asked.answer) if asked.answer else None,
    )


@router.get(
    "submissions/{uuid:submission_id}/questionnaire",
    response=reads(s.Questionnaire),
    operation_id="get_questionnaire",
)
def questionnaire(request: HttpRequest, submission_id: UUID) -> s.Questionnaire:
    """The questions that arise now, the answers given, and how far they have got."""
    found = answer_queries.questionnaire(viewer(request), submission_id, at=timezone.now())
    return s.Questionnaire(
        tier=found.tier.id,
        further=found.further,
        questions=[_question(asked) for _section, listed in found.sections for asked in listed],
        answered=found.progress.answered,
        asked=found.progress.asked,
        unknown=found.progress.unknown,
        complete=found.progress.complete,
    )


@router.get("submissions/{uuid:submission_id}/answers", response=reads(s.Answers), operation_id="get_answer_history")
def history(request: HttpRequest, submission_id: UUID, question: Line) -> s.Answers:
    """Every answer given to one question, newest first."""
    found = answer_queries.history(viewer(request), submission_id, question, at=timezone.now())
    return s.Answers(question=question, answers=[told_answer(given) for given in found])


@router.post("submissions/{uuid:submission_id}/answers", response=writes(Made), operation_id="answer_questionnaire")
def answer(request: HttpRequest, submission_id: UUID, body: s.AnswersIn, key: Key) -> HttpResponse:
    """Give answers; earlier ones stay on record."""

    def work(by: Any, at: datetime) -> Made:
        file = body.file
        if body.upload is not None:
            by.require("questionnaire.answer")
            subject = Subject.of(scope.submission(by, submission_id, at=at))
            content = content_of(body.upload)
            file = store_file(subject=subject, name=body.upload.name, content=content, by=by, at=at).pk
        return made(
            give(
                submission=submission_id,
                replies={q: Reply(value, body.scope, file, body.evidence_until) for q, value in body.answers.items()},
                shared_scope=body.scope,
                by=by,
                at=at,
            )
        )

    return write(request, body, work)


@router.get(
    "submissions/{uuid:submission_id}/questionnaire/file/{medium}",
    response=FILE,
    operation_id="export_questionnaire",
    openapi_extra=sends(MEDIA_TYPE, "application/json"),
)
def export(request: HttpRequest, submission_id: UUID, medium: Medium, whole: bool = False) -> HttpResponse:
    """The form to be filled in, with the answers there are: a workbook in Chinese, English or both, or JSON."""
    name, content = form_file(viewer(request), submission_id, medium, whole=whole, at=timezone.now())
    return download(content, "application/json" if medium == JSON else MEDIA_TYPE, name)


@router.post(
    "submissions/{uuid:submission_id}/questionnaire/file",
    response=writes(s.Brought),
    operation_id="import_questionnaire",
)
def bring(request: HttpRequest, submission_id: UUID, body: FileIn, key: Key) -> HttpResponse:
    """Bring a filled-in form back: every answer that differs is kept, or none, with each problem at its cell."""

    def work(by: Any, at: datetime) -> s.Brought:
        by.require("questionnaire.answer")
        return s.Brought(kept=bring_in(submission=submission_id, content=content_of(body), by=by, at=at))

    return write(request, body, work)


@router.get(
    "submissions/{uuid:submission_id}/forms/{framework}/{language}",
    response=reads(s.FilledForm),
    operation_id="get_filled_form",
)
def filled(request: HttpRequest, submission_id: UUID, framework: Framework, language: Language) -> s.FilledForm:
    """The form of a framework as the answers fill it."""
    asking = answer_queries.asking(viewer(request), submission_id, at=timezone.now())
    with translation.override("zh-hans" if language == "zh" else "en"):
        found = filled_form(framework, asking.content, asking.library, asking.beliefs, language)
    headings = [
        s.FilledHeading(
            ref=heading.ref,
            title=heading.title,
            standing=heading.standing,
            entries=[
                s.FilledAnswer(question=e.question, text=e.text, answer=e.answer, seen=e.seen) for e in heading.entries
            ],
        )
        for heading in found
    ]
    return s.FilledForm(framework=framework, headings=headings)
