"""Nothing crosses the walls on a page: three marked tenants, every role, every address that links lead to."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from seawall.records.parties.models import User
from tests.seeded import ROLES, TENANT, forbidden, person_of
from tests.walking import walk

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("seeded")]


@pytest.mark.parametrize("who", ROLES)
def test_no_page_holds_a_foreign_word(told: dict[str, Any], who: str) -> None:
    """Every page that links lead to, in both languages."""
    person = person_of(told, who)
    hidden = forbidden(told, person)
    client = Client()
    client.force_login(User.objects.get(email=person["email"]))
    for language in ("zh-hans", "en"):
        client.cookies["django_language"] = language
        pages = walk(client)
        assert len(pages) > 3
        for address, page in pages.items():
            assert page.status in (200, 302), (address, page.status)
            assert [mark for mark in hidden if mark in page.text] == [], (who, address)


def test_pages_of_others_are_not_there(told: dict[str, Any]) -> None:
    """Every address that one tenant's people can reach is unknown to the others' people of the same role."""
    for who in ROLES:
        mine, theirs = Client(), Client()
        mine.force_login(User.objects.get(email=person_of(told, who)["email"]))
        theirs.force_login(User.objects.get(email=person_of(told, who, "zqbravo")["email"]))
        for address, page in walk(mine).items():
            if not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", address) or page.status != 200:
                continue
            answer = theirs.get(address)
            assert answer.status_code in (403, 404), (who, address, answer.status_code)
            assert TENANT not in answer.content.decode(), (who, address)
