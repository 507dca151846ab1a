"""Filing, changing, answering, submitting, declining and closing a submission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from seawall.core.evidence.questionnaire import Questionnaire
from seawall.core.problems import Invalid, Problem, Refused
from seawall.core.submission import Company, read, write
from seawall.core.submission import Submission as Filed
from seawall.lifecycle.identify.actions.answers import Kept, Reply, as_draft, give, keep, misfits
from seawall.lifecycle.identify.actions.asset import declare
from seawall.lifecycle.identify.models import Submission
from seawall.lifecycle.identify.models.submission import MACHINE
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.file import filed, open_problems
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.journal.actions import record
from seawall.records.numbering import next_number
from seawall.records.parties.actions import organisation as parties
from seawall.records.parties.models import Mandate, Organisation
from seawall.records.parties.viewer import Viewer

MANDATE_DAYS = 365


class NotYours(Refused):
    """The company is another's: the broker does not hold its mandate, or the insured is another company."""

    code = "submission.not_yours"


class NoReason(Refused):
    code = "submission.reason_needed"
    status = 422


class Incomplete(Invalid):
    """Required questions are open, or answers no longer fit: what is missing, and a problem for each question."""

    code = "submission.incomplete"

    @classmethod
    def of(cls, problems: Sequence[Problem]) -> Incomplete:
        questions = ", ".join(problem.field.removeprefix("answers.") for problem in problems)
        return cls([Problem("answers", cls.code, {"count": len(problems), "questions": questions}), *problems])


@transaction.atomic
def file(*, document: Mapping[str, Any], by: Viewer, at: datetime) -> Submission:
    """A new draft from a submission document (its answers become answers of the draft).

    Registers the company when it is new; a broker filing for a new company gets its mandate for a year, and must hold
    the mandate of a known one. The number is given here, so the document's id may be left out.
    Raises `Invalid` with every problem, `NotYours`.
    """
    by.require("submission.file")
    content = _read(document, timezone.localdate(at))
    questionnaire = library_on(by, on=timezone.localdate(at)).questionnaire
    wrong = [problem for given in content.answers for problem in misfits(given.question, given.value, questionnaire)]
    if wrong:
        raise Invalid(wrong)
    company = _company(content.company, by, at)
    made = Submission.objects.create(
        tenant_id=by.tenant,
        recorded_at=at,
        number=next_number("submission", tenant=by.tenant, at=at),
        company=company,
        broker_id=_broker_of(company, at),
        document=_stored(content),
    )
    replies = {a.question: Kept(a.value, a.scope, a.answered_by, a.answered_on) for a in content.answers}
    keep(made, replies, {}, by, at)
    new = {"number": made.number, "document": made.document, "answers": {q: r.value for q, r in replies.items()}}
    record("submission.file", made, by=by, at=at, new=new)
    declare(made, by=by, at=at)
    return made


def _read(document: Any, day: date) -> Filed:
    return read({"id": "new", **document} if isinstance(document, Mapping) else document, as_of=day)


def _stored(content: Filed) -> dict[str, Any]:
    return {key: value for key, value in write(content).items() if key not in {"id", "answers", "consent"}}


def _company(facts: Company, by: Viewer, at: datetime) -> Organisation:
    """The company the facts are about, registered when it is new, if the viewer may file for it."""
    name = facts.name_zh or facts.name_en
    with connection.cursor() as cursor:
        # Two who file for the same new company at once must not register it twice.
        lock = f"{by.tenant}/insured/{facts.credit_code or f'{facts.country}/{name}'}"
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
    company = _known(facts, by)
    if by.kind == Organisation.Kind.INSURED:
        own = Organisation.objects.filter(tenant_id=by.tenant, pk=by.organisation).first()
        if own is None or not _same(own, facts, company):
            raise NotYours("company.credit_code")
        return own
    if company is not None:
        if not scope.companies(by, at=at).filter(pk=company.pk).exists():
            raise NotYours("company.credit_code")
        return company
    company = parties.register(
        kind=Organisation.Kind.INSURED,
        names=(name, facts.name_en),
        country=facts.country,
        credit_code=facts.credit_code or "",
        by=by,
        at=at,
    )
    if by.kind == Organisation.Kind.BROKER:
        broker = Organisation.objects.get(pk=by.organisation)
        end = timezone.localdate(at) + timedelta(days=MANDATE_DAYS)
        parties.mandate(broker=broker, client=company, start=timezone.localdate(at), end=end, by=by, at=at)
    return company


def _known(facts: Company, by: Viewer) -> Organisation | None:
    """The registered company by credit code; without one, by name within its country."""
    known = Organisation.objects.filter(tenant_id=by.tenant, kind=Organisation.Kind.INSURED)
    if facts.credit_code:
        return known.filter(credit_code=facts.credit_code).first()
    named = known.filter(credit_code="", country=facts.country, name_zh=facts.name_zh or facts.name_en)
    return named.order_by("recorded_at").first()


def _same(company: Organisation, facts: Company, registered: Organisation | None) -> bool:
    """Whether the facts can be about `company`, given who is `registered` under their credit code or name."""
    if company.credit_code:
        return facts.credit_code == company.credit_code
    return registered is None or registered.pk == company.pk


def _broker_of(company: Organisation, at: datetime) -> UUID | None:
    """The company's broker of record on the day, whoever files."""
    return (
        Mandate.objects.filter(client=company, period__contains=timezone.localdate(at))
        .values_list("broker", flat=True)
        .first()
    )


@transaction.atomic
def edit(*, submission: UUID, document: Mapping[str, Any], by: Viewer, at: datetime) -> Submission:
    """Replace the facts (not the answers); a submitted one becomes a draft again.

    Raises `Invalid`, `WrongState`, `NotYours` when the facts are another company's.
    """
    by.require("submission.edit")
    found = scope.submission(by, submission, at=at, lock=True)
    status = as_draft(found)
    facts_only = isinstance(document, Mapping)
    given = {k: v for k, v in document.items() if k not in {"answers", "consent"}} if facts_only else document
    content = _read(given, timezone.localdate(at))
    if not _same(found.company, content.company, _known(content.company, by)):
        raise NotYours("company.credit_code")
    old = {"status": found.status, "document": found.document}
    found.document, found.status = _stored(content), status
    found.save(update_fields=["document", "status"])
    new = {"status": status, "document": found.document}
    record("submission.edit", found, by=by, at=at, old=old, new=new)
    declare(found, by=by, at=at)
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
    """Give answers (question → value) that share a scope and a file; see `answers.give`."""
    replies = {question: Reply(value, scope_words, file) for question, value in answers.items()}
    return give(submission=submission, replies=replies, shared_scope=scope_words, by=by, at=at)


@transaction.atomic
def submit(*, submission: UUID, by: Viewer, at: datetime) -> Submission:
    """Hand the draft to the insurer; raises `Incomplete`, `WrongState`, and `Invalid` for facts out of date."""
    by.require("submission.submit")
    found = scope.submission(by, submission, at=at, lock=True)
    status = MACHINE.after(found.status, "submit")
    need_complete(filed(found, as_of=timezone.localdate(at)), library_on(by, on=timezone.localdate(at)).questionnaire)
    old, found.status = found.status, status
    found.save(update_fields=["status"])
    record("submission.submit", found, by=by, at=at, old={"status": old}, new={"status": status})
    return found


def need_complete(content: Filed, questionnaire: Questionnaire) -> None:
    """Raise `Incomplete` unless every required question that arises has an answer that fits."""
    problems = open_problems(content, questionnaire)
    if problems:
        raise Incomplete.of(problems)


@transaction.atomic
def decline(*, submission: UUID, reason: str, by: Viewer, at: datetime) -> Submission:
    """Decline to insure, with the reason the applicant will read; raises `NoReason`, `WrongState`."""
    by.require("submission.decline")
    return _end("decline", submission, reason, by, at)


@transaction.atomic
def close(*, submission: UUID, reason: str, by: Viewer, at: datetime) -> Submission:
    """Close a submission that is not pursued; raises `NoReason`, `WrongState`."""
    by.require("submission.close")
    return _end("close", submission, reason, by, at)


def _end(verb: str, submission: UUID, reason: str, by: Viewer, at: datetime) -> Submission:
    found = scope.submission(by, submission, at=at, lock=True)
    if not reason.strip():
        raise NoReason("reason")
    old = found.status
    found.status, found.reason = MACHINE.after(old, verb), reason.strip()
    found.save(update_fields=["status", "reason"])
    new = {"status": found.status}
    record(f"submission.{verb}", found, by=by, at=at, old={"status": old}, new=new, reason=found.reason)
    return found


def facts_document(submission: Submission) -> dict[str, Any]:
    """The stored facts with the number as id, for a form to start from."""
    return {**submission.document, "id": submission.number}
