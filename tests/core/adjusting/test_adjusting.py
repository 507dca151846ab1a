import json
from copy import deepcopy
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.core.adjusting.bridge import NotCovered, Paid, TwoWorksheets, build_bridge
from seawall.core.adjusting.document import replay
from seawall.core.adjusting.interruption import Hour, Interruption, adjust_interruption, window
from seawall.core.adjusting.worksheet import AdjustedLine, Line, Worksheet, adjust_lines, load_costs, with_determination
from seawall.core.coverage.terms import CoverTerms, PolicyTerms, Waiting
from seawall.core.liability.document import read_claim
from seawall.core.liability.gates import determine
from seawall.core.liability.wording import load_wording
from seawall.core.money import Money, total
from seawall.core.problems import Invalid
from seawall.reference import load

BODY = load("wordings", "seawall-cyber-2026").body
COSTS = load_costs(BODY)
COVERS = ("business_interruption", "extortion", "data_restoration")


def cny(amount):
    return Money.of(amount, "CNY")


def sheet(*lines, cover="data_restoration", jurisdiction="CN"):
    return adjust_lines(cover, "CNY", lines, COSTS, jurisdiction=jurisdiction)


def line(id="a", kind="restoration", claimed=100, **more):
    return Line(id, kind, cny(claimed), **{"evidence": ("e",), **more})


def taken(adjusted):
    return [(d.reason, d.clause, d.amount.minor // 100) for d in adjusted.deductions]


def test_a_documented_line_is_admitted():
    only = sheet(line()).lines[0]
    assert (only.admitted, only.deductions) == (cny(100), ())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (line(evidence=()), [("not_documented", "CO-07", 100)]),
        (line(kind="maintenance"), [("maintenance", "EX-06", 100)]),
        (line(kind="improvement", evidence=()), [("improvement", "EX-05", 100)]),
        (line(kind="insurance_premium"), [("insurance_premium", "EX-06", 100)]),
        (line(kind="fine"), [("fine", "CN-04", 100)]),
        (line(kind="ransom", paid_in="virtual_currency"), [("virtual_currency", "CN-02", 100)]),
        (
            line(deductions=(("betterment", cny(30)), ("unreasonable", cny(90)))),
            [("betterment", "EX-05", 30), ("unreasonable", "CO-09", 70)],
        ),
        (line(deductions=(("betterment", cny(0)),)), []),
    ],
)
def test_what_is_taken_off_and_by_which_clause(given, expected):
    assert taken(sheet(given).lines[0]) == expected


def test_what_only_chinese_law_bars_counts_elsewhere():
    assert sheet(line(kind="fine"), jurisdiction="SG").covered == cny(100)
    assert sheet(line(kind="ransom", paid_in="virtual_currency"), jurisdiction="SG").covered == cny(100)


def test_lines_are_checked():
    with pytest.raises(Invalid) as refused:
        sheet(
            line(kind="party"),
            line("b", claimed=-1),
            Line("c", "repair", Money.of(1, "USD"), ("e",)),
            line("d", deductions=(("mood", cny(1)),)),
        )
    assert [(p.field, p.code) for p in refused.value.problems] == [
        ("lines.a.kind", "adjusting.unknown_kind"),
        ("lines.b", "adjusting.negative"),
        ("lines.c", "adjusting.currency"),
        ("lines.d.deductions", "adjusting.unknown_reason"),
    ]


def test_the_cost_schema_is_checked():
    kinds = {"a": {"dora": "x", "disallowed_by": "ghost", "title": {"zh": "甲", "en": "a"}}}
    with pytest.raises(Invalid) as refused:
        load_costs({"cost_kinds": kinds, "deductions": {"not_documented": {"clause": "ghost", "title": {"zh": "甲"}}}})
    assert [p.field for p in refused.value.problems] == [
        "wording.cost_kinds.a.disallowed_by",
        "wording.deductions.not_documented.clause",
        "wording.deductions.not_documented.title.en",
        "wording.deductions.virtual_currency",
    ]
    with pytest.raises(Invalid):
        load_costs({})
    assert {kind.dora for kind in COSTS.kinds.values()} >= {f"7(1)({letter})" for letter in "abcdefgh"}


def terms(cover="business_interruption", limit=10**9, retention=0, **more):
    return CoverTerms(cover, cny(limit), cny(retention), **more)


def hours(*losses):
    return tuple(Hour(cny(loss), cny(0), cny(0)) for loss in losses)


def interruption(*losses, extra=0, saved=0, **more):
    more = {"evidence": ("ledger",), "extra_evidence": ("invoice",), **more}
    return Interruption(hours(*losses), cny(extra), cny(saved), **more)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"waiting_hours": 0}, (0, 4, 0)),
        ({"waiting_hours": 3}, (3, 1, 0)),
        ({"waiting_hours": 4}, (4, 0, 0)),
        ({"waiting_hours": 3, "waiting": Waiting.QUALIFYING}, (0, 4, 0)),
    ],
)
def test_the_window(more, expected):
    span = window(4, terms(**more))
    assert (span.first, span.counted, span.beyond) == expected


def test_hours_beyond_the_indemnity_period_do_not_count():
    span = window(30, terms(waiting_hours=6, indemnity_days=1))
    assert (span.first, span.counted, span.beyond) == (6, 18, 6)
    adjusted = adjust_interruption(interruption(*[10] * 30), terms(waiting_hours=6, indemnity_days=1), COSTS)
    assert taken(adjusted.lines[0]) == [("waiting_period", "DF-03", 60), ("beyond_indemnity_period", "IA-01", 60)]
    assert adjusted.covered == cny(180)


def test_cost_of_working_and_saved_cost():
    both = adjust_interruption(interruption(10, 10, extra=8, saved=3), terms(), COSTS)
    assert both.covered == cny(25)
    limited = adjust_interruption(interruption(10, extra=8, avoided=cny(5)), terms(), COSTS)
    assert taken(limited.lines[1]) == [("uneconomic", "IA-01", 3)]
    bare = adjust_interruption(interruption(10, extra=8, evidence=(), extra_evidence=()), terms(), COSTS)
    assert bare.covered == cny(0)
    assert taken(bare.lines[0]) == [("not_documented", "CO-07", 10)]
    more_saved = adjust_interruption(interruption(1, saved=50), terms(), COSTS)
    assert more_saved.covered == cny(0)


def test_an_hour_that_made_up_business_lowers_the_loss():
    made_up = Hour(cny(10), cny(5), cny(40))
    assert made_up.loss == cny(-25)
    total_loss = adjust_interruption(Interruption((*hours(100), made_up), cny(0), cny(0), ("e",)), terms(), COSTS)
    assert total_loss.covered == cny(75)


def policy(aggregate=10**6, **limits):
    covers = tuple(terms(cover, limits.get(cover, 10**6), 1000, coinsurance=Decimal("0.1")) for cover in COVERS)
    return PolicyTerms("bespoke", "CNY", cny(aggregate), covers)


def plain_sheet(cover, amount, mitigation=0):
    lines = (
        AdjustedLine("l", "other", Money(amount, "CNY"), (), Money(amount, "CNY")),
        AdjustedLine("m", "mitigation", Money(mitigation, "CNY"), (), Money(mitigation, "CNY")),
    )
    return Worksheet(cover, "CNY", lines)


def test_a_worksheet_needs_its_cover_once():
    with pytest.raises(NotCovered):
        build_bridge([plain_sheet("notification", 1)], policy())
    with pytest.raises(TwoWorksheets):
        build_bridge([plain_sheet("extortion", 1), plain_sheet("extortion", 2)], policy())


def test_each_cover_its_own_retention_where_the_policy_says_so():
    sheets = [plain_sheet("extortion", 500000), plain_sheet("data_restoration", 500000)]
    once = build_bridge(sheets, policy())
    each = build_bridge(sheets, policy(), one_retention=False)
    assert once.payable - each.payable == cny(900)  # a second retention of 1,000, less 10 % coinsurance


def test_mitigation_on_top_or_within():
    sheets = [plain_sheet("extortion", 500000, 100000)]
    on_top = build_bridge(sheets, policy())
    within = build_bridge(sheets, policy(), mitigation_on_top=False)
    assert (on_top.payable, on_top.mitigation, on_top.total) == (cny(3600), cny(1000), cny(4600))
    assert (within.payable, within.mitigation) == (cny(4500), cny(0))
    assert build_bridge([plain_sheet("extortion", 0, 500000)], policy(extortion=2000)).mitigation == cny(2000)


def test_no_worksheet_pays_nothing():
    assert build_bridge([], policy()).total == cny(0)


AMOUNTS = st.integers(0, 5 * 10**8)
SHEETS = st.dictionaries(st.sampled_from(COVERS), AMOUNTS).map(lambda d: [plain_sheet(c, a) for c, a in d.items()])
EARLIER = st.lists(st.builds(lambda c, a: Paid(c, Money(a, "CNY")), st.sampled_from(COVERS), AMOUNTS), max_size=5)


@given(SHEETS, EARLIER, st.booleans(), st.randoms())
def test_payments_stay_within_what_is_left_in_any_order(sheets, earlier, one_retention, random):
    bridge = build_bridge(sheets, policy(), earlier, one_retention=one_retention)
    assert bridge.payable <= bridge.aggregate_before
    assert bridge.aggregate_left == bridge.aggregate_before - bridge.payable
    for span in bridge.spans:
        payment = span.payment
        assert payment.payable.minor >= 0
        assert payment.payable <= span.sub_limit_left
        parts = [payment.retained, payment.coinsured, payment.above_sub_limit, payment.above_aggregate, payment.payable]
        assert total(parts, "CNY") == payment.covered
        assert span.claimed - span.disallowed == payment.covered
    shuffled, mixed = list(sheets), list(earlier)
    random.shuffle(shuffled)
    random.shuffle(mixed)
    assert build_bridge(shuffled, policy(), mixed, one_retention=one_retention) == bridge


@given(
    st.lists(st.integers(-1000, 1000), max_size=60),
    st.integers(0, 40),
    st.sampled_from([None, 1, 2]),
    st.sampled_from(list(Waiting)),
)
def test_a_longer_wait_never_raises_the_loss_of_steady_hours(losses, wait, days, waiting):
    steady = interruption(*[abs(loss) for loss in losses])
    covered = adjust_interruption(steady, terms(waiting_hours=wait, indemnity_days=days, waiting=waiting), COSTS)
    longer = adjust_interruption(steady, terms(waiting_hours=wait + 1, indemnity_days=days, waiting=waiting), COSTS)
    assert longer.covered <= covered.covered
    for each in covered.lines:
        assert each.claimed == each.admitted + total([d.amount for d in each.deductions], "CNY")


def test_the_determination_reaches_the_worksheet():
    wording = load_wording(BODY)
    root = Path(__file__).parents[3] / "validation" / "liability" / "ransomware-in-china" / "input.json"
    document = json.loads(root.read_text())
    document["items"][2]["facts"]["documented"] = {"value": None}
    document["items"][3] |= {"id": "business_interruption"}
    document["items"][3]["facts"]["caused_by_event"] = {"value": False}
    determination = determine(read_claim(document, wording), wording)
    adjusted = with_determination(
        sheet(
            line("ransom", "ransom"),
            line("negotiator", "negotiation"),
            line("rebuild"),
            line("unjudged"),
            line("zero", claimed=0),
        ),
        determination,
    )
    assert [taken(one) for one in adjusted.lines] == [
        [("scope", "CN-02", 100)],
        [],
        [("pending", "CO-07", 100)],
        [],
        [],
    ]
    lost = adjust_interruption(interruption(10, saved=3), terms(), COSTS)
    declined = with_determination(lost, determination)
    assert taken(declined.lines[0]) == [("proven", "CO-08", 10)]
    assert declined.covered == cny(0)


GOLDEN = Path(__file__).parents[3] / "validation" / "adjusting" / "interruption-and-worn-aggregate" / "input.json"


def test_a_broken_document_tells_all():
    document = deepcopy(json.loads(GOLDEN.read_text()))
    document["policy"]["aggregate"] = 5.5
    cover = document["policy"]["covers"][0]
    cover |= {"coinsurance": 1, "waiting_hours": -1, "indemnity_days": 0, "waiting": "long", "limit": "much"}
    document["worksheets"][0]["interruption"]["hours"][0]["repeat"] = 0
    document["worksheets"].append({"cover": "extortion", "interruption": {"avoided": "x"}})
    document["worksheets"].append({"cover": "extortion", "lines": [{"claimed": "x", "deductions": [{"amount": True}]}]})
    with pytest.raises(Invalid) as refused:
        replay(document, COSTS)
    assert [p.field.removeprefix("settlement.") for p in refused.value.problems] == [
        "policy.covers.0.coinsurance",
        "policy.covers.0.waiting_hours",
        "policy.covers.0.indemnity_days",
        "policy.covers.0.waiting",
        "policy.covers.0.limit",
        "policy.aggregate",
        "worksheets.0.interruption.hours.0.repeat",
        "worksheets.1.cover",
        "worksheets.1.interruption.avoided",
        "worksheets.2.lines.0.claimed",
        "worksheets.2.lines.0.deductions.0.amount",
    ]
    with pytest.raises(Invalid, match="no_worksheets"):
        replay({"currency": "CNY", "policy": {"aggregate": "1"}}, COSTS)


def test_avoided_loss_in_a_document():
    document = json.loads(GOLDEN.read_text())
    document["worksheets"][0]["interruption"]["avoided"] = "50000"
    uneconomic = replay(document, COSTS).worksheets[0].lines[1]
    assert taken(uneconomic) == [("uneconomic", "IA-01", 30000)]
