"""Numbers on paper have no gaps: not under refusals, not under races, not between houses and years."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from seawall.records import tenancy
from seawall.records.numbering import PREFIXES, next_number
from seawall.records.parties.roles import ADMIN
from tests.factories import AT, house
from tests.races import at_once


@pytest.mark.django_db
def test_each_kind_year_and_house_counts_for_itself() -> None:
    one, two = house().viewers[ADMIN].tenant, house("other").viewers[ADMIN].tenant
    tenancy.enter(tenancy.EVERY)
    assert [next_number("policy", tenant=one, at=AT) for _ in range(3)] == [f"P-2026-00000{n}" for n in (1, 2, 3)]
    assert next_number("claim", tenant=one, at=AT) == "C-2026-000001"
    assert next_number("policy", tenant=two, at=AT) == "P-2026-000001"
    assert next_number("policy", tenant=one, at=AT.replace(year=2027)) == "P-2027-000001"
    assert len(set(PREFIXES.values())) == len(PREFIXES)


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_leaves_no_gap_and_no_two_get_the_same() -> None:
    tenant = house().viewers[ADMIN].tenant

    class TakenBack(Exception):
        pass

    def numbers(spoil: bool) -> Any:
        def work() -> list[str]:
            given = []
            for turn in range(10):
                try:
                    with transaction.atomic():
                        number = next_number("quote", tenant=tenant, at=AT)
                        if spoil and turn % 2:
                            raise TakenBack
                        given.append(number)
                except TakenBack:
                    continue
            return given

        return work

    outcomes = at_once(tenant, numbers(False), numbers(True), numbers(True), numbers(False))
    given = sorted(number for numbers_of_one in outcomes for number in numbers_of_one)
    assert given == [f"Q-2026-{n:06d}" for n in range(1, 31)]
