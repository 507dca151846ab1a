from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from seawall.entrypoints.api.v1.schemas.base import Code, FileIn, In, Out, Texts, Words
from seawall.entrypoints.api.v1.schemas.identify import Finding

_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
_FILE: JsonDict = {"name": "register.csv", "content": "bmFtZQp3ZWIK"}


class DisputeIn(In):
    """Without `check` the asset as a whole is disputed, and the ground is not_ours; with it a finding on the asset."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"check": "SW-EXP-01", "ground": "fixed", "words": "端口已于昨日关闭"}]}
    )
    check: Code = ""
    ground: Literal["not_ours", "fixed", "false_positive", "compensated"]
    words: Words
    upload: FileIn | None = None


class VerdictIn(In):
    """Upheld or not, with the reason the company reads."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"uphold": True, "reason": "已核实为误报"}]})
    uphold: bool
    reason: Words


class ImportIn(In):
    """A file of the company's own tools; `kind` is found out from its content when it is left out."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"company": _ID, "upload": _FILE}]})
    company: UUID
    upload: FileIn
    kind: Literal["", "nmap", "nessus", "openvas", "nuclei", "cyclonedx", "register"] = ""


class Asset(Out):
    """`confidence` is how likely it is the company's; status claimed, attributed, disputed or removed."""

    id: UUID
    company: UUID
    kind: str
    name: str
    status: str
    confidence: Annotated[float, Field(ge=0, le=1)]
    first_seen: datetime
    last_seen: datetime


class Sign(Out):
    """Why it is taken to be the company's: one sign, how sure it makes it alone, and since when."""

    code: str
    source: str
    confidence: float
    reason: Texts
    since: datetime


class Fault(Finding):
    """A finding on the asset; `counts` says whether it is part of the evidence, `dispute` which one is about it."""

    counts: bool
    dispute: UUID | None


class AssetPage(Asset):
    detail: dict[str, Any]
    signs: list[Sign]
    findings: list[Fault]


class Dispute(Out):
    """`effect` holds the score before and after and every control that moved; `assessment` is the new one."""

    id: UUID
    company: UUID
    asset: UUID
    check: str
    ground: str
    words: str
    status: str
    raised_by: str
    raised_at: datetime
    due_at: datetime
    decided_at: datetime | None
    reason: str
    backed: bool
    effect: dict[str, Any]
    assessment: UUID | None


class Import(Out):
    """A file as it was read: `counts` of records, assets and weaknesses; `made_at` by the tool where `dated`."""

    id: UUID
    company: UUID
    kind: str
    tool: str
    name: str
    made_at: datetime
    dated: bool
    sha256: str
    counts: dict[str, Any]
    taken_at: datetime


class Weakness(Out):
    asset: str
    id: str
    title: str
    severity: str
    cves: list[str]
    known_since: date | None
    exploited: bool
    unsupported: bool


class Trouble(Out):
    """What could not be taken: the line it begins on (0: none in particular), the code, and its sentence."""

    line: int
    code: str
    text: str


class ImportPage(Import):
    findings: list[Finding]
    weaknesses: list[Weakness]
    problems: list[Trouble]
