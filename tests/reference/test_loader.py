from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from seawall import reference
from seawall.core.problems import Invalid
from seawall.reference import (
    AmbiguousReference,
    UnknownReference,
    available,
    content_hash,
    example,
    examples,
    load,
    parse,
    read_document,
)

HEADER: dict[str, Any] = {
    "id": "core",
    "version": "1.0",
    "provider": "Seawall",
    "source": "Judgement",
    "licence": "Apache-2.0",
    "published": "2026-11-24",
    "name": {"zh": "甲", "en": "A"},
}


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An own place for reference documents of the kind "things"."""
    (tmp_path / "things").mkdir()
    monkeypatch.setattr(reference, "files", lambda _: tmp_path)
    available.cache_clear()
    yield tmp_path / "things"
    available.cache_clear()


def put(shelf: Path, name: str, **changes: Any) -> None:
    (shelf / name).write_text(yaml.safe_dump(HEADER | changes, allow_unicode=True), encoding="utf-8")


def test_words_stay_words_and_days_stay_text() -> None:
    assert parse("{a: no, b: on, c: 2026-11-24, d: true, e: 1.5, f: NO}") == {
        "a": "no",
        "b": "on",
        "c": "2026-11-24",
        "d": True,
        "e": 1.5,
        "f": "NO",
    }


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(yaml.YAMLError, match="stands twice"):
        parse("a: 1\na: 2\n")


def test_the_hash_knows_content_but_not_layout() -> None:
    assert content_hash(parse("a: 1\nb: [1, 2] # note\n")) == content_hash({"b": [1, 2], "a": 1})
    assert content_hash({"a": 1}) != content_hash({"a": 2})


def test_a_document_is_its_header_and_its_body() -> None:
    document = read_document("things", HEADER | {"colour": "red"})
    assert document.header.kind == "things"
    assert document.header.name == {"zh": "甲", "en": "A"}
    assert document.body == {"colour": "red"}
    assert document.sha256 == content_hash(HEADER | {"colour": "red"})


@pytest.mark.parametrize(
    ("content", "field", "code"),
    [
        ([], "things", "reference.not_a_document"),
        (HEADER | {"provider": " "}, "things.provider", "reference.header_missing"),
        (HEADER | {"source": None}, "things.source", "reference.header_missing"),
        (HEADER | {"version": 1.0}, "things.version", "reference.header_missing"),
        (HEADER | {"version": "one"}, "things.version", "reference.header_form"),
        (HEADER | {"id": "Core!"}, "things.id", "reference.header_form"),
        (HEADER | {"published": "today"}, "things.published", "reference.header_form"),
        (HEADER | {"name": {"zh": "甲"}}, "things.name.en", "text.missing"),
    ],
)
def test_a_wrong_header_is_told(content: Any, field: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_document("things", content)
    assert [(problem.field, problem.code) for problem in caught.value.problems] == [(field, code)]


def test_the_newest_version_is_loaded_unless_one_is_named(shelf: Path) -> None:
    for version in ("1.10", "1.9", "1.2"):
        put(shelf, f"core-{version}.yaml", version=version)
    (shelf / "README.txt").write_text("not a document")
    assert load("things").header.version == "1.10"
    assert load("things", "core", "1.2").header.version == "1.2"
    assert [document.header.version for document in available("things")] == ["1.2", "1.9", "1.10"]


def test_an_id_is_needed_where_there_are_several(shelf: Path) -> None:
    put(shelf, "a.yaml", id="a")
    put(shelf, "b.yaml", id="b")
    assert load("things", "b").header.id == "b"
    with pytest.raises(AmbiguousReference):
        load("things")


@pytest.mark.parametrize(
    "wanted", [("things", "x", None), ("things", None, "9"), ("nothing", None, None), ("../core", None, None)]
)
def test_what_does_not_ship_is_unknown(shelf: Path, wanted: tuple[str, str | None, str | None]) -> None:
    put(shelf, "a.yaml")
    with pytest.raises(UnknownReference):
        load(*wanted)


def test_examples_are_listed_and_read() -> None:
    assert {"saas-invoice", "hosting-ransomware"} <= set(examples())
    assert example("saas-invoice")["company"]["domains"] == ["yunpiaotong.example"]
    with pytest.raises(UnknownReference):
        example("../core")


def test_a_table_beside_a_document_is_part_of_it(shelf: Path) -> None:
    put(shelf, "a.yaml", listed_in={"entries": "a.csv.gz"})
    (shelf / "a.csv.gz").write_bytes(gzip.compress('n,t\n1,甲\n2,"b,c"\n'.encode()))
    assert load("things").body == {"entries": [{"n": "1", "t": "甲"}, {"n": "2", "t": "b,c"}]}
    first = load("things").sha256
    (shelf / "a.csv.gz").write_bytes(gzip.compress(b"n,t\n1,z\n"))
    available.cache_clear()
    assert load("things").sha256 != first
