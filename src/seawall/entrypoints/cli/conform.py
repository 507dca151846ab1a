"""`seawall conformity` and `seawall framework`: libraries of requirements, and how far a submission meets one."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from seawall.core.problems import Refused
from seawall.entrypoints.cli.assess import on_day
from seawall.entrypoints.cli.talk import language_option, say
from seawall.entrypoints.files import read_file


class NameBoth(Refused):
    """A report needs a library and a submission."""

    code = "framework.name_both"
    status = 422


@click.command()
@click.argument("library", metavar="LIBRARY", required=False)
@click.argument("file", metavar="FILE", required=False)
@click.option("--list", "listed", is_flag=True, help="List the libraries and stop.")
@click.option("--level", type=int, help="Level of a library with levels (default: the company's MLPS level, else 3).")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Write the report as PDF to this file.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Judge as on this day (default: today).")
@language_option
def conformity(library: str | None, file: str | None, as_of: datetime | None, lang: str, **wanted: Any) -> int:
    """How far the submission in FILE (as for `assess`) meets LIBRARY: per requirement and chapter, without a database.

    What no control speaks of is said to be not assessed and is never counted as met. For MLPS the report adds between
    which scores of the 2021 template and rates of the 2025 template an assessor might end.

    Exit codes: 0 done; 2 no such library or the file is wrong.
    """
    from seawall.entrypoints.cli import libraries as shown
    from seawall.entrypoints.conformity import framework_of, frameworks

    if wanted["listed"]:
        shown.listing(list(frameworks().values()), lang, as_json=wanted["as_json"])
        return 0
    if library is None or file is None:
        raise NameBoth("library" if library is None else "file")
    framework = framework_of(library)
    from seawall.core.assessment.assess import beliefs_of
    from seawall.core.conformity.judge import held
    from seawall.core.conformity.render import report
    from seawall.core.submission import read
    from seawall.entrypoints.conformity import judged
    from seawall.entrypoints.shipped import library as releases

    day = on_day(as_of)
    submission = read(read_file(file), as_of=day)
    beliefs = held(beliefs_of(submission, (), releases(), as_of=day).values())
    found = judged(framework, beliefs, asked=wanted["level"], own=submission.company.mlps_level)
    if wanted["as_json"]:
        head = {"submission": submission.id, "as_of": day.isoformat()}
        click.echo(json.dumps(head | report(found), ensure_ascii=False, indent=2))
    else:
        shown.report(found, submission, day, lang)
    if wanted["pdf"]:
        from seawall.entrypoints.conformity_paper import conformity_report

        wanted["pdf"].write_bytes(conformity_report(found, submission, day, lang))
        say(str(wanted["pdf"]))
    return 0


@click.group()
def framework() -> None:
    """The libraries themselves: what a standard, law, plan or model asks, and which controls speak of it."""


@framework.command()
@click.argument("library", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print the library as JSON.")
@click.option("--questions", is_flag=True, help="Name the questions that bear on each requirement.")
@language_option
def show(library: str, as_json: bool, questions: bool, lang: str) -> int:
    """Print library ID: about, whom it binds, fines, and its requirements with their controls.

    Exit codes: 0 done; 2 no such library.
    """
    from seawall.core.conformity.questions import questions_of
    from seawall.core.conformity.render import library as whole
    from seawall.entrypoints.cli import libraries as shown
    from seawall.entrypoints.conformity import framework_of

    found = framework_of(library)
    asked: dict[str, tuple[str, ...]] = {}
    if questions:
        from seawall.entrypoints.shipped import library as releases

        asked = questions_of(found, releases().questionnaire)
    if as_json:
        made = whole(found) | ({"questions": {code: list(ids) for code, ids in asked.items()}} if questions else {})
        click.echo(json.dumps(made, ensure_ascii=False, indent=2))
    else:
        shown.library(found, asked, lang)
    return 0


@framework.command()
@click.argument("file", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="Print the conclusions as JSON.")
@language_option
def score(file: str, as_json: bool, lang: str) -> int:
    """Conclude an MLPS assessment report by the template of 2021 and by that of 2025, from its items in FILE.

    FILE: items (part: technical or management; state: conforms, partly or fails; importance: ordinary, important or
    critical; count), risk (none, low, medium or high: the gravest the defects bring), hazards (major hidden dangers).

    Exit codes: 0 done; 2 the file is wrong.
    """
    from django.utils.translation import gettext as _

    from seawall.core.conformity import mlps
    from seawall.entrypoints.conformity import framework_of, grade_words

    rules = mlps.load_rules(framework_of("mlps-2-0").scoring)
    items, risk, hazards = mlps.read_items(read_file(file), rules)
    old, new = mlps.report_2021(items, rules, risk=risk), mlps.report_2025(items, rules, hazards=hazards)
    if as_json:
        made = {
            "items": len(items),
            "2021": {"score": float(old.score), "conclusion": old.conclusion},
            "2025": {"rate": float(new.rate), "conclusion": new.conclusion},
        }
        click.echo(json.dumps(made, ensure_ascii=False, indent=2))
        return 0
    words = grade_words()
    click.echo(
        _("2021 template: %(score).2f points, %(word)s") % {"score": float(old.score), "word": words[old.conclusion]}
    )
    click.echo(
        _("2025 template: %(rate).2f %% of %(items)d items, %(word)s")
        % {"rate": float(new.rate) * 100, "items": len(items), "word": words[new.conclusion]}
    )
    return 0
