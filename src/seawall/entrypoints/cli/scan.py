"""`seawall scan`: look at hosts from outside, without a database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any

import click

from seawall.core.evidence.items import Finding
from seawall.core.problems import Invalid, Problem, Refused
from seawall.core.submission import host_name, lies_under
from seawall.entrypoints.cli.show import console, table
from seawall.entrypoints.cli.talk import language_option, progress, say
from seawall.entrypoints.egress import egress_from
from seawall.entrypoints.files import read_bytes, read_file
from seawall.technology.net import Egress, NotReached
from seawall.technology.scan import NOT_APPLICABLE, ScanResult
from seawall.technology.scan import scan as run_scan


class ConsentNeeded(Refused):
    """A public host without a consent that covers it today."""

    code = "scan.consent_needed"
    status = 422


class NoTargets(Refused):
    code = "scan.no_targets"
    status = 422


class NotText(Refused):
    """A list of targets that is not UTF-8 text."""

    code = "scan.not_text"
    status = 422


MOST_TARGETS = 1_000


@click.command()
@click.argument("targets", nargs=-1, metavar="TARGET...")
@click.option(
    "--targets", "target_file", metavar="FILE", help="Further targets, one on a line, # for comments; - for stdin."
)
@click.option("--allow", multiple=True, metavar="CIDR", help="A range of your own that may be looked at.")
@click.option("--consent", metavar="FILE", help="Consent (domains, by, valid_from, valid_until) for public hosts.")
@click.option("--resolver", default="", metavar="ADDRESS:PORT", help="Name server to ask.")
@click.option("--port", "ports", multiple=True, metavar="443:8443", help="Port mapping inside the allowed ranges.")
@click.option("--roots", default="", metavar="PEM", help="Further certificates to trust.")
@click.option("--rate", default=2.0, show_default=True, help="Requests a second to one host.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the findings as JSON to this file.")
@language_option
def scan(
    targets: Sequence[str], target_file: str | None, as_json: bool, out: Path | None, lang: str, **way: Any
) -> int:
    """Look at each TARGET (domain or host) from outside and judge what any visitor can see.

    Only ranges given by --allow are looked at, unless --consent holds the owner's consent for a public host. Nothing
    is exploited, nobody is signed in, each host gets a few polite requests.

    Every check ends in one of three states: found, not found, could not check (with the reason).

    Exit codes: 0 nothing found; 1 something found; 2 wrong input or no consent.
    """
    names = [*targets, *(read_targets(target_file) if target_file else ())]
    if not names:
        raise NoTargets("targets")
    consent = way.pop("consent")
    egress = egress_from(**way)
    _permitted(names, egress, way["allow"], read_file(consent) if consent else {})
    with progress("scan") as tell:
        result = run_scan(names, egress, now=datetime.now(tz=UTC), progress=lambda p: tell(p.done, p.total, p.asset))
    written = json.dumps(as_dict(result), ensure_ascii=False, indent=2)
    if out:
        out.write_text(written + "\n", encoding="utf-8")
        say(str(out))
    if as_json:
        click.echo(written)
    elif not out:
        show_findings(result.findings, lang)
    return 1 if any(f.state == "found" for f in result.findings) else 0


def read_targets(path: str) -> list[str]:
    """One domain, host or address a line, each once; what follows a # is a comment; `-` is stdin.

    Raises `Unreadable`, `TooLarge`, `NotADocument` for what is no text, and `Invalid` with every wrong line.
    """
    name = "stdin" if path == "-" else path
    content = read_bytes(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotText("targets", name=name, byte=error.start) from error
    found: dict[str, None] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), start=1):
        target = line.partition("#")[0].strip()
        try:
            if target:
                found.setdefault(target if _is_address(target) else host_name(target))
        except Refused as error:
            problems += [Problem(f"{name}:{number}", p.code, p.params) for p in error.problems]
    if len(found) > MOST_TARGETS:
        problems.append(Problem(name, "scan.too_many_targets", {"count": len(found), "most": MOST_TARGETS}))
    if problems:
        raise Invalid(problems)
    return list(found)


def _is_address(text: str) -> bool:
    try:
        ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True


def _permitted(names: Sequence[str], egress: Egress, allow: Sequence[str], consent: Mapping[str, Any]) -> None:
    """Raise `ConsentNeeded` for the first target that is neither in an allowed range nor under the consent."""
    networks, covered = [ip_network(text) for text in allow], _covered(consent)
    for name in names:
        if _inside(name, networks):
            continue
        host = host_name(name)
        if any(lies_under(host, domain) for domain in covered):
            continue
        try:
            addresses = egress.resolve(host).addresses
        except NotReached as error:
            raise ConsentNeeded("targets", host=host) from error
        if not all(_inside(str(address), networks) for address in addresses):
            raise ConsentNeeded("targets", host=host)


def _inside(text: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return any(address in network for network in networks)


def _covered(consent: Mapping[str, Any]) -> list[str]:
    """The domains of a consent that holds today and says who gave it; none of an incomplete one."""
    today = datetime.now(tz=UTC).astimezone().date()
    try:
        first, last = (date.fromisoformat(str(consent[key])) for key in ("valid_from", "valid_until"))
        holds = first <= today < last and bool(str(consent["by"]).strip())
        return [host_name(str(domain)) for domain in consent["domains"]] if holds else []
    except (KeyError, ValueError, TypeError):
        return []


def as_dict(result: ScanResult) -> dict[str, Any]:
    """The scan as JSON: findings with ids that stay, assets with their suppliers, and how it went."""
    return {
        "started": result.started.isoformat(),
        "duration_seconds": round(result.duration, 2),
        "requests": result.requests,
        "findings": [
            {"id": f.id, **asdict(f), "observed_at": f.observed_at.isoformat(), "detail": dict(f.detail)}
            for f in result.findings
        ],
        "assets": [asdict(asset) for asset in result.assets],
    }


def show_findings(findings: Sequence[Finding], lang: str) -> None:
    """What was found, then what could not be checked, then a count of what is in order."""
    from django.utils.translation import gettext as _

    from seawall.entrypoints.shipped import library

    titles, out = {c.id: c.title[lang] for c in library().checks.checks.values()}, console()
    for state, heading in (("found", _("Found")), ("could_not_check", _("Could not check"))):
        rows = [
            (f.asset, f.check, titles.get(f.check, f.check), f.severity if state == "found" else f.reason)
            for f in findings
            if f.state == state and f.reason != NOT_APPLICABLE
        ]
        columns = [(_("Asset"), False), (_("Check"), False), (_("What it is"), False), ("", False)]
        out.print(table(f"{heading}: {len(rows)}", columns, rows))
        out.print()
    out.print(_("In order: %(count)d checks") % {"count": sum(f.state == "not_found" for f in findings)})
