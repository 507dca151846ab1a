"""Nothing crosses the walls on a page: three marked tenants, every role, every kind of address that links lead to."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from seawall.records.parties.models import User
from tests.seeded import ROLES, forbidden, person_of
from tests.walking import ID, Seen, walk

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("seeded")]


def client_of(told: dict[str, Any], who: str, tenant: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=person_of(told, who, tenant)["email"]))
    return client


@pytest.fixture(scope="module")
def walked(told: dict[str, Any], django_db_blocker: Any) -> dict[str, dict[str, Seen]]:
    """Where each person of the first tenant gets to; in Chinese and in English by turns, for the data are the same."""
    found = {}
    with django_db_blocker.unblock():
        for number, who in enumerate(ROLES):
            client = client_of(told, who, "zqalpha")
            client.cookies["django_language"] = ("zh-hans", "en")[number % 2]
            found[who] = walk(client, alike=2)
    return found


@pytest.mark.parametrize("who", ROLES)
def test_no_page_holds_a_foreign_word(told: dict[str, Any], walked: dict[str, dict[str, Seen]], who: str) -> None:
    hidden = forbidden(told, person_of(told, who))
    pages = walked[who]
    assert len(pages) > 3
    leaks = [(address, mark) for address, page in pages.items() for mark in hidden if mark in page.text]
    assert leaks == []


@pytest.mark.parametrize("who", ROLES)
def test_pages_of_one_house_are_not_there_for_another(
    told: dict[str, Any], walked: dict[str, dict[str, Seen]], who: str
) -> None:
    """The same role in the next house asks for each address with a key in it; a key after the ? may find nothing."""
    theirs = client_of(told, who, "zqbravo")
    for address, page in walked[who].items():
        if ID.search(address) and page.status == 200:
            answer = theirs.get(address)
            if ID.search(address.split("?")[0]):
                assert answer.status_code in (403, 404), (address, answer.status_code)
            assert "zqalpha" not in answer.content.decode(), address
