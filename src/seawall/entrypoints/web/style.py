"""The style page: every component with figures a desk would see. Served only where DEBUG is on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from seawall.core.money import Money
from seawall.entrypoints.web import charts
from seawall.entrypoints.web.stages import STAGES


def t(zh: str, en: str) -> str:
    return en if (get_language() or "").startswith("en") else zh


def yuan(amount: int | str) -> Money:
    return Money.of(amount, "CNY")


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    roles: tuple[str, ...]
    organisation: str


@dataclass(frozen=True, slots=True)
class PriceStep:
    id: str
    title: dict[str, str]
    rule: str
    amount: Money
    factor: Decimal | None = None
    inputs: dict[str, str] = field(default_factory=dict)


class Enquiry(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        made = self.fields
        made["name"] = forms.CharField(label=t("企业名称", "Company"), help_text=t("与营业执照一致", "As registered"))
        made["domain"] = forms.CharField(label=t("主域名", "Main domain"))
        made["industry"] = forms.ChoiceField(
            label=t("行业（GB/T 4754）", "Industry (GB/T 4754)"),
            choices=[("C35", t("C35 专用设备制造业", "C35 Special-purpose machinery")), ("J66", t("J66 货币金融服务", "J66 Banking"))],
        )
        made["revenue"] = forms.CharField(
            label=t("上年度营业收入", "Revenue last year"), help_text=t("可写 3.2亿 或 320000000", "For example 320,000,000")
        )
        made["backup"] = forms.ChoiceField(
            label=t("是否有离线备份，并在一年内做过恢复演练？", "Is there an offline backup, restored in a drill within a year?"),
            choices=[("yes", t("是", "Yes")), ("partly", t("部分系统", "Some systems")), ("no", t("否", "No")),
                     ("unknown", t("不清楚", "Do not know"))],
            widget=forms.RadioSelect,
        )  # fmt: skip
        made["note"] = forms.CharField(label=t("补充说明", "Remarks"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
        made["consent"] = forms.BooleanField(
            label=t("同意对上述域名做无感知评估，自今日起 12 个月有效", "Unobtrusive assessment of this domain is agreed to for 12 months")
        )

    def clean_revenue(self) -> str:
        raise forms.ValidationError(t("“三亿多”不是金额。请写 3.2亿 或 320000000。", "“some 300m” is not an amount. Write 320,000,000."))


NOW = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


def _frame() -> dict[str, Any]:
    nav: list[dict[str, Any]] = [
        {"label": s.label, "url": f"#{s.code}", "stage": s.code, "active": s.code == "protect",
         "count": {"protect": 12, "respond": 2}.get(s.code), "alarm": s.code == "respond", "dock": s.code in ("protect", "respond")}
        for s in STAGES
    ]  # fmt: skip
    nav += [
        {"label": t("业务全览", "Book"), "url": "#book", "icon": "layers", "dock": True},
        {"label": t("市场", "Market"), "url": "#market", "icon": "handshake"},
        {"label": t("管理", "Administration"), "url": "#admin", "icon": "settings"},
    ]
    viewer = Person(t("沈若川", "Ruochuan Shen"), (t("核保人", "Underwriter"), t("再保专员", "Reinsurance")),
                    t("东海财产保险股份有限公司", "East Sea Property & Casualty"))  # fmt: skip
    return {"nav": nav, "viewer": viewer, "desk": "office", "stage": "protect", "heading": t("江宁精密机械股份有限公司", "Jiangning Precision Machinery")}


def _queue() -> dict[str, Any]:
    companies = [
        (t("江宁精密机械", "Jiangning Precision"), "C35", yuan(20_000_000), yuan("286400"), 62, "warn", t("转核保人", "Referred"),
         t("限额超出授权", "Limit above authority"), 3),
        (t("临港冷链物流", "Lingang Cold Chain"), "G59", yuan(10_000_000), yuan("118250.50"), 71, "note", t("报价中", "Quoting"),
         t("等待补充材料", "Papers outstanding"), 2),
        (t("云栖互联网医院", "Yunqi Online Hospital"), "Q84", yuan(30_000_000), yuan("941000"), 48, "bad", t("婉拒建议", "Decline advised"),
         t("数据库端口对外开放", "Database open to the internet"), 1),
        (t("湖州第三人民商行", "Huzhou Rural Commercial"), "J66", yuan(50_000_000), yuan("1325600"), 83, "ok", t("可承保", "Ready to bind"),
         t("等保三级，演练齐全", "MLPS level 3, drills complete"), 0),
    ]  # fmt: skip
    return {
        "caption": t("待我决定的投保申请", "Submissions that await my decision"),
        "columns": [
            {"label": t("企业", "Company"), "kind": "text", "sort_url": "?sort=name"},
            {"label": t("限额", "Limit"), "kind": "short", "unit": t("元", "CNY"), "sort_url": "?sort=-limit", "sorted": "descending"},
            {"label": t("报价保费", "Quoted premium"), "kind": "money", "unit": t("元", "CNY"), "sort_url": "?sort=premium"},
            {"label": t("评分", "Score"), "kind": "num", "sort_url": "?sort=score"},
            {"label": t("状态", "Status"), "kind": "badge"},
            {"label": t("提交", "Submitted"), "kind": "day", "sort_url": "?sort=at"},
        ],
        "rows": [
            {"url": "#", "cells": [{"value": name, "sub": industry}, limit, premium, score,
                                   {"value": state, "tone": tone, "sub": reason}, date(2026, 11, 20) + timedelta(days=3 - age)]}
            for name, industry, limit, premium, score, tone, state, reason, age in companies
        ],
        "foot": [t("合计", "Total"), yuan(110_000_000), yuan("2671250.50"), "", "", ""],
        "export_url": "?format=csv",
    }  # fmt: skip


def _price() -> list[PriceStep]:
    steps = (
        ("base", "基础保费（营业收入 3.2 亿元）", "Base premium (revenue CNY 320m)", "base.revenue", None, "168000"),
        ("industry", "行业：专用设备制造业", "Industry: special-purpose machinery", "industry.C35", "1.12", "188160"),
        ("limit", "责任限额 2,000 万元", "Limit CNY 20m", "limit.ilf", "1.846", "347343.36"),
        ("retention", "免赔额 20 万元", "Retention CNY 200k", "retention.credit", "0.913", "317124.49"),
        ("controls", "安全控制措施", "Security controls", "controls.belief", "0.871", "276215.43"),
        ("waiting", "等待期 12 小时", "Waiting period 12 h", "waiting.hours", "1.0369", "286400"),
    )
    return [
        PriceStep(id_, {"zh": zh, "en": en}, rule, yuan(amount), Decimal(factor) if factor else None)
        for id_, zh, en, rule, factor, amount in steps
    ]


def _charts() -> dict[str, Any]:
    curve = [(0.42, 0), (0.31, 150_000), (0.22, 400_000), (0.14, 1_000_000), (0.085, 2_200_000), (0.05, 4_300_000), (0.028, 8_000_000),
             (0.014, 14_000_000), (0.007, 21_500_000), (0.003, 33_000_000), (0.001, 52_000_000)]  # fmt: skip
    losses = [(p, yuan(x)) for p, x in curve]
    lines = [charts.Line("retention", yuan(200_000)), charts.Line("limit", yuan(20_000_000)), charts.Line("tolerance", yuan(30_000_000))]
    readings = [charts.Reading(date(2026, m, 1), s, lo, hi)
                for m, s, lo, hi in ((3, 48, 31, 66), (5, 51, 37, 66), (7, 57, 45, 69), (9, 58, 48, 68), (11, 62, 54, 69))]  # fmt: skip
    parts = [(t("离线备份", "Offline backup"), "9.4"), (t("特权账号管理", "Privileged access"), "6.1"), (t("终端检测与响应", "Endpoint detection"), "5.2"),
             (t("邮件认证", "Mail authentication"), "-3.8"), (t("远程接入多因素认证", "MFA on remote access"), "-7.4"), (t("对外开放的服务", "Exposed services"), "2.5")]  # fmt: skip
    steps = [charts.MoneyPart(t("基础保费", "Base"), yuan(168_000)), charts.MoneyPart(t("行业", "Industry"), yuan(20_160)),
             charts.MoneyPart(t("责任限额", "Limit"), yuan("159183.36")), charts.MoneyPart(t("免赔额", "Retention"), yuan("-30218.87")),
             charts.MoneyPart(t("控制措施", "Controls"), yuan("-40909.06")), charts.MoneyPart(t("等待期", "Waiting period"), yuan("10184.57"))]  # fmt: skip
    claim = [charts.MoneyPart(t("核定损失", "Loss as adjusted"), yuan(3_860_000)), charts.MoneyPart(t("等待期内损失", "Within the waiting period"), yuan(-420_000)),
             charts.MoneyPart(t("不属于保障项目", "Outside the covers"), yuan(-310_000)), charts.MoneyPart(t("共保自担 10%", "Coinsurance 10%"), yuan(-313_000)),
             charts.MoneyPart(t("免赔额", "Retention"), yuan(-200_000)), charts.MoneyPart(t("已预付赔款", "Interim payment"), yuan(-1_000_000))]  # fmt: skip
    options = [charts.Fix(t("远程接入启用多因素认证", "MFA on all remote access"), Decimal("7.4"), yuan(60_000), yuan(38_200)),
               charts.Fix(t("DMARC 改为拒收", "DMARC to reject"), Decimal("3.8"), yuan(8_000), yuan(11_400)),
               charts.Fix(t("关闭对外远程桌面", "Close remote desktop"), Decimal("5.6"), yuan(5_000), yuan(27_900)),
               charts.Fix(t("网络分区", "Network segmentation"), Decimal("6.9"), yuan(480_000), yuan(33_100)),
               charts.Fix(t("一年一次恢复演练", "Yearly restore drill"), Decimal("2.1"), yuan(90_000), yuan(9_300))]  # fmt: skip
    lanes = (t("监测", "Detection"), t("企业", "Company"), t("保险人", "Insurer"))
    happened = [(0, "bad", 0, t("发现批量加密", "Mass encryption seen")), (40, "warn", 1, t("断开办公网", "Office network cut off")), (95, "note", 2, t("报案受理", "Notice taken")),
                (180, "note", 2, t("溯源团队进场", "Tracing team engaged")), (600, "warn", 1, t("向网信部门报告", "Reported to the authority")), (1500, "ok", 1, t("核心系统恢复", "Core systems restored"))]  # fmt: skip
    events = [charts.Event(NOW + timedelta(minutes=m), title, lanes[lane], tone) for m, tone, lane, title in happened]
    return {
        "exceedance": charts.exceedance(losses, lines),
        "score": charts.score(readings, peer=66),
        "contributions": charts.contributions(Decimal(50), [charts.Part(label, Decimal(v)) for label, v in parts]),
        "premium": charts.premium(steps),
        "bridge": charts.bridge(claim),
        "fixes": charts.fixes(options),
        "timeline": charts.timeline(events),
    }


def _pieces() -> dict[str, Any]:
    pin = {"label": t("扫描记录 SW-EXP-01", "Scan SW-EXP-01"), "url": "#"}
    return {
        "fixes": [
            {"rank": 1, "title": t("关闭对外开放的远程桌面", "Close the remote desktop that faces the internet"), "url": "#", "asset": "vpn2.jn-precision.cn:3389",
             "evidence": t("11 月 22 日扫描可见", "Seen by the scan of 22 Nov"), "points": Decimal("5.6"), "loss_avoided": yuan(96_000), "premium_saved": yuan(27_900),
             "state": {"text": t("未修复", "Open"), "tone": "bad"}, "action": {"label": t("申请复测", "Verify"), "url": "#"}},
            {"rank": 2, "title": t("全部远程接入启用多因素认证", "Multi-factor authentication on all remote access"), "url": "#", "asset": t("SSL VPN、堡垒机", "SSL VPN, bastion"),
             "evidence": t("问卷答“部分”", "Answer “partly”"), "points": Decimal("7.4"), "loss_avoided": yuan(128_000), "premium_saved": yuan(38_200),
             "state": {"text": t("待复测", "To be verified"), "tone": "warn"}, "action": {"label": t("上传证明", "Add proof"), "url": "#"}},
        ],
        "clauses": [
            {"number": t("第六条（一）", "6 (a)"), "title": t("营业中断损失", "Business interruption"), "finding": {"text": t("属于保险责任", "Covered"), "tone": "ok"},
             "text": t("因网络安全事件导致被保险人信息系统中断超过等待期的，保险人对中断期间的净利润损失负责赔偿。", "Loss of net profit from an interruption that outlasts the waiting period is covered."),
             "reason": t("加密行为于 10:30 开始，系统中断 25 小时，超过等待期 12 小时；溯源报告与日志一致。", "Encryption began at 10:30 and the outage lasted 25 hours, beyond the 12 hours of waiting; report and logs agree."),
             "by": t("理赔员 顾一舟", "Yizhou Gu, claims"), "at": NOW, "pins": [pin]},
            {"number": t("第九条（四）", "9 (d)"), "title": t("责任免除：未启用约定的安全措施", "Exclusion: agreed measure not in force"), "finding": {"text": t("证据不足", "Not shown"), "tone": "warn"}, "text": "",
             "reason": t("投保时约定远程接入启用多因素认证；现有日志只到 11 月 1 日，无法证明事发时停用。", "MFA was agreed at inception; the logs end on 1 November and do not show that it was off."),
             "by": t("理赔员 顾一舟", "Yizhou Gu, claims"), "at": NOW, "pins": []},
        ],
        "events": [
            {"at": NOW, "title": t("发现批量加密", "Mass encryption seen"), "tone": "bad", "icon": "bug", "who": t("终端监测", "Endpoint watch"),
             "text": t("文件服务器上 40 分钟内改名 12 万个文件。", "120,000 files renamed on the file server within 40 minutes."), "pins": [pin, {"label": "edr-20261124.jsonl", "url": "#"}]},
            {"at": NOW + timedelta(minutes=95), "title": t("报案受理", "Notice taken"), "tone": "note", "icon": "phone", "who": t("报案号 N2026-000318", "Notice N2026-000318"), "text": ""},
            {"at": NOW + timedelta(hours=25), "title": t("核心系统恢复", "Core systems restored"), "tone": "ok", "icon": "check", "who": "", "text": t("自离线备份恢复，丢失 6 小时数据。", "Restored from the offline backup; six hours of data lost.")},
        ],
        "facts": [
            {"label": t("统一社会信用代码", "Credit code"), "value": "91320115MA1XK7RJ4D"},
            {"label": t("行业", "Industry"), "value": t("C35 专用设备制造业", "C35 Special-purpose machinery")},
            {"label": t("等级保护", "MLPS"), "value": t("三级", "Level 3"), "sub": t("2026年6月测评，83.5 分", "Assessed June 2026, 83.5 points")},
            {"label": t("主域名", "Main domain"), "value": "jn-precision.cn", "url": "#"},
        ],
        "file": {"name": t("溯源报告（终稿）.pdf", "Tracing report (final).pdf"), "url": "#", "size": 2_480_112, "at": NOW, "sha256": "9f2c7a01d4be8c3355aa0e5b7f61", "note": "PDF"},
        "work": {"id": "scan", "title": t("无感知评估 jn-precision.cn", "Unobtrusive assessment of jn-precision.cn"), "done": 17, "total": 27, "state": "done",
                 "now": t("正在检查邮件服务器 STARTTLS", "Checking STARTTLS of the mail server"), "url": "#", "started": NOW, "result_url": "#", "result_label": t("查看结果", "See the result")},
    }  # fmt: skip


def page(request: HttpRequest) -> HttpResponse:
    """Every component once, in the reader's language."""
    bound = Enquiry({"name": t("江宁精密机械股份有限公司", "Jiangning Precision Machinery"), "domain": "jn-precision.cn", "revenue": t("三亿多", "some 300m"), "backup": "partly"})
    stages = {"strategy": t("承保偏好：标准", "Appetite: standard"), "identify": t("评分 62（54–69）", "Score 62 (54–69)"), "protect": t("报价 Q2026-01877 有效至 12 月 24 日", "Quote Q2026-01877 until 24 Dec")}
    context = {
        **_frame(), **_pieces(), "charts": _charts(), "price": _price(), "premium": yuan(286_400), "table": _queue(), "form": bound,
        "notes": stages, "urls": {"strategy": "#", "identify": "#"}, "limit": yuan(20_000_000), "tiv": yuan("1284000000"), "now": NOW,
        "empty": {"empty": {"title": t("还没有赔案", "No claim yet"), "text": t("接到报案后，在“响应”里核对保单，再转入理赔。", "Once a notice is in, check the policy under Respond and open a claim from there."),
                            "url": "#", "label": t("查看报案", "See notices"), "icon": "life-buoy"}},
        "tabs": [{"label": t("概况", "Overview"), "url": "#", "active": True}, {"label": t("证据", "Evidence"), "url": "#", "count": 41}, {"label": t("报价", "Quotes"), "url": "#", "count": 2},
                 {"label": t("告警", "Alerts"), "url": "#", "count": 3, "alarm": True}, {"label": t("文件", "Papers"), "url": "#", "count": 9}],
    }  # fmt: skip
    return render(request, "style.html", context)
