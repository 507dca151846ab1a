"""A submission 投保申请 as the platform holds it: facts, request, answers and consent. Validation is in `reading`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from seawall.core.money import Money
from seawall.core.period import Period


@dataclass(frozen=True, slots=True)
class Vendor:
    """A supplier the company depends on; `category` is one of `VENDOR_CATEGORIES`."""

    name: str
    category: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """An outside attestation; `standard` is one of `CERTIFICATE_STANDARDS`, good through `valid_until` inclusive."""

    standard: str
    valid_until: date


@dataclass(frozen=True, slots=True)
class Company:
    """The applicant. `industry` is a GB/T 4754-2017 code: section letter and up to four digits ("I", "I64", "I6432").

    `revenue` is last year's; `records_held` counts personal-information records; `domains` are ASCII (punycode),
    lower case; `credit_code` is the 统一社会信用代码 (companies outside mainland China may have none).
    """

    name_zh: str
    name_en: str
    country: str
    credit_code: str | None
    industry: str
    revenue: Money
    employees: int
    records_held: int
    domains: tuple[str, ...] = ()
    vendors: tuple[Vendor, ...] = ()
    mlps_level: int | None = None
    certificates: tuple[Certificate, ...] = ()
    critical_infrastructure: bool = False

    def name(self, language: str) -> str:
        """The name in "zh…" or another language, or the only one there is."""
        first, second = (self.name_zh, self.name_en) if language.startswith("zh") else (self.name_en, self.name_zh)
        return first or second


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. `product` may be left open; `tolerance` is the loss the company can bear itself in a year."""

    product: str | None
    limit: Money
    retention: Money
    waiting_hours: int
    inception: date
    tolerance: Money | None = None

    @property
    def period(self) -> Period:
        """The twelve months from inception."""
        return Period.year_from(self.inception)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, with who gave it and when: the duty of disclosure 如实告知 rests on it.

    `value` is yes, partly, no, unknown, a choice code, or a number or text as written. `evidence_until` is the last day
    the file bears it out.
    """

    question: str
    value: str
    answered_by: str
    answered_on: date
    scope: str = ""
    evidence_file: str | None = None
    evidence_until: date | None = None


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """Leave to scan `domains` (and the hosts under them), from `valid_from` up to but not including `valid_until`."""

    domains: tuple[str, ...]
    by: str
    valid_from: date
    valid_until: date

    @property
    def period(self) -> Period:
        return Period(self.valid_from, self.valid_until)


@dataclass(frozen=True, slots=True)
class Submission:
    """Everything the applicant sent, valid as of the day it was read."""

    id: str
    company: Company
    request: Request
    answers: tuple[Answer, ...] = ()
    consent: ConsentGiven | None = None
