"""`seawall universe`: the risk library: listed, exported, checked, compared, calibrated; no database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from seawall.core.submission.codes import industry_exists
from seawall.core.universe.diff import Difference, difference
from seawall.core.universe.load import load_universe
from seawall.core.universe.model import UNINSURED, Family, Universe
from seawall.core.universe.scenarios import ENTERPRISE, GRAINS, INDUSTRY, SCENARIO, Scenario
from seawall.entrypoints.cli.talk import NO, language_option, say
from seawall.entrypoints.universe_files import SHIPPED, as_stix, as_yaml, document, line_of, problems, threats
from seawall.entrypoints.universe_files import lines as lines_of

Row = dict[str, Any]
source_option = click.option(
    "--from",
    "source",
    default=SHIPPED,
    show_default=True,
    metavar="FILE",
    help="Another universe than the shipped one.",
)


@click.group()
def universe() -> None:
    """The risk universe: what can happen, to whom, how often, how badly, and what helps."""


@universe.command("list")
@click.option("--industry", metavar="CODE", help="Only what can happen in this industry (GB/T 4754, such as C36).")
@click.option("--grain", type=click.Choice(GRAINS), help="Only this grain.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@source_option
@language_option
def list_(industry: str | None, grain: str | None, as_json: bool, source: str, lang: str) -> int:
    """List packs (industry), families and risks beside cyber (enterprise), and scenarios.

    Exit codes: 0 listed; 2 no such industry, or a broken FILE.
    """
    if industry is not None and not industry_exists(industry):
        raise click.BadParameter(f"{industry!r} is no GB/T 4754 code", param_hint="--industry")
    known = load_universe(document(source))
    rows = [row for row in _rows(known, industry) if grain in (None, row["grain"])]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _show(rows, lang)
    return 0


@universe.command()
@click.option("--format", "form", type=click.Choice(["yaml", "stix"]), default="yaml", show_default=True)
@source_option
@click.argument("file", metavar="FILE")
def export(form: str, source: str, file: str) -> int:
    """Write the universe to FILE (- for stdout): YAML as `seawall schema universe` says, or a STIX 2.1 bundle.

    Exit codes: 0 written; 2 a broken universe; 3 FILE cannot be written.
    """
    found = document(source)
    text = as_yaml(found) if form == "yaml" else json.dumps(as_stix(found), ensure_ascii=False, indent=1) + "\n"
    if file == "-":
        click.echo(text, nl=False)
    else:
        Path(file).write_text(text, encoding="utf-8")
        say(f"{file}: {found.header.id} {found.header.version}")
    return 0


@universe.command()
@click.argument("file", metavar="FILE")
@language_option
def check(file: str, lang: str) -> int:
    """Check a universe in FILE: every problem, with its line and place.

    Exit codes: 0 sound; 1 problems, one a line; 2 FILE cannot be read as a document.
    """
    from seawall.entrypoints.sentences import sentence

    found = problems(file)
    known = lines_of(file) if found else {}
    for problem in found:
        line = line_of(problem.field, known)
        click.echo(f"{file}:{line or 1}: {problem.field}: {sentence(problem)}")
    say(f"{file}: {len(found)} problems" if found else f"{file}: sound")
    return NO if found else 0


@universe.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--json", "as_json", is_flag=True, help="Print the difference as JSON.")
@language_option
def diff(old: str, new: str, as_json: bool, lang: str) -> int:
    """What NEW changes against OLD: entries added, removed, and every value changed. `shipped` names the shipped one.

    Exit codes: 0 no difference; 1 they differ; 2 a broken file.
    """
    documents = [document(name) for name in (old, new)]
    for found in documents:
        load_universe(found)
    told = difference(*documents)
    if as_json:
        click.echo(json.dumps(told.as_dict(), ensure_ascii=False, indent=2))
    else:
        _show_difference(told, lang)
    return NO if told else 0


@universe.command()
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Take vcdb_losses.csv from this directory instead of the shipped extract.",
)
@click.option("--json", "as_json", is_flag=True, help="Print every number as JSON.")
@language_option
def calibrate(data: Path | None, as_json: bool, lang: str) -> int:
    """Fit public losses again, try the fit on what was held out, and lay the shipped levels beside published figures.

    The same data give the same numbers. Exit codes: 0 done; 2 unusable data; 3 DIR lacks the file.
    """
    from seawall.entrypoints.cli.universe_calibrate import show_calibration
    from seawall.entrypoints.universe_losses import calibration

    found = calibration(data)
    if as_json:
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=2))
    else:
        show_calibration(found)
    return 0


def _rows(known: Universe, industry: str | None) -> Iterable[Row]:
    packs = {code for code, p in known.packs.items() if industry is None or _possible(known, code, industry)}
    scenarios = [s for s in known.scenarios if s.pack is None or s.pack in packs]
    for code in (c for c in known.packs if c in packs):
        pack = known.packs[code]
        yield {
            "grain": INDUSTRY, "id": code, "name": dict(pack.name), "industries": list(pack.industries),
            "attributes": list(pack.attributes), "most_employees": pack.most_employees,
            "scenarios": [s.id for s in scenarios if s.pack == code], "quantified": True,
        }  # fmt: skip
    for family in known.families:
        yield _family(known, family) | {"scenarios": [s.id for s in scenarios if s.family == family.id]}
    for risk in known.other_risks:
        yield {
            "grain": ENTERPRISE, "id": risk.id, "name": dict(risk.name), "side": risk.side, "covers": {},
            "families": list(risk.families), "quantified": False, "confidence": risk.basis.confidence,
        }  # fmt: skip
    for scenario in scenarios:
        yield _scenario(known, scenario)


def _possible(known: Universe, code: str, industry: str) -> bool:
    """Whether a company of this industry may meet the pack: it is of the pack's, or other facts decide."""
    pack = known.packs[code]
    return pack.takes(industry) or bool(pack.attributes) or not pack.industries


def _family(known: Universe, family: Family) -> Row:
    return {
        "grain": ENTERPRISE, "id": family.id, "name": dict(family.name), "veris": family.veris,
        "incident_category": family.incident_category, "techniques": list(family.techniques),
        "frequency": family.frequency.level, "median": family.severity.level, "sigma": family.sigma,
        "covers": dict(family.shares), "controls": list(known.controls_of(family.id)), "quantified": True,
        "source": family.frequency.basis.source, "confidence": family.frequency.basis.confidence,
    }  # fmt: skip


def _scenario(known: Universe, scenario: Scenario) -> Row:
    people = threats().actors
    return {
        "grain": SCENARIO, "id": scenario.id, "name": dict(scenario.name), "family": scenario.family,
        "pack": scenario.pack, "actors": {a: dict(people[a].name) for a in scenario.actors if a in people},
        "techniques": list(scenario.techniques), "veris": scenario.veris,
        "incident_category": scenario.incident_category, "share": scenario.share, "ratio": scenario.ratio,
        "covers": dict(scenario.shares), "losses": list(scenario.losses), "leads_to": list(scenario.leads_to),
        "accumulates": scenario.accumulates, "controls": list(known.controls_of(scenario.id)), "quantified": True,
        "source": scenario.share_basis.source, "confidence": scenario.share_basis.confidence,
    }  # fmt: skip


def _show(rows: list[Row], lang: str) -> None:
    from django.utils.translation import gettext as _

    from seawall.entrypoints.cli.show import console, table

    out = console()
    of = {grain: [row for row in rows if row["grain"] == grain] for grain in GRAINS}
    if of[INDUSTRY]:
        columns = [(_("Pack"), False), (_("name"), False), (_("industries"), False), (_("scenarios"), True)]
        packs = [(r["id"], r["name"][lang], _where(r), str(len(r["scenarios"]))) for r in of[INDUSTRY]]
        out.print(table(_("Industry grain"), columns, packs))
        out.print()
    if of[ENTERPRISE]:
        columns = [(_("Risk"), False), (_("name"), False), (_("a year"), True), (_("insurable"), True)]
        out.print(table(_("Enterprise grain"), columns, [_enterprise(r, lang) for r in of[ENTERPRISE]]))
        out.print()
    if of[SCENARIO]:
        columns = [
            (_("Scenario"), False), (_("name"), False), (_("pack"), False), (_("share"), True), (_("loss"), True),
            (_("confidence"), False),
        ]  # fmt: skip
        out.print(
            table(_("Scenario grain: share of the family, loss against it"), columns, _by_family(of[SCENARIO], lang))
        )


def _by_family(rows: list[Row], lang: str) -> Iterable[tuple[str, ...]]:
    said = ""
    for row in rows:
        if row["family"] != said:
            said = row["family"]
            yield f"[{said}]".replace("[", "\\["), "", "", "", "", ""
        share, loss = f"{row['share'] * 100:.0f} %", f"× {row['ratio']:g}"
        yield row["id"], row["name"][lang], row["pack"] or "", share, loss, row["confidence"]


def _where(row: Row) -> str:
    most = [f"≤ {row['most_employees']}"] if row["most_employees"] else []
    return " ".join([*row["industries"], *row["attributes"], *most])


def _enterprise(row: Row, lang: str) -> tuple[str, str, str, str]:
    from django.utils.translation import gettext as _

    if not row["quantified"]:
        return row["id"], row["name"][lang], _("not quantified"), _("none")
    insurable = 1 - row["covers"].get(UNINSURED, 0.0)
    return row["id"], row["name"][lang], f"{row['frequency'] * 100:.3f} %", f"{insurable * 100:.0f} %"


def _show_difference(told: Difference, lang: str) -> None:
    for sign, entries in (("+", told.added), ("-", told.removed)):
        for entry in entries:
            click.echo(f"{sign} {entry.kind} {entry.id}  {entry.name[lang]}")
    for changed in told.changed:
        click.echo(f"~ {changed.entry.kind} {changed.entry.id}  {changed.entry.name[lang]}")
        for change in changed.changes:
            click.echo(f"    {change.path}: {_short(change.old)} → {_short(change.new)}")
    say(f"{told.old} → {told.new}: {len(told.added)} added, {len(told.removed)} removed, {len(told.changed)} changed")


def _short(value: Any) -> str:
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False)
    return "–" if value is None else str(value)
