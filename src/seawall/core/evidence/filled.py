"""Ask once, fill many forms: what the answers say under each heading of a framework."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from seawall.core.evidence.belief import Belief
from seawall.core.evidence.beside import beside
from seawall.core.evidence.items import STATES, Evidence, State
from seawall.core.evidence.questionnaire import Questionnaire
from seawall.core.evidence.questions import UNKNOWN, Question

# How a heading comes out, least settled last: everything there, something missing, missing, told without a judgement,
# not answered.
Standing = Literal["present", "partial", "absent", "told", "open"]
_BY_STATE: Mapping[State, Standing] = {"present": "present", "partial": "partial", "absent": "absent"}


@dataclass(frozen=True, slots=True)
class Said:
    """One question under a heading: `value` as answered (None: open), what that says of the first control it speaks of,
    and what was seen from outside in place of it."""

    question: Question
    value: str | None
    says: State | None
    seen: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading of a framework with the questions that bear on it."""

    ref: str
    said: tuple[Said, ...]

    @property
    def standing(self) -> Standing:
        """The worst that the answers say; open when none of them says anything, told when they only inform."""
        states = [said.says for said in self.said if said.says is not None]
        states += [piece.says for said in self.said for piece in said.seen]
        if states:
            return _BY_STATE[min(states, key=STATES.index)]
        answered = any(said.value not in (None, UNKNOWN) for said in self.said)
        return "told" if answered else "open"


def filled(
    questionnaire: Questionnaire,
    framework: str,
    *,
    answers: Mapping[str, str],
    asked: Sequence[Question],
    beliefs: Mapping[str, Belief],
) -> tuple[Heading, ...]:
    """The form of `framework` (one of `FORMS`) as the answers fill it, in the order of its numbers.

    `answers` are values by question, those that the submission tells among them; `asked` are the questions that arise.
    Headings that no question of ours bears on are not there: nothing is known of them.
    """
    found: dict[str, list[Said]] = {}
    for question in (*questionnaire.told(), *asked):
        value = answers.get(question.id)
        for ref in question.forms.get(framework, ()):
            found.setdefault(ref, []).append(
                Said(question, value, _says(question, value), beside(question, value, beliefs).instead)
            )
    return tuple(Heading(ref, tuple(said)) for ref, said in sorted(found.items(), key=lambda pair: in_order(pair[0])))


def _says(question: Question, value: str | None) -> State | None:
    if value is None or not question.speaks_of or question.problem(value, "") is not None:
        return None
    return question.speaks_of[0].of(value)


def in_order(ref: str) -> tuple[tuple[int, int, str], ...]:
    """A key that puts A.5.9 before A.5.10."""
    parts = re.findall(r"\d+|\D+", ref)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)
