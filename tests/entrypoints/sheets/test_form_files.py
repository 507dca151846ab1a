"""The questionnaire as a file: out, filled in by people, and back with every problem at its cell."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from seawall import reference
from seawall.core.evidence.labels import label_of, value_of
from seawall.core.evidence.questions import Question
from seawall.core.problems import Invalid
from seawall.core.submission import Answer, Submission, read
from seawall.entrypoints.filling import filled_form
from seawall.entrypoints.sheets.form import LANGUAGES, Blank, as_json, as_workbook
from seawall.entrypoints.sheets.returned import read_answers
from seawall.entrypoints.sheets.writing import as_written, harmless
from seawall.entrypoints.shipped import library
from seawall.reference import example

AS_OF = date(2026, 11, 24)
SAMPLE = read(example("saas-invoice"), as_of=AS_OF)
QUESTIONS = {question.id: question for question in library().questionnaire.questions}


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def blank(submission: Submission = SAMPLE, *, whole: bool = False) -> Blank:
    return Blank(submission, library(), whole)


def unanswered() -> Submission:
    return replace(SAMPLE, answers=())


def answered(values: dict[str, tuple[str, str]]) -> Submission:
    return replace(SAMPLE, answers=tuple(Answer(q, v, "李敏", AS_OF, s) for q, (v, s) in values.items()))


def edited(content: bytes, change: Callable[[Any], None]) -> bytes:
    """A workbook after somebody worked on its first sheet."""
    book = load_workbook(BytesIO(content))
    change(book.worksheets[0])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def row_of(sheet: Any, question: str) -> int:
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == question)


def filling(**values: str) -> Callable[[Any], None]:
    """Writes answers, or scopes under scope_<question>."""

    def change(sheet: Any) -> None:
        for name, value in values.items():
            question = name.removeprefix("scope_")
            cell = sheet.cell(row_of(sheet, question), 5 if name != question else 4)
            cell.value = value

    return change


VALUES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=60).map(str.strip)


def answers_to(question: Question) -> st.SearchStrategy[str]:
    if question.kind == "number":
        whole = st.integers(int(question.low), int(question.high)).map(str)
        return whole | st.just("unknown")
    if question.options:
        return st.sampled_from(list(question.options))
    return VALUES.filter(lambda text: bool(text) and value_of(question, text) == text)


@st.composite
def forms(draw: st.DrawFn) -> dict[str, tuple[str, str]]:
    """Answers to questions that nothing else decides, with scopes."""
    free = [q for q in blank(whole=True).questions() if not any("answer." in n for n in names(q))]
    chosen = draw(st.lists(st.sampled_from(free), unique_by=lambda q: q.id, max_size=12))
    return {q.id: (draw(answers_to(q)), draw(st.just("") | VALUES)) for q in chosen}


def names(question: Question) -> tuple[str, ...]:
    from seawall.core.conditions import facts_named

    return facts_named(question.asked_when)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=forms(), language=st.sampled_from([*LANGUAGES, "json"]))
def test_what_goes_out_comes_back(values: dict[str, tuple[str, str]], language: str) -> None:
    form = blank(answered(values), whole=True)
    content = as_json(form) if language == "json" else as_workbook(form, language)
    # Against the same answers nothing has changed; against none, all of them have.
    assert read_answers(content, form) == []
    back = {r.question: (r.value, r.scope) for r in read_answers(content, blank(unanswered(), whole=True))}
    assert back == values


@given(text=st.text(max_size=30))
def test_an_escaped_text_is_harmless_and_comes_back(text: str) -> None:
    safe = harmless(text)
    assert as_written(safe) == text
    assert safe.strip()[:1] not in {"=", "+", "@"}
    assert safe[:1] not in {"\t", "\r"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Yes", "yes"), ("是", "yes"), (" 部分 / Partly ", "partly"), ("Partly / 部分", "partly"), ("NO", "no"),
     ("不清楚", "unknown"), ("not known", "unknown"), ("unknown", "unknown"), ("maybe", "maybe")],
)  # fmt: skip
def test_labels_are_read_in_either_language(written: str, meant: str) -> None:
    assert value_of(QUESTIONS["Q011"], written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [("14", "14"), ("１４ 天", "14"), ("14 days", "14"), ("1,200", "1200"), ("不清楚", "unknown"), ("soon", "soon")],
)
def test_numbers_are_read_with_their_unit_and_in_either_width(written: str, meant: str) -> None:
    assert value_of(QUESTIONS["Q020"], written) == meant


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_label_offered_means_its_option(language: str) -> None:
    for question in QUESTIONS.values():
        for code in question.options:
            assert value_of(question, label_of(question, code, LANGUAGES[language])) == code


def test_a_person_fills_in_the_workbook() -> None:
    content = as_workbook(blank(unanswered()), "en")
    filled = edited(content, filling(Q011="Partly", Q020="30", Q030="No backup is kept", scope_Q011="Head office"))
    with pytest.raises(Invalid) as refused:
        read_answers(filled, blank(unanswered()))
    (problem,) = refused.value.problems
    assert (problem.code, problem.field[:14]) == ("questionnaire.choice", "Questionnaire!")
    filled = edited(content, filling(Q011="Partly", Q020="30", scope_Q011="Head office"))
    found = {r.question: (r.value, r.scope) for r in read_answers(filled, blank(unanswered()))}
    assert found == {"Q011": ("partly", "Head office"), "Q020": ("30", "")}


def test_only_what_changed_comes_back() -> None:
    filled = edited(as_workbook(blank(), "zh"), filling(Q011="否"))
    assert [(r.question, r.value) for r in read_answers(filled, blank())] == [("Q011", "no")]


def test_an_emptied_cell_takes_nothing_back() -> None:
    filled = edited(as_workbook(blank(), "zh"), filling(Q011="", Q012=""))
    assert read_answers(filled, blank()) == []


def test_every_problem_is_told_at_its_cell_at_once() -> None:
    def change(sheet: Any) -> None:
        filling(Q011="perhaps", Q020="many", Q012="=1+1", scope_Q016="x" * 300, Q016="None")(sheet)
        sheet.cell(row_of(sheet, "Q019"), 1).value = "Q999"
        sheet.cell(row_of(sheet, "Q021"), 1).value = "Q022"

    content = as_workbook(blank(), "en")
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    rows = {name: row_of(sheet, name) for name in ("Q011", "Q012", "Q016", "Q019", "Q020", "Q021", "Q022")}
    filled = edited(content, change)
    with pytest.raises(Invalid) as refused:
        read_answers(filled, blank())
    told = {problem.field.partition("!")[2]: problem.code for problem in refused.value.problems}
    assert told == {
        f"D{rows['Q011']}": "questionnaire.choice",
        f"D{rows['Q012']}": "sheet.formula",
        f"E{rows['Q016']}": "document.too_long",
        f"D{rows['Q019']}": "questionnaire.unknown_question",
        f"D{rows['Q020']}": "questionnaire.number",
        # "Monthly" is no answer to the question whose id was written over; its own row then comes second.
        f"D{rows['Q021']}": "questionnaire.choice",
        f"D{rows['Q022']}": "document.twice",
    }


def test_an_answer_that_does_not_arise_is_told() -> None:
    filled = edited(as_workbook(blank(), "en"), filling(Q030="There is no backup"))
    with pytest.raises(Invalid) as refused:
        read_answers(filled, blank())
    codes = {problem.code for problem in refused.value.problems}
    assert codes == {"questionnaire.not_asked"}


def test_a_file_of_another_submission_or_questionnaire_is_refused() -> None:
    content = as_workbook(blank(), "both")
    other = replace(SAMPLE, id="SUB-2026-9999")
    with pytest.raises(Invalid) as refused:
        read_answers(content, blank(other))
    assert [p.code for p in refused.value.problems] == ["sheet.other_submission"]
    with pytest.raises(Invalid) as refused:
        read_answers(as_json(blank()), blank(other))
    assert [(p.field, p.code) for p in refused.value.problems] == [("submission", "sheet.other_submission")]
    changed = json.loads(as_json(blank()))
    changed["questionnaire"]["id"] = "another"
    with pytest.raises(Invalid) as refused:
        read_answers(json.dumps(changed).encode(), blank())
    assert [p.code for p in refused.value.problems] == ["sheet.other_questionnaire"]


@pytest.mark.parametrize(
    ("content", "field", "code"),
    [
        (b"{", "file", "sheet.not_json"),
        (b'{"format": "other", "questions": []}', "file", "sheet.no_answers"),
        (b'{"format": "seawall-questionnaire", "questions": {}}', "file", "sheet.no_answers"),
        (b'{"format": "seawall-questionnaire", "questions": [3]}', "questions.0.answer", "document.not_a_map"),
        (b'{"format": "seawall-questionnaire", "questions": [{"id": "Q011", "answer": {"value": 3}}]}',
         "questions.0.answer", "document.not_a_map"),
        (b'{"format": "seawall-questionnaire", "questions": [{"id": "Q011", "answer": {"value": "maybe"}}]}',
         "questions.0.answer.value", "questionnaire.choice"),
        (b"{" + b"[" * 100_000, "file", "sheet.not_json"),
    ],
)  # fmt: skip
def test_json_that_does_not_fit_is_told(content: bytes, field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_answers(content, blank())
    assert [(p.field, p.code) for p in refused.value.problems] == [(field, code)]


def test_a_text_that_looks_like_a_formula_goes_out_as_text() -> None:
    told = answered({"Q051": ("1", ""), "Q051A": ('=HYPERLINK("http://evil.example")', "@SUM(1)")})
    content = as_workbook(blank(told), "en")
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    row = row_of(sheet, "Q051A")
    for column in (4, 5):
        assert sheet.cell(row, column).data_type == "s"
        assert str(sheet.cell(row, column).value).startswith("'")
    assert read_answers(content, blank(told)) == []


def test_ids_are_protected_and_answers_are_not() -> None:
    sheet = load_workbook(BytesIO(as_workbook(blank(), "both"))).worksheets[0]
    row = row_of(sheet, "Q011")
    assert sheet.protection.sheet
    assert [sheet.cell(row, column).protection.locked for column in (1, 2, 3, 4, 5)] == [True, True, True, False, False]
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules[f"D{row}"].startswith("choices!$")
    assert sheet.cell(row_of(sheet, "Q003"), 4).value == "210"
    assert sheet.cell(row_of(sheet, "Q003"), 4).protection.locked


@pytest.mark.parametrize("framework", ["csf2", "iso27001", "cis"])
def test_headings_are_named_where_the_framework_ships(framework: str) -> None:
    ships = (Path(reference.__file__).parent / "frameworks").is_dir()
    for language in ("zh", "en"):
        form = filled_form(framework, SAMPLE, library(), {}, language)
        assert form
        assert {bool(heading.title) for heading in form} == {ships}
