"""What goes in and comes out. Everything that comes in is bounded, and unknown fields are refused."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Header
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from seawall.core.money import Money


def _writable(text: str) -> str:
    """PostgreSQL and PDF hold no NUL and no half of a surrogate pair."""
    if "\x00" in text or (not text.isprintable() and any(0xD800 <= ord(c) <= 0xDFFF for c in text)):
        raise ValueError("holds a character that cannot be stored")
    return text


Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(_writable)]
Words = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(_writable)]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Names this write: repeated with the same body it is done once and answered the same.",
    ),
]
Page = Annotated[int, Field(ge=1, le=10_000)]


class In(BaseModel):
    """The base of every request body."""

    model_config = ConfigDict(extra="forbid")


class Empty(In):
    """A write without particulars."""


class Amount(BaseModel):
    """Major units as text, exact; `currency` by ISO 4217."""

    model_config = ConfigDict(extra="forbid")
    amount: Annotated[str, StringConstraints(max_length=30, pattern=r"^-?[0-9]+(\.[0-9]+)?$")]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]

    def money(self) -> Money:
        """As money; raises `UnknownCurrency`."""
        return Money.of(Decimal(self.amount), self.currency)


def amount(money: Money | None) -> dict[str, str] | None:
    """Money as it goes out."""
    return None if money is None else {"amount": f"{money.amount:f}", "currency": money.currency}


class Reason(In):
    reason: Words


class Note(In):
    note: Words = ""


class SubmissionIn(In):
    """`document` is the submission document of `seawall schema submission`."""

    document: dict[str, Any]


class AnswersIn(In):
    answers: Annotated[dict[Line, Words], Field(max_length=200)]
    scope: Line = ""


class ConsentIn(In):
    company: UUID
    domains: Annotated[list[Line], Field(max_length=50)]
    statement: Words
    until: date


class ScanIn(In):
    company: UUID
    domains: Annotated[list[Line], Field(max_length=50)]
    submission: UUID | None = None


class QuoteIn(In):
    assessment: UUID


class BindIn(In):
    option: UUID
    start: date | None = None


class DecideIn(In):
    approve: bool
    note: Words


class CancelIn(In):
    on: date
    reason: Words


class PromiseIn(In):
    due: date


class SettleIn(In):
    outcome: Literal["fixed", "accepted", "mistaken"]
    note: Words = ""


class NoticeIn(In):
    company: UUID
    what_happened: Words
    discovered_at: AwareDatetime
    occurred_at: AwareDatetime | None = None
    contact: Line
    affected: Words = ""
    category: Line = ""
    facts: Annotated[dict[Line, bool | int | Words | list[Line] | None], Field(max_length=40)] = Field(
        default_factory=dict
    )


class TriageIn(In):
    facts: Annotated[dict[Line, bool | int | Words | list[Line] | None], Field(max_length=40)] = Field(
        default_factory=dict
    )
    category: Line = ""
    words: Words = ""


class EventIn(In):
    words: Words
    happened_at: AwareDatetime


class ContainIn(In):
    when: AwareDatetime
    words: Words = ""


class EngageIn(In):
    provider: UUID
    brief: Words = ""


class FileIn(In):
    """A file inside JSON: `content` is base64."""

    name: Line
    content: Annotated[str, StringConstraints(max_length=28_000_000, pattern=r"^[A-Za-z0-9+/=\s]*$")]


class FindingsIn(In):
    findings: Words
    report: FileIn


class DutyIn(In):
    when: AwareDatetime
    note: Words = ""


class ClaimIn(In):
    incident: UUID
    requested_on: date | None = None
    reserve: Amount | None = None


class FactIn(In):
    value: bool | Words
    evidence: Annotated[list[Line], Field(max_length=50)] = Field(default_factory=list)


class ItemIn(In):
    id: Line
    cover: Line
    amount: Annotated[str, StringConstraints(max_length=30)]
    paid_in: Literal["money", "virtual_currency"] = "money"
    facts: Annotated[dict[Line, FactIn], Field(max_length=40)] = Field(default_factory=dict)


class DetermineIn(In):
    facts: Annotated[dict[Line, FactIn], Field(max_length=60)]
    items: Annotated[list[ItemIn], Field(max_length=100)]


class DeductionIn(In):
    reason: Line
    amount: Annotated[str, StringConstraints(max_length=30)]


class LineIn(In):
    id: Line
    kind: Line
    claimed: Annotated[str, StringConstraints(max_length=30)]
    paid_in: Literal["money", "virtual_currency"] = "money"
    evidence: Annotated[list[Line], Field(max_length=50)] = Field(default_factory=list)
    deductions: Annotated[list[DeductionIn], Field(max_length=20)] = Field(default_factory=list)


class HoursIn(In):
    repeat: Annotated[int, Field(ge=1, le=8784)] = 1
    expected_profit: Annotated[str, StringConstraints(max_length=30)]
    fixed_cost: Annotated[str, StringConstraints(max_length=30)]
    actual: Annotated[str, StringConstraints(max_length=30)]


class InterruptionIn(In):
    hours: Annotated[list[HoursIn], Field(max_length=1000)]
    evidence: Annotated[list[Line], Field(max_length=50)] = Field(default_factory=list)
    extra_cost: Annotated[str, StringConstraints(max_length=30)] = "0"
    extra_evidence: Annotated[list[Line], Field(max_length=50)] = Field(default_factory=list)
    saved_cost: Annotated[str, StringConstraints(max_length=30)] = "0"


class SheetIn(In):
    cover: Line
    lines: Annotated[list[LineIn], Field(max_length=200)] | None = None
    interruption: InterruptionIn | None = None


class AdjustIn(In):
    worksheets: Annotated[list[SheetIn], Field(max_length=30)]


class ReserveIn(In):
    amount: Amount
    reason: Words


class ApproveIn(In):
    amount: Amount | None = None
    note: Words = ""


class PayIn(In):
    key: Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(_writable)]
    amount: Amount
    payee: Line


class ProofIn(In):
    on: date


class CloseIn(In):
    reason: Words
    withdrawn: bool = False


class TokenIn(In):
    name: Line
    days: Annotated[int, Field(ge=1, le=730)] = 365


class InviteIn(In):
    email: Annotated[
        str, StringConstraints(max_length=200, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$"), AfterValidator(_writable)
    ]
    name: Line
    organisation: UUID
    role: Line
    authority: Annotated[int, Field(ge=0, le=10**15)] = 0


class Made(BaseModel):
    """What a write made or changed."""

    id: UUID
    number: str | None = None
    status: str | None = None


class Listed(BaseModel):
    """A page of a list; `next` is the number of the next page, or null."""

    items: list[dict[str, Any]]
    total: int
    next: int | None


class Verdict(BaseModel):
    """Whether a number came out the same again, and where it did not."""

    equal: bool
    differing: list[str]


Moment = datetime
