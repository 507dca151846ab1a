"""Libraries of requirements and conformity reports."""

from __future__ import annotations

from datetime import date
from typing import Any

from seawall.entrypoints.api.v1.schemas.base import Out, Texts


class Framework(Out):
    """A library: `requirements` in all, `linked` those that a control speaks of; `levels` where it has any."""

    id: str
    version: str
    sha256: str
    name: Texts
    kind: str
    jurisdiction: str
    in_force: date | None
    requirements: int
    linked: int
    levels: list[int]


class Frameworks(Out):
    frameworks: list[Framework]


class Requirement(Out):
    """`controls` with their weights; `coverage` how far they decide it (0: not assessed); `items` by level."""

    code: str
    chapter: str
    name: Texts
    controls: dict[str, float]
    coverage: float
    confidence: str
    items: dict[str, int]


class Chapter(Out):
    code: str
    name: Texts


class FrameworkPage(Framework):
    """`doubt` says what is still to be checked; `questions` names those that bear on each requirement."""

    issuer: Texts
    standing: Texts
    about: Texts
    binds: Texts | None
    doubt: Texts | None
    fines: list[dict[str, Any]]
    chapters: list[Chapter]
    rows: list[Requirement]
    questions: dict[str, list[str]]


class Tally(Out):
    """Expected numbers of requirements in each state; `low` and `high`: share met as open points fail or are met."""

    count: int
    verdicts: dict[str, int]
    met: float
    partly: float
    not_met: float
    open: float
    low: float
    high: float


class ChapterTally(Tally):
    code: str
    name: Texts


class Judged(Requirement):
    """The four probabilities sum to 1; `open` is what no control decides and is never counted as met. `unseen` are the
    controls without evidence; `degree` is how far what is looked at is in place."""

    verdict: str
    met: float
    partly: float
    not_met: float
    open: float
    degree: float
    unseen: list[str]
    evidence: list[dict[str, str]]


class Conformity(Out):
    """`mlps`: between which scores (2021 template) and rates (2025) an assessor might end; no assessment itself."""

    framework: Framework
    level: int | None
    whole: Tally
    chapters: list[ChapterTally]
    requirements: list[Judged]
    mlps: dict[str, Any] | None
