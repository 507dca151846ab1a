from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from seawall.entrypoints.api.v1.schemas.base import (
    Amount,
    Code,
    FileIn,
    FileOut,
    In,
    Line,
    Moment,
    Named,
    Out,
    Texts,
    Words,
)

_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
_REPORT: dict[str, Any] = {"name": "report.csv", "content": "dGltZSxldmVudAoyMDI2LTExLTI0VDAxOjAwLGxvZ2luCg=="}
Facts = Annotated[
    dict[Code, bool | int | float | Words | list[Line] | None],
    Field(max_length=40, description="names as in the incident rules; null takes a fact back"),
]


class NoticeIn(In):
    """A notice of an incident; what is not known yet is left out."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "company": _ID,
                    "what_happened": "多台服务器被加密，出现勒索信",
                    "discovered_at": "2026-11-24T09:00:00+08:00",
                    "contact": "王工 13800000000",
                    "facts": {"encrypted": True, "ransom_note": True},
                }
            ]
        }
    )
    company: UUID
    what_happened: Words
    discovered_at: Moment
    occurred_at: Moment | None = None
    contact: Line
    affected: Words = ""
    category: Code = ""
    facts: Facts = Field(default_factory=dict)


class TriageIn(In):
    """New or corrected facts, and the codes of the grade by GB/T 20986; an empty code keeps what was there."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"facts": {"personal_data": True, "people_affected": 1200}, "words": "已核实"}]}
    )
    facts: Facts = Field(default_factory=dict)
    category: Code = ""
    importance: Code = ""
    business_loss: Code = ""
    social_harm: Code = ""
    words: Words = ""


class EventIn(In):
    """What happened and when, with evidence if there is some."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"words": "已隔离受感染主机", "happened_at": "2026-11-24T10:30:00+08:00"}]}
    )
    words: Words
    happened_at: Moment
    file: FileIn | None = None


class ContainIn(In):
    """Since when it spreads no further."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"when": "2026-11-24T18:00:00+08:00", "words": ""}]})
    when: Moment
    words: Words = ""


class EngageIn(In):
    """A place on the panel, and what the provider is asked to do."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"provider": _ID, "brief": "溯源并评估影响范围"}]})
    provider: UUID
    brief: Words = ""


class FindingsIn(In):
    """What the provider found, with its report."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"findings": "攻击者经暴露的远程桌面进入", "report": _REPORT}]}
    )
    findings: Words
    report: FileIn


class DutyIn(In):
    """When the notice was given, with the proof if there is some."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"when": "2026-11-24T09:40:00+08:00", "note": "已电话报告属地网信部门"}]}
    )
    when: Moment
    note: Words = ""
    file: FileIn | None = None


class Category(Out):
    """A category of GB/T 20986."""

    code: str
    name: Texts


class Categories(Out):
    categories: list[Category]


class Incident(Out):
    """`grade` by GB/T 20986, 1 (gravest) to 4; null while it cannot be told."""

    id: UUID
    number: str
    status: str
    company: Named
    category: str
    grade: int | None
    discovered_at: datetime
    reported_at: datetime


class Event(Out):
    """`file` is the evidence, for those who may see it; `leaf` the place in the evidence log."""

    id: UUID
    at: datetime
    kind: str
    words: str
    by: str
    file: UUID | None
    leaf: int


class Task(Out):
    id: UUID
    key: str
    phase: str
    bearer: str
    title: Texts
    detail: Texts
    due_at: datetime | None
    status: str
    done_at: datetime | None
    note: str


class Duty(Out):
    """A duty to notify: what, to whom, by which law, until when. `missing` are facts that must be known first."""

    id: UUID
    rule: str
    jurisdiction: str
    bearer: str
    regime: Texts
    whom: Texts
    what: Texts
    law: Texts
    missing: list[str]
    deadline: datetime | None
    status: str
    done_at: datetime | None
    note: str


class OpenDuty(Duty):
    incident: UUID
    incident_number: str


class Engagement(Out):
    """A provider at work; `price`, `findings` and `report` are told to the office and to the provider itself."""

    id: UUID
    provider: str
    service: str
    status: str
    brief: str
    engaged_at: datetime
    respond_by: datetime
    answered_at: datetime | None
    price: Amount | None
    findings: str
    report: UUID | None


class Work(Out):
    """An engagement as its provider finds it."""

    id: UUID
    incident: UUID
    incident_number: str
    provider: str
    service: str
    status: str
    brief: str
    engaged_at: datetime
    respond_by: datetime
    answered_at: datetime | None
    price: Amount | None


class IncidentPage(Incident):
    """An incident with all that the viewer may see of it. `uncovered_day`: no policy was in force on its day."""

    what_happened: str
    affected: str
    contact: str
    occurred_at: datetime | None
    contained_at: datetime | None
    closed_at: datetime | None
    lesson: str
    facts: dict[str, Any]
    grading: dict[str, Any]
    grade_reasons: list[Any]
    report_level: int | None
    policy: UUID | None
    uncovered_day: bool
    timeline: list[Event]
    tasks: list[Task]
    duties: list[Duty]
    engagements: list[Engagement]
    files: list[FileOut]
