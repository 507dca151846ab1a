"""The pages of response: one report from a phone, clocks first, help called in, and nobody sees another's incident."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import override

from seawall.entrypoints.web import clocks
from seawall.entrypoints.web.forms import whole
from seawall.lifecycle.protect.models import Policy
from seawall.lifecycle.respond.models import Engagement, Incident
from seawall.lifecycle.strategy.models import PanelProvider
from seawall.records import tenancy
from seawall.records.journal.models import Entry
from seawall.records.parties.actions.organisation import set_hotline
from seawall.records.parties.roles import BROKER, CLAIMS, INSURED, PORTFOLIO, PROVIDER, SUPERVISOR, UNDERWRITER
from tests.entrypoints.web.visits import Visitor, stop_the_clock, visit
from tests.factories import House, bound, house, notified

EVERYBODY = (UNDERWRITER, CLAIMS, PORTFOLIO, SUPERVISOR, BROKER, INSURED)


@pytest.fixture
def home(db: None) -> House:
    return house()


@pytest.fixture
def held(home: House, monkeypatch: pytest.MonkeyPatch) -> Policy:
    """A policy that has run for forty days."""
    policy = bound(home)
    first = policy.inception
    now = datetime(first.year, first.month, first.day, 4, tzinfo=timezone.get_current_timezone()) + timedelta(days=40)
    stop_the_clock(monkeypatch, now)
    return policy


@pytest.fixture
def struck(home: House, held: Policy) -> Incident:
    return notified(home, held, after=timedelta(days=39))


def typed(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def report(**changes: Any) -> dict[str, Any]:
    now = timezone.now()
    said = {
        "what_happened": "文件服务器全部打不开，桌面出现勒索信",
        "discovered_at": typed(now - timedelta(hours=1)),
        "contact": "周航 13900007781",
        "affected": "文件服务器",
        "encrypted": "yes",
        "backups_hit": "",
        "ransom_note": "yes",
        "personal_data": "yes",
        "people_affected": "３万",
        "direct_loss": "120万",
        "key": "one-report",
    }
    return {**said, **changes}


# The report ---------------------------------------------------------------------------------------------------------


def test_a_report_becomes_an_incident_with_its_page(home: House, held: Policy) -> None:
    set_hotline(
        organisation=home.organisations["provider"].pk, hotline="400-000-1199", by=home[CLAIMS], at=timezone.now()
    )
    phone = visit(home, INSURED)
    page = phone.get("respond/report/")
    assert 'href="tel:400-000-1199"' in page
    assert "yuan" in page
    assert "inputmode" in page
    there = phone.post("respond/report/", report())
    made = Incident.objects.get()
    assert there == f"/insured/incidents/{made.pk}/"
    assert made.facts["people_affected"] == 30_000
    assert made.policy == held
    page = phone.get(f"incidents/{made.pk}/")
    assert "We have your report" in page
    assert made.number in page
    # What to do now stands above the course of events, and the number to call above both.
    assert page.index("400-000-1199") < page.index('id="steps"') < page.index('id="course"')
    # The clocks are the first thing on the page.
    assert page.index('id="clocks"') < page.index("400-000-1199")


def test_a_report_sent_twice_is_one_report(home: House, held: Policy) -> None:
    phone = visit(home, INSURED)
    first, second = (phone.post("respond/report/", report()) for _ in range(2))
    assert first == second
    assert Incident.objects.count() == 1
    phone.post("respond/report/", report(key="another"))
    assert Incident.objects.count() == 2


@pytest.mark.parametrize(
    ("language", "wrong", "field", "sentence"),
    [
        ("en", {"what_happened": " "}, "what_happened", "This field is required."),
        ("zh", {"what_happened": ""}, "what_happened", "这个字段是必填项。"),
        ("en", {"people_affected": "many"}, "people_affected", "whole number"),
        ("zh", {"people_affected": "许多"}, "people_affected", "整数"),
        ("en", {"direct_loss": "a lot"}, "direct_loss", "is not an amount"),
        ("zh", {"direct_loss": "很多"}, "direct_loss", "不是金额"),
        ("en", {"discovered_at": "tomorrow"}, "discovered_at", "Enter a valid date/time."),
    ],
)
def test_bad_input_is_told_at_its_field_and_kept(
    home: House, held: Policy, language: str, wrong: dict[str, str], field: str, sentence: str
) -> None:
    page = visit(home, INSURED, language).post("respond/report/", report(**wrong), 422)
    assert sentence in at_field(page, field)
    assert "文件服务器全部打不开" in page or field == "what_happened"
    assert not Incident.objects.exists()


def at_field(page: str, name: str) -> str:
    """The sentences that stand at a field."""
    found = re.search(rf'id="id_{re.escape(name)}_error">(.*?)</div>', page, re.DOTALL)
    assert found, f"nothing stands at {name}"
    return found[1]


def test_times_are_checked_against_each_other(home: House, held: Policy) -> None:
    phone, now = visit(home, INSURED, "zh"), timezone.now()
    page = phone.post("respond/report/", report(discovered_at=typed(now + timedelta(days=1))), 422)
    assert "id_discovered_at_error" in page
    page = phone.post("respond/report/", report(occurred_at=typed(now - timedelta(minutes=5))), 422)
    # The folded part opens when something in it is wrong.
    assert 'class="more mt-3" open' in page
    assert at_field(page, "occurred_at")
    assert not Incident.objects.exists()


def test_the_handler_chooses_the_company_and_strangers_cannot(home: House, held: Policy) -> None:
    company = str(held.insured_id)
    office = visit(home, CLAIMS)
    assert office.post("respond/report/", report(company=company)).startswith("/office/incidents/")
    other = house("dongwu")
    tenancy.enter(home.system.tenant)
    foreign = Visitor(other, other[CLAIMS])
    answer = foreign.client.post("/office/respond/report/", report(company=company))
    assert answer.status_code == 404
    tenancy.enter(home.system.tenant)
    assert Incident.objects.count() == 1
    visit(home, UNDERWRITER).get("respond/report/", 403)


# Lists and walls ----------------------------------------------------------------------------------------------------


def test_lists_open_at_every_desk_in_both_languages(home: House, held: Policy) -> None:
    for role in EVERYBODY:
        for language in ("en", "zh"):
            assert "<table" not in visit(home, role, language).get("respond/?state=all")
    made = notified(home, held, after=timedelta(days=39))
    for role in EVERYBODY:
        page = visit(home, role).get("respond/?state=all")
        assert made.number in page
    assert made.number not in visit(home, CLAIMS).get("respond/?state=closed")
    assert made.number in visit(home, CLAIMS).get("respond/?state=open&sort=next_deadline&q=")
    exported = visit(home, CLAIMS).raw("respond/?state=all&q=&export=csv")
    assert made.number in exported.content.decode("utf-8-sig")


def test_nobody_sees_the_incident_of_another_house(home: House, struck: Incident) -> None:
    other = house("dongwu")
    for role in (*EVERYBODY, PROVIDER):
        stranger = Visitor(other, other[role])
        assert stranger.client.get(f"/{stranger.desk}/incidents/{struck.pk}/").status_code == 404
    tenancy.enter(home.system.tenant)
    # The provider of the same house is not called in yet.
    visit(home, PROVIDER).get(f"incidents/{struck.pk}/", 404)
    visit(home, PROVIDER).get("respond/", 404)


def test_what_each_desk_may_do_on_the_page(home: House, struck: Incident) -> None:
    here = f"incidents/{struck.pk}/"
    office = visit(home, CLAIMS).get(here)
    assert "triage/" in office
    assert "claims/open/" in office
    assert "engage/" in office
    insured = visit(home, INSURED).get(here)
    assert "triage/" not in insured
    assert "engage/" not in insured
    assert "duty/" in insured
    assert "waive/" not in insured
    watching = visit(home, SUPERVISOR).get(here)
    assert 'method="post" action="/office/incidents' not in watching
    assert 'method="post" action="/broker' not in visit(home, BROKER).get(here)
    # Nor by hand.
    visit(home, SUPERVISOR).post(f"{here}contain/", {"when": ""}, 403)
    visit(home, BROKER).post(f"{here}event/", {"words": "x"}, 403)
    visit(home, INSURED).get(f"{here}triage/", 404)
    visit(home, CLAIMS).post(f"{here}nothing/", {}, 404)


# The case -----------------------------------------------------------------------------------------------------------


def test_an_incident_is_carried_to_its_lesson(home: House, struck: Incident) -> None:
    office, insured, now = visit(home, CLAIMS), visit(home, INSURED), timezone.now()
    here = f"incidents/{struck.pk}/"
    page = office.get(f"{here}triage/")
    assert 'name="business_loss"' in page
    assert 'name="significant"' in page
    sent = {
        "category": "MI-07", "importance": "important", "business_loss": "serious", "social_harm": "minor",
        "encrypted": "yes", "backups_hit": "yes", "ransom_note": "yes", "personal_data": "no", "operator": "other",
        "public_interest_at_risk": "no", "direct_loss": "640万", "whole_outage_minutes": "2880",
        "jurisdictions": ["CN"], "words": "确认为勒索软件",
    }  # fmt: skip
    wrong = office.post(f"{here}triage/", {**sent, "whole_outage_minutes": "two days"}, 422)
    assert at_field(wrong, "whole_outage_minutes")
    struck.refresh_from_db()
    assert struck.status == "notified"
    assert office.post(f"{here}triage/", sent) == f"/office/{here}"
    struck.refresh_from_db()
    assert struck.status == "triaged"
    assert struck.grade == 3
    assert struck.facts["direct_loss"] == "640万"
    assert struck.facts["operator"] == "other"
    # An emptied fact is taken back; what was not touched stays.
    office.post(f"{here}triage/", {**sent, "whole_outage_minutes": ""})
    struck.refresh_from_db()
    assert "whole_outage_minutes" not in struck.facts
    assert struck.facts["encrypted"] is True
    # The course of events, with evidence that the broker does not see.
    upload = SimpleUploadedFile("防火墙日志.txt", "08:00 拦截".encode())
    insured.post(f"{here}event/", {"words": "已隔离三台主机", "happened_at": typed(now), "upload": upload})
    page = office.get(here)
    pin = re.search(r'href="(/office/incidents/[^"]+/files/[^"]+)"', page)
    assert pin
    assert "防火墙日志.txt" in page
    got = office.client.get(pin[1])
    assert got.content.decode() == "08:00 拦截"
    assert "attachment" in got.headers["Content-Disposition"]
    tenancy.enter(home.system.tenant)
    assert "防火墙日志" not in visit(home, BROKER).get(here)
    page = insured.post(f"{here}event/", {"words": "", "happened_at": typed(now)}, 422)
    assert at_field(page, "words")
    close_up(home, struck, office, insured)


def close_up(home: House, struck: Incident, office: Visitor, insured: Visitor) -> None:
    here, now = f"incidents/{struck.pk}/", timezone.now()
    office.post(f"{here}contain/", {"when": typed(now), "words": "断网完成"})
    # While a clock runs the incident is not closed, and the page says so where one tries.
    page = office.post(f"{here}close/", {"lesson": "备份须离线"}, 422)
    assert "still open" in page
    assert "备份须离线" in page
    due = list(struck.duties.filter(status="due"))
    receipt = SimpleUploadedFile("回执.txt", "已收到".encode())
    own = next(duty for duty in due if duty.bearer == "insured")
    insured.post(f"{here}duty/{own.pk}/", {"when": typed(now), "note": "网信办", "upload": receipt})
    own.refresh_from_db()
    assert own.status == "done"
    assert own.file is not None
    page = office.post(f"{here}duty/{own.pk}/", {"when": typed(now)}, 422)
    assert "already" in page
    for duty in struck.duties.filter(status="due"):
        page = office.post(f"{here}waive/{duty.pk}/", {"reason": ""}, 422)
        assert "Words are needed" in page or "id_reason_error" in page
        office.post(f"{here}waive/{duty.pk}/", {"reason": "不属于该制度"})
    task = struck.tasks.filter(status="open", bearer="insured").first()
    assert task is not None
    insured.post(f"{here}start/{task.pk}/")
    insured.post(f"{here}finish/{task.pk}/")
    task.refresh_from_db()
    assert task.status == "done"
    office.post(f"{here}close/", {"lesson": "备份须离线"})
    struck.refresh_from_db()
    assert struck.status == "closed"
    assert "备份须离线" in insured.get(here)
    assert struck.number not in office.get("respond/?state=open")
    office.post(f"{here}reopen/", {"reason": "同源主机再次告警"})
    struck.refresh_from_db()
    assert struck.status == "triaged"


def test_a_provider_sees_its_incident_and_reports(home: House, struck: Incident) -> None:
    office, provider = visit(home, CLAIMS), visit(home, PROVIDER)
    here = f"incidents/{struck.pk}/"
    panel = PanelProvider.objects.get(service="tracing")
    page = office.get(here)
    assert "answers within 30 min" in page
    office.post(f"{here}engage/{panel.pk}/", {"brief": "确认入侵路径"})
    made = Engagement.objects.get()
    assert struck.number in provider.get("")
    assert struck.number in provider.get("engagements/")
    page = provider.get(here)
    assert "确认入侵路径" in page
    assert "accept/" in page
    # No clocks, no policy, no company page.
    assert 'id="clocks"' not in page
    assert "Policy that answers" not in page
    assert "/companies/" not in page
    assert struck.policy is not None
    assert struck.policy.number not in page
    page = provider.post(f"{here}decline/{made.pk}/", {"reason": " "}, 422)
    assert at_field(page, "reason")
    provider.post(f"{here}accept/{made.pk}/")
    page = provider.post(f"{here}findings/{made.pk}/", {"findings": "经远程桌面进入"}, 422)
    assert at_field(page, "upload")
    paper = SimpleUploadedFile("溯源报告.pdf", b"%PDF-1.7\nreport")
    provider.post(f"{here}findings/{made.pk}/", {"findings": "经远程桌面进入", "upload": paper})
    made.refresh_from_db()
    assert made.status == "reported"
    page = office.get(here)
    assert "经远程桌面进入" in page
    assert "溯源报告.pdf" in page
    # The insured and the broker learn that help is there, not what it costs or found.
    for role in (INSURED, BROKER):
        page = visit(home, role).get(here)
        assert "经远程桌面进入" not in page
        assert "30,000" not in page


def test_a_provider_that_declines_sees_nothing_more(home: House, struck: Incident) -> None:
    provider = visit(home, PROVIDER)
    panel = PanelProvider.objects.get(service="tracing")
    visit(home, CLAIMS).post(f"incidents/{struck.pk}/engage/{panel.pk}/", {"brief": ""})
    made = Engagement.objects.get()
    assert provider.post(f"incidents/{struck.pk}/decline/{made.pk}/", {"reason": "人员在外"}) == "/provider/"
    provider.get(f"incidents/{struck.pk}/", 404)
    page = provider.get("engagements/")
    assert f"/incidents/{struck.pk}/" not in page


def test_an_incident_no_policy_answers_for_says_so_and_is_helped(home: House, held: Policy) -> None:
    before = notified(home, held, after=timedelta(days=-20), at=timezone.now())
    assert before.policy is None
    for role, language, sentence in (
        (CLAIMS, "en", "No policy answers for"),
        (INSURED, "en", "You are helped all the same"),
        (INSURED, "zh", "没有有效保单"),
    ):
        assert sentence in visit(home, role, language).get(f"incidents/{before.pk}/"), (role, language)


def test_every_act_leaves_its_entry_in_the_journal(home: House, struck: Incident) -> None:
    before = Entry.objects.count()
    visit(home, INSURED).post(f"incidents/{struck.pk}/event/", {"words": "", "happened_at": ""}, 422)
    assert Entry.objects.count() == before
    visit(home, INSURED).post(f"incidents/{struck.pk}/event/", {"words": "a", "happened_at": typed(timezone.now())})
    assert Entry.objects.filter(verb="incident.add_event").count() == 1


# Words --------------------------------------------------------------------------------------------------------------


def test_time_left_in_words() -> None:
    now = datetime(2026, 11, 24, 8, tzinfo=timezone.get_current_timezone())
    with override("zh-hans"):
        assert clocks.left(now + timedelta(days=2, hours=3, minutes=5), now) == "还剩2天3小时"
        assert clocks.left(now - timedelta(hours=5, minutes=1), now) == "已超期5小时1分钟"
    with override("en"):
        assert clocks.left(now + timedelta(minutes=59), now) == "59 min left"
        assert clocks.days_left(now.date(), now.date()) == "last day"
        assert clocks.days_left(now.date(), now.date() + timedelta(days=1)) == "1 day overdue"
    assert [clocks.urgency(now + timedelta(hours=h), now) for h in (-1, 3, 71, 73)] == ["bad", "bad", "warn", "note"]
    today = now.date()
    assert [clocks.day_urgency(today + timedelta(days=d), today) for d in (-1, 0, 7, 8)] == [
        "bad",
        "bad",
        "warn",
        "note",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3万", 30_000),
        ("１，２００", 1200),
        ("1,200", 1200),
        ("", None),
        ("万", "万"),
        ("2亿", 2 * 10**8),
        ("3.6万", 36_000),
        ("1.5", "1.5"),
    ],
)
def test_whole_numbers_as_people_type_them(text: str, said: Any) -> None:
    assert whole(text) == said
