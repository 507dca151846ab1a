"""Quotes: priced three ways with their trace, referred or declined by the appetite, replayed to the same number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from seawall import reference
from seawall.core.money import Money
from seawall.core.problems import Invalid
from seawall.core.status import WrongState
from seawall.lifecycle.protect.actions import quote as actions
from seawall.lifecycle.protect.actions import referral as referrals
from seawall.lifecycle.protect.models import Quote
from seawall.lifecycle.protect.queries import quote as queries
from seawall.lifecycle.protect.queries.pricing import Wish
from seawall.lifecycle.strategy.actions import effective
from seawall.records.parties.roles import ADMIN, BROKER, INSURED, PORTFOLIO, PROVIDER, UNDERWRITER
from seawall.records.parties.viewer import Forbidden, NotFound
from seawall.records.releases.actions import load
from seawall.records.releases.models import Release
from tests.factories import AT, House, assessed, house, quoted

pytestmark = pytest.mark.django_db


def a_quote(home: House, **changes: object) -> Quote:
    return actions.make(assessment=assessed(home, **changes).pk, by=home[UNDERWRITER], at=AT)


def referred(home: House) -> Quote:
    """A quote whose limit is beyond an underwriter's own authority in the appetite."""
    found = assessed(home)
    wish = Wish("bespoke", Money.of(15_000_000, "CNY"), Money.of(100_000, "CNY"), 12)
    return actions.make(assessment=found.pk, wishes=[wish], by=home[UNDERWRITER], at=AT)


def test_a_quote_offers_three_products_with_terms_trace_and_both_prices() -> None:
    home = house()
    made = a_quote(home)
    options = list(made.options.all())
    assert [o.product for o in options] == ["sme", "system", "bespoke"]
    assert made.number == "Q-2026-000001"
    assert made.valid_until == AT + timedelta(days=30)
    for option in options:
        assert option.premium is not None
        assert option.premium > 0
        assert Decimal(option.rating["premium"]) * 100 == option.premium
        assert sum(Decimal(p) for p in option.rating["covers"].values()) == Decimal(option.rating["premium"])
        assert {c["cover"] for c in option.terms["covers"]} == set(option.rating["covers"])
        assert option.rating["steps"]
        assert option.internals["price"]["technical"]["premium"]
        assert Decimal(option.terms["aggregate"]) * 100 == option.limit
    # Priced as the assessment priced it: one function, used twice.
    told = {o["product"]: o["premium"]["minor"] for o in made.assessment.result["options"]}
    assert {o.product: o.premium for o in options} == told


def test_a_quote_replays_to_the_same_number_and_names_what_was_changed() -> None:
    home = house()
    made = quoted(home)
    again = queries.replay(home[UNDERWRITER], made.pk, at=AT)
    assert again.same, again.differences
    assert actions.replay(quote=made.pk, by=home.system, at=AT) == (True, [])
    made.wishes[0]["retention"] = "1"
    made.save()
    again = queries.replay(home[UNDERWRITER], made.pk, at=AT)
    assert not again.same
    assert any(path.startswith("options[0]") for path, _, _ in again.differences)
    with pytest.raises(Forbidden):
        queries.replay(home[BROKER], made.pk, at=AT)


def test_limits_retentions_and_covers_can_be_wished_for() -> None:
    home = house()
    found = assessed(home)
    money = [Money.of(x, "CNY") for x in (2_000_000, 5_000_000, 50_000, 200_000)]
    extra = ("business_interruption", "data_restoration", "ddos_defence")
    wishes = [Wish("sme", limit, retention, 12) for limit in money[:2] for retention in money[2:]]
    wishes.append(Wish("sme", money[0], money[2], 12, extra))
    made = actions.make(assessment=found.pk, wishes=wishes, by=home[UNDERWRITER], at=AT)
    premiums = [o.premium for o in made.options.all()]
    assert all(premiums)
    assert premiums[1] <= premiums[0] < premiums[2]
    assert premiums[3] < premiums[2]
    assert premiums[4] > premiums[0]
    assert queries.replay(home[UNDERWRITER], made.pk, at=AT).same


def test_wishes_that_cannot_be_had_are_told_all_at_once() -> None:
    home = house()
    found = assessed(home)
    one, none = Money.of(1_000_000, "CNY"), Money.zero("CNY")
    wishes = [
        Wish("spaceship", one, none, 12),
        Wish("sme", none, none, 12),
        Wish("sme", one, one, 12),
        Wish("sme", one, none, 9999),
        Wish("sme", one, none, 12, ("extortion_of_aliens",)),
    ]
    with pytest.raises(Invalid) as refused:
        actions.make(assessment=found.pk, wishes=wishes, by=home[UNDERWRITER], at=AT)
    assert {(p.field, p.code) for p in refused.value.problems} >= {
        ("wishes.0.product", "quote.product_not_on_sale"),
        ("wishes.1.limit", "submission.limit_zero"),
        ("wishes.2.retention", "submission.retention_over_limit"),
        ("wishes.3.waiting_hours", "document.out_of_range"),
        ("wishes.4.covers", "product.cover_not_offered"),
    }
    with pytest.raises(Invalid):
        actions.make(assessment=found.pk, wishes=[wishes[0]] * 13, by=home[UNDERWRITER], at=AT)
    assert not Quote.objects.exists()


def test_an_old_assessment_is_not_quoted_on() -> None:
    home = house()
    found = assessed(home)
    with pytest.raises(actions.StaleAssessment):
        actions.make(assessment=found.pk, by=home[UNDERWRITER], at=AT + timedelta(days=91))
    with pytest.raises(actions.NothingOnSale):
        actions.make(assessment=found.pk, by=home[UNDERWRITER], at=AT - timedelta(days=400))


def test_a_limit_beyond_an_underwriters_authority_is_referred_with_the_reason() -> None:
    made = referred(house())
    assert (made.outcome, made.status) == ("refer", "referred")
    assert "authority" in [r["rule"] for r in made.referrals.get().reasons]


def test_a_limit_beyond_the_house_is_declined() -> None:
    home = house()
    wish = Wish("bespoke", Money.of(200_000_000, "CNY"), Money.of(1_000_000, "CNY"), 12)
    made = actions.make(assessment=assessed(home).pk, wishes=[wish], by=home[UNDERWRITER], at=AT)
    assert (made.outcome, made.status) == ("decline", "declined")
    assert "AP-02" in [r["rule"] for r in made.options.get().reasons]
    assert not made.referrals.exists()


def test_nobody_decides_on_a_quote_of_his_own_or_beyond_his_authority() -> None:
    home = house()
    made = referred(home)
    asked = made.referrals.get()
    with pytest.raises(referrals.FourEyes):
        referrals.decide(referral=asked.pk, approve=True, note="好", by=home[UNDERWRITER], at=AT)
    with pytest.raises(referrals.BeyondAuthority):
        referrals.decide(referral=asked.pk, approve=True, note="好", by=home.second[UNDERWRITER], at=AT)
    head = replace(home.second[UNDERWRITER], authority=15_000_000_00)
    with pytest.raises(actions.ReasonNeeded):
        referrals.decide(referral=asked.pk, approve=True, note="  ", by=head, at=AT)
    with pytest.raises(referrals.QuoteLapsed):
        referrals.decide(referral=asked.pk, approve=True, note="好", by=head, at=AT + timedelta(days=30))
    with pytest.raises(Forbidden):
        referrals.decide(referral=asked.pk, approve=True, note="好", by=home[BROKER], at=AT)
    referrals.decide(referral=asked.pk, approve=True, note="好", by=head, at=AT)
    made.refresh_from_db()
    assert made.status == "offered"
    with pytest.raises(WrongState):
        referrals.decide(referral=asked.pk, approve=False, note="不", by=head, at=AT)


def test_a_referral_can_be_declined_and_an_offer_referred_by_hand() -> None:
    home = house()
    made = quoted(home)
    with pytest.raises(actions.ReasonNeeded):
        actions.refer(quote=made.pk, reason="", by=home[BROKER], at=AT)
    asked = actions.refer(quote=made.pk, reason="客户要求特别约定", by=home[BROKER], at=AT)
    assert [r.pk for r in queries.open_referrals(home[UNDERWRITER])] == [asked.pk]
    referrals.decide(referral=asked.pk, approve=False, note="不承保", by=home[UNDERWRITER], at=AT)
    made.refresh_from_db()
    assert made.status == "declined"
    assert not queries.open_referrals(home[UNDERWRITER]).exists()


def test_offers_lapse() -> None:
    home = house()
    made = quoted(home)
    assert actions.expire_due(by=home.system, at=AT) == 0
    assert actions.expire_due(by=home.system, at=AT + timedelta(days=30)) == 1
    made.refresh_from_db()
    assert made.status == "expired"


def test_each_side_sees_its_part() -> None:
    home = house()
    made = quoted(home)
    office, broker, insured = (queries.page(home[r], made.pk, at=AT) for r in (UNDERWRITER, BROKER, INSURED))
    assert "internals" in office["options"][0]
    assert "internals" not in broker["options"][0]
    assert broker["options"][0]["rating"]["steps"]
    assert set(insured["options"][0]) & {"internals", "reasons", "outcome", "rating"} == set()
    assert insured["options"][0]["premium"] == office["options"][0]["premium"]
    with pytest.raises(NotFound):
        queries.page(home[PROVIDER], made.pk, at=AT)


def test_the_insured_sees_no_price_before_an_underwriter_has_decided() -> None:
    home = house()
    made = referred(home)
    assert queries.page(home[INSURED], made.pk, at=AT)["options"] == []


def test_another_house_or_broker_finds_nothing() -> None:
    home = house()
    made = quoted(home)
    stranger = replace(home[BROKER], organisation=home.organisations["provider"].pk)
    with pytest.raises(NotFound):
        queries.one(stranger, made.pk, at=AT)
    with pytest.raises(NotFound):
        actions.make(assessment=made.assessment_id, by=stranger, at=AT)
    with pytest.raises(Forbidden):
        queries.open_referrals(home[BROKER])


def test_a_quote_on_a_plan_that_is_no_longer_in_force_needs_a_new_assessment() -> None:
    home = house()
    found = assessed(home)
    old = Release.objects.get(kind="rating")
    header = {key: value for key, value in old.header.items() if key != "kind"}
    changed = reference.read_document("rating", {**header, "version": "99.0", **old.body})
    newer = load(document=changed, by=home[ADMIN], at=AT)
    effective.adopt_rating_plan(release=newer, start=AT.date(), by=home[PORTFOLIO], at=AT)
    with pytest.raises(actions.StaleAssessment):
        actions.make(assessment=found.pk, by=home[UNDERWRITER], at=AT)


def test_a_replay_needs_every_release_it_names() -> None:
    home = house()
    made = quoted(home)
    for ref in made.releases.values():
        if ref["kind"] == "appetite":
            ref["sha256"] = "0" * 64
    made.save()
    with pytest.raises(NotFound):
        queries.replay(home[UNDERWRITER], made.pk, at=AT)
    with pytest.raises(NotFound):
        referrals.decide(referral=made.pk, approve=True, note="好", by=home[UNDERWRITER], at=AT)
