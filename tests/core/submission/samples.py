"""Sample submissions, and hypothesis strategies for valid ones."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from seawall.core.money import Money
from seawall.core.submission import (
    CERTIFICATE_STANDARDS,
    PRODUCTS,
    VENDOR_CATEGORIES,
    Answer,
    Certificate,
    Company,
    ConsentGiven,
    Request,
    Submission,
    Vendor,
)

AS_OF = date(2026, 11, 24)

DOCUMENT: dict[str, Any] = {
    "id": "SUB-1",
    "currency": "CNY",
    "company": {
        "name_zh": "云票通（杭州）科技有限公司",
        "name_en": "Yunpiaotong",
        "country": "CN",
        "credit_code": "91330106MA2KPT7X3D",
        "industry": "I65",
        "revenue": "8600万",
        "employees": 210,
        "records_held": "１，８５０，０００",
        "domains": ["yunpiaotong.example", "票.test"],
        "vendors": [{"name": "示例云", "category": "cloud"}],
        "mlps_level": 3,
        "certificates": [{"standard": "iso27001", "valid_until": "2028-05-31"}],
        "critical_infrastructure": False,
    },
    "request": {
        "product": "system",
        "limit": {"amount": "10000000", "currency": "CNY"},
        "retention": 100000,
        "waiting_hours": 12,
        "inception": "2027-04-01",
        "tolerance": "200万",
    },
    "answers": [
        {
            "question": "Q011",
            "value": True,
            "answered_by": "李敏",
            "answered_on": "2026-11-20",
            "scope": "全部",
            "evidence_file": "vault:a.pdf",
        },
        {"question": "Q014", "value": 6, "answered_by": "李敏", "answered_on": "２０２６-11-20"},
    ],
    "consent": {
        "domains": ["www.yunpiaotong.example"],
        "by": "王建国",
        "valid_from": "2026-11-20",
        "valid_until": "2027-11-20",
    },
}

ABSENT = object()


def changed(path: str, value: Any = ABSENT) -> dict[str, Any]:
    """The sample with one value set (or taken away), by dotted path."""
    document = copy.deepcopy(DOCUMENT)
    *parents, last = path.split(".")
    place: Any = document
    for key in parents:
        place = place[int(key) if isinstance(place, list) else key]
    key_or_index: Any = int(last) if isinstance(place, list) else last
    if value is ABSENT:
        del place[key_or_index]
    else:
        place[key_or_index] = value
    return document


_words = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=20)
_days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
_codes = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,10}", fullmatch=True)
_domains = st.lists(st.from_regex(r"[a-z0-9]{1,10}\.(example|com)", fullmatch=True), max_size=3, unique=True).map(tuple)


def _money(currency: str, low: int = 0) -> st.SearchStrategy[Money]:
    return st.integers(low, 10**11).map(lambda minor: Money(minor, currency))


@st.composite
def _requests(draw: st.DrawFn) -> Request:
    currency = draw(st.sampled_from(("CNY", "JPY", "KWD", "USD")))
    limit = draw(_money(currency, low=1))
    return Request(
        product=draw(st.sampled_from((None, *PRODUCTS))),
        limit=limit,
        retention=Money(draw(st.integers(0, limit.minor - 1)), currency),
        waiting_hours=draw(st.integers(0, 720)),
        inception=AS_OF + timedelta(days=draw(st.integers(0, 180))),
        tolerance=draw(st.none() | _money(currency)),
    )


def _companies(domains: tuple[str, ...]) -> st.SearchStrategy[Company]:
    return st.builds(
        Company,
        name_zh=_words,
        name_en=st.just("") | _words,
        country=st.just("CN"),
        credit_code=st.sampled_from(("91330106MA2KPT7X3D", "91310115MA1HTG8L23")),
        industry=st.sampled_from(("A", "I65", "C3911", "T97")),
        revenue=st.sampled_from(("CNY", "JPY", "USD")).flatmap(_money),
        employees=st.integers(0, 10**6),
        records_held=st.integers(0, 10**10),
        domains=st.just(domains),
        vendors=st.lists(st.builds(Vendor, _words, st.sampled_from(VENDOR_CATEGORIES)), max_size=2).map(tuple),
        mlps_level=st.none() | st.integers(1, 4),
        certificates=st.lists(st.builds(Certificate, st.sampled_from(CERTIFICATE_STANDARDS), _days), max_size=2).map(
            tuple
        ),
        critical_infrastructure=st.booleans(),
    )


def _consents(domains: tuple[str, ...]) -> st.SearchStrategy[ConsentGiven | None]:
    if not domains:
        return st.none()
    given_for = st.sampled_from((domains, tuple(f"www.{domain}" for domain in domains)))
    return st.none() | st.builds(
        ConsentGiven,
        domains=given_for,
        by=_words,
        valid_from=st.just(AS_OF),
        valid_until=st.integers(1, 400).map(lambda days: AS_OF + timedelta(days=days)),
    )


_answers = st.builds(
    Answer,
    question=_codes,
    value=_words,
    answered_by=_words,
    answered_on=st.dates(date(2020, 1, 1), AS_OF),
    scope=st.just("") | _words,
    evidence_file=st.none() | _words,
)


@st.composite
def submissions(draw: st.DrawFn) -> Submission:
    """Any valid submission."""
    domains = draw(_domains)
    return Submission(
        id=draw(_codes),
        company=draw(_companies(domains)),
        request=draw(_requests()),
        answers=tuple(draw(st.lists(_answers, max_size=3, unique_by=lambda answer: answer.question))),
        consent=draw(_consents(domains)),
    )
