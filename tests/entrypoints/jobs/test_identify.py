"""Looking from outside, for real: the lab's name servers and hosts, the guard in between, the findings kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from seawall.core.evidence.observations import UnknownCheck
from seawall.entrypoints.jobs import identify
from seawall.lifecycle.identify.actions import consent, scan
from seawall.lifecycle.identify.models import Consent, ScanFinding, ScanOrder
from seawall.lifecycle.identify.queries.file import consent_in_force, findings_of
from seawall.records import tenancy
from seawall.records.journal.models import Entry
from seawall.records.parties.roles import BROKER, INSURED
from seawall.technology.lab import Lab
from seawall.technology.scan import scan as look
from tests.factories import House, house

DOMAIN = "yunpiaotong.example"


@pytest.fixture
def home(db: None) -> House:
    return house(at=timezone.now())


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anything that goes out fails the test."""

    def refuse() -> Any:
        raise AssertionError("something was sent")

    monkeypatch.setattr(identify, "operators_egress", refuse)


def given(home: House, *domains: str) -> Consent:
    now = timezone.now()
    return consent.give(
        company=home.organisations["insured"].pk,
        domains=domains or [DOMAIN],
        statement="同意外部检测",
        until=timezone.localdate(now + timedelta(days=300)),
        by=home[INSURED],
        at=now,
    )


def verified(home: House) -> Consent:
    seen = {DOMAIN: "ok"}
    return consent.report_verification(consent=given(home).pk, seen=seen, by=home.system, at=timezone.now())


def ordered(home: House, *domains: str) -> ScanOrder:
    company = home.organisations["insured"].pk
    return scan.order(
        company=company, domains=domains or [DOMAIN], purpose="assess", by=home[BROKER], at=timezone.now()
    )


def asked(home: House, made: Consent) -> Consent:
    identify.verify_consent(home.system, consent=str(made.pk))
    made.refresh_from_db()
    return made


def test_a_consent_is_verified_when_the_zone_shows_its_token(home: House, lab: Lab) -> None:
    made = asked(home, given(home))
    assert (made.verified_at, made.verification) == (None, {DOMAIN: "missing"})
    lab.dns(f"_seawall.{DOMAIN}", "TXT", "v=something-else", "seawall-" + "0" * 32)
    assert asked(home, made).verification == {DOMAIN: "missing"}
    lab.dns(f"_seawall.{DOMAIN}", "TXT", "v=something-else", made.token)
    assert asked(home, made).verification == {DOMAIN: "ok"}
    first = made.verified_at
    assert first is not None
    assert asked(home, made).verified_at == first
    lab.dns(f"_seawall.{DOMAIN}", "TXT")
    assert asked(home, made).verified_at == first


def test_name_servers_that_do_not_answer_are_told_apart_from_a_missing_token(
    home: House, lab: Lab, settings: Any
) -> None:
    address, _, port = settings.SCAN_RESOLVER.rpartition(":")
    settings.SCAN_RESOLVER = f"{address}:{int(port) - 1}"
    made = asked(home, given(home))
    assert made.verified_at is None
    assert made.verification[DOMAIN] in {"dns_failure", "timeout"}


def test_the_token_of_one_consent_does_not_verify_another(home: House, lab: Lab) -> None:
    one, two = given(home), given(home)
    lab.dns(f"_seawall.{DOMAIN}", "TXT", one.token)
    assert asked(home, two).verified_at is None
    assert asked(home, one).verified_at is not None


def test_every_domain_of_a_consent_must_show_it(home: House, lab: Lab) -> None:
    made = given(home, DOMAIN, "haituo.example")
    lab.dns(f"_seawall.{DOMAIN}", "TXT", made.token)
    made = asked(home, made)
    assert made.verified_at is None
    assert made.verification == {DOMAIN: "ok", "haituo.example": "missing"}
    assert consent_in_force(made.company_id, [DOMAIN], on=timezone.localdate()) is None


def test_a_consent_that_has_ended_is_asked_about_no_more(home: House, silent: None) -> None:
    withdrawn, over = given(home), given(home)
    consent.withdraw(consent=withdrawn.pk, by=home[INSURED], at=timezone.now())
    over.valid_until = timezone.localdate() - timedelta(days=1)
    over.valid_from = over.valid_until
    over.save()
    for made in (withdrawn, over):
        assert asked(home, made).verified_at is None


def test_a_scan_keeps_what_it_sees_once(home: House, lab: Lab) -> None:
    verified(home)
    order = ordered(home)
    for _ in range(2):
        identify.scan(home.system, order=str(order.pk))
    order.refresh_from_db()
    assert order.status == "done"
    found = {(f.check, f.asset) for f in findings_of(order) if f.state == "found"}
    assert {("SW-DNS-03", DOMAIN), ("SW-MAIL-04", DOMAIN), ("SW-TLS-05", f"www.{DOMAIN}")} <= found
    assert {asset["name"] for asset in order.assets} >= {DOMAIN, f"www.{DOMAIN}"}
    assert order.progress["total"] >= order.progress["done"] > 0
    assert Entry.objects.filter(verb="scan.report").count() == 1
    assert ScanFinding.objects.filter(order=order).count() == len({(f.check, f.asset) for f in findings_of(order)})


def test_nothing_is_sent_once_the_consent_is_withdrawn(home: House, silent: None) -> None:
    held = verified(home)
    order = ordered(home)
    consent.withdraw(consent=held.pk, by=home[INSURED], at=timezone.now())
    for _ in range(2):
        identify.scan(home.system, order=str(order.pk))
    order.refresh_from_db()
    assert (order.status, order.error, order.started_at) == ("failed", "consent.none_in_force", None)
    assert not ScanFinding.objects.exists()
    assert Entry.objects.filter(verb="scan.fail").count() == 1


def test_a_consent_withdrawn_during_the_scan_ends_it_and_keeps_nothing(
    home: House, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = verified(home)
    order = ordered(home)

    def changed_mind(targets: Any, way: Any, **rest: Any) -> Any:
        consent.withdraw(consent=held.pk, by=home[INSURED], at=timezone.now())
        return look(targets, way, **rest)

    monkeypatch.setattr(identify, "look", changed_mind)
    identify.scan(home.system, order=str(order.pk))
    order.refresh_from_db()
    assert (order.status, order.error) == ("failed", "consent.none_in_force")
    assert not ScanFinding.objects.exists()


def test_a_scan_that_broke_off_is_made_again_from_the_start(
    home: House, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified(home)
    order = ordered(home)
    times: list[Callable[..., Any]] = [_raise(OSError("cable")), _raise(UnknownCheck("check", check="SW-NEW-01")), look]
    monkeypatch.setattr(identify, "look", lambda *args, **rest: times.pop(0)(*args, **rest))
    for error in (OSError, UnknownCheck):
        with pytest.raises(error):
            identify.scan(home.system, order=str(order.pk))
        order.refresh_from_db()
        assert order.status == "running"
    identify.scan(home.system, order=str(order.pk))
    order.refresh_from_db()
    assert order.status == "done"
    assert not times


def test_a_scan_given_up_makes_room_for_another(home: House) -> None:
    verified(home)
    order = ordered(home)
    scan.start(order=order.pk, by=home.system, at=timezone.now())
    with pytest.raises(scan.UnderWay):
        ordered(home)
    for _ in range(2):
        identify.give_up(home.system, order=str(order.pk))
    order.refresh_from_db()
    assert (order.status, order.error) == ("failed", "scan.check_failed")
    assert ordered(home).pk != order.pk


def test_a_domain_that_leads_inside_is_left_alone(home: House, lab: Lab, settings: Any) -> None:
    settings.SCAN_ALLOW = []
    verified(home)
    order = ordered(home)
    identify.scan(home.system, order=str(order.pk))
    order.refresh_from_db()
    assert order.status == "done"
    told = findings_of(order)
    assert not [f for f in told if f.state == "found" and not f.check.startswith(("SW-DNS", "SW-MAIL"))]
    assert {f.reason for f in told if f.check == "SW-TLS-01"} == {"outbound.refused_by_guard"}


def test_jobs_see_their_own_house_alone(home: House, silent: None) -> None:
    held, order = given(home), None
    consent.report_verification(consent=held.pk, seen={DOMAIN: "ok"}, by=home.system, at=timezone.now())
    order = ordered(home)
    other = house("other")
    with pytest.raises(Consent.DoesNotExist):
        identify.verify_consent(other.system, consent=str(held.pk))
    with pytest.raises(Exception, match="not_found"):
        identify.scan(other.system, order=str(order.pk))
    tenancy.enter(home[BROKER].tenant)
    order.refresh_from_db()
    assert order.status == "ordered"


def _raise(error: Exception) -> Callable[..., Any]:
    def work(*args: Any, **rest: Any) -> Any:
        raise error

    return work
