"""Filing, changing, answering, submitting and declining a submission."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from seawall.core.evidence.questionnaire import submission_facts
from seawall.core.problems import Invalid, Problem, Refused
from seawall.core.submission import Submission as Filed
from seawall.core.submission import read, write
from seawall.lifecycle.identify.models import Answer, Submission
from seawall.lifecycle.identify.models.submission import MACHINE
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.file import filed, newest_answers
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.journal.actions import record
from seawall.records.numbering import next_number
from seawall.records.parties.actions import organisation as parties
from seawall.records.parties.models import Organisation
from seawall.records.parties.queries.viewers import clients_of
from seawall.records.parties.viewer import NotFound, Viewer

MANDATE_DAYS = 365


class NotYours(Refused):
    """The company is another's: another broker holds its mandate, or the insured is another company."""

    code = "submission.not_yours"


class NoReason(Refused):
    code = "submission.reason_needed"
    status = 422


class Incomplete(Refused):
    """Required questions are open."""

    code = "submission.incomplete"
    status = 422


@transaction.atomic
def file(*, document: Mapping[str, Any], by: Viewer, at: datetime) -> Submission:
    """A new draft from a submission document (its answers become answers of the draft).

    Registers the company when it is new; a broker filing for a new company gets its mandate for a year.
    Raises `Invalid` with every problem, `NotYours`.
    """
    by.require("submission.file")
    content = read(document, as_of=at.date())
    company = _company(content, by, at)
    broker = by.organisation if by.kind == Organisation.Kind.BROKER else None
    made = Submission.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        number=next_number("submission", tenant=by.tenant, at=at),
        company=company,
        broker_id=broker,
        document=_stored(content),
    )
    for given in content.answers:
        _keep(made, given.question, given.value, given.scope, (given.answered_by, given.answered_on), by, at)
    record("submission.file", made, by=by, at=at, new={"number": made.number, "document": made.document})
    return made


def _stored(content: Filed) -> dict[str, Any]:
    return {key: value for key, value in write(content).items() if key not in {"id", "answers", "consent"}}


def _company(content: Filed, by: Viewer, at: datetime) -> Organisation:
    facts = content.company
    known = Organisation.objects.filter(tenant_id=by.tenant, kind=Organisation.Kind.INSURED)
    company = known.filter(credit_code=facts.credit_code).first() if facts.credit_code else None
    if company is None and not facts.credit_code:
        company = known.filter(name_zh=facts.name_zh or facts.name_en).first()
    if by.kind == Organisation.Kind.INSURED:
        own = known.filter(pk=by.organisation).first()
        if own is None or (company is not None and company.pk != own.pk):
            raise NotYours("company.credit_code")
        return own
    if company is None:
        company = parties.register(
            kind=Organisation.Kind.INSURED,
            names=(facts.name_zh or facts.name_en, facts.name_en),
            country=facts.country,
            credit_code=facts.credit_code or "",
            by=by,
            at=at,
        )
    if by.kind == Organisation.Kind.BROKER and not clients_of(by, on=at).filter(client=company).exists():
        try:
            parties.mandate(
                broker=Organisation.objects.get(pk=by.organisation),
                client=company,
                start=at.date(),
                end=at.date() + timedelta(days=MANDATE_DAYS),
                by=by,
                at=at,
            )
        except parties.AnotherBroker as error:
            raise NotYours("company.credit_code") from error
    return company


@transaction.atomic
def edit(*, submission: UUID, document: Mapping[str, Any], by: Viewer, at: datetime) -> Submission:
    """Replace the facts of a draft (not its answers); raises `Invalid`, `WrongState`, `NotYours`."""
    by.require("submission.edit")
    found = scope.submission(by, submission, at=at, lock=True)
    if found.status != "draft":
        found.status = MACHINE.after(found.status, "reopen")
    content = read({k: v for k, v in document.items() if k not in {"answers", "consent"}}, as_of=at.date())
    if found.company.credit_code and (content.company.credit_code or "") != found.company.credit_code:
        raise NotYours("company.credit_code")
    old = found.document
    found.document = _stored(content)
    found.save(update_fields=["document", "status"])
    record("submission.edit", found, by=by, at=at, old={"document": old}, new={"document": found.document})
    return found


@transaction.atomic
def answer(
    *,
    submission: UUID,
    answers: Mapping[str, str],
    scope_words: str = "",
    file: UUID | None = None,
    by: Viewer,
    at: datetime,
) -> Submission:
    """Give answers (question → value) to questions that arise; earlier answers stay on record.

    Raises `Invalid` at `answers.<question>` for values that do not fit and for questions nobody asked.
    """
    by.require("questionnaire.answer")
    found = scope.submission(by, submission, at=at, lock=True)
    if found.status != "draft":
        found.status = MACHINE.after(found.status, "reopen")
        found.save(update_fields=["status"])
    questionnaire = library_on(by, on=at.date()).questionnaire
    read_now = filed(found, as_of=at.date(), overlay=answers)
    asked = {q.id: q for q in questionnaire.visible(read_now.answers, submission_facts(read_now))}
    problems = []
    for question, value in answers.items():
        if question not in asked:
            problems.append(Problem(f"answers.{question}", "questionnaire.not_asked", {"question": question}))
        elif problem := asked[question].problem(value, f"answers.{question}"):
            problems.append(problem)
    if problems:
        raise Invalid(problems)
    old = {q: a.value for q, a in newest_answers(found).items() if q in answers}
    for question, value in answers.items():
        _keep(found, question, value, scope_words, (by.name, at.date()), by, at, file)
    record("questionnaire.answer", found, by=by, at=at, old=old, new=dict(answers))
    return found


def _keep(
    submission: Submission,
    question: str,
    value: str,
    scope_words: str,
    given: tuple[str, date],
    by: Viewer,
    at: datetime,
    file: UUID | None = None,
) -> None:
    Answer.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        submission=submission,
        question=question,
        value=value,
        scope=scope_words,
        answered_by_id=by.user or None,
        answered_by_name=given[0],
        answered_on=given[1],
        file_id=file,
    )


@transaction.atomic
def submit(*, submission: UUID, by: Viewer, at: datetime) -> Submission:
    """Hand the draft to the insurer; raises `Incomplete` naming the open questions."""
    by.require("submission.submit")
    found = scope.submission(by, submission, at=at, lock=True)
    status = MACHINE.after(found.status, "submit")
    read_now = filed(found, as_of=at.date())
    questionnaire = library_on(by, on=at.date()).questionnaire
    facts = submission_facts(read_now)
    given = {a.question for a in read_now.answers}
    missing = [q.id for q in questionnaire.visible(read_now.answers, facts) if q.required and q.id not in given]
    if missing:
        raise Incomplete("answers", count=len(missing), questions=missing)
    found.status = status
    found.save(update_fields=["status"])
    record("submission.submit", found, by=by, at=at, old={"status": "draft"}, new={"status": status})
    return found


@transaction.atomic
def decline(*, submission: UUID, reason: str, by: Viewer, at: datetime) -> Submission:
    """Decline to insure, with the reason the applicant will read; raises `NoReason`, `WrongState`."""
    by.require("submission.decline")
    found = scope.submission(by, submission, at=at, lock=True)
    if not reason.strip():
        raise NoReason("reason")
    old = found.status
    found.status, found.reason = MACHINE.after(old, "decline"), reason.strip()
    found.save(update_fields=["status", "reason"])
    record("submission.decline", found, by=by, at=at, old={"status": old}, new={"status": found.status}, reason=reason)
    return found


def facts_document(submission: Submission) -> dict[str, Any]:
    """The stored facts with the number as id, for a form to start from; raises `NotFound` for nothing."""
    if submission.pk is None:
        raise NotFound("submission")
    return {**submission.document, "id": submission.number}
