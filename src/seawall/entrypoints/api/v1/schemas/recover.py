from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from seawall.entrypoints.api.v1.schemas.base import (
    Amount,
    Code,
    Day,
    Figure,
    FileOut,
    In,
    Line,
    Named,
    Out,
    Sum,
    Texts,
    Words,
    storable,
)

MOST_HOURS = 366 * 24
_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
_CNY: dict[str, Any] = {"amount": "200000.00", "currency": "CNY"}
_FACTS: dict[str, Any] = {
    "cause": {"value": "ransomware", "evidence": ["forensic-report"]},
    "security_event": {"value": True, "evidence": ["forensic-report"]},
    "extortion_demand": {"value": True, "evidence": ["chat-log"]},
    "known_before_inception": {"value": False, "evidence": ["declaration"]},
    "disclosure_breach": {"value": "none", "evidence": ["proposal"]},
    "security_undertaking_kept": {"value": True, "evidence": ["watch-log"]},
    "exclusions_explained": {"value": True, "evidence": ["signed-statement"]},
}
_ITEM: dict[str, Any] = {
    "id": "restore-1",
    "cover": "data_restoration",
    "amount": "120000",
    "facts": {
        "documented": {"value": True, "evidence": ["invoice-restore-1"]},
        "caused_by_event": {"value": True, "evidence": ["forensic-report"]},
        "reasonable": {"value": True, "evidence": ["quotation"]},
        "consent": {"value": True, "evidence": ["e-mail"]},
        "cost_kind": {"value": "restoration"},
    },
}
_SHEET: dict[str, Any] = {
    "cover": "data_restoration",
    "lines": [{"id": "restore-1", "kind": "restoration", "claimed": "120000", "evidence": ["invoice-restore-1"]}],
}
References = Annotated[
    list[Line], Field(max_length=50, description="what bears it out; an original in the vault as `vault:<id>`")
]


class ClaimIn(In):
    """The incident; the policy is the incident's own unless another is named."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"incident": _ID, "reserve": _CNY}]})
    incident: UUID
    policy: UUID | None = None
    requested_on: Day | None = None
    reserve: Sum | None = None


class ProofIn(In):
    """The day on which claim and proof were complete."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"on": "2026-11-24"}]})
    on: Day


class FactIn(In):
    """A fact as established, and what bears it out."""

    value: bool | Words
    evidence: References = Field(default_factory=list)


class ItemIn(In):
    """An item claimed under one cover, with the facts about it."""

    id: Code
    cover: Code
    amount: Figure
    paid_in: Literal["money", "virtual_currency"] = "money"
    facts: Annotated[dict[Code, FactIn], Field(max_length=40)] = Field(default_factory=dict)


class DetermineIn(In):
    """Facts of the case and items claimed; the wording says which facts its clauses read."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"facts": _FACTS, "items": [_ITEM]}]})
    facts: Annotated[dict[Code, FactIn], Field(max_length=60)]
    items: Annotated[list[ItemIn], Field(max_length=100)]


class DeductionIn(In):
    """What is taken off a line, and why: the clause it rests on."""

    reason: Line
    amount: Figure


class LineIn(In):
    """A line of a worksheet."""

    id: Code
    kind: Code
    claimed: Figure
    paid_in: Literal["money", "virtual_currency"] = "money"
    evidence: References = Field(default_factory=list)
    deductions: Annotated[list[DeductionIn], Field(max_length=20)] = Field(default_factory=list)


class HoursIn(In):
    """`repeat` equal hours, in the order in which they passed."""

    repeat: Annotated[int, Field(ge=1, le=MOST_HOURS)] = 1
    expected_profit: Figure
    fixed_cost: Figure
    actual: Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,13}(\.[0-9]{1,4})?$")]


def _a_year(hours: list[HoursIn]) -> list[HoursIn]:
    if sum(run.repeat for run in hours) > MOST_HOURS:
        raise PydanticCustomError("too_long", "too many hours", {"max_length": MOST_HOURS})
    return hours


class InterruptionIn(In):
    """A loss of business, hour by hour, of a year at most."""

    hours: Annotated[list[HoursIn], Field(max_length=1000), AfterValidator(_a_year)]
    evidence: References = Field(default_factory=list)
    extra_cost: Figure = "0"
    extra_evidence: References = Field(default_factory=list)
    saved_cost: Figure = "0"
    avoided: Figure | None = None


class SheetIn(In):
    """The worksheet of one cover: lines, or an interruption."""

    cover: Code
    lines: Annotated[list[LineIn], Field(max_length=200)] | None = None
    interruption: InterruptionIn | None = None


class AdjustIn(In):
    """One worksheet for each cover."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"worksheets": [_SHEET]}]})
    worksheets: Annotated[list[SheetIn], Field(max_length=30)]


class ReserveIn(In):
    """What is expected still to be paid, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount": _CNY, "reason": "初步估损"}]})
    amount: Sum
    reason: Annotated[str, StringConstraints(max_length=200), AfterValidator(storable)]


class ApproveIn(In):
    """How much may be paid in all; without an amount everything payable."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount": _CNY, "note": "同意赔付"}]})
    amount: Sum | None = None
    note: Words = ""


class PayIn(In):
    """`key` names the payment: whoever sends it again, it is paid once."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"key": "PAY-2026-0001", "amount": _CNY, "payee": "杭州云票通科技有限公司"}]}
    )
    key: Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(storable)]
    amount: Sum
    payee: Line


class CloseIn(In):
    """Why, and whether the insured took the claim back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "赔款已全部支付", "withdrawn": False}]})
    reason: Words
    withdrawn: bool = False


class Claim(Out):
    """Payable after the newest adjustment, allowed to be paid, and paid."""

    id: UUID
    number: str
    status: str
    company: Named
    policy: UUID
    incident: UUID
    payable: Amount
    approved: Amount
    paid: Amount
    opened_at: datetime


class Numbered(Out):
    id: UUID
    number: str


class Determination(Out):
    """`result` holds every gate, item and clause with its reason; for brokers without evidence."""

    at: datetime
    outcome: str
    wording: str
    engine: str
    result: dict[str, Any]


class Span(Out):
    """One cover on the way from claimed to payable."""

    cover: str
    claimed: Amount
    disallowed: Amount
    retained: Amount
    coinsured: Amount
    above_sub_limit: Amount
    above_aggregate: Amount
    payable: Amount
    mitigation: Amount


class Adjustment(Out):
    at: datetime
    claimed: Amount
    payable: Amount
    mitigation: Amount
    total: Amount
    worksheets: list[Any]
    bridge: list[Span]
    engine: str


class Payment(Out):
    number: str
    at: datetime
    amount: Amount
    mitigation: Amount
    payee: str


class Step(Out):
    """What has happened: opened, determined, adjusted, approved, paid, denied, closed or reopened."""

    step: str
    at: datetime
    outcome: str | None
    amount: Amount | None
    why: str | None


class Clock(Out):
    """A day of the law."""

    code: str
    title: Texts
    law: Texts
    due: date
    done_on: date | None
    overdue: bool


class Reserve(Out):
    at: datetime
    amount: Amount
    reason: str
    by: str | None


class ClaimPage(Out):
    """A claim. `reserve` and `reserves` are told to the insurer alone: for others these fields are not there."""

    id: UUID
    number: str
    status: str
    company: Named
    policy: Numbered
    incident: Numbered
    payable: Amount
    approved: Amount
    paid: Amount
    determination: Determination | None
    refused_items: list[Any]
    adjustment: Adjustment | None
    payments: list[Payment]
    steps: list[Step]
    clocks: list[Clock]
    files: list[FileOut]
    reserve: Amount | None = None
    reserves: list[Reserve] | None = None


class Replay(Out):
    """Whether determination and adjustment come out the same again; null while there is none."""

    determination: bool | None
    adjustment: bool | None


class Overdue(Out):
    claims: list[Claim]


class Difference(Out):
    """Where the books disagree; amounts in minor units."""

    code: str
    subject: str
    expected: int
    found: int


class Reconciliation(Out):
    """Whether ledger, policies, claims and payments tell the same story."""

    sound: bool
    differences: list[Difference]
