"""The white paper's two cases after binding: watched, struck, answered, claimed. Every step is a real action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from seawall.core.money import Money, parse_amount
from seawall.entrypoints.demo.house import House
from seawall.lifecycle.protect.models import Policy
from seawall.lifecycle.recover.actions import claim as claims
from seawall.lifecycle.recover.actions import payment as payments
from seawall.lifecycle.recover.actions import settlement as settlements
from seawall.lifecycle.recover.actions.experience import propose_experience
from seawall.lifecycle.recover.models import Claim
from seawall.lifecycle.respond.actions import duty as duties
from seawall.lifecycle.respond.actions import engagement as engagements
from seawall.lifecycle.respond.actions import steps, timeline, triage
from seawall.lifecycle.respond.actions.notify import Notice, notify
from seawall.lifecycle.respond.actions.timeline import Upload
from seawall.lifecycle.respond.actions.triage import Findings
from seawall.lifecycle.respond.models import Incident
from seawall.lifecycle.strategy.models import PanelProvider
from seawall.records.vault.actions.log import sign_head

CLAIMS, REVIEWER, PORTFOLIO = "claims@haian.example", "claims2@haian.example", "portfolio@haian.example"
PROVIDER = "duty@panshi.example"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact of a claim with the evidence it rests on."""

    value: Any
    evidence: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {"value": self.value, "evidence": list(self.evidence)}


def facts(report: str, **values: Any) -> dict[str, Any]:
    """Facts of a claim that rest on the responder's report in the vault."""
    common = {
        "security_event": True, "known_before_inception": False, "disclosure_breach": "none",
        "security_undertaking_kept": True, "exclusions_explained": True,
    }  # fmt: skip
    return {name: Stated(value, (report,)).as_dict() for name, value in {**common, **values}.items()}


def item(name: str, cover: str, amount: str, kind: str, paper: str, **more: Any) -> dict[str, Any]:
    """An item claimed; its papers lie in the vault."""
    stated = {"documented": True, "caused_by_event": True, "reasonable": True, "consent": True, **more}
    paid_in = stated.pop("paid_in", "money")
    values = {key: Stated(value, (paper,)).as_dict() for key, value in stated.items()}
    values["cost_kind"] = Stated(kind).as_dict()
    return {"id": name, "cover": cover, "amount": amount, "paid_in": paid_in, "facts": values}


def hand_in(house: House, claim: Claim, who: str, name: str, text: str, at: datetime) -> str:
    """Put a paper into the claim's file; the reference that worksheets use."""
    file = claims.hand_in(claim=claim.pk, name=name, content=text.encode(), by=house[who], at=at)
    return f"vault:{file.pk}"


def responder(house: House, incident: Incident, at: datetime, brief: str, findings: str, report: str) -> None:
    """Call in the responder; it accepts, works and reports."""
    panel = PanelProvider.objects.get(organisation=house.organisations["response"], service="tracing", ended_at=None)
    engaged = engagements.engage(incident=incident.pk, provider=panel.pk, brief=brief, by=house[CLAIMS], at=at)
    engagements.accept(engagement=engaged.pk, by=house[PROVIDER], at=at + timedelta(minutes=18))
    upload = Upload("溯源报告.txt", report.encode())
    engagements.report(engagement=engaged.pk, findings=findings, upload=upload, by=house[PROVIDER], at=at + 2 * DAY)


def settle_duties(house: House, incident: Incident, who: str, at: datetime, *, leave: int = 0) -> None:
    """Mark the legal notices as given, with their receipts; `leave` of them stay open."""
    open_ones = list(incident.duties.filter(status="due", bearer="insured").order_by("deadline"))
    for owed in open_ones[: len(open_ones) - leave]:
        receipt = Upload("报送回执.txt", f"{owed.rule} 报送回执".encode())
        duties.mark_done(duty=owed.pk, when=at, note="已报送", upload=receipt, by=house[who], at=at)


def work_through(house: House, incident: Incident, at: datetime, *, leave: int = 0) -> None:
    """Do the playbook's steps in order; the last `leave` stay open."""
    tasks = list(incident.tasks.filter(status="open").order_by("recorded_at", "key"))
    for number, task in enumerate(tasks[: len(tasks) - leave]):
        moment = at + number * timedelta(minutes=20)
        steps.start(task=task.pk, by=house[CLAIMS], at=moment)
        steps.finish(task=task.pk, note="", by=house[CLAIMS], at=moment + timedelta(minutes=15))


def claim_of(house: House, incident: Incident, reserve: str, at: datetime) -> Claim:
    """Open the claim with its first reserve, papers received."""
    opening = claims.Opening(incident.pk, reserve=parse_amount(reserve, "CNY"))
    opened = claims.open_claim(opening=opening, by=house[CLAIMS], at=at)
    claims.receive_proof(claim=opened.pk, on=opened.policy.day(at), by=house[CLAIMS], at=at)
    return opened


def judged(
    house: House, claim: Claim, stated: Mapping[str, Any], items: Sequence[Mapping[str, Any]], sheets: Sequence[Any],
    at: datetime,
) -> None:  # fmt: skip
    """Through the three gates, then onto the worksheets."""
    settlements.determine(claim=claim.pk, facts=stated, items=items, by=house[CLAIMS], at=at)
    settlements.adjust(claim=claim.pk, worksheets=sheets, by=house[CLAIMS], at=at + HOUR)


def paid(house: House, claim: Claim, amount: Money | None, payee: str, key: str, at: datetime) -> None:
    """Approve as the second person, and pay (everything approved, when no amount is given)."""
    allowed = payments.approve(claim=claim.pk, amount=amount, note="复核无误", by=house[REVIEWER], at=at)
    order = payments.Order(key, Money(allowed.amount, claim.currency), payee)
    payments.pay(claim=claim.pk, order=order, by=house[CLAIMS], at=at + HOUR)


def saas(house: House, policy: Policy, company: UUID, at: datetime) -> None:
    """Case 1: invoices of a SaaS provider's customers are copied through a flaw; third parties claim; closed."""
    who = "security@yunpiaotong.example"
    notice = Notice(
        company=company,
        what_happened="客户反映发票信息出现在非法交易群，经查开放接口存在越权漏洞，疑似被批量拉取发票数据。",
        discovered_at=at,
        occurred_at=at - 3 * DAY,
        affected="进项发票管理系统开放接口",
        contact="李敏 138****2260",
        facts={
            "encrypted": False, "backups_hit": False, "ransom_note": False, "personal_data": True,
            "people_affected": 36000, "jurisdictions": ["CN"], "direct_loss": "120万",
        },
    )  # fmt: skip
    incident = notify(notice=notice, by=house[who], at=at + HOUR)
    confirmed = Findings(facts={"people_affected": 38200}, words="接口日志与样本比对，确认涉及3.82万名个人信息主体。")
    triage.triage(incident=incident.pk, findings=confirmed, by=house[CLAIMS], at=at + 3 * HOUR)
    report = "攻击者利用发票查询接口越权漏洞，于三日内分批拉取数据；接口鉴权已修复，未发现横向移动。"
    responder(
        house, incident, at + 4 * HOUR, "确认入侵路径与受影响范围", "接口越权导致数据泄露，影响范围已确认", report
    )
    words = "开放接口已下线并完成修复，客户侧密钥全部轮换。"
    timeline.add_event(incident=incident.pk, words=words, happened_at=at + 6 * HOUR, by=house[who], at=at + 7 * HOUR)
    settle_duties(house, incident, who, at + 2 * DAY)
    work_through(house, incident, at + 8 * HOUR)
    triage.contain(incident=incident.pk, when=at + 7 * HOUR, words=words, by=house[CLAIMS], at=at + 8 * HOUR)
    settle_duties(house, incident, who, at + 18 * DAY)
    lesson = "接口鉴权须纳入上线前测试；越权类缺陷应列入季度渗透测试范围。"
    triage.close(incident=incident.pk, lesson=lesson, by=house[CLAIMS], at=at + 20 * DAY)
    claim = claim_of(house, incident, "150万", at + 21 * DAY)
    traced = hand_in(house, claim, who, "溯源报告.txt", report, at + 21 * DAY)
    awards = hand_in(house, claim, who, "和解协议汇总.txt", "与三家客户达成和解，合计人民币86万元。", at + 21 * DAY)
    lawyer = hand_in(house, claim, who, "律师费发票.txt", "律师费人民币18万元。", at + 21 * DAY)
    public = hand_in(house, claim, who, "公关服务合同.txt", "公关费用人民币9万元，其中品牌升级3万元。", at + 21 * DAY)
    items = [
        item("settlements", "data_breach_liability", "860000", "compensation", awards),
        item("counsel", "defence_costs", "180000", "legal", lawyer),
        item("press", "public_relations", "90000", "communication", public),
    ]
    sheets = [
        {"cover": "data_breach_liability", "lines": [_line("settlements", "compensation", "860000", awards)]},
        {"cover": "defence_costs", "lines": [_line("counsel", "legal", "180000", lawyer)]},
        {
            "cover": "public_relations",
            "lines": [
                {
                    **_line("press", "communication", "90000", public),
                    "deductions": [{"reason": "betterment", "amount": "30000"}],
                }
            ],
        },
    ]
    stated = facts(
        traced, cause="data_leak", personal_data_affected=True, third_party_claim=True, public_report=True,
        claim_made_at=(at + 5 * DAY).isoformat(),
    )  # fmt: skip
    judged(house, claim, stated, items, sheets, at + 24 * DAY)
    paid(house, claim, None, "云票通（杭州）科技有限公司", "yunpiaotong-1", at + 26 * DAY)
    claims.close(claim=claim.pk, reason="全部责任已赔付，无追偿对象。", by=house[CLAIMS], at=at + 27 * DAY)


def _line(name: str, kind: str, claimed: str, paper: str) -> dict[str, Any]:
    return {"id": name, "kind": kind, "claimed": claimed, "evidence": [paper]}


def hosting(house: House, policy: Policy, company: UUID, at: datetime) -> None:
    """Case 2: ransomware on a hosting firm, back-ups too; the ransom in virtual currency is refused; partly paid."""
    who = "it@haituo.example"
    notice = Notice(
        company=company,
        what_happened="凌晨全部虚拟化主机被加密，备份服务器同样被加密，弹窗索要25枚比特币。",
        discovered_at=at,
        occurred_at=at - 5 * HOUR,
        affected="托管平台、客户虚拟机、备份服务器",
        contact="周航 139****7781",
        facts={
            "encrypted": True, "backups_hit": True, "ransom_note": True, "personal_data": False,
            "whole_outage_minutes": 2880, "jurisdictions": ["CN"], "direct_loss": "640万",
        },
    )  # fmt: skip
    incident = notify(notice=notice, by=house[who], at=at + timedelta(minutes=25))
    seen = Findings(words="确认为勒索软件，入口为暴露的远程桌面，备份与生产同域。")
    triage.triage(incident=incident.pk, findings=seen, by=house[CLAIMS], at=at + HOUR)
    report = "攻击者经远程桌面弱口令进入，横向移动后加密生产与备份；取得解密工具并恢复九成数据。"
    responder(house, incident, at + HOUR, "止损、解密与溯源", "勒索软件经远程桌面进入，已恢复九成数据", report)
    words = "第一批客户系统恢复上线。"
    timeline.add_event(incident=incident.pk, words=words, happened_at=at + 40 * HOUR, by=house[who], at=at + 41 * HOUR)
    settle_duties(house, incident, who, at + 3 * HOUR, leave=1)
    work_through(house, incident, at + 2 * HOUR, leave=2)
    triage.contain(incident=incident.pk, when=at + 48 * HOUR, words="", by=house[CLAIMS], at=at + 49 * HOUR)
    claim = claim_of(house, incident, "280万", at + 4 * DAY)
    traced = hand_in(house, claim, who, "溯源报告.txt", report, at + 4 * DAY)
    books = hand_in(house, claim, who, "停机期间经营数据.txt", "逐小时收入与固定费用明细。", at + 4 * DAY)
    talks = hand_in(house, claim, who, "谈判与取证发票.txt", "取证12万元，谈判顾问4.5万元。", at + 4 * DAY)
    rebuild = hand_in(house, claim, who, "数据恢复发票.txt", "数据恢复38万元，其中存储扩容6万元。", at + 4 * DAY)
    items = [
        item("ransom", "extortion", "1300000", "ransom", talks, paid_in="virtual_currency"),
        item("forensics", "extortion", "120000", "forensic", talks),
        item("negotiator", "extortion", "45000", "negotiation", talks),
        item("rebuild", "data_restoration", "380000", "restoration", rebuild),
        item("business_interruption", "business_interruption", "504000", "income", books, interruption=True),
    ]
    ransom = {**_line("ransom", "ransom", "1300000", talks), "paid_in": "virtual_currency"}
    growth = [{"reason": "betterment", "amount": "60000"}]
    hours = [{"repeat": 48, "expected_profit": "7000", "fixed_cost": "5000", "actual": "1500"}]
    sheets = [
        {
            "cover": "extortion",
            "lines": [
                ransom,
                _line("forensics", "forensic", "120000", talks),
                _line("negotiator", "negotiation", "45000", talks),
            ],
        },
        {
            "cover": "data_restoration",
            "lines": [{**_line("rebuild", "restoration", "380000", rebuild), "deductions": growth}],
        },
        {
            "cover": "business_interruption",
            "interruption": {"hours": hours, "evidence": [books], "saved_cost": "20000"},
        },
    ]
    stated = facts(traced, cause="ransomware", extortion_demand=True)
    judged(house, claim, stated, items, sheets, at + 6 * DAY)
    paid(house, claim, Money.of("300000", "CNY"), "海拓托管（上海）信息服务有限公司", "haituo-1", at + 8 * DAY)


def learned(house: House, at: datetime) -> None:
    """What the book's experience proposes to the rating plan, and the vault's head for the day."""
    propose_experience(currency="CNY", until=timezone.localdate(at), by=house[CLAIMS], at=at)
    sign_head(by=house.system, at=at)
