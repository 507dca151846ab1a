"""`seawall import`: read what a company's own tools have written, without a database."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from seawall.core.evidence.items import Finding
from seawall.core.imports import KINDS, Imported, Trouble
from seawall.core.imports import read as read_import
from seawall.core.imports.rules import findings_of
from seawall.core.problems import Problem
from seawall.entrypoints.cli.show import console, table
from seawall.entrypoints.cli.talk import language_option

SHOWN = 40


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(KINDS), help="What the file is; found out from its content if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print assets, findings and problems as JSON.")
@language_option
def read_file(file: Path, kind: str | None, as_json: bool, lang: str) -> int:
    """Read FILE (nmap XML, .nessus, OpenVAS XML, nuclei JSONL, CycloneDX JSON, or an asset register as CSV).

    Prints the assets it names, what it says about the controls, and every record that could not be taken with its line.
    A register's columns: name, type, IP address, owner, importance, vendor, product, version, end of support; headings
    in Chinese or English, UTF-8 or GB18030.

    Exit codes: 0 all taken; 1 some records could not be taken; 2 the file cannot be read.
    """
    from seawall.entrypoints.shipped import library

    at = datetime.now(UTC)
    found = read_import(file.read_bytes(), kind or "")
    rules = library().assets
    findings = findings_of(found, rules.imports, at=at) if rules else ()
    if as_json:
        click.echo(json.dumps(as_dict(found, findings), ensure_ascii=False, indent=2))
    else:
        _show(found, findings, lang)
    return 1 if any(trouble.line for trouble in found.problems) else 0


def as_dict(found: Imported, findings: tuple[Finding, ...]) -> dict[str, Any]:
    """Plain JSON: days and moments as ISO 8601."""
    return {
        "kind": found.kind,
        "tool": found.tool,
        "made_at": found.made_at.isoformat() if found.made_at else None,
        "records": found.records,
        "assets": [{**asdict(asset), "detail": dict(asset.detail)} for asset in found.assets],
        "weaknesses": [
            {**asdict(w), "known_since": w.known_since.isoformat() if w.known_since else None} for w in found.weaknesses
        ],
        "findings": [
            {**asdict(f), "observed_at": f.observed_at.isoformat(), "detail": dict(f.detail)} for f in findings
        ],
        "problems": [{"line": t.line, "code": t.code, "params": dict(t.params)} for t in found.problems],
    }


def _show(found: Imported, findings: tuple[Finding, ...], lang: str) -> None:
    from django.utils.translation import gettext as _
    from django.utils.translation import pgettext

    from seawall.entrypoints.shipped import library

    out, checks = console(), library().checks.checks
    counts = {"tool": found.tool, "assets": len(found.assets), "weak": len(found.weaknesses)}
    out.print(_("%(tool)s: %(assets)d assets, %(weak)d weaknesses") % counts)
    rows = [(f.asset, f.check, checks[f.check].title[lang], str(f.detail.get("count", ""))) for f in findings]
    columns = [(_("Asset"), False), (_("Check"), False), (_("What it is"), False), (_("Count"), True)]
    hits = [row for row, f in zip(rows, findings, strict=True) if f.state == "found"]
    out.print(table(f"{_('Found')}: {len(hits)}", columns, hits[:SHOWN]))
    named = [(a.kind, a.name, a.detail.get("addresses", "") or a.detail.get("product", "")) for a in found.assets]
    columns = [(_("Kind"), False), (_("Name"), False), ("", False)]
    out.print(table(f"{_('Assets')}: {len(named)}", columns, named[:SHOWN]))
    columns = [(pgettext("of a file", "Line"), True), (_("Problem"), False)]
    told = [(str(t.line or ""), sentence_of(t)) for t in found.problems]
    out.print(table(f"{_('Problems')}: {len(told)}", columns, told[:SHOWN]))


def sentence_of(trouble: Trouble) -> str:
    """What was wrong with a record, in the reader's language."""
    from seawall.entrypoints.sentences import sentence

    return sentence(Problem("", trouble.code, trouble.params))
