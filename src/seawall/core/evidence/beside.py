"""What was seen beside a question: in place of an answer that is not there, or against one that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from seawall.core.evidence.belief import Belief, Contradiction
from seawall.core.evidence.items import Evidence
from seawall.core.evidence.questions import UNKNOWN, Question


@dataclass(frozen=True, slots=True)
class Beside:
    """`instead` are the sightings that speak where the answer does not, `against` those that disagree with it."""

    instead: tuple[Evidence, ...]
    against: tuple[Contradiction, ...]


NOTHING = Beside((), ())


def beside(question: Question, value: str | None, beliefs: Mapping[str, Belief]) -> Beside:
    """What bears on one question as answered (`value`; None when it is open), strongest first for each control."""
    about = [beliefs[speaks.control] for speaks in question.speaks_of if speaks.control in beliefs]
    if value is None or value == UNKNOWN:
        pieces = (piece for belief in about for piece in belief.evidence)
        return Beside(tuple(piece for piece in pieces if piece.source in ("observation", "log")), ())
    ref = f"answer:{question.id}"
    return Beside((), tuple(c for belief in about for c in belief.contradictions if c.claim.ref == ref))
