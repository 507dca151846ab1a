"""Ask once, fill many forms: the headings of a framework with what the answers say, as lines for page, table and file.

Follows the active language.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from seawall import reference
from seawall.core.evidence.belief import Belief
from seawall.core.evidence.filled import Heading, Said, filled
from seawall.core.evidence.questionnaire import submission_facts
from seawall.core.evidence.questions import UNKNOWN, Question
from seawall.core.library import Library
from seawall.core.submission import Submission
from seawall.entrypoints.sheets.writing import Line, Sheet, harmless, workbook
from seawall.entrypoints.told import told
from seawall.entrypoints.words import state_words

# Where the headings of each form have their names.
LIBRARIES = {"csf2": "nist-csf-2-0", "iso27001": "iso27001-2022", "mlps": "mlps-2-0", "cis": "cis-controls-8"}


def frameworks() -> dict[str, str]:
    """The forms that the questionnaire can fill, by code."""
    return {
        "csf2": "NIST CSF 2.0",
        "iso27001": "ISO/IEC 27001:2022",
        "mlps": pgettext("framework", "MLPS (GB/T 22239-2019)"),
        "cis": "CIS Controls 8.1",
    }


def standing_words() -> dict[str, str]:
    """How a heading comes out."""
    return {
        "present": pgettext("heading", "in place"),
        "partial": pgettext("heading", "in part"),
        "absent": pgettext("heading", "missing"),
        "told": pgettext("heading", "for information"),
        "open": pgettext("heading", "open"),
    }


@dataclass(frozen=True, slots=True)
class Entry:
    """One question under a heading, in words; `seen` is what was observed in place of an answer."""

    question: str
    text: str
    answer: str
    seen: str


@dataclass(frozen=True, slots=True)
class Filled:
    """One heading of the form in words; `standing` is its code."""

    ref: str
    title: str
    standing: str
    word: str
    entries: tuple[Entry, ...]


def filled_form(
    framework: str, content: Submission, library: Library, beliefs: Mapping[str, Belief], language: str
) -> list[Filled]:
    """The form of `framework` as the answers of a submission fill it."""
    questionnaire, facts = library.questionnaire, submission_facts(content)
    given = {answer.question: answer.value for answer in content.answers}
    tier = questionnaire.tier(facts)
    asked = [q for q in questionnaire.visible(content.answers, facts) if q.id in given or questionnaire.asks(tier, q)]
    names = {code: product.name for code, product in library.products.items()}
    facts_told = told(questionnaire, content, names)
    found = filled(questionnaire, framework, answers={**given, **facts_told}, asked=asked, beliefs=beliefs)
    named = titles(framework, language)
    return [_filled(heading, library, language, named) for heading in found]


def titles(framework: str, language: str) -> Mapping[str, str]:
    """What the headings are called, by the framework's library where it ships; control points are their own names.

    A library that lists controls only names a safeguard after its control.
    """
    try:
        held = [
            document for document in reference.available("frameworks") if document.header.id == LIBRARIES[framework]
        ]
    except reference.UnknownReference:
        return {}
    rows = held[-1].body["rows"] if held else []
    named: dict[str, str] = {}
    for row in rows:
        named.setdefault(row["zh"] if framework == "mlps" else row["code"], row[language])
    return {} if framework == "mlps" and language == "zh" else named


def _filled(heading: Heading, library: Library, language: str, named: Mapping[str, str]) -> Filled:
    entries = tuple(_entry(said, library, language) for said in heading.said)
    standing = heading.standing
    title = named.get(heading.ref) or named.get(heading.ref.partition(".")[0], "")
    return Filled(heading.ref, title, standing, standing_words()[standing], entries)


def _entry(said: Said, library: Library, language: str) -> Entry:
    controls = library.controls.priors
    seen = [
        f"{controls[piece.control].name[language]}: {state_words()[piece.says]} ({piece.observed_on.isoformat()})"
        for piece in said.seen
    ]
    return Entry(said.question.id, said.question.text[language], answer_words(said.question, said.value, language),
                 ("；" if language == "zh" else "; ").join(seen))  # fmt: skip


def answer_words(question: Question, value: str | None, language: str) -> str:
    """An answer as people read it; empty while there is none."""
    if value is None:
        return ""
    if value in question.options:
        return question.options[value][language]
    if value == UNKNOWN:
        return pgettext("answer", "Not known")
    unit = question.unit[language] if question.unit and question.kind == "number" else ""
    return f"{value} {unit}".strip()


def _table(form: Sequence[Filled]) -> tuple[list[str], list[list[str]]]:
    head = [
        _("Heading"),
        _("Title"),
        pgettext("heading", "Standing"),
        _("Question"),
        _("Text"),
        _("Answer"),
        _("Seen from outside"),
    ]
    rows = [
        [heading.ref, heading.title, heading.word, entry.question, entry.text, entry.answer, entry.seen]
        for heading in form
        for entry in heading.entries
    ]
    return head, rows


def as_csv(form: Sequence[Filled]) -> bytes:
    """The form as a table, with the mark that makes spreadsheets read UTF-8."""
    out = StringIO()
    head, rows = _table(form)
    csv.writer(out).writerows([head, *([harmless(text) for text in row] for row in rows)])
    return ("\ufeff" + out.getvalue()).encode()


def as_workbook(form: Sequence[Filled], title: str) -> bytes:
    """The form as a workbook of one sheet."""
    head, rows = _table(form)
    sheet = Sheet(title, head, [Line(row) for row in rows], (14, 34, 12, 10, 60, 40, 40))
    return workbook([sheet], title=title)
