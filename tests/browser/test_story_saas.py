"""Case 1 in a real browser, in Chinese: everybody does a day's work, from the first field to the closed claim."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from seawall.technology.lab import Lab
from tests.browser import driving
from tests.browser.conftest import Opens
from tests.stories.conftest import Work
from tests.stories.losses import saas_facts, saas_items
from tests.stories.test_case_saas import CASE

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
]


def test_the_saas_provider_in_a_browser(live_server: LiveServer, lab: Lab, work: Work, opens: Opens) -> None:
    told = driving.begun(CASE, live_server.url, lab, work, opens, "zh")
    submission = driving.filed(told)
    driving.looked_at(told, submission)
    driving.bound(told, driving.quoted(told, driving.assessed(told, submission)))
    insured = driving.seated_insured(told)
    expect(insured.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    facts = {"encrypted": "no", "ransom_note": "no", "personal_data": "yes", "people_affected": "3.6万"}
    incident = driving.reported(told, {**facts, "direct_loss": "120万"}, "客户反映发票信息外泄，接口存在越权漏洞。")
    driving.triaged(told, incident, {"people_affected": "38200"})
    insured.go(f"/insured{incident}")
    # The grade is worked out in tests/stories/test_case_saas.py; both laws want their notice at once.
    insured.reads("一般网络安全事件", "个人信息保护法", "数据安全法")
    claim = driving.opened(told, incident, "1200000")
    items = saas_items("")
    driving.determined(told, saas_facts("", timezone.now()), items)
    handler = told.at("claims_handler")
    handler.reads("CN-04")
    driving.adjusted(told, items, {"press": "30,000"}, {})
    # 628,665.60 + 58,643.22 + 177,136.29, worked out in tests/stories/test_case_saas.py.
    handler.reads("864,445.11")
    driving.paid(told, claim, "864,445.11")
