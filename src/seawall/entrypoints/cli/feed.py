"""`seawall feed`: read, check and take in the public feeds of the risk universe."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from seawall.core.feeds.kinds import KINDS, read
from seawall.core.feeds.reading import Feed
from seawall.core.problems import Invalid, Problem, Refused
from seawall.entrypoints.cli.run import start
from seawall.entrypoints.cli.show import console, table
from seawall.entrypoints.cli.talk import NO, language_option, say, site_language_option, speak

MOST_FILES = 20_000


class NoHouse(Refused):
    """No tenant of that name, or several and none named."""

    code = "feed.no_house"
    status = 422


@click.group()
def feed() -> None:
    """Public feeds: known exploited vulnerabilities, scores, CVEs, ATT&CK, incidents, leak sites, leaks."""


def contents(paths: Sequence[str], most: int) -> list[bytes]:
    """The bytes of each file, of `-` (stdin), and of every .json file in a folder; no more of any than `most`."""
    found: list[bytes] = []
    for path in paths:
        place = Path(path)
        inside = place.is_dir()
        files = sorted(p for p in place.iterdir() if p.suffix.lower() == ".json") if inside else [place]
        for file in files[: MOST_FILES - len(found)]:
            if path == "-":
                found.append(sys.stdin.buffer.read(most + 1))
                continue
            with file.open("rb") as opened:
                found.append(opened.read(most + 1))
    return found


@feed.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--kind", type=click.Choice(list(KINDS)), required=True, help="Whose format it is.")
@click.option("--domain", default="", help="For the leaks of one domain: which.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@language_option
def check(files: Sequence[str], kind: str, domain: str, as_json: bool, lang: str) -> int:
    """Read FILE as the source publishes it and tell every problem. Needs no database and asks nobody.

    A folder stands for every .json file in it; - is stdin. Gzip is undone.

    Exit codes: 0 the feed would be taken; 1 it would be refused; 2 wrong use; 3 a file cannot be read.
    """
    try:
        found = read(kind, contents(files, KINDS[kind].bounds.bytes), domain=domain)
    except Invalid as refused:
        _tell(as_json, {"kind": kind, "sound": False, "entries": 0}, refused.problems)
        return NO
    _tell(as_json, {"kind": kind, "sound": True, **_facts(found)}, found.told)
    return 0


def _facts(found: Feed) -> dict[str, Any]:
    return {
        "entries": len(found.entries),
        "published": found.published,
        "left_out": found.left_out,
        **({"source": dict(found.meta)} if found.meta else {}),
    }


def _tell(as_json: bool, facts: dict[str, Any], problems: Sequence[Problem]) -> None:
    from seawall.entrypoints.sentences import sentence

    told = [{"field": p.field, "code": p.code, "text": sentence(p)} for p in problems]
    if as_json:
        click.echo(json.dumps({**facts, "problems": told}, ensure_ascii=False, indent=1))
        return
    from django.utils.translation import gettext as _

    for problem in told:
        click.echo(f"{problem['field']}: {problem['text']}" if problem["field"] else problem["text"])
    if facts["sound"]:
        said = _("sound: %(entries)s entries, as of %(published)s, %(left_out)s left out")
        say(said % {**facts, "published": facts["published"] or "–"})
    else:
        say(_("refused"))


@feed.command()
@click.argument("cves", nargs=-1, required=True, metavar="CVE...")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@language_option
def priority(cves: Sequence[str], as_json: bool, lang: str) -> int:
    """Say how much each CVE matters: 1 when it is known to be exploited, else the forecast, else unknown.

    Looks into the list that ships with this version, which holds known exploited vulnerabilities only.

    Exit codes: 0 all are known; 1 at least one is not (which does not mean that it is harmless).
    """
    from django.utils.translation import gettext as _

    from seawall.entrypoints.words import priority_words
    from seawall.reference import known_exploited

    held, words = known_exploited(), priority_words()
    rows: list[dict[str, Any]] = []
    for cve in cves:
        found, told = held.by_cve(cve), held.priority(cve)
        rows.append(
            {
                "cve": cve.strip().upper(),
                "priority": told.value,
                "reasons": list(told.reasons),
                "vendor": found.vendor if found else "",
                "product": found.product if found else "",
                "epss": found.epss if found else None,
            }
        )
    if as_json:
        click.echo(json.dumps({"as_of": held.taken, "vulnerabilities": rows}, ensure_ascii=False, indent=1))
    else:
        cells = [
            (
                row["cve"],
                f"{row['vendor']} {row['product']}".strip() or "–",
                "–" if row["priority"] is None else f"{row['priority']:.3f}",
                _(", ").join(str(words[reason]) for reason in row["reasons"]),
            )
            for row in rows
        ]
        columns = [("CVE", False), (_("Product"), False), (_("priority"), True), (_("why"), False)]
        console().print(table(_("Priority, scores as of %(day)s") % {"day": held.taken}, columns, cells))
    return NO if any(row["priority"] is None for row in rows) else 0


@feed.command("run")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.option("--file", "files", multiple=True, metavar="FILE", help="A file or folder with what the source publishes.")
@click.option("--url", default="", help="Fetch it from there, through the one way out.")
@click.option("--domain", default="", help="For the leaks of one domain: which.")
@click.option("--reason", default="", help="Why a feed that is much smaller, or older, is right all the same.")
@click.option("--tenant", "slug", default="", help="The house, when there are several.")
@click.option("--json", "as_json", is_flag=True, help="Print the run as JSON.")
@site_language_option
def take_in(kind: str, files: Sequence[str], url: str, slug: str, as_json: bool, lang: str, **more: str) -> int:
    """Take a feed of KIND in: a sound one becomes a release, a bad one replaces nothing. Needs the database.

    Leaks are taken in only on a legal basis that an administrator has recorded on the page of the feeds.

    Exit codes: 0 taken in, or nothing new; 1 refused or not fetched (the run says why); 2 wrong use; 3 no database.
    """
    if bool(files) == bool(url):
        raise click.UsageError("give --file or --url, and not both")
    start()
    speak(lang)
    from django.utils import timezone

    from seawall.entrypoints.egress import operators_egress
    from seawall.entrypoints.feeding import NoAnswer, fetch, named
    from seawall.records import tenancy
    from seawall.records.feeds.actions import Load, allowed, fail, take

    with tenancy.inside(tenancy.EVERY):
        system = _system(slug)
    with tenancy.inside(system.tenant):
        allowed(kind=kind, by=system, at=timezone.now())
        source = named(url) if url else ", ".join(Path(f).name for f in files)
        try:
            parts = fetch(kind, url, operators_egress()) if url else tuple(contents(files, KINDS[kind].bounds.bytes))
        except NoAnswer as error:
            run = fail(kind=kind, source=source, why=str(error), by=system, at=timezone.now())
        else:
            run = take(Load(kind, parts, source, **more), by=system, at=timezone.now())
        told = [Problem(p["field"], p["code"], p["params"]) for p in run.problems]
        facts = {
            "kind": kind,
            "sound": run.outcome != "failed",
            "outcome": run.outcome,
            "entries": run.entries,
            "published": run.published,
            "left_out": run.left_out,
            "release": str(run.release) if run.release else None,
            "change": run.change,
        }
        _tell(as_json, facts, told)
    return NO if run.outcome == "failed" else 0


def _system(slug: str) -> Any:
    """The platform acting for the house named, or for the only one; raises `NoHouse`."""
    from seawall.records.parties.actions.tenant import insurer_of
    from seawall.records.parties.models import Tenant
    from seawall.records.parties.viewer import Viewer

    every = list(Tenant.objects.order_by("slug"))
    found = [t for t in every if t.slug == slug] if slug else every
    if len(found) != 1:
        raise NoHouse("tenant", slug=slug, slugs=", ".join(t.slug for t in every))
    return Viewer.system(found[0].pk, insurer_of(found[0]).pk)
