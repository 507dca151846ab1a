from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from seawall.core.evidence.questionnaire import FACTS, Progress, Questionnaire, submission_facts
from seawall.core.money import Money
from seawall.core.problems import Invalid
from seawall.core.submission import Answer, read
from tests.core.submission.samples import AS_OF, DOCUMENT

TEXT = {"zh": "甲", "en": "A"}


def question(name: str, kind: str = "yes_no", **more: Any) -> dict[str, Any]:
    bounds = {"low": 0, "high": 100} if kind == "number" else {}
    options = {"options": {"red": TEXT, "blue": TEXT}} if kind == "choice" else {}
    return {"id": name, "section": "s", "type": kind, "text": TEXT, "help": TEXT, "forms": {}} | bounds | options | more


def document(*questions: dict[str, Any]) -> dict[str, Any]:
    return {
        "sections": {"s": TEXT},
        "reliability": {"plain": 0.6, "with_file": 0.7},
        "shelf_life_days": 730,
        "questions": list(questions),
    }


BRANCHING = Questionnaire.load(
    document(
        question("Q1"),
        question("Q2", "number", asked_when={"fact": "answer.Q1", "in": ["yes", "partly"]}, unit=TEXT),
        question("Q3", "choice", asked_when={"fact": "answer.Q2", "at_least": 10}),
        question("Q4", asked_when={"fact": "records_held", "at_least": 1}),
        question("Q5", "text", required=False),
    )
)


def answers(**values: str) -> list[Answer]:
    return [Answer(name, value, "李敏", date(2026, 11, 20)) for name, value in values.items()]


def visible(facts: dict[str, Any], **values: str) -> list[str]:
    return [shown.id for shown in BRANCHING.visible(answers(**values), facts)]


def test_questions_wait_for_the_answers_they_hang_on() -> None:
    facts = {"records_held": 5}
    assert visible(facts) == ["Q1", "Q4", "Q5"]
    assert visible(facts, Q1="no") == ["Q1", "Q4", "Q5"]
    assert visible(facts, Q1="partly") == ["Q1", "Q2", "Q4", "Q5"]
    assert visible(facts, Q1="yes", Q2="10") == ["Q1", "Q2", "Q3", "Q4", "Q5"]
    assert visible(facts, Q1="yes", Q2="9.5") == ["Q1", "Q2", "Q4", "Q5"]


def test_an_answer_that_is_no_longer_asked_for_opens_nothing() -> None:
    assert visible({"records_held": 0}, Q1="no", Q2="50") == ["Q1", "Q5"]


def test_an_unknown_or_unfitting_number_opens_nothing() -> None:
    assert visible({"records_held": 0}, Q1="yes", Q2="unknown") == ["Q1", "Q2", "Q5"]
    assert visible({"records_held": 0}, Q1="yes", Q2="plenty") == ["Q1", "Q2", "Q5"]


def test_a_fact_that_is_not_known_lets_the_question_be_asked() -> None:
    assert "Q4" in visible({})
    assert "Q4" not in visible({"records_held": 0})


def test_problems_name_the_answer_and_then_what_is_missing() -> None:
    given = answers(Q1="no", Q2="1", Q9="yes", Q4="maybe")
    assert [(problem.field, problem.code) for problem in BRANCHING.problems(given, {})] == [
        ("answers.1.question", "questionnaire.not_asked"),
        ("answers.2.question", "questionnaire.unknown_question"),
        ("answers.3.value", "questionnaire.choice"),
    ]
    assert [(problem.field, problem.code) for problem in BRANCHING.problems([], {"records_held": 0})] == [
        ("answers.Q1", "questionnaire.not_answered")
    ]


@pytest.mark.parametrize("value", ["101", "-1", "NaN", "Infinity", "ten", ""])
def test_numbers_must_be_numbers_within_bounds(value: str) -> None:
    found = BRANCHING.problems(answers(Q1="yes", Q2=value), {"records_held": 0})
    assert [problem.code for problem in found] == ["questionnaire.number"]
    assert found[0].params == {"text": value, "low": "0", "high": "100"}


def test_unknown_is_an_answer_to_everything_and_is_counted() -> None:
    given = answers(Q1="yes", Q2="unknown", Q4="unknown", Q5="anything")
    assert BRANCHING.problems(given, {}) == ()
    progress = BRANCHING.progress(given, {})
    assert progress == Progress(answered=3, asked=3, unknown=2)
    assert progress.complete
    assert not BRANCHING.progress([], {}).complete


def test_options_end_in_unknown() -> None:
    shown = BRANCHING.question("Q3")
    assert shown
    assert list(shown.options) == ["red", "blue", "unknown"]
    assert BRANCHING.question("Q9") is None


@pytest.mark.parametrize(
    ("questions", "field", "code"),
    [
        ([question("Q1", text={"zh": "甲"})], "questions[0].text.en", "document.missing_language"),
        ([question("Q1", kind="poem")], "questions[0].type", "document.unknown"),
        ([question("Q1", section="x")], "questions[0].section", "document.unknown"),
        ([question("Q1", colour=1)], "questions[0].colour", "document.unknown_key"),
        ([question("Q1"), question("Q1")], "questions[1].id", "document.twice"),
        ([question("Q1", asked_when={"fact": "answer.Q2", "is": "yes"}), question("Q2")],
         "questions[0].asked_when", "questionnaire.forward_condition"),
        ([question("Q1", asked_when={"fact": "answer.Q1", "is": "yes"})],
         "questions[0].asked_when", "questionnaire.forward_condition"),
        ([question("Q1"), question("Q2", asked_when={"fact": "answer.Q1", "in": ["red"]})],
         "questions[1].asked_when", "questionnaire.impossible_condition"),
        ([question("Q1", asked_when={"fact": "weather", "is": "fine"})],
         "questions[0].asked_when", "document.unknown"),
        ([question("Q1", asked_when={"fact": "country", "above": 3})],
         "questions[0].asked_when", "questionnaire.not_comparable"),
        ([question("Q1", asked_when={"fact": "employees", "above": "many"})],
         "questions[0].asked_when", "questionnaire.not_comparable"),
        ([question("Q1", asked_when={"fact": "country", "has_any": ["CN"]})],
         "questions[0].asked_when", "questionnaire.not_comparable"),
        ([question("Q1"), question("Q2", asked_when={"fact": "answer.Q1", "at_least": 3})],
         "questions[1].asked_when", "questionnaire.not_comparable"),
        ([question("Q1"), question("Q2", asked_when={"all": [
            {"fact": "answer.Q1", "is": "yes"}, {"fact": "answer.Q1", "is": "no"}]})],
         "questions[1].asked_when", "questionnaire.dead"),
        ([question("Q1", asked_when={"all": [{"fact": "employees", "above": 9}, {"fact": "employees", "below": 5}]})],
         "questions[0].asked_when", "questionnaire.dead"),
        ([question("Q1", asked_when={"all": [{"fact": "critical_infrastructure", "is": True},
                                             {"fact": "critical_infrastructure", "is": False}]})],
         "questions[0].asked_when", "questionnaire.dead"),
        ([question("Q1", asked_when={"any": []})], "questions[0].asked_when", "questionnaire.dead"),
        ([question("Q1", asked_when={"when": 1})], "questions[0].asked_when", "condition.not_a_condition"),
        ([question("Q1", speaks_of=[{"control": "edr", "says": {"green": "present"}}])],
         "questions[0].speaks_of[0].says.green", "document.unknown"),
        ([question("Q1", speaks_of=[{"control": "edr", "says": {"yes": "grand"}}])],
         "questions[0].speaks_of[0].says.yes", "document.unknown"),
        ([question("Q1", speaks_of=[{"control": "edr", "says": {}}])],
         "questions[0].speaks_of[0].says", "questionnaire.says_nothing"),
        ([question("Q1", "text", speaks_of=[{"control": "edr", "says": {}}])],
         "questions[0].speaks_of[0].says", "questionnaire.says_nothing"),
        ([question("Q1", "number", speaks_of=[{"control": "edr", "says": []}])],
         "questions[0].speaks_of[0].says", "questionnaire.bands"),
        ([question("Q1", "number", speaks_of=[{"control": "edr", "says": [{"at_most": 3, "state": "present"}]}])],
         "questions[0].speaks_of[0].says", "questionnaire.bands"),
        ([question("Q1", "number", speaks_of=[{"control": "edr", "says": [
            {"at_most": 3, "state": "present"}, {"at_most": 3, "state": "partial"}, {"state": "absent"}]}])],
         "questions[0].speaks_of[0].says", "questionnaire.bands"),
        ([question("Q1", "number", speaks_of=[{"control": "edr", "says": [
            {"state": "present"}, {"state": "absent"}]}])],
         "questions[0].speaks_of[0].says", "questionnaire.bands"),
    ],
)  # fmt: skip
def test_a_wrong_questionnaire_is_told(questions: list[dict[str, Any]], field: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        Questionnaire.load(document(*questions))
    assert [(problem.field, problem.code) for problem in caught.value.problems] == [(field, code)]


@pytest.mark.parametrize(
    "condition",
    [
        {"fact": "critical_infrastructure", "is": True},
        {"fact": "mlps_level", "known": False},
        {"not": {"fact": "product", "is": "sme"}},
        {"any": [{"fact": "industry_section", "in": ["I", "J"]}, {"fact": "revenue_cny", "at_least": 1000}]},
        {"fact": "answer.Q1", "is_not": 4},
    ],
)
def test_conditions_that_can_hold_are_accepted(condition: dict[str, Any]) -> None:
    loaded = Questionnaire.load(document(question("Q1", "number"), question("Q2", asked_when=condition)))
    assert len(loaded.questions) == 2


def test_the_facts_of_a_submission_are_those_that_conditions_may_name() -> None:
    submission = read(DOCUMENT, as_of=AS_OF)
    facts = submission_facts(submission)
    assert set(facts) == set(FACTS)
    assert facts["revenue_cny"] == Decimal(86_000_000)
    assert facts["industry_division"] == "I65"
    abroad = replace(submission, company=replace(submission.company, revenue=Money(1, "USD")))
    assert submission_facts(abroad)["revenue_cny"] is None
