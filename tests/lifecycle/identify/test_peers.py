"""The insurer's own book as peers: enough companies or nothing, and no company to be made out."""

from __future__ import annotations

import pytest
from stdnum.cn import uscc

from seawall.lifecycle.identify.models import Assessment
from seawall.lifecycle.identify.queries.peers import LEAST, Book, book_peers
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records.parties.viewer import Viewer
from tests.factories import AT, BROKER, INSURED, UNDERWRITER, House, assessed, house

pytestmark = pytest.mark.django_db


def others(home: House, count: int, **changes: object) -> list[Assessment]:
    """Assessments of so many further companies, each with its own answers to one question."""
    made = []
    for number in range(count):
        stem = f"91330106MA2KP{number:04d}"
        company = {"company__credit_code": stem + uscc.calc_check_digit(stem), "company__name_zh": f"同业{number}号"}
        made.append(assessed(home, **{**company, **changes}))
    return made


def seen(home: House, viewer: Viewer, found: Assessment) -> Book | None:
    return book_peers(viewer, found, library_on(home[UNDERWRITER], on=AT.date()).universe)


def test_nine_companies_are_too_few_and_ten_are_enough() -> None:
    home = house()
    own = assessed(home)
    others(home, LEAST - 1)
    assert seen(home, home[UNDERWRITER], own) is None
    stem = "91330106MA2KQ0001"
    last = assessed(home, company__credit_code=stem + uscc.calc_check_digit(stem), company__name_zh="同业末号")
    found = seen(home, home[UNDERWRITER], own)
    assert found is not None
    assert found.sized
    assert found.count == LEAST
    assert found.quartiles == pytest.approx((last.score,) * 3, abs=0.5)
    # A company counts once, by its newest assessment.
    assessed(home, company__credit_code=stem + uscc.calc_check_digit(stem), company__name_zh="同业末号")
    again = seen(home, home[UNDERWRITER], own)
    assert again is not None
    assert again.count == LEAST


def test_outside_the_office_only_the_place_is_told_in_tenths() -> None:
    home = house()
    own = assessed(home)
    others(home, LEAST + 1)
    for role in (BROKER, INSURED):
        found = seen(home, home[role], own)
        assert found is not None
        assert found.count is None
        assert found.quartiles is None
        assert found.below * 10 == pytest.approx(round(found.below * 10))


def test_other_sizes_count_when_the_like_are_few_and_other_industries_never() -> None:
    home = house()
    own = assessed(home)
    rest = others(home, LEAST, company__revenue="9亿")
    found = seen(home, home[UNDERWRITER], own)
    assert found is not None
    assert not found.sized
    assert found.below == pytest.approx(sum(o.score < own.score for o in rest) / LEAST)
    shop = replace_industry(own, "F")
    assert seen(home, home[UNDERWRITER], shop) is None


def replace_industry(found: Assessment, industry: str) -> Assessment:
    """The same assessment as of another industry, in memory only."""
    company = {**found.inputs["submission"]["company"], "industry": industry}
    found.inputs = {**found.inputs, "submission": {**found.inputs["submission"], "company": company}}
    return found


def test_another_house_is_never_a_peer() -> None:
    home = house()
    own = assessed(home)
    others(home, LEAST)
    universe = library_on(home[UNDERWRITER], on=AT.date()).universe
    assert book_peers(home[UNDERWRITER], own, universe) is not None
    stem = "91330106MA2KR0001"
    away = house("beian", credit_code=stem + uscc.calc_check_digit(stem))
    assert book_peers(away[UNDERWRITER], own, universe) is None
