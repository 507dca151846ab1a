"""What answers, findings and certificates say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from seawall.core.evidence.answers import evidence_from_answers
from seawall.core.evidence.certificates import evidence_from_certificates
from seawall.core.evidence.controls import Controls
from seawall.core.evidence.items import Finding
from seawall.core.evidence.observations import Checks, UnknownCheck, evidence_from_findings, not_checked
from seawall.core.evidence.questionnaire import Questionnaire
from seawall.core.problems import Invalid
from seawall.core.submission import Answer, Certificate
from seawall.reference import load

AS_OF = date(2026, 11, 24)
SEEN = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
CONTROLS = Controls.load(load("controls").body)
CHECKS = Checks.load(load("checks").body, CONTROLS.priors)
QUESTIONS = Questionnaire.load(load("questionnaires").body, CONTROLS.priors)


def finding(check: str, state: Any, reason: str = "") -> Finding:
    return Finding(check, "a.example", state, "high", SEEN, reason=reason)


def answer(question: str, value: str, file: str | None = None) -> Answer:
    return Answer(question, value, "李敏", date(2026, 11, 20), "", file)


def test_a_fault_found_speaks_of_its_controls() -> None:
    evidence = evidence_from_findings([finding("SW-EXP-01", "found")], CHECKS)
    assert [(item.control, item.says) for item in evidence] == [
        ("exposed_services", "absent"),
        ("mfa_remote", "absent"),
    ]
    assert evidence[0].ref == "SW-EXP-01@a.example"
    assert evidence[0].observed_on == date(2026, 11, 20)
    assert evidence[0].expires_on == date(2026, 11, 20) + CHECKS.shelf_life


def test_a_check_passed_is_weak_evidence_and_some_say_nothing() -> None:
    (passed,) = evidence_from_findings([finding("SW-EXP-01", "not_found")], CHECKS)
    assert passed.says == "present"
    assert passed.reliability <= 0.5
    assert evidence_from_findings([finding("SW-WEB-01", "not_found")], CHECKS) == ()


def test_what_could_not_be_checked_says_nothing_and_is_listed() -> None:
    findings = [finding("SW-TLS-01", "could_not_check", "timeout"), finding("SW-TLS-04", "found")]
    assert {item.ref for item in evidence_from_findings(findings, CHECKS)} == {"SW-TLS-04@a.example"}
    assert not_checked(findings) == (findings[0],)


def test_a_finding_of_an_unlisted_check_is_refused() -> None:
    with pytest.raises(UnknownCheck):
        evidence_from_findings([finding("SW-XXX-01", "found")], CHECKS)


def test_certificates_speak_through_their_last_day() -> None:
    last = date(2028, 5, 31)
    evidence = evidence_from_certificates([Certificate("iso27001", last)], CONTROLS, as_of=AS_OF)
    assert len(evidence) > 3
    assert {item.expires_on for item in evidence} == {date(2028, 6, 1)}
    assert {item.observed_on for item in evidence} == {last - timedelta(days=1095)}
    assert {item.ref for item in evidence} == {"certificate:iso27001"}


def test_a_certificate_is_never_taken_as_issued_in_the_future() -> None:
    evidence = evidence_from_certificates([Certificate("soc2", date(2029, 1, 1))], CONTROLS, as_of=AS_OF)
    assert {item.observed_on for item in evidence} == {AS_OF}


def test_a_standard_without_a_rule_says_nothing() -> None:
    body = dict(load("controls").body) | {"certificates": {}}
    certificates = [Certificate("iso27001", date(2028, 5, 31))]
    assert evidence_from_certificates(certificates, Controls.load(body), as_of=AS_OF) == ()


def test_answers_speak_of_controls_by_option_and_by_band() -> None:
    answers = [answer("Q011", "partly"), answer("Q020", "7"), answer("Q020", "30.5"), answer("Q022", "yes")]
    evidence = evidence_from_answers(answers, QUESTIONS)
    assert [(item.control, item.says) for item in evidence] == [
        ("mfa_remote", "partial"),
        ("patching", "present"),
        ("patching", "absent"),
        ("exposed_services", "absent"),
    ]
    assert evidence[0].ref == "answer:Q011"
    assert evidence[0].reliability == QUESTIONS.reliability


def test_a_file_makes_an_answer_more_reliable() -> None:
    (backed,) = evidence_from_answers([answer("Q011", "yes", "vault:x.pdf")], QUESTIONS)
    assert backed.reliability == QUESTIONS.reliability_with_file > QUESTIONS.reliability


@pytest.mark.parametrize(
    ("question", "value"),
    [("Q011", "unknown"), ("Q020", "unknown"), ("Q011", "perhaps"), ("Q020", "soon"), ("Q048", "no_ot"),
     ("Q999", "yes"), ("Q037", "8"), ("Q051A", "一次")],
)  # fmt: skip
def test_some_answers_say_nothing(question: str, value: str) -> None:
    assert evidence_from_answers([answer(question, value)], QUESTIONS) == ()


def test_an_answer_to_a_question_that_does_not_arise_says_nothing_once_facts_are_known() -> None:
    answers = [answer("Q030", "none"), answer("Q031", "whole")]
    assert len(evidence_from_answers(answers, QUESTIONS)) == 2
    assert [item.control for item in evidence_from_answers(answers, QUESTIONS, {})] == ["backup_offline"]


def test_a_wrong_list_of_checks_is_told() -> None:
    text = {"zh": "甲", "en": "A"}
    check = {
        "title": text,
        "description": text,
        "fix": {"zh": "甲"},
        "severity": "awful",
        "found": [{"control": "moat", "says": "gone", "reliability": 0.2}],
    }
    with pytest.raises(Invalid) as caught:
        Checks.load({"shelf_life_days": 10, "checks": {"SW-X-01": check}}, CONTROLS.priors)
    assert [(problem.field, problem.code) for problem in caught.value.problems] == [
        ("checks.SW-X-01.severity", "document.unknown"),
        ("checks.SW-X-01.fix.en", "document.missing_language"),
        ("checks.SW-X-01.found[0].control", "document.unknown"),
        ("checks.SW-X-01.found[0].says", "document.unknown"),
        ("checks.SW-X-01.found[0].reliability", "document.out_of_range"),
    ]


def test_readings_may_be_loaded_before_the_controls_are_known() -> None:
    assert Checks.load(load("checks").body).checks.keys() == CHECKS.checks.keys()
    assert Questionnaire.load(load("questionnaires").body) == QUESTIONS
