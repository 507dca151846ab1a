"""Small rooms: what a reader can hold in the head."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULE, FUNCTION, CLASS, ARGUMENTS = 400, 70, 250, 6
FILES = sorted(p for p in (ROOT / "src").rglob("*.py") if "migrations" not in p.parts)


def too_large(source: str) -> Iterator[str]:
    """Each thing in `source` that is larger than the house allows."""
    lines = source.count("\n") + 1
    if lines > MODULE:
        yield f"module: {lines} lines > {MODULE}"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            size = (node.end_lineno or 0) - node.lineno + 1
            bound = CLASS if isinstance(node, ast.ClassDef) else FUNCTION
            if size > bound:
                yield f"{node.name}: {size} lines > {bound}"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            # `by` and `at` (who and when) are in every action and are not counted.
            named = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            counted = [a for a in named if a not in {"self", "cls", "by", "at", "request"}]
            if len(counted) > ARGUMENTS:
                yield f"{node.name}: {len(counted)} arguments > {ARGUMENTS}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT / "src")))
def test_nothing_is_too_large(path: Path) -> None:
    found = list(too_large(path.read_text(encoding="utf-8")))
    assert not found, f"{path}: {found}"


def test_the_measure_can_fail() -> None:
    assert list(too_large("def f(a, b, c, d, e, f, g): pass"))
    assert list(too_large("def f():\n" + "    x = 1\n" * 71))
    assert list(too_large("class C:\n" + "    x = 1\n" * 251))
    assert list(too_large("x = 1\n" * 401))
    assert not list(too_large("def f(a, *, b, by, at): pass"))
