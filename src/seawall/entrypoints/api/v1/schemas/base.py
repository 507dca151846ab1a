"""What every part of the API is made of: bounded texts, exact amounts, pages of lists."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from ninja import Header, Schema
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from seawall.core.money import Money
from seawall.entrypoints.api.parser import writable

T = TypeVar("T", bound=BaseModel)
FIRST_YEAR, LAST_YEAR = 1990, 2100


def storable(text: str) -> str:
    if not writable(text):
        raise PydanticCustomError("unreadable", "holds a sign that cannot be stored")
    return text


def _in_time(found: Any) -> Any:
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise PydanticCustomError("out_of_time", "lies outside 1990 to 2100")
    return found


Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(storable)]
Code = Annotated[str, StringConstraints(max_length=60), AfterValidator(storable)]
Words = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(storable)]
Day = Annotated[date, AfterValidator(_in_time)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_time)]
Figure = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,13}(\.[0-9]{1,4})?$")]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Names this write: repeated with the same body it is done once and answered the same; with another "
        "body or at another address it is refused (422). Kept as long as the books. A UUID serves well.",
        examples=["7b1f3c52-0f64-4d0c-9f0e-6d8f4a3a2b10"],
    ),
]
Texts = dict[str, str]
Language = Literal["zh", "en"]


class In(BaseModel):
    """The base of every request body: a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    """The base of everything that is told."""


class Empty(In):
    """A write without particulars."""


class Paging(Schema):
    """Which page of a list, and how long a page is."""

    page: Annotated[int, Field(ge=1, le=10_000)] = 1
    size: Annotated[int, Field(ge=1, le=200)] = 50


class Amount(BaseModel):
    """Exact: major units as text, with the decimals of the currency (ISO 4217)."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"amount": "1234.50", "currency": "CNY"}]}
    )
    amount: Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,19}(\.[0-9]{1,4})?$")]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Sum(Amount):
    """An amount as it is sent in: at most thirteen digits before the point."""

    amount: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,13}(\.[0-9]{1,4})?$")]

    def money(self) -> Money:
        """As money; raises `UnknownCurrency`, `NotAnAmount`."""
        return Money.of(Decimal(self.amount), self.currency)


def amount(money: Money) -> Amount:
    """Money as it goes out."""
    return Amount(amount=f"{money.amount:f}", currency=money.currency)


def minor(value: int, currency: str) -> Amount:
    """An amount in minor units as it goes out."""
    return amount(Money(value, currency))


def maybe(value: int | None, currency: str) -> Amount | None:
    return None if value is None else minor(value, currency)


def with_amounts(found: Any) -> Any:
    """A document with every {minor, currency} in it as an `Amount`."""
    if isinstance(found, dict):
        if found.keys() == {"minor", "currency"}:
            return minor(found["minor"], found["currency"]).model_dump()
        return {key: with_amounts(part) for key, part in found.items()}
    return [with_amounts(part) for part in found] if isinstance(found, list | tuple) else found


class Reason(In):
    """Why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "客户申请，已电话核实"}]})
    reason: Words


class Note(In):
    """A remark."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "已核实"}]})
    note: Words = ""


class DecideIn(In):
    """Yes or no, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"approve": True, "note": "控制措施已核实，同意承保"}]})
    approve: bool
    note: Words


class FileIn(In):
    """A file inside JSON: `content` is base64."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "invoice-001.csv", "content": "aXRlbSxhbW91bnQKdHJhY2luZywzMDAwMAo="}]}
    )
    name: Line
    content: Annotated[str, StringConstraints(max_length=28_000_000, pattern=r"^[A-Za-z0-9+/]*={0,2}$")]


class Ordered(Out):
    """It has been ordered and is being drawn up; ask for it in a moment."""

    ordered: bool = True


class Made(Out):
    """What a write made or changed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"id": "6f0c2c1e-7d0f-4d3a-9f63-0a4b5c6d7e8f", "number": "P-2026-000001", "status": "in_force"}
            ]
        }
    )
    id: UUID
    number: str | None = None
    status: str | None = None


class Named(Out):
    """A party or an object by id and names."""

    id: UUID
    name: Texts


class Listed(Out, Generic[T]):
    """A page of a list; `next` is the number of the next page, null on the last."""

    items: list[T]
    total: int
    next: int | None

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        return f"ListOf{params[0].__name__}"


class Verdict(Out):
    """Whether a number came out the same again, and where it did not."""

    equal: bool
    differing: list[str]


class FileOut(Out):
    """An original in the vault."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    stored_at: datetime


def names_of(zh: str, en: str) -> Texts:
    """Both names; the Chinese one stands in for an English one that is missing."""
    return {"zh": zh, "en": en or zh}
