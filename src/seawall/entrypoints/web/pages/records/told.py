"""The journal's codes in words: verbs, objects, and what a change changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext as _

from seawall.core.money import Money
from seawall.entrypoints.web import formats
from seawall.entrypoints.web.addresses import address
from seawall.entrypoints.web.formats import locale_of
from seawall.entrypoints.web.names import name_of
from seawall.entrypoints.web.pages.records.words import field_words, noun_words, value_words, verb_words
from seawall.entrypoints.web.pages.respond.words import fact_labels
from seawall.entrypoints.web.templatetags.seawall import money
from seawall.records.journal.models import Entry
from seawall.records.parties.models import Membership, Organisation, Token
from seawall.records.releases.models import Release

# Values that are minor units of a currency.
AMOUNTS = frozenset(
    {"reserve", "approved", "paid", "payable", "amount", "premium", "price", "authority", "aggregate_limit", "returned"}
)
# Objects with a number and a page: table → (model, page).
NUMBERED = {
    "incident": ("respond.Incident", "incident"),
    "claim": ("recover.Claim", "claim"),
    "policy": ("protect.Policy", "policy"),
    "quote": ("protect.Quote", "quote"),
    "submission": ("identify.Submission", "submission"),
}
LONGEST = 240
NOTHING: tuple[Any, ...] = (None, "", [], {})
HASH = re.compile(r"[0-9a-f]{40,}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")


@dataclass(frozen=True, slots=True)
class Named:
    """What an object is called, and its page; "" where it has none."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it was ("" for nothing) and what it is."""

    label: str
    old: str
    new: str


def verb(code: str) -> str:
    """What was done, in words."""
    return verb_words().get(code, code)


def noun(code: str) -> str:
    """What it was done to, in words."""
    return noun_words().get(code, code)


def organisation(held: Organisation | None, language: str) -> str:
    return name_of(held, language) if held else ""


def subjects(found: Iterable[Entry], language: str) -> dict[tuple[str, str], Named]:
    """The objects of some entries by (table, key), with one query a kind."""
    wanted: dict[str, set[str]] = {}
    for entry in found:
        wanted.setdefault(entry.noun, set()).add(entry.object_id)
    told: dict[tuple[str, str], Named] = {}
    for table, (label, page) in NUMBERED.items():
        if table in wanted:
            for key, number in apps.get_model(label).objects.filter(pk__in=wanted[table]).values_list("pk", "number"):
                told[table, str(key)] = Named(number, address("office", page, key))
    for table in ("organisation", "membership", "token", "release"):
        if table in wanted:
            told |= _people_and_papers(table, wanted[table], language)
    return told


def _people_and_papers(table: str, keys: set[str], language: str) -> dict[tuple[str, str], Named]:
    if table == "organisation":
        rows = Organisation.objects.filter(pk__in=keys)
        return {
            (table, str(o.pk)): Named(
                name_of(o, language), address("office", "company", o.pk) if o.kind == "insured" else ""
            )
            for o in rows
        }
    if table == "membership":
        people = Membership.objects.filter(pk__in=keys).select_related("user")
        return {(table, str(m.pk)): Named(m.user.name, "") for m in people}
    if table == "token":
        return {(table, str(t.pk)): Named(t.name, "") for t in Token.objects.filter(pk__in=keys)}
    found = Release.objects.filter(pk__in=keys)
    return {(table, str(r.pk)): Named(f"{r.identifier} {r.version}", address("office", "release", r.pk)) for r in found}


def changes(entry: Entry, currency: str, language: str) -> list[Change]:
    """Every field that changed or was set; a field that kept its value is left out."""
    held = entry.new.get("currency") or entry.old.get("currency") or currency
    labels = field_words()
    told = []
    for key in dict.fromkeys([*entry.old, *entry.new]):
        old, new = entry.old.get(key), entry.new.get(key)
        if (key in entry.old and key in entry.new and old == new) or (old in NOTHING and new in NOTHING):
            continue
        if key not in entry.new:
            new = None
        label = labels.get(key, key)
        if isinstance(new, dict) and set(new) != {"zh", "en"} and isinstance(old, dict | None):
            told += _inside(label, old or {}, new, held, language)
            continue
        before = "" if old in NOTHING else _shown(key, old, held, language)
        told.append(Change(label, before, _shown(key, new, held, language)))
    return told


def _inside(label: str, old: dict[str, Any], new: dict[str, Any], currency: str, language: str) -> list[Change]:
    """What changed inside a field that holds several."""
    labels = {**field_words(), **fact_labels()}
    return [
        Change(
            f"{label} · {labels.get(key, key)}",
            _shown(key, old[key], currency, language) if key in old else "",
            _shown(key, new.get(key), currency, language),
        )
        for key in dict.fromkeys([*old, *new])
        if old.get(key) != new.get(key)
    ]


def _shown(key: str, value: Any, currency: str, language: str) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if key in AMOUNTS and isinstance(value, int):
        return money(Money(value, currency))
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        return str(value[language])
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return _cut(_(", ").join(value))
    if isinstance(value, dict | list):
        return _cut(json.dumps(value, ensure_ascii=False, sort_keys=True))
    text = str(value)
    if HASH.fullmatch(text):
        return f"{text[:16]}…"
    if MOMENT.match(text):
        with suppress(ValueError):
            return formats.moment(datetime.fromisoformat(text), locale_of(language), timezone.get_current_timezone())
    return _cut(value_words().get(text, text))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
