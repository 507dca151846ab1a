"""Rules and tables of releases in people's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from seawall.core.conditions import Condition, Join, Leaf
from seawall.core.money import Money
from seawall.entrypoints.web import formats
from seawall.entrypoints.web.charts.parts import locale_now
from seawall.entrypoints.web.pages.identify import words as identify_words
from seawall.entrypoints.web.pages.protect.words import fact_names

AMOUNTS = frozenset({"limit", "retention", "revenue"})


def condition(found: Condition, controls: Mapping[str, str], currency: str) -> str:
    """A condition as a sentence without an end: "Limit above CNY 100m"."""
    if isinstance(found, Join):
        parts = [condition(part, controls, currency) for part in found.parts]
        if found.how == "not":
            return _("not (%(part)s)") % {"part": parts[0]}
        return (_(" and ") if found.how == "all" else _(" or ")).join(parts)
    return _leaf(found, controls, currency)


def _leaf(leaf: Leaf, controls: Mapping[str, str], currency: str) -> str:
    name = _fact(leaf.fact, controls)
    if leaf.wanted is True:
        return name
    wanted = _wanted(leaf, currency)
    texts = {
        "is": _("%(fact)s is %(value)s"),
        "is_not": _("%(fact)s is not %(value)s"),
        "in": _("%(fact)s is one of %(value)s"),
        "not_in": _("%(fact)s is none of %(value)s"),
        "above": _("%(fact)s above %(value)s"),
        "at_least": _("%(fact)s at least %(value)s"),
        "below": _("%(fact)s below %(value)s"),
        "at_most": _("%(fact)s at most %(value)s"),
    }
    return texts.get(leaf.op, "%(fact)s " + leaf.op + " %(value)s") % {"fact": name, "value": wanted}


def _fact(name: str, controls: Mapping[str, str]) -> str:
    if name.startswith("controls."):
        _head, control, state = name.split(".", 2)
        return _("“%(control)s” %(state)s, probability") % {
            "control": controls.get(control, control),
            "state": identify_words.control_state(state),
        }
    return fact_names().get(name, name)


def _wanted(leaf: Leaf, currency: str) -> str:
    value = leaf.wanted
    if isinstance(value, list | tuple):
        return _(", ").join(str(item) for item in value)
    if leaf.fact in AMOUNTS and isinstance(value, int | float):
        return formats.money_short(Money.of(str(value), currency), locale_now())
    if leaf.fact.startswith("controls.") and isinstance(value, int | float):
        return formats.percent(value, locale_now(), 0)
    if isinstance(value, int | float):
        return formats.number(value, locale_now())
    return str(value)


def table(name: str, body: Mapping[str, Any], title: str, names: Mapping[str, str]) -> dict[str, Any]:
    """A table of a rating plan for people: {name, title, kind, rows: [(label, value)]}."""
    return {"name": name, "title": title, "kind": _kind(str(body["kind"])), "rows": _rows(body, names)}


def _kind(code: str) -> str:
    return {
        "curve": _("by straight lines between the points"),
        "map": _("by code"),
        "bands": _("by band"),
        "ranges": _("within the range, by judgement"),
    }.get(code, code)


def _rows(body: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str]]:
    if body["kind"] == "curve":
        return [(_figure(at), _figure(value)) for at, value in body["points"]]
    rows = body.get("rows", ())
    if body["kind"] == "bands":
        return [(_band(row), _figure(row["value"])) for row in rows]
    if body["kind"] == "ranges":
        return [(names.get(key, key), f"{_signed(low)} … {_signed(high)}") for key, (low, high) in rows.items()]
    found = [(names.get(key, key), _figure(value)) for key, value in rows.items()]
    return [*found, (_("otherwise"), _figure(body["default"]))] if "default" in body else found


def _band(row: Mapping[str, Any]) -> str:
    if row.get("to") is None:
        return _("from %(low)s") % {"low": _figure(row["from"])}
    return _("%(low)s to below %(high)s") % {"low": _figure(row["from"]), "high": _figure(row["to"])}


def _figure(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return {"not_offered": _("not offered"), "refer": _("refer")}.get(str(value), str(value))
    return formats.number(value, locale_now())


def _signed(value: float) -> str:
    text = formats.percent(value, locale_now(), 0)
    return f"+{text}" if value > 0 else text


def factors() -> dict[str, str]:
    """What an underwriter's schedule looks at."""
    return {
        "management": _("Management of security"),
        "third_party_dependence": _("Dependence on third parties"),
        "incident_history": _("Incidents in the past"),
        "recovery_readiness": _("Readiness to recover"),
        "none": _("None"),
    }


def plan_tables(body: Mapping[str, Any], language: str, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The tables of a rating plan in the order in which its steps use them, titled by the step."""
    tables: Mapping[str, Any] = body.get("tables", {})
    found, used = [], set()
    for step in body.get("steps", ()):
        name = step.get("table")
        if name in tables and name not in used:
            used.add(name)
            found.append(table(name, tables[name], step["title"][language], names))
    return found + [table(name, tables[name], name, names) for name in tables if name not in used]


def plan_steps(body: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    """The steps by which a premium comes about."""
    ops = {
        "require": _("must hold"),
        "curve": _("read off a curve"),
        "map": _("looked up by code"),
        "band": _("looked up by band"),
        "power": _("raised to a power, within bounds"),
        "credits": _("credits added up, within bounds"),
        "schedule": _("set by the underwriter, within bounds"),
        "quotient": _("divided"),
        "join": _("added up"),
        "floor": _("not below"),
        "round": _("rounded"),
    }
    covers: Sequence[str] = body.get("covers", ())
    return [
        {
            "title": step["title"][language],
            "how": ops.get(step["op"], step["op"]),
            "where": _("some covers") if len(step.get("covers", covers)) < len(covers)
            else _("each cover") if step.get("for_each") == "covers" else _("the whole policy"),
        }
        for step in body.get("steps", ())
    ]  # fmt: skip
