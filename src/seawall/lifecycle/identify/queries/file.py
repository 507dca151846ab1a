"""A submission as the core reads it: document and answers joined, with the newest findings of an outside-in scan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from seawall.core.evidence.items import Finding
from seawall.core.evidence.questionnaire import Progress, Questionnaire, submission_facts
from seawall.core.evidence.questions import Question
from seawall.core.submission import Submission as Filed
from seawall.core.submission import read
from seawall.lifecycle.identify.models import Answer, Consent, ScanFinding, ScanOrder, Submission

# A scan older than this is no longer put into an assessment; the belief it gave has aged away anyway.
SCAN_DAYS = 180


def newest_answers(submission: Submission) -> dict[str, Answer]:
    """The newest answer of each question."""
    found = Answer.objects.filter(submission=submission).order_by("recorded_at").select_related("file")
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
    return found


def filed(submission: Submission, *, as_of: date, overlay: Mapping[str, str] | None = None) -> Filed:
    """The submission for the core; `overlay` are answers not yet given, question → value. Raises `Invalid`."""
    answers = newest_answers(submission)
    content = document(submission, (a for q, a in answers.items() if not overlay or q not in overlay))
    for question, value in (overlay or {}).items():
        content["answers"].append(
            {"question": question, "value": value, "answered_by": "–", "answered_on": as_of.isoformat()}
        )
    return read(content, as_of=as_of)


def findings_for(submission: Submission, *, at: datetime) -> tuple[Finding, ...]:
    """The findings of the newest finished scan of the company, if it is recent enough."""
    order = (
        ScanOrder.objects.filter(company_id=submission.company_id, status="done", finished_at__isnull=False)
        .order_by("-finished_at")
        .first()
    )
    if order is None or order.finished_at is None or (at - order.finished_at).days > SCAN_DAYS:
        return ()
    return findings_of(order)


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


def consent_in_force(company_id: Any, domains: Sequence[str], *, on: date) -> Consent | None:
    """A verified consent that covers every domain on the day and was not withdrawn."""
    return (
        Consent.objects.filter(
            company_id=company_id,
            valid_from__lte=on,
            valid_until__gte=on,
            withdrawn_at=None,
            verified_at__isnull=False,
            domains__contains=list(domains),
        )
        .order_by("-valid_until")
        .first()
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as a form shows it: with the answer given, if any."""

    question: Question
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Form:
    """The questionnaire for one submission: which questions arise now, by section, and how far it has got."""

    sections: tuple[tuple[str, tuple[Asked, ...]], ...]
    progress: Progress


def form(submission: Submission, questionnaire: Questionnaire, *, as_of: date) -> Form:
    """The branching questionnaire in its present state."""
    given = newest_answers(submission)
    read_now = filed(submission, as_of=as_of)
    facts = submission_facts(read_now)
    sections: dict[str, list[Asked]] = {}
    for question in questionnaire.visible(read_now.answers, facts):
        sections.setdefault(question.section, []).append(Asked(question, given.get(question.id)))
    progress = questionnaire.progress(read_now.answers, facts)
    return Form(tuple((name, tuple(asked)) for name, asked in sections.items()), progress)
