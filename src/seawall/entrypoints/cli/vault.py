"""`seawall vault`: check an export of the evidence vault, away from the platform."""

from __future__ import annotations

from pathlib import Path

import click

from seawall.entrypoints.cli.talk import NO, say
from seawall.entrypoints.verify.verify_export import verify as check


@click.group()
def vault() -> None:
    """The evidence vault: verify what was exported from it."""


@vault.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option(
    "--anchor", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A signed head you kept from before."
)
@click.option("--key", metavar="HEX", help="The vault's public key as you know it.")
def verify(file: Path, anchor: Path | None, key: str | None) -> int:
    """Check the export FILE: every hash, proof and signature, and against the anchor you kept.

    Exit codes: 0 everything holds; 1 something does not (one line each); 2 wrong use.
    """
    problems = check(str(file), anchor=str(anchor) if anchor else None, key=key)
    for problem in problems:
        click.echo(problem)
    say("the export holds" if not problems else f"{len(problems)} problems")
    return NO if problems else 0
