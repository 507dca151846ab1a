"""`seawall feed check` and `seawall feed priority`: no database, exit codes, JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seawall.core.feeds.kinds import KINDS
from seawall.entrypoints.cli import seawall

SAMPLES = Path(__file__).parents[2] / "core" / "feeds" / "samples"


def run(*arguments: str, input: bytes = b"") -> Result:
    return CliRunner().invoke(seawall, ["feed", *arguments, "--lang", "en"], standalone_mode=False, input=input)


@pytest.mark.parametrize("kind", KINDS)
def test_each_sample_is_sound(kind: str) -> None:
    path = SAMPLES / ("epss.csv.gz" if kind == "epss" else f"{kind}.json")
    said = run("check", str(path), "--kind", kind, "--json")
    assert (said.exception, said.return_value) == (None, 0)
    told = json.loads(said.stdout)
    assert (told["sound"], told["problems"]) == (True, [])
    assert told["entries"] > 1


def test_what_is_cut_is_refused_with_a_sentence() -> None:
    said = run("check", "-", "--kind", "kev", input=(SAMPLES / "kev.json").read_bytes()[:2_000])
    assert said.return_value == 1
    assert "cut off" in said.stdout
    assert said.stderr.strip() == "refused"


def test_a_folder_stands_for_its_files(tmp_path: Path) -> None:
    for row in json.loads((SAMPLES / "veris.json").read_text()):
        (tmp_path / f"{row['incident_id']}.JSON").write_text(json.dumps(row))
    (tmp_path / "notes.txt").write_text("no")
    said = run("check", str(tmp_path), "--kind", "veris", "--json")
    assert json.loads(said.stdout)["entries"] == 5


def test_the_leaks_of_a_domain_are_counted() -> None:
    said = run("check", str(SAMPLES / "leaks-domain.json"), "--kind", "leaks", "--domain", "example.com", "--json")
    assert json.loads(said.stdout)["source"] == {"domain": "example.com"}
    assert "zhang" not in said.output


def test_priority_of_what_is_known_and_what_is_not() -> None:
    said = run("priority", "cve-2021-44228", "CVE-1999-0001", "--json")
    assert said.return_value == 1
    known, unknown = json.loads(said.stdout)["vulnerabilities"]
    assert (known["priority"], known["reasons"][:2]) == (1.0, ["listed", "ransomware"])
    assert (unknown["priority"], unknown["reasons"]) == (None, ["unknown"])
    assert run("priority", "CVE-2021-44228").return_value == 0
