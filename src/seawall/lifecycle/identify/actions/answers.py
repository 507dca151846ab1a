"""Answering the questionnaire: every answer is a new turn, and earlier ones stay on record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from seawall.core.evidence.questionnaire import Questionnaire, submission_facts
from seawall.core.library import Library
from seawall.core.problems import Invalid, Problem
from seawall.core.submission.fields import READABLE
from seawall.lifecycle.identify.models import Answer, Submission
from seawall.lifecycle.identify.models.submission import MACHINE
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.file import newest_answers, shown
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.journal.actions import record
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.vault.models import File
from seawall.records.vault.subject import Subject

LONGEST_VALUE, LONGEST_SCOPE = 2000, 200


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody answers: value, what it covers, the file behind it and the last day of that file."""

    value: str
    scope: str = ""
    file: UUID | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it is kept: its value, what it speaks of, who gave it on which day, and the file behind it."""

    value: str
    scope: str
    name: str
    on: date
    file: UUID | None = None
    until: date | None = None

    def repeats(self, kept: Answer | None) -> bool:
        return kept is not None and self == Kept(
            kept.value, kept.scope, kept.answered_by_name, kept.answered_on, kept.file_id, kept.evidence_until
        )


@transaction.atomic
def give(
    *,
    submission: UUID,
    replies: Mapping[str, Reply],
    shared_scope: str = "",
    library: Library | None = None,
    by: Viewer,
    at: datetime,
) -> Submission:
    """Give answers (question → reply) to questions that arise, all of them or none; earlier answers stay on record.

    A file bears an answer out and lies in the vault under this submission. The same answer of the same person on the
    same day is kept once. Raises `Invalid` at `answers.<question>`, `scope` (when `shared_scope` is all replies' scope)
    or `scope.<question>`, `until.<question>`; `NotFound` for a file, `WrongState`. `library` is that of the day, where
    it has been read already.
    """
    by.require("questionnaire.answer")
    found = scope.submission(by, submission, at=at, lock=True)
    status = as_draft(found)
    before = newest_answers(found)
    given = {question: reply.value.strip() for question, reply in replies.items()}
    questionnaire = (library or library_on(by, on=timezone.localdate(at))).questionnaire
    problems = [problem for q, value in given.items() for problem in misfits(q, value, questionnaire)]
    problems += _scope_problems(replies, shared_scope) + _until_problems(replies, before, timezone.localdate(at))
    if not given:
        problems.append(Problem("answers", "document.missing"))
    if problems:
        raise Invalid(problems)
    _need_asked(found, given, before, questionnaire, at)
    for file in {reply.file for reply in replies.values() if reply.file is not None}:
        _need_file(file, found, by)
    kept = {
        question: Kept(given[question], reply.scope.strip(), by.name, timezone.localdate(at), reply.file, reply.until)
        for question, reply in replies.items()
    }
    fresh = {question: reply for question, reply in kept.items() if not reply.repeats(before.get(question))}
    if not fresh and status == found.status:
        return found
    old = {"status": found.status, **{q: before[q].value for q in fresh if q in before}}
    keep(found, fresh, before, by, at)
    found.status = status
    found.save(update_fields=["status"])
    new = {"status": status, **{q: reply.value for q, reply in fresh.items()}}
    record("questionnaire.answer", found, by=by, at=at, old=old, new=new)
    return found


def _scope_problems(replies: Mapping[str, Reply], shared: str) -> list[Problem]:
    if shared or not replies:
        scopes = {"scope": shared}
    else:
        scopes = {f"scope.{question}": reply.scope for question, reply in replies.items()}
    found = []
    for field, words in scopes.items():
        if len(words) > LONGEST_SCOPE:
            found.append(Problem(field, "document.too_long", {"longest": LONGEST_SCOPE}))
        elif not re.search(READABLE, words):
            found.append(Problem(field, "document.unreadable"))
    return found


def _until_problems(replies: Mapping[str, Reply], before: Mapping[str, Answer], day: date) -> list[Problem]:
    """A last day needs a file, and one that is new must not have passed."""
    found = []
    for question, reply in replies.items():
        held = before[question].evidence_until if question in before else None
        if reply.until is None or reply.until == held:
            continue
        if reply.file is None:
            found.append(Problem(f"until.{question}", "answer.until_without_file"))
        elif reply.until < day:
            found.append(Problem(f"until.{question}", "answer.evidence_out_of_date", {"day": reply.until.isoformat()}))
    return found


def _need_asked(
    found: Submission,
    given: Mapping[str, str],
    before: Mapping[str, Answer],
    questionnaire: Questionnaire,
    at: datetime,
) -> None:
    now = shown(found, as_of=timezone.localdate(at), overlay=given, answers=before)
    asked = {question.id for question in questionnaire.visible(now.answers, submission_facts(now))}
    not_asked = [q for q in given if q not in asked]
    if not_asked:
        raise Invalid(Problem(f"answers.{q}", "questionnaire.not_asked", {"question": q}) for q in not_asked)


def misfits(question: str, value: str, questionnaire: Questionnaire) -> list[Problem]:
    """What is wrong with an answer whatever else is answered, at `answers.<question>`."""
    field = f"answers.{question}"
    known = questionnaire.question(question)
    if known is None:
        return [Problem(field, "questionnaire.unknown_question", {"question": question[:40]})]
    if not value:
        return [Problem(field, "document.blank")]
    if len(value) > LONGEST_VALUE:
        return [Problem(field, "document.too_long", {"longest": LONGEST_VALUE})]
    if not re.search(READABLE, value):
        return [Problem(field, "document.unreadable")]
    problem = known.problem(value, field)
    return [problem] if problem else []


def as_draft(found: Submission) -> str:
    """The status after a change: what was handed in is a draft again; raises `WrongState`."""
    return found.status if found.status == MACHINE.initial else MACHINE.after(found.status, "reopen")


def _need_file(file: UUID, submission: Submission, by: Viewer) -> None:
    if Answer.objects.filter(submission=submission, file=file).exists():
        # It bears out an earlier answer already, whoever handed it in.
        return
    subject = Subject.of(submission)
    held = File.objects.filter(tenant_id=by.tenant, pk=file, noun=subject.noun, subject=subject.id)
    if not by.office:
        held = held.filter(organisation_id=by.organisation)
    if not held.exists():
        raise NotFound("file")


def keep(
    submission: Submission, replies: Mapping[str, Kept], before: Mapping[str, Answer], by: Viewer, at: datetime
) -> None:
    """A new turn for each question; what was answered before stays."""
    Answer.objects.bulk_create(
        Answer(
            tenant_id=by.tenant,
            recorded_at=at,
            submission=submission,
            question=question,
            turn=before[question].turn + 1 if question in before else 1,
            value=reply.value,
            scope=reply.scope,
            answered_by_id=by.user or None,
            answered_by_name=reply.name[:100],
            answered_on=reply.on,
            file_id=reply.file,
            evidence_until=reply.until,
        )
        for question, reply in replies.items()
    )
