"""The command `seawall`. Data go to stdout, messages to stderr; every command says what its exit codes mean.

0 done · 1 the answer is no (a check failed, a replay differs) · 2 the input is wrong · 3 something needed is missing
(a database, a file system right) · 130 interrupted.
"""

from __future__ import annotations

import importlib
from typing import Any

import click

from seawall import __version__

# Loaded when asked for, so that `seawall assess` does not wait for the web application.
COMMANDS = {
    "assess": "assess", "quote": "assess", "schema": "assess",
    "conformity": "conform", "framework": "conform",
    "scan": "scan",
    "universe": "universe",
    "feed": "feed",
    "import": "imports",
    "questionnaire": "questionnaire",
    "vault": "vault",
    "replay": "replay",
    "demo": "demo",
    "serve": "run", "worker": "run", "migrate": "run",
    "seed-tenants": "seed",
}  # fmt: skip

# Words that Python keeps for itself.
NAMES = {"import": "read_file"}


class Lazy(click.Group):
    """A group that imports a command's module only when it is used or listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"seawall.entrypoints.cli.{COMMANDS[cmd_name]}")
        command: Any = getattr(module, NAMES.get(cmd_name, cmd_name.replace("-", "_")))
        return command if isinstance(command, click.Command) else None


@click.command(
    cls=Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done; 1 the answer is no; 2 wrong input; 3 something needed is missing; 130 interrupted.",
)
@click.version_option(__version__, prog_name="seawall")
def seawall() -> None:
    """Seawall (海堤): cyber insurance once around the loop.

    Start with `seawall demo`, or without any database with `seawall schema submission` and `seawall assess FILE`.
    """


def main() -> None:
    """The entry point; turns whatever goes wrong into one line and an exit code."""
    from seawall.entrypoints.cli.talk import run

    run(seawall)
