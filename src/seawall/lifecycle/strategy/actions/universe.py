"""The house's own risk universe: drafted from a release, tried on the book, put into force as a release of its own."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from seawall import reference
from seawall.core.problems import Collector, Invalid, Problem, Refused
from seawall.core.universe import rework
from seawall.core.universe.load import load_universe
from seawall.core.universe.threats import unknown
from seawall.lifecycle.strategy.actions import effective
from seawall.lifecycle.strategy.models import RiskUniverse, UniverseDraft
from seawall.lifecycle.strategy.models.risk_universe import DRAFT
from seawall.lifecycle.strategy.queries import drafting
from seawall.lifecycle.strategy.queries.risks import threats
from seawall.records.journal.actions import record
from seawall.records.parties.models import Organisation
from seawall.records.parties.viewer import NotFound, Viewer
from seawall.records.queue import defer
from seawall.records.releases.actions import keep
from seawall.records.releases.models import Release
from seawall.records.releases.queries import changes
from seawall.records.releases.reading import check

HOUSE = "house"  # the id of a house's own universe, so that its versions never meet those of what it was made from
# What may be changed, by the group of figures that shares a source. Shares are named by cover.
FAMILY: Mapping[str, tuple[str, ...]] = {
    "frequency": ("base", "revenue", "records"),
    "severity": ("median", "sigma", "revenue", "records"),
    "interruption": (),
    "shares": (),
}
SCENARIO: Mapping[str, tuple[str, ...]] = {"frequency": ("rate",), "severity": ("median",), "shares": ()}


class DraftOpen(Refused):
    """One draft at a time: what is open is finished or dropped first."""

    code = "universe.draft_open"


class DraftChanged(Refused):
    """Somebody has changed the draft since it was looked at."""

    code = "universe.draft_changed"


class NothingChanged(Refused):
    code = "universe.nothing_changed"


@transaction.atomic
def begin(*, base: Release, by: Viewer, at: datetime) -> UniverseDraft:
    """Open a draft with the content of `base`; raises `WrongKind`, `DraftOpen`, `NotFound`."""
    by.require("universe.draft")
    effective.need(base, "universe", by)
    return _open(base, _headed(dict(base.body), base, by, at), by, at)


@transaction.atomic
def load(*, document: Any, base: Release, revision: int, by: Viewer, at: datetime) -> UniverseDraft:
    """Put a whole document in place of the draft's content, opening one (`revision` 0) where there is none.

    The document keeps its own id, version and provenance. Raises `Invalid` with everything wrong in it, also techniques
    and actors that nobody knows; `DraftChanged`.
    """
    by.require("universe.draft")
    effective.need(base, "universe", by)
    found = reference.read_document("universe", document)
    check(found)
    strange = list(unknown(load_universe(found), threats()))
    if strange:
        raise Invalid(strange)
    _fits(document, by, at)
    held = drafting.current(by, lock=True)
    if held is None:
        return _open(base, dict(document), by, at)
    return _changed(_locked(held, revision), dict(document), {"document": found.sha256}, by=by, at=at)


@transaction.atomic
def change(*, risk: str, values: Mapping[str, Any], revision: int, by: Viewer, at: datetime) -> UniverseDraft:
    """Give a family or scenario of the draft other figures: dotted path within it → value, None for none.

    A scenario's are its events a year (`frequency.rate`) and median loss (`severity.median`) at the reference company;
    its family follows (`core.universe.rework`). A figure that changes needs a source of its own. Raises `Invalid` with
    every problem at its path within the risk, `DraftChanged`, `NotFound`.
    """
    by.require("universe.draft")
    held = _locked(drafting.current(by, lock=True), revision)
    place = rework.entry_of(held.document, risk)
    if place is None:
        raise NotFound("risk")
    path, old = place
    allowed = SCENARIO if "family" in old else FAMILY
    problems = Collector()
    for name in values:
        if not _may_change(name, allowed):
            problems.add(name, "document.unknown_key", key=name)
    problems.extend(_unsourced(held.document, old, values, allowed))
    problems.raise_if_any()
    if "family" in old:
        document = rework.changed_scenario(held.document, risk, values)
    else:
        document = copy.deepcopy(held.document)
        for name, value in values.items():
            _set((rework.entry_of(document, risk) or ("", {}))[1], name.split("."), value)
    _readable(document, f"{path}.")
    _fits(document, by, at)
    if not list(changes(held.document, document)):
        return held
    told = {name: value for name, value in values.items() if _held(held.document, old, name) != value}
    return _changed(held, document, {"scenario": risk, "values": told}, by=by, at=at)


@transaction.atomic
def switch(*, risk: str, on: bool, revision: int, by: Viewer, at: datetime) -> UniverseDraft:
    """Take a family or scenario out of the draft, or put its whole family back as the base has it.

    Raises `Invalid` when the draft cannot do without it, `DraftChanged`, `NotFound`.
    """
    by.require("universe.draft")
    held = _locked(drafting.current(by, lock=True), revision)
    document = rework.restored(held.document, held.base.body, risk) if on else rework.without(held.document, risk)
    if document is None:
        raise NotFound("risk")
    _readable(document, "")
    _fits(document, by, at)
    return _changed(held, document, {"scenario": risk, "on": on}, by=by, at=at)


@transaction.atomic
def drop(*, revision: int, by: Viewer, at: datetime) -> UniverseDraft:
    """Give the draft up; what is in force stays. Raises `DraftChanged`, `NotFound`."""
    by.require("universe.draft")
    held = _locked(drafting.current(by, lock=True), revision)
    old, held.status = held.status, DRAFT.after(held.status, "drop")
    held.save(update_fields=["status"])
    record("universe.drop", held, by=by, at=at, old={"status": old}, new={"status": held.status})
    return held


@transaction.atomic
def adopt(*, revision: int, start: date, by: Viewer, at: datetime) -> RiskUniverse:
    """Make the draft a release and assess by it from `start`; assessments made before keep their own release.

    Raises `NothingChanged`, `VersionTaken`, `Invalid` when it does not fit the controls, the rating plan or the
    standards in force; `DraftChanged`, `AlreadyDecided`, `Backdated`, `NotFound`.
    """
    by.require("universe.adopt")
    held = _locked(drafting.current(by, lock=True), revision)
    if not drafting.differences(held):
        raise NothingChanged("draft", release=str(held.base))
    document = dict(held.document)
    if document["id"] == HOUSE:
        document["version"] = drafting.next_version(by, HOUSE)
    release = keep(document=reference.read_document("universe", document), by=by, at=at)
    made = effective.adopt_universe(release=release, start=start, by=by, at=at)
    old, held.status, held.release = held.status, DRAFT.after(held.status, "adopt"), release
    held.save(update_fields=["status", "release"])
    new = {"status": held.status, "release": str(release)}
    record("universe.draft_adopted", held, by=by, at=at, old={"status": old}, new=new)
    return made


@transaction.atomic
def order_trial(*, revision: int, by: Viewer, at: datetime) -> UniverseDraft:
    """Ask what the draft would do to the book; the answer comes as `report_trial`. Raises `DraftChanged`."""
    by.require("universe.draft")
    held = _locked(drafting.current(by, lock=True), revision)
    if held.trial.get("state") == "running" and held.trial.get("revision") == revision:
        return held
    _tried(held, {"state": "running", "revision": revision, "ordered_at": at.isoformat()}, by=by, at=at)
    defer("strategy.try_universe", tenant=by.tenant, draft=str(held.pk), revision=revision)
    return held


@transaction.atomic
def report_trial(*, draft: UUID, revision: int, result: Mapping[str, Any], by: Viewer, at: datetime) -> bool:
    """Keep what the trial of a revision found; False when it is no longer asked for."""
    by.require("universe.report")
    held = UniverseDraft.objects.select_for_update().filter(tenant_id=by.tenant, pk=draft).first()
    wanted = {"state": "running", "revision": revision}
    if held is None or held.status != DRAFT.initial or not wanted.items() <= held.trial.items():
        return False
    _tried(held, {**held.trial, **result, "state": result.get("state", "done")}, by=by, at=at)
    return True


def _open(base: Release, document: dict[str, Any], by: Viewer, at: datetime) -> UniverseDraft:
    made = UniverseDraft(
        tenant_id=by.tenant, recorded_at=at, base=base, document=document, opened_by_id=by.user or None
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise DraftOpen("draft") from error
    record("universe.draft", made, by=by, at=at, new={"base": str(base)})
    return made


def _locked(held: UniverseDraft | None, revision: int) -> UniverseDraft:
    if held is None:
        raise NotFound("draft")
    if held.revision != revision:
        raise DraftChanged("draft", revision=held.revision)
    return held


def _changed(
    held: UniverseDraft, document: dict[str, Any], told: Mapping[str, Any], *, by: Viewer, at: datetime
) -> UniverseDraft:
    old = held.revision
    held.document, held.revision, held.trial = document, old + 1, {}
    held.save(update_fields=["document", "revision", "trial"])
    new = {"revision": held.revision, **told}
    record("universe.change", held, by=by, at=at, old={"revision": old}, new=new)
    return held


def _tried(held: UniverseDraft, trial: dict[str, Any], *, by: Viewer, at: datetime) -> None:
    old, held.trial = held.trial.get("state", ""), trial
    held.save(update_fields=["trial"])
    record("universe.try", held, by=by, at=at, old={"trial": old}, new={"trial": trial["state"]})


def _headed(body: dict[str, Any], base: Release, by: Viewer, at: datetime) -> dict[str, Any]:
    """The house as the provider of what it changes, and the release it started from as the source."""
    insurer = Organisation.objects.get(tenant_id=by.tenant, kind=Organisation.Kind.INSURER)
    name = {"zh": f"{insurer.name_zh}风险宇宙", "en": f"Risk universe of {insurer.name_en or insurer.name_zh}"}
    return {
        "id": HOUSE,
        "version": drafting.next_version(by, HOUSE),
        "provider": insurer.name_en or insurer.name_zh,
        "source": f"{base} ({base.sha256[:12]}) with changes of the house. {base.header['source']}",
        "licence": base.header["licence"],
        "published": timezone.localdate(at).isoformat(),
        "name": name,
        **body,
    }


def _fits(document: Mapping[str, Any], by: Viewer, at: datetime) -> None:
    """Raise `Invalid` where the document disagrees with the controls, standards and plan of the day."""
    drafting.library_with(by, reference.read_document("universe", document), on=timezone.localdate(at))


def _readable(document: Mapping[str, Any], prefix: str) -> None:
    """Raise `Invalid` with what is wrong with the document, named from within `prefix` where it lies there."""
    try:
        check(reference.read_document("universe", document))
    except Invalid as refused:
        raise Invalid([Problem(p.field.removeprefix(prefix), p.code, p.params) for p in refused.problems]) from refused


def _may_change(name: str, allowed: Mapping[str, tuple[str, ...]]) -> bool:
    group, _dot, key = name.partition(".")
    if group == "shares_source":
        return key in ("source", "confidence")
    if group == "shares":
        return bool(key)
    return group in allowed and (key in (*allowed[group], "source", "confidence") if key else not allowed[group])


def _set(place: dict[str, Any], path: list[str], value: Any) -> None:
    *parents, last = path
    for parent in parents:
        place = place.setdefault(parent, {})
    if value is None:
        place.pop(last, None)
    else:
        place[last] = value


def _held(document: Mapping[str, Any], risk: Mapping[str, Any], name: str) -> Any:
    """What the risk says now at a path that may be changed."""
    group, _dot, key = name.partition(".")
    if "family" in risk and name in ("frequency.rate", "severity.median"):
        return rework.figures(document, risk["id"])[name == "severity.median"]
    if group == "shares":
        return rework.covers_of(document, risk).get(key)
    held = risk.get(group, {})
    return held.get(key) if key and isinstance(held, Mapping) else held


def _unsourced(
    document: Mapping[str, Any], risk: Mapping[str, Any], values: Mapping[str, Any], allowed: Mapping[str, Any]
) -> list[Problem]:
    """Groups whose figures change while what is said of their source does not."""
    found = []
    for group, keys in allowed.items():
        names = [n for n in values if n.startswith("shares.")] if group == "shares" else [f"{group}.{k}" for k in keys]
        moved = any(name in values and not _same(values[name], _held(document, risk, name)) for name in names)
        source = f"{group}_source.source" if group == "shares" else f"{group}.source"
        if moved and values.get(source, _held(document, risk, source)) == _held(document, risk, source):
            found.append(Problem(source, "universe.source_stale"))
    return found


def _same(new: Any, old: Any) -> bool:
    """Whether two figures are one: none and nought are, and so are those that differ by how they are written."""
    if isinstance(new or 0, int | float) and isinstance(old or 0, int | float):
        return bool(abs(float(new or 0) - float(old or 0)) <= 1e-9 * max(1.0, abs(float(old or 0))))
    return bool(new == old)
