"""Write the pages that describe settings and commands from the code itself: `.venv/bin/python tools/docs.py`."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.update({"SEAWALL_MODE": "test", "LANG": "C", "LC_ALL": ""})

from click.testing import CliRunner

from seawall.entrypoints.cli import COMMANDS, seawall
from seawall.project.settings import env

DOCS = Path(__file__).resolve().parent.parent / "docs"

SETTINGS = """# Settings

Seawall reads its settings from the environment and from nowhere else. An unknown `SEAWALL_` name stops the start, so a
misspelt setting cannot be overlooked. Every name may be given as `NAME_FILE`: the value is then the content of that
file.

| name | kind | default | what it is for |
| --- | --- | --- | --- |
"""
COMMANDS_HEAD = """# Commands

Data go to stdout, messages to stderr. Exit codes: 0 done, 1 the answer is no, 2 wrong input, 3 something needed is
missing, 130 interrupted. The texts below are the commands' own help.
"""


def settings() -> str:
    rows = [
        f"| `{s.name}` | {s.kind} | {f'`{s.default}`' if s.default else ''} | {s.help} |" for s in env.known.values()
    ]
    return SETTINGS + "\n".join(rows) + "\n"


def commands() -> str:
    parts = [COMMANDS_HEAD]
    for name in ("", *COMMANDS):
        said = CliRunner().invoke(seawall, [*name.split(), "--help"], prog_name="seawall")
        parts.append(f"\n## seawall {name}".rstrip() + f"\n\n```\n{said.output.strip()}\n```\n")
    return "".join(parts)


if __name__ == "__main__":
    (DOCS / "settings.md").write_text(settings(), encoding="utf-8")
    (DOCS / "commands.md").write_text(commands(), encoding="utf-8")
