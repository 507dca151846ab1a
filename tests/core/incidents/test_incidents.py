from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.core.incidents.categories import UnknownCategory, category, load_categories
from seawall.core.incidents.clocks import after, duties, load_clocks
from seawall.core.incidents.facts import Incident
from seawall.core.incidents.grading import UnknownGrade, grade, load_criteria, reporting_grade
from seawall.core.money import Money
from seawall.core.problems import Invalid
from seawall.reference import load

GBT = load("standards", "gbt20986-2023").body
REPORTING = load("standards", "cn-incident-reporting").body
CLOCKS = load_clocks(load("standards", "notification").body)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
T = {"zh": "甲", "en": "a"}


def incident(**facts):
    return Incident(NOON, facts.pop("jurisdictions", frozenset({"CN"})), **facts)


def test_categories_of_the_standard():
    found = load_categories(GBT)
    classes = [c.code for c in found.values() if c.parent is None]
    assert classes == ["MI", "NAI", "DSI", "ICSI", "FF", "VI", "SHI", "ABI", "FMI", "OTI"]
    counts = {code: sum(c.parent == code for c in found.values()) for code in classes}
    assert counts == {
        "MI": 10,
        "NAI": 21,
        "DSI": 12,
        "ICSI": 8,
        "FF": 5,
        "VI": 9,
        "SHI": 3,
        "ABI": 3,
        "FMI": 5,
        "OTI": 1,
    }
    ransomware = category(found, "MI-07")
    assert (ransomware.name["zh"], ransomware.name["en"], ransomware.parent) == ("勒索软件", "Ransomware", "MI")
    assert ransomware.oed_covers == ("EXT", "NPBI", "DIAS", "INRE")
    with pytest.raises(UnknownCategory):
        category(found, "MI-99")


def test_broken_categories():
    with pytest.raises(Invalid) as refused:
        load_categories({"classes": [{"code": "A", "name": T, "subclasses": [{"code": "A", "name": {"zh": "甲"}}]}]})
    assert [p.code for p in refused.value.problems] == ["incident.duplicate_category", "text.missing"]
    with pytest.raises(Invalid):
        load_categories({})


IMPORTANCE = ("especially_important", "important", "ordinary")
SEVERITY = ("especially_serious", "serious", "larger", "minor")


@pytest.mark.parametrize(
    ("importance", "levels"),
    [("especially_important", (1, 2, 3, 4)), ("important", (2, 3, 4, 4)), ("ordinary", (3, 4, 4, 4))],
)
def test_the_grade_takes_the_graver_of_loss_and_harm(importance, levels):
    for severity, level in zip(SEVERITY, levels, strict=True):
        by_loss = grade(GBT, importance=importance, business_loss=severity, social_harm="minor")
        by_harm = grade(GBT, importance=importance, business_loss="minor", social_harm=severity)
        assert by_loss.level == by_harm.level == level
        assert by_loss.decided_by == ("both" if severity == "minor" else "loss")
        assert by_harm.decided_by == ("both" if severity == "minor" else "harm")
        assert len(by_loss.reasons) == 3


@given(st.sampled_from(IMPORTANCE), st.sampled_from(SEVERITY), st.sampled_from(SEVERITY))
def test_more_harm_is_never_graded_milder(importance, loss, harm):
    level = grade(GBT, importance=importance, business_loss=loss, social_harm=harm).level
    for worse in SEVERITY[: SEVERITY.index(harm)]:
        assert grade(GBT, importance=importance, business_loss=loss, social_harm=worse).level <= level


def test_a_word_off_the_scale_is_refused():
    with pytest.raises(UnknownGrade):
        grade(GBT, importance="huge", business_loss="minor", social_harm="minor")


@pytest.mark.parametrize(
    ("people", "level"), [(999_999, 4), (1_000_000, 3), (9_999_999, 3), (10_000_000, 2), (100_000_000, 1)]
)
def test_people_thresholds_are_inclusive(people, level):
    assert reporting_grade(REPORTING, incident(people_affected=people)).level == level


@pytest.mark.parametrize(("loss", "level"), [("4999999.99", 4), ("5000000", 3), ("20000000", 2), ("100000000", 1)])
def test_loss_thresholds(loss, level):
    assert reporting_grade(REPORTING, incident(direct_loss=Money.of(loss, "CNY"))).level == level


def test_a_loss_in_another_currency_is_not_guessed():
    result = reporting_grade(REPORTING, incident(direct_loss=Money.of(10**9, "USD")))
    assert result.level == 4
    assert result.reportable is None
    assert "direct_loss_cny" in result.missing


def test_outages_count_for_critical_infrastructure_only():
    ten = {"whole_outage_minutes": 10}
    assert reporting_grade(REPORTING, incident(**ten)).level == 4
    assert reporting_grade(REPORTING, incident(operator="critical_infrastructure", **ten)).level == 3
    province = {"population_span": "province", "population_share": 0.5}
    assert reporting_grade(REPORTING, incident(**province)).level == 1
    assert reporting_grade(REPORTING, incident(population_span="prefecture", population_share=0.5)).level == 2


def test_when_everything_is_known_and_small_there_is_nothing_to_report():
    small = incident(
        people_affected=10,
        direct_loss=Money.of(1, "CNY"),
        daily_life_people=0,
        population_span="none",
        population_share=0.0,
    )
    result = reporting_grade(REPORTING, small)
    assert (result.level, result.reportable, result.missing, result.decisive) == (4, False, (), ())


@given(st.integers(0, 2 * 10**8), st.integers(0, 10**8))
def test_more_people_never_lower_the_grade(people, more):
    a = reporting_grade(REPORTING, incident(people_affected=people)).level
    assert reporting_grade(REPORTING, incident(people_affected=people + more)).level <= a


def test_criteria_are_checked():
    with pytest.raises(Invalid) as refused:
        load_criteria({"criteria": [{"title": T, "law": T, "thresholds": [1, 2, 3]}]})
    assert [p.code for p in refused.value.problems] == ["incident.thresholds"]
    with pytest.raises(Invalid):
        load_criteria({})
    above = {"title": T, "law": T, "fact": "people_affected", "thresholds": [9, None, None], "compare": "above"}
    document = {"criteria": [above], "levels": REPORTING["levels"]}
    assert reporting_grade(document, incident(people_affected=9)).level == 4
    assert reporting_grade(document, incident(people_affected=10)).level == 1


def test_naive_times_and_unknown_operators_are_refused():
    with pytest.raises(ValueError, match="aware"):
        Incident(datetime(2026, 1, 1), frozenset())  # noqa: DTZ001
    with pytest.raises(ValueError, match="operator"):
        incident(operator="club")


def test_time_arithmetic():
    assert after(datetime(2026, 1, 31, tzinfo=UTC), 1, "months") == datetime(2026, 2, 28, tzinfo=UTC)
    assert after(datetime(2026, 12, 15, tzinfo=UTC), 2, "months") == datetime(2027, 2, 15, tzinfo=UTC)
    assert after(datetime(2026, 3, 6, tzinfo=UTC), 1, "working_days") == datetime(2026, 3, 9, tzinfo=UTC)
    assert after(NOON, 0.5, "hours") == NOON + timedelta(minutes=30)
    assert after(NOON, 9, "at_once") == NOON


@given(
    st.integers(0, 10**6),
    st.integers(0, 800),
    st.integers(0, 100),
    st.sampled_from(["hours", "days", "working_days", "months"]),
)
def test_deadlines_are_monotone_in_start_and_amount(minutes, amount, more, unit):
    later = NOON + timedelta(minutes=minutes)
    assert after(later, amount, unit) >= after(NOON, amount, unit)
    assert after(NOON, amount + more, unit) >= after(NOON, amount, unit)


@given(st.integers(0, 10**5))
def test_every_deadline_moves_with_discovery(minutes):
    facts = {"personal_data": True, "people_affected": 2_000_000, "major_ict": True, "significant": True,
             "sectors": frozenset({"dora_financial", "nis2_essential", "hipaa_covered"})}  # fmt: skip
    everywhere = frozenset({"CN", "EU", "US"})
    early = {d.id: d.deadline for d in duties(CLOCKS, Incident(NOON, everywhere, **facts), {"cn_grade": 3})}
    late = {
        d.id: d.deadline
        for d in duties(CLOCKS, Incident(NOON + timedelta(minutes=minutes), everywhere, **facts), {"cn_grade": 3})
    }
    assert early.keys() == late.keys()
    assert all(late[k] >= early[k] for k in early if early[k] is not None)


def test_a_later_duty_counts_from_when_the_earlier_was_done():
    done = NOON + timedelta(hours=10)
    facts = {
        "sectors": frozenset({"dora_financial"}),
        "major_ict": True,
        "jurisdictions": frozenset({"EU"}),
        "personal_data": False,
    }
    told = {d.id: d for d in duties(CLOCKS, incident(**facts, anchors={"dora_initial_done_at": done}))}
    assert told["dora_initial"].deadline == NOON + timedelta(hours=24)
    assert told["dora_intermediate"].deadline == done + timedelta(hours=72)
    assert told["dora_intermediate"].starts == "dora_initial"


def test_what_is_not_known_is_asked_for():
    told = {d.id: d for d in duties(CLOCKS, incident(jurisdictions=frozenset({"EU"})))}
    assert told["gdpr_authority"].status == "needs_facts"
    assert told["gdpr_authority"].missing == ("personal_data",)


def test_the_insurer_s_own_clocks():
    asked = incident(anchors={"claim_requested_at": NOON, "claim_agreed_at": NOON})
    told = {d.id: d for d in duties(CLOCKS, asked, {"claim": True}) if d.rule.bearer == "insurer"}
    assert told["cn_claim_assessment"].deadline == NOON + timedelta(days=30)
    assert told["cn_claim_payment"].deadline == NOON + timedelta(days=10)
    assert told["cn_claim_advance"].status == "not_started"
    assert not [d for d in duties(CLOCKS, asked) if d.rule.bearer == "insurer"]


def rule(**changes):
    texts = dict.fromkeys(("regime", "to", "what", "law"), T)
    return {
        "id": "a",
        "jurisdiction": "CN",
        "when": {"all": []},
        "unit": "hours",
        "amount": 1,
        "evidence": "verified",
        **texts,
        **changes,
    }


def test_broken_clocks():
    with pytest.raises(Invalid) as refused:
        load_clocks(
            {
                "rules": [
                    rule(unit="moons", bearer="moon", evidence="rumour", amount=-1),
                    rule(starts="ghost", not_after={"starts": "ghost", "hours": 1}),
                ]
            }
        )
    assert [(p.field, p.code) for p in refused.value.problems] == [
        ("clocks.rules.0.unit", "incident.choice"),
        ("clocks.rules.0.bearer", "incident.choice"),
        ("clocks.rules.0.evidence", "incident.choice"),
        ("clocks.rules.0.amount", "incident.choice"),
        ("clocks.rules.1.id", "incident.duplicate_category"),
        ("clocks.rules.1.starts", "incident.unknown_anchor"),
        ("clocks.rules.1.starts", "incident.unknown_anchor"),
    ]
    with pytest.raises(Invalid):
        load_clocks({})


def test_a_cap_whose_anchor_has_not_happened_does_not_bind():
    rules = load_clocks(
        {"anchors": {"x": T, "y": T}, "rules": [rule(starts="x", not_after={"starts": "y", "hours": 1})]}
    )
    assert duties(rules, incident(anchors={"x": NOON}))[0].deadline == NOON + timedelta(hours=1)
