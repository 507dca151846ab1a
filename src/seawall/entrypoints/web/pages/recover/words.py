"""States and steps of a claim, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from seawall.entrypoints.words import claim_choice_words, line_words, outcome_words
from seawall.lifecycle.recover.models import Claim

TONES = {
    "opened": "warn", "determined": "note", "adjusted": "note", "approved": "note", "part_paid": "note",
    "paid": "ok", "closed": "ok", "denied": "bad", "reopened": "warn", "reserved": "idle",
    "passed": "ok", "failed": "bad", "partly": "warn", "needs_evidence": "warn",
    "met": "ok", "breached": "bad", "unknown": "warn", "not_effective": "idle", "reduced": "warn",
}  # fmt: skip


def statuses() -> dict[str, str]:
    """What each state of a claim is called."""
    return {
        "opened": pgettext("claim", "Opened"),
        "determined": pgettext("claim", "Determined"),
        "adjusted": pgettext("claim", "Adjusted"),
        "approved": pgettext("claim", "Approved"),
        "part_paid": pgettext("claim", "Paid in part"),
        "paid": pgettext("claim", "Paid"),
        "closed": pgettext("claim", "Closed"),
        "denied": pgettext("claim", "Denied"),
        "reopened": pgettext("claim", "Reopened"),
    }


def steps() -> dict[str, str]:
    """What each step of the course is called."""
    return {**statuses(), "reserved": _("Case reserve"), "paid": pgettext("step", "Payment")}


def endings() -> dict[str, str]:
    """How a claim ended."""
    return {
        "denied": pgettext("ending", "Refused on the clauses of the determination"),
        "paid": pgettext("ending", "Everything payable was paid"),
        "nothing_payable": pgettext("ending", "Nothing was payable"),
        "withdrawn": pgettext("ending", "Withdrawn by the insured"),
    }


def badge(code: str) -> dict[str, str]:
    """Text and tone of a state or an outcome."""
    return {"text": {**outcome_words(), **statuses()}.get(code, code), "tone": TONES.get(code, "idle")}


def covers(held: Claim) -> Mapping[str, Mapping[str, str]]:
    """Covers of the policy's product by code, in both languages."""
    return {c["code"]: c["name"] for c in held.policy.option.product_release.body["covers"]}


def cover_name(held: Claim, code: str, language: str) -> str:
    return covers(held).get(code, {}).get(language, code)


def item_name(held: Claim, item: str, language: str) -> str:
    """An item as it was named; one that stands for a whole cover bears the cover's name."""
    return covers(held).get(item, {}).get(language) or line_words().get(item, item)


def kind_name(body: Mapping[str, Any], kind: str, language: str) -> str:
    """A kind of cost as the wording calls it."""
    return str(body["cost_kinds"].get(kind, {}).get("title", {}).get(language, kind))


def fact_name(body: Mapping[str, Any], name: str, language: str) -> str:
    """A fact as the wording calls it."""
    return str(body["facts"].get(name, {}).get("title", {}).get(language, name))


def fact_value(held: Claim, name: str, value: str, language: str) -> str:
    """A fact's value in words."""
    if name == "item.cost_kind":
        return kind_name(held.policy.wording.body, value, language)
    if name == "item.cover":
        return cover_name(held, value, language)
    return claim_choice_words().get(value, value)


def deduction_name(body: Mapping[str, Any], reason: str, language: str) -> str:
    """Why something is taken off."""
    known = body["deductions"].get(reason) or body["cost_kinds"].get(reason)
    return str(known["title"][language]) if known else line_words().get(reason, reason)
