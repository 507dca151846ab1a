"""The draft of the house's risk universe: what it holds, what it changes, and the library it would make."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from seawall import reference
from seawall.core.library import Library
from seawall.lifecycle.strategy.models import RiskUniverse, UniverseDraft
from seawall.lifecycle.strategy.models.risk_universe import DRAFT
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import Forbidden, NotFound, Viewer
from seawall.records.releases.models import Release
from seawall.records.releases.queries import changes


def current(viewer: Viewer, *, lock: bool = False) -> UniverseDraft | None:
    """The open draft; raises `Forbidden` outside the office."""
    if not viewer.office:
        raise Forbidden("", verb="universe.draft")
    rows = UniverseDraft.objects.filter(tenant_id=viewer.tenant, status=DRAFT.initial)
    return (rows.select_for_update() if lock else rows.select_related("base", "opened_by")).first()


def adoptions(viewer: Viewer) -> list[RiskUniverse]:
    """Which release applied when, newest first; raises `Forbidden` outside the office."""
    if not viewer.office:
        raise Forbidden("", verb="universe.adopt")
    rows = RiskUniverse.objects.filter(tenant_id=viewer.tenant).select_related("release")
    return list(rows.defer("release__body").order_by("-effective"))


def document_of(draft: UniverseDraft) -> reference.Document:
    """The draft as a reference document."""
    return reference.read_document("universe", draft.document)


def differences(draft: UniverseDraft) -> list[tuple[str, Any, Any]]:
    """What the draft changes in its base: (dotted path, old, new), None where one has nothing; names apart.

    The effects of controls stand by what they act on (`controls.<c>.effects.<risk>.<on>`), lists of codes as one value.
    """
    body = {key: value for key, value in draft.document.items() if key not in reference.HEADER_KEYS}
    return list(changes(_comparable(draft.base.body), _comparable(body)))


def _comparable(body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _controls(value) if key == "controls" else _joined(value) for key, value in body.items()}


def _controls(controls: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for code, control in controls.items():
        effects: dict[str, Any] = {}
        for effect in control["effects"]:
            for risk in effect["scenarios"]:
                own = effects.setdefault(risk, {})
                key = effect["on"] if effect["on"] not in own else f"{effect['on']}-{len(own)}"
                own[key] = {name: value for name, value in effect.items() if name not in ("scenarios", "on")}
        found[code] = {**_joined(control), "effects": effects}
    return found


def _joined(value: Any) -> Any:
    """Lists of codes as one line, so that one more code is one change."""
    if isinstance(value, Mapping):
        return {key: _joined(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return ", ".join(value) if all(isinstance(inner, str) for inner in value) else [_joined(v) for v in value]
    return value


def library_with(viewer: Viewer, document: reference.Document, *, on: date) -> Library:
    """The library of a day with `document` as its risk universe; raises `Invalid` where they do not fit."""
    return library_on(viewer, on=on, universe=document)


def next_version(viewer: Viewer, identifier: str) -> str:
    """One minor version above the newest release of this id."""
    held = Release.objects.filter(tenant_id=viewer.tenant, kind="universe", identifier=identifier)
    orders = [tuple(int(part) for part in version.split(".")) for version in held.values_list("version", flat=True)]
    if not orders:
        return "1.0"
    newest = max(orders)
    return f"{newest[0]}.{(newest[1] if len(newest) > 1 else 0) + 1}"


def need(viewer: Viewer) -> UniverseDraft:
    """The open draft; raises `NotFound` when there is none."""
    held = current(viewer)
    if held is None:
        raise NotFound("draft")
    return held
