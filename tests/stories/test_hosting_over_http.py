"""Case 2 over HTTP: the ransom is refused with its clause, the interruption paid to the fen."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pytest_django.live_server_helper import LiveServer

from seawall.records.parties.roles import CLAIMS, PROVIDER
from seawall.technology.lab import Lab
from tests.stories import calling
from tests.stories.conftest import Work
from tests.stories.losses import HOSTING_FACTS, hosting_facts, hosting_items, hosting_sheets
from tests.stories.test_case_hosting import CASE, DESK

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_hosting_firm_over_http(live_server: LiveServer, lab: Lab, work: Work) -> None:
    lab.close_port(DESK, 3389)
    told = calling.begun(CASE, live_server.url, lab, work)
    calling.looked_at(told)
    calling.assessed(told)
    calling.bound(told)
    calling.watched(told, lambda: lab.open_port(DESK, 3389), "SW-EXP-01")
    incident = calling.incident(told, "全部虚拟化主机与备份被加密，索要25枚比特币", HOSTING_FACTS)
    # The grade and its table are worked out in test_case_hosting.py.
    assert (incident["category"], incident["grade"]) == ("MI-07", 3)
    report = next(duty for duty in incident["duties"] if duty["rule"] == "cn_operator_report")
    found, due = (datetime.fromisoformat(text) for text in (incident["discovered_at"], report["deadline"]))
    assert due - found == timedelta(hours=4)
    _answered(told, incident["id"])
    handler = told.by[CLAIMS]
    claim, paper = calling.claimed(told, incident["id"], "取证、谈判、恢复发票")
    items = hosting_items(paper)
    handler.post(f"claims/{claim}/determination", {"facts": hosting_facts(paper), "items": items})
    handler.post(f"claims/{claim}/adjustment", {"worksheets": hosting_sheets(paper)})
    page = told.by["insured"].get(f"claims/{claim}")
    refusals = {found["item"]: [c["clause"] for c in found["clauses"]] for found in page["refused_items"]}
    assert refusals == {"ransom": ["CN-02"]}
    bridge = {row["cover"]: (row["payable"], row["mitigation"]) for row in page["adjustment"]["bridge"]}
    assert bridge == {
        "business_interruption": (calling.yuan(370_870_92), calling.yuan(0)),
        "extortion": (calling.yuan(124_748_82), calling.yuan(0)),
        "data_restoration": (calling.yuan(301_789_13), calling.yuan(28_800_50)),
    }
    # 797,408.87 + 28,800.50 for containment, worked out in test_case_hosting.py.
    calling.paid(told, claim, "826209.37")
    calling.learned(told)


def _answered(told: calling.Calls, incident: str) -> None:
    """A provider of the panel is called in; before it was, it knew of nothing."""
    provider = told.by[PROVIDER]
    assert provider.all("incidents") == []
    panel = next(p for p in told.by[CLAIMS].all("panel") if p["service"] == "tracing")
    work = told.by[CLAIMS].post(f"incidents/{incident}/engagements", {"provider": panel["id"], "brief": "止损与溯源"})
    assert [found["id"] for found in provider.all("incidents")] == [incident]
    provider.post(f"engagements/{work['id']}/accept")
    report = {"name": "溯源报告.txt", "content": "6YCa6L+H6L+c56iL5qGM6Z2i6L+b5YWl"}
    done = provider.post(f"engagements/{work['id']}/report", {"findings": "已恢复九成数据", "report": report})
    assert done["status"] == "reported"
