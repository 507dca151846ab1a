"""The actor library and the list of ATT&CK techniques that a risk universe refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seawall.core.documents import HEADER_KEYS, Node, Released, flat
from seawall.core.problems import Problem
from seawall.core.texts import Text
from seawall.core.universe.model import ACTORS, Universe

MATRICES = ("enterprise", "ics", "mobile")


@dataclass(frozen=True, slots=True)
class Technique:
    """An ATT&CK technique; `matrix` is one of `MATRICES`."""

    id: str
    name: str
    matrix: str

    @property
    def url(self) -> str:
        return f"https://attack.mitre.org/techniques/{self.id.replace('.', '/')}"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who strikes. `kind` is VERIS's; `stix` words of the STIX vocabularies, none for faults; `examples`
    ATT&CK groups by id and name."""

    id: str
    name: Text
    description: Text
    kind: str
    motive: Text
    stix: Mapping[str, str]
    examples: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Threats:
    """Actors by id and techniques by id, with the version and the notice of the latter."""

    actors: Mapping[str, Actor]
    techniques: Mapping[str, Technique]
    version: str
    notice: str


def load_threats(actors: Mapping[str, Any] | Released, attack: Mapping[str, Any] | Released) -> Threats:
    """From the documents `actors` and `attack` of kind `threats`; raises `Invalid` with every problem of both."""
    listed, people = Node(flat(attack)), Node(flat(actors))
    people.problems = listed.problems
    listed.only(*HEADER_KEYS, "notice", "techniques", "groups")
    people.only(*HEADER_KEYS, "actors")
    groups = {str(code): str(name) for code, name in listed.child("groups").value.items()}
    techniques = {}
    for node in listed.children("techniques"):
        found = Technique(node.string("id"), node.string("name"), node.one_of("matrix", MATRICES))
        techniques[found.id] = found
    known = {code: _actor(code, node, groups) for code, node in people.entries("actors")}
    listed.problems.raise_if_any()
    return Threats(known, techniques, listed.string("version"), listed.string("notice"))


def _actor(code: str, node: Node, groups: Mapping[str, str]) -> Actor:
    node.only("name", "description", "kind", "motive", "stix", "examples")
    words = {}
    if "stix" in node:
        inner = node.child("stix")
        inner.only("type", "motivation", "sophistication", "resources")
        words = {key: inner.string(key) for key in ("type", "motivation", "sophistication", "resources")}
    examples = node.strings("examples")
    for group in examples:
        if group not in groups:
            node.problems.add(node.at("examples"), "document.unknown", value=group)
    return Actor(
        id=code,
        name=node.text("name"),
        description=node.text("description"),
        kind=node.one_of("kind", ACTORS),
        motive=node.text("motive"),
        stix=words,
        examples={group: groups.get(group, "") for group in examples},
    )


def unknown(universe: Universe, threats: Threats) -> Iterator[Problem]:
    """Techniques and actors of a universe that the lists do not know, each with its place."""
    for index, family in enumerate(universe.families):
        for code in family.techniques:
            if code not in threats.techniques:
                yield Problem(f"families[{index}].techniques", "universe.technique", {"technique": code})
    for index, scenario in enumerate(universe.scenarios):
        for code in scenario.techniques:
            if code not in threats.techniques:
                yield Problem(f"scenarios[{index}].techniques", "universe.technique", {"technique": code})
        for code in scenario.actors:
            if code not in threats.actors:
                yield Problem(f"scenarios[{index}].actors", "universe.actor", {"actor": code})
