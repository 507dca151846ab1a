"""The document of a risk universe as JSON Schema 2020-12: what stands where, of which type, within which bounds.

Whatever the schema refuses the reader refuses too; rules that join several places (shares that add up, names that must
exist, splits that conserve) are the reader's alone.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from seawall.core.coverage.products import COVERS
from seawall.core.submission.codes import DIVISIONS
from seawall.core.universe.load_scenarios import ATTRIBUTES
from seawall.core.universe.model import ACTORS, CONFIDENCE, UNINSURED

_Node: TypeAlias = dict[str, Any]

_STRING: _Node = {"type": "string", "minLength": 1}
_STRINGS: _Node = {"type": "array", "items": _STRING, "uniqueItems": True}


def _ref(name: str) -> _Node:
    return {"$ref": f"#/$defs/{name}"}


def _number(low: float, high: float) -> _Node:
    return {"type": ["number", "string"], "minimum": low, "maximum": high}


def _map(required: dict[str, _Node], optional: dict[str, _Node] | None = None, title: str = "") -> _Node:
    made: _Node = {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }
    return made | ({"title": title} if title else {})


def _listed(name: str) -> _Node:
    return {"type": "array", "items": _ref(name)}


def _named(name: str) -> _Node:
    return {"type": "object", "additionalProperties": _ref(name)}


_BASIS: dict[str, _Node] = {"source": _STRING, "confidence": {"enum": list(CONFIDENCE)}}
_POWER: dict[str, _Node] = {"revenue": _number(-1, 1), "records": _number(-1, 1), **_BASIS}
_SHARES: _Node = {
    "type": "object",
    "properties": {cover: _number(0, 1) for cover in (*COVERS, UNINSURED)},
    "additionalProperties": False,
}
_RANGE: _Node = {"type": "array", "items": {"type": ["number", "string"]}, "minItems": 2, "maxItems": 2}

_DEFS: dict[str, _Node] = {
    "text": {
        "type": "object",
        "properties": {"zh": _STRING, "en": _STRING},
        "required": ["zh", "en"],
        "title": "A sentence for people, in every language",
    },
    "basis": _map(_BASIS, title="Where a parameter comes from and how sure it is"),
    "family": _map(
        {
            "id": _STRING, "name": _ref("text"), "description": _ref("text"),
            "threat": _map({"actor": {"enum": list(ACTORS)}, "name": _ref("text")}),
            "techniques": _STRINGS, "asset": _ref("text"), "consequence": _ref("text"), "veris": _STRING,
            "incident_category": _STRING,
            "frequency": _map({"base": _number(1e-9, 100), **_POWER}),
            "severity": _map({"median": _number(1, 1e15), "sigma": _number(0.05, 4), **_POWER}),
            "interruption": _number(0, 1), "shares": _SHARES, "shares_source": _ref("basis"),
        },
        {"vendors": _map({"categories": _STRINGS, "power": _number(0, 2)})},
        title="Risk family: enterprise grain, the one losses are calculated at",
    ),
    "scenario": _map(
        {
            "id": _STRING, "family": _STRING, "name": _ref("text"), "description": _ref("text"),
            "actors": _STRINGS, "techniques": _STRINGS,
            "frequency": _map({"share": _number(1e-6, 1), **_BASIS}), "losses": _STRINGS,
        },
        {
            "pack": _STRING, "asset": _ref("text"), "consequence": _ref("text"), "veris": _STRING,
            "incident_category": _STRING, "severity": _map({"ratio": _number(0.01, 100), **_BASIS}),
            "shares": _SHARES, "shares_source": _ref("basis"), "leads_to": _STRINGS,
            "accumulates": {"type": "boolean"},
        },
        title="Scenario: a part of one family",
    ),
    "pack": _map(
        {"name": _ref("text"), "description": _ref("text"), **_BASIS},
        {
            "industries": _STRINGS,
            "attributes": {"type": "array", "items": {"enum": list(ATTRIBUTES)}, "uniqueItems": True},
            "most_employees": {"type": "integer", "minimum": 1},
        },
        title="Pack: industry grain, scenarios that only some companies meet",
    ),
    "loss_class": _map(
        {"name": _ref("text"), "description": _ref("text")},
        {"covers": {"type": "array", "items": {"enum": list(COVERS)}, "uniqueItems": True}},
    ),
    "other_risk": _map(
        {
            "id": _STRING, "side": {"enum": ["internal", "external"]}, "name": _ref("text"),
            "description": _ref("text"), **_BASIS,
        },
        {"families": _STRINGS},
        title="A risk beside cyber: not quantified here, under no cover",
    ),
    "industry": _map({"name": _ref("text"), "frequency": _number(0.1, 10), "severity": _number(0.1, 10)}),
    "control": _map(
        {
            "fix": _ref("text"),
            "cost": _map({"base": _number(0, 1e12), "per_employee": _number(0, 1e9), **_BASIS}),
            "effects": _listed("effect"),
        }
    ),
    "effect": _map(
        {
            "scenarios": _STRINGS, "on": {"enum": ["frequency", "severity"]}, "absent": _number(0.1, 100),
            "partial": _number(0.1, 100), "present": _number(0.1, 100), **_BASIS,
        },
        title="Relativities of a control by its state, on families or single scenarios",
    ),
}  # fmt: skip

SCHEMA: _Node = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:seawall:schema:universe:2",
    "title": "Risk universe, format 2",
    **_map(
        {
            "id": {"type": "string", "pattern": r"^[a-z0-9]+(?:-[a-z0-9]+)*$"},
            "version": {"type": "string", "pattern": r"^\d+(?:\.\d+){0,2}$"},
            "provider": _STRING, "source": _STRING, "licence": _STRING,
            "published": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
            "name": _ref("text"),
            "currency": {"enum": ["CNY", "USD", "EUR", "GBP", "HKD"]},
            "exchange": _map(
                {
                    "as_of": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
                    "rates": {"type": "object", "additionalProperties": _number(0.000001, 1_000_000)}, **_BASIS,
                }
            ),
            "reference_company": _map(
                {
                    "revenue": _number(1, 1e18), "records": _number(1, 1e18), "vendors": _number(1, 1e18),
                    "gross_margin": _number(0.01, 1), **_BASIS,
                }
            ),
            "range": _map({"revenue": _RANGE, "records": _RANGE, **_BASIS}),
            "control_effect": _map(
                {"shrinkage": _number(0.01, 1), "low": _number(0.01, 0.99), "high": _number(1.01, 100), **_BASIS}
            ),
            "dispersion": _map({"shape": _number(0.01, 1e6), **_BASIS}),
            "industries": _map({section: _ref("industry") for section in DIVISIONS}),
            "industry_source": _ref("basis"),
            "families": _listed("family"), "scenarios": _listed("scenario"), "controls": _named("control"),
        },
        {
            "kind": {"const": "universe"},
            "packs": _named("pack"), "loss_classes": _named("loss_class"), "other_risks": _listed("other_risk"),
        },
    ),
    "$defs": _DEFS,
}  # fmt: skip
