"""A filled-in questionnaire that comes back: the answers that changed, or every problem at its cell. Keeps nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seawall.core.evidence.labels import label, value_of
from seawall.core.evidence.questionnaire import submission_facts
from seawall.core.problems import Invalid, Problem
from seawall.core.submission import Answer
from seawall.entrypoints.sheets.form import FORMAT, HEAD, KEYS, LANGUAGES, Blank
from seawall.entrypoints.sheets.reading import TooBig, cells, is_formula
from seawall.entrypoints.sheets.writing import as_written

MOST_JSON = 2_000_000
LONGEST_VALUE, LONGEST_SCOPE = 2000, 200


@dataclass(frozen=True, slots=True)
class Read:
    """An answer that a file holds, with the cells it and its scope stand in."""

    question: str
    value: str
    scope: str
    cell: str
    scope_cell: str
    formula: bool = False


def read_answers(content: bytes, blank: Blank) -> list[Read]:
    """What changed in a filled-in file against the answers there are; raises `Invalid` with every problem at its cell,
    and `NotAWorkbook`, `TooBig`, `Active` for a file that is not read at all.

    Empty answers are left out: a file takes nothing back.
    """
    found = _from_json(content, blank) if content.lstrip()[:1] == b"{" else _from_workbook(content, blank)
    problems = _misfits(found, blank)
    if problems:
        raise Invalid(problems)
    given = {q: (answer.value, answer.scope) for q, answer in blank.given().items()}
    return [read for read in found if given.get(read.question) != (read.value, read.scope)]


def _misfits(found: Sequence[Read], blank: Blank) -> list[Problem]:
    """Everything wrong with the answers of a file, each at its cell."""
    problems, seen = [], set()
    for read in found:
        question = blank.questionnaire.question(read.question)
        if question is None or question.kind == "fact":
            problems.append(Problem(read.cell, "questionnaire.unknown_question", {"question": read.question[:40]}))
        elif read.question in seen:
            problems.append(Problem(read.cell, "document.twice", {"value": read.question}))
        elif read.formula:
            problems.append(Problem(read.cell, "sheet.formula"))
        elif len(read.value) > LONGEST_VALUE:
            problems.append(Problem(read.cell, "document.too_long", {"longest": LONGEST_VALUE}))
        elif len(read.scope) > LONGEST_SCOPE:
            problems.append(Problem(read.scope_cell, "document.too_long", {"longest": LONGEST_SCOPE}))
        elif problem := question.problem(read.value, read.cell):
            problems.append(problem)
        seen.add(read.question)
    if problems:
        return problems
    came = {read.question for read in found}
    day = blank.content.request.inception
    answers = [
        *(answer for answer in blank.content.answers if answer.question not in came),
        *(Answer(read.question, read.value, "–", day) for read in found),
    ]
    arises = {question.id for question in blank.questionnaire.visible(answers, submission_facts(blank.content))}
    return [
        Problem(read.cell, "questionnaire.not_asked", {"question": read.question})
        for read in found
        if read.question not in arises
    ]


def _from_workbook(content: bytes, blank: Blank) -> list[Read]:
    sheets = cells(content)
    _need_own(sheets, blank)
    found = []
    for title, rows in sheets.items():
        head = next((row for row in rows if _key(row[0] if row else "", HEAD) == "id"), None)
        if head is None:
            continue
        places = {key: place for place, text in enumerate(head) if (key := _key(text, HEAD))}
        if "answer" not in places:
            raise Invalid([Problem(f"{title}!A{rows.index(head) + 1}", "sheet.no_answers")])
        for number, row in enumerate(rows, start=1):
            if number > rows.index(head) + 1:
                found += _row(title, number, row, places, blank)
    if not found and not any(_key(row[0], HEAD) == "id" for rows in sheets.values() for row in rows if row):
        raise Invalid([Problem("file", "sheet.no_answers")])
    return found


def _row(title: str, number: int, row: list[str], places: Mapping[str, int], blank: Blank) -> list[Read]:
    def raw(key: str) -> str:
        place = places.get(key, len(row))
        return row[place] if place < len(row) else ""

    question, value, scope = raw("id"), as_written(raw("answer")), as_written(raw("scope"))
    known = blank.questionnaire.question(question)
    if not question or not value or (known is not None and known.kind == "fact"):
        return []
    formula = is_formula(raw("answer")) or is_formula(raw("scope"))
    # The letters of the columns people see; a form never goes beyond Z.
    cell, scope_cell = (f"{title}!{chr(65 + places.get(key, 0))}{number}" for key in ("answer", "scope"))
    return [Read(question, value_of(known, value) if known else value, scope, cell, scope_cell, formula)]


def _need_own(sheets: Mapping[str, list[list[str]]], blank: Blank) -> None:
    """A workbook of another submission, or of another questionnaire, is not taken for this one."""
    for title, rows in sheets.items():
        for number, row in enumerate(rows, start=1):
            key, text = _key(row[0] if row else "", KEYS), row[1] if len(row) > 1 else ""
            if key == "submission" and text != blank.content.id:
                raise Invalid([Problem(f"{title}!B{number}", "sheet.other_submission", {"number": text[:40]})])
            if key == "questionnaire" and text.partition(" ")[0] != blank.release().id:
                raise Invalid([Problem(f"{title}!B{number}", "sheet.other_questionnaire", {"id": text[:40]})])


def _key(text: str, names: Mapping[str, Mapping[str, str]]) -> str:
    """Which key a head names, in any language."""
    orders = (*LANGUAGES.values(), ("en", "zh"))
    return next((key for key, name in names.items() if text in {label(name, order) for order in orders}), "")


def _from_json(content: bytes, blank: Blank) -> list[Read]:
    if len(content) > MOST_JSON:
        raise TooBig("file", most=MOST_JSON // 1_000_000)
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Invalid([Problem("file", "sheet.not_json")]) from error
    if (
        not isinstance(document, dict)
        or document.get("format") != FORMAT
        or not isinstance(document.get("questions"), list)
    ):
        raise Invalid([Problem("file", "sheet.no_answers")])
    if document.get("submission", blank.content.id) != blank.content.id:
        raise Invalid([Problem("submission", "sheet.other_submission", {"number": str(document["submission"])[:40]})])
    held = document.get("questionnaire")
    if isinstance(held, dict) and held.get("id", blank.release().id) != blank.release().id:
        raise Invalid([Problem("questionnaire.id", "sheet.other_questionnaire", {"id": str(held["id"])[:40]})])
    found, problems = [], []
    for number, entry in enumerate(document["questions"]):
        field = f"questions.{number}.answer"
        answer = entry.get("answer") if isinstance(entry, dict) else None
        if not isinstance(answer, dict) or not all(isinstance(answer.get(key, ""), str) for key in ("value", "scope")):
            problems.append(Problem(field, "document.not_a_map"))
            continue
        question, value = str(entry.get("id", "")), answer.get("value", "").strip()
        known = blank.questionnaire.question(question)
        if value:
            found.append(Read(question, value_of(known, value) if known else value, answer.get("scope", "").strip(),
                              f"{field}.value", f"{field}.scope"))  # fmt: skip
    if problems:
        raise Invalid(problems)
    return found
