"""An offer as its page shows it: options side by side, where a premium comes from, and what it lacks of the cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from seawall.core.money import Money
from seawall.core.problems import Problem
from seawall.entrypoints.sentences import sentence
from seawall.entrypoints.web import charts
from seawall.entrypoints.web.pages.protect import words
from seawall.lifecycle.protect.models import QuoteOption


def column(told: Mapping[str, Any], option: QuoteOption, language: str) -> dict[str, Any]:
    """One option: its figures, what the appetite says of it, and its trace, as far as the viewer is told."""
    currency, body = option.currency, option.product_release.body
    rating = told.get("rating")
    premium = None if told["premium"] is None else Money(told["premium"], currency)
    return {
        **told,
        "position": option.position,
        "name": option.product_release.header["name"][language],
        "short": _edition(option.product_release.header["name"][language]),
        "summary": body["summary"][language],
        "limit": Money(told["limit"], currency),
        "retention": Money(told["retention"], currency),
        "premium": premium,
        "on_line": None if premium is None else Decimal(premium.minor) / Decimal(told["limit"]),
        "badge": words.badge("outcome", told["outcome"]) if "outcome" in told else None,
        "names": {c["code"]: c["name"] for c in body["covers"]},
        "refused": [sentence(Problem(p["field"], p["code"], p["params"])) for p in told.get("refused") or ()],
        "reasons": told.get("reasons") or (),
        "rating": rating,
        "wording": f"{option.wording.header['name'][language]} {option.wording.version}",
        "wording_id": option.wording_id,
        "for_sale": told["can_be_bound"] and premium is not None,
    }


def _edition(name: str) -> str:
    """What tells products of one line apart: the part in brackets, or after the comma."""
    for start, end in (("（", "）"), ("(", ")")):
        if start in name and name.endswith(end):
            return name[name.index(start) + 1 : -1]
    return name.rpartition(",")[2].strip() or name


def cover_rows(options: Sequence[tuple[dict[str, Any], QuoteOption]], language: str) -> list[dict[str, Any]]:
    """Each cover that any option knows, with what each option says of it: terms, a price to add it, or nothing."""
    names: dict[str, Mapping[str, Any]] = {}
    for _told, option in sorted(options, key=lambda pair: -len(pair[1].product_release.body["covers"])):
        for cover in option.product_release.body["covers"]:
            names.setdefault(cover["code"], cover)
    return [
        {
            "name": cover["name"][language],
            "description": cover["description"][language],
            "cells": [_cover_cell(code, told, option) for told, option in options],
        }
        for code, cover in names.items()
    ]


def _cover_cell(code: str, told: Mapping[str, Any], option: QuoteOption) -> dict[str, Any]:
    for cover in option.terms["covers"]:
        if cover["cover"] == code:
            retention = Money.of(cover["retention"], option.currency)
            return {
                "limit": Money.of(cover["limit"], option.currency),
                "retention": None if retention == told["retention"] else retention,
                "waiting": cover["waiting_hours"],
                "days": cover["indemnity_days"],
                "share": Decimal(cover["coinsurance"]) or None,
            }
    extra = told["extras"].get(code)
    return {"add": Money.of(extra, option.currency)} if extra is not None else {}


def service_rows(options: Sequence[tuple[dict[str, Any], QuoteOption]], language: str) -> list[dict[str, Any]]:
    """Each service that any option knows, and whether each option has it."""
    names: dict[str, str] = {}
    held = []
    for _told, option in options:
        services = {s["code"]: s for s in option.product_release.body["services"]}
        held.append({code: s["availability"] for code, s in services.items()})
        names |= {code: s["name"][language] for code, s in services.items()}
    return [{"name": name, "cells": [found.get(code, "") for found in held]} for code, name in names.items()]


def waterfall(rating: Mapping[str, Any], currency: str, language: str) -> charts.Spec | None:
    """From the base premium to the premium, by the steps that concern the whole policy.

    What the covers and their sub-limits do is one step: the sum of the covers less what stood before it.
    """
    parts: list[charts.MoneyPart] = []
    before = Decimal(0)
    for step in rating["steps"]:
        if step["cover"] is not None or (not parts and step["effect"] != "start"):
            continue
        after = Decimal(step["amount"])
        # Rounded where the running amount is, so that the bars end exactly at the premium.
        change = Money.of(after, currency) - Money.of(before, currency)
        if parts and abs(change.amount) < 1:
            # Rounding to whole yuan is no step worth a bar.
            parts[-1] = replace(parts[-1], value=parts[-1].value + change)
        else:
            label = (
                _("Content of the product: covers and sub-limits")
                if step["rule"] == "join"
                else step["title"][language]
            )
            parts.append(charts.MoneyPart(label, change))
        before = after
    return charts.premium(parts) if parts else None


def by_cover(told: Mapping[str, Any], option: QuoteOption, language: str) -> dict[str, Any] | None:
    """What each cover costs, and for the office what it is expected to cost the insurer."""
    rating = told.get("rating")
    if not rating:
        return None
    names = {c["code"]: c["name"][language] for c in option.product_release.body["covers"]}
    expected = (told.get("internals") or {}).get("by_cover") or {}
    total = Decimal(rating["premium"]) or Decimal(1)
    rows = [
        {
            "name": names.get(code, code),
            "premium": Money.of(amount, option.currency),
            "share": Decimal(amount) / total,
            "expected": Money.of(expected[code], option.currency) if code in expected else None,
        }
        for code, amount in sorted(rating["covers"].items(), key=lambda pair: -Decimal(pair[1]))
    ]
    return {"rows": rows, "expected": bool(expected), "total": Money.of(rating["premium"], option.currency)}


def technical(told: Mapping[str, Any], currency: str) -> dict[str, Any] | None:
    """The technical price beside the plan's, and where the gap between them lies; the insurer's alone.

    What the plan's price leaves after expenses and profit pays the expected loss first; the rest is all there is
    for the tail.
    """
    internals = told.get("internals") or {}
    price = internals.get("price")
    if not price or "technical" not in price:
        return None
    labels, parts = words.technical_parts(), price["technical"]["parts"]
    held = {name: Money.of(value, currency) for name, value in parts.items()}
    manual, cost = Money.of(price["manual"], currency), Money.of(price["technical"]["premium"], currency)
    left = manual.times(Decimal(price["technical"]["denominator"])) - held["fixed_expense"]
    for_tail = left - held["pure"]
    load = held["risk_load"]
    return {
        "manual": manual,
        "technical": cost,
        "gap": manual - cost,
        "adequacy": Decimal(price["adequacy"]) if price["adequacy"] is not None else None,
        "tone": "ok" if cost.minor <= manual.minor else "warn",
        "pure": held["pure"],
        "loss_ratio": Decimal(held["pure"].minor) / manual.minor if manual.minor else None,
        "left": left,
        "for_tail": for_tail,
        "risk_load": load,
        "tail_share": Decimal(for_tail.minor) / load.minor if load.minor else None,
        "chart": charts.premium(
            [charts.MoneyPart(labels[name], held[name]) for name in labels if name in held],
            title=_("What the technical price is made of"),
            result=_("Technical price"),
        ),
        "q995": Money.of(internals["q995"], currency),
        "tail995": Money.of(internals["tail995"], currency),
        "once_in": round(1 / Decimal(internals["events"])) if Decimal(internals["events"]) else None,
    }


def reasons(
    found: Sequence[Mapping[str, Any]], result: Mapping[str, Any] | None, language: str
) -> list[dict[str, Any]]:
    """Rules that referred or declined, what would settle each, and for the office the facts each looked at."""
    return [
        {
            "rule": "" if reason["rule"] in ("authority", "asked") else reason["rule"],
            "text": reason["reason"].get(language, ""),
            "remedy": (reason.get("remedy") or {}).get(language, ""),
            "outcome": words.badge("outcome", reason["outcome"]),
            "facts": _facts(reason.get("facts") or (), result, language) if result else [],
            "missing": [_fact_name(fact, result, language) for fact in reason.get("missing") or ()],
        }
        for reason in found
    ]


def _facts(facts: Sequence[str], result: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    """What the assessment says of the facts that are beliefs or the score."""
    beliefs = {belief["control"]: belief for belief in result["beliefs"]}
    shown = []
    for fact in facts:
        kind, _dot, rest = fact.partition(".")
        control, _dot, state = rest.partition(".")
        if kind == "controls" and control in beliefs:
            value: Any = Decimal(str(beliefs[control][state]))
            shown.append({"name": _fact_name(fact, result, language), "chance": value})
        elif fact == "score":
            shown.append({"name": words.fact_names()["score"], "value": round(result["score"]["value"])})
    return shown


def _fact_name(fact: str, result: Mapping[str, Any] | None, language: str) -> str:
    kind, _dot, rest = fact.partition(".")
    if kind != "controls":
        return words.fact_names().get(fact, fact)
    control, _dot, state = rest.partition(".")
    names = ((result or {}).get("texts") or {}).get("controls") or {}
    name = names.get(control, {}).get(language, control)
    states = {"absent": _("absent"), "partial": _("partly in place"), "present": _("in place")}
    return _("%(control)s: %(state)s") % {"control": name, "state": states.get(state, state)}
