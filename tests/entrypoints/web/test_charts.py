"""Pictures as data: what the specs say in words, in tables and in places."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from seawall.core.money import Money
from seawall.entrypoints.web import charts


def yuan(amount: int | str) -> Money:
    return Money.of(amount, "CNY")


CURVE = [(0.4, yuan(0)), (0.1, yuan(1_000_000)), (0.02, yuan(5_000_000)), (0.001, yuan(20_000_000))]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_probability_lies_on_the_straight_line_between_points() -> None:
    assert charts.probability_above(CURVE, yuan(3_000_000)) == pytest.approx(0.06)


@pytest.mark.parametrize(("loss", "chance"), [(yuan(-5), 0.4), (yuan(0), 0.4), (yuan(90_000_000), 0.001)])
def test_outside_the_curve_its_end_holds(loss: Money, chance: float) -> None:
    assert charts.probability_above(CURVE, loss) == chance


def test_exceedance_says_what_each_line_means() -> None:
    spec = charts.exceedance(CURVE, [charts.Line("limit", yuan(5_000_000)), charts.Line("tolerance", yuan(20_000_000))])
    assert "above the limit of CNY\u00a05m has a chance of 2.00% a year" in spec["summary"]
    assert [line["x"] for line in spec["lines"]] == [500_000_000, 2_000_000_000]
    assert spec["unit"] == {"kind": "money", "currency": "CNY", "name": "CNY", "scale": 100}
    assert spec["rows"]["head"] == ["Once in … years", "Chance a year", "Loss above (CNY)"]
    assert spec["rows"]["body"][-1] == ["1,000", "0.10%", "20,000,000"]


def test_exceedance_orders_its_points_and_draws_a_second_curve() -> None:
    halved = [(chance, Money(loss.minor // 2, "CNY")) for chance, loss in CURVE]
    spec = charts.exceedance(list(reversed(CURVE)), after=list(reversed(halved)))
    assert [len(series["points"]) for series in spec["series"]] == [4, 4]
    for series in spec["series"]:
        places = [point["x"] for point in series["points"]]
        assert places == sorted(places)


def test_score_tells_the_change_and_the_peers() -> None:
    readings = [charts.Reading(date(2026, 3, 1), 48, 31, 66), charts.Reading(date(2026, 11, 1), 62, 54, 69)]
    said = charts.score(readings, peer=66)["summary"]
    assert "between 54 and 69" in said
    assert "by 14 points" in said
    assert "companies is 66" in said
    assert "changed" not in charts.score(readings[:1])["summary"]


def test_contributions_end_at_the_score() -> None:
    spec = charts.contributions(
        Decimal(50), [charts.Part("backup", Decimal("9.4")), charts.Part("mail", Decimal("-3.8"))]
    )
    assert [bar["kind"] for bar in spec["bars"]] == ["total", "good", "harm", "total"]
    assert spec["bars"][-1]["to"] == pytest.approx(55.6)
    assert spec["bars"][1]["text"] == "+9.4"
    assert "“mail” (−3.8)" in spec["summary"]


def test_contributions_without_a_gain_or_a_loss_say_neither() -> None:
    assert charts.contributions(Decimal(50), [])["summary"] == "From 50 to a score of 50."


def test_premium_adds_up_in_whole_fen() -> None:
    steps = [
        charts.MoneyPart("Base", yuan("168000")),
        charts.MoneyPart("Limit", yuan("159183.36")),
        charts.MoneyPart("Retention", yuan("-30218.87")),
    ]
    spec = charts.premium(steps)
    assert spec["bars"][-1]["to"] == 29_696_449
    assert [bar["kind"] for bar in spec["bars"]] == ["total", "harm", "good", "total"]
    assert "premium of CNY\u00a0296,964" in spec["summary"]


def test_bridge_ends_at_the_payment() -> None:
    parts = [charts.MoneyPart("Loss", yuan(3_860_000)), charts.MoneyPart("Retention", yuan(-200_000))]
    spec = charts.bridge(parts)
    assert spec["rows"]["body"] == [["Loss", "3,860,000"], ["Retention", "−200,000"], ["To be paid", "3,660,000"]]
    assert "after 1 deduction." in spec["summary"]


def test_fixes_name_the_one_that_gains_most_for_its_cost() -> None:
    options = [
        charts.Fix("mfa", Decimal("7.4"), yuan(60_000), yuan(38_200)),
        charts.Fix("rdp", Decimal("5.6"), yuan(0), yuan(27_900)),
    ]
    assert charts.fixes(options)["summary"].startswith("“rdp” gains most")


def test_timeline_orders_events_and_shows_the_viewers_zone() -> None:
    late = charts.Event(datetime(2026, 11, 24, 6, tzinfo=UTC), "restored", "company", "ok")
    early = charts.Event(datetime(2026, 11, 24, 2, 30, tzinfo=UTC), "seen", "watch", "bad")
    spec = charts.timeline([late, early])
    assert [event["x"] for event in spec["events"]] == ["2026-11-24T10:30", "2026-11-24T14:00"]
    assert spec["lanes"] == ["watch", "company"]


def test_specs_are_json_and_follow_the_language() -> None:
    with translation.override("zh-hans"):
        spec = charts.exceedance(CURVE, [charts.Line("limit", yuan(5_000_000))])
    assert spec["lines"][0]["text"] == "500万元"
    assert spec["unit"]["name"] == "元"
    assert json.loads(json.dumps(spec)) == spec
