from __future__ import annotations

import copy
import json
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from seawall.core.money import Money
from seawall.core.period import Period
from seawall.core.problems import Invalid
from seawall.core.submission import SCHEMA, SHAPE_CODES, Submission, read, write
from seawall.core.submission.schema import _mapping
from tests.core.submission.samples import ABSENT, AS_OF, DOCUMENT, changed, submissions

VALIDATOR = Draft202012Validator(SCHEMA)


def problems_of(document: Any) -> list[tuple[str, str]]:
    try:
        read(document, as_of=AS_OF)
    except Invalid as error:
        return [(problem.field, problem.code) for problem in error.problems]
    return []


def test_a_good_document_is_read_with_its_loose_forms() -> None:
    submission = read(DOCUMENT, as_of=AS_OF)
    assert submission.company.revenue == Money.of(86_000_000, "CNY")
    assert submission.company.records_held == 1_850_000
    assert submission.company.domains == ("yunpiaotong.example", "xn--mjz.test")
    assert [answer.value for answer in submission.answers] == ["yes", "6"]
    assert submission.answers[1].answered_on == date(2026, 11, 20)
    assert submission.company.name("zh-hans") == "云票通（杭州）科技有限公司"
    assert submission.company.name("en") == "Yunpiaotong"
    assert submission.request.period == Period(date(2027, 4, 1), date(2028, 4, 1))
    assert submission.consent
    assert submission.consent.period.days == 365


@pytest.mark.parametrize(
    ("path", "value", "field", "code"),
    [
        ("id", "no spaces", "id", "document.form"),
        ("id", 7, "id", "document.not_text"),
        ("id", "  ", "id", "document.blank"),
        ("company.name_en", "A\x00B", "company.name_en", "document.unreadable"),
        ("company.name_en", "A\ud800", "company.name_en", "document.unreadable"),
        ("company.revenue", "1" + "亿" * 200_000, "company.revenue", "money.not_an_amount"),
        ("currency", "XYZ", "currency", "money.unknown_currency"),
        ("currency", "yuan", "currency", "document.form"),
        ("compny", {}, "compny", "document.misspelt_key"),
        ("zzz", 1, "zzz", "document.unknown_key"),
        ("company", ABSENT, "company", "document.missing"),
        ("company", [], "company", "document.not_a_map"),
        ("company.name_zh", ABSENT, "company.name_zh", "document.missing"),
        ("company.name_en", "x" * 201, "company.name_en", "document.too_long"),
        ("company.country", "XX", "company.country", "submission.country"),
        ("company.credit_code", None, "company.credit_code", "submission.credit_code_missing"),
        ("company.credit_code", "91330106MA2KPT7X3E", "company.credit_code", "submission.credit_code"),
        ("company.credit_code", 1, "company.credit_code", "document.not_text"),
        ("company.industry", "I66", "company.industry", "submission.industry"),
        ("company.industry", "65", "company.industry", "submission.industry"),
        ("company.revenue", "-1", "company.revenue", "document.negative"),
        ("company.revenue", "some", "company.revenue", "money.not_an_amount"),
        ("company.revenue", "99999亿亿", "company.revenue", "money.not_an_amount"),
        ("company.revenue", 10**14, "company.revenue", "document.absurd_amount"),
        ("company.revenue", [1], "company.revenue", "document.not_amount"),
        ("company.revenue", {"amount": 1, "currency": "ZZZ"}, "company.revenue", "money.unknown_currency"),
        ("company.revenue", {"amount": 1}, "company.revenue.currency", "document.missing"),
        ("company.employees", -1, "company.employees", "document.out_of_range"),
        ("company.employees", "many", "company.employees", "document.not_whole_number"),
        ("company.employees", True, "company.employees", "document.not_whole_number"),
        ("company.employees", 1.5, "company.employees", "document.not_whole_number"),
        ("company.employees", ABSENT, "company.employees", "document.missing"),
        ("company.records_held", 10**12, "company.records_held", "document.out_of_range"),
        ("company.mlps_level", 5, "company.mlps_level", "document.out_of_range"),
        ("company.critical_infrastructure", "no", "company.critical_infrastructure", "document.not_yes_or_no"),
        ("company.domains", "a.com", "company.domains", "document.not_a_list"),
        ("company.domains", ["a.com"] * 201, "company.domains", "document.too_many"),
        ("company.domains.1", 4, "company.domains.1", "document.not_text"),
        ("company.domains.1", "YUNPIAOTONG.example.", "company.domains.1", "document.twice"),
        ("company.domains.1", "https://a.com/", "company.domains.1", "host.form"),
        ("company.vendors.0", "示例云", "company.vendors.0", "document.not_a_map"),
        ("company.vendors.0.category", "cloudy", "company.vendors.0.category", "document.choice"),
        ("company.certificates.0.standard", "iso9001", "company.certificates.0.standard", "document.choice"),
        ("company.certificates.0.valid_until", "2028-02-30", "company.certificates.0.valid_until",
         "document.no_such_day"),
        ("company.certificates.0.valid_until", "31.5.2028", "company.certificates.0.valid_until", "document.form"),
        ("company.certificates.0.valid_until", 2028, "company.certificates.0.valid_until", "document.not_a_date"),
        ("company.certificates.0.valid_until", datetime(2028, 1, 1),  # noqa: DTZ001
         "company.certificates.0.valid_until", "document.not_a_date"),
        ("company.certificates.0.valid_until", ABSENT, "company.certificates.0.valid_until", "document.missing"),
        ("request.limit", 0, "request.limit", "submission.limit_zero"),
        ("request.limit", 10**11, "request.limit", "document.absurd_amount"),
        ("request.limit", ABSENT, "request.limit", "document.missing"),
        ("request.retention", 10**7, "request.retention", "submission.retention_over_limit"),
        ("request.retention", {"amount": 1, "currency": "USD"}, "request.retention", "money.mixed_currencies"),
        ("request.tolerance", {"amount": 1, "currency": "USD"}, "request.tolerance", "money.mixed_currencies"),
        ("request.waiting_hours", 721, "request.waiting_hours", "document.out_of_range"),
        ("request.inception", "2026-11-23", "request.inception", "submission.inception_past"),
        ("request.inception", "2027-05-24", "request.inception", "submission.inception_far"),
        ("request.product", "gold", "request.product", "document.choice"),
        ("answers.1.question", "Q011", "answers.1.question", "document.twice"),
        ("answers.1.question", "Q 11", "answers.1.question", "document.form"),
        ("answers.1.value", ABSENT, "answers.1.value", "document.missing"),
        ("answers.1.value", [], "answers.1.value", "document.not_text"),
        ("answers.1.answered_on", "2026-11-25", "answers.1.answered_on", "submission.answered_in_future"),
        ("consent.domains", [], "consent.domains", "submission.consent_empty"),
        ("consent.domains", ["example.com"], "consent.domains.0", "submission.consent_not_theirs"),
        ("consent.domains.0", "com.cn", "consent.domains.0", "host.shared_suffix"),
        ("consent.valid_until", "2026-11-20", "consent.valid_until", "submission.consent_reversed"),
        ("consent.valid_until", "2026-11-24", "consent.valid_until", "submission.consent_expired"),
        ("consent.valid_until", "2028-01-01", "consent.valid_until", "submission.consent_long"),
        ("consent", 5, "consent", "document.not_a_map"),
    ],
)  # fmt: skip
def test_one_thing_wrong_is_one_problem(path: str, value: Any, field: str, code: str) -> None:
    found = problems_of(changed(path, value))
    # What is wrong with the company's domains leaves the consent without the domain it is for.
    assert [(f, c) for f, c in found if c != "submission.consent_not_theirs" or c == code] == [(field, code)]


def test_the_nearest_known_key_is_suggested() -> None:
    with pytest.raises(Invalid) as caught:
        read(changed("company.revenu", 1), as_of=AS_OF)
    assert caught.value.problems[0].params == {"key": "revenu", "suggestion": "revenue"}


def test_everything_wrong_is_told_at_once() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["company"] |= {"credit_code": "1", "employees": -4, "industry": "Z"}
    document["request"] |= {"limit": 0, "inception": "2020-01-01"}
    assert {field for field, _ in problems_of(document)} == {
        "company.credit_code", "company.employees", "company.industry", "request.limit", "request.inception",
    }  # fmt: skip


def test_something_that_is_no_document_is_one_problem_about_shape_only() -> None:
    assert problems_of("nothing") == [("", "document.not_a_map")]


def test_a_foreign_company_needs_no_credit_code_but_an_english_name() -> None:
    document = changed("company.country", "SG")
    del document["company"]["credit_code"], document["company"]["name_zh"]
    assert read(document, as_of=AS_OF).company.name("zh") == "Yunpiaotong"
    del document["company"]["name_en"]
    assert problems_of(document) == [("company.name_en", "document.missing")]


def test_country_and_currency_may_be_left_out() -> None:
    document = changed("company.country")
    del document["currency"]
    assert read(document, as_of=AS_OF) == read(DOCUMENT, as_of=AS_OF)


def test_the_first_and_last_day_of_inception_are_accepted_and_dates_may_be_dates() -> None:
    for day in (AS_OF, date(2027, 5, 23)):
        assert read(changed("request.inception", day), as_of=AS_OF).request.inception == day


def test_small_currencies_get_larger_limits() -> None:
    document = changed("request", {"limit": 10**12, "retention": 0, "waiting_hours": 8, "inception": "2027-01-01"})
    document["currency"] = "JPY"
    assert problems_of(document) == []


@given(submissions())
def test_writing_is_the_exact_inverse_of_reading(submission: Submission) -> None:
    document = write(submission)
    assert read(json.loads(json.dumps(document)), as_of=AS_OF) == submission
    assert write(read(document, as_of=AS_OF)) == document
    VALIDATOR.validate(document)


def test_the_schema_is_a_schema_and_takes_the_sample() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    VALIDATOR.validate(DOCUMENT)


def test_a_schema_that_forgets_a_key_does_not_come_up() -> None:
    with pytest.raises(ValueError, match="disagree"):
        _mapping({}, (), ("id",))


def _titled(node: Any) -> list[str]:
    """Paths of properties that lack a title in either language."""
    lacking = []
    for name, child in node.get("properties", {}).items():
        if "title" not in child or "title" not in child.get("x-zh", {}):
            lacking.append(name)
        lacking += _titled(child)
    return lacking


def test_every_property_of_the_document_has_a_title_in_both_languages() -> None:
    assert _titled(SCHEMA) == []


def _places(value: Any, path: str = "") -> list[str]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = []
    for key, item in pairs:
        here = f"{path}.{key}" if path else str(key)
        found += [here, *_places(item, here)]
    return found


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(
        [
            "CN",
            "yes",
            "１２",
            "2027-01-01",
            "120万",
            " ",
            "x" * 201,
            "x" * 2001,
            "cloud",
            "CNY",
            "A\n",
            "A\x00",
            "\ud800",
        ]
    ),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=6), inner, max_size=2),
    max_leaves=4,
)


def _edit(place: Any, path: list[str], value: Any) -> None:
    """Follow the path as far as the (perhaps already edited) document has it, then set or drop the last step."""
    for index, key in enumerate(path):
        last = index == len(path) - 1
        if isinstance(place, dict) and last:
            place.pop(key, None) if value is ABSENT else place.update({key: value})
        elif isinstance(place, list) and last and key.isdigit() and int(key) < len(place) and value is not ABSENT:
            place[int(key)] = value
        elif isinstance(place, dict) and key in place:
            place = place[key]
        elif isinstance(place, list) and key.isdigit() and int(key) < len(place):
            place = place[int(key)]
        else:
            return


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(_places(DOCUMENT)), _JSON | st.just(ABSENT)), min_size=1, max_size=3))
def test_the_schema_and_the_reader_agree_about_shape(edits: list[tuple[str, Any]]) -> None:
    document: Any = copy.deepcopy(DOCUMENT)
    for path, value in edits:
        _edit(document, path.split("."), value)
    shape = [problem for problem in problems_of(document) if problem[1] in SHAPE_CODES]
    assert VALIDATOR.is_valid(document) == (not shape), shape
