from __future__ import annotations

import base64
import json
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from seawall.entrypoints.api.v1.schemas import base as schemas
from seawall.entrypoints.api.v1.schemas.base import Day, FileIn, In, Line, Out, Texts, Words

Kind = Literal["kev", "epss", "cve", "nvd", "attack", "veris", "ransomware", "leaks"]
_CATALOGUE = {
    "catalogVersion": "2025.11.14",
    "dateReleased": "2025-11-14T18:00:00.000Z",
    "count": 1,
    "vulnerabilities": [
        {
            "cveID": "CVE-2021-41773",
            "vendorProject": "Apache",
            "product": "HTTP Server",
            "dateAdded": "2021-11-03",
            "knownRansomwareCampaignUse": "Known",
        }
    ],
}


class FeedIn(In):
    """A feed as its source publishes it, in one file or several."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "kev",
                    "files": [
                        {
                            "name": "known_exploited_vulnerabilities.json",
                            "content": base64.b64encode(json.dumps(_CATALOGUE).encode()).decode(),
                        }
                    ],
                    "reason": "第一次载入",
                }
            ]
        }
    )
    kind: Kind
    files: Annotated[list[FileIn], Field(min_length=1, max_length=50)]
    domain: Line = ""
    reason: Words = ""


class BasisIn(In):
    """On what ground a guarded feed may be taken in, from `start` until before `end`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "leaks",
                    "ground": "consent",
                    "way": "provider",
                    "purpose": "经被保险人同意，用于承保评估与保险期间监测",
                    "start": "2026-12-01",
                    "end": "2027-06-01",
                }
            ]
        }
    )
    kind: Kind
    ground: Literal["consent", "contract", "legal_duty", "legitimate_interest", "lawfully_public"]
    way: Literal["provider", "public_service", "handed_over"]
    purpose: Words
    start: Day
    end: Day


class Basis(Out):
    id: UUID
    kind: str
    ground: str
    way: str
    purpose: str
    approver: str
    start: date
    end: date
    recorded_at: datetime


class Run(Out):
    """One attempt: good, unchanged or failed; `problems` are what was wrong, `change` what differs."""

    id: UUID
    kind: str
    at: datetime
    source: str
    outcome: str
    published: str
    entries: int
    left_out: int
    size: int
    sha256: str
    release: UUID | None
    before: UUID | None
    change: dict[str, Any]
    problems: list[dict[str, str]]
    reason: str
    basis: UUID | None


class Feed(Out):
    """A feed as it stands; `stale`: the last good run is older than the feed's rhythm, or there is none."""

    kind: str
    name: Texts
    provider: str
    licence: str
    address: str
    whole: bool
    guarded: bool
    stale: bool
    last_good: Run | None
    last_failed: Run | None
    basis: Basis | None


class Mentioned(Out):
    """A company of the house in one entry of a feed, by its "domain", or by its "name", which a person has to judge."""

    company: schemas.Named
    by: str
    entry: dict[str, Any]


class Priority(Out):
    """How much a CVE matters: 1 when known to be exploited, else the forecast; null when nothing is known of it."""

    cve: str
    priority: float | None
    reasons: list[str]
    vendor: str
    product: str
    listed: bool
    added: str
    ransomware: bool | None
    epss: float | None
    percentile: float | None
    listed_as_of: str
    scored_as_of: str
