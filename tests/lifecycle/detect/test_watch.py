"""Watching a policy: looks, changes, alerts with their effect on the policy, and their settlement."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from seawall.core.evidence.items import Finding
from seawall.core.status import WrongState
from seawall.lifecycle.detect.actions import alert, observation, watch
from seawall.lifecycle.detect.models import Alert, Observation, Watch
from seawall.lifecycle.detect.queries import watch as reading
from seawall.lifecycle.identify.actions import consent, scan
from seawall.lifecycle.identify.models import Consent, ScanOrder
from seawall.lifecycle.protect.models import Policy
from seawall.records import tenancy
from seawall.records.journal.models import Entry
from seawall.records.parties.roles import BROKER, CLAIMS, INSURED, PROVIDER, SUPERVISOR, UNDERWRITER
from seawall.records.parties.viewer import Forbidden, NotFound
from seawall.records.vault.models import Leaf
from tests.factories import AT, House, bound, house

DOMAIN = "shop.example.com"
DESK, HEADER, VERSION = "SW-EXP-01", "SW-HTTP-03", "SW-HTTP-07"
SEVERITY = {DESK: "critical", HEADER: "low", VERSION: "info"}


@pytest.fixture
def home(db: None) -> House:
    return house()


@pytest.fixture
def policy(home: House) -> Policy:
    return bound(home)


def begins(policy: Policy) -> datetime:
    first: date = policy.inception
    return datetime(first.year, first.month, first.day, 2, tzinfo=AT.tzinfo) + timedelta(days=1)


def consented(home: House, at: datetime, *, days: int = 300) -> Consent:
    given = consent.give(
        company=home.organisations["insured"].pk,
        domains=[DOMAIN],
        statement="同意外部检测",
        until=(at + timedelta(days=days)).date(),
        by=home[INSURED],
        at=at,
    )
    return consent.report_verification(consent=given.pk, seen={DOMAIN: "ok"}, by=home.system, at=at)


def started(home: House, policy: Policy, **changes: int) -> tuple[Watch, datetime]:
    at = begins(policy)
    consented(home, at, days=changes.pop("days", 300))
    return watch.start(policy=policy.pk, by=home[UNDERWRITER], at=at, **changes), at


def seen(at: datetime, **states: str) -> list[Finding]:
    """Findings of one look: desk="found" and so on; what is not named was looked for and not found."""
    names = {"desk": DESK, "header": HEADER, "version": VERSION}
    return [
        Finding(check, DOMAIN, states.get(name, "not_found"), SEVERITY[check], at)  # type: ignore[arg-type]
        for name, check in names.items()
    ]


def looked(home: House, held: Watch, at: datetime, **states: str) -> Observation:
    """Order the look, let the scan report `states`, and take it in."""
    order = watch.look(watch=held.pk, by=home.system, at=at)
    assert order is not None
    scan.start(order=order.pk, by=home.system, at=at)
    scan.report(order=order.pk, findings=seen(at, **states), assets=[], by=home.system, at=at)
    return observation.observe(order=order.pk, by=home.system, at=at)


def week(at: datetime, number: int) -> datetime:
    return at + timedelta(days=7 * number)


def test_a_watch_orders_its_looks_when_they_are_due(home: House, policy: Policy) -> None:
    held, at = started(home, policy)
    assert list(reading.due(home.system, at=at)) == [held]
    order = watch.look(watch=held.pk, by=home.system, at=at)
    assert order is not None
    assert (order.purpose, order.domains) == ("watch", [DOMAIN])
    assert ProcrastinateJob.objects.filter(task_name="identify.scan", args__order=str(order.pk)).count() == 1
    assert not reading.due(home.system, at=week(at, 2))
    assert watch.look(watch=held.pk, by=home.system, at=week(at, 2)) is None
    with pytest.raises(observation.OrderOpen):
        observation.observe(order=order.pk, by=home.system, at=at)
    scan.start(order=order.pk, by=home.system, at=at)
    scan.report(order=order.pk, findings=seen(at), assets=[], by=home.system, at=at)
    observation.observe(order=order.pk, by=home.system, at=at)
    assert not reading.due(home.system, at=at + timedelta(days=6))
    assert reading.due(home.system, at=week(at, 1)).count() == 1


def test_an_exposed_desk_has_effect_now_a_header_at_renewal_a_version_never(home: House, policy: Policy) -> None:
    held, at = started(home, policy)
    looked(home, held, at)
    made = looked(home, held, week(at, 1), desk="found", header="found", version="found")
    assert made.counts == {"appeared": 3, "resolved": 0, "worsened": 0, "could_not": 0}
    desk, header, version = (Alert.objects.get(fault=fault) for fault in (DESK, HEADER, VERSION))
    assert (desk.effect, desk.status, desk.control) == ("now", "open", "exposed_services")
    assert desk.due_on == (week(at, 1) + timedelta(days=3)).date()
    assert desk.reason["clause"] == "CO-05"
    assert "宽限期" in desk.reason["zh"]
    assert (header.effect, header.status, header.due_on) == ("renewal", "open", None)
    assert (version.effect, version.status, version.outcome) == ("never", "settled", "told")
    assert [a.fault for a in reading.alerts(home[INSURED], at=at)] == [DESK, HEADER, VERSION]


def test_each_look_leaves_a_leaf_with_the_hash_of_its_findings(home: House, policy: Policy) -> None:
    held, at = started(home, policy)
    made = looked(home, held, at, desk="found")
    leaf = Leaf.objects.get(kind="watch.observed")
    assert (leaf.noun, leaf.subject, made.leaf) == ("policy", str(policy.pk), leaf)
    assert leaf.payload["findings_sha256"] == made.findings_hash
    again = observation.observe(order=made.order_id, by=home.system, at=week(at, 1))
    assert again == made
    assert Leaf.objects.filter(kind="watch.observed").count() == Alert.objects.count() == 1
    assert Entry.objects.filter(verb="observation.record").count() == 1


def test_what_the_underwriter_knew_is_no_news(home: House, policy: Policy) -> None:
    at = begins(policy)
    consented(home, at - timedelta(days=20))
    company = home.organisations["insured"].pk
    order = scan.order(company=company, domains=[DOMAIN], purpose="assess", by=home[UNDERWRITER], at=at)
    scan.start(order=order.pk, by=home.system, at=at)
    scan.report(order=order.pk, findings=seen(at, header="found"), assets=[], by=home.system, at=at)
    held = watch.start(policy=policy.pk, by=home.system, at=at + timedelta(hours=1))
    made = looked(home, held, week(at, 1), header="found", desk="found")
    assert made.counts["appeared"] == 1
    assert [a.fault for a in Alert.objects.all()] == [DESK]


def test_what_is_gone_settles_and_what_comes_back_opens_again(home: House, policy: Policy) -> None:
    held, at = started(home, policy)
    looked(home, held, at, desk="found")
    looked(home, held, week(at, 1), desk="could_not_check")
    assert Alert.objects.get().status == "open"
    looked(home, held, week(at, 2))
    found = Alert.objects.get()
    assert (found.status, found.outcome, found.change, found.settled_by) == ("settled", "fixed", "resolved", None)
    looked(home, held, week(at, 3), desk="found")
    found = Alert.objects.get()
    assert (found.status, found.times_opened, found.change) == ("open", 2, "appeared")
    assert found.due_on == (week(at, 3) + timedelta(days=3)).date()


def test_what_is_said_to_be_mended_is_looked_at_again(home: House, policy: Policy) -> None:
    held, at = started(home, policy)
    looked(home, held, at, desk="found", header="found")
    desk, header = Alert.objects.get(fault=DESK), Alert.objects.get(fault=HEADER)
    due = desk.due_on
    settled = alert.settle(alert=desk.pk, outcome="fixed", note="已关闭 3389", by=home[INSURED], at=at)
    assert (settled.status, settled.settled_by_id) == ("settled", home[INSURED].user)
    with pytest.raises(WrongState):
        alert.settle(alert=desk.pk, outcome="fixed", by=home[INSURED], at=at)
    alert.settle(alert=header.pk, outcome="accepted", by=home[UNDERWRITER], at=at)
    looked(home, held, week(at, 1), desk="found", header="found")
    desk.refresh_from_db()
    header.refresh_from_db()
    # Grace runs on from the first day: saying it is mended does not lengthen it.
    assert (desk.status, desk.times_opened, desk.due_on) == ("open", 2, due)
    assert (header.status, header.outcome) == ("settled", "accepted")


def test_accepting_and_taking_back_are_the_underwriters(home: House, policy: Policy) -> None:
    held, at = started(home, policy)
    looked(home, held, at, desk="found")
    found = Alert.objects.get()
    for outcome in ("accepted", "mistaken"):
        with pytest.raises(alert.NotForYou):
            alert.settle(alert=found.pk, outcome=outcome, by=home[INSURED], at=at)  # type: ignore[arg-type]
    for role in (BROKER, CLAIMS, SUPERVISOR):
        with pytest.raises(Forbidden):
            alert.settle(alert=found.pk, outcome="fixed", by=home[role], at=at)
    alert.settle(alert=found.pk, outcome="mistaken", by=home[UNDERWRITER], at=at)
    with pytest.raises(alert.NotForYou):
        alert.reopen(alert=found.pk, by=home[INSURED], at=at)
    assert alert.reopen(alert=found.pk, note="核实后确有暴露", by=home[UNDERWRITER], at=at).times_opened == 2
    with pytest.raises(WrongState):
        alert.reopen(alert=found.pk, by=home[UNDERWRITER], at=at)


def test_nothing_is_watched_without_policy_and_consent(home: House, policy: Policy) -> None:
    at = begins(policy)
    with pytest.raises(watch.NoConsent):
        watch.start(policy=policy.pk, by=home[UNDERWRITER], at=at)
    consented(home, at)
    with pytest.raises(watch.NotRunning):
        watch.start(policy=policy.pk, by=home[UNDERWRITER], at=at - timedelta(days=9))
    for days in (0, 93):
        with pytest.raises(watch.Interval):
            watch.start(policy=policy.pk, every_days=days, by=home[UNDERWRITER], at=at)
    with pytest.raises(NotFound):
        watch.start(policy=uuid4(), by=home[UNDERWRITER], at=at)
    for role in (BROKER, CLAIMS, PROVIDER):
        with pytest.raises(Forbidden):
            watch.start(policy=policy.pk, by=home[role], at=at)
    watch.start(policy=policy.pk, by=home[INSURED], at=at)
    with pytest.raises(watch.Running):
        watch.start(policy=policy.pk, by=home[UNDERWRITER], at=at)


def test_a_watch_ends_with_its_consent_or_its_policy(home: House, policy: Policy) -> None:
    held, at = started(home, policy)
    consent.withdraw(consent=held.consent_id, by=home[INSURED], at=at)
    assert watch.look(watch=held.pk, by=home.system, at=at) is None
    held.refresh_from_db()
    assert (held.active, held.ended_because) == (False, "consent_ended")
    assert not ScanOrder.objects.exists()
    consented(home, at, days=399)
    second = watch.start(policy=policy.pk, by=home[UNDERWRITER], at=at)
    assert watch.look(watch=second.pk, by=home.system, at=at + timedelta(days=366)) is None
    second.refresh_from_db()
    assert second.ended_because == "policy_ended"
    third = watch.start(policy=policy.pk, by=home[UNDERWRITER], at=at)
    with pytest.raises(Forbidden):
        watch.end(watch=third.pk, reason="x", by=home[INSURED], at=at)
    assert not watch.end(watch=third.pk, reason="客户要求", by=home[UNDERWRITER], at=at).active
    assert watch.end(watch=third.pk, reason="again", by=home[UNDERWRITER], at=at).ended_because == "by_hand"
    assert Entry.objects.filter(verb="watch.end").count() == 3


def test_a_failed_scan_says_nothing_and_is_made_again_tomorrow(home: House, policy: Policy) -> None:
    held, at = started(home, policy)
    order = watch.look(watch=held.pk, by=home.system, at=at)
    assert order is not None
    assert watch.missed(order=order.pk, by=home.system, at=at) is None
    scan.fail(order=order.pk, error="resolver", by=home.system, at=at)
    missed = watch.missed(order=order.pk, by=home.system, at=at)
    assert missed is not None
    assert missed.next_at == at + timedelta(days=1)
    assert watch.missed(order=order.pk, by=home.system, at=at) is None
    with pytest.raises(NotFound):
        observation.observe(order=order.pk, by=home.system, at=at)
    assert not Observation.objects.exists()
    assert looked(home, held, at + timedelta(days=1), desk="found").counts["appeared"] == 1


def test_a_look_waits_for_another_scan_of_the_company(home: House, policy: Policy) -> None:
    held, at = started(home, policy)
    company = home.organisations["insured"].pk
    scan.order(company=company, domains=[DOMAIN], purpose="assess", by=home[UNDERWRITER], at=at)
    assert watch.look(watch=held.pk, by=home.system, at=at) is None
    assert list(reading.due(home.system, at=at)) == [held]


def test_who_sees_what(home: House, policy: Policy) -> None:
    held, at = started(home, policy)
    made = looked(home, held, at, desk="found")
    found = Alert.objects.get()
    for role in (UNDERWRITER, CLAIMS, SUPERVISOR, INSURED, BROKER):
        assert reading.watch(home[role], held.pk, at=at) == held
        assert list(reading.observations(home[role], held.pk, at=at)) == [made]
        assert reading.alert(home[role], found.pk, at=at) == found
    stranger = house("other")
    tenancy.enter(tenancy.EVERY)
    outsiders = [stranger[role] for role in (UNDERWRITER, INSURED, BROKER)]
    for viewer in (home[PROVIDER], *outsiders):
        assert not reading.watches(viewer, at=at)
        assert not reading.alerts(viewer, at=at)
        for attempt in (reading.watch, reading.observations):
            with pytest.raises(NotFound):
                attempt(viewer, held.pk, at=at)
        with pytest.raises(NotFound):
            reading.alert(viewer, found.pk, at=at)
    for attempt_as in (
        lambda: watch.start(policy=policy.pk, by=stranger[UNDERWRITER], at=at),
        lambda: watch.look(watch=held.pk, by=stranger.system, at=at),
        lambda: watch.end(watch=held.pk, reason="x", by=stranger[UNDERWRITER], at=at),
        lambda: alert.settle(alert=found.pk, outcome="fixed", by=stranger[UNDERWRITER], at=at),
        lambda: observation.observe(order=uuid4(), by=stranger.system, at=at),
    ):
        with pytest.raises(NotFound):
            attempt_as()
    assert not reading.due(stranger.system, at=week(at, 9))
    with pytest.raises(Forbidden):
        reading.due(home[UNDERWRITER], at=at)
    with pytest.raises(Forbidden):
        observation.observe(order=made.order_id, by=home[UNDERWRITER], at=at)


@pytest.mark.django_db(transaction=True)
def test_the_same_report_taken_in_by_many_workers_counts_once() -> None:
    home = house()
    held, at = started(home, bound(home))
    order = watch.look(watch=held.pk, by=home.system, at=at)
    assert order is not None
    scan.start(order=order.pk, by=home.system, at=at)
    scan.report(order=order.pk, findings=seen(at, desk="found"), assets=[], by=home.system, at=at)
    results: list[object] = []

    def work() -> None:
        try:
            tenancy.enter(home.system.tenant)
            results.append(observation.observe(order=order.pk, by=home.system, at=at).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert len(set(results)) == Observation.objects.count() == Alert.objects.count() == 1
