"""What a viewer may see of the answers to a submission's questionnaire. A broker never sees the files behind them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from seawall.lifecycle.identify.models import Answer
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.file import Form, Given, form, newest_answers
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
    library = library_on(viewer, on=at.date())
    return form(found, library.questionnaire, as_of=at.date(), with_files=_sees_files(viewer))
