"""A file of the company's own scanner, a dispute about what it says, and the new score: in a real browser."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from seawall.lifecycle.identify.models import Asset, Dispute, Import
from seawall.records.parties.models import User
from seawall.records.parties.roles import INSURED, UNDERWRITER
from tests.browser.conftest import NARROW, WIDE, Opens, accessible, overflow, sign_in
from tests.browser.driving import LOCALES, PASSWORD, Desk
from tests.factories import House, assessed, house
from tests.lifecycle.identify.test_assets import FILES

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
]
HOST = "files.haituo.example"


def desk(home: House, role: str, site: str, opens: Opens, language: str) -> Desk:
    person = User.objects.get(pk=home[role].user)
    person.set_password(PASSWORD)
    person.language = {"zh": "zh-hans", "en": "en"}[language]
    person.save()
    page = opens(LOCALES[language])
    sign_in(page, site, person.email, PASSWORD)
    return Desk(page, site, person.email)


def sound(page: Page) -> None:
    """Nothing for axe to say, and nothing beyond the window, wide and narrow."""
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        assert overflow(page) <= 0, (page.url, size)
        assert accessible(page) == [], page.url


def report(yesterday: datetime) -> bytes:
    """The scanner's report as if it had been made yesterday."""
    text = (FILES / "scan.nessus").read_text()
    return re.sub(r"Mon Nov 23 (\d\d:\d\d:\d\d) 2026", yesterday.strftime(r"%a %b %d \1 %Y"), text).encode()


def to_a_tenth(value: float) -> str:
    """As the page rounds: half up, in decimals."""
    return str(Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def test_import_dispute_and_the_new_score(live_server: LiveServer, opens: Opens) -> None:
    now = timezone.now()
    home = house(at=now)
    assessed(home, at=now, request__inception=timezone.localdate(now + timedelta(days=30)).isoformat())
    company = home.organisations["insured"].pk
    insured = desk(home, INSURED, live_server.url, opens, "zh")

    insured.go(f"/insured/companies/{company}/")
    insured.follow("/assets/")
    sound(insured.page)
    insured.follow("/imports/")
    sound(insured.page)
    chosen = {"name": "scan.nessus", "mimeType": "text/xml", "buffer": report(now - timedelta(days=1))}
    insured.page.locator("main input[type=file]").set_input_files(chosen)
    insured.send()
    assert Import.objects.get(company=company).kind == "nessus"
    insured.reads("严重漏洞超过 30 天未修复", "CVE-2017-0143", "第 25 行", HOST)
    sound(insured.page)

    insured.go(f"/insured/assets/{Asset.objects.get(name=HOST).pk}/")
    insured.reads("为何归属贵司", "企业自有工具 Nessus 的报告列有此项", "可信度 80")
    sound(insured.page)
    form = insured.page.locator("main details.act:has(input[name='check'][value='SW-IMP-01'])")
    form.locator("summary").click()
    form.locator("label", has_text="误报").first.click()
    form.locator("textarea[name='words']").fill("该补丁已于三月安装，扫描器未取得主机凭据。")
    sound(insured.page)
    with insured.page.expect_navigation():
        form.locator("button[type=submit]").click()
    insured.reads("待保险公司答复", "该补丁已于三月安装")
    sound(insured.page)
    made = Dispute.objects.get()

    office = desk(home, UNDERWRITER, live_server.url, opens, "en")
    office.go("/office/")
    office.reads(f"Dispute about {HOST}")
    office.go("/office/disputes/")
    sound(office.page)
    office.follow(f"/disputes/{made.pk}/")
    office.fill({"verdict": "uphold", "reason": "The patch is installed; the host shows it."})
    sound(office.page)
    office.send("/decide/")
    made.refresh_from_db()
    before, after = made.effect["before"]["value"], made.effect["after"]["value"]
    assert after > before
    office.reads("What it changed", to_a_tenth(before), to_a_tenth(after), "Prompt patching")
    sound(office.page)
    office.follow(f"/assessments/{made.assessment_id}/")
    office.reads(str(round(after)))

    insured.go(f"/insured/disputes/{made.pk}/")
    insured.reads("评分变化", f"{after:.1f}", "The patch is installed")
    sound(insured.page)
