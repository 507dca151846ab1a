"""The reference data of the evidence chain: complete, bilingual, and fit for one another."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from seawall.core.evidence.answers import evidence_from_answers
from seawall.core.evidence.belief import believe
from seawall.core.evidence.certificates import evidence_from_certificates
from seawall.core.evidence.controls import Controls
from seawall.core.evidence.items import Finding
from seawall.core.evidence.observations import Checks, evidence_from_findings
from seawall.core.evidence.questionnaire import Questionnaire, submission_facts
from seawall.core.submission import CERTIFICATE_STANDARDS, SCHEMA, Answer, industry_exists, read, write
from seawall.core.submission.codes import DIVISIONS
from seawall.reference import example, examples, load
from seawall.technology.scan import CHECKS as SCANNED

AS_OF = date(2026, 11, 24)
KINDS = ("controls", "checks", "questionnaires", "industries")
CONTROLS = Controls.load(load("controls").body)
CHECKS = Checks.load(load("checks").body, CONTROLS.priors)
QUESTIONS = Questionnaire.load(load("questionnaires").body, CONTROLS.priors)

CONTROL_CODES = {
    "mfa_remote", "mfa_mail", "mfa_admin", "edr",
    "backup_offline", "backup_tested", "patching", "exposed_services",
    "mail_authentication", "tls_hygiene", "web_headers", "dns_hygiene",
    "privileged_access", "network_segmentation", "logging_monitoring", "incident_plan",
    "awareness_training", "payment_verification", "data_encryption", "data_minimisation",
    "supplier_management", "ddos_protection", "secure_development", "vulnerability_management",
}  # fmt: skip
CHECK_COUNTS = {"TLS": 15, "DNS": 10, "MAIL": 14, "HTTP": 16, "EXP": 11, "WEB": 12}


def texts(value: Any, path: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Every map with a zh or en key, with its path."""
    if isinstance(value, dict):
        here = [(path, value)] if {"zh", "en"} & set(value) else []
        return here + [found for key, item in value.items() for found in texts(item, f"{path}.{key}")]
    if isinstance(value, list):
        return [found for index, item in enumerate(value) for found in texts(item, f"{path}.{index}")]
    return []


@pytest.mark.parametrize("kind", KINDS)
def test_every_text_has_both_languages_and_nothing_else(kind: str) -> None:
    for path, text in texts(load(kind).body):
        assert set(text) == {"zh", "en"}, path
        assert any("\u4e00" <= sign <= "\u9fff" for sign in text["zh"]) or len(text["zh"]) < 30, path
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in text["en"]), path


def test_the_controls_are_the_24_of_the_design() -> None:
    assert set(CONTROLS.priors) == CONTROL_CODES
    assert set(CONTROLS.certificates) == set(CERTIFICATE_STANDARDS)


def test_the_checks_are_the_published_list() -> None:
    expected = {f"SW-{group}-{number:02}" for group, count in CHECK_COUNTS.items() for number in range(1, count + 1)}
    assert set(CHECKS.checks) == expected


def test_the_list_and_the_scanner_know_the_same_checks_and_severities() -> None:
    assert {check.id: check.severity for check in CHECKS.checks.values()} == dict(SCANNED)


def test_a_fault_found_says_more_than_a_check_passed() -> None:
    for check in CHECKS.checks.values():
        # What only informs moves no belief; every fault that counts says about what.
        assert check.found or check.severity == "info", check.id
        for passed in check.not_found:
            assert passed.says != "absent", check.id


def test_every_control_can_be_spoken_of_by_some_source() -> None:
    asked = {speaks.control for question in QUESTIONS.questions for speaks in question.speaks_of}
    observed = {reading.control for check in CHECKS.checks.values() for reading in (*check.found, *check.not_found)}
    assert asked | observed == CONTROL_CODES


def test_an_answer_weighs_less_than_a_severe_fault() -> None:
    severe = [check for check in CHECKS.checks.values() if check.severity == "critical"]
    assert severe
    assert all(
        max(reading.reliability for reading in check.found) > QUESTIONS.reliability_with_file for check in severe
    )


def test_the_industries_are_those_the_reader_knows() -> None:
    sections = load("industries").body["sections"]
    assert set(sections) == set(DIVISIONS)
    divisions = [code for section in sections.values() for code in section["divisions"]]
    assert len(divisions) == 97
    assert all(industry_exists(code) for code in divisions)
    for letter, (first, last) in DIVISIONS.items():
        assert list(sections[letter]["divisions"]) == [f"{letter}{number:02}" for number in range(first, last + 1)]


@pytest.mark.parametrize("name", examples())
def test_an_example_is_read_answered_in_full_and_believed(name: str) -> None:
    document = example(name)
    Draft202012Validator(SCHEMA).validate(document)
    submission = read(document, as_of=AS_OF)
    assert read(write(submission), as_of=AS_OF) == submission
    facts = submission_facts(submission)
    assert QUESTIONS.problems(submission.answers, facts) == ()
    assert QUESTIONS.progress(submission.answers, facts).complete
    evidence = (
        *evidence_from_answers(submission.answers, QUESTIONS, facts),
        *evidence_from_certificates(submission.company.certificates, CONTROLS, as_of=AS_OF),
    )
    beliefs = believe(CONTROLS, evidence, as_of=AS_OF)
    assert {control for control, belief in beliefs.items() if not belief.seen} >= {"tls_hygiene", "dns_hygiene"}


@pytest.mark.parametrize(
    ("answered", "shares", "contradictions"),
    [(AS_OF, (0.457, 0.152, 0.391), 1), (AS_OF - timedelta(days=365), (0.545, 0.182, 0.273), 0)],
)
def test_the_worked_numbers_of_the_method_page(
    answered: date, shares: tuple[float, float, float], contradictions: int
) -> None:
    answer = Answer("Q011", "yes", "李敏", answered)
    seen = datetime(2026, 11, 24, tzinfo=UTC)
    finding = Finding("SW-EXP-01", "vpn.shop.example", "found", "critical", seen)
    evidence = (*evidence_from_answers([answer], QUESTIONS), *evidence_from_findings([finding], CHECKS))
    belief = believe(CONTROLS, evidence, as_of=AS_OF)["mfa_remote"]
    assert (round(belief.absent, 3), round(belief.partial, 3), round(belief.present, 3)) == shares
    assert len(belief.contradictions) == contradictions
