"""Published figures: what ships, what is refused, and how an own figure is laid beside them."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from seawall import reference
from seawall.core.figures import BESIDE, beside, load_sources
from seawall.core.problems import Invalid


def document() -> dict[str, Any]:
    return copy.deepcopy(dict(reference.load("figures", "market").body))


def test_what_ships_loads_and_says_where_each_figure_was_read() -> None:
    sources = load_sources(document())
    assert len(sources) >= 20
    assert sum(len(source.figures) for source in sources) >= 55
    assert all((source.read_in or source.paper) and source.period for source in sources)
    assert all(source.figures or source.says for source in sources)


def test_derived_figures_follow_from_those_they_are_derived_from() -> None:
    found = {figure.id: figure.value for source in load_sources(document()) for figure in source.figures}
    assert round(found["cn-premium"] / found["cn-limits"], 5) == found["cn-rate-on-line"]
    assert found["cn-premium"] / found["cn-policies"] == found["cn-mean-premium"]
    assert round(found["cn-limits"] / found["cn-policies"]) == found["cn-mean-limit"]
    assert round(found["claim-frequency"] * found["claim-mean"]) == found["pure-premium"]
    assert found["oldsmar-factor"] == Decimal(11100) / 100
    # 11.9 bn at 19.47 % for five years makes 29.0 bn: the growth the paper cites runs from 2022, not from 2021.
    grown = float(found["world-2022"]) * (1 + float(found["world-growth"])) ** 5
    assert grown == pytest.approx(float(found["world-2027"]), rel=0.02)


def test_every_problem_is_told_at_its_place() -> None:
    bad = document()
    bad["sources"][0]["figures"][0] |= {"value": -1, "unit": "XAU", "evidence": "heard"}
    bad["sources"][1]["name"] = {"zh": "甲"}
    bad["sources"][2]["id"] = bad["sources"][0]["id"]
    with pytest.raises(Invalid) as refused:
        load_sources(bad)
    assert {problem.field for problem in refused.value.problems} == {
        "sources.0.figures.0.value",
        "sources.0.figures.0.unit",
        "sources.0.figures.0.evidence",
        "sources.1.name.en",
        "sources.miit-pilot",
    }
    with pytest.raises(Invalid):
        load_sources({})


def test_an_own_figure_stands_beside_its_published_one() -> None:
    rows = beside({"rate_on_line": Decimal("0.02608"), "claim_frequency": None}, load_sources(document()))
    assert [row.code for row in rows] == list(BESIDE)
    assert rows[0].ratio == 2
    assert rows[-1].own is None
    assert rows[-1].ratio is None
    assert beside({}, ()) == ()
