from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from seawall import reference
from seawall.entrypoints.api.v1.schemas.base import Amount, Day, FileIn, In, Line, Named, Out, Texts, Words

_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
Domains = Annotated[list[Line], Field(min_length=1, max_length=50)]


class SubmissionIn(In):
    """`document` is the submission document, as `seawall schema submission` describes it field by field."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"document": reference.example("saas-invoice")}]}  # type: ignore[dict-item]
    )
    document: dict[str, Any]


class AnswersIn(In):
    """Question to answer: yes, partly, no, unknown, a choice or a number. A file that bears all of them out comes along
    as `upload`, or is named by its id in `file`; `evidence_until` is the last day on which it does."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"answers": {"Q011": "yes", "Q030": "separate"}, "scope": "全公司"}]}
    )
    answers: Annotated[dict[Line, Words], Field(min_length=1, max_length=200)]
    scope: Line = ""
    upload: FileIn | None = None
    file: UUID | None = None
    evidence_until: date | None = None


class ConsentIn(In):
    """Which domains may be looked at from outside, in the words of whoever consents, until which day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "company": _ID,
                    "domains": ["yunpiaotong.example"],
                    "statement": "同意对上述域名进行非侵入式外部扫描",
                    "until": "2027-06-30",
                }
            ]
        }
    )
    company: UUID
    domains: Domains
    statement: Words
    until: Day


class ScanIn(In):
    """Domains to look at; each must lie under a verified consent."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"company": _ID, "domains": ["yunpiaotong.example"]}]})
    company: UUID
    domains: Domains
    submission: UUID | None = None


class Company(Out):
    id: UUID
    name: Texts
    credit_code: str
    country: str


class CompanyPage(Company):
    """With what is newest of it."""

    broker: Named | None
    submission: UUID | None
    assessment: UUID | None
    scan: UUID | None


class Submission(Out):
    """An application; `document` is without its answers, which are told apart."""

    id: UUID
    number: str
    status: str
    company: UUID
    document: dict[str, Any]
    reason: str
    filed_at: datetime


class Answer(Out):
    """`backed` says that a file came with it; `file` is its id for those who may read it, `evidence_until` the last day
    on which it bears the answer out, where it has one of its own."""

    question: str
    value: str
    scope: str
    answered_by: str
    answered_on: date
    backed: bool
    file: UUID | None
    evidence_until: date | None


class SubmissionPage(Submission):
    answers: dict[str, Answer]


class Answers(Out):
    """Every answer given to one question, newest first."""

    question: str
    answers: list[Answer]


class Question(Out):
    """`options` are the answers that may be given; a number lies between `low` and `high`.

    `tier` is the first form that asks it (empty: all do); `forms` are the headings of other forms that the answer
    fills, by framework."""

    id: str
    section: str
    kind: str
    text: Texts
    help: Texts
    options: dict[str, Texts]
    low: str | None
    high: str | None
    required: bool
    tier: str
    forms: dict[str, list[str]]
    answer: Answer | None


class Questionnaire(Out):
    """The questions that the company's form asks now, and how far the answers have got. `further` questions belong to
    fuller forms; an answer to them counts too."""

    tier: str
    further: int
    questions: list[Question]
    answered: int
    asked: int
    unknown: int
    complete: bool


class Brought(Out):
    """How many answers of a file differed from those on record and were kept."""

    kept: int


class FilledAnswer(Out):
    """One question under a heading: the answer in words (empty: none), and what was seen in place of one."""

    question: str
    text: str
    answer: str
    seen: str


class FilledHeading(Out):
    """One heading of a form: `standing` is present, partial, absent, told or open, after the answers alone."""

    ref: str
    title: str
    standing: str
    entries: list[FilledAnswer]


class FilledForm(Out):
    """A framework's form as the answers fill it: only headings that a question bears on."""

    framework: str
    headings: list[FilledHeading]


class Premium(Out):
    """A premium (null where the plan refuses) within what the evidence leaves open, 5 to 95 %."""

    premium: Amount | None
    low: Amount | None
    high: Amount | None


class Indication(Out):
    """Score (0 to 100, higher is better) with its 5 to 95 % interval and a peer's; premiums by product."""

    score: float
    low: float
    high: float
    peer: float
    unseen: int
    premiums: dict[str, Premium]


class Consent(Out):
    """`record` is the TXT record that each domain's name servers must show; `verification` what they showed."""

    id: UUID
    company: UUID
    domains: list[str]
    statement: str
    given_by: str
    valid_from: date
    valid_until: date
    record: dict[str, str]
    verified_at: datetime | None
    verification: dict[str, Any]
    withdrawn_at: datetime | None


class Scan(Out):
    id: UUID
    company: UUID
    domains: list[str]
    purpose: str
    status: str
    progress: dict[str, Any]
    error: str
    ordered_at: datetime
    finished_at: datetime | None


class Finding(Out):
    """One check on one asset: found (the fault is there), not_found, or could_not_check with the reason."""

    check: str
    asset: str
    state: str
    severity: str
    observed_at: datetime
    detail: dict[str, Any]
    reason: str


class ScanPage(Scan):
    findings: list[Finding]


class Assessment(Out):
    """`score` with its 5 to 95 % interval; `level` by GB/T 20984, 1 to 5 (gravest)."""

    id: UUID
    submission: UUID
    as_of: date
    score: float
    low: float
    high: float
    level: int
    engine: str
    made_at: datetime


class BookPeers(Out):
    """The companies of the insurer's own book of this industry (and like revenue when `sized`): `below` is the share of
    them that score lower. `count` and `quartiles` are for the office; others read `below` in tenths."""

    sized: bool
    below: float
    count: int | None
    quartiles: list[float] | None


class AssessmentPage(Assessment):
    """`result` holds beliefs, contradictions, synthetic peers, the worth of more evidence, scenarios, fixes and priced
    options with every step; outside the office it is without the insides of the loss model. `book_peers` is null where
    fewer than ten companies compare. `releases` and `seed` are what it can be replayed from."""

    seed: int
    releases: dict[str, Any]
    result: dict[str, Any]
    book_peers: BookPeers | None


class Passed(Out):
    """A year's loss passes `amount` about once in `years`; null: more rarely than is computed."""

    kind: str
    amount: Amount
    years: int | None


class Exposure(Out):
    """For retention, tolerance and limit of the request."""

    passed: list[Passed]
