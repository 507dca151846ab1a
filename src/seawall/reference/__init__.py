"""The reference data that ship: immutable, versioned documents with a source, a licence and both languages.

`load("questionnaires")` gives the newest version of the only questionnaire; name an id when a kind holds several.
Documents are YAML 1.2 in spirit: only `true` and `false` are booleans (so `no` stays a word), dates stay text,
and a key that stands twice is an error. A body is therefore plain JSON data, and its hash survives a database.
Long lists stand in CSV files beside the document, which names them in `listed_in`; each row is a map of strings.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from seawall.core.feeds.vulnerabilities import Vulnerabilities, from_table
from seawall.core.figures import Source, load_sources
from seawall.core.problems import Collector, Refused
from seawall.core.texts import Text, read_text

HEADER_KEYS = ("id", "version", "provider", "source", "licence", "published", "name")

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_VERSION = re.compile(r"\d+(?:\.\d+){0,2}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class UnknownReference(Refused):
    """No document of that kind, id and version ships with the platform."""

    code = "reference.unknown"
    status = 404


class AmbiguousReference(Refused):
    """The kind holds several documents, so an id is needed."""

    code = "reference.ambiguous"
    status = 422


@dataclass(frozen=True, slots=True)
class Header:
    """Who made a document, from what, and under which terms. `published` is an ISO date."""

    kind: str
    id: str
    version: str
    provider: str
    source: str
    licence: str
    published: str
    name: Text

    @property
    def order(self) -> tuple[int, ...]:
        """Sorts versions as numbers: 1.10 after 1.9."""
        return tuple(int(part) for part in self.version.split("."))


@dataclass(frozen=True, slots=True)
class Document:
    """A reference document: its header, its content as plain JSON data, and the SHA-256 of both together."""

    header: Header
    body: Mapping[str, Any]
    sha256: str


_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where there is one: eight times as fast


class _Loader(_Base):  # type: ignore[misc]
    """Safe YAML whose words stay words."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)\Z"), ["t", "f"])


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    loader.flatten_mapping(node)
    seen: set[Hashable] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"key {key!r} stands twice", key_node.start_mark)
        seen.add(key)
    made: dict[Hashable, Any] = loader.construct_mapping(node, deep=True)
    return made


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def parse(text: str) -> Any:
    """YAML (or JSON) text as plain JSON data; raises `yaml.YAMLError` for broken text and for repeated keys."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506  (a SafeLoader)


def content_hash(content: Any) -> str:
    """SHA-256 of the canonical JSON: layout, comments and key order do not count."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_document(kind: str, content: Any) -> Document:
    """A document from its parsed content; raises `Invalid` with everything that is wrong with its header."""
    problems = Collector(kind)
    if not isinstance(content, Mapping):
        problems.add("", "reference.not_a_document")
        problems.raise_if_any()
    values = {key: content.get(key) for key in HEADER_KEYS}
    for key in HEADER_KEYS[:-1]:
        if not isinstance(values[key], str) or not values[key].strip():
            problems.add(key, "reference.header_missing", key=key)
    for key, pattern in (("id", _ID), ("version", _VERSION), ("published", _DATE)):
        if isinstance(values[key], str) and values[key].strip() and not pattern.fullmatch(values[key]):
            problems.add(key, "reference.header_form", key=key, text=values[key])
    values["name"] = read_text(values["name"], "name", problems)
    problems.raise_if_any()
    body = {key: value for key, value in content.items() if key not in HEADER_KEYS}
    return Document(Header(kind=kind, **values), body, content_hash(content))


def _folder(kind: str) -> Traversable:
    return files(__name__).joinpath(kind)


def _read_folder(kind: str) -> Iterator[Document]:
    folder = _folder(kind)
    if not _ID.fullmatch(kind) or not folder.is_dir():
        raise UnknownReference("kind", kind=kind, id="", version="")
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".yaml"):
            yield read_document(kind, _with_lists(folder, parse(file.read_text(encoding="utf-8"))))


def _with_lists(folder: Traversable, content: Any) -> Any:
    """Long lists are named in `listed_in` (key → CSV beside the document, plain or gzipped), read as rows of text."""
    if not isinstance(content, Mapping) or "listed_in" not in content:
        return content
    rows = {}
    for key, name in content["listed_in"].items():
        held = folder.joinpath(name).read_bytes()
        text = (gzip.decompress(held) if name.endswith(".gz") else held).decode()
        rows[key] = list(csv.DictReader(io.StringIO(text, newline="")))
    return {key: value for key, value in content.items() if key != "listed_in"} | rows


@cache
def available(kind: str) -> tuple[Document, ...]:
    """Every document of a kind, by id and then version, oldest first; raises `UnknownReference` for no such kind."""
    return tuple(sorted(_read_folder(kind), key=lambda document: (document.header.id, document.header.order)))


def load(kind: str, id: str | None = None, version: str | None = None) -> Document:
    """One document: the newest version unless one is named.

    Raises `UnknownReference` when there is none, `AmbiguousReference` when no id is given and the kind holds several.
    """
    found = [
        document
        for document in available(kind)
        if id in (None, document.header.id) and version in (None, document.header.version)
    ]
    if not found:
        raise UnknownReference("id", kind=kind, id=id or "", version=version or "")
    ids = sorted({document.header.id for document in found})
    if len(ids) > 1:
        raise AmbiguousReference("id", kind=kind, ids=", ".join(ids))
    return found[-1]


@cache
def known_exploited() -> Vulnerabilities:
    """The shipped list of known exploited vulnerabilities with their exploit probability: by CVE, by product."""
    return from_table(load("vulnerabilities", "kev-epss").body)


@cache
def market_figures() -> tuple[Source, ...]:
    """The shipped figures of the market and of losses, each under its source."""
    return load_sources(load("figures", "market").body)


def examples() -> tuple[str, ...]:
    """The names of the example submissions."""
    return tuple(sorted(file.name.removesuffix(".yaml") for file in _folder("examples").iterdir()))


def example(name: str) -> Mapping[str, Any]:
    """An example submission, as the document that `seawall.core.submission.read` takes; raises `UnknownReference`."""
    if name not in examples():
        raise UnknownReference("id", kind="examples", id=name, version="")
    document: Mapping[str, Any] = parse(_folder("examples").joinpath(f"{name}.yaml").read_text(encoding="utf-8"))
    return document
