"""Facts of an incident as they are told: read with every mistake named, kept as they were written."""

from __future__ import annotations

import pytest

from seawall.core.problems import Invalid
from seawall.lifecycle.respond.queries.rules import read_facts


def test_a_share_of_the_population_is_kept_exactly() -> None:
    told = {"population_share": "0.30", "population_span": "prefecture", "daily_life_people": None}
    assert read_facts(told) == {"population_share": "0.3", "population_span": "prefecture"}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("population_share", "1.1", "document.out_of_range"),
        ("population_share", "half", "document.out_of_range"),
        ("population_share", True, "document.out_of_range"),
        ("population_span", "village", "document.unknown"),
    ],
)
def test_what_is_no_share(name: str, value: object, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_facts({name: value})
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [(f"facts.{name}", code)]
