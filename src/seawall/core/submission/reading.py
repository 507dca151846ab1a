"""Reads and checks a submission document: one pass, every problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from seawall.core.money import Money, exponent
from seawall.core.problems import Collector, Refused
from seawall.core.submission import codes
from seawall.core.submission.fields import CODE_FORM, CURRENCY_FORM, Fields, narrow
from seawall.core.submission.hosts import host_name, lies_under
from seawall.core.submission.model import Answer, Certificate, Company, ConsentGiven, Request, Submission, Vendor

DOCUMENT_KEYS = ("id", "currency", "company", "request", "answers", "consent")
COMPANY_KEYS = (
    *("name_zh", "name_en", "country", "credit_code", "industry", "revenue", "employees", "records_held"),
    *("domains", "vendors", "mlps_level", "certificates", "critical_infrastructure"),
)
REQUEST_KEYS = ("product", "limit", "retention", "waiting_hours", "inception", "tolerance")
ANSWER_KEYS = ("question", "value", "answered_by", "answered_on", "scope", "evidence_file", "evidence_until")
CONSENT_KEYS = ("domains", "by", "valid_from", "valid_until")
VENDOR_KEYS = ("name", "category")
CERTIFICATE_KEYS = ("standard", "valid_until")

MOST_EMPLOYEES = 10_000_000
MOST_RECORDS = 100_000_000_000
LONGEST_WAIT = 720
MOST_DOMAINS = 200
MOST_ITEMS = 500
MOST_CERTIFICATES = 50
INCEPTION_WITHIN = timedelta(days=180)
CONSENT_WITHIN = timedelta(days=400)
LONGEST_ANSWER = 2000
LONGEST_CREDIT_CODE = 40
LONGEST_INDUSTRY = 10

# Ten billion yuan or dollars: ten times the largest cyber towers known. Currencies of small units get more room.
MOST_LIMIT = Decimal(10**10)
MOST_REVENUE = Decimal(10**13)
_SMALL_UNITS = frozenset(("IDR", "IRR", "LAK", "LBP", "MMK", "MNT", "NGN", "UZS", "KHR", "TZS", "COP", "ARS"))


def _ceiling(most: Decimal, currency: str) -> Decimal:
    small = currency in _SMALL_UNITS or exponent(currency) == 0
    return most * 1000 if small else most


def _credit_code(fields: Fields, country: str) -> str | None:
    if not fields.has("credit_code"):
        if country == "CN" and fields.is_mapping:
            fields.bad("credit_code", "submission.credit_code_missing")
        return None
    given = fields.text("credit_code", longest=LONGEST_CREDIT_CODE)
    code = narrow(given).upper().replace(" ", "").replace("-", "")
    try:
        if code:
            uscc.validate(code)
    except ValidationError:
        fields.bad("credit_code", "submission.credit_code", text=given)
    return code


def _domains(fields: Fields) -> tuple[str, ...]:
    def read_one(item: Any, path: str) -> str:
        if not isinstance(item, str):
            fields.bad(path, "document.not_text")
            return ""
        try:
            return host_name(item)
        except Refused as error:
            fields.bad(path, error.code, **error.problems[0].params)
            return ""

    domains = fields.items("domains", read_one, most=MOST_DOMAINS)
    _refuse_repeats(fields, "domains", domains)
    return domains


def _refuse_repeats(fields: Fields, key: str, values: Sequence[str], *, below: str = "") -> None:
    for index, value in enumerate(values):
        if value and value in values[:index]:
            fields.bad(f"{key}.{index}{below}", "document.twice", value=value)


def _bounded(fields: Fields, key: str, currency: str, most: Decimal) -> Money:
    money = fields.amount(key, currency)
    ceiling = _ceiling(most, money.currency)
    if money.amount > ceiling:
        fields.bad(key, "document.absurd_amount", amount=str(money), most=f"{ceiling:,f}")
    return money


def _industry(fields: Fields) -> str:
    given = fields.text("industry", longest=LONGEST_INDUSTRY)
    code = narrow(given).upper()
    if given and not codes.industry_exists(code):
        fields.bad("industry", "submission.industry", text=given)
    return code


def _certificate(fields: Fields) -> Certificate:
    return Certificate(fields.choice("standard", codes.CERTIFICATE_STANDARDS), fields.day("valid_until"))


def _vendor(fields: Fields) -> Vendor:
    return Vendor(fields.text("name"), fields.choice("category", codes.VENDOR_CATEGORIES))


def _country(fields: Fields) -> str:
    if not fields.has("country"):
        return "CN"
    country = fields.text("country", longest=2)
    if country and country not in codes.COUNTRIES:
        fields.bad("country", "submission.country", text=country)
    return country


def _company(fields: Fields, currency: str) -> Company:
    country = _country(fields)
    own_name = "name_zh" if country == "CN" else "name_en"
    names = {key: fields.text(key) for key in ("name_zh", "name_en") if key == own_name or fields.has(key)}
    return Company(
        name_zh=names.get("name_zh", ""),
        name_en=names.get("name_en", ""),
        country=country,
        credit_code=_credit_code(fields, country),
        industry=_industry(fields),
        revenue=_bounded(fields, "revenue", currency, MOST_REVENUE),
        employees=fields.integer("employees", low=0, high=MOST_EMPLOYEES),
        records_held=fields.integer("records_held", low=0, high=MOST_RECORDS),
        domains=_domains(fields),
        vendors=tuple(_vendor(part) for part in fields.parts("vendors", VENDOR_KEYS, most=MOST_ITEMS)),
        mlps_level=fields.integer("mlps_level", low=1, high=4) if fields.has("mlps_level") else None,
        certificates=tuple(
            _certificate(part) for part in fields.parts("certificates", CERTIFICATE_KEYS, most=MOST_CERTIFICATES)
        ),
        critical_infrastructure=fields.has("critical_infrastructure") and fields.flag("critical_infrastructure"),
    )


def _request(fields: Fields, currency: str, as_of: date) -> Request:
    request = Request(
        product=fields.choice("product", codes.PRODUCTS) if fields.has("product") else None,
        limit=_bounded(fields, "limit", currency, MOST_LIMIT),
        retention=_bounded(fields, "retention", currency, MOST_LIMIT),
        waiting_hours=fields.integer("waiting_hours", low=0, high=LONGEST_WAIT),
        inception=fields.day("inception"),
        tolerance=_bounded(fields, "tolerance", currency, MOST_REVENUE) if fields.has("tolerance") else None,
    )
    if fields.sound("limit") and not request.limit:
        fields.bad("limit", "submission.limit_zero")
    _compare_amounts(fields, request)
    if fields.sound("inception"):
        day = request.inception.isoformat()
        if request.inception < as_of:
            fields.bad("inception", "submission.inception_past", day=day, as_of=as_of.isoformat())
        elif request.inception - as_of > INCEPTION_WITHIN:
            fields.bad("inception", "submission.inception_far", day=day, days=INCEPTION_WITHIN.days)
    return request


def _compare_amounts(fields: Fields, request: Request) -> None:
    for key, money in (("retention", request.retention), ("tolerance", request.tolerance)):
        if money is None or not fields.sound("limit", key):
            continue
        if money.currency != request.limit.currency:
            fields.bad(key, "money.mixed_currencies", left=request.limit.currency, right=money.currency)
        elif key == "retention" and money >= request.limit:
            fields.bad(key, "submission.retention_over_limit", retention=str(money), limit=str(request.limit))


def _value(fields: Fields) -> str:
    value = fields.raw("value")
    # YAML readers turn a bare `yes` or `no` into a truth value.
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(value)
    return fields.text("value", longest=LONGEST_ANSWER) if value is not None else ""


def _answer(fields: Fields, as_of: date) -> Answer:
    answer = Answer(
        question=fields.text("question", form=CODE_FORM),
        value=_value(fields),
        answered_by=fields.text("answered_by"),
        answered_on=fields.day("answered_on"),
        scope=fields.text("scope") if fields.has("scope") else "",
        evidence_file=fields.text("evidence_file") if fields.has("evidence_file") else None,
        evidence_until=fields.day("evidence_until") if fields.has("evidence_until") else None,
    )
    if fields.sound("answered_on") and answer.answered_on > as_of:
        fields.bad("answered_on", "submission.answered_in_future", day=answer.answered_on.isoformat())
    return answer


def _consent(fields: Fields, company: Company, as_of: date) -> ConsentGiven:
    fields.raw("domains")
    consent = ConsentGiven(
        domains=_domains(fields),
        by=fields.text("by"),
        valid_from=fields.day("valid_from"),
        valid_until=fields.day("valid_until"),
    )
    if fields.sound("domains") and not consent.domains:
        fields.bad("domains", "submission.consent_empty")
    for index, host in enumerate(consent.domains):
        if host and not any(domain and lies_under(host, domain) for domain in company.domains):
            fields.bad(f"domains.{index}", "submission.consent_not_theirs", text=host)
    if fields.sound("valid_from", "valid_until"):
        days = {"first": consent.valid_from.isoformat(), "last": consent.valid_until.isoformat()}
        if consent.valid_until <= consent.valid_from:
            fields.bad("valid_until", "submission.consent_reversed", **days)
        elif consent.valid_until <= as_of:
            fields.bad("valid_until", "submission.consent_expired", **days)
        elif consent.valid_until - consent.valid_from > CONSENT_WITHIN:
            fields.bad("valid_until", "submission.consent_long", days=CONSENT_WITHIN.days)
    return consent


def _currency(fields: Fields) -> str:
    """The currency of bare amounts; CNY unless the document names another."""
    if not fields.has("currency"):
        return "CNY"
    currency = fields.text("currency", form=CURRENCY_FORM)
    try:
        exponent(currency or "CNY")
    except Refused as error:
        fields.bad("currency", error.code, currency=currency)
        return "CNY"
    return currency or "CNY"


def read(document: Mapping[str, Any], *, as_of: date) -> Submission:
    """The submission, valid as of the day `as_of` (a replay passes the day of the original).

    Accepts digits of either width, amounts as numbers, text or `{amount, currency}`, dates as text or dates.
    Raises `Invalid` with every problem: codes of `document.*` tell of shape, `submission.*`, `host.*` and `money.*`
    of meaning.
    """
    problems = Collector()
    fields = Fields(document, "", DOCUMENT_KEYS, problems)
    submission_id = fields.text("id", form=CODE_FORM)
    currency = _currency(fields)
    company = _company(fields.part("company", COMPANY_KEYS), currency)
    request = _request(fields.part("request", REQUEST_KEYS), currency, as_of)
    answers = tuple(_answer(part, as_of) for part in fields.parts("answers", ANSWER_KEYS, most=MOST_ITEMS))
    _refuse_repeats(fields, "answers", [answer.question for answer in answers], below=".question")
    consent = _consent(fields.part("consent", CONSENT_KEYS), company, as_of) if fields.has("consent") else None
    problems.raise_if_any()
    return Submission(submission_id, company, request, answers, consent)
