from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from seawall.entrypoints.api.v1.schemas.base import Amount, Code, Day, In, Line, Named, Out, Texts, Words, storable

_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(storable)]


class RegisterIn(In):
    """A party. Insured companies also come about by themselves, with their first submission."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "insured",
                    "name_zh": "杭州云票通科技有限公司",
                    "name_en": "Yunpiaotong Technology Co., Ltd.",
                    "country": "CN",
                    "credit_code": "91330106MA2KPT7X3D",
                }
            ]
        }
    )
    kind: Literal["broker", "insured", "provider", "supervisor"]
    name_zh: Name
    name_en: Line = ""
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "CN"
    credit_code: Annotated[str, StringConstraints(pattern=r"^([0-9A-Z]{18})?$")] = ""


class MandateIn(In):
    """`broker` becomes broker of record of `client` from `start` until before `end`."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"broker": _ID, "client": _ID, "start": "2026-12-01", "end": "2027-12-01"}]}
    )
    broker: UUID
    client: UUID
    start: Day
    end: Day


class RevokeIn(In):
    """The first day on which the mandate no longer holds."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"on": "2026-12-01", "reason": "客户更换经纪公司"}]})
    on: Day
    reason: Words


class HotlineIn(In):
    """A number at which somebody answers day and night; empty takes it away."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"hotline": "+86 571 8888 0000"}]})
    hotline: Annotated[str, StringConstraints(max_length=40), AfterValidator(storable)]


class InviteIn(In):
    """`authority` is the largest limit this person may bind, in minor units of the house's currency."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "email": "wang.fang@example.com",
                    "name": "王芳",
                    "organisation": _ID,
                    "role": "underwriter",
                    "authority": 500000000,
                }
            ]
        }
    )
    email: Annotated[str, StringConstraints(max_length=200, pattern=r"^[!-?A-~]+@[!-?A-~]+$"), AfterValidator(storable)]
    name: Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(storable)]
    organisation: UUID
    role: Code
    authority: Annotated[int, Field(ge=0, le=10**15)] = 0


class TokenIn(In):
    """What the token is for and how long it lasts."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "核心系统接口", "days": 365}]})
    name: Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(storable)]
    days: Annotated[int, Field(ge=1, le=730)] = 365


class Me(Out):
    """Whom the token speaks for; `may` are the verbs that its roles include."""

    name: str
    organisation: Named
    kind: str
    roles: list[str]
    authority: Amount
    may: list[str]


class Organisation(Out):
    id: UUID
    kind: str
    name: Texts
    country: str
    credit_code: str
    hotline: str


class Mandate(Out):
    """`end` is the first day on which it no longer holds."""

    id: UUID
    broker: Named
    client: Named
    start: date | None
    end: date | None


class Person(Out):
    """One membership: a person in a role of an organisation. `id` is the membership's."""

    id: UUID
    name: str
    email: str
    organisation: Named
    role: str
    authority: int
    since: datetime


class Token(Out):
    id: UUID
    name: str
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class Issued(Out):
    """`secret` is told here alone; the platform keeps its hash."""

    id: UUID
    secret: str
    expires_at: datetime
