"""The Chinese catalogue is complete, compiled, and has kept every placeholder."""

from __future__ import annotations

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "seawall"
CATALOGUE = SOURCE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
LATIN_ONLY = re.compile(r"[\x00-\x7f–…·“”]*")
# Names and codes that are the same in both languages.
SAME = re.compile(r"^(Seawall|[A-Z0-9/ .%-]{1,12}|GB/T [\d-]+|.{1,3})$")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the sources ask for today, collected by Django and GNU gettext."""
    assert shutil.which("msgfmt"), "GNU gettext is missing; `make test` installs it"
    copy = tmp_path_factory.mktemp("source") / "seawall"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("static", "*.pyc", "reference"))
    done = subprocess.run(
        ["python", "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location", "--no-wrap"],
        cwd=copy, capture_output=True, text=True, check=False, env={"PATH": _path(), "DJANGO_SETTINGS_MODULE": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return copy / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def _path() -> str:
    import os
    import sys

    return f"{Path(sys.executable).parent}:{os.environ['PATH']}"


def test_nothing_is_left_untranslated(extracted: Path) -> None:
    with extracted.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    missing = [
        m.id
        for m in catalogue
        if m.id and (not m.string or m.fuzzy or (isinstance(m.string, tuple) and not all(m.string)))
    ]
    assert not missing, missing


def test_chinese_is_chinese_and_keeps_the_placeholders() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    wrong = []
    for message in catalogue:
        if not message.id:
            continue
        source = message.id if isinstance(message.id, str) else message.id[-1]
        for text in (message.string,) if isinstance(message.string, str) else message.string:
            if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(source)):
                wrong.append(("placeholders", source))
            if (
                LATIN_ONLY.fullmatch(text)
                and not SAME.match(source)
                and re.search("[a-z]{4}", source)
                and text == source
            ):
                wrong.append(("still English", source))
    assert not wrong, wrong


def test_the_compiled_catalogue_is_up_to_date() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        from gettext import GNUTranslations

        compiled = GNUTranslations(file)
    fresh = BytesIO()
    write_mo(fresh, catalogue)
    fresh.seek(0)
    # The header (under "") is written differently by msgfmt and by Babel; only what is translated counts.
    told, expected = ({**found._catalog, "": ""} for found in (compiled, GNUTranslations(fresh)))
    assert told == expected, "run `make messages`"
