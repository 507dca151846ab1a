"""The risk universe in a real browser, in Chinese: found, changed, tried on the book, adopted, and assessed by."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from seawall.entrypoints.jobs import tasks
from seawall.records import tenancy
from seawall.records.parties.models import User
from seawall.records.parties.roles import PORTFOLIO
from tests.browser.conftest import Opens, Watch, accessible, sign_in
from tests.browser.driving import LOCALES, PASSWORD, Desk
from tests.factories import assessed, house
from tests.stories.conftest import Work

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
]
# The jobs by their names.
assert tasks


def do_jobs(work: Work) -> None:
    """What the worker does meanwhile, on a thread of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_a_risk_is_found_changed_tried_and_adopted(
    live_server: LiveServer, work: Work, opens: Opens, watch: Watch
) -> None:
    now = timezone.now()
    today = timezone.localdate(now)
    home = house(at=now)
    old = assessed(home, at=now, request__inception=today.isoformat())
    with tenancy.inside(tenancy.EVERY):
        held = User.objects.get(pk=home[PORTFOLIO].user)
        held.set_password(PASSWORD)
        held.language = "zh-hans"
        held.save()
    page = opens(LOCALES["zh"])
    sign_in(page, live_server.url, held.email, PASSWORD)
    desk = Desk(page, live_server.url, held.email)

    # Found by its ATT&CK number, read with the clause that answers and the company it strikes.
    desk.go("/office/strategy/")
    desk.follow("/strategy/universe/")
    page.locator("#id_q").fill("T1486")
    page.locator("#id_grain").select_option("enterprise")
    desk.send()
    expect(page.locator("main tbody tr")).to_have_count(2)
    desk.follow("/risks/ransomware_encryption/")
    desk.reads("勒索软件加密系统", "IA-02", "haian 科技", "T1486 Data Encrypted for Impact")
    expect(page.locator("#risk-links .chart svg")).to_be_visible()
    assert accessible(page) == []

    # Changed in a draft: without a source it is refused at its field, with one it is noted.
    desk.go("/office/strategy/universe/draft/")
    desk.send("/begin/")
    desk.go("/office/strategy/universe/risks/ransomware_encryption/")
    desk.follow("/draft/risks/ransomware_encryption/")
    desk.fill({"frequency.base": "０．００４８"})
    desk.send()
    expect(page.locator("[id='id_frequency.source_error']")).to_contain_text("依据")
    expect(page.locator("[name='frequency.base']")).to_have_value("０．００４８")
    assert accessible(page) == []
    assert watch.take()[0].startswith("422: POST")
    page.locator("[name='frequency.source']").fill("本公司2023至2026年赔案")
    desk.send()
    desk.reads("本公司2023至2026年赔案", "0.00480")

    # Tried on the book; the page follows the job without being asked.
    desk.send("/try/")
    expect(page.locator("#work-trial")).to_be_visible()
    do_jobs(work)
    page.locator("#work-trial a[href*='#trial']").click()
    page.reload()
    desk.reads("按草稿", "haian 科技")
    assert accessible(page) == []

    # Adopted from today: a new assessment draws on it, the old one comes out as it was.
    page.locator("[name=start]").fill(today.isoformat())
    desk.send("/adopt/")
    desk.reads("haian 财产保险风险宇宙", "house 1.0")
    tenancy.enter(home[PORTFOLIO].tenant)
    new = assessed(home, at=timezone.now(), request__inception=today.isoformat())
    desk.go(f"/office/assessments/{new.pk}/")
    desk.reads("universe/house 1.0")
    page.locator("#risks a[href$='/risks/ransomware_encryption/']").click()
    desk.reads("本公司2023至2026年赔案")
    desk.go(f"/office/assessments/{old.pk}/")
    desk.reads("universe/core")
    page.locator("#record button[type=submit]").click()
    expect(page.locator("#again")).to_contain_text("所有数字一致")
