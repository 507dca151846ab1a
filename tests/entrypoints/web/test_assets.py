"""The committed stylesheet is current; templates keep to the content security policy; every icon exists."""

from __future__ import annotations

import re
import sys
from importlib import util
from pathlib import Path

import pytest

import seawall.entrypoints.web as web

ROOT = Path(web.__file__ or "").parent
TEMPLATES = sorted(ROOT.rglob("*.html"))
INLINE = re.compile(
    r"<style|<script(?![^>]*\b(?:src|type=\"application/json\"))|\sstyle=|\son[a-z]+=|hx-on|javascript:"
)
ICON = re.compile(r"""\{%\s*icon\s+["']([a-z0-9-]+)["']|\bicon\|default:["']([a-z0-9-]+)["']""")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_nothing_is_inline(path: Path) -> None:
    source = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not INLINE.findall(source)


def test_every_icon_is_in_the_sprite() -> None:
    known = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/seawall/icons.svg").read_text("utf-8")))
    used = {a or b for path in TEMPLATES for a, b in ICON.findall(path.read_text("utf-8"))}
    assert used <= known, used - known
    assert known == set((ROOT / "assets/icons.txt").read_text("utf-8").split())


def test_the_fonts_that_the_stylesheet_names_are_there() -> None:
    css = (ROOT / "static/seawall/css/fonts.css").read_text("utf-8")
    named = set(re.findall(r"url\(\.\./fonts/([^)]+)\)", css))
    assert named == {path.name for path in (ROOT / "static/seawall/fonts").glob("*.woff2")}


def test_the_stylesheet_is_current() -> None:
    spec = util.spec_from_file_location("assets_build", ROOT / "assets" / "build.py")
    assert spec
    assert spec.loader
    build = util.module_from_spec(spec)
    sys.modules[spec.name] = build
    spec.loader.exec_module(build)
    assert build.is_current(), "run python src/seawall/entrypoints/web/assets/build.py and commit the result"
