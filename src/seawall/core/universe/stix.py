"""The risk universe as a STIX 2.1 bundle that other tools can read.

Techniques, families and scenarios are attack patterns, actors threat actors, controls courses of action, packs
groupings. What STIX has no word for (shares, ratios, covers) stands in one property extension. Identifiers are
UUIDv5 of the platform's own ids, so the same release gives the same bundle, and the next release the same identifiers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from seawall.core.texts import Text
from seawall.core.universe.model import Family, Universe
from seawall.core.universe.scenarios import Scenario
from seawall.core.universe.threats import Actor, Technique, Threats

NAMESPACE = uuid5(NAMESPACE_URL, "urn:seawall:risk-universe")
SOURCE, ATTACK, CATEGORY, VERIS = "seawall-universe", "mitre-attack", "GB/T 20986-2023", "veris"
SCHEMA = "urn:seawall:risk-universe:extension:1"

Object = dict[str, Any]


def identifier(kind: str, key: str) -> str:
    """The STIX id of one thing: the same for the same thing in every release."""
    return f"{kind}--{uuid5(NAMESPACE, f'{kind}:{key}')}"


class _Bundle:
    """Collects objects with the properties all of them share."""

    def __init__(self, at: str) -> None:
        self.at = at
        self.author = identifier("identity", "seawall")
        self.extension = identifier("extension-definition", "quantities")
        self.objects: list[Object] = []

    def add(self, kind: str, key: str, **properties: Any) -> str:
        made = identifier(kind, key)
        own = {k: v for k, v in properties.items() if v not in (None, [], "")}
        common = {"type": kind, "spec_version": "2.1", "id": made, "created": self.at, "modified": self.at}
        self.objects.append(common | ({} if made == self.author else {"created_by_ref": self.author}) | own)
        return made

    def relate(self, source: str, word: str, target: str, description: str = "") -> None:
        key = f"{source} {word} {target} {description}"
        self.add(
            "relationship",
            key,
            relationship_type=word,
            source_ref=source,
            target_ref=target,
            description=description,
        )

    def extended(self, **values: Any) -> Object:
        return {self.extension: {"extension_type": "property-extension", **values}}


def bundle(universe: Universe, threats: Threats, controls: Mapping[str, Text], *, published: str) -> Object:
    """The whole release; `controls` are names by id, `published` its ISO day, the time stamp of every object."""
    made = _Bundle(f"{published}T00:00:00.000Z")
    made.add("identity", "seawall", name="Seawall", identity_class="organization")
    made.add(
        "extension-definition",
        "quantities",
        name="Seawall risk universe",
        description="Grain, share of the family's frequency, ratio of mean loss, split over covers, loss classes.",
        schema=SCHEMA,
        version="1.0.0",
        extension_types=["property-extension"],
    )
    named = [*(f.techniques for f in universe.families), *(s.techniques for s in universe.scenarios)]
    used = sorted({code for codes in named for code in codes})
    techniques = {code: _technique(made, threats.techniques[code], threats.version) for code in used}
    actors = {code: _actor(made, actor) for code, actor in threats.actors.items() if actor.stix}
    patterns = {f.id: _family(made, f, universe.version) for f in universe.families}
    patterns |= {s.id: _scenario(made, s, universe.version) for s in universe.scenarios}
    for family in universe.families:
        for code in family.techniques:
            made.relate(patterns[family.id], "related-to", techniques[code], "uses the technique")
    for scenario in universe.scenarios:
        _relate(made, scenario, patterns, techniques, actors)
    for pack in universe.packs.values():
        inside = [patterns[s.id] for s in universe.scenarios if s.pack == pack.id]
        if inside:
            made.add(
                "grouping", pack.id, name=pack.name["en"], description=_both(pack.description),
                context="unspecified", object_refs=inside, external_references=_own(pack.id, universe.version),
            )  # fmt: skip
    for control in universe.controls:
        action = made.add(
            "course-of-action", control.id, name=controls[control.id]["en"], description=_both(control.fix),
            external_references=_own(control.id, universe.version),
        )  # fmt: skip
        for code in dict.fromkeys(s for e in control.effects for s in e.scenarios):
            made.relate(action, "mitigates", patterns[code])
    key = f"{universe.id} {universe.version}"
    return {"type": "bundle", "id": identifier("bundle", key), "objects": made.objects}


def _both(text: Text) -> str:
    return f"{text['en']}\n{text['zh']}"


def _own(code: str, version: str) -> list[Object]:
    return [{"source_name": SOURCE, "external_id": code, "description": f"release {version}"}]


def _classed(code: str, version: str, veris: str, category: str) -> list[Object]:
    return [
        *_own(code, version),
        {"source_name": VERIS, "external_id": veris},
        {"source_name": CATEGORY, "external_id": category},
    ]


def _technique(made: _Bundle, technique: Technique, version: str) -> str:
    reference = {"source_name": ATTACK, "external_id": technique.id, "url": technique.url}
    return made.add(
        "attack-pattern",
        f"attack {technique.id}",
        name=technique.name,
        external_references=[reference | {"description": f"ATT&CK {version}, {technique.matrix}"}],
    )


def _actor(made: _Bundle, actor: Actor) -> str:
    examples = [
        {
            "source_name": ATTACK,
            "external_id": code,
            "url": f"https://attack.mitre.org/groups/{code}",
            "description": name,
        }
        for code, name in actor.examples.items()
    ]
    return made.add(
        "threat-actor",
        actor.id,
        name=actor.name["en"],
        description=_both(actor.description),
        threat_actor_types=[actor.stix["type"]],
        primary_motivation=actor.stix["motivation"],
        sophistication=actor.stix["sophistication"],
        resource_level=actor.stix["resources"],
        external_references=[{"source_name": SOURCE, "external_id": actor.id}, *examples],
    )


def _family(made: _Bundle, family: Family, version: str) -> str:
    return made.add(
        "attack-pattern",
        family.id,
        name=family.name["en"],
        description=_both(family.description),
        external_references=_classed(family.id, version, family.veris, family.incident_category),
        extensions=made.extended(
            grain="enterprise",
            frequency=family.frequency.level,
            severity_median=family.severity.level,
            sigma=family.sigma,
            covers=dict(family.shares),
            name_zh=family.name["zh"],
        ),
    )


def _scenario(made: _Bundle, scenario: Scenario, version: str) -> str:
    return made.add(
        "attack-pattern",
        scenario.id,
        name=scenario.name["en"],
        description=_both(scenario.description),
        external_references=_classed(scenario.id, version, scenario.veris, scenario.incident_category),
        extensions=made.extended(
            grain="scenario",
            family=scenario.family,
            **({"pack": scenario.pack} if scenario.pack else {}),
            share=scenario.share,
            share_confidence=scenario.share_basis.confidence,
            ratio=scenario.ratio,
            ratio_confidence=scenario.ratio_basis.confidence,
            covers=dict(scenario.shares),
            losses=list(scenario.losses),
            accumulates=scenario.accumulates,
            name_zh=scenario.name["zh"],
        ),
    )


def _relate(
    made: _Bundle,
    scenario: Scenario,
    patterns: Mapping[str, str],
    techniques: Mapping[str, str],
    actors: Mapping[str, str],
) -> None:
    own = patterns[scenario.id]
    made.relate(own, "related-to", patterns[scenario.family], "is part of the family")
    for code in scenario.techniques:
        made.relate(own, "related-to", techniques[code], "uses the technique")
    for code in scenario.leads_to:
        made.relate(own, "related-to", patterns[code], "often leads to")
    for code in scenario.actors:
        if code in actors:
            made.relate(actors[code], "uses", own)


def counts(made: Object) -> dict[str, int]:
    """Objects of a bundle by type."""
    kinds: Sequence[str] = [o["type"] for o in made["objects"]]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}
