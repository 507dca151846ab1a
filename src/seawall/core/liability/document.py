"""A claim file as a document (JSON data), and back into facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from seawall.core.liability.claim import Claim, Fact, Item, PolicyFacts
from seawall.core.liability.wording import FactSpec, Wording
from seawall.core.money import Money, NotAnAmount, UnknownCurrency, parse_amount
from seawall.core.period import Period
from seawall.core.problems import Collector

PAID_IN = ("money", "virtual_currency")


def read_claim(document: Mapping[str, Any], wording: Wording) -> Claim:
    """The claim, its facts checked against those the wording declares; raises `Invalid` with every problem.

    `policy`: `start`, `end` (dates, end excluded), `covers`, `jurisdiction`, `utc_offset_hours`, `retroactive_date`.
    `facts` and `items[].facts`: name to `{value, evidence}`. Moments are ISO 8601 with an offset.
    """
    problems = Collector("claim")
    policy = _policy(document.get("policy") or {}, problems)
    facts = _facts(document.get("facts") or {}, "facts", "", wording, problems)
    bodies = document.get("items") or ()
    items = tuple(_item(body, f"items.{i}", wording, problems) for i, body in enumerate(bodies))
    if not items:
        problems.add("items", "claim.no_items")
    if len({item.id for item in items}) != len(items):
        problems.add("items", "claim.duplicate_item")
    problems.raise_if_any()
    return Claim(policy, facts, items)


def _date(value: Any, field: str, problems: Collector) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        problems.add(field, "claim.not_a_date", text=str(value))
        return date.min


def _policy(body: Mapping[str, Any], problems: Collector) -> PolicyFacts:
    start, end = (_date(body.get(key), f"policy.{key}", problems) for key in ("start", "end"))
    if end <= start:
        problems.add("policy.end", "claim.period")
        start, end = date.min, date.max
    hours = body.get("utc_offset_hours", 8)
    if not isinstance(hours, int) or isinstance(hours, bool) or not -12 <= hours <= 14:
        problems.add("policy.utc_offset_hours", "claim.offset")
        hours = 0
    retroactive = body.get("retroactive_date")
    return PolicyFacts(
        period=Period(start, end),
        covers=frozenset(body.get("covers") or ()),
        jurisdiction=str(body.get("jurisdiction", "")),
        zone=timezone(timedelta(hours=hours)),
        retroactive_date=None if retroactive is None else _date(retroactive, "policy.retroactive_date", problems),
    )


def _facts(body: Mapping[str, Any], field: str, prefix: str, wording: Wording, problems: Collector) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for name, content in body.items():
        place, spec = f"{field}.{name}", wording.facts.get(prefix + name)
        if spec is None or spec.kind == "derived":
            problems.add(place, "wording.unknown_fact", fact=prefix + name, clause="—")
            continue
        content = content if isinstance(content, Mapping) else {"value": content}
        value = _value(spec, content.get("value"), place, problems)
        facts[str(name)] = Fact(value, tuple(content.get("evidence") or ()))
    return facts


def _value(spec: FactSpec, value: Any, field: str, problems: Collector) -> Any:
    if value is None:
        return None
    if spec.kind == "moment":
        return _moment(value, field, problems)
    if spec.kind == "yes_no":
        if not isinstance(value, bool):
            problems.add(field, "claim.yes_no", text=str(value))
        return value
    if spec.kind == "choice" and value not in spec.choices:
        problems.add(field, "wording.choice", value=str(value), choices=", ".join(spec.choices))
    return value


def _moment(value: Any, field: str, problems: Collector) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() is None:
        problems.add(field, "claim.not_a_moment", text=str(value))
        return None
    return moment


def _item(body: Mapping[str, Any], field: str, wording: Wording, problems: Collector) -> Item:
    paid_in = str(body.get("paid_in", PAID_IN[0]))
    if paid_in not in PAID_IN:
        problems.add(f"{field}.paid_in", "wording.choice", value=paid_in, choices=", ".join(PAID_IN))
    currency = str(body.get("currency", "CNY"))
    try:
        amount = parse_amount(body.get("amount", ""), currency, f"{field}.amount")
    except (NotAnAmount, UnknownCurrency) as refused:
        problems.extend(refused.problems)
        amount = Money.zero("CNY")
    facts = _facts(body.get("facts") or {}, f"{field}.facts", "item.", wording, problems)
    return Item(str(body.get("id")), str(body.get("cover")), amount, paid_in, facts)
