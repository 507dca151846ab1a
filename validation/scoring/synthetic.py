"""Companies whose controls are known, and evidence about them drawn as the reference data say it falls out.

The truth comes first: each control's state is drawn from its prior. Answers, findings and certificates are then drawn
from that truth, and go through the platform's own code: nothing here knows how a belief is formed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import numpy as np
from scipy.special import ndtri

from seawall.core.evidence.controls import Controls, Reading
from seawall.core.evidence.items import STATES, Finding, FindingState
from seawall.core.evidence.observations import DECISIVE, Check
from seawall.core.evidence.questionnaire import Questionnaire
from seawall.core.evidence.questions import UNKNOWN, Question
from seawall.core.library import Library
from seawall.core.scoring.worth import chance_of_fault, likelihood
from seawall.core.submission import Answer, Certificate

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Process:
    """How evidence falls out.

    `copied`: the chance that a reading repeats the luck of its source's other readings about the control, instead of
    having its own. `reliability` multiplies what the true reliabilities have above chance (1 = as stated). `common` is
    the correlation of the controls of a company beneath their priors.
    """

    copied: float = 0.0
    reliability: float = 1.0
    common: float = 0.0

    def truly(self, stated: float) -> float:
        return min(0.99, 1 / 3 + (stated - 1 / 3) * self.reliability)


def states(controls: Controls, count: int, process: Process, rng: np.random.Generator) -> np.ndarray:
    """True states (count, C) of 0 absent, 1 partial, 2 present; one common factor beneath them."""
    prior = np.array([(p.absent, p.partial, p.present) for p in controls.priors.values()])
    shared, own = rng.standard_normal((count, 1)), rng.standard_normal((count, len(prior)))
    latent = np.sqrt(process.common) * shared + np.sqrt(1 - process.common) * own
    cuts = ndtri(np.cumsum(prior, axis=1)[:, :2])
    return (latent[..., None] > cuts).sum(axis=-1)


class Company:
    """One company: its true states by control, and its luck, which readings of one source may share."""

    def __init__(self, truth: np.ndarray, library: Library, process: Process, rng: np.random.Generator) -> None:
        self.truth = dict(zip(library.controls.priors, (int(s) for s in truth), strict=True))
        self.library, self.process, self.rng = library, process, rng
        self._luck: dict[tuple[str, str], float] = {}

    def luck(self, source: str, control: str) -> float:
        """Uniform: this reading's own, or the source's about this control."""
        shared = self._luck.setdefault((source, control), float(self.rng.random()))
        return shared if self.rng.random() < self.process.copied else float(self.rng.random())

    def answers(self, share: float, *, filed: float = 0.0) -> tuple[Answer, ...]:
        """Answers to this share of the questions that speak of a control, this share of them borne out by a file."""
        given = []
        for question in self.library.questionnaire.questions:
            if question.speaks_of and self.rng.random() < share:
                file = "file" if self.rng.random() < filed else None
                given.append(Answer(question.id, self._value(question, file is not None), "A", DAY, "", file))
        return tuple(given)

    def _value(self, question: Question, filed: bool) -> str:
        """One of the answers, likelier the better it fits the truth: r where it points to it, (1 − r)/2 elsewhere."""
        stated = _stated(self.library.questionnaire, filed)
        right = self.process.truly(stated)
        values = _values(question)
        said = [tuple(s.of(v) for s in question.speaks_of) for v in values]
        chances = []
        for points in said:
            chance = 1 / said.count(points)
            for speaks, state in zip(question.speaks_of, points, strict=True):
                true = STATES[self.truth[speaks.control]]
                chance *= 1 / 3 if state is None else right if state == true else (1 - right) / 2
            chances.append(chance)
        order = sorted(range(len(values)), key=lambda i: [str(s) for s in said[i]])
        edges = np.cumsum([chances[i] for i in order]) / sum(chances)
        pick = int(np.searchsorted(edges, self.luck("answer", question.speaks_of[0].control)))
        return values[order[min(pick, len(order) - 1)]]

    def findings(self, hosts: int, share: float = 1.0) -> tuple[Finding, ...]:
        """A scan of so many hosts, with this share of the checks."""
        found = []
        for check in self.library.checks.checks.values():
            if self.rng.random() >= share or not check.found:
                continue
            chance = fault_chance(check, self.truth, self.process)
            somewhere = int(self.rng.integers(hosts)) if check.severity == DECISIVE else None
            for host in range(hosts):
                asked = somewhere in (None, host)  # a decisive fault is had by a company, on one of its hosts
                fault = asked and self.luck("observation", check.found[0].control) < chance
                state: FindingState = "found" if fault else "not_found"
                found.append(Finding(check.id, f"h{host}.example", state, check.severity, NOW))
        return tuple(found)

    def certificates(self, standards: Sequence[str], likeliest: float = 1.0) -> tuple[Certificate, ...]:
        """Those of the standards it holds: the likelier, the better its controls fit what the standard says."""
        held = []
        for standard in standards:
            rule = self.library.controls.certificates[standard]
            chance = likeliest
            for reading in rule.readings:
                right = self.process.truly(reading.reliability)
                fits = STATES[self.truth[reading.control]] == reading.says
                chance *= 1.0 if fits else (1 - right) / 2 / right
            if self.rng.random() < chance:
                held.append(Certificate(standard, DAY.replace(year=DAY.year + 1)))
        return tuple(held)


def _stated(questionnaire: Questionnaire, filed: bool) -> float:
    return questionnaire.reliability_with_file if filed else questionnaire.reliability


def _values(question: Question) -> list[str]:
    """Every answer but "not known"; of numbers one from each band."""
    bands = question.speaks_of[0].bands
    if not bands:
        return [option for option in question.options if option != UNKNOWN]
    return [f"{question.high if band.at_most is None else band.at_most:f}" for band in bands]


def truly(reading: Reading, process: Process) -> Reading:
    return replace(reading, reliability=process.truly(reading.reliability))


def fault_chance(check: Check, truth: dict[str, int], process: Process) -> float:
    """Of finding the fault on a host: by the first control it speaks of, moved by the likelihoods of the others."""
    first = truly(check.found[0], process)
    passed = next((truly(r, process) for r in check.not_found if r.control == first.control), None)
    chance = float(chance_of_fault(first, passed)[truth[first.control]])
    for reading in check.found[1:]:
        chance *= 3 * float(likelihood(truly(reading, process))[truth[reading.control]])
    return min(0.99, chance)
