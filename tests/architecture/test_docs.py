"""The documents are true: settings, commands, the tree and the mission page are held against the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from seawall.entrypoints.cli import COMMANDS, seawall
from seawall.project.settings import env

ROOT = Path(__file__).resolve().parents[2]
MISSION = re.compile(r"^\| ([A-Z]+-?\d+) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_setting_is_documented_as_it_is() -> None:
    page = text("docs/settings.md")
    rows = set(re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| (.*?) \| (.+?) \|$", page, re.MULTILINE))
    assert rows == {(s.name, s.kind, f"`{s.default}`" if s.default else "", s.help) for s in env.known.values()}


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_is_documented_with_its_own_help(command: str) -> None:
    said = CliRunner().invoke(
        seawall, [*command.split(), "--help"], prog_name="seawall", env={"LANG": "C", "LC_ALL": ""}
    )
    assert said.exit_code == 0
    assert said.output.strip() in text("docs/commands.md"), f"run `seawall {command} --help` into docs/commands.md"


def test_the_architecture_page_names_every_room_and_no_other() -> None:
    page = text("ARCHITECTURE.md")
    named = set(re.findall(r"^\| `(src/seawall/[a-z0-9_/]+)/` \|", page, re.MULTILINE))
    source = ROOT / "src" / "seawall"
    real = {
        str(p.parent.relative_to(ROOT))
        for p in source.rglob("__init__.py")
        if 1 <= len(p.parent.relative_to(source).parts) <= 2 and p.parent.name not in {"migrations", "templatetags"}
    }
    assert named == real, (named - real, real - named)


def test_each_mission_row_points_at_a_place_and_a_test_that_exist() -> None:
    rows = MISSION.findall(text("docs/mission.md"))
    assert rows
    assert len({row for row, _, _ in rows}) == len(rows), "a row stands twice"
    wrong = []
    for row, place, test in rows:
        wrong += [f"{row}: no {path}" for path in re.findall(r"`([^`]+)`", place) if not (ROOT / path).exists()]
        for path, _, function in (t.partition("::") for t in re.findall(r"`([^`]+)`", test)):
            target = ROOT / path
            if not target.is_file() or (function and function not in functions(target)):
                wrong.append(f"{row}: no test {path}::{function}")
        if "`" not in place or "`" not in test:
            wrong.append(f"{row}: names no place or no test")
    assert not wrong, wrong


def functions(path: Path) -> set[str]:
    return {n.name for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.FunctionDef)}


@pytest.mark.parametrize(
    "page", sorted(str(p.relative_to(ROOT)) for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
)
def test_links_inside_the_documents_lead_somewhere(page: str) -> None:
    here = (ROOT / page).parent
    broken = [
        link for link in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", text(page)) if not (here / link).exists()
    ]
    assert not broken


@pytest.mark.parametrize("page", sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("docs/methods/*.md")))
def test_a_method_stands_in_both_languages(page: str) -> None:
    other = page.replace(".zh.md", ".md") if page.endswith(".zh.md") else page.replace(".md", ".zh.md")
    assert (ROOT / other).exists()
