"""Ask once, answer many: which questions bear on which requirement, through the controls that both speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from seawall.core.conformity.frameworks import Framework
from seawall.core.evidence.questionnaire import Questionnaire


def questions_of(framework: Framework, questionnaire: Questionnaire) -> dict[str, tuple[str, ...]]:
    """By requirement, in the order of the library, the questions that speak of one of its controls, in their order.

    A requirement that no question bears on has an empty tuple.
    """
    asked = _controls_of(questionnaire)
    return {
        requirement.code: tuple(q for q, controls in asked.items() if controls & set(requirement.controls))
        for requirement in framework.requirements
    }


def requirements_of(
    question: str, questionnaire: Questionnaire, frameworks: Iterable[Framework]
) -> dict[str, tuple[str, ...]]:
    """By library, the requirements that an answer to `question` bears on; libraries it says nothing of are left out."""
    controls = _controls_of(questionnaire).get(question, frozenset())
    found = {f.id: tuple(r.code for r in f.requirements if controls & set(r.controls)) for f in frameworks}
    return {library: codes for library, codes in found.items() if codes}


def _controls_of(questionnaire: Questionnaire) -> Mapping[str, frozenset[str]]:
    return {q.id: frozenset(s.control for s in q.speaks_of) for q in questionnaire.questions}
