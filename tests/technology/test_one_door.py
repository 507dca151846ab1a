"""Only one package opens connections: a walk over the imports of the whole tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import seawall

ROOT = Path(seawall.__file__).parent
DOOR = ROOT / "technology" / "net"
LAB = ROOT / "technology" / "lab"  # listens, on loopback only; see the test below
NETWORK = frozenset(
    {
        *("socket", "ssl", "socketserver", "select", "selectors", "asyncio", "http", "ftplib", "smtplib", "smtpd"),
        *("poplib", "imaplib", "telnetlib", "nntplib", "xmlrpc", "urllib", "urllib3", "httpx", "httpcore", "requests"),
        *("aiohttp", "aiosmtpd", "dns", "dnslib", "websocket", "websockets", "paramiko", "h11", "h2", "anyio", "trio"),
    }
)
HARMLESS = frozenset({"urllib.parse", "http.HTTPStatus", "http.HTTPMethod"})


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("__import__", "importlib.import_module"):
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _network(name: str) -> bool:
    return name.split(".")[0] in NETWORK and not any(name == ok or name.startswith(f"{ok}.") for ok in HARMLESS)


def outside_the_door() -> list[Path]:
    return [p for p in sorted(ROOT.rglob("*.py")) if DOOR not in p.parents and LAB not in p.parents]


@pytest.mark.parametrize("path", outside_the_door(), ids=lambda p: str(p.relative_to(ROOT)))
def test_nobody_else_opens_connections(path: Path) -> None:
    used = sorted(name for name in _imports(ast.parse(path.read_text(encoding="utf-8"))) if _network(name))
    assert used == [], f"go through seawall.technology.net, which judges every address first: {used}"


def test_the_walk_would_notice() -> None:
    tree = ast.parse(
        "import socket\nfrom urllib.request import urlopen\nfrom urllib.parse import quote\n"
        "import importlib\nimportlib.import_module('httpx')\nfrom http import HTTPStatus"
    )
    assert [n for n in _imports(tree) if _network(n)] == ["socket", "urllib.request.urlopen", "httpx"]


def test_the_lab_names_no_address_outside_loopback() -> None:
    for path in LAB.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for address in re.findall(r'"(\d+\.\d+\.\d+\.\d+)', text):
            assert address.startswith("127.") or "ip4:" in text, (path.name, address)
        assert "0.0.0.0" not in text


def test_scan_and_net_need_no_framework() -> None:
    for path in (ROOT / "technology").rglob("*.py"):
        names = [
            n for n in _imports(ast.parse(path.read_text(encoding="utf-8"))) if n.startswith(("seawall", "django"))
        ]
        assert all(n.startswith(("seawall.core", "seawall.technology")) for n in names), path
