"""What one more piece of evidence would be worth: by how many points it can be expected to narrow the interval.

For each control and each kind of evidence still to be had, every outcome it may have is weighed by how likely the
beliefs make it; the control is drawn again as it would then be believed, by the same luck, all others stay as they are,
and the spread of the scores is read off.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from seawall.core.evidence.belief import Belief, strength
from seawall.core.evidence.controls import Controls, Reading
from seawall.core.evidence.items import STATES
from seawall.core.evidence.observations import Checks
from seawall.core.evidence.questionnaire import Questionnaire
from seawall.core.scoring.posture import HIGH, LOW, Sample, on_scale
from seawall.core.scoring.sampling import states_at
from seawall.core.universe.risk import CompanyRisk, Floats

Kind: TypeAlias = Literal["answer", "file", "scan"]
ROWS = 500  # of the sample, enough for a standard deviation
LEAST = 0.005  # points below which a piece is worth nothing


@dataclass(frozen=True, slots=True)
class Worth:
    """Of one piece of evidence still to be had about a control.

    `kind`: an "answer" borne out by a file, the "file" to an answer that has none, or a "scan". `refs` are the
    questions or the check in point. `narrows` is the expected fall of the width of the interval, in points.
    """

    control: str
    kind: Kind
    refs: tuple[str, ...]
    narrows: float


@dataclass(frozen=True, slots=True)
class Piece:
    """One possible piece: the chance of each outcome by state (O, 3), and what it would add to the log-odds (O, 3)."""

    control: str
    kind: Kind
    refs: tuple[str, ...]
    chances: Floats
    weights: Floats


def worth(
    risk: CompanyRisk, drawn: Sample, believed: Mapping[str, Belief], pieces: tuple[Piece, ...]
) -> tuple[Worth, ...]:
    """Each piece with its worth, the most valuable first; those worth nothing are left out.

    The width is taken to fall with the standard deviation of the scores: two quantiles of a sample are too rough for
    the tenths of a point in question.
    """
    width, plain = float(np.ptp(np.quantile(drawn.scores, [LOW, HIGH]))), float(np.std(drawn.scores[:ROWS]))
    found = []
    for piece in pieces if plain > 0 else ():
        belief, place = believed[piece.control], risk.controls.index(piece.control)
        now = np.array([belief.of(state) for state in STATES])
        chance = piece.chances @ now
        then = now * np.exp(piece.weights)
        luck = drawn.luck[:ROWS, place]
        states = np.tile(drawn.states[:ROWS], (len(then), 1, 1))
        for outcome, odds in enumerate(then):
            states[outcome, :, place] = states_at(luck, odds / odds.sum())
        losses = risk.totals(states.reshape(-1, states.shape[-1])).reshape(len(then), -1)
        spreads = np.std(on_scale(risk, losses), axis=1)
        narrows = width * (1 - float(spreads @ (chance / chance.sum())) / plain)
        if narrows >= LEAST:
            found.append(Worth(piece.control, piece.kind, piece.refs, narrows))
    return tuple(sorted(found, key=lambda w: (-w.narrows, w.control, w.kind)))


def to_be_had(
    believed: Mapping[str, Belief], controls: Controls, questionnaire: Questionnaire, checks: Checks
) -> Iterator[Piece]:
    """Every piece of evidence that could still be brought."""
    for control, belief in believed.items():
        yield from _answers(control, belief, controls, questionnaire)
        if not any(piece.source == "observation" for piece in belief.evidence):
            scan = _scan(control, checks)
            if scan is not None:
                yield scan


def _answers(control: str, belief: Belief, controls: Controls, questionnaire: Questionnaire) -> Iterator[Piece]:
    given = [piece for piece in belief.evidence if piece.source == "answer"]
    known = {piece.ref.removeprefix("answer:") for piece in given}
    asked = [q.id for q in questionnaire.questions if any(s.control == control for s in q.speaks_of)]
    still = tuple(question for question in asked if question not in known)
    if still:
        share = controls.temper ** len(given)
        yield _told(control, "answer", still, questionnaire.reliability_with_file, share)
    plain = [piece for piece in given if piece.reliability < questionnaire.reliability_with_file]
    if plain:
        more = strength(questionnaire.reliability_with_file) - strength(plain[0].reliability)
        reliability = math.exp(more) / (2 + math.exp(more))
        refs = tuple(piece.ref.removeprefix("answer:") for piece in plain)
        yield _told(control, "file", refs, reliability, 1.0)


def _told(control: str, kind: Kind, refs: tuple[str, ...], reliability: float, share: float) -> Piece:
    """A piece that may point to any of the three states."""
    wrong = (1 - reliability) / 2
    chances = np.full((3, 3), wrong) + np.eye(3) * (reliability - wrong)
    return Piece(control, kind, refs, chances, np.eye(3) * strength(reliability) * share)


def _scan(control: str, checks: Checks) -> Piece | None:
    """The check that says most of this control, made for the first time."""
    best: tuple[float, Piece] | None = None
    for check in checks.checks.values():
        found, passed = reading_of(check.found, control), reading_of(check.not_found, control)
        if found is None:
            continue
        fault = chance_of_fault(found, passed)
        weights = np.stack([_weights(found), _weights(passed)])
        told = float(np.ptp(fault))
        if best is None or told > best[0]:
            piece = Piece(control, "scan", (check.id,), np.stack([fault, 1 - fault]), weights)
            best = told, piece
    return None if best is None else best[1]


def reading_of(readings: tuple[Reading, ...], control: str) -> Reading | None:
    return next((reading for reading in readings if reading.control == control), None)


def _weights(reading: Reading | None) -> Floats:
    """What the reading adds to the log-odds (3)."""
    if reading is None:
        return np.zeros(3)
    return np.array([strength(reading.reliability) * (state == reading.says) for state in STATES])


def likelihood(reading: Reading) -> Floats:
    """Of the reading, by state (3)."""
    return np.array([reading.reliability if s == reading.says else (1 - reading.reliability) / 2 for s in STATES])


def chance_of_fault(found: Reading, passed: Reading | None) -> Floats:
    """Chance (3) that a check finds its fault, by state: the test with two results nearest to its two readings.

    Two readings state two likelihoods that no such test has exactly, as found and not found must add up to 1 in every
    state. Both keep their shape in the states they point to and give way in the third. A check that says nothing when
    it passes finds half of what its reliability would allow.
    """
    fault = likelihood(found)
    if passed is None:
        return fault / 2
    clean = likelihood(passed)
    i, j = STATES.index(found.says), STATES.index(passed.says)
    a, b = np.linalg.solve(np.array([[fault[i], clean[i]], [fault[j], clean[j]]]), np.ones(2))
    return np.asarray(a * fault / (a * fault + b * clean))
