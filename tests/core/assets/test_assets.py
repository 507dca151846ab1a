"""Signs combined into a confidence; disputes that take findings out of the evidence, and no more than they should."""

from __future__ import annotations

import copy
import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall import reference
from seawall.core.assets.attribution import SURE, Sign, confidence
from seawall.core.assets.disputes import GROUNDS, Ground, Settled, standing
from seawall.core.assets.rules import AssetRules
from seawall.core.evidence.items import Finding
from seawall.core.problems import Invalid
from seawall.entrypoints.shipped import library

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def rules() -> AssetRules:
    found = library().assets
    assert found is not None
    return found


def sign(source: str, sure: float) -> Sign:
    return Sign(source, source, sure, {"zh": "甲", "en": "x"})


def finding(check: str = "SW-EXP-01", asset: str = "gw.example.com", seen: datetime = AT) -> Finding:
    return Finding(check, asset, "found", "high", seen)


SIGNS = st.lists(st.builds(sign, st.sampled_from("abcd"), st.floats(0.01, SURE)), max_size=8)


def test_sources_add_up_and_one_source_does_not() -> None:
    assert confidence([]) == 0
    assert confidence([sign("dns", 0.6)]) == pytest.approx(0.6)
    assert confidence([sign("dns", 0.6), sign("dns", 0.5)]) == pytest.approx(0.6)
    assert confidence([sign("dns", 0.6), sign("scan", 0.5)]) == pytest.approx(1 - 0.4 * 0.5)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(signs=SIGNS, more=SIGNS)
def test_confidence_is_a_probability_that_signs_only_raise(signs: list[Sign], more: list[Sign]) -> None:
    sure = confidence(signs)
    assert 0 <= sure <= SURE
    assert confidence(signs + more) >= sure - 1e-15
    assert confidence(signs[::-1]) == sure
    by_hand = 1 - math.prod(
        1 - max(s.confidence for s in signs if s.source == name) for name in {s.source for s in signs}
    )
    assert sure == pytest.approx(min(SURE, by_hand))


def test_every_sign_has_a_sentence_in_both_languages() -> None:
    for found in rules().signs.values():
        params = dict.fromkeys(("submission", "domain", "by", "vendor", "vendor_en", "tool", "file"), "ZZ")
        for language in ("zh", "en"):
            said = found.said(language, params)
            assert "%" not in said
            assert said
        assert found.said("en", {}).count("%") == 0, "what is missing is left out"


@pytest.mark.parametrize("ground", GROUNDS)
def test_a_settled_dispute_holds_for_its_days(ground: Ground) -> None:
    settled = Settled(ground, "gw.example.com", "" if ground == "not_ours" else "SW-EXP-01", AT)
    terms = rules().disputes
    assert standing([finding()], [settled], terms, at=AT) == ()
    last = AT + terms.holds[ground]
    assert standing([finding()], [settled], terms, at=last - timedelta(seconds=1)) == ()
    assert standing([finding()], [settled], terms, at=last) == (finding(),)


def test_it_takes_out_what_it_is_about_and_nothing_else() -> None:
    terms = rules().disputes
    about_one = Settled("false_positive", "gw.example.com", "SW-EXP-01", AT)
    others = (finding("SW-EXP-02"), finding(asset="gw.example.com.evil.example"), finding(asset="agw.example.com"))
    assert standing((finding(), *others), [about_one], terms, at=AT) == others
    whole = Settled("not_ours", "gw.example.com", "", AT)
    on_it = (finding(), finding("SW-EXP-02"), finding(asset="gw.example.com:3389/tcp"))
    assert standing((*on_it, *others[1:]), [whole], terms, at=AT) == others[1:]


def test_fixed_and_seen_again_counts_again() -> None:
    fixed = Settled("fixed", "gw.example.com", "SW-EXP-01", AT)
    before, after = finding(seen=AT - DAY), finding(seen=AT + DAY)
    assert standing([before, after], [fixed], rules().disputes, at=AT + 2 * DAY) == (after,)


def test_a_broken_document_is_told_with_everything_wrong() -> None:
    body = copy.deepcopy(dict(reference.load("assets").body))
    body["attribution"]["declared"]["text"]["en"] = "%(nobody)s %"
    body["disputes"].pop("fixed")
    body["rules"][0]["check"] = "SW-IMP-99"
    body["rules"][4]["ports"] = [70000]
    body["shown_by"]["SW-IMP-08"] = ["excel"]
    with pytest.raises(Invalid) as caught:
        AssetRules.load(body)
    fields = {p.field for p in caught.value.problems}
    assert {"attribution.declared.text.en", "disputes.fixed", "rules[0].check", "rules[4].ports"} <= fields
    assert "shown_by.SW-IMP-08" in fields


def test_words_of_yaml_that_begin_like_a_truth_stay_words() -> None:
    assert reference.parse("false_positive: true\ntruest: falsehood") == {"false_positive": True, "truest": "falsehood"}
