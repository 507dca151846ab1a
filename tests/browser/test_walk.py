"""Everybody walks everywhere: each role, both languages, every address links lead to; then in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import Resolver404, resolve

from seawall.records.parties.models import User
from tests.browser.conftest import NARROW, WIDE, Opens, Watch, accessible, overflow
from tests.seeded import person_of
from tests.walking import ID, Seen, walk

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
CATALOGUE = Path(__file__).resolve().parents[2] / "src/seawall/locale/zh_Hans/LC_MESSAGES/django.po"
ROLES = ("underwriter", "claims", "portfolio", "admin", "supervisor", "broker1", "insured-a", "provider")
LANGUAGES = {"zh-hans": "zh-CN", "en": "en-GB"}
Walked = dict[tuple[str, str], dict[str, Seen]]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class _Texts(HTMLParser):
    """The text nodes that are read, and the attributes that are read aloud, outside of what is marked as English."""

    SILENT = frozenset({"script", "style", "code", "kbd", "svg", "textarea", "pre"})
    VOID = frozenset({"input", "br", "img", "meta", "link", "hr", "path", "use", "source", "wbr", "col"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []

    @property
    def _quiet(self) -> bool:
        return any(silent for _, silent in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        silent = tag in self.SILENT or (given.get("lang") or "").startswith("en")
        if not self._quiet and not silent:
            self.found += [v for name in ("title", "placeholder", "aria-label", "alt") if (v := given.get(name))]
        if tag not in self.VOID:
            self._open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self._quiet and data.strip():
            self.found.append(data)


def texts(html: str) -> list[str]:
    parser = _Texts()
    parser.feed(html)
    return [re.sub(r"\s+", " ", text).strip() for text in parser.found]


def english() -> set[str]:
    """Messages whose Chinese is another text, so that the English one has no place on a Chinese page."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="zh_Hans")
    found: set[str] = set()
    for message in catalogue:
        sources = [message.id] if isinstance(message.id, str) else list(message.id)
        translated = [message.string] if isinstance(message.string, str) else list(message.string or ())
        found |= {source for source in sources if source and source not in translated and re.search("[a-z]{3}", source)}
    return found


# The platform's own name, wherever it stands as a name. A comparison of releases shows their texts in both languages.
NAMES, BOTH = {"Seawall"}, "?against="
# Three words of running English. Names and data of the seeded house carry a hyphen, a digit or an @.
COMMAND = re.compile(r"\bseawall [a-z-]+( [a-z]+)?")
SENTENCE = re.compile(r"\b[A-Za-z]{2,}(?: [a-z]{2,}){2,}\b")


@pytest.fixture(scope="module")
def walked(told: dict[str, Any], django_db_blocker: Any) -> Walked:
    """(who, language) → every address that person's links lead to, as the server answers it."""
    found = {}
    with django_db_blocker.unblock():
        for who in ROLES:
            for language in LANGUAGES:
                client = Client()
                client.force_login(User.objects.get(email=person_of(told, who)["email"]))
                client.cookies["django_language"] = language
                found[who, language] = walk(client, alike=2)
    return found


def told_of(found: Iterable[tuple[str, str]]) -> str:
    """Each thing that is wrong on a line, objects' keys left out, once however often it was met."""
    return "\n" + "\n".join(dict.fromkeys(f"{ID.sub('#', address)}: {what}" for address, what in found))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ROLES)
def test_every_link_leads_to_a_page(walked: Walked, who: str, language: str) -> None:
    pages = walked[who, language]
    broken = {address: page.status for address, page in pages.items() if page.status not in (200, 301, 302)}
    leading = {bad: [a for a, page in pages.items() if bad in page.links][:3] for bad in broken}
    assert not broken, told_of((bad, f"{status}, linked from {leading[bad]}") for bad, status in broken.items())
    assert len(pages) > 5


@pytest.mark.parametrize("who", ROLES)
def test_chinese_pages_are_chinese(walked: Walked, who: str) -> None:
    messages = english()
    wrong = [
        (address, text[:120])
        for address, page in walked[who, "zh-hans"].items()
        if page.kind.startswith("text/html") and page.status == 200 and BOTH not in address
        for text in dict.fromkeys(texts(page.text))
        if text not in NAMES and (text in messages or SENTENCE.search(COMMAND.sub("", text)))
    ]
    assert not wrong, told_of(wrong)


def representatives(pages: dict[str, Seen]) -> Iterator[tuple[str, str]]:
    """(name of the view, address): one address for each view, the first that was found."""
    known: set[str] = set()
    for address, page in pages.items():
        if page.status != 200 or not page.kind.startswith("text/html"):
            continue
        try:
            name = resolve(address.split("?")[0]).view_name
        except Resolver404:
            continue
        if name not in known:
            known.add(name)
            yield name, address


@pytest.fixture(scope="module")
def sessions(told: dict[str, Any], django_db_blocker: Any) -> dict[str, str]:
    """who → the key of a session in which that person has signed in, outside of any test's transaction."""
    keys = {}
    with django_db_blocker.unblock():
        for who in ROLES:
            user = User.objects.get(email=person_of(told, who)["email"])
            session = SessionStore()
            session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.save()
            keys[who] = str(session.session_key)
    return keys


# Templates that axe has looked at in this run: once is enough, whoever opens them.
_looked_at: set[str] = set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ROLES)
def test_each_page_in_a_real_browser(
    walked: Walked, sessions: dict[str, str], opens: Opens, watch: Watch, site: str, who: str, language: str
) -> None:
    """No complaint on the console, nothing wider than the window on desk or phone, nothing serious for axe."""
    page = opens(LANGUAGES[language])
    for name, value in {"sessionid": sessions[who], "django_language": language}.items():
        page.context.add_cookies([{"name": name, "value": value, "url": site}])
    wrong: list[tuple[str, str]] = []
    for name, address in representatives(walked[who, language]):
        page.set_viewport_size(WIDE)
        page.goto(site + address, wait_until="load")
        wrong += [(address, complaint) for complaint in watch.take()]
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)
            if (over := overflow(page)) > 0:
                wrong.append((address, f"{over} px too wide at {size['width']}"))
        view = name.split(":")[-1]
        if view not in _looked_at:
            _looked_at.add(view)
            page.set_viewport_size(WIDE)
            wrong += [(address, finding) for finding in accessible(page)]
    assert not wrong, told_of(wrong)
