"""Completing a questionnaire honestly: what nobody said is not known."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from seawall.core.evidence.questionnaire import submission_facts
from seawall.lifecycle.identify.actions import submission as submissions
from seawall.lifecycle.identify.models import Submission
from seawall.lifecycle.identify.queries.file import filed
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import Viewer


def complete(submission: Submission, by: Viewer, at: datetime) -> None:
    """Say "unknown" to whatever required question is still open: it widens the interval and hides nothing."""
    questionnaire = library_on(by, on=timezone.localdate(at)).questionnaire
    for _round in range(len(questionnaire.questions)):
        read_now = filed(submission, as_of=timezone.localdate(at))
        given = {answer.question for answer in read_now.answers}
        asked = questionnaire.asked(read_now.answers, submission_facts(read_now))
        missing = [q for q in asked if q.required and q.id not in given]
        if not missing:
            return
        answers = {q.id: _unknown(q) for q in missing}
        submissions.answer(submission=submission.pk, answers=answers, by=by, at=at)


def _unknown(question: Any) -> str:
    for value in ("unknown", "no", *question.options, "0"):
        if question.problem(value, "") is None:
            return str(value)
    raise RuntimeError(f"no honest answer fits {question.id}")
