"""The universe leaves the house and comes back: diff, STIX, JSON Schema."""

import json
from copy import deepcopy
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from seawall import reference
from seawall.core.documents import flat
from seawall.core.problems import Invalid
from seawall.core.universe.diff import difference
from seawall.core.universe.load import load_universe
from seawall.core.universe.schema import SCHEMA
from seawall.core.universe.stix import bundle, counts, identifier
from seawall.core.universe.threats import load_threats

SHIPPED = reference.load("universe")
UNIVERSE = load_universe(SHIPPED)
THREATS = load_threats(reference.load("threats", "actors"), reference.load("threats", "attack"))
NAMES = {code: item["name"] for code, item in reference.load("controls").body["controls"].items()}


def document() -> dict:
    header = {key: getattr(SHIPPED.header, key) for key in reference.HEADER_KEYS}
    return deepcopy(header | dict(SHIPPED.body))


def stix() -> dict:
    return bundle(UNIVERSE, THREATS, NAMES, published="2026-11-24")


# Diff


def test_a_release_does_not_differ_from_itself_in_any_order():
    other = document()
    other["scenarios"].reverse()
    other["controls"] = dict(reversed(other["controls"].items()))
    assert not difference(document(), other)
    assert not difference(SHIPPED, document())


def test_a_difference_names_what_came_went_and_changed_with_both_values():
    old, new = document(), document()
    new["version"] = "2.1.0"
    gone = new["scenarios"].pop(5)
    added = deepcopy(new["scenarios"][0]) | {"id": "ransomware_by_pigeon"}
    new["scenarios"].append(added)
    new["families"][0]["frequency"]["base"] = 0.003
    new["families"][0]["shares"]["fire"] = 0.1
    new["control_effect"]["high"] = 4
    new["controls"]["edr"]["effects"].pop(0)
    new["packs"]["healthcare"]["industries"] = ["Q"]
    found = difference(old, new)
    assert (found.old, found.new) == (old["version"], "2.1.0")
    assert [e.id for e in found.added] == ["ransomware_by_pigeon"]
    assert [e.id for e in found.removed] == [gone["id"]]
    changed = {c.entry.id: {x.path: (x.old, x.new) for x in c.changes} for c in found.changed}
    assert changed == {
        "control_effect": {"high": (3.0, 4)},
        "ransomware_encryption": {"frequency.base": (0.0024, 0.003), "shares.fire": (None, 0.1)},
        "healthcare": {"industries": (["Q84"], ["Q"])},
        "edr": {
            "effects.frequency of ransomware_encryption ransomware_backup_loss": (
                {k: v for k, v in old["controls"]["edr"]["effects"][0].items() if k not in ("on", "scenarios")},
                None,
            )
        },
    }
    back = difference(new, old)
    assert ([e.id for e in back.added], [e.id for e in back.removed]) == ([gone["id"]], ["ransomware_by_pigeon"])
    assert json.loads(json.dumps(found.as_dict()))["changed"][0]["changes"] == [{"path": "high", "old": 3.0, "new": 4}]


def test_scenarios_of_format_1_are_the_families_of_format_2():
    old = document()
    old["scenarios"] = old.pop("families")
    found = difference(old, document())
    assert {e.kind for e in found.added} == {"scenarios"}
    assert found.removed == ()


# STIX


def test_the_bundle_holds_everything_once():
    made = stix()
    ids = [o["id"] for o in made["objects"]]
    assert len(ids) == len(set(ids))
    used = {t for r in (*UNIVERSE.families, *UNIVERSE.scenarios) for t in r.techniques}
    uses = sum(len([a for a in s.actors if THREATS.actors[a].stix]) for s in UNIVERSE.scenarios)
    related = sum(1 + len(s.techniques) + len(s.leads_to) for s in UNIVERSE.scenarios)
    related += sum(len(f.techniques) for f in UNIVERSE.families)
    mitigates = sum(len({s for e in c.effects for s in e.scenarios}) for c in UNIVERSE.controls)
    assert counts(made) == {
        "attack-pattern": len(used) + len(UNIVERSE.families) + len(UNIVERSE.scenarios),
        "course-of-action": len(UNIVERSE.controls),
        "extension-definition": 1,
        "grouping": len(UNIVERSE.packs),
        "identity": 1,
        "relationship": uses + related + mitigates,
        "threat-actor": sum(bool(a.stix) for a in THREATS.actors.values()),
    }


def test_the_bundle_is_stix_2_1():
    """What the specification demands of every object used here; the whole also passed the OASIS validator 3.3.2."""
    made = stix()
    ids = {o["id"] for o in made["objects"]}
    needed = {
        "attack-pattern": {"name"}, "course-of-action": {"name"}, "threat-actor": {"name"}, "identity": {"name"},
        "relationship": {"relationship_type", "source_ref", "target_ref"},
        "grouping": {"context", "object_refs"},
        "extension-definition": {"name", "schema", "version", "extension_types", "created_by_ref"},
    }  # fmt: skip
    extension = identifier("extension-definition", "quantities")
    for found in made["objects"]:
        kind, _, rest = found["id"].partition("--")
        assert kind == found["type"]
        assert UUID(rest).version == 5
        assert found["spec_version"] == "2.1"
        assert found["created"] == found["modified"] == "2026-11-24T00:00:00.000Z"
        assert needed[kind] <= found.keys()
        refs = [v for k, v in found.items() if k.endswith("_ref")] + found.get("object_refs", [])
        assert set(refs) <= ids
        assert set(found.get("extensions", {})) <= {extension}
        assert all(r["source_name"] and (r.keys() - {"source_name"}) for r in found.get("external_references", []))
    assert made["id"].startswith("bundle--")


def test_identifiers_stay_from_release_to_release_and_references_lead_to_attack():
    assert stix() == stix()
    later = document()
    later["version"] = "3.0"
    later["scenarios"][0]["name"] = {"zh": "改名", "en": "Renamed"}
    again = bundle(load_universe(later), THREATS, NAMES, published="2027-01-01")
    assert [o["id"] for o in again["objects"]] == [o["id"] for o in stix()["objects"]]
    flood = next(o for o in stix()["objects"] if o["id"] == identifier("attack-pattern", "attack T1498.001"))
    assert flood["name"] == "Direct Network Flood"
    assert flood["external_references"][0]["url"] == "https://attack.mitre.org/techniques/T1498/001"


# JSON Schema


def test_the_shipped_universe_keeps_its_schema():
    Draft202012Validator.check_schema(SCHEMA)
    assert list(Draft202012Validator(SCHEMA).iter_errors(document())) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("families"),
        lambda d: d.update(weather={}),
        lambda d: d["scenarios"][0].pop("techniques"),
        lambda d: d["scenarios"][0].update(colour="red"),
        lambda d: d["scenarios"][0]["frequency"].update(share=2),
        lambda d: d["scenarios"][0]["frequency"].update(confidence="sure"),
        lambda d: d["families"][2]["severity"].update(sigma=9),
        lambda d: d["families"][2]["shares"].update(fire=0),
        lambda d: d["packs"]["healthcare"].update(attributes=["rich"]),
        lambda d: d["controls"]["edr"]["effects"][0].update(on="luck"),
        lambda d: d["other_risks"][0].update(side="above"),
        lambda d: d["industries"].pop("A"),
        lambda d: d["loss_classes"]["safety"]["name"].pop("zh"),
    ],
)
def test_what_the_schema_refuses_the_reader_refuses_too(change):
    broken = document()
    change(broken)
    assert list(Draft202012Validator(SCHEMA).iter_errors(broken))
    with pytest.raises(Invalid):
        load_universe(reference.read_document("universe", broken))


def test_schema_and_reader_know_the_same_keys():
    from seawall.core.universe.load import KEYS

    assert set(SCHEMA["properties"]) == set(KEYS)
    assert dict(flat(SHIPPED)).keys() <= set(KEYS)
