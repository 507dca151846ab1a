"""The pages of detection: alerts with their effect, watches and how to stop them, looks with their proof."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from seawall.core.evidence.items import Finding
from seawall.lifecycle.detect.actions import observation, watch
from seawall.lifecycle.detect.models import Alert, Observation, Watch
from seawall.lifecycle.identify.actions import consent, scan
from seawall.lifecycle.identify.models import Consent
from seawall.records import tenancy
from seawall.records.parties.roles import BROKER, CLAIMS, INSURED, PORTFOLIO, PROVIDER, SUPERVISOR, UNDERWRITER
from tests.entrypoints.web.visits import Visitor, stop_the_clock, visit
from tests.factories import AT, House, bound, house

DOMAIN = "shop.example.com"
DESK, HEADER, TLS = "SW-EXP-01", "SW-HTTP-03", "SW-TLS-04"
SEVERITY = {DESK: "critical", HEADER: "low", TLS: "medium"}
EVERYBODY = (UNDERWRITER, CLAIMS, PORTFOLIO, SUPERVISOR, BROKER, INSURED)


@pytest.fixture
def home(db: None) -> House:
    return house()


@pytest.fixture
def held(home: House, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """A watch that has looked twice: a remote desktop and a weak header are new, a header could not be seen again."""
    policy = bound(home)
    first = policy.inception
    at = datetime(first.year, first.month, first.day, 2, tzinfo=AT.tzinfo) + timedelta(days=1)
    given = consent.give(
        company=policy.insured_id, domains=[DOMAIN], statement="同意外部检测",
        until=(at + timedelta(days=300)).date(), by=home[INSURED], at=at,
    )  # fmt: skip
    consent.report_verification(consent=given.pk, seen={DOMAIN: "ok"}, by=home.system, at=at)
    made = watch.start(policy=policy.pk, by=home[UNDERWRITER], at=at)
    looked(home, made, at, DESK="not_found", HEADER="not_found")
    looked(home, made, at + timedelta(days=7), DESK="found", HEADER="found", TLS="could_not_check")
    stop_the_clock(monkeypatch, at + timedelta(days=8))
    return made


def looked(home: House, held: Watch, at: datetime, **states: str) -> Observation:
    order = watch.look(watch=held.pk, by=home.system, at=at)
    assert order is not None
    scan.start(order=order.pk, by=home.system, at=at)
    findings = [
        Finding(
            globals()[name], DOMAIN, state, SEVERITY[globals()[name]], at, {},  # type: ignore[arg-type]
            "outbound.timeout" if state == "could_not_check" else "",
        )
        for name, state in states.items()
    ]  # fmt: skip
    scan.report(order=order.pk, findings=findings, assets=[], by=home.system, at=at)
    return observation.observe(order=order.pk, by=home.system, at=at)


@pytest.fixture
def stranger(home: House, held: Watch) -> House:
    found = house("dongwu")
    tenancy.enter(home.system.tenant)
    return found


def desk_alert() -> Alert:
    return Alert.objects.get(fault=DESK)


def test_every_desk_sees_its_alerts_and_watches_in_both_languages(home: House, held: Watch) -> None:
    alert, look = desk_alert(), held.observations.first()
    assert look is not None
    for role in EVERYBODY:
        for language in ("en", "zh"):
            somebody = visit(home, role, language)
            assert DOMAIN in somebody.get("detect/")
            assert held.policy.number in somebody.get("watches/")
            assert DOMAIN in somebody.get(f"watches/{held.pk}/")
            page = somebody.get(f"alerts/{alert.pk}/")
            assert alert.reason[language] in page
            assert "CO-05" in page
            assert look.leaf.leaf_hash in somebody.get(f"observations/{look.pk}/")


def test_lists_open_empty(home: House) -> None:
    for role in EVERYBODY:
        assert "No alert here" in visit(home, role).get("detect/")
        assert "Nothing is watched" in visit(home, role).get("watches/")


def test_nothing_of_this_exists_for_strangers_and_providers(home: House, held: Watch, stranger: House) -> None:
    alert, look = desk_alert(), held.observations.first()
    assert look is not None
    for role in EVERYBODY:
        foreign = Visitor(stranger, stranger[role])
        for path in (f"alerts/{alert.pk}/", f"watches/{held.pk}/", f"observations/{look.pk}/"):
            foreign.get(path, 404)
        assert DOMAIN not in foreign.get("detect/")
    foreign = Visitor(stranger, stranger[UNDERWRITER])
    foreign.post(f"alerts/{alert.pk}/settle/", {"outcome": "accepted"}, 404)
    foreign.post(f"watches/{held.pk}/end/", {}, 404)
    Visitor(stranger, stranger[INSURED]).post(f"watches/{held.pk}/stop/", {}, 404)
    tenancy.enter(home.system.tenant)
    assert Alert.objects.get(pk=alert.pk).status == "open"
    assert Watch.objects.get(pk=held.pk).active
    assert Visitor(home, home[PROVIDER]).raw("detect/").status_code == 404


def test_the_look_says_what_changed_and_what_each_change_does(home: House, held: Watch) -> None:
    text = visit(home, INSURED).get(f"watches/{held.pk}/")
    assert "Appeared" in text
    assert "Changes terms now" in text
    assert "Counts at renewal" in text
    first = held.observations.last()
    assert first is not None
    # What the first look found was compared with nothing after it.
    assert "Nothing differs from what was known" in visit(home, INSURED).get(f"observations/{first.pk}/")


def test_grace_that_has_passed_is_said(home: House, held: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    alert = desk_alert()
    assert "days left" in visit(home, INSURED).get(f"alerts/{alert.pk}/")
    assert alert.due_on is not None
    late = datetime(alert.due_on.year, alert.due_on.month, alert.due_on.day, tzinfo=AT.tzinfo) + timedelta(days=5)
    stop_the_clock(monkeypatch, late)
    assert "5 days over" in visit(home, INSURED).get(f"alerts/{alert.pk}/")
    assert "the wording may reduce a claim" in visit(home, UNDERWRITER).get("detect/")


def test_the_insured_says_mended_the_underwriter_accepts(home: House, held: Watch) -> None:
    alert = desk_alert()
    path = f"alerts/{alert.pk}/settle/"
    insured = visit(home, INSURED)
    assert 'value="accepted"' not in insured.get(f"alerts/{alert.pk}/")
    # A choice that is not offered is refused at its field, in both languages, and nothing moves.
    text = insured.post(path, {"outcome": "accepted", "note": "we like it"}, 422)
    assert "we like it" in text
    assert 'id="id_outcome_error"' in text
    text = visit(home, INSURED, "zh").post(path, {"outcome": "nonsense"}, 422)
    assert "选择" in text[text.index('id="id_outcome_error"') :][:400]
    assert Alert.objects.get(pk=alert.pk).status == "open"
    for role in (BROKER, CLAIMS, SUPERVISOR):
        visit(home, role).post(path, {"outcome": "fixed"}, 403)
    insured.post(path, {"outcome": "fixed", "note": "closed port 3389"})
    settled = Alert.objects.get(pk=alert.pk)
    assert (settled.status, settled.outcome, settled.note) == ("settled", "fixed", "closed port 3389")
    # Settled twice: said on the page.
    insured.post(path, {"outcome": "fixed"}, 422)
    assert "Only the underwriter" in insured.post(f"alerts/{alert.pk}/reopen/", {"note": "no"}, 422)
    office = visit(home, UNDERWRITER)
    office.post(f"alerts/{alert.pk}/reopen/", {"note": "it still answers"})
    assert Alert.objects.get(pk=alert.pk).status == "open"
    office.post(path, {"outcome": "accepted", "note": "behind a gateway"})
    assert "Risk accepted" in office.get(f"alerts/{alert.pk}/")
    assert DOMAIN in office.get("detect/?state=settled")
    office.post(f"alerts/{alert.pk}/shrug/", {"note": "x"}, 404)


def test_the_insured_can_stop_it_and_is_told_how(home: House, held: Watch) -> None:
    insured = visit(home, INSURED)
    text = insured.get(f"watches/{held.pk}/")
    assert "How to stop it" in text
    assert DOMAIN in text
    for role in (UNDERWRITER, BROKER):
        assert "How to stop it" not in visit(home, role).get(f"watches/{held.pk}/")
        visit(home, role).post(f"watches/{held.pk}/stop/", {}, 404)
    insured.post(f"watches/{held.pk}/stop/")
    assert Consent.objects.get(pk=held.consent_id).withdrawn_at is not None
    after = insured.get(f"watches/{held.pk}/")
    assert "The consent was withdrawn" in after
    assert "How to stop it" not in after
    insured.post(f"watches/{held.pk}/stop/")
    assert "withdrawn already" in insured.get(f"watches/{held.pk}/")


def test_the_insurer_can_end_it(home: House, held: Watch) -> None:
    visit(home, CLAIMS).post(f"watches/{held.pk}/end/", {"reason": "x"}, 403)
    visit(home, UNDERWRITER).post(f"watches/{held.pk}/end/", {"reason": "asked for"})
    text = visit(home, UNDERWRITER).get(f"watches/{held.pk}/")
    assert "This watch has ended" in text
    assert held.policy.number in visit(home, UNDERWRITER).get("watches/?state=ended")


def test_everybody_can_keep_the_head_of_today(home: House, held: Watch) -> None:
    look = held.observations.first()
    assert look is not None
    for role in EVERYBODY:
        head = json.loads(visit(home, role).post("detect/head/", status=200))
        assert head["type"] == "anchor"
        assert head["size"] > look.leaf.index
    assert head["root"] in visit(home, INSURED).get(f"observations/{look.pk}/")


def test_a_policy_without_watch_gets_one_from_its_page(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = bound(home)
    first = policy.inception
    stop_the_clock(monkeypatch, datetime(first.year, first.month, first.day, 4, tzinfo=AT.tzinfo))
    refused = visit(home, UNDERWRITER).post(f"policies/{policy.pk}/watch/", status=422)
    assert "no verified consent" in refused
    visit(home, BROKER).post(f"policies/{policy.pk}/watch/", status=403)
    assert not Watch.objects.exists()
