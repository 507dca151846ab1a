"""Running the parts by themselves: web server, worker, migrations."""

from __future__ import annotations

import os
import sys
from typing import cast

import click

from seawall.entrypoints.cli.talk import Missing, say


def start() -> None:
    """Database and Django, or one line that says why not."""
    from django.db import DatabaseError

    from seawall.entrypoints import start as parts

    try:
        parts.django()
        from django.conf import settings
        from django.db import connection

        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)

        connection.ensure_connection()
    except DatabaseError as error:
        raise Missing(f"the database cannot be reached: {str(error).splitlines()[0]}") from error


def migrate_if_needed() -> bool:
    """Bring the schema up to date; False when there was nothing to do."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", verbosity=0, interactive=False)
    return True


@click.command()
def migrate() -> int:
    """Bring the database up to date with this version."""
    start()
    say("migrated" if migrate_if_needed() else "nothing to migrate")
    return 0


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address to serve on.")
@click.option("--workers", default=2, show_default=True, help="Server processes.")
def serve(bind: str, workers: int) -> None:
    """Serve the web application and the API."""
    start()
    from django.db import connection

    from seawall.records import walls

    if walls.bypassed():
        raise Missing("the database role is a superuser, so row-level security would not hold; use an ordinary role")
    migrate_if_needed()
    connection.close()
    arguments = gunicorn(bind, workers)
    os.execv(arguments[0], arguments)  # noqa: S606


def gunicorn(bind: str, workers: int) -> list[str]:
    """The command line of the web server, in this environment's interpreter."""
    return [
        sys.executable, "-m", "gunicorn", "seawall.project.wsgi", "--bind", bind, "--workers", str(workers),
        "--worker-class", "gthread", "--threads", "8", "--timeout", "60", "--graceful-timeout", "10",
        "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip


@click.command()
@click.option("--concurrency", default=2, show_default=True, help="Jobs at the same time.")
@click.option("--once", is_flag=True, help="Do what is due, then stop.")
def worker(concurrency: int, once: bool) -> int:
    """Do the slow and outside work: scans, documents, the watch over bound companies."""
    start()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    with app.replace_connector(connector) as working:
        working.run_worker(concurrency=concurrency, wait=not once, install_signal_handlers=True, delete_jobs="never")
    return 0
