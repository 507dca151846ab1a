from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from seawall.entrypoints.api.v1.schemas.base import In, Out, Texts, Words
from seawall.entrypoints.api.v1.schemas.identify import Finding


class StartIn(In):
    """How many days lie between two looks."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"every_days": 7}]})
    every_days: Annotated[int, Field(ge=1, le=92)] = 7


class SettleIn(In):
    """What came of it: mended, risk accepted, or a mistake."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "fixed", "note": "证书已更换"}]})
    outcome: Literal["fixed", "accepted", "mistaken"]
    note: Words = ""


class Watch(Out):
    id: UUID
    policy: UUID
    company: UUID
    consent: UUID
    every_days: int
    next_at: datetime
    active: bool
    ended_at: datetime | None
    ended_because: str


class Observation(Out):
    """One look: changes by kind, the hash of its findings, and the place of its leaf in the evidence log."""

    id: UUID
    at: datetime
    scan: UUID
    changes: dict[str, int]
    findings_sha256: str
    leaf: int


class Change(Out):
    """One check on one asset that differs from what was known before."""

    check: str
    asset: str
    kind: str
    before: Finding | None
    after: Finding | None


class ObservationPage(Observation):
    watch: UUID
    differences: list[Change]


class Alert(Out):
    """`effect`: now (a warranty, to be kept by `due_on`), at renewal, or never; `reason` says why."""

    id: UUID
    policy: UUID
    watch: UUID
    check: str
    asset: str
    change: str
    severity: str
    effect: str
    reason: Texts
    control: str
    due_on: date | None
    status: str
    outcome: str
    note: str
    raised_at: datetime
    settled_at: datetime | None
