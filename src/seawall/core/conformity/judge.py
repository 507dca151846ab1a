"""From beliefs about controls to how far each requirement is met, with what was not seen kept apart.

A requirement is met when every control that speaks of it is present, not met when all are absent, and met in part
otherwise: the rule by which a control point is judged in an MLPS assessment. Beliefs about different controls are taken
as independent, so with p, a the probabilities of present and absent and c the coverage

    met = c · Π p_i        not met = c · Π a_i        in part = c − met − not met        open = 1 − c

`open` is what Seawall does not look at. It is never counted as met; a requirement without any control is all open.
The degree Σ w_i (p_i + q_i / 2) / Σ w_i, q the probability of partial, measures the part that is looked at.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seawall.core.conformity.frameworks import Framework, Requirement
from seawall.core.evidence.belief import Belief

# From this coverage on the controls may carry the verdict "met"; below it they can only show a gap. Judgement.
DECISIVE = 0.75
VERDICTS = ("met", "supported", "partly", "not_met", "not_seen", "not_assessed")


@dataclass(frozen=True, slots=True)
class Cited:
    """One piece of evidence: where from, what it points to, on which ISO day, by which reference."""

    source: str
    says: str
    observed_on: str
    ref: str


@dataclass(frozen=True, slots=True)
class Held:
    """What is believed about a control. Without evidence the probabilities are the prior of such companies."""

    control: str
    absent: float
    partial: float
    present: float
    evidence: tuple[Cited, ...]

    @property
    def seen(self) -> bool:
        return bool(self.evidence)


def held(beliefs: Iterable[Belief]) -> dict[str, Held]:
    """From beliefs just computed, rounded as an assessment records them, so that both roads end at one report."""
    return {
        b.control: Held(
            b.control,
            round(b.absent, 4),
            round(b.partial, 4),
            round(b.present, 4),
            tuple(Cited(e.source, e.says, e.observed_on.isoformat(), e.ref) for e in b.evidence),
        )
        for b in beliefs
    }


def held_in(document: Sequence[Mapping[str, Any]]) -> dict[str, Held]:
    """From the `beliefs` of an assessment's JSON form."""
    return {
        b["control"]: Held(
            b["control"],
            float(b["absent"]),
            float(b["partial"]),
            float(b["present"]),
            tuple(Cited(e["source"], e["says"], e["observed_on"], e["ref"]) for e in b["evidence"]),
        )
        for b in document
    }


@dataclass(frozen=True, slots=True)
class Judged:
    """A requirement with its four probabilities, which sum to 1, the degree of what is looked at, and the verdict.

    `unseen` are the linked controls without evidence; only `evidence` about the linked controls is cited.
    """

    requirement: Requirement
    met: float
    partly: float
    not_met: float
    open: float
    degree: float
    verdict: str
    evidence: tuple[tuple[str, Cited], ...]
    unseen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """Requirements of a chapter or a library: how many, their verdicts, and the expected numbers of each state."""

    requirements: int
    verdicts: Mapping[str, int]
    met: float
    partly: float
    not_met: float
    open: float

    @property
    def low(self) -> float:
        """Share met when everything open turns out not met; a requirement met in part counts half."""
        return 0.0 if not self.requirements else (self.met + self.partly / 2) / self.requirements

    @property
    def high(self) -> float:
        """The same when everything open turns out met."""
        return 0.0 if not self.requirements else self.low + self.open / self.requirements


@dataclass(frozen=True, slots=True)
class Conformity:
    framework: Framework
    level: int | None
    judged: tuple[Judged, ...]
    chapters: Mapping[str, Tally]
    whole: Tally


def conformity(framework: Framework, beliefs: Mapping[str, Held], *, level: int | None = None) -> Conformity:
    """How far the beliefs meet the library, at `level` where it has levels.

    Controls that nothing is believed about count as not linked: what they would say stays open.
    """
    judged = tuple(_judge(requirement, beliefs) for requirement in framework.at(level))
    chapters = {
        code: tally([j for j in judged if j.requirement.chapter == code])
        for code in framework.chapters
        if any(j.requirement.chapter == code for j in judged)
    }
    return Conformity(framework, level, judged, chapters, tally(judged))


def tally(judged: Sequence[Judged]) -> Tally:
    return Tally(
        requirements=len(judged),
        verdicts={verdict: sum(j.verdict == verdict for j in judged) for verdict in VERDICTS},
        met=math.fsum(j.met for j in judged),
        partly=math.fsum(j.partly for j in judged),
        not_met=math.fsum(j.not_met for j in judged),
        open=math.fsum(j.open for j in judged),
    )


def _judge(requirement: Requirement, beliefs: Mapping[str, Held]) -> Judged:
    known = [(link.weight, beliefs[link.control]) for link in requirement.links if link.control in beliefs]
    if not known:
        return Judged(requirement, 0.0, 0.0, 0.0, 1.0, 0.0, "not_assessed", (), requirement.controls)
    coverage = requirement.coverage * (len(known) / len(requirement.links))
    all_present = math.prod(h.present for _, h in known)
    all_absent = math.prod(h.absent for _, h in known)
    met, not_met = coverage * all_present, coverage * all_absent
    total = math.fsum(weight for weight, _ in known)
    return Judged(
        requirement=requirement,
        met=met,
        partly=max(0.0, coverage - met - not_met),
        not_met=not_met,
        open=1 - coverage,
        degree=math.fsum(weight * (h.present + h.partial / 2) for weight, h in known) / total,
        verdict=_verdict(all_present, all_absent, coverage, any(h.seen for _, h in known)),
        evidence=tuple((h.control, piece) for _, h in known for piece in h.evidence),
        unseen=tuple(h.control for _, h in known if not h.seen),
    )


def _verdict(all_present: float, all_absent: float, coverage: float, seen: bool) -> str:
    """The likeliest state, the less favourable on a tie; never "met" for what the controls do not decide."""
    if not seen:
        return "not_seen"
    between = 1 - all_present - all_absent
    if all_absent >= max(between, all_present):
        # Where the controls see only a part, the rest may be in place: met in part at best.
        return "not_met" if coverage >= DECISIVE else "partly"
    if between >= all_present:
        return "partly"
    return "met" if coverage >= DECISIVE else "supported"
