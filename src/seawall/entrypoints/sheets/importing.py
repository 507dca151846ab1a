"""Bringing a filled-in questionnaire into a submission: all of it, or nothing and every problem at its cell."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from seawall.core.problems import Invalid, Problem
from seawall.entrypoints.sheets.form import Blank, as_json, as_workbook
from seawall.entrypoints.sheets.returned import Read, read_answers
from seawall.lifecycle.identify.actions.answers import Reply, give
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.answers import read_now
from seawall.lifecycle.identify.queries.file import newest_answers
from seawall.records.parties.viewer import Viewer

JSON = "json"


def form_file(viewer: Viewer, submission: UUID, kind: str, *, whole: bool, at: datetime) -> tuple[str, bytes]:
    """The form of a submission to be filled in, with its file name; `kind` is zh, en, both or json."""
    content, library = read_now(viewer, submission, at=at)
    blank = Blank(content, library, whole)
    if kind == JSON:
        return f"{content.id}.json", as_json(blank)
    return f"{content.id}-{kind}.xlsx", as_workbook(blank, kind)


@transaction.atomic
def bring_in(*, submission: UUID, content: bytes, by: Viewer, at: datetime) -> int:
    """Keep the answers of a filled-in form that differ from those on record; how many these were.

    An answer that stays the same keeps its evidence. Raises `Invalid` with every problem at its cell, what
    `read_answers` refuses, and what `give` does.
    """
    by.require("questionnaire.answer")
    found = scope.submission(by, submission, at=at, lock=True)
    now, library = read_now(by, submission, at=at)
    came = {read.question: read for read in read_answers(content, Blank(now, library, whole=True))}
    if not came:
        return 0
    before = newest_answers(found)
    replies = {}
    for question, read in came.items():
        held = before.get(question)
        same = held is not None and held.value == read.value
        file = held.file_id if held is not None and same else None
        until = held.evidence_until if held is not None and same else None
        replies[question] = Reply(read.value, read.scope, file, until)
    try:
        give(submission=submission, replies=replies, by=by, at=at)
    except Invalid as refused:
        raise Invalid([_at_cell(problem, came) for problem in refused.problems]) from refused
    return len(replies)


def _at_cell(problem: Problem, came: dict[str, Read]) -> Problem:
    part, _dot, question = problem.field.partition(".")
    if question not in came:
        return problem
    read = came[question]
    return Problem(read.scope_cell if part == "scope" else read.cell, problem.code, problem.params)
