from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from seawall.entrypoints.api.v1.schemas.base import In, Out, Texts, Words

_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


class ReleaseIn(In):
    """A reference document: header (id, version, provider, source, licence, published, name) and content in one map."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "appetite",
                    "document": {
                        "id": "cn-cyber",
                        "version": "2027.1",
                        "provider": "海岸财产保险",
                        "source": "house rules",
                        "licence": "internal",
                        "published": "2026-12-01",
                        "name": {"zh": "承保偏好", "en": "Appetite"},
                    },
                }
            ]
        }
    )
    kind: Literal[
        "universe",
        "controls",
        "questionnaires",
        "checks",
        "assets",
        "products",
        "wordings",
        "rating",
        "standards",
        "appetite",
    ]
    document: Annotated[dict[str, Any], Field(max_length=200)]


class EraseIn(In):
    """Whose files are to be forgotten, and why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"noun": "incident", "subject": _ID, "reason": "个人信息主体请求删除"}]}
    )
    noun: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
    subject: UUID
    reason: Words


class Entry(Out):
    """One change: who did what to which object, with old and new values."""

    number: int
    at: datetime
    by: str
    verb: str
    noun: str
    object: str
    old: dict[str, Any]
    new: dict[str, Any]
    reason: str


class Release(Out):
    id: UUID
    kind: str
    identifier: str
    version: str
    sha256: str
    name: Texts
    provider: str
    loaded_at: datetime


class ReleasePage(Release):
    header: dict[str, Any]
    body: dict[str, Any]


class Comparison(Out):
    """What the newer release adds, takes away and changes: path to value, or to [old, new]."""

    before: UUID
    after: UUID
    added: dict[str, Any]
    removed: dict[str, Any]
    changed: dict[str, list[Any]]


class Head(Out):
    """The log at one moment: its first `size` leaves have this `root`, signed (Ed25519)."""

    size: int
    root: str
    at: datetime
    public_key: str
    signature: str


class Anchor(Out):
    """A signed head as the small file that is kept outside; `seawall verify` and the stand-alone verifier read it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "anchor",
                    "version": 1,
                    "log": _ID,
                    "size": 128,
                    "root": "9f" * 32,
                    "at": "2026-11-24T01:00:00.000000Z",
                    "key": "3b" * 32,
                    "signature": "7c" * 64,
                }
            ]
        }
    )
    type: str
    version: int
    log: UUID
    size: int
    root: str
    at: str
    key: str
    signature: str


class Leaf(Out):
    """One event that the log vouches for; `data` is the exact text that was hashed."""

    index: int
    kind: str
    at: datetime
    data: str
    leaf_hash: str


class Check(Out):
    """`damaged` are places whose leaf is missing or altered, `heads` sizes whose signed root does not fit."""

    sound: bool
    size: int
    damaged: list[int]
    heads: list[int]


class Erased(Out):
    """The key of these files is destroyed; the log keeps their hashes."""

    noun: str
    subject: UUID
    erased_at: datetime
