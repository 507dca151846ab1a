"""A submission as the core reads it: document and answers joined, with the newest findings of an outside-in scan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from seawall.core.evidence.items import Finding
from seawall.core.evidence.questionnaire import Progress, Questionnaire, submission_facts
from seawall.core.evidence.questions import Question
from seawall.core.evidence.tiers import Tier
from seawall.core.problems import Problem
from seawall.core.submission import Submission as Filed
from seawall.core.submission import lies_under, read
from seawall.lifecycle.identify.models import Answer, Consent, ScanFinding, ScanOrder, Submission


def newest_answers(submission: Submission) -> dict[str, Answer]:
    """The newest answer of each question."""
    found = Answer.objects.filter(submission=submission).order_by("question", "-turn").distinct("question")
    return {answer.question: answer for answer in found}


def document(submission: Submission, answers: Iterable[Answer]) -> dict[str, Any]:
    """The submission document with its answers, as `core.submission.read` takes it."""
    return {
        **submission.document,
        "id": submission.number,
        "answers": [_answer(answer) for answer in answers],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = {
        "question": answer.question,
        "value": answer.value,
        "answered_by": answer.answered_by_name,
        "answered_on": answer.answered_on.isoformat(),
    }
    if answer.scope:
        found["scope"] = answer.scope
    if answer.file_id:
        found["evidence_file"] = f"vault:{answer.file_id}"
    if answer.evidence_until:
        found["evidence_until"] = answer.evidence_until.isoformat()
    return found


def filed(submission: Submission, *, as_of: date, overlay: Mapping[str, str] | None = None) -> Filed:
    """The submission for the core; `overlay` are answers not yet given, question → value.

    Raises `Invalid` for what no longer holds on the day, such as an inception that has passed.
    """
    return read(_joined(submission, newest_answers(submission), as_of, overlay or {}), as_of=as_of)


def shown(
    submission: Submission,
    *,
    as_of: date,
    overlay: Mapping[str, str] | None = None,
    answers: Mapping[str, Answer] | None = None,
) -> Filed:
    """The same to be looked at: an inception that has passed is taken as today, so that an old draft can be opened.

    `answers` are its newest, where they have been read already.
    """
    given = newest_answers(submission) if answers is None else answers
    content = _joined(submission, given, as_of, overlay or {})
    request = content["request"]
    if str(request.get("inception", "")) < as_of.isoformat():
        content["request"] = {**request, "inception": as_of.isoformat()}
    return read(content, as_of=as_of)


def _joined(
    submission: Submission, answers: Mapping[str, Answer], as_of: date, overlay: Mapping[str, str]
) -> dict[str, Any]:
    content = document(submission, (a for q, a in answers.items() if q not in overlay))
    content["answers"] += [
        {"question": question, "value": value, "answered_by": "–", "answered_on": as_of.isoformat()}
        for question, value in overlay.items()
    ]
    return content


def open_problems(content: Filed, questionnaire: Questionnaire) -> tuple[Problem, ...]:
    """What keeps the answers from being complete, at `answers.<question>`: none given, or one that no longer fits.

    Answers to questions that do not arise stay on record and say nothing.
    """
    given = {answer.question: answer.value for answer in content.answers}
    found, tier = [], questionnaire.tier(facts := submission_facts(content))
    for question in questionnaire.visible(content.answers, facts):
        field = f"answers.{question.id}"
        if question.id in given:
            found.append(question.problem(given[question.id], field))
        elif question.required and questionnaire.asks(tier, question):
            found.append(Problem(field, "questionnaire.not_answered"))
    return tuple(problem for problem in found if problem is not None)


def newest_scan(company: UUID) -> ScanOrder | None:
    """The newest finished scan of a company."""
    done = ScanOrder.objects.filter(company_id=company, status="done", finished_at__isnull=False)
    return done.order_by("-finished_at", "-recorded_at").first()


def findings_of(order: ScanOrder) -> tuple[Finding, ...]:
    """The findings of one scan, in the order of their ids and assets."""
    rows = ScanFinding.objects.filter(order=order).order_by("check_id", "asset")
    return tuple(
        Finding(
            check=row.check_id,
            asset=row.asset,
            state=row.state,  # type: ignore[arg-type]
            severity=row.severity,  # type: ignore[arg-type]
            observed_at=row.observed_at,
            detail=row.detail,
            reason=row.reason,
        )
        for row in rows
    )


def consent_in_force(company_id: UUID, domains: Sequence[str], *, on: date) -> Consent | None:
    """A verified consent that covers every domain (itself or one above it) on the day and was not withdrawn.

    `valid_until` is the last day of a consent.
    """
    held = Consent.objects.filter(
        company_id=company_id,
        valid_from__lte=on,
        valid_until__gte=on,
        withdrawn_at=None,
        verified_at__isnull=False,
    )
    for consent in held.order_by("-valid_until", "-recorded_at"):
        if all(any(lies_under(host, domain) for domain in consent.domains) for host in domains):
            return consent
    return None


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it is shown: `backed` when a file came with it, and `file` its key for those who may read it.

    `until` is the last day on which the file bears it out, as given.
    """

    question: str
    turn: int
    value: str
    scope: str
    answered_by_name: str
    answered_on: date
    recorded_at: datetime
    backed: bool
    file: UUID | None
    until: date | None

    @classmethod
    def of(cls, answer: Answer, *, with_file: bool) -> Given:
        return cls(
            answer.question,
            answer.turn,
            answer.value,
            answer.scope,
            answer.answered_by_name,
            answer.answered_on,
            answer.recorded_at,
            answer.file_id is not None,
            answer.file_id if with_file else None,
            answer.evidence_until,
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as a form shows it: with the answer given, if any."""

    question: Question
    answer: Given | None


@dataclass(frozen=True, slots=True)
class Form:
    """The questionnaire for one submission: which questions are asked now, by section, and how far it has got.

    Asked are those that arise in the company's `tier`, and those beyond it that were answered all the same; `further`
    of these were not.
    """

    sections: tuple[tuple[str, tuple[Asked, ...]], ...]
    progress: Progress
    tier: Tier
    further: int


def form(submission: Submission, questionnaire: Questionnaire, *, as_of: date, with_files: bool = False) -> Form:
    """The branching questionnaire in its present state."""
    given = newest_answers(submission)
    return form_of(shown(submission, as_of=as_of, answers=given), given, questionnaire, with_files=with_files)


def form_of(
    content: Filed,
    given: Mapping[str, Answer],
    questionnaire: Questionnaire,
    *,
    with_files: bool = False,
    whole: bool = False,
) -> Form:
    """The same from a submission that has been read; `whole` takes in what lies beyond the company's tier."""
    facts = submission_facts(content)
    tier, further = questionnaire.tier(facts), 0
    sections: dict[str, list[Asked]] = {}
    for question in questionnaire.visible(content.answers, facts):
        answer = given.get(question.id)
        if answer is None and not questionnaire.asks(tier, question):
            further += 1
            if not whole:
                continue
        seen = None if answer is None else Given.of(answer, with_file=with_files)
        sections.setdefault(question.section, []).append(Asked(question, seen))
    progress = questionnaire.progress(content.answers, facts)
    return Form(tuple((name, tuple(asked)) for name, asked in sections.items()), progress, tier, further)
