"""Risk universes that people hand in and take away: read with every problem and its line, written as YAML or STIX."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from seawall import reference
from seawall.core.problems import Invalid, Problem
from seawall.core.universe.load import load_universe
from seawall.core.universe.model import Universe
from seawall.core.universe.stix import bundle
from seawall.core.universe.threats import Threats, load_threats, unknown
from seawall.entrypoints.files import read_file

SHIPPED = "shipped"


@cache
def threats() -> Threats:
    """The actor library and the ATT&CK list that ship."""
    return load_threats(reference.load("threats", "actors"), reference.load("threats", "attack"))


def document(name: str) -> reference.Document:
    """The universe in the file `name`, or the one that ships; raises what is wrong with the file or its header."""
    if name == SHIPPED:
        return reference.load("universe")
    return reference.read_document("universe", read_file(name))


def problems(name: str) -> list[Problem]:
    """Everything wrong with a universe: of the file, its header, its content, and the names it uses; [] when sound."""
    try:
        found = document(name)
        return list(unknown(load_universe(found), threats())) + list(_categories(found))
    except Invalid as refused:
        return list(refused.problems)


def _categories(found: reference.Document) -> list[Problem]:
    known = {
        sub["code"]
        for group in reference.load("standards", "gbt20986-2023").body["classes"]
        for sub in group["subclasses"]
    }
    universe = load_universe(found)
    named = [(f"families[{i}]", f.id, f.incident_category) for i, f in enumerate(universe.families)]
    named += [(f"scenarios[{i}]", s.id, s.incident_category) for i, s in enumerate(universe.scenarios)]
    return [
        Problem(f"{place}.incident_category", "library.category", {"scenario": code, "category": category})
        for place, code, category in named
        if category not in known
    ]


def as_yaml(found: reference.Document) -> str:
    """The whole document; reading it again gives the same content hash."""
    header = {key: getattr(found.header, key) for key in reference.HEADER_KEYS}
    header["name"] = dict(header["name"])
    return yaml.safe_dump(header | dict(found.body), allow_unicode=True, sort_keys=False, width=120)


def as_stix(found: reference.Document) -> dict[str, Any]:
    """The STIX 2.1 bundle of a universe, controls named as the shipped control library names them."""
    universe = load_universe(found)
    named = reference.load("controls").body["controls"]
    texts = {c.id: named[c.id]["name"] if c.id in named else c.fix for c in universe.controls}
    return bundle(universe, threats(), texts, published=found.header.published)


def universe(name: str) -> Universe:
    """The universe in the file `name`, or the one that ships."""
    return load_universe(document(name))


def lines(name: str) -> Mapping[str, int]:
    """Line of every place of a file ("scenarios[3].techniques"), for messages; empty where it cannot be read."""
    if name == SHIPPED:
        return {}
    try:
        root = yaml.compose(Path(name).read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        return {}
    found: dict[str, int] = {}
    _walk("", root, found)
    return found


def _walk(path: str, node: Any, found: dict[str, int]) -> None:
    if path:
        found[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _walk(f"{path}.{key.value}" if path else str(key.value), value, found)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(f"{path}[{index}]", value, found)


def line_of(place: str, known: Mapping[str, int]) -> int | None:
    """The line of a place or of the nearest thing around it that the file has."""
    while place:
        if place in known:
            return known[place]
        place = place[: max(place.rfind("."), place.rfind("["), 0)]
    return None
