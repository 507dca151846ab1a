"""The questionnaire that ships: every topic of the trade, in forms that fit the company, none of it dead."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from seawall.core.evidence.controls import Controls
from seawall.core.evidence.questionnaire import NUMBER_FACTS, Questionnaire, submission_facts
from seawall.core.evidence.questions import FORMS, SIGNED, Question
from seawall.core.money import Money
from seawall.core.submission import Answer, Submission, read
from seawall.reference import example, load

AS_OF = date(2026, 11, 24)
CONTROLS = Controls.load(load("controls").body)
QUESTIONS = Questionnaire.load(load("questionnaires").body, CONTROLS.priors)
# What each form asks beside the ten topics that the submission tells, whatever the branches.
COUNTS = {"express": 20, "standard": 37, "full": 53}
SMALL: dict[str, Any] = {
    "country": "CN", "industry_section": "F", "industry_division": "F52", "revenue_cny": 8_000_000, "employees": 12,
    "records_held": 500, "domain_count": 1, "vendor_count": 1, "mlps_level": None, "critical_infrastructure": False,
    "product": "sme",
}  # fmt: skip


def held_by(tier: str) -> list[Question]:
    chosen = next(known for known in QUESTIONS.tiers if known.id == tier)
    return [q for q in QUESTIONS.questions if q.kind != "fact" and QUESTIONS.asks(chosen, q)]


def test_all_56_topics_of_the_trade_are_there_under_their_numbers() -> None:
    topics = {f"Q{number:03}" for number in range(1, 57)}
    assert topics <= {question.id for question in QUESTIONS.questions}
    # What is beyond them goes deeper into one of them.
    assert {re.sub("[A-Z]$", "", question.id) for question in QUESTIONS.questions} == topics


def test_each_form_asks_as_many_questions_as_it_says() -> None:
    assert [tier.id for tier in QUESTIONS.tiers] == list(COUNTS)
    assert {tier: len(held_by(tier)) for tier in COUNTS} == COUNTS
    assert len(QUESTIONS.told()) == 10
    assert Counter(question.tier for question in QUESTIONS.questions if question.kind == "fact") == {"": 10}
    # The short form before its first answer: without the two that other answers bring.
    assert len(QUESTIONS.asked((), SMALL)) == COUNTS["express"] - 2


@pytest.mark.parametrize(
    ("changes", "tier"),
    [
        ({}, "express"),
        ({"product": None}, "express"),
        ({"revenue_cny": None}, "express"),
        ({"revenue_cny": 99_999_999}, "express"),
        ({"revenue_cny": 100_000_000}, "standard"),
        ({"revenue_cny": None, "employees": 100}, "standard"),
        ({"records_held": 1_000_000}, "standard"),
        ({"product": "system"}, "standard"),
        ({"revenue_cny": 999_999_999, "product": "system"}, "standard"),
        ({"product": "bespoke"}, "full"),
        ({"revenue_cny": 1_000_000_000}, "full"),
        ({"revenue_cny": None, "employees": 1000}, "full"),
        ({"critical_infrastructure": True}, "full"),
    ],
)
def test_the_form_fits_the_size_and_the_product(changes: dict[str, Any], tier: str) -> None:
    assert QUESTIONS.tier({**SMALL, **changes}).id == tier


def test_the_short_form_holds_every_question_the_market_declines_on() -> None:
    gates = {"Q011", "Q012", "Q013", "Q016", "Q022", "Q030", "Q043", "Q044", "Q052"}
    assert gates <= {question.id for question in QUESTIONS.asked((), SMALL)}


def test_a_fuller_form_holds_the_shorter_ones() -> None:
    express, standard, full = ({q.id for q in held_by(tier)} for tier in COUNTS)
    assert express < standard < full


@pytest.mark.parametrize("question", [q for q in QUESTIONS.questions if q.kind != "fact"], ids=lambda q: q.id)
def test_every_question_can_be_reached(question: Question) -> None:
    """Some company with some answers is asked it: facts are tried on both sides of every bound."""
    for facts in companies():
        answers: list[Answer] = []
        for _round in QUESTIONS.questions:
            shown = QUESTIONS.visible(answers, facts)
            if question in shown:
                return
            given = {answer.question for answer in answers}
            answers += [Answer(q.id, leading(q), "李敏", AS_OF) for q in shown if q.id not in given]
    pytest.fail(f"nobody is ever asked {question.id}")


def companies() -> list[dict[str, Any]]:
    large = dict.fromkeys(NUMBER_FACTS, 10**9) | {"mlps_level": 3}
    industries = [("I", "I64"), ("C", "C36"), ("R", "R87"), ("L", "L72"), ("F", "F52")]
    return [
        {**SMALL, **large, "industry_section": section, "industry_division": division}
        for section, division in industries
    ]


def leading(question: Question) -> str:
    """An answer that opens what hangs on it."""
    if question.kind == "number":
        return f"{min(question.high, max(question.low, 1)):f}"
    return next(iter(question.options), "text")


def test_every_choice_is_weighed_or_none_is() -> None:
    """A choice of which an answer says nothing is one that says the thing is not there to be controlled, or a "no"
    that is no evidence."""
    silent = {"no_ot", "no_software", "no_vehicles", "unknown"}
    for question in QUESTIONS.questions:
        for speaks in question.speaks_of:
            left = set(question.options) - set(speaks.options) - silent if not speaks.bands else set()
            assert left <= {"no"}, (question.id, speaks.control)


def test_what_speaks_from_afar_weighs_less() -> None:
    own = [s for q in QUESTIONS.questions for s in q.speaks_of if s.reliability is not None]
    assert own
    for speaks in own:
        assert speaks.reliability is not None
        assert speaks.reliability_with_file is not None
        assert speaks.reliability < QUESTIONS.reliability
        assert speaks.reliability < speaks.reliability_with_file < QUESTIONS.reliability_with_file


def test_a_declaration_is_signed_or_not_given() -> None:
    sign = QUESTIONS.question("Q056")
    assert sign
    assert sign.problem(SIGNED, "") is None
    assert {found.code for value in ("yes", "unknown", "") if (found := sign.problem(value, ""))} == {
        "questionnaire.choice"
    }


def test_what_the_submission_tells_takes_no_answer() -> None:
    told = QUESTIONS.question("Q001")
    assert told
    problem = told.problem("1", "answers.Q001")
    assert problem
    assert problem.code == "questionnaire.told"
    assert not {q.id for q in QUESTIONS.visible((), {})} & {q.id for q in QUESTIONS.told()}


KNOWN = Path(__file__).with_name("framework_ids.csv")


def test_every_heading_it_fills_exists_in_its_framework() -> None:
    """Identifiers of NIST CSF 2.0 (public domain), and the numbers alone of ISO/IEC 27001:2022, GB/T 22239-2019 and
    CIS Controls 8.1."""
    with KNOWN.open(encoding="utf-8", newline="") as file:
        known = {(row["framework"], row["id"]) for row in csv.DictReader(file)}
    used = {(name, ref) for q in QUESTIONS.questions for name, refs in q.forms.items() for ref in refs}
    assert used <= known, sorted(used - known)
    assert {name for name, _ref in used} == set(FORMS)


def sample(**changes: Any) -> Submission:
    return read(example("saas-invoice"), as_of=AS_OF)


def test_revenue_abroad_falls_back_on_the_number_of_employees() -> None:
    submission = sample()
    company = replace(submission.company, revenue=Money(1, "USD"), employees=50, records_held=10)
    small = replace(submission, company=company, request=replace(submission.request, product="sme"))
    assert QUESTIONS.tier(submission_facts(small)).id == "express"
    assert QUESTIONS.tier(submission_facts(submission)).id == "standard"


def test_choices_stand_in_the_order_they_are_meant_in_also_out_of_a_database() -> None:
    """PostgreSQL keeps the order of lists and not of maps."""
    body = json.loads(json.dumps(load("questionnaires").body, sort_keys=True))
    assert {q.id: list(q.options) for q in Questionnaire.load(body).questions} == {
        q.id: list(q.options) for q in QUESTIONS.questions
    }
    flat = QUESTIONS.question("Q025")
    assert flat
    assert list(flat.options) == ["all", "some", "flat", "unknown"]
