"""`seawall assess`, `quote` and `schema`: from a submission file to score, losses, fixes and prices; no database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from seawall.core.evidence.items import Finding
from seawall.core.problems import Refused
from seawall.core.submission import SCHEMA, Submission, read
from seawall.entrypoints.cli.talk import language_option, progress, say
from seawall.entrypoints.files import read_file


class NoConsent(Refused):
    """A scan was asked for, but the document holds no consent that covers the domains today."""

    code = "scan.no_consent"
    status = 422


def common(command: Any) -> Any:
    """The options that `assess` and `quote` share."""
    for option in (
        click.argument("file", metavar="FILE"),
        click.option("--json", "as_json", is_flag=True, help="Print the whole result as JSON."),
        click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Assess as on this day (default: today)."),
        click.option("--seed", default=1, show_default=True, help="Seed of the sampled interval."),
        language_option,
    ):
        command = option(command)
    return command


def on_day(as_of: datetime | None) -> date:
    return as_of.date() if as_of else datetime.now(tz=UTC).astimezone().date()


@click.command()
@common
@click.option("--scan", is_flag=True, help="Look at the domains from outside first; needs the consent in FILE.")
@click.option("--allow", multiple=True, metavar="CIDR", help="Let the scan reach this range although it is not public.")
@click.option("--resolver", metavar="ADDRESS:PORT", help="Name server for the scan.")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Write the report as PDF to this file.")
def assess(file: str, as_json: bool, as_of: datetime | None, seed: int, lang: str, scan: bool, **outside: Any) -> int:
    """Assess the submission in FILE (YAML or JSON; - for stdin).

    Prints score and interval, the GB/T 20984 level, residual risks, loss by cover, fixes with their value, and the
    priced options with every step. The same file, releases, day and seed give the same bytes.

    Exit codes: 0 done; 2 the file is wrong (one line per problem); 3 something needed is missing.
    """
    from seawall.core.assessment import assess as run
    from seawall.entrypoints.shipped import library

    day = on_day(as_of)
    submission = read(read_file(file), as_of=day)
    findings: Sequence[Finding] = look(submission, day, outside) if scan else ()
    found = run(submission, findings, library(), as_of=day, seed=seed).as_dict()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        from seawall.entrypoints.cli.show import show_assessment

        show_assessment(found, submission, findings, lang)
    if outside["pdf"]:
        from seawall.entrypoints.reports import assessment_report

        outside["pdf"].write_bytes(assessment_report(found, submission, findings, lang))
        say(str(outside["pdf"]))
    return 0


def look(submission: Submission, day: date, outside: dict[str, Any]) -> Sequence[Finding]:
    """Scan the submission's domains under its own consent; raises `NoConsent`."""
    from seawall.entrypoints.egress import egress_from
    from seawall.technology.scan import scan

    consent = submission.consent
    covered = consent is not None and day in consent.period and set(submission.company.domains) <= set(consent.domains)
    if not covered or not submission.company.domains:
        raise NoConsent("consent", domains=list(submission.company.domains))
    with progress("scan") as tell:
        result = scan(
            submission.company.domains,
            egress_from(allow=outside["allow"], resolver=outside["resolver"] or ""),
            now=datetime.now(tz=UTC),
            progress=lambda p: tell(p.done, p.total, p.asset),
        )
    return result.findings


@click.command()
@common
@click.option("--product", type=click.Choice(["sme", "system", "bespoke"]), help="Only this product.")
def quote(file: str, as_json: bool, as_of: datetime | None, seed: int, lang: str, product: str | None) -> int:
    """Price the submission in FILE: the options with limit, retention, premium and the trace of every step.

    Exit codes: 0 priced; 1 no product can be priced (with the reasons); 2 the file is wrong.
    """
    from seawall.core.assessment import assess as run
    from seawall.entrypoints.shipped import library

    day = on_day(as_of)
    submission = read(read_file(file), as_of=day)
    found = run(submission, (), library(), as_of=day, seed=seed).as_dict()
    options = [o for o in found["options"] if product in (None, o["product"])]
    if as_json:
        kept = {key: found[key] for key in ("submission", "as_of", "seed", "engine", "releases", "texts")}
        click.echo(json.dumps(kept | {"options": options}, ensure_ascii=False, indent=2))
    else:
        from seawall.entrypoints.cli.show import show_options

        show_options(options, found["texts"], lang, steps=True)
    return 0 if any(o["premium"] for o in options) else 1


@click.command()
@click.argument("name", type=click.Choice(["submission", "universe"]))
def schema(name: str) -> int:
    """Print a JSON Schema (2020-12) of the document that assess and quote take, or of a risk universe.

    Exit codes: 0 printed.
    """
    if name == "universe":
        from seawall.core.universe.schema import SCHEMA as wanted
    else:
        wanted = SCHEMA
    click.echo(json.dumps(wanted, ensure_ascii=False, indent=2))
    return 0
