"""Assessing, saying it again byte for byte, what each may read of it, and the price while one is still answering."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from seawall import reference
from seawall.core.evidence.items import Finding
from seawall.core.problems import Invalid
from seawall.core.status import WrongState
from seawall.lifecycle.identify.actions import assessment, consent, scan, submission
from seawall.lifecycle.identify.models import Answer, Assessment, Submission
from seawall.lifecycle.identify.queries import company, scope
from seawall.lifecycle.identify.queries.indicative import indication
from seawall.lifecycle.strategy.actions import effective
from seawall.records import tenancy
from seawall.records.journal.models import Entry
from seawall.records.parties.roles import (
    ADMIN,
    BROKER,
    CLAIMS,
    INSURED,
    PORTFOLIO,
    PROVIDER,
    SUPERVISOR,
    UNDERWRITER,
)
from seawall.records.parties.viewer import Forbidden, NotFound
from seawall.records.releases.actions import load
from seawall.records.releases.models import Release
from tests.factories import AT, House, assessed, house, submission_document
from tests.races import at_once

DOMAIN = "yunpiaotong.example"


@pytest.fixture
def home(db: None) -> House:
    return house()


def submitted(home: House, **changes: Any) -> Submission:
    made = submission.file(document=submission_document(**changes), by=home[BROKER], at=AT)
    return submission.submit(submission=made.pk, by=home[BROKER], at=AT)


def scanned(home: House, *findings: Finding) -> None:
    insured = home.organisations["insured"].pk
    until = (AT + timedelta(days=300)).date()
    held = consent.give(company=insured, domains=[DOMAIN], statement="同意", until=until, by=home[INSURED], at=AT)
    consent.report_verification(consent=held.pk, seen={DOMAIN: "ok"}, by=home.system, at=AT)
    made = scan.order(company=insured, domains=[DOMAIN], purpose="assess", by=home[BROKER], at=AT)
    scan.start(order=made.pk, by=home.system, at=AT)
    scan.report(order=made.pk, findings=findings, assets=[], by=home.system, at=AT)


def newer(home: House, kind: str, **body: Any) -> Release:
    shipped = reference.load(kind)
    header = {key: getattr(shipped.header, key) for key in reference.HEADER_KEYS}
    content = {**header, "name": dict(shipped.header.name), "version": "9.9", **shipped.body, **body}
    return load(document=reference.read_document(kind, content), by=home[ADMIN], at=AT)


def test_an_assessment_keeps_everything_needed_to_make_it_again(home: House) -> None:
    scanned(home, Finding("SW-EXP-01", DOMAIN, "found", "critical", AT, {"port": 3389}))
    made = assessed(home)
    assert Submission.objects.get().status == "assessed"
    assert made.score_low <= made.score <= made.score_high
    assert 1 <= made.level <= 5
    assert made.inputs["findings"][0]["detail"] == {"port": 3389}
    assert made.inputs["submission"]["id"] == made.submission.number
    assert made.releases["rating/cn-cyber-2026"]["sha256"] == reference.load("rating").sha256
    assert made.digest == reference.content_hash(assessment.again(home[BROKER], made))
    entry = Entry.objects.get(verb="assessment.make")
    assert entry.new["digest"] == made.digest
    assert Entry.objects.get(verb="submission.assess").new == {"status": "assessed"}
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Assessment.objects.update(score=100)


def test_what_the_scan_saw_counts(home: House) -> None:
    before = assessed(home)
    scanned(home, *[Finding(f"SW-EXP-0{n}", DOMAIN, "found", "critical", AT) for n in (1, 2, 3, 4)])
    after = assessment.make(submission=before.submission_id, by=home[UNDERWRITER], at=AT + timedelta(hours=1))
    assert after.score < before.score
    assert after.seed == before.seed


def test_asking_twice_on_a_day_gives_the_same(home: House) -> None:
    first = assessed(home)
    second = assessment.make(submission=first.submission_id, by=home[INSURED], at=AT + timedelta(hours=2))
    assert (second.digest, second.pk != first.pk) == (first.digest, True)
    assert list(scope.assessments(home[BROKER], at=AT)) == [second, first]


def test_replay_is_byte_for_byte_whatever_has_happened_since(home: House) -> None:
    made = assessed(home)
    newer(home, "checks", shelf_life_days=3)
    newer(home, "questionnaires", shelf_life_days=30)
    submission.answer(submission=made.submission_id, answers={"Q011": "no"}, by=home[BROKER], at=AT)
    later = AT + timedelta(days=100)
    for role in (BROKER, INSURED, SUPERVISOR):
        assert assessment.replay(assessment=made.pk, by=home[role], at=later) == (True, [])
    before = Entry.objects.count()
    assessment.replay(assessment=made.pk, by=home.system, at=later)
    assert Entry.objects.count() == before


def test_a_new_universe_moves_new_assessments_and_no_old_one(home: House) -> None:
    old = assessed(home)
    families = copy.deepcopy(reference.load("universe").body["families"])
    for family in families:
        family["frequency"]["base"] = family["frequency"]["base"] * 2
    universe = newer(home, "universe", families=families)
    new = assessed(home)
    said = {a.pk: a.releases[f"universe/{universe.identifier}"]["version"] for a in (old, new)}
    assert said == {old.pk: reference.load("universe").header.version, new.pk: "9.9"}
    assert new.digest != old.digest
    losses = [a.result["losses"]["total"]["expected"]["minor"] for a in (old, new)]
    assert losses[1] > 1.5 * losses[0]
    for made in (old, new):
        assert assessment.replay(assessment=made.pk, by=home[UNDERWRITER], at=AT) == (True, [])


@pytest.mark.parametrize(
    ("sql", "paths"),
    [
        ("result = jsonb_set(result, '{score,value}', '99.5')", ["score.value"]),
        ("result = jsonb_set(result, '{fixes,0,points}', '0')", ["fixes"]),
        ("digest = repeat('0', 64)", ["digest"]),
        ("seed = seed + 1", ["seed"]),
        ("inputs = jsonb_set(inputs, '{submission,company,employees}', '1')", ["losses"]),
    ],
)
def test_a_record_that_was_tampered_with_does_not_replay(home: House, sql: str, paths: list[str]) -> None:
    made = assessed(home)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("alter table assessment disable trigger user")
        cursor.execute(f"update assessment set {sql}")
        cursor.execute("alter table assessment enable trigger user")
    equal, differing = assessment.replay(assessment=made.pk, by=home[UNDERWRITER], at=AT)
    assert not equal
    for path in paths:
        assert any(found.startswith(path) for found in differing), differing


def test_a_release_that_is_gone_or_another_is_not_found(home: House) -> None:
    made = assessed(home)
    made.releases["checks/outside-in"] = {**made.releases["checks/outside-in"], "sha256": "0" * 64}
    with pytest.raises(NotFound):
        assessment.again(home[UNDERWRITER], made)


def test_what_is_not_submitted_is_not_assessed(home: House) -> None:
    draft = submission.file(document=submission_document(), by=home[BROKER], at=AT)
    with pytest.raises(WrongState):
        assessment.make(submission=draft.pk, by=home[BROKER], at=AT)
    submission.submit(submission=draft.pk, by=home[BROKER], at=AT)
    for role in (CLAIMS, PORTFOLIO, ADMIN, SUPERVISOR, PROVIDER):
        with pytest.raises(Forbidden):
            assessment.make(submission=draft.pk, by=home[role], at=AT)
    submission.decline(submission=draft.pk, reason="x", by=home[UNDERWRITER], at=AT)
    with pytest.raises(WrongState):
        assessment.make(submission=draft.pk, by=home[UNDERWRITER], at=AT)
    assert not Assessment.objects.exists()


def test_a_questionnaire_that_asks_for_more_since_must_be_answered_first(home: House) -> None:
    made = submitted(home)
    body = reference.load("questionnaires").body
    asked = {**next(q for q in body["questions"] if q["id"] == "Q011"), "id": "Q901"}
    newer(home, "questionnaires", questions=[*body["questions"], asked])
    with pytest.raises(submission.Incomplete) as refused:
        assessment.make(submission=made.pk, by=home[UNDERWRITER], at=AT)
    assert {p.field for p in refused.value.problems} == {"answers", "answers.Q901"}
    assert Submission.objects.get().status == "submitted"


def test_facts_out_of_date_are_not_assessed(home: House) -> None:
    made = submitted(home)
    with pytest.raises(Invalid) as refused:
        assessment.make(submission=made.pk, by=home[UNDERWRITER], at=AT + timedelta(days=200))
    assert [p.field for p in refused.value.problems] == ["request.inception"]


def test_another_house_and_strangers(home: House) -> None:
    made = assessed(home)
    stranger = house("other")
    tenancy.enter(tenancy.EVERY)
    for by in (stranger[UNDERWRITER], stranger[BROKER], stranger[INSURED]):
        for act in (
            lambda by=by: assessment.make(submission=made.submission_id, by=by, at=AT),
            lambda by=by: assessment.replay(assessment=made.pk, by=by, at=AT),
            lambda by=by: indication(by, made.submission_id, at=AT),
            lambda by=by: company.page(by, made.submission.company_id, at=AT),
        ):
            with pytest.raises(NotFound):
                act()
    with pytest.raises(NotFound):
        scope.assessment(home[PROVIDER], made.pk, at=AT)
    with pytest.raises(NotFound):
        scope.assessment(home[UNDERWRITER], uuid4(), at=AT)


def test_the_loss_model_is_for_the_office_alone(home: House) -> None:
    made = assessed(home)
    assert company.told(home[UNDERWRITER], made) == made.result
    assert company.told(home[SUPERVISOR], made) == made.result
    for role in (BROKER, INSURED):
        told = company.told(home[role], made)
        assert not {"losses", "relativities"} & told.keys()
        assert {"score", "beliefs", "contradictions", "fixes", "unseen", "texts"} <= told.keys()
        assert not any({"rate", "mean", "bad", "expected"} & scenario.keys() for scenario in told["scenarios"])
        assert not any({"paid", "paid_by_cover"} & option.keys() for option in told["options"])
        assert all(option["premium"] for option in told["options"])


def test_the_page_of_a_company(home: House) -> None:
    scanned(
        home,
        Finding("SW-MAIL-03", DOMAIN, "found", "medium", AT),
        Finding("SW-EXP-01", DOMAIN, "found", "critical", AT),
        Finding("SW-DNS-01", DOMAIN, "not_found", "low", AT),
        Finding("SW-TLS-01", DOMAIN, "could_not_check", "high", AT, reason="outbound.timeout"),
    )
    made = assessed(home)
    page = company.page(home[INSURED], made.submission.company_id, at=AT)
    assert page.company == home.organisations["insured"]
    assert page.broker == home.organisations["broker"]
    assert (page.submissions, page.assessment, page.assessments) == ((made.submission,), made, (made,))
    assert "losses" not in page.result
    assert [f.check for f in page.findings] == ["SW-EXP-01", "SW-MAIL-03"]
    assert [f.check for f in page.unseen] == ["SW-TLS-01"]
    assert (len(page.consents), len(page.scans)) == (1, 1)
    new = submission_document(company__credit_code="91310115MA1HTG8L23", company__name_zh="新海公司")
    fresh = submission.file(document=new, by=home[UNDERWRITER], at=AT)
    empty = company.page(home[UNDERWRITER], fresh.company_id, at=AT)
    assert (empty.broker, empty.assessment, empty.result, empty.findings) == (None, None, {}, ())
    with pytest.raises(NotFound):
        company.page(home[BROKER], fresh.company_id, at=AT)


def test_the_price_while_answering(home: House) -> None:
    made = submission.file(document=submission_document(), by=home[BROKER], at=AT)
    kept = Answer.objects.count()
    now = indication(home[BROKER], made.pk, at=AT)
    assert now.low <= now.score <= now.high
    assert set(now.premiums) == {"sme", "system", "bespoke"}
    for product, premium in now.premiums.items():
        bounds = now.ranges[product]
        assert premium is not None
        assert bounds is not None
        assert bounds[0] <= premium <= bounds[1]
        assert bounds[0] < bounds[1]
    worse = indication(home[BROKER], made.pk, at=AT, overlay={"Q011": "no", "Q012": "no"})
    assert worse.score < now.score
    assert float(worse.relativity) > float(now.relativity)
    assert Answer.objects.count() == kept
    unknown = indication(
        home[INSURED], made.pk, at=AT, overlay=dict.fromkeys(("Q011", "Q012", "Q013", "Q016"), "unknown")
    )
    assert unknown.high - unknown.low > now.high - now.low
    assert unknown.unseen > now.unseen
    assert indication(home[INSURED], made.pk, at=AT + timedelta(days=200)).score > 0
    submission.submit(submission=made.pk, by=home[BROKER], at=AT)
    stored = assessment.make(submission=made.pk, by=home[BROKER], at=AT)
    prices = {o["product"]: o["premium"]["minor"] for o in stored.result["options"]}
    assert prices == {product: premium.minor for product, premium in now.premiums.items() if premium}
    assert abs(stored.score - now.score) < 0.01
    assert abs(stored.score_low - now.low) < 2
    assert abs(stored.score_high - now.high) < 2


def test_the_price_is_that_of_the_plan_in_force_not_of_the_newest_loaded(home: House) -> None:
    made = submission.file(document=submission_document(), by=home[BROKER], at=AT)
    before = indication(home[BROKER], made.pk, at=AT)
    tables = copy.deepcopy(reference.load("rating").body["tables"])
    tables["base_premium"]["points"] = [[at, 2 * premium] for at, premium in tables["base_premium"]["points"]]
    dear = newer(home, "rating", tables=tables)
    assert indication(home[BROKER], made.pk, at=AT).premiums == before.premiums
    effective.adopt_rating_plan(release=dear, start=AT.date(), by=home[PORTFOLIO], at=AT)
    after = indication(home[BROKER], made.pk, at=AT)
    for product, premium in after.premiums.items():
        cheap = before.premiums[product]
        assert premium is not None
        assert cheap is not None
        assert 1.99 < premium.minor / cheap.minor < 2.01
    assert assessed(home).releases["rating/cn-cyber-2026"]["version"] == "9.9"


@pytest.mark.django_db(transaction=True)
def test_two_assessments_at_once_are_both_whole() -> None:
    home = house()
    made = submitted(home)
    works = [lambda: assessment.make(submission=made.pk, by=home[UNDERWRITER], at=AT)] * 2
    outcomes = at_once(home[ADMIN].tenant, *works)
    assert [type(found).__name__ for found in outcomes] == ["Assessment"] * 2
    assert outcomes[0].digest == outcomes[1].digest
    assert Submission.objects.get().status == "assessed"
    olds = [entry.old["status"] for entry in Entry.objects.filter(verb="submission.assess").order_by("number")]
    assert olds == ["submitted", "assessed"]
