"""Another risk universe made from one, as plain documents: a scenario told anew, taken out, or put back.

A family's figures are those of its scenarios together. So when one of them comes more or less often, or costs more or
less, or is taken out, the family's own frequency, mean loss and split over covers follow, and every other scenario
keeps how often it comes and what it costs (those of a pack at most as far as a pack may fill its family): with
fᵢ = base·shareᵢ and lᵢ = median·ratioᵢ, base' = Σf', median' = Σf'l' / Σf', shareᵢ' = fᵢ'/base',
ratioᵢ' = lᵢ'/median', covers' = Σf'l's' / Σf'l'.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from seawall.core.problems import Collector
from seawall.core.universe.scenarios import MOST_OF_A_FAMILY

Plain = dict[str, Any]
DIGITS = 12


def families_of(document: Mapping[str, Any]) -> list[Plain]:
    """The families of either format: those of format 1 are called scenarios."""
    found: list[Plain] = document["families"] if "families" in document else document["scenarios"]
    return found


def scenarios_of(document: Mapping[str, Any]) -> list[Plain]:
    """The scenarios that families are split into; none in format 1."""
    found: list[Plain] = document["scenarios"] if "families" in document else []
    return found


def entry_of(document: Mapping[str, Any], code: str) -> tuple[str, Plain] | None:
    """The family or scenario of this id with its path in the document."""
    listed = "families" if "families" in document else "scenarios"
    for name, entries in ((listed, families_of(document)), ("scenarios", scenarios_of(document))):
        for index, found in enumerate(entries):
            if found["id"] == code:
                return f"{name}[{index}]", found
    return None


def family_of(document: Mapping[str, Any], code: str) -> str:
    """The family that a family or scenario belongs to; "" when the document has none such."""
    found = entry_of(document, code)
    return str(found[1].get("family", code)) if found else ""


def figures(document: Mapping[str, Any], code: str) -> tuple[float, float]:
    """Events a year and median loss of a family or scenario at the reference company."""
    _path, found = entry_of(document, code) or ("", {})
    if "family" not in found:
        return float(found["frequency"]["base"]), float(found["severity"]["median"])
    _parent, family = entry_of(document, found["family"]) or ("", {})
    return (
        float(family["frequency"]["base"]) * float(found["frequency"]["share"]),
        float(family["severity"]["median"]) * _ratio(found),
    )


def changed_scenario(document: Mapping[str, Any], code: str, values: Mapping[str, Any]) -> Plain:
    """The document with a scenario told anew: dotted path within it → value, None for none.

    `frequency.rate` (events a year) and `severity.median` are those at the reference company. Raises `Invalid` for
    figures that are none; what the whole then lacks is for its reader to say.
    """
    made: Plain = copy.deepcopy(dict(document))
    _path, found = entry_of(made, code) or ("", {})
    _parent, family = entry_of(made, found["family"]) or ("", {})
    problems = Collector()
    rate, median = figures(made, code)
    rate = _figure(values, "frequency.rate", rate, 100.0, problems)
    median = _figure(values, "severity.median", median, 1e15, problems)
    for path in values:
        if path.startswith("shares.") and not isinstance(values[path], int | float | None):
            problems.add(path, "document.not_a_number")
    problems.raise_if_any()
    absolute = {s["id"]: figures(made, s["id"]) for s in _general(made, family["id"])}
    packed = {s["id"]: figures(made, s["id"]) for s in scenarios_of(made) if s["family"] == family["id"]}
    given = {path.removeprefix("shares."): v for path, v in values.items() if path.startswith("shares.")}
    split = {**covers_of(made, found), **given}
    split = {cover: share for cover, share in split.items() if share}
    if split != covers_of(made, found):
        found["shares"] = split
        found.setdefault("shares_source", dict(family["shares_source"]))
    if abs(median / packed[code][1] - 1) > 1e-9:
        found.setdefault("severity", {"ratio": 1.0, "source": "", "confidence": "judgement"})
    for path, value in values.items():
        group, _dot, key = path.partition(".")
        if key in ("source", "confidence") and group in found:
            found[group][key] = value
    if code in absolute:
        absolute[code] = rate, median
    packed[code] = rate, median
    regroup(made, family["id"], absolute, {**packed, **absolute}, because=code)
    return made


def without(document: Mapping[str, Any], code: str) -> Plain | None:
    """The document in which this family or scenario cannot happen; None when it has none such.

    A family goes with its scenarios, and with the last of its general scenarios.
    """
    place = entry_of(document, code)
    if place is None:
        return None
    made: Plain = copy.deepcopy(dict(document))
    family = family_of(made, code)
    general = _general(made, family)
    if code == family or [s["id"] for s in general] == [code]:
        gone = {family, *(s["id"] for s in scenarios_of(made) if s["family"] == family)}
        families_of(made)[:] = [f for f in families_of(made) if f["id"] != family]
    else:
        gone = {code}
        every = {s["id"]: figures(made, s["id"]) for s in scenarios_of(made) if s["family"] == family}
    scenarios_of(made)[:] = [s for s in scenarios_of(made) if s["id"] not in gone]
    if family not in gone:
        left = {s["id"]: every[s["id"]] for s in _general(made, family)}
        if any(s["id"] == code for s in general):
            regroup(made, family, left, {k: v for k, v in every.items() if k != code}, because=code)
    _forget(made, gone)
    return made


def restored(document: Mapping[str, Any], base: Mapping[str, Any], code: str) -> Plain | None:
    """The document with the whole family of `code` as `base` has it, in its place; None when the base has none."""
    family = family_of(base, code)
    if not family:
        return None
    made: Plain = copy.deepcopy(dict(document))
    names = {family, *(s["id"] for s in scenarios_of(base) if s["family"] == family)}
    for entries, wanted in ((families_of(made), families_of(base)), (scenarios_of(made), scenarios_of(base))):
        held = {e["id"]: e for e in entries} | {e["id"]: copy.deepcopy(e) for e in wanted if e["id"] in names}
        order = [e["id"] for e in wanted]
        entries[:] = [held[name] for name in (*order, *(n for n in held if n not in order)) if name in held]
    for control, described in base["controls"].items():
        if control in made["controls"]:
            held_effects = made["controls"][control]["effects"]
            for name in names:
                held_effects = list(_restored(described["effects"], held_effects, name))
            made["controls"][control]["effects"] = held_effects
    for key, named in (("scenarios", "leads_to"), ("other_risks", "families")):
        earlier = {e["id"]: e.get(named, []) for e in base.get(key, ())}
        for entry in made.get(key, ()) if "families" in made else ():
            now, was = entry.get(named, []), earlier.get(entry["id"], [])
            if any(name in names and name not in now for name in was):
                kept = {*now, *(name for name in was if name in names)}
                entry[named] = [n for n in was if n in kept] + [n for n in now if n not in was]
    return made


def regroup(
    document: Plain,
    family: str,
    general: Mapping[str, tuple[float, float]],
    every: Mapping[str, tuple[float, float]],
    *,
    because: str,
) -> None:
    """Make the family what its scenarios are together: id → (events a year, median) of its `general` ones.

    `every` holds those of packs too, which keep their figures as far as a pack may fill a family. Changes `document`.
    """
    _path, held = entry_of(document, family) or ("", {})
    base, median = float(held["frequency"]["base"]), float(held["severity"]["median"])
    rate = sum(often for often, _much in general.values()) or base
    loss = sum(often * much for often, much in general.values()) / rate if general else median
    entries = {s["id"]: s for s in scenarios_of(document) if s["id"] in every}
    before = dict(held["shares"])
    mixed = _mixed(document, {code: often * much for code, (often, much) in general.items()}) if general else before
    if any(abs(mixed.get(c, 0) - before.get(c, 0)) > 1e-9 for c in {*mixed, *before}):
        for found in entries.values():
            if "shares" not in found:
                found["shares"], found["shares_source"] = dict(before), dict(held["shares_source"])
        held["shares"] = mixed
        _because(held["shares_source"], because)
    filled: dict[str, float] = {}
    for code, found in entries.items():
        filled[found.get("pack", "")] = filled.get(found.get("pack", ""), 0.0) + every[code][0] / rate
    for code, found in entries.items():
        often, much = every[code]
        too_full = max(1.0, filled[found["pack"]] / MOST_OF_A_FAMILY) if found.get("pack") else 1.0
        found["frequency"]["share"] = _round(often / rate / too_full)
        ratio = _round(much / loss)
        if "severity" in found or abs(ratio - 1) > 1e-9:
            found.setdefault("severity", {"source": "the family's, kept as it was", "confidence": "derived"})
            found["severity"]["ratio"] = ratio
    if abs(rate / base - 1) > 1e-9:
        held["frequency"]["base"] = _round(rate)
        _because(held["frequency"], because)
    if abs(loss / median - 1) > 1e-9:
        held["severity"]["median"] = _round(loss)
        _because(held["severity"], because)


def covers_of(document: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, float]:
    """How the loss of a family or scenario falls on covers: its own split, else its family's."""
    if "shares" in entry:
        return dict(entry["shares"])
    return dict((entry_of(document, entry["family"]) or ("", {"shares": {}}))[1]["shares"])


def _mixed(document: Mapping[str, Any], weights: Mapping[str, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    whole = sum(weights.values())
    for code, weight in weights.items():
        _path, entry = entry_of(document, code) or ("", {})
        for cover, share in covers_of(document, entry).items():
            found[cover] = found.get(cover, 0.0) + share * weight / whole
    return {cover: _round(share) for cover, share in found.items() if share > 0}


def _general(document: Mapping[str, Any], family: str) -> list[Plain]:
    return [s for s in scenarios_of(document) if s["family"] == family and not s.get("pack")]


def _ratio(scenario: Mapping[str, Any]) -> float:
    return float(scenario.get("severity", {}).get("ratio", 1.0))


def _figure(values: Mapping[str, Any], path: str, held: float, most: float, problems: Collector) -> float:
    if path not in values:
        return held
    found = values[path]
    if isinstance(found, bool) or not isinstance(found, int | float):
        problems.add(path, "document.not_a_number")
        return held
    if not 0 < found <= most:
        problems.add(path, "document.out_of_range", low=0, high=f"{most:g}")
        return held
    return float(found)


def _because(basis: Plain, code: str) -> None:
    said = f"; follows from the house's own view of {code}"
    if said not in basis["source"]:
        basis["source"] += said
    basis["confidence"] = "derived" if basis["confidence"] == "verified" else basis["confidence"]


def _round(x: float) -> float:
    return float(f"{x:.{DIGITS}g}")


def _forget(document: Plain, gone: set[str]) -> None:
    """Take the names out of everything that names them."""
    for control in document["controls"].values():
        for effect in control["effects"]:
            effect["scenarios"] = [name for name in effect["scenarios"] if name not in gone]
        control["effects"] = [effect for effect in control["effects"] if effect["scenarios"]]
    for scenario in scenarios_of(document):
        if "leads_to" in scenario:
            scenario["leads_to"] = [name for name in scenario["leads_to"] if name not in gone]
    for risk in document.get("other_risks", ()):
        if "families" in risk:
            risk["families"] = [name for name in risk["families"] if name not in gone]


def _restored(base: list[Plain], held: list[Plain], name: str) -> Iterator[Plain]:
    """The effects held, with `name` back in those that are the base's, and the base's own that had gone."""
    left = [dict(effect) for effect in held]
    for effect in base:
        if name not in effect["scenarios"]:
            continue
        twin = next((found for found in left if _plain(found) == _plain(effect)), None)
        if twin is None:
            left.append({**effect, "scenarios": [name]})
        elif name not in twin["scenarios"]:
            kept = {*twin["scenarios"], name}
            twin["scenarios"] = [n for n in effect["scenarios"] if n in kept]
            twin["scenarios"] += [n for n in sorted(kept) if n not in twin["scenarios"]]
    yield from left


def _plain(effect: Mapping[str, Any]) -> Plain:
    return {key: value for key, value in effect.items() if key != "scenarios"}
