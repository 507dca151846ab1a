"""Nothing is looked at without a recorded, verified and unexpired consent that covers it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from seawall.core.evidence.items import Finding
from seawall.core.evidence.observations import UnknownCheck
from seawall.core.problems import Invalid
from seawall.core.status import WrongState
from seawall.lifecycle.identify.actions import consent, scan, submission
from seawall.lifecycle.identify.models import Consent, ScanFinding, ScanOrder
from seawall.lifecycle.identify.queries import scope
from seawall.lifecycle.identify.queries.evidence import findings_for
from seawall.lifecycle.identify.queries.file import consent_in_force
from seawall.lifecycle.strategy.queries.in_force import library_on
from seawall.records import tenancy
from seawall.records.journal.models import Entry
from seawall.records.parties.roles import (
    ADMIN,
    BROKER,
    CLAIMS,
    INSURED,
    INSURER_STAFF,
    PORTFOLIO,
    PROVIDER,
    SUPERVISOR,
    UNDERWRITER,
)
from seawall.records.parties.viewer import Forbidden, NotFound
from tests.factories import AT, House, house, submission_document
from tests.races import at_once

DOMAIN = "yunpiaotong.example"
UNTIL = (AT + timedelta(days=300)).date()
AFTER = AT + timedelta(days=301)
FAULT = Finding("SW-MAIL-03", DOMAIN, "found", "medium", AT, {"domain": DOMAIN})
CLEAN = Finding("SW-DNS-01", DOMAIN, "not_found", "low", AT)
UNSEEN = Finding("SW-TLS-01", DOMAIN, "could_not_check", "high", AT, reason="outbound.timeout")


@pytest.fixture
def home(db: None) -> House:
    return house()


def given(home: House, role: str = INSURED, **changes: Any) -> Consent:
    values: dict[str, Any] = {"domains": [DOMAIN], "statement": "同意检测", "until": UNTIL, **changes}
    return consent.give(company=home.organisations["insured"].pk, **values, by=home[role], at=AT)


def verified(home: House, **changes: Any) -> Consent:
    made = given(home, **changes)
    return consent.report_verification(consent=made.pk, seen=dict.fromkeys(made.domains, "ok"), by=home.system, at=AT)


def ordered(home: House, role: str = BROKER, **changes: Any) -> ScanOrder:
    values: dict[str, Any] = {"domains": [DOMAIN], "purpose": "assess", "at": AT, **changes}
    return scan.order(company=home.organisations["insured"].pk, **values, by=home[role])


def running(home: House) -> ScanOrder:
    return scan.start(order=ordered(home).pk, by=home.system, at=AT)


def jobs(task: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("select args from procrastinate_jobs where task_name = %s order by id", [task])
        return [args if isinstance(args, dict) else json.loads(args) for (args,) in cursor.fetchall()]


def test_a_consent_is_recorded_and_its_verification_queued(home: House) -> None:
    made = given(home, domains=["WWW.Yunpiaotong.example.", DOMAIN, DOMAIN])
    assert made.domains == ["www." + DOMAIN, DOMAIN]
    assert (made.valid_from, made.valid_until, made.verified_at) == (AT.date(), UNTIL, None)
    assert made.given_by_name == "insured"
    assert made.token.startswith("seawall-")
    assert jobs("identify.verify_consent") == [{"tenant": str(made.tenant_id), "consent": str(made.pk)}]
    assert Entry.objects.get(verb="consent.record").new["domains"] == made.domains
    assert given(home, BROKER).token != made.token


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"domains": []}, "domains", "consent.no_domain"),
        ({"domains": [DOMAIN, "93.184.216.34"]}, "domains.1", "host.address"),
        ({"domains": ["127.1"]}, "domains.0", "host.address"),
        ({"domains": ["::1"]}, "domains.0", "host.address"),
        ({"domains": ["db.internal"]}, "domains.0", "host.private"),
        ({"domains": ["localhost"]}, "domains.0", "host.private"),
        ({"domains": ["com.cn"]}, "domains.0", "host.shared_suffix"),
        ({"domains": ["https://x.example/"]}, "domains.0", "host.form"),
        ({"domains": [f"d{n}.example" for n in range(201)]}, "domains", "document.too_many"),
        ({"statement": " "}, "statement", "consent.no_statement"),
        ({"statement": "x" * 5000}, "statement", "document.too_long"),
        ({"until": AT.date() - timedelta(days=1)}, "until", "consent.expired"),
        ({"until": AT.date() + timedelta(days=401)}, "until", "consent.too_long"),
    ],
)
def test_a_consent_that_cannot_be_given(home: House, changes: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        given(home, **changes)
    assert [(p.field, p.code) for p in refused.value.problems] == [(field, code)]
    assert not Consent.objects.exists()
    assert not jobs("identify.verify_consent")
    assert not Entry.objects.filter(verb="consent.record").exists()


def test_the_days_of_a_consent_that_may_be_given(home: House) -> None:
    assert given(home, until=AT.date()).valid_until == AT.date()
    assert given(home, until=AT.date() + timedelta(days=400))


@pytest.mark.parametrize("role", [*sorted(INSURER_STAFF), SUPERVISOR, PROVIDER])
def test_only_the_company_and_its_broker_consent(home: House, role: str) -> None:
    with pytest.raises(Forbidden):
        given(home, role)
    with pytest.raises(Forbidden):
        consent.check_again(consent=given(home).pk, by=home[role], at=AT)


def test_all_domains_must_show_the_token(home: House) -> None:
    made = given(home, domains=[DOMAIN, "two.example"])
    for seen in ({}, {DOMAIN: "ok"}, {DOMAIN: "ok", "two.example": "missing"}):
        consent.report_verification(consent=made.pk, seen=seen, by=home.system, at=AT)
        made.refresh_from_db()
        assert (made.verified_at, made.verification) == (None, seen)
    seen = {DOMAIN: "ok", "two.example": "ok"}
    consent.report_verification(consent=made.pk, seen=seen, by=home.system, at=AT)
    later = consent.report_verification(consent=made.pk, seen={}, by=home.system, at=AT + timedelta(days=1))
    assert later.verified_at == AT
    for role in (INSURED, BROKER, UNDERWRITER, ADMIN):
        with pytest.raises(Forbidden):
            consent.report_verification(consent=made.pk, seen=seen, by=home[role], at=AT)


def test_checking_again_queues_another_look(home: House) -> None:
    made = given(home)
    consent.check_again(consent=made.pk, by=home[BROKER], at=AT)
    assert len(jobs("identify.verify_consent")) == 2
    with pytest.raises(consent.Ended):
        consent.check_again(consent=made.pk, by=home[INSURED], at=AFTER)
    consent.withdraw(consent=made.pk, by=home[INSURED], at=AT)
    with pytest.raises(consent.Withdrawn):
        consent.check_again(consent=made.pk, by=home[BROKER], at=AT)


def test_a_withdrawn_consent_is_not_verified_any_more(home: House) -> None:
    made = given(home)
    with pytest.raises(Forbidden):
        consent.withdraw(consent=made.pk, by=home[BROKER], at=AT)
    consent.withdraw(consent=made.pk, by=home[INSURED], at=AT)
    with pytest.raises(consent.Withdrawn):
        consent.withdraw(consent=made.pk, by=home[INSURED], at=AT)
    found = consent.report_verification(consent=made.pk, seen={DOMAIN: "ok"}, by=home.system, at=AT)
    assert found.verified_at is None
    assert Entry.objects.filter(verb="consent.withdraw").count() == 1


def test_a_consent_covers_its_domains_and_what_lies_under_them(home: House) -> None:
    made = verified(home)
    company = home.organisations["insured"].pk
    for domains in ([DOMAIN], ["www." + DOMAIN], [DOMAIN, "a.b." + DOMAIN]):
        assert consent_in_force(company, domains, on=AT.date()) == made
    for domains in (["not" + DOMAIN], [DOMAIN, "two.example"], ["example"]):
        assert consent_in_force(company, domains, on=AT.date()) is None
    assert consent_in_force(company, [DOMAIN], on=UNTIL) == made
    assert consent_in_force(company, [DOMAIN], on=UNTIL + timedelta(days=1)) is None
    assert consent_in_force(company, [DOMAIN], on=AT.date() - timedelta(days=1)) is None


def test_a_scan_is_ordered_under_the_consent(home: House) -> None:
    held = verified(home)
    filed = submission.file(document=submission_document(), by=home[BROKER], at=AT)
    made = ordered(home, domains=["WWW." + DOMAIN, DOMAIN], submission=filed.pk)
    assert (made.status, made.consent, made.submission) == ("ordered", held, filed)
    assert made.domains == ["www." + DOMAIN, DOMAIN]
    assert jobs("identify.scan") == [{"tenant": str(made.tenant_id), "order": str(made.pk)}]
    assert Entry.objects.get(verb="scan.order").new["consent"] == str(held.pk)
    with pytest.raises(scan.UnderWay):
        ordered(home)
    assert len(jobs("identify.scan")) == 1


def test_no_scan_without_consent(home: House) -> None:
    with pytest.raises(scan.NoConsent):
        ordered(home)
    made = given(home)
    with pytest.raises(scan.NoConsent):
        ordered(home)
    consent.report_verification(consent=made.pk, seen={DOMAIN: "ok"}, by=home.system, at=AT)
    with pytest.raises(scan.NoConsent) as refused:
        ordered(home, domains=[DOMAIN, "two.example"])
    assert refused.value.problems[0].params == {"domains": f"two.example, {DOMAIN}"}
    with pytest.raises(scan.NoConsent):
        ordered(home, at=AFTER)
    consent.withdraw(consent=made.pk, by=home[INSURED], at=AT)
    with pytest.raises(scan.NoConsent):
        ordered(home)
    assert not ScanOrder.objects.exists()
    assert not jobs("identify.scan")


def test_what_cannot_be_ordered(home: House) -> None:
    verified(home)
    with pytest.raises(scan.NoDomains):
        ordered(home, domains=[])
    with pytest.raises(Invalid) as refused:
        ordered(home, domains=["169.254.169.254", "router.lan"], purpose="sport")
    assert [(p.field, p.code) for p in refused.value.problems] == [
        ("domains.0", "host.address"),
        ("domains.1", "host.private"),
        ("purpose", "document.choice"),
    ]
    new = submission_document(company__credit_code="91310115MA1HTG8L23", company__name_zh="新海公司")
    other = submission.file(document=new, by=home[BROKER], at=AT)
    with pytest.raises(NotFound):
        ordered(home, submission=other.pk)
    for role in (CLAIMS, PORTFOLIO, ADMIN, SUPERVISOR, PROVIDER):
        with pytest.raises(Forbidden):
            ordered(home, role)
    with pytest.raises(NotFound):
        scan.order(company=uuid4(), domains=[DOMAIN], purpose="assess", by=home[INSURED], at=AT)
    assert not ScanOrder.objects.exists()


def test_another_house_sees_nothing(home: House) -> None:
    held, company = verified(home), home.organisations["insured"].pk
    made = running(home)
    stranger = house("other")
    tenancy.enter(tenancy.EVERY)
    for role in (INSURED, BROKER):
        with pytest.raises(NotFound):
            consent.give(company=company, domains=[DOMAIN], statement="x", until=UNTIL, by=stranger[role], at=AT)
        with pytest.raises(NotFound):
            consent.check_again(consent=held.pk, by=stranger[role], at=AT)
        with pytest.raises(NotFound):
            scan.order(company=company, domains=[DOMAIN], purpose="assess", by=stranger[role], at=AT)
    with pytest.raises(NotFound):
        consent.withdraw(consent=held.pk, by=stranger[INSURED], at=AT)
    with pytest.raises(NotFound):
        consent.report_verification(consent=held.pk, seen={}, by=stranger.system, at=AT)
    for act in (
        lambda: scan.start(order=made.pk, by=stranger.system, at=AT),
        lambda: scan.tell(order=made.pk, progress={}, by=stranger.system, at=AT),
        lambda: scan.report(order=made.pk, findings=[], assets=[], by=stranger.system, at=AT),
        lambda: scan.fail(order=made.pk, error="x", by=stranger.system, at=AT),
        lambda: scope.scan_order(stranger[UNDERWRITER], made.pk, at=AT),
    ):
        with pytest.raises(NotFound):
            act()
    assert not scope.consents(stranger[UNDERWRITER], company, at=AT).exists()
    assert not scope.scan_orders(stranger[UNDERWRITER], company, at=AT).exists()
    assert not scope.scan_orders(home[PROVIDER], company, at=AT).exists()
    assert list(scope.scan_orders(home[INSURED], company, at=AT)) == [made]


def test_the_result_is_kept_once(home: House) -> None:
    verified(home)
    made = running(home)
    scan.tell(order=made.pk, progress={"done": 1, "total": 3, "asset": DOMAIN}, by=home.system, at=AT)
    assert scope.scan_order(home[BROKER], made.pk, at=AT).progress["done"] == 1
    assets = [{"name": DOMAIN, "roles": ["web"]}]
    for _ in range(2):
        done = scan.report(
            order=made.pk, findings=[FAULT, CLEAN, UNSEEN], assets=assets, by=home.system, at=AT + timedelta(hours=1)
        )
        assert (done.status, done.assets) == ("done", assets)
    assert ScanFinding.objects.filter(order=made).count() == 3
    assert Entry.objects.get(verb="scan.report").new == {"found": 1, "not_found": 1, "could_not_check": 1}
    assert scan.fail(order=made.pk, error="late", by=home.system, at=AT).status == "done"
    scan.tell(order=made.pk, progress={"done": 9}, by=home.system, at=AT)
    with pytest.raises(WrongState):
        scan.start(order=made.pk, by=home.system, at=AT)
    made.refresh_from_db()
    assert (made.progress["done"], made.error) == (1, "")
    filed = submission.file(document=submission_document(), by=home[BROKER], at=AT)
    library = library_on(home[BROKER], on=AT.date())
    assert findings_for(filed, library, at=AT) == (CLEAN, FAULT, UNSEEN)
    assert findings_for(filed, library, at=AT + timedelta(days=200)) == ()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ScanFinding.objects.update(state="not_found")


def test_only_the_platform_reports(home: House) -> None:
    verified(home)
    made = ordered(home)
    for role in (INSURED, BROKER, UNDERWRITER, ADMIN):
        by = home[role]
        for act in (
            lambda by=by: scan.start(order=made.pk, by=by, at=AT),
            lambda by=by: scan.tell(order=made.pk, progress={}, by=by, at=AT),
            lambda by=by: scan.report(order=made.pk, findings=[], assets=[], by=by, at=AT),
            lambda by=by: scan.fail(order=made.pk, error="", by=by, at=AT),
        ):
            with pytest.raises(Forbidden):
                act()


def test_a_report_that_would_spoil_assessments_is_refused(home: House) -> None:
    verified(home)
    made = running(home)
    with pytest.raises(UnknownCheck):
        scan.report(
            order=made.pk,
            findings=[Finding("SW-NEW-99", DOMAIN, "found", "low", AT)],
            assets=[],
            by=home.system,
            at=AT,
        )
    with pytest.raises(scan.FindingTwice):
        scan.report(order=made.pk, findings=[FAULT, FAULT], assets=[], by=home.system, at=AT)
    made.refresh_from_db()
    assert (made.status, ScanFinding.objects.count()) == ("running", 0)
    with pytest.raises(WrongState):
        scan.report(order=_fresh(home, made).pk, findings=[], assets=[], by=home.system, at=AT)


def _fresh(home: House, before: ScanOrder) -> ScanOrder:
    scan.fail(order=before.pk, error="scan.check_failed", by=home.system, at=AT)
    return ordered(home)


def test_a_failed_scan_says_why_and_another_may_follow(home: House) -> None:
    verified(home)
    made = running(home)
    failed = scan.fail(order=made.pk, error="x" * 300, by=home.system, at=AT)
    assert (failed.status, len(failed.error)) == ("failed", 200)
    assert scan.report(order=made.pk, findings=[FAULT], assets=[], by=home.system, at=AT).status == "failed"
    assert not ScanFinding.objects.exists()
    assert ordered(home).status == "ordered"
    assert Entry.objects.filter(verb="scan.fail").count() == 1


def test_a_crashed_job_starts_again(home: House) -> None:
    verified(home)
    made = running(home)
    again = scan.start(order=made.pk, by=home.system, at=AT + timedelta(minutes=5))
    assert (again.status, again.started_at) == ("running", AT + timedelta(minutes=5))


def test_a_consent_withdrawn_before_the_scan_begins_stops_it(home: House) -> None:
    held = verified(home)
    made = ordered(home)
    consent.withdraw(consent=held.pk, by=home[INSURED], at=AT)
    with pytest.raises(scan.NoConsent):
        scan.start(order=made.pk, by=home.system, at=AT)
    made.refresh_from_db()
    assert made.status == "ordered"
    assert scan.fail(order=made.pk, error="consent.none_in_force", by=home.system, at=AT).status == "failed"


def test_a_consent_withdrawn_during_the_scan_stops_it_at_its_next_word(home: House) -> None:
    held = verified(home)
    made = running(home)
    consent.withdraw(consent=held.pk, by=home[INSURED], at=AT)
    with pytest.raises(scan.NoConsent):
        scan.tell(order=made.pk, progress={"done": 2}, by=home.system, at=AT)
    made.refresh_from_db()
    assert (made.status, made.error, made.progress) == ("failed", "consent.none_in_force", {})


def test_what_was_seen_without_consent_is_not_kept(home: House) -> None:
    verified(home)
    made = running(home)
    done = scan.report(order=made.pk, findings=[FAULT], assets=[{"name": DOMAIN}], by=home.system, at=AFTER)
    assert (done.status, done.error, done.assets) == ("failed", "consent.none_in_force", [])
    assert not ScanFinding.objects.exists()


def test_the_database_refuses_a_reversed_consent(home: House) -> None:
    made = given(home)
    with pytest.raises(IntegrityError, match="consent_period"), transaction.atomic():
        Consent.objects.filter(pk=made.pk).update(valid_until=date(2020, 1, 1))


@pytest.mark.django_db(transaction=True)
def test_two_orders_at_once_make_one_scan() -> None:
    home = house()
    verified(home)
    outcomes = at_once(home[ADMIN].tenant, *[lambda: ordered(home)] * 3)
    assert sorted(type(found).__name__ for found in outcomes) == ["ScanOrder", "UnderWay", "UnderWay"]
    assert len(jobs("identify.scan")) == 1


@pytest.mark.django_db(transaction=True)
def test_two_reports_at_once_keep_one() -> None:
    home = house()
    verified(home)
    made = running(home)
    work = [lambda: scan.report(order=made.pk, findings=[FAULT], assets=[], by=home.system, at=AT)] * 3
    outcomes = at_once(home[ADMIN].tenant, *work)
    assert [found.status for found in outcomes] == ["done"] * 3
    assert ScanFinding.objects.count() == 1
    assert Entry.objects.filter(verb="scan.report").count() == 1
