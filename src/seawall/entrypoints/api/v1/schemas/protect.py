from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from seawall.entrypoints.api.v1.schemas.base import Amount, Code, Day, FileIn, In, Named, Out, Sum, Texts, Words

_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


class WishIn(In):
    """An option asked for; without `covers` the product's standard content."""

    product: Code
    limit: Sum
    retention: Sum
    waiting_hours: Annotated[int, Field(ge=0, le=720)]
    covers: Annotated[list[Code], Field(max_length=20)] = Field(default_factory=list)


class QuoteIn(In):
    """The assessment to quote on. Without `wishes` every product on sale is priced as the submission asks for it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"assessment": _ID},
                {
                    "assessment": _ID,
                    "wishes": [
                        {
                            "product": "bespoke",
                            "limit": {"amount": "5000000.00", "currency": "CNY"},
                            "retention": {"amount": "50000.00", "currency": "CNY"},
                            "waiting_hours": 12,
                        }
                    ],
                },
            ]
        }
    )
    assessment: UUID
    wishes: Annotated[list[WishIn], Field(max_length=12)] = Field(default_factory=list)


class BindIn(In):
    """The option to bind, and the first day of cover where it is another than was quoted."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"option": _ID}]})
    option: UUID
    start: Day | None = None


class CancelIn(In):
    """The first day without cover, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"on": "2027-03-01", "reason": "投保人申请退保"}]})
    on: Day
    reason: Words


class PromiseIn(In):
    """The day by which it will be done."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"due": "2027-01-31"}]})
    due: Day


class FinishIn(In):
    """How it can be seen that it is done: a note, a file, or one in the vault."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "已对全部远程登录启用多因素认证"}]})
    note: Words = ""
    proof: FileIn | None = None
    file: UUID | None = None


class Quote(Out):
    id: UUID
    number: str
    status: str
    insured: Named
    submission: UUID
    made_at: datetime
    valid_until: datetime


class Cover(Out):
    """One cover of the terms; `coinsurance` is the share that the insured bears."""

    cover: str
    limit: Amount
    retention: Amount
    coinsurance: str
    waiting_hours: int
    waiting: str
    indemnity_days: int | None


class Terms(Out):
    product: str
    aggregate: Amount
    covers: list[Cover]


class Option(Out):
    """A product at one limit and retention. `extras` is what each further cover would add to the premium, `rating` the
    price with every step, `refused` why there is none.

    `rating`, `refused`, `outcome` and `reasons` are told to the insurer and the broker, `internals` (expected loss,
    technical price) to the insurer alone: for others these fields are not there.
    """

    id: UUID
    product: str
    limit: Amount
    retention: Amount
    premium: Amount | None
    terms: Terms
    extras: dict[str, Amount]
    wording: UUID
    can_be_bound: bool
    rating: dict[str, Any] | None = None
    refused: list[Any] | None = None
    outcome: str | None = None
    reasons: list[Any] | None = None
    internals: dict[str, Any] | None = None


class Referral(Out):
    """`decided_by` and `note` are told to the insurer alone."""

    id: UUID
    status: str
    reasons: list[Any]
    decided_at: datetime | None
    decided_by: str | None = None
    note: str | None = None


class QuotePage(Out):
    """A quote with its options. `outcome` to `commission_share` are told to the insurer and the broker alone."""

    id: UUID
    number: str
    status: str
    insured: Named
    submission: UUID
    assessment: UUID
    inception: date
    valid_until: datetime
    expired: bool
    options: list[Option]
    outcome: str | None = None
    referrals: list[Referral] | None = None
    releases: dict[str, Any] | None = None
    engine: str | None = None
    commission_share: str | None = None


class OpenReferral(Out):
    """A quote that waits for an underwriter."""

    id: UUID
    quote: UUID
    number: str
    insured: Named
    reasons: list[Any]
    since: datetime


class Policy(Out):
    """`expiry` is the first day without cover, unless it was cancelled earlier."""

    id: UUID
    number: str
    status: str
    insured: Named
    product: str
    inception: date
    expiry: date
    premium: Amount
    aggregate: Amount


class Paper(Out):
    kind: str
    language: str
    at: datetime


class PolicyPage(Policy):
    """A policy with its terms and papers; `ledger` (account to balance) is told to the insurer alone."""

    cancelled_on: date | None
    terms: Terms
    wording: str
    bound_at: datetime
    issued_at: datetime | None
    papers: list[Paper]
    ledger: dict[str, Amount] | None = None


class LedgerEntry(Out):
    """One side of a booking: `debit` is positive for debits, negative for credits; each booking adds up to zero."""

    id: UUID
    booking: UUID
    account: str
    debit: Amount
    policy: UUID | None
    memo: str
    reverses: UUID | None
    at: datetime


class Booked(Out):
    """The number of the booking that takes the other back."""

    booking: UUID


class Fix(Out):
    """What to do about one control: points of the score, loss avoided a year, change of premium."""

    id: UUID
    company: UUID
    control: str
    title: Texts
    points: str
    loss_avoided: Amount
    premium: Amount | None
    status: str
    due: date | None
    done_at: datetime | None
    verified_at: datetime | None
    proved_by_file: bool
    note: str


class Tracked(Out):
    """The fixes that are followed from now on."""

    fixes: list[Fix]
