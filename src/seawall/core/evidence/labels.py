"""Answers as people write them into a form, in either language or by code, and back."""

from __future__ import annotations

from collections.abc import Sequence

from seawall.core.evidence.questions import UNKNOWN, Question
from seawall.core.submission.fields import narrow
from seawall.core.texts import LANGUAGES, Text

UNKNOWN_LABELS: Text = {"zh": "不清楚", "en": "Not known"}


def label(text: Text, languages: Sequence[str]) -> str:
    """A text in one language, or in both with a stroke between."""
    return " / ".join(dict.fromkeys(text[language] for language in languages))


def label_of(question: Question, value: str, languages: Sequence[str]) -> str:
    """An answer as a form shows it; numbers and texts stand as they are."""
    if value in question.options:
        return label(question.options[value], languages)
    return label(UNKNOWN_LABELS, languages) if value == UNKNOWN else value


def choices_of(question: Question, languages: Sequence[str]) -> tuple[str, ...]:
    """What a form offers for a question that has options; the same label is not offered twice."""
    return tuple(dict.fromkeys(label(text, languages) for text in question.options.values()))


def value_of(question: Question, written: str) -> str:
    """The value that a person meant: a code, a label in either language or both, or a number with its unit.

    What cannot be made out is given back as written, for `Question.problem` to tell.
    """
    text = written.strip()
    wanted = _plain(text)
    options = {**question.options, UNKNOWN: UNKNOWN_LABELS} if question.kind != "sign" else question.options
    for code, named in options.items():
        names = {code, *named.values(), *(label(named, order) for order in (LANGUAGES, LANGUAGES[::-1]))}
        if wanted in {_plain(name) for name in names}:
            return code
    if question.kind != "number":
        return text
    number = narrow(text).replace(",", "")
    for unit in (question.unit or {}).values():
        number = number.removesuffix(unit)
    return number.strip()


def _plain(text: str) -> str:
    return " ".join(narrow(text).casefold().split())
