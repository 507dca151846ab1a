"""`seawall questionnaire`: the form out as a workbook or JSON, filled in and back; no database."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from seawall.core.submission import Answer, Submission, read, write
from seawall.entrypoints.cli.assess import on_day
from seawall.entrypoints.cli.talk import language_option, say
from seawall.entrypoints.files import read_file

AS_OF = click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Take the document as on this day.")
WHOLE = click.option("--whole", is_flag=True, help="Take in the questions that only larger companies are asked.")


@click.group()
def questionnaire() -> None:
    """The proposal form of a submission: shown, exported to be filled in, imported."""


def _blank(submission: Submission, whole: bool) -> Any:
    from seawall.entrypoints.sheets.form import Blank
    from seawall.entrypoints.shipped import library

    return Blank(submission, library(), whole)


@questionnaire.command()
@click.argument("file", metavar="FILE")
@AS_OF
@WHOLE
@language_option
def show(file: str, as_of: datetime | None, whole: bool, lang: str) -> int:
    """Print the questions that the submission in FILE is asked, with the answers there are.

    Exit codes: 0 printed; 2 the file is wrong.
    """
    from seawall.core.evidence.labels import label_of
    from seawall.core.evidence.questionnaire import submission_facts

    submission = read(read_file(file), as_of=on_day(as_of))
    blank = _blank(submission, whole)
    tier = blank.questionnaire.tier(submission_facts(submission))
    given, section = blank.given(), ""
    click.echo(f"{tier.name[lang]}: {tier.note[lang]}")
    for question in blank.questions():
        if question.section != section:
            section = question.section
            click.echo(f"\n{blank.questionnaire.sections[section][lang]}")
        answer = given.get(question.id)
        click.echo(f"  {question.id:6} {question.text[lang]}")
        click.echo(f"         {label_of(question, answer.value, (lang,)) if answer else '–'}")
    return 0


@questionnaire.command()
@click.argument("file", metavar="FILE")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help=".xlsx or .json.")
@click.option("--both", is_flag=True, help="Write the workbook in both languages.")
@AS_OF
@WHOLE
@language_option
def export(file: str, output: Path, both: bool, as_of: datetime | None, whole: bool, lang: str) -> int:
    """Write the form of the submission in FILE to be filled in: a workbook, or JSON when the name ends in .json.

    Exit codes: 0 written; 2 the file is wrong.
    """
    from seawall.entrypoints.sheets.form import as_json, as_workbook

    blank = _blank(read(read_file(file), as_of=on_day(as_of)), whole)
    content = as_json(blank) if output.suffix == ".json" else as_workbook(blank, "both" if both else lang)
    output.write_bytes(content)
    say(str(output))
    return 0


@questionnaire.command("import")
@click.argument("file", metavar="FILE")
@click.argument("filled", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", required=True, metavar="NAME", help="Who answers; goes on record with each answer.")
@AS_OF
@language_option
def bring_in(file: str, filled: Path, by: str, as_of: datetime | None, lang: str) -> int:
    """Print the submission in FILE with the answers of the workbook or JSON file FILLED, as JSON.

    Only answers that changed get the new name and day. Nothing is printed while anything is wrong.

    Exit codes: 0 printed; 2 the file or a cell is wrong (one line per problem).
    """
    from seawall.entrypoints.sheets.returned import read_answers

    day = on_day(as_of)
    submission = read(read_file(file), as_of=day)
    came = {found.question: found for found in read_answers(filled.read_bytes(), _blank(submission, whole=True))}
    kept = [answer for answer in submission.answers if answer.question not in came]
    fresh = [Answer(found.question, found.value, by, day, found.scope) for found in came.values()]
    joined = replace(submission, answers=(*kept, *fresh))
    # What goes out can be read in again.
    click.echo(json.dumps(write(read(write(joined), as_of=day)), ensure_ascii=False, indent=2))
    say(f"{len(fresh)} / {len(joined.answers)}")
    return 0
