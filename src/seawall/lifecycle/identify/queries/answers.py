"""What a viewer may see of the answers to a submission's questionnaire. A broker never sees the files behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from seawall.core.evidence.belief import Belief
from seawall.core.library import Library
from seawall.core.problems import Problem, Refused
from seawall.core.submission import Submission as Filed
from seawall.lifecycle.identify.models import Answer, Submission
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.evidence import findings_for
from seawall.lifecycle.identify.queries.file import (
    Form,
    Given,
    form,
    form_of,
    newest_answers,
    shown,
)
from seawall.lifecycle.identify.queries.indicative import Indication, indicated
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import Viewer


def _sees_files(viewer: Viewer) -> bool:
    return viewer.may("vault.read")


def answers_of(viewer: Viewer, submission: UUID, *, at: datetime) -> dict[str, Given]:
    """The newest answer of each question; raises `NotFound`."""
    found = newest_answers(scope.submission(viewer, submission, at=at))
    return {question: Given.of(answer, with_file=_sees_files(viewer)) for question, answer in found.items()}


def history(viewer: Viewer, submission: UUID, question: str, *, at: datetime) -> tuple[Given, ...]:
    """Every answer given to one question, newest first; raises `NotFound`."""
    rows = Answer.objects.filter(submission=scope.submission(viewer, submission, at=at), question=question)
    return tuple(Given.of(answer, with_file=_sees_files(viewer)) for answer in rows.order_by("-turn"))


def questionnaire(viewer: Viewer, submission: UUID, *, at: datetime) -> Form:
    """The questionnaire as it stands: the questions that arise now, the answers given, the progress."""
    found = scope.submission(viewer, submission, at=at)
    library = library_on(viewer, on=timezone.localdate(at))
    return form(found, library.questionnaire, as_of=timezone.localdate(at), with_files=_sees_files(viewer))


def read_now(viewer: Viewer, submission: UUID, *, at: datetime) -> tuple[Filed, Library]:
    """The submission with its newest answers as the core reads it, and the library of the day; raises `NotFound`."""
    found = scope.submission(viewer, submission, at=at)
    return shown(found, as_of=timezone.localdate(at)), library_on(viewer, on=timezone.localdate(at))


@dataclass(frozen=True, slots=True)
class Asking:
    """The questionnaire at work: the form, and the score and price as they stand (or the problems that forbid one)."""

    submission: Submission
    content: Filed
    library: Library
    form: Form
    indication: Indication | None
    problems: tuple[Problem, ...]

    @property
    def beliefs(self) -> Mapping[str, Belief]:
        """What is known of the controls; nothing where no indication can be made."""
        return self.indication.beliefs if self.indication else {}

    @property
    def unsigned(self) -> int:
        """How many answers are newer than the declaration; 0 while there is none."""
        given = [asked.answer for _section, listed in self.form.sections for asked in listed if asked.answer]
        signs = {q.id for q in self.library.questionnaire.questions if q.kind == "sign"}
        signed = [answer.recorded_at for answer in given if answer.question in signs]
        return sum(answer.recorded_at > max(signed) for answer in given) if signed else 0


def asking(
    viewer: Viewer, submission: UUID, *, at: datetime, whole: bool = False, library: Library | None = None
) -> Asking:
    """Everything the page shows beside a question, read once; raises `NotFound`.

    `library` is that of the day, where it has been read already.
    """
    found = scope.submission(viewer, submission, at=at)
    day, library, given = (
        timezone.localdate(at),
        library or library_on(viewer, on=timezone.localdate(at)),
        newest_answers(found),
    )
    content = shown(found, as_of=day, answers=given)
    asked = form_of(content, given, library.questionnaire, with_files=_sees_files(viewer), whole=whole)
    try:
        now = indicated(content, findings_for(found, library, at=at), library, as_of=day)
    except Refused as refused:
        return Asking(found, content, library, asked, None, tuple(refused.problems))
    return Asking(found, content, library, asked, now, ())
