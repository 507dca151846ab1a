"""Every refusal has its sentence, and every sentence a refusal."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from seawall.entrypoints.messages import CODES

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")


def codes_in(source: str) -> set[str]:
    """Codes that a module can answer with: `code = "…"`, `add(field, "…")`, `Problem(field, "…")`."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(t, ast.Name) and t.id == "code" for t in targets) and isinstance(node.value.value, str):
                found.add(node.value.value)
        if isinstance(node, ast.Call) and len(node.args) >= 2:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            second = node.args[1]
            value = second.value if isinstance(second, ast.Constant) else None
            if name in {"add", "Problem"} and isinstance(value, str) and CODE.fullmatch(value):
                found.add(value)
    return found


def test_every_code_has_a_sentence() -> None:
    used: dict[str, str] = {}
    for path in (ROOT / "src").rglob("*.py"):
        for code in codes_in(path.read_text(encoding="utf-8")):
            used[code] = str(path.relative_to(ROOT))
    missing = {code: place for code, place in used.items() if code not in CODES}
    assert not missing, missing


def test_the_reader_of_codes_sees_them() -> None:
    assert codes_in('class X(Refused):\n    code = "a.b"') == {"a.b"}
    assert codes_in('problems.add("company.x", "c.d", n=1)') == {"c.d"}
    assert codes_in('Problem("f", "e.f")') == {"e.f"}
