"""What each paper needs, as plain maps. Names and reasons come in the language of the paper; amounts as `Amount`.

Dates are ISO text ("2026-11-24"), times ISO text in the zone they are to be shown in. `None` and empty lists leave
a part out. Shares and probabilities are numbers (0.1 for ten per cent).
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

Lang = Literal["zh", "en"]
PaperKind = Literal["assessment", "schedule", "quote", "settlement", "conformity"]


class Amount(TypedDict):
    """Integer minor units of an ISO 4217 currency."""

    minor: int
    currency: str


class Party(TypedDict):
    name: str
    id: NotRequired[str]
    address: NotRequired[str]


class Release(TypedDict):
    kind: str
    id: str
    version: str
    sha256: str


class Score(TypedDict):
    """Points from 0 to 100: value, interval and where peers stand."""

    value: float
    low: float
    high: float
    peer: float


class Peers(TypedDict):
    """Synthetic companies of the industry and size: share that scores lower, and their quartiles."""

    below: float
    quartiles: list[float]


class WorthRow(TypedDict):
    """A piece of evidence still to be had, and the points by which it can be expected to narrow the interval."""

    what: str
    control: str
    narrows: float


class RiskLevel(TypedDict):
    """GB/T 20984: `level` of 5 in the method of record."""

    level: int
    value: float
    name: str


class LossFigures(TypedDict):
    """Of one year, before insurance: mean, 1-in-20, 1-in-200, and the mean of the years beyond 1-in-200."""

    expected: Amount
    q95: Amount
    q995: Amount
    tail995: Amount


class CurvePoint(TypedDict):
    """Probability that a year's loss exceeds `amount` (major units)."""

    amount: float
    probability: float


class Mark(TypedDict):
    """A vertical line on the curve: retention, limit, tolerance."""

    label: str
    amount: float


class ScenarioRow(TypedDict):
    name: str
    rate: float
    expected: Amount
    mean: Amount
    treatment: str


class FindingRow(TypedDict):
    check: str
    title: str
    asset: str
    severity: Literal["info", "low", "medium", "high", "critical"]


class OpenCheck(TypedDict):
    """A check that could not be made, and why."""

    check: str
    title: str
    asset: str
    reason: str


class Contradiction(TypedDict):
    control: str
    claimed: str
    seen: str


class FixRow(TypedDict):
    """`premium` is the change of the annual premium, below zero when it falls; None where it could not be priced."""

    title: str
    points: float
    loss_avoided: Amount
    premium: Amount | None
    cost: Amount | None


class OptionRow(TypedDict):
    product: str
    limit: Amount
    retention: Amount
    premium: Amount | None


class AssessmentPaper(TypedDict):
    """The report on one company. `seed`, `engine` and `releases` let anyone compute it again.

    Without `losses` the loss model stays out (losses, curve): the report that the company itself gets. Where nothing
    was scanned, `scanned` is false and the paper says so instead of counting no faults. `book_below` is the share of
    comparable companies of the insurer's book that score lower, None where too few compare.
    """

    number: str
    issued_on: str
    issuer: Party
    company: Party
    domains: list[str]
    industry: str
    score: Score
    level: RiskLevel
    losses: LossFigures | None
    curve: list[CurvePoint]
    marks: list[Mark]
    scenarios: list[ScenarioRow]
    scanned: NotRequired[bool]
    findings: list[FindingRow]
    open_checks: list[OpenCheck]
    unseen_controls: list[str]
    peers: NotRequired[Peers | None]
    book_below: NotRequired[float | None]
    worth: NotRequired[list[WorthRow]]
    contradictions: list[Contradiction]
    fixes: list[FixRow]
    options: list[OptionRow]
    seed: int
    engine: str
    releases: list[Release]


class CoverRow(TypedDict):
    """`coinsurance` is the share the insured bears; `waiting_hours` None where no waiting period applies."""

    name: str
    limit: Amount
    retention: Amount
    waiting_hours: int | None
    coinsurance: float


class Clause(TypedDict):
    code: str
    title: str
    text: str


class Premium(TypedDict):
    net: Amount
    tax: Amount
    total: Amount


class SchedulePaper(TypedDict):
    """The policy schedule 保险单明细表. `first_day` and `end_day` are half-open: cover ends as `end_day` begins."""

    number: str
    issued_on: str
    issuer: Party
    insured: Party
    broker: Party | None
    product: str
    wording: str
    first_day: str
    end_day: str
    zone: str
    retroactive_on: str | None
    jurisdiction: str
    aggregate_limit: Amount
    covers: list[CoverRow]
    services: list[str]
    clauses: list[Clause]
    exclusions: list[Clause]
    conditions: list[str]
    premium: Premium
    premium_due_on: str | None


class Step(TypedDict):
    """One step of the premium: what was applied, and what it came to."""

    title: str
    inputs: str
    factor: str
    amount: Amount | None


class QuoteOption(TypedDict):
    name: str
    limit: Amount
    retention: Amount
    premium: Premium
    covers: list[CoverRow]
    steps: list[Step]


class QuotePaper(TypedDict):
    """An offer 报价单 with one or more options; `subjectivities` must be met before cover begins."""

    number: str
    issued_on: str
    valid_until: str
    issuer: Party
    insured: Party
    broker: Party | None
    inception: str
    wording: str
    options: list[QuoteOption]
    subjectivities: list[str]
    referred: str


class GateRow(TypedDict):
    """One reason of the coverage determination."""

    gate: str
    outcome: Literal["passed", "failed", "needs_evidence", "partly"]
    clause: str
    reason: str


class ItemRow(TypedDict):
    cover: str
    item: str
    claimed: Amount
    assessed: Amount
    reason: str


class BridgeStep(TypedDict):
    """From gross to paid: deductions below zero; `kind` "total" for a running result, "step" for what moves it."""

    label: str
    amount: Amount
    kind: Literal["total", "step"]


class PaymentRow(TypedDict):
    payee: str
    account: str
    amount: Amount
    due_on: str


class SettlementPaper(TypedDict):
    """The settlement statement of a claim 赔款计算书."""

    number: str
    issued_on: str
    issuer: Party
    insured: Party
    policy: str
    event: str
    cause: str
    occurred_at: str
    discovered_at: str
    notified_at: str
    gates: list[GateRow]
    items: list[ItemRow]
    bridge: list[BridgeStep]
    payable: Amount
    payments: list[PaymentRow]
    decided_by: list[str]
    notes: list[str]


class Share(TypedDict):
    """A verdict in words and how many requirements it was given."""

    verdict: str
    count: int
    meaning: str


class RequirementRow(TypedDict):
    """`figures` are the four probabilities in per cent, empty where nothing speaks of it; `basis` what says so."""

    code: str
    title: str
    verdict: str
    tone: Literal["good", "fair", "bad", "open"]
    figures: list[str]
    basis: str


class ChapterPart(TypedDict):
    name: str
    result: str
    rows: list[RequirementRow]


class ConformityPaper(TypedDict):
    """How far a company meets a library 合规对照报告; `notes` say what the report is not and what is doubtful."""

    number: str
    issued_on: str
    issuer: Party
    company: Party
    library: str
    level: str
    standing: str
    publisher: str
    range: str
    shares: list[Share]
    states: list[str]
    indication: str
    chapters: list[ChapterPart]
    notes: list[str]
    release: Release
