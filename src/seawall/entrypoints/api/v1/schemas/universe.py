from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from seawall.entrypoints.api.v1.schemas.base import Code, Day, In, Out, Texts

Revision = Annotated[int, Field(ge=0, le=1_000_000)]
Value = float | int | Annotated[str, Field(max_length=500)] | None


class Wanted(Schema):
    """Which risks: words in either language or codes, and filters by code; empty for any."""

    words: Annotated[str, Field(max_length=100)] = ""
    grain: Code = ""
    pack: Code = ""
    actor: Code = ""
    tactic: Code = ""
    control: Code = ""
    cover: Code = ""


class BeginIn(In):
    """The release to start from; without one, that in force."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"base": None}]})
    base: UUID | None = None


class LoadIn(In):
    """A whole universe in the open format, and the revision it replaces (0 where there is no draft)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"revision": 0, "document": {"id": "market", "version": "2027.1"}}]}
    )
    revision: Revision
    document: Annotated[dict[str, Any], Field(max_length=200)]


class ChangeIn(In):
    """New figures by dotted path within the risk, null for none, and the revision they were read in.

    For a scenario `frequency.rate` and `severity.median` at the reference company; for a family its own parameters.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "revision": 1,
                    "values": {"frequency.base": 0.003, "frequency.source": "claims of the house 2023-2026"},
                }
            ]
        }
    )
    revision: Revision
    values: Annotated[dict[Code, Value], Field(max_length=60)]


class SwitchIn(In):
    """Whether the risk can happen; on again, its whole family is as the base has it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 1, "on": False}]})
    revision: Revision
    on: bool


class RevisionIn(In):
    """The revision that was read."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 1}]})
    revision: Revision


class AdoptDraftIn(In):
    """The revision that was read, and the first day on which it applies."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 1, "start": "2027-01-01"}]})
    revision: Revision
    start: Day


class Universe(Out):
    """The release in force: `release` and `sha256` are the office's to know."""

    release: str | None
    sha256: str | None
    name: Texts
    currency: str
    risks: dict[str, int]
    packs: dict[str, Texts]


class Figure(Out):
    """At the reference company: value, where it comes from and how sure it is."""

    value: float
    source: str
    confidence: str


class Risk(Out):
    """A risk in short; figures are the office's to know."""

    id: str
    grain: str
    name: Texts
    family: str
    pack: str
    category: str
    techniques: list[str]
    controls: list[str]
    covers: list[str]
    events_a_year: float | None
    median_loss: float | None
    confidence: str | None


class RiskPage(Risk):
    """A risk whole."""

    description: Texts
    actor: str
    actors: list[str]
    threat: Texts
    asset: Texts
    consequence: Texts
    veris: str
    leads_to: list[str]
    accumulates: bool
    frequency: Figure | None
    severity: Figure | None
    one_in_twenty: float | None
    shares: dict[str, float] | None
    clauses: dict[str, list[str]]


class Draft(Out):
    """The open draft: what it changes in its base, and what the last trial found."""

    id: UUID
    base: str
    revision: int
    document: dict[str, Any]
    changes: list[list[Any]]
    trial: dict[str, Any]


class Adopted(Out):
    """What is in force from which day."""

    id: UUID
    release: str
    start: date


class Revised(Out):
    """The draft after a change."""

    id: UUID
    revision: int
    status: str
