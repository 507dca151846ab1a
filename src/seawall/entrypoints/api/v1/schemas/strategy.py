from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from seawall.entrypoints.api.v1.schemas.base import Amount, Code, Day, In, Named, Out, Sum, Texts


class OfferIn(In):
    """Releases of a product and of its wording, and the first day of sale."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "release": "0f8fad5b-d9cb-469f-a165-70867728950e",
                    "wording": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
                    "start": "2027-01-01",
                }
            ]
        }
    )
    release: UUID
    wording: UUID
    start: Day


class AdoptIn(In):
    """A release and the first day on which it applies."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"release": "0f8fad5b-d9cb-469f-a165-70867728950e", "start": "2027-01-01"}]}
    )
    release: UUID
    start: Day


class AppointIn(In):
    """A provider, the service it is appointed for, its price per engagement and how fast it answers."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "organisation": "0f8fad5b-d9cb-469f-a165-70867728950e",
                    "service": "penetration_test",
                    "price": {"amount": "30000.00", "currency": "CNY"},
                    "response_minutes": 30,
                }
            ]
        }
    )
    organisation: UUID
    service: Code
    price: Sum
    response_minutes: Annotated[int, Field(ge=1, le=43_200)]


class Product(Out):
    id: UUID
    product: str
    name: Texts
    release: str
    wording: str
    covers: Any
    services: Any


class Appetite(Out):
    id: UUID
    release: str
    start: date | None
    rules: list[dict[str, Any]]


class RatingPlan(Out):
    """`body` is the whole rate manual."""

    id: UUID
    release: str
    currency: str
    start: date | None
    body: dict[str, Any]


class Place(Out):
    """A provider's place on the panel."""

    id: UUID
    organisation: Named
    service: str
    price: Amount
    response_minutes: int
    hotline: str


class Proposal(Out):
    """What experience proposes; amounts in `evidence` are minor units of the plan's currency."""

    id: UUID
    plan: str
    status: str
    evidence: dict[str, Any]
    proposed: dict[str, Any]
    proposed_at: datetime
    note: str


class Dated(Out):
    """What applied in a period; `end` is the first day on which it no longer does."""

    id: UUID
    what: str
    release: str
    start: date | None
    end: date | None


class History(Out):
    """Everything that applied, applies and will apply, newest first."""

    appetites: list[Dated]
    products: list[Dated]
    rating_plans: list[Dated]


class Saying(Out):
    """One rule of the appetite in words: declined or referred, why, and what would change it."""

    rule: str
    outcome: str
    reason: Texts
    remedy: Texts


class Sayings(Out):
    rules: list[Saying]


class Hotline(Out):
    organisation: Named
    kind: str
    hotline: str


class Hotlines(Out):
    hotlines: list[Hotline]


class PublishedFigure(Out):
    """One published number; `unit` is a currency (major units), count, share, rate (a policy and year), …"""

    id: Code
    name: Texts
    value: str
    unit: str
    relation: str = Field(description="exactly, about, over")
    evidence: str = Field(description="verified, derived, paper, general")


class FigureSource(Out):
    """A publication or event with its figures."""

    id: Code
    name: Texts
    kind: str
    period: str
    paper: str = Field(description="Section of the 2022 white paper that cites it, or empty")
    read_in: str
    used_for: list[str]
    says: Texts | None
    figures: list[PublishedFigure]


class OwnFigure(Out):
    """A figure of the own book beside a published one; `own` and `ratio` are null where the book is too small."""

    code: Code
    own: str | None
    published: PublishedFigure
    source: Code
    ratio: str | None


class Book(Out):
    """The own book in one currency; `years` are policy years and `claims` claims of the last twelve months."""

    currency: str
    policies: int
    premium: Amount
    limits: Amount
    years: str
    claims: int
    beside: list[OwnFigure]
