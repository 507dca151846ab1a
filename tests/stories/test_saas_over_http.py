"""Case 1 over HTTP: another system files, binds, reports and is paid, by the documented operations alone."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from seawall.records.parties.roles import CLAIMS
from seawall.technology.lab import Lab
from seawall.technology.lab.services import Page
from tests.stories import calling
from tests.stories.conftest import Work
from tests.stories.losses import SAAS_FACTS, saas_items, saas_sheets
from tests.stories.telling import facts
from tests.stories.test_case_saas import CASE

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_saas_provider_over_http(live_server: LiveServer, lab: Lab, work: Work) -> None:
    told = calling.begun(CASE, live_server.url, lab, work)
    calling.looked_at(told)
    calling.assessed(told)
    calling.bound(told)
    leak = Page(200, (), b"ref: refs/heads/main\n")
    calling.watched(told, lambda: lab.show_page(CASE.domain, "/.git/HEAD", leak), "SW-WEB-01")
    incident = calling.incident(told, "客户反映发票信息外泄", SAAS_FACTS)
    # The grade and its table are worked out in test_case_saas.py.
    assert (incident["category"], incident["grade"]) == ("DSI-03", 4)
    owed = {duty["rule"]: duty for duty in incident["duties"]}
    assert owed["cn_pipl"]["deadline"] == owed["cn_dsl"]["deadline"] == incident["discovered_at"]
    claim = _settled(told, incident)
    # 628,665.60 + 58,643.22 + 177,136.29, worked out in test_case_saas.py.
    calling.paid(told, claim, "864445.11")
    calling.learned(told)


def _settled(told: calling.Calls, incident: dict[str, Any]) -> str:
    """Three gates, worksheets, and the bridge that both sides read."""
    handler = told.by[CLAIMS]
    claim, paper = calling.claimed(told, incident["id"], "和解协议与发票")
    stated = facts(
        paper,
        cause="data_leak",
        personal_data_affected=True,
        third_party_claim=True,
        public_report=True,
        claim_made_at=incident["discovered_at"],
    )
    handler.post(f"claims/{claim}/determination", {"facts": stated, "items": saas_items(paper)})
    handler.post(f"claims/{claim}/adjustment", {"worksheets": saas_sheets(paper)})
    page = told.by["insured"].get(f"claims/{claim}")
    refusals = {found["item"]: [c["clause"] for c in found["clauses"]] for found in page["refused_items"]}
    assert "CN-04" in refusals["penalty"]
    bridge = {row["cover"]: row["payable"] for row in page["adjustment"]["bridge"]}
    assert bridge == {
        "data_breach_liability": calling.yuan(628_665_60),
        "public_relations": calling.yuan(58_643_22),
        "defence_costs": calling.yuan(177_136_29),
    }
    return claim
