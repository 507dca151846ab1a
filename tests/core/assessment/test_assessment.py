import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pytest

from seawall import reference
from seawall.core.advice.fixes import ranked_fixes, relativity
from seawall.core.advice.residual import residuals
from seawall.core.assessment import assess
from seawall.core.assessment.render import adding_up
from seawall.core.evidence.items import Finding
from seawall.core.library import Library
from seawall.core.money import Money
from seawall.core.problems import Invalid
from seawall.core.scoring.posture import score_of, with_control
from seawall.core.submission.reading import read
from seawall.core.universe.risk import company_risk

KINDS = ("universe", "controls", "questionnaires", "checks", "products", "standards", "rating")
DOCUMENTS = {kind: reference.available(kind) for kind in KINDS}
LIBRARY = Library.from_documents(DOCUMENTS)
AS_OF = date(2026, 11, 24)


@pytest.fixture(scope="module")
def submission():
    example = next(d for d in ("saas-invoice",))
    path = reference.files(reference.__name__).joinpath("examples", f"{example}.yaml")
    return read(reference.parse(path.read_text(encoding="utf-8")), as_of=AS_OF)


@pytest.fixture(scope="module")
def found(submission):
    return assess(submission, FINDINGS, LIBRARY, as_of=AS_OF, seed=7)


def finding(check: str, state: str, reason: str = "") -> Finding:
    asset = "www.yunpiaotong.example"
    return Finding(check, asset, state, "high", datetime(2026, 11, 23, tzinfo=UTC), {}, reason)


FINDINGS = (finding("SW-EXP-01", "found"), finding("SW-TLS-01", "could_not_check", "timeout"))


def changed(kind: str, index: int, **body):
    document = DOCUMENTS[kind][index]
    other = SimpleNamespace(header=document.header, sha256="0", body={**document.body, **body})
    documents = list(DOCUMENTS[kind])
    documents[index] = other
    return {**DOCUMENTS, kind: documents}


def refused(documents) -> set[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        Library.from_documents(documents)
    return {(p.field, p.code) for p in caught.value.problems}


def test_the_shipped_releases_fit_together():
    assert set(LIBRARY.products) == {"sme", "system", "bespoke"}
    assert LIBRARY.manual is not None
    ref = LIBRARY.releases["universe/core"]
    assert ref.as_dict() == {"kind": "universe", "id": "core", "version": ref.version, "sha256": ref.sha256}
    without = Library.from_documents({k: v for k, v in DOCUMENTS.items() if k != "rating"})
    assert without.manual is None


def test_a_library_tells_what_is_missing_and_broken():
    assert ("checks", "library.missing") in refused({k: v for k, v in DOCUMENTS.items() if k != "checks"})
    others = [d for d in DOCUMENTS["standards"] if d.header.id != "gbt20984-2022"]
    assert refused({**DOCUMENTS, "standards": others}) == {("standards", "library.missing")}
    assert ("products/bespoke: covers", "document.not_a_list") in refused(changed("products", 0, covers=None))


def test_a_library_tells_where_releases_disagree():
    priors = dict(DOCUMENTS["controls"][0].body["controls"])
    priors["moat"] = priors["edr"]
    assert refused(changed("controls", 0, controls=priors)) == {("controls.controls.moat", "library.no_effect")}
    effects = dict(DOCUMENTS["universe"][0].body["controls"])
    effects["moat"] = effects["edr"]
    assert refused(changed("universe", 0, controls=effects)) == {("universe.controls.moat", "library.no_prior")}
    families = [dict(s) for s in DOCUMENTS["universe"][0].body["families"]]
    families[0]["incident_category"] = "XX-01"
    assert refused(changed("universe", 0, families=families)) == {("universe.scenarios", "library.category")}
    manual = replace(LIBRARY.manual, currency="USD", covers=LIBRARY.manual.covers[1:])
    codes = {p.code for p in replace(LIBRARY, manual=manual).disagreements()}
    assert codes == {"library.currency", "library.cover_not_rated"}


def test_an_assessment_replays_to_the_same_bytes(submission, found):
    again = assess(submission, FINDINGS, Library.from_documents(DOCUMENTS), as_of=AS_OF, seed=7)
    first, second = (json.dumps(a.as_dict(), ensure_ascii=False, allow_nan=False) for a in (found, again))
    assert first == second
    other = assess(submission, FINDINGS, LIBRARY, as_of=AS_OF, seed=8)
    assert other.posture.score == found.posture.score
    assert other.as_dict() != found.as_dict()


def test_the_document_holds_what_a_reader_needs(found):
    document = found.as_dict()
    score = document["score"]
    assert score["low"] <= score["value"] <= score["high"]
    assert round(sum(c["points"] for c in score["contributions"]), 2) == score["value"]
    assert document["unseen"]["checks"][0]["reason"] == "timeout"
    assert "mfa_remote" in {c["control"] for c in document["contradictions"]}
    assert [o["product"] for o in document["options"]] == ["sme", "system", "bespoke"]
    assert document["gbt20984"]["record"]["level"] in range(1, 6)
    assert len(document["scenarios"]) == 12
    for option in document["options"]:
        assert option["premium"]["minor"] > option["paid"]["expected"]["minor"]
        assert option["refused"] == []


def test_by_cover_losses_add_up_to_the_total(found):
    parts = sum(f.expected.minor for f in found.losses.by_cover.values())
    assert parts == pytest.approx(found.losses.total.expected.minor, abs=12)
    for option in found.options:
        paid = sum(m.minor for m in option.paid_by_cover.values())
        assert paid >= option.paid.expected.minor * (1 - 1e-3)  # the aggregate limit comes on top
        for cover, amount in option.paid_by_cover.items():
            assert amount <= found.losses.by_cover[cover].expected


def test_one_cover_with_its_own_limit_needs_no_aggregate(found):
    sme = found.options[0]
    assert sum(m.minor for m in sme.paid_by_cover.values()) == pytest.approx(sme.paid.expected.minor, rel=1e-3)


def test_a_fix_is_the_same_function_evaluated_twice(found):
    best = max(found.fixes, key=lambda f: f.points)
    assert best.points > 0
    assert best.loss_avoided.minor > 0
    assert best.premium.minor < 0
    assert all(f.premium.minor <= 0 and f.loss_avoided.minor >= 0 and f.points >= 0 for f in found.fixes)
    assert [f.value for f in found.fixes] == sorted((f.value for f in found.fixes), reverse=True)


def test_a_better_company_pays_less(submission):
    bad = assess(replace(submission, answers=()), FINDINGS, LIBRARY, as_of=AS_OF, seed=1)
    good = assess(submission, (), LIBRARY, as_of=AS_OF, seed=1)
    assert good.posture.score > bad.posture.score
    for worse, better in zip(bad.options, good.options, strict=True):
        assert better.premium < worse.premium


def test_a_higher_limit_pays_more(submission):
    doubled = replace(submission.request, limit=submission.request.limit.times(2))
    low = assess(submission, (), LIBRARY, as_of=AS_OF, seed=1)
    high = assess(replace(submission, request=doubled), (), LIBRARY, as_of=AS_OF, seed=1)
    for a, b in zip(low.options, high.options, strict=True):
        assert b.paid.expected.minor >= a.paid.expected.minor * (1 - 1e-6)
        assert b.premium > a.premium


def test_without_a_plan_or_within_its_refusal_there_is_no_premium(submission):
    bare = assess(submission, (), replace(LIBRARY, manual=None), as_of=AS_OF, seed=1)
    assert [o.premium for o in bare.options] == [None] * 3
    assert bare.as_dict()["options"][0]["rating"] is None
    assert {f.premium for f in bare.fixes} == {None}
    tiny = replace(submission.request, limit=Money.of(1000, "CNY"), retention=Money.zero("CNY"))
    small = assess(replace(submission, request=tiny), (), LIBRARY, as_of=AS_OF, seed=1)
    assert small.options[0].refused
    assert small.as_dict()["options"][0]["refused"][0]["code"]
    assert {f.premium for f in small.fixes} == {None}


def test_facts_that_may_be_left_out(submission):
    open_request = replace(submission.request, product=None, tolerance=None)
    company = replace(submission.company, mlps_level=None)
    found = assess(replace(submission, request=open_request, company=company), (), LIBRARY, as_of=AS_OF, seed=1)
    assert all(r.treatment != "retain" for r in found.residuals)
    assert found.options[1].premium is not None


def risk_of(submission):
    priors = {c: (p.absent, p.partial, p.present) for c, p in LIBRARY.controls.priors.items()}
    return company_risk(submission.company, LIBRARY.universe, priors)


def test_the_relativity_of_the_premium_follows_the_covers_and_its_caps(submission):
    risk = risk_of(submission)
    assert relativity(risk, risk.prior, ["data_restoration"]) == Decimal(1)
    assert relativity(risk, risk.all_in("present"), []) == Decimal(1)
    assert relativity(risk, risk.all_in("absent"), ["data_restoration"]) <= Decimal(3)
    assert relativity(risk, risk.all_in("present"), ["data_restoration"]) == Decimal("0.5")


def test_what_is_surely_present_needs_no_fix(submission):
    risk = risk_of(submission)
    assert ranked_fixes(risk, risk.all_in("present"), employees=10, price=lambda _: None) == ()


def test_free_fixes_come_first(submission):
    risk = risk_of(submission)
    controls = tuple(
        replace(c, cost_base=Money.zero("CNY"), cost_per_employee=Money.zero("CNY")) if c.id == "web_headers" else c
        for c in risk.universe.controls
    )
    free = replace(risk, universe=replace(risk.universe, controls=controls))
    assert ranked_fixes(free, free.prior, employees=10, price=lambda _: None)[0].control == "web_headers"


def test_residual_risks_are_screened_by_the_three_grounds(submission):
    risk = risk_of(submission)
    sure = residuals(risk, risk.all_in("present"), LIBRARY.gbt20984, (), None)
    assert {r.missing for r in sure} == {0.0}
    assert all(r.grounds == ("not_solvable", "poor_value") for r in sure)
    by_id = {r.scenario: r for r in sure}
    assert by_id["business_email_compromise"].treatment == "no_cover"
    assert by_id["ransomware_encryption"].treatment == "transfer"
    fixes = ranked_fixes(risk, risk.all_in("absent"), employees=1, price=lambda _: None)
    worth = tuple(replace(f, value=2.0) for f in fixes)
    open_ = residuals(risk, risk.all_in("absent"), LIBRARY.gbt20984, worth, None)
    assert {r.scenario: r for r in open_}["ransomware_encryption"].treatment == "reduce"
    kept = residuals(risk, risk.prior, replace(LIBRARY.gbt20984, default="matrix"), fixes, 1e12)
    assert {r.treatment for r in kept} == {"retain"}
    assert {(r.risk.method, r.other.method) for r in kept} == {("matrix", "multiplication")}


def test_a_scenario_no_control_acts_on_has_all_controls_missing(submission):
    risk = risk_of(submission)
    controls = tuple(
        replace(c, effects=tuple(e for e in c.effects if "web_defacement" not in e.scenarios))
        for c in risk.universe.controls
    )
    bare = replace(risk, universe=replace(risk.universe, controls=controls))
    by_id = {r.scenario: r for r in residuals(bare, bare.all_in("present"), LIBRARY.gbt20984, (), None)}
    assert by_id["web_defacement"].missing == 1.0


def test_rounded_points_add_up():
    points = list(np.array([33.333, 33.333, 33.334]))
    assert sum(adding_up(points, 100.0)) == pytest.approx(100.0)
    assert adding_up([0.004, 0.004, -0.001], 0.007) == [0.01, 0.0, 0.0]


def test_the_worked_numbers_of_the_method_pages_hold(submission):
    company = replace(
        submission.company, industry="F", revenue=Money.of(142_000_000, "CNY"), records_held=20_000, vendors=()
    )
    risk = risk_of(replace(submission, company=company))
    fixed = with_control(risk.prior, risk.controls.index("edr"))
    levels = [risk.total(b) for b in (risk.all_in("absent"), risk.prior, risk.all_in("present"), fixed)]
    assert [round(float(x)) for x in levels] == [29_586, 12_117, 5_210, 10_545]
    assert round(float(score_of(risk, risk.prior)), 1) == 51.4
    assert round(float(score_of(risk, fixed)), 1) == 59.4
    assert relativity(risk, fixed, LIBRARY.products["system"].default_covers()) == Decimal("0.8092")
    assert round(float(risk.multipliers(fixed)[0][0]), 4) == 0.8007
