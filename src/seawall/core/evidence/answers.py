"""What the answers say about controls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from seawall.core.evidence.items import Evidence
from seawall.core.evidence.questionnaire import Questionnaire
from seawall.core.evidence.questions import Question, Speaks
from seawall.core.submission.model import Answer


def evidence_from_answers(
    answers: Iterable[Answer],
    questionnaire: Questionnaire,
    facts: Mapping[str, Any] | None = None,
    *,
    as_of: date | None = None,
) -> tuple[Evidence, ...]:
    """One piece of evidence per answer and control that it speaks of.

    "unknown" says nothing, and neither do answers that do not fit their question. Answers to questions that do not
    arise say nothing either when the `facts` of the submission are given.
    """
    answers = tuple(answers)
    if facts is None:
        asked = {question.id: question for question in questionnaire.questions}
    else:
        asked = {question.id: question for question in questionnaire.visible(answers, facts)}
    return tuple(
        piece
        for answer in answers
        if answer.question in asked
        for piece in _evidence(answer, asked[answer.question], questionnaire, as_of)
    )


def _evidence(
    answer: Answer, question: Question, questionnaire: Questionnaire, as_of: date | None
) -> Iterable[Evidence]:
    if question.problem(answer.value, "") is not None:
        return
    until = questionnaire.holds_until(answer)
    backed = answer.evidence_file is not None and (as_of is None or until is None or as_of <= until)
    for speaks in question.speaks_of:
        says = speaks.of(answer.value)
        if says is not None:
            yield Evidence(
                control=speaks.control,
                source="answer",
                says=says,
                reliability=_reliability(speaks, questionnaire, backed),
                observed_on=answer.answered_on,
                expires_on=answer.answered_on + questionnaire.shelf_life,
                ref=f"answer:{answer.question}",
                scope=answer.scope,
            )


def _reliability(speaks: Speaks, questionnaire: Questionnaire, backed: bool) -> float:
    own, general = speaks.reliability, questionnaire.reliability
    if backed:
        own, general = speaks.reliability_with_file, questionnaire.reliability_with_file
    return general if own is None else own
