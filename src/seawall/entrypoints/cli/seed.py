"""`seawall seed-tenants`: tenants to test the walls with."""

from __future__ import annotations

import json

import click

from seawall.entrypoints.cli.run import migrate_if_needed, start
from seawall.entrypoints.cli.talk import progress, say


@click.command()
def seed_tenants() -> int:
    """Make three tenants with every role and an object of every kind, to test that none sees another.

    Every text that can hold one carries a canary: the tenant's mark, and whose it is. Prints JSON: tenants, people with
    the password and a fresh API token each, the ids of every kind of object, the canaries. Run again it makes nothing
    twice and says what is there.

    Exit codes: 0 they are there; 3 the database cannot be reached.
    """
    start()
    migrate_if_needed()
    from seawall.entrypoints.demo.tenants import seed

    with progress("seed") as tell:
        told = seed(tell)
    if told["there"]:
        say(f"there already: {', '.join(told['there'])}")
    click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    return 0
