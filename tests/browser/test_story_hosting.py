"""Case 2 in a real browser, in English: the watch sees the desk open, the ransom is refused, the hours are paid for."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from seawall.technology.lab import Lab
from tests.browser import driving
from tests.browser.conftest import Opens
from tests.stories.conftest import Work
from tests.stories.losses import hosting_facts, hosting_items
from tests.stories.test_case_hosting import CASE, DESK

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
]
HOURS = {
    "repeat": "48",
    "expected_profit": "7,000",
    "fixed_cost": "5,000",
    "actual": "1,500",
    "extra_cost": "35,250.40",
    "saved_cost": "20,000",
}


def test_the_hosting_firm_in_a_browser(live_server: LiveServer, lab: Lab, work: Work, opens: Opens) -> None:
    lab.close_port(DESK, 3389)
    told = driving.begun(CASE, live_server.url, lab, work, opens, "en")
    submission = driving.filed(told)
    driving.looked_at(told, submission)
    policy = driving.bound(told, driving.quoted(told, driving.assessed(told, submission)))
    insured = driving.seated_insured(told)
    expect(insured.page.locator("html")).to_have_attribute("lang", "en")
    driving.alerted(told, policy, lambda: lab.open_port(DESK, 3389))
    insured.reads(DESK, "Remote desktop or VNC is open to the internet", "CO-05")
    facts = {"encrypted": "yes", "backups_hit": "yes", "ransom_note": "yes", "personal_data": "no"}
    words = "All virtual hosts are encrypted, the back-ups too; 25 bitcoin are demanded."
    incident = driving.reported(told, {**facts, "direct_loss": "640万"}, words)
    driving.triaged(told, incident, {"whole_outage_minutes": "2880", "operator": "other"})
    driving.answered(told, incident)
    insured.go(f"/insured{incident}")
    # The grade and the four hours are worked out in tests/stories/test_case_hosting.py.
    insured.reads("Larger incident", "Provincial cyberspace administration")
    claim = driving.opened(told, incident, "900000")
    items = hosting_items("")
    driving.determined(told, hosting_facts(""), items)
    handler = told.at("claims_handler")
    handler.reads("in virtual currency, is not payable", "CN-02")
    driving.adjusted(told, items, {"rebuild": "60,000"}, HOURS)
    # 797,408.87 + 28,800.50 for containment, worked out in tests/stories/test_case_hosting.py.
    handler.reads("826,209.37")
    driving.paid(told, claim, "826,209.37")
