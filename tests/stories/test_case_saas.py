"""Case 1 of the white paper: a SaaS provider's invoices leak, its customers claim, its counsel defends it.

One full loop with the real parts: the lab scanned by the jobs of a real worker, papers printed, money to the fen.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from seawall.core.money import Money
from seawall.lifecycle.protect.models import LedgerEntry, Policy
from seawall.lifecycle.protect.queries import ledger as books
from seawall.lifecycle.recover.actions import claim as claims
from seawall.lifecycle.recover.actions import payment as payments
from seawall.lifecycle.recover.actions import settlement as settlements
from seawall.lifecycle.recover.actions.experience import propose_experience
from seawall.lifecycle.recover.models import Claim, Payment
from seawall.lifecycle.recover.queries import settlement as figures
from seawall.lifecycle.recover.queries.reconciliation import reconcile
from seawall.lifecycle.respond.actions import duty as duties
from seawall.lifecycle.respond.actions import triage
from seawall.lifecycle.respond.actions.notify import Notice, notify
from seawall.lifecycle.respond.models import Incident
from seawall.lifecycle.strategy.actions.proposal import decide
from seawall.records.parties.roles import CLAIMS, PORTFOLIO, SUPERVISOR
from seawall.records.vault.models import File, Log
from seawall.technology.lab import Lab
from seawall.technology.lab.services import Page
from tests.stories import underwriting
from tests.stories.conftest import Work
from tests.stories.losses import SAAS_FACTS, saas_facts, saas_items, saas_sheets
from tests.stories.telling import DAY, HOUR, exported, facts, gates_of, item, line, problems_with
from tests.stories.underwriting import Case, Story, refused

pytestmark = pytest.mark.django_db(transaction=True)
CASE = Case("saas-invoice", "yunpiaotong.example", "system", "100万", "2万", {})


def test_the_saas_provider_once_around_the_loop(lab: Lab, work: Work, tmp_path: Path) -> None:
    story = underwriting.begun(CASE, lab, work)
    underwriting.looked_at(story)
    assessment = underwriting.assessed(story)
    policy = underwriting.bound(story, assessment)
    _watch_finds_the_open_repository(story, policy)
    incident = _incident(story, timezone.now() + 20 * DAY)
    claim = _judged(story, incident, incident.reported_at + 5 * DAY)
    _adjusted_to_the_fen(story, claim, incident.reported_at + 6 * DAY)
    _paid_once(story, claim, incident.reported_at + 8 * DAY)
    second = _second_event_meets_the_aggregate(story, policy, incident.reported_at + 30 * DAY)
    later = second.recorded_at + 10 * DAY
    _learned(story, [claim, second], later)
    assert not reconcile(story.home[CLAIMS])
    _vault_is_sound(story, later, tmp_path)


def _watch_finds_the_open_repository(story: Story, policy: Policy) -> None:
    """A source repository left open is an increase of risk: to be mended now, within three days of grace."""
    host = story.case.domain
    before = story.lab.web[host].pages

    def leak() -> None:
        story.lab.show_page(host, "/.git/HEAD", Page(200, (), b"ref: refs/heads/main\n"))

    def mend() -> None:
        story.lab.web[host].pages = before

    alerts = underwriting.watched(story, policy, leak, mend)
    assert {(alert.asset, alert.fault) for alert in alerts} == {(host, "SW-WEB-01"), (f"www.{host}", "SW-WEB-01")}


def _incident(story: Story, at: datetime) -> Incident:
    """Graded at notice and again at triage; the legal notices have their deadlines, and are given."""
    notice = Notice(
        company=story.company.pk,
        what_happened="客户反映发票信息外泄，经查开放接口存在越权漏洞。",
        discovered_at=at,
        occurred_at=at - 6 * HOUR,
        contact="李敏 13800000000",
        facts=SAAS_FACTS,
    )
    incident = notify(notice=notice, by=story.insured, at=at + HOUR)
    # Leak of personal data; important object (MLPS 3) × considerable loss (CNY 0.5 m and more) and considerable harm
    # (10,000 people and more) is level 4 in the table of GB/T 20986; below all thresholds of the reporting measures.
    assert (incident.category, incident.grade, incident.policy) == ("DSI-03", 4, Policy.objects.get())
    assert incident.grading["provisional"]
    # Whether it must be reported is open while it is not known that nobody's daily life is touched.
    asked = incident.duties.get(rule="cn_operator_report")
    assert (asked.status, incident.report_level) == ("needs_facts", None)
    assert {"population_share", "daily_life_people"} <= set(asked.missing)
    known = {
        "people_affected": 38200,
        "daily_life_people": 0,
        "population_span": "none",
        "public_interest_at_risk": False,
    }
    findings = triage.Findings(facts=known, words="确认涉及3.82万名个人信息主体，不影响公共服务")
    incident = triage.triage(incident=incident.pk, findings=findings, by=story.home[CLAIMS], at=at + 2 * HOUR)
    assert (incident.grade, incident.report_level, incident.grading["provisional"]) == (4, 4, False)
    assert incident.duties.get(rule="cn_operator_report").status == "lapsed"
    owed = {duty.rule: (duty.status, duty.deadline) for duty in incident.duties.all()}
    # Both laws say "at once": the deadline is the discovery itself.
    assert owed["cn_pipl"] == owed["cn_dsl"] == ("due", at)
    refused("incident.open_duties", lambda: _closed(story, incident, at))
    for duty in incident.duties.filter(status="due"):
        duties.mark_done(duty=duty.pk, when=at + 3 * HOUR, note="已报送", by=story.insured, at=at + 4 * HOUR)
    _closed(story, incident, at)
    incident.refresh_from_db()
    assert incident.status == "closed"
    return incident


def _closed(story: Story, incident: Incident, at: datetime) -> None:
    incident.refresh_from_db()
    if incident.status == "triaged":
        triage.contain(incident=incident.pk, when=at + 2 * HOUR, by=story.home[CLAIMS], at=at + 3 * HOUR)
    triage.close(incident=incident.pk, lesson="接口鉴权须纳入上线前测试", by=story.home[CLAIMS], at=at + 5 * HOUR)


def _judged(story: Story, incident: Incident, at: datetime) -> Claim:
    """Through the three gates: what the customers and counsel cost passes; the fine does not, and CN-04 says why."""
    handler = story.home[CLAIMS]
    opening = claims.Opening(incident.pk, reserve=Money.of("1200000", "CNY"))
    claim = claims.open_claim(opening=opening, by=handler, at=at)
    claims.receive_proof(claim=claim.pk, on=claim.policy.day(at), by=handler, at=at)
    paper = _paper(story, claim, at)
    stated, items = saas_facts(paper, incident.discovered_at), saas_items(paper)
    judged = settlements.determine(claim=claim.pk, facts=stated, items=items, by=handler, at=at)
    assert judged.outcome == "partly"
    for passed in ("settlements", "press", "counsel"):
        assert gates_of(judged, passed) == {name: ("passed", []) for name in ("liable", "scope", "proven")}
    penalty = gates_of(judged, "penalty")
    # IA-09 does not promise fines either: kind of cost is none that defence costs pay.
    assert penalty["scope"][0] == "failed"
    assert "CN-04" in penalty["scope"][1]
    assert figures.replay_determination(judged).same
    return claim


def _paper(story: Story, claim: Claim, at: datetime) -> str:
    words = f"和解协议与发票，赔案 {claim.number}。".encode()
    file = claims.hand_in(claim=claim.pk, name="和解协议.txt", content=words, by=story.insured, at=at)
    return f"vault:{file.pk}"


def _adjusted_to_the_fen(story: Story, claim: Claim, at: datetime) -> None:
    """Worksheets and bridge, worked out by hand.

    Admitted: 643,210.55 settlements + (90,000 − 30,000 betterment) press + 181,234.56 counsel = 884,445.11.
    One retention of 20,000 for the event, by share of the loss, in fen (88,444,511 in all):
      settlements 2,000,000 × 64,321,055 / 88,444,511 = 1,454,495.12 → 1,454,495
      press       2,000,000 ×  6,000,000 / 88,444,511 =   135,678.29 →   135,678
      counsel     2,000,000 × 18,123,456 / 88,444,511 =   409,826.59 →   409,827 (the fen left over goes to .59)
    Payable: 628,665.60 + 58,643.22 + 177,136.29 = 864,445.11, within every sub-limit and the aggregate of 1,000,000.
    """
    paper = f"vault:{File.objects.get(noun='claim', subject=str(claim.pk)).pk}"
    made = settlements.adjust(claim=claim.pk, worksheets=saas_sheets(paper), by=story.home[CLAIMS], at=at)
    bridge = {row.cover: (row.claimed, row.disallowed, row.retained, row.payable) for row in made.covers.all()}
    assert bridge == {
        "data_breach_liability": (643_210_55, 0, 14_544_95, 628_665_60),
        "public_relations": (90_000_00, 30_000_00, 1_356_78, 58_643_22),
        "defence_costs": (231_234_56, 50_000_00, 4_098_27, 177_136_29),
    }
    assert (made.payable, made.mitigation, made.total) == (864_445_11, 0, 864_445_11)
    off = {line["id"]: line["deductions"] for sheet in made.result["worksheets"] for line in sheet["lines"]}
    assert [d["clause"] for d in off["press"]] == ["EX-05"]
    assert [d["clause"] for d in off["penalty"]] == ["CN-04"]
    assert figures.replay_adjustment(made).same


def _paid_once(story: Story, claim: Claim, at: datetime) -> None:
    """A second person approves; the same order twice pays once; then the claim is closed and its reserve gone."""
    handler, reviewer = story.home[CLAIMS], story.home.second[CLAIMS]
    refused("claim.four_eyes", lambda: payments.approve(claim=claim.pk, by=handler, at=at))
    assert payments.approve(claim=claim.pk, note="复核无误", by=reviewer, at=at).amount == 864_445_11
    order = payments.Order("saas-1", Money(864_445_11, "CNY"), story.company.name_zh)
    first = payments.pay(claim=claim.pk, order=order, by=handler, at=at + HOUR)
    assert payments.pay(claim=claim.pk, order=order, by=reviewer, at=at + 2 * HOUR) == first
    assert Payment.objects.count() == 1
    assert LedgerEntry.objects.filter(account="bank").count() == 1
    refused("payment.key_reused", lambda: _pay(story, claim, Money(1, "CNY"), at))
    claim.refresh_from_db()
    # 1,200,000.00 were set aside, 864,445.11 have been paid.
    assert (claim.status, claim.paid, claim.reserve) == ("paid", 864_445_11, 335_554_89)
    sums = books.balances(handler, policy=claim.policy_id)
    assert sums["claims_paid", "CNY"] == -sums["bank", "CNY"] == 864_445_11
    claims.close(claim=claim.pk, reason="全部赔付，无追偿对象", by=handler, at=at + DAY)
    claim.refresh_from_db()
    assert (claim.status, claim.reserve, claim.closures.get().kind) == ("closed", 0, "paid")


def _pay(story: Story, claim: Claim, amount: Money, at: datetime) -> Payment:
    order = payments.Order("saas-1", amount, story.company.name_zh)
    return payments.pay(claim=claim.pk, order=order, by=story.home[CLAIMS], at=at)


def _second_event_meets_the_aggregate(story: Story, policy: Policy, at: datetime) -> Claim:
    """What the first claim has used of the aggregate is gone.

    200,000.00 claimed − 20,000.00 retention = 180,000.00, but only 1,000,000.00 − 864,445.11 = 135,554.89 is left.
    """
    handler = story.home[CLAIMS]
    notice = Notice(story.company.pk, "同一接口的旧版本再次被利用，合作平台提出索赔。", at, "李敏")
    incident = notify(notice=notice, by=story.insured, at=at + HOUR)
    claim = claims.open_claim(opening=claims.Opening(incident.pk), by=handler, at=at + DAY)
    paper = _paper(story, claim, at + DAY)
    wanted = item("platform", "data_security_liability", "200000", "compensation", paper)
    stated = facts(
        paper,
        cause="intrusion",
        third_party_claim=True,
        claim_made_at=at.isoformat(),
        occurred_at=at.isoformat(),
    )
    settlements.determine(claim=claim.pk, facts=stated, items=[wanted], by=handler, at=at + 2 * DAY)
    sheet = {"cover": "data_security_liability", "lines": [line("platform", "compensation", "200000", paper)]}
    made = settlements.adjust(claim=claim.pk, worksheets=[sheet], by=handler, at=at + 3 * DAY)
    span = made.covers.get()
    assert (span.retained, span.above_aggregate, span.payable) == (20_000_00, 44_445_11, 135_554_89)
    assert made.result["bridge"]["aggregate_before"] == "135554.89"
    assert Decimal(made.result["bridge"]["aggregate_left"]) == 0
    payments.approve(claim=claim.pk, by=story.home.second[CLAIMS], at=at + 4 * DAY)
    payments.pay(
        claim=claim.pk,
        order=payments.Order("saas-2", Money(135_554_89, "CNY"), story.company.name_zh),
        by=handler,
        at=at + 5 * DAY,
    )
    assert sum(payment.indemnity for payment in policy.payments.all()) == policy.aggregate_limit == 1_000_000_00
    return claim


def _learned(story: Story, told: list[Claim], at: datetime) -> None:
    """What it cost is laid before the portfolio manager, who decides; the plan in force is not touched."""
    proposal = propose_experience(currency="CNY", until=timezone.localdate(at), by=story.home[CLAIMS], at=at)
    assert proposal.evidence["claims"] == [claim.number for claim in told]
    assert (proposal.evidence["events"], proposal.evidence["loss"]) == (2, 1_000_000_00)
    assert Decimal(proposal.proposed["frequency"]) > 1
    decided = decide(proposal=proposal.pk, approve=True, note="纳入下一版费率", by=story.home[PORTFOLIO], at=at)
    assert decided.status == "approved"


def _vault_is_sound(story: Story, at: datetime, folder: Path) -> None:
    """The export checks without the platform; one flipped bit anywhere is found."""
    content, key = exported(story.home[SUPERVISOR], at), Log.objects.get().public_key
    assert problems_with(content, folder, key) == []
    for place in (10, len(content) // 3, len(content) // 2, len(content) - 3):
        flipped = bytearray(content)
        flipped[place] ^= 1
        assert problems_with(bytes(flipped), folder, key), place
