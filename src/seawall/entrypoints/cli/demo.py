"""`seawall demo`: the whole platform on one machine, with a fictional book."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from subprocess import Popen
from types import FrameType

import click

from seawall.entrypoints.cli.run import gunicorn, migrate_if_needed, start
from seawall.entrypoints.cli.talk import Missing, say, site_language_option, speak
from seawall.entrypoints.demo import children
from seawall.technology.lab import Lab
from seawall.technology.net.here import answers, why_not_free


class Stop(Exception):
    """Somebody asked the demonstration to end."""


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address to serve on.")
@site_language_option
def demo(bind: str, lang: str) -> int:
    """Run everything: database, migrations, a fictional bilingual book, worker, web application, hosts to scan.

    Prints the address and one sign-in per role. Ctrl-C stops it cleanly; started again, it goes on where it was.
    Data live under SEAWALL_DATA_DIR (default ~/.local/share/seawall), or in the database that DATABASE_URL names.

    Exit codes: 0 stopped; 3 the address is taken or the database cannot be reached.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    host, _, port = bind.rpartition(":")
    _free(host, int(port))
    os.environ.setdefault("SEAWALL_MODE", "demo")
    from seawall.entrypoints.start import data_dir, database

    running = database()
    data_dir().mkdir(parents=True, exist_ok=True)
    family: list[Popen[bytes]] = []
    try:
        with Lab() as lab, tempfile.TemporaryDirectory(prefix="seawall-") as folder:
            os.environ.update(_lab_settings(lab, Path(folder)))
            start()
            speak(lang)
            migrate_if_needed()
            _seed(lab)
            family = _family(bind)
            _wait(host, int(port), family)
            _welcome(bind, lang)
            from seawall.entrypoints.demo.book import publish

            while all(child.poll() is None for child in family):
                time.sleep(2)
                publish(lab)
            raise Missing("a part of the demonstration has ended by itself; see the messages above")
    except (Stop, KeyboardInterrupt):
        say("")
        return 0
    finally:
        children.stop(family)
        if running is not None:
            from django.db import connections

            from seawall.technology import postgres

            connections.close_all()
            postgres.stop(running.data)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stop


def _free(host: str, port: int) -> None:
    if why := why_not_free(host, port):
        raise Missing(f"{host}:{port} cannot be served on: {why}; choose another with --bind")


def _lab_settings(lab: Lab, folder: Path) -> dict[str, str]:
    """The scanner's settings for the lab's hosts, for this process and its children."""
    egress = lab.egress()
    roots = folder / "roots.pem"
    roots.write_text(egress.roots, encoding="utf-8")
    address, port = egress.resolver or ("127.0.0.1", 53)
    return {
        "SEAWALL_SCAN_ALLOW": ",".join(str(network) for network in egress.allow),
        "SEAWALL_SCAN_RESOLVER": f"{address}:{port}",
        "SEAWALL_SCAN_PORTS": ",".join(f"{a}:{b}" for a, b in egress.ports.items()),
        "SEAWALL_SCAN_ROOTS": str(roots),
        "SEAWALL_SCAN_RATE": "100",
    }


def _seed(lab: Lab) -> None:
    from seawall.entrypoints.cli.talk import progress
    from seawall.entrypoints.demo.book import seed

    with progress("seed") as tell:
        seed(lab, tell=tell)


def _family(bind: str) -> list[Popen[bytes]]:
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    return [
        children.spawn(gunicorn(bind, 2), environment),
        children.spawn([sys.executable, "-m", "seawall", "worker"], environment),
    ]


def _wait(host: str, port: int, family: list[Popen[bytes]]) -> None:
    """Until the server answers; raises `Missing` when a part ends instead."""
    for _ in range(300):
        if any(child.poll() is not None for child in family):
            raise Missing("a part of the demonstration did not start; see the messages above")
        if answers(host, port):
            return
        time.sleep(0.1)
    raise Missing("the server does not answer")


def _welcome(bind: str, lang: str) -> None:
    from seawall.entrypoints.demo.people import PASSWORD, PEOPLE

    click.echo(f"\n  Seawall 海堤   http://{bind}/   API http://{bind}/api/v1/openapi.json\n")
    for person in PEOPLE:
        click.echo(f"  {person.email:34} {PASSWORD}   {person.title[lang]}")
    click.echo("")
