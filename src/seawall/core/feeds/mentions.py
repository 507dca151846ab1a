"""Which companies of a book the posts of leak sites name, and whose domains appear in leaks.

A domain is told apart surely. A name is a hint for a person to judge: groups misspell, shorten, and many firms share a
name; so a name counts only when it is long enough and stands in the title as whole words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# Shorter names would be found everywhere (judgement).
LEAST_LETTERS, LEAST_HAN = 6, 4
_MOST_WORDS = 8
_WORD = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"\b(\w)\.(?=\w\b)")
_HAN = re.compile(r"[\u3400-\u9fff]")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_FORMS = frozenset(
    {
        *("ltd", "limited", "inc", "incorporated", "corp", "corporation", "co", "company", "llc", "llp", "plc", "gmbh"),
        *("ag", "kg", "sa", "sas", "srl", "spa", "bv", "nv", "ab", "as", "oy", "pty", "pte", "kk", "group", "holding"),
        *("holdings", "the", "and", "of"),
    }
)
_HAN_FORMS = re.compile(r"(股份有限公司|有限责任公司|集团有限公司|有限公司|集团|公司)$")


@dataclass(frozen=True, slots=True)
class Party:
    """A company to look for, by any of its names and domains."""

    id: str
    names: tuple[str, ...]
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """`company` stands in the entry `key` of a feed, found by its "domain" or by its "name"."""

    company: str
    key: str
    by: str


def words(name: str) -> tuple[str, ...]:
    """The words of a name that tell it apart: without legal forms, case, accents and signs."""
    flat = unicodedata.normalize("NFKD", name.casefold())
    flat = "".join(sign for sign in flat if not unicodedata.combining(sign))
    flat = _DOTTED.sub(r"\1", flat)
    return tuple(word for word in _WORD.findall(flat) if word not in _FORMS)


class Book:
    """The companies of a book, arranged so that one pass over the entries finds them all."""

    def __init__(self, parties: Iterable[Party]) -> None:
        self._domains: dict[str, set[str]] = {}
        self._names: dict[tuple[str, ...], set[str]] = {}
        self._han: dict[str, set[str]] = {}
        for party in parties:
            for domain in party.domains:
                self._domains.setdefault(domain.lower().rstrip("."), set()).add(party.id)
            for name in party.names:
                self._add(name, party.id)
        self._han_any = (
            re.compile("|".join(map(re.escape, sorted(self._han, key=len, reverse=True)))) if self._han else None
        )

    def _add(self, name: str, party: str) -> None:
        if _HAN.search(name):
            core = _HAN_FORMS.sub("", name.strip())
            if len(core) >= LEAST_HAN:
                self._han.setdefault(core, set()).add(party)
            return
        found = words(name)
        if sum(map(len, found)) >= LEAST_LETTERS:
            self._names.setdefault(found[:_MOST_WORDS], set()).add(party)

    def under(self, host: str) -> set[str]:
        """Whose domain `host` is, or lies under."""
        labels = host.lower().rstrip(".").split(".")
        return {party for n in range(len(labels) - 1) for party in self._domains.get(".".join(labels[n:]), ())}

    def named(self, text: str) -> Iterator[tuple[str, str]]:
        """(company, by) for every company in a title; a domain comes before a name."""
        sure = {party for host in _HOST.findall(text.lower()) for party in self.under(host)}
        yield from ((party, "domain") for party in sorted(sure))
        spoken = words(text)
        found = {
            party
            for start in range(len(spoken))
            for end in range(start + 1, min(start + _MOST_WORDS, len(spoken)) + 1)
            for party in self._names.get(spoken[start:end], ())
        }
        if self._han_any is not None:
            found |= {party for hit in self._han_any.findall(text) for party in self._han[hit]}
        yield from ((party, "name") for party in sorted(found - sure))


def in_posts(book: Book, posts: Mapping[str, Mapping[str, Any]]) -> list[Mention]:
    """Mentions in leak-site posts, newest first."""
    order = sorted(posts, key=lambda key: str(posts[key].get("discovered", "")), reverse=True)
    return [Mention(party, key, by) for key in order for party, by in book.named(str(posts[key].get("title", "")))]


def in_leaks(book: Book, leaks: Mapping[str, Mapping[str, Any]]) -> list[Mention]:
    """Leaks of accounts under a company's domain, or of a service it runs."""
    return [
        Mention(party, key, "domain")
        for key in sorted(leaks)
        for party in sorted(book.under(str(leaks[key].get("domain", ""))))
    ]
