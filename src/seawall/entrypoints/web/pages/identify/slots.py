"""The questions of one section as the page shows them: what was answered, what came in, what was seen from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from seawall.core.evidence.beside import beside
from seawall.core.evidence.items import Evidence
from seawall.core.evidence.questions import UNKNOWN, Question
from seawall.core.problems import Problem
from seawall.core.submission.fields import narrow
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.web import formats
from seawall.entrypoints.web.charts.parts import locale_now
from seawall.entrypoints.web.pages.identify import words
from seawall.entrypoints.words import state_words
from seawall.lifecycle.identify.queries.answers import Asking
from seawall.lifecycle.identify.queries.file import Given


@dataclass(frozen=True, slots=True)
class Line:
    """One sighting in words: which control, in which state it was seen, where and when."""

    control: str
    state: str
    where: str
    on: date
    rosier: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a question stands, or would stand if it arose: `asked` says whether it does now.

    `seen` is what was observed where the answer is silent, `against` what disagrees with it. `until` is the last day on
    which the file bears the answer out, and `fresh` says whether that is still to come. `unsigned` are the answers that
    changed since the declaration.
    """

    question: Question
    number: int
    asked: bool
    given: Given | None
    typed: str
    scope: str
    errors: Mapping[str, list[str]]
    language: str
    seen: tuple[Line, ...] = ()
    against: tuple[Line, ...] = ()
    until: date | None = None
    fresh: bool = True
    unsigned: int = 0

    @property
    def options(self) -> list[dict[str, Any]]:
        found = [
            {"value": code, "label": text[self.language], "chosen": code == self.typed}
            for code, text in self.question.options.items()
        ]
        if self.question.kind != "sign" and self.question.options and UNKNOWN not in self.question.options:
            found.append({"value": UNKNOWN, "label": words.unknown(), "chosen": self.typed == UNKNOWN})
        return found

    @property
    def text(self) -> str:
        return self.question.text[self.language]

    @property
    def help(self) -> str:
        return self.question.help[self.language]

    @property
    def unit(self) -> str:
        return self.question.unit[self.language] if self.question.unit else ""

    @property
    def is_unknown(self) -> bool:
        return self.typed == UNKNOWN

    @property
    def said(self) -> str:
        """The answer given, for those who only read."""
        return words.said(self.question, self.given.value, self.language) if self.given else ""

    @property
    def more(self) -> bool:
        """Whether scope and evidence stand open."""
        return bool(self.scope or (self.given and self.given.backed) or self.errors.get("scope"))

    @property
    def dated(self) -> str:
        """The last day of the file as it was given, for the field that changes it."""
        return self.given.until.isoformat() if self.given and self.given.until else ""

    @property
    def bounds(self) -> str:
        if self.question.kind != "number":
            return ""
        low, high = (formats.number(bound, locale_now()) for bound in (self.question.low, self.question.high))
        return _("%(low)s to %(high)s") % {"low": low, "high": high}


@dataclass(slots=True)
class Typed:
    """What came with the request for one question, and what was wrong with it."""

    value: str = ""
    scope: str = ""
    file: UploadedFile[bytes] | None = None
    until: date | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, request: HttpRequest, question: Question) -> Typed:
        name = question.id
        value = request.POST.get(f"answers.{name}", "").strip()
        if question.kind == "number":
            value = narrow(value).replace(",", "")
        if request.POST.get(f"unknown.{name}") == UNKNOWN:
            value = UNKNOWN
        file = request.FILES.get(f"file.{name}")
        came = cls(value, request.POST.get(f"scope.{name}", "").strip(), file if file else None)
        if until := narrow(request.POST.get(f"until.{name}", "").strip()):
            try:
                came.until = date.fromisoformat(until)
            except ValueError:
                came.errors["file"] = [sentence(Problem("until", "document.not_a_date"))]
        return came

    def changes(self, given: Given | None) -> bool:
        """Whether there is anything to keep."""
        if given is None:
            return bool(self.value)
        here = (self.value, self.scope, self.until)
        return here != (given.value, given.scope, given.until) or self.file is not None


def slots_of(asking: Asking, section: str, typed: Mapping[str, Typed], language: str, on: date) -> list[Slot]:
    """Every question of a section, asked or not, in order."""
    asked = {i.question.id: i.answer for name, items in asking.form.sections for i in items if name == section}
    slots, number = [], 0
    for question in asking.library.questionnaire.questions:
        if question.section != section or question.kind == "fact":
            continue
        number += question.id in asked
        given, came = asked.get(question.id), typed.get(question.id)
        seen, against = _lines(asking, question, given, language)
        until = asking.library.questionnaire.file_until(given.answered_on, given.until) if given else None
        slots.append(
            Slot(
                question=question,
                number=number,
                asked=question.id in asked,
                given=given,
                typed=came.value if came else (given.value if given else ""),
                scope=came.scope if came else (given.scope if given else ""),
                errors=came.errors if came else {},
                language=language,
                seen=seen,
                against=against,
                until=until,
                fresh=until is None or on <= until,
                unsigned=asking.unsigned if question.kind == "sign" else 0,
            )
        )
    return slots


def _lines(
    asking: Asking, question: Question, given: Given | None, language: str
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    found = beside(question, given.value if given else None, asking.beliefs)

    def lines(pieces: Iterator[tuple[Evidence, bool]]) -> tuple[Line, ...]:
        return tuple(_line(asking, piece, rosier, language) for piece, rosier in pieces)

    return (
        lines((piece, False) for piece in found.instead),
        lines((clash.sighting, clash.overstated) for clash in found.against),
    )


def _line(asking: Asking, piece: Evidence, rosier: bool, language: str) -> Line:
    library = asking.library
    return Line(
        control=library.controls.priors[piece.control].name[language],
        state=state_words()[piece.says],
        where=words.source_of(piece.ref, library.questionnaire, library.checks, language),
        on=piece.observed_on,
        rosier=rosier,
    )
