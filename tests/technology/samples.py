"""One filled paper of each kind, in both languages."""

from __future__ import annotations

from seawall.technology.papers import AssessmentPaper, ConformityPaper, Lang, QuotePaper, SchedulePaper, SettlementPaper
from seawall.technology.papers.data import Amount, CoverRow, Party, Premium


def cny(yuan: int, cents: int = 0) -> Amount:
    return {"minor": yuan * 100 + cents, "currency": "CNY"}


def _t(lang: Lang, zh: str, en: str) -> str:
    return zh if lang == "zh" else en


def insurer(lang: Lang) -> Party:
    return {
        "name": _t(lang, "海岸财产保险股份有限公司", "Haian Property Insurance Co., Ltd."),
        "address": _t(lang, "上海市浦东新区示范路 1 号", "1 Shifan Road, Pudong, Shanghai"),
    }


def insured(lang: Lang) -> Party:
    return {
        "name": _t(lang, "云票通（杭州）科技有限公司", "Yunpiaotong (Hangzhou) Technology Co., Ltd."),
        "id": "91330106MA2XXXXX0T",
        "address": _t(lang, "浙江省杭州市西湖区示例大道 88 号", "88 Shili Avenue, Xihu District, Hangzhou"),
    }


def covers(lang: Lang) -> list[CoverRow]:
    rows = [
        ("营业中断损失", "Business interruption", 3_000_000, 50_000, 12, 0.1),
        ("网络勒索", "Cyber extortion", 1_000_000, 50_000, None, 0.2),
        ("数据安全责任", "Data security liability", 5_000_000, 30_000, None, 0.0),
        ("数据泄露责任", "Data breach liability", 5_000_000, 30_000, None, 0.0),
        ("数据修复费用", "Data restoration", 2_000_000, 30_000, None, 0.0),
        ("公关费用", "Public relations", 500_000, 0, None, 0.0),
        ("通知费用", "Notification costs", 500_000, 0, None, 0.0),
        ("抗辩费用", "Defence costs", 1_000_000, 0, None, 0.0),
    ]
    return [
        {
            "name": _t(lang, zh, en),
            "limit": cny(limit),
            "retention": cny(retention),
            "waiting_hours": hours,
            "coinsurance": share,
        }
        for zh, en, limit, retention, hours, share in rows
    ]


def premium() -> Premium:
    return {"net": cny(46_226, 42), "tax": cny(2_773, 58), "total": cny(49_000)}


def assessment(lang: Lang) -> AssessmentPaper:
    return {
        "number": "RA-2026-000128",
        "issued_on": "2026-11-24",
        "issuer": insurer(lang),
        "company": insured(lang),
        "domains": ["yunpiaotong.example", "www.yunpiaotong.example"],
        "industry": _t(lang, "I65 软件和信息技术服务业", "I65 Software and IT services"),
        "score": {"value": 70.33, "low": 54.91, "high": 82.53, "peer": 51.35},
        "level": {"level": 2, "value": 28.5, "name": _t(lang, "较低风险", "Fairly low")},
        "losses": {
            "expected": cny(15_544),
            "q95": cny(0),
            "q995": cny(394_776),
            "tail995": cny(2_859_426),
        },
        "curve": [
            {"amount": a, "probability": p}
            for a, p in [
                (1_000, 0.021),
                (5_000, 0.019),
                (20_000, 0.0155),
                (100_000, 0.0092),
                (430_000, 0.00474),
                (1_000_000, 0.0029),
                (3_000_000, 0.0011),
                (8_000_000, 0.00034),
                (20_000_000, 0.00007),
            ]
        ],
        "marks": [
            {"label": _t(lang, "免赔额", "Retention"), "amount": 30_000},
            {"label": _t(lang, "限额", "Limit"), "amount": 10_000_000},
        ],
        "scenarios": [
            {
                "name": _t(lang, "勒索软件加密业务系统", "Ransomware encrypts production"),
                "rate": 0.0121,
                "expected": cny(9_300),
                "mean": cny(768_000),
                "treatment": _t(lang, "投保", "Insure"),
            },
            {
                "name": _t(lang, "商业邮件欺诈", "Business e-mail compromise"),
                "rate": 0.0094,
                "expected": cny(4_916),
                "mean": cny(524_549),
                "treatment": _t(lang, "先整改", "Fix first"),
            },
        ],
        "findings": [
            {
                "check": check,
                "title": _t(lang, zh, en),
                "asset": "yunpiaotong.example",
                "severity": severity,  # type: ignore[typeddict-item]
            }
            for check, zh, en, severity in [
                (
                    "SW-MAIL-04",
                    "DMARC 策略为 none，仿冒邮件不会被拒收",
                    "DMARC policy is none: forged mail is let through",
                    "medium",
                ),
                ("SW-HTTP-03", "未设置内容安全策略", "No content security policy", "low"),
                ("SW-TLS-05", "证书将在 21 天内到期", "Certificate expires within 21 days", "low"),
                ("SW-DNS-03", "域名未启用 DNSSEC", "Zone is not signed", "low"),
            ]
        ],
        "open_checks": [
            {
                "check": "SW-MAIL-05",
                "title": _t(lang, "邮件服务器加密传输", "Mail server encryption"),
                "asset": "mxn.mxhichina.com",
                "reason": _t(lang, "邮件主机属于他人，未予触碰", "The mail hosts belong to somebody else"),
            }
        ],
        "unseen_controls": [
            _t(lang, "特权账号管理", "Privileged access"),
            _t(lang, "网络分区", "Network segmentation"),
        ],
        "contradictions": [
            {
                "control": _t(lang, "邮件身份验证", "Mail authentication"),
                "claimed": _t(lang, "2026年11月2日回答：已全部启用", "2 November 2026: fully in place"),
                "seen": _t(lang, "SW-MAIL-04：策略为 none", "SW-MAIL-04: policy is none"),
            }
        ],
        "fixes": [
            {
                "title": _t(lang, zh, en),
                "points": pts,
                "loss_avoided": cny(avoided),
                "premium": cny(change),
                "cost": cny(cost),
            }
            for zh, en, pts, avoided, change, cost in [
                (
                    "付款变更须经独立渠道回拨核实",
                    "Call back on a known number before changing payment details",
                    3.84,
                    969,
                    -527,
                    920,
                ),
                ("离线保存备份，与生产环境隔离", "Keep one copy of backups offline", 3.1, 1_870, -1_040, 18_000),
                ("将 DMARC 策略提高到 reject", "Raise the DMARC policy to reject", 1.4, 310, -160, 500),
                ("远程接入全部启用多因素认证", "Require a second factor for all remote access", 2.05, 880, -430, 6_000),
            ]
        ],
        "options": [
            {
                "product": _t(lang, "中小企业版", "Small business"),
                "limit": cny(10_000_000),
                "retention": cny(100_000),
                "premium": cny(7_980),
            },
            {
                "product": _t(lang, "信息系统版", "Information systems"),
                "limit": cny(10_000_000),
                "retention": cny(30_000),
                "premium": cny(49_000),
            },
        ],
        "seed": 1,
        "engine": "0.1.0",
        "releases": [
            {"kind": kind, "id": name, "version": "1.0.0", "sha256": digit * 64}
            for kind, name, digit in [
                ("universe", "core", "8"),
                ("rating", "cn-cyber-2026", "c"),
                ("checks", "outside-in", "3"),
            ]
        ],
    }


def schedule(lang: Lang) -> SchedulePaper:
    return {
        "number": "SWC-2026-000042",
        "issued_on": "2026-11-24",
        "issuer": insurer(lang),
        "insured": insured(lang),
        "broker": {"name": _t(lang, "南屏保险经纪有限公司", "Nanping Insurance Brokers Ltd.")},
        "product": _t(lang, "企业网络安全保险（信息系统版）", "Cyber insurance, information systems edition"),
        "wording": _t(lang, "海堤企业网络安全综合保险条款（2026）", "Seawall corporate cyber wording (2026)"),
        "first_day": "2026-12-01",
        "end_day": "2027-12-01",
        "zone": _t(lang, "北京时间", "China Standard Time (UTC+8)"),
        "retroactive_on": "2024-12-01",
        "jurisdiction": _t(lang, "中华人民共和国（不含港澳台）", "Mainland China"),
        "aggregate_limit": cny(10_000_000),
        "covers": covers(lang),
        "services": [
            _t(lang, "无感知风险评估", "Unobtrusive risk assessment"),
            _t(lang, "网络安全在线专家咨询服务", "Online security advice"),
            _t(lang, "定期风险隐患排查", "Periodic inspection"),
        ],
        "clauses": [
            {
                "code": "SW-N-01",
                "title": _t(lang, "报案", "Notice"),
                "text": _t(
                    lang,
                    "被保险人发现可能引起赔偿请求的事件后，应当在 48 小时内通知保险人。",
                    "The insured tells the insurer within 48 hours of discovering an event that may lead to a claim.",
                ),
            }
        ],
        "exclusions": [
            {
                "code": "SW-X-01",
                "title": _t(lang, "战争", "War"),
                "text": _t(
                    lang,
                    "因战争、类似战争行为造成的损失，保险人不负责赔偿。",
                    "Loss arising from war or warlike operations is not insured.",
                ),
            },
            {
                "code": "SW-X-02",
                "title": _t(lang, "起保前已知情形", "Matters known before inception"),
                "text": _t(
                    lang,
                    "投保时被保险人已经知道或者应当知道的事件或情形引起的损失。",
                    "Loss from an event or circumstance that the insured knew, or should have known, before inception.",
                ),
            },
        ],
        "conditions": [
            _t(
                lang,
                "在起保后 30 日内将 DMARC 策略提高到 quarantine 以上。",
                "Raise the DMARC policy to quarantine or above within 30 days.",
            )
        ],
        "premium": premium(),
        "premium_due_on": "2026-12-15",
    }


def quote(lang: Lang) -> QuotePaper:
    return {
        "number": "SWQ-2026-000311",
        "issued_on": "2026-11-24",
        "valid_until": "2026-12-24T18:00",
        "issuer": insurer(lang),
        "insured": insured(lang),
        "broker": {"name": _t(lang, "南屏保险经纪有限公司", "Nanping Insurance Brokers Ltd.")},
        "inception": "2026-12-01",
        "wording": _t(lang, "海堤企业网络安全综合保险条款（2026）", "Seawall corporate cyber wording (2026)"),
        "options": [
            {
                "name": _t(lang, "信息系统版", "Information systems"),
                "limit": cny(10_000_000),
                "retention": cny(30_000),
                "premium": premium(),
                "covers": covers(lang),
                "steps": [
                    {
                        "title": _t(lang, "基础保险费", "Base premium"),
                        "inputs": _t(lang, "营业收入 8,600 万元，I65", "Revenue CNY 86m, I65"),
                        "factor": "",
                        "amount": cny(52_400),
                    },
                    {
                        "title": _t(lang, "控制措施", "Controls"),
                        "inputs": _t(lang, "得分 70.3，同业 51.4", "Score 70.3, peers 51.4"),
                        "factor": "× 0.8098",
                        "amount": cny(42_433, 52),
                    },
                    {
                        "title": _t(lang, "限额", "Limit"),
                        "inputs": _t(lang, "1,000 万元", "CNY 10m"),
                        "factor": "× 1.1550",
                        "amount": cny(49_000),
                    },
                ],
            }
        ],
        "subjectivities": [
            _t(lang, "提供近 12 个月的备份恢复演练记录。", "A record of a restore test within the last 12 months."),
            _t(lang, "远程接入启用多因素认证。", "Multi-factor authentication on all remote access."),
        ],
        "referred": "",
    }


def settlement(lang: Lang) -> SettlementPaper:
    return {
        "number": "SWL-2026-000007",
        "issued_on": "2026-11-24",
        "issuer": insurer(lang),
        "insured": insured(lang),
        "policy": "SWC-2026-000042",
        "event": _t(
            lang, "勒索软件加密开票系统，停业 61 小时", "Ransomware encrypted the invoicing system; 61 hours down"
        ),
        "cause": _t(lang, "勒索软件", "Ransomware"),
        "occurred_at": "2026-10-03T02:10",
        "discovered_at": "2026-10-03T07:45",
        "notified_at": "2026-10-03T11:20",
        "gates": [
            {
                "gate": _t(lang, "保险期间与通知", "Period and notice"),
                "outcome": "passed",
                "clause": "SW-N-01",
                "reason": _t(lang, "事故发生在保险期间内，4 小时内报案", "Within the period; notified within 4 hours"),
            },
            {
                "gate": _t(lang, "保险责任", "Insuring clause"),
                "outcome": "passed",
                "clause": "SW-C-01",
                "reason": _t(lang, "属于条款定义的网络安全事件", "A security event as defined"),
            },
            {
                "gate": _t(lang, "责任免除", "Exclusions"),
                "outcome": "partly",
                "clause": "SW-X-07",
                "reason": _t(lang, "系统升级改良部分不赔", "Betterment is not insured"),
            },
        ],
        "items": [
            {
                "cover": _t(lang, "营业中断", "Interruption"),
                "item": _t(lang, "毛利润损失（49 小时）", "Gross profit, 49 hours"),
                "claimed": cny(412_000),
                "assessed": cny(366_520),
                "reason": _t(lang, "扣除 12 小时等待期与补做收入", "Waiting period and made-up sales deducted"),
            },
            {
                "cover": _t(lang, "数据修复", "Restoration"),
                "item": _t(lang, "重建数据库", "Database rebuilt"),
                "claimed": cny(96_000),
                "assessed": cny(81_000),
                "reason": _t(lang, "扣除改良部分", "Betterment deducted"),
            },
        ],
        "bridge": [
            {"label": _t(lang, "索赔金额", "Claimed"), "amount": cny(508_000), "kind": "total"},
            {"label": _t(lang, "等待期与已补做", "Waiting period and made up"), "amount": cny(-45_480), "kind": "step"},
            {"label": _t(lang, "改良", "Betterment"), "amount": cny(-15_000), "kind": "step"},
            {"label": _t(lang, "核定损失", "Assessed loss"), "amount": cny(447_520), "kind": "total"},
            {"label": _t(lang, "自负比例 10%", "Coinsurance 10%"), "amount": cny(-36_652), "kind": "step"},
            {"label": _t(lang, "免赔额", "Retention"), "amount": cny(-80_000), "kind": "step"},
            {"label": _t(lang, "应付赔款", "Payable"), "amount": cny(330_868), "kind": "total"},
        ],
        "payable": cny(330_868),
        "payments": [
            {
                "payee": insured(lang)["name"],
                "account": "**** 7781",
                "amount": cny(330_868),
                "due_on": "2026-12-04",
            }
        ],
        "decided_by": [
            _t(lang, "周明（理赔）", "Zhou Ming (claims)"),
            _t(lang, "林岚（复核）", "Lin Lan (second approval)"),
        ],
        "notes": [_t(lang, "施救费用另行结算。", "Costs of mitigation are settled separately.")],
    }


def conformity(lang: Lang) -> ConformityPaper:
    return {
        "number": "SUB-2026-0001",
        "issued_on": "2026-11-24",
        "issuer": insurer(lang),
        "company": insured(lang),
        "library": _t(lang, "网络安全等级保护基本要求", "Baseline for classified protection"),
        "level": "3",
        "standing": _t(lang, "现行国家标准", "National standard in force"),
        "publisher": _t(lang, "国家市场监督管理总局", "State Administration for Market Regulation"),
        "range": _t(lang, "符合程度介于 17% 与 88% 之间", "Between 17 and 88 % met"),
        "shares": [
            {"verdict": _t(lang, "部分符合", "Met in part"), "count": 29, "meaning": _t(lang, "部分到位", "Some of it")}
        ],
        "states": _t(lang, "符合 部分 不符合 未覆盖", "met in-part not-met open").split(),
        "indication": _t(lang, "得分可能落在 0 至 86 分", "between 0 and 86 points"),
        "chapters": [
            {
                "name": _t(lang, "安全计算环境", "Computing environment"),
                "result": _t(lang, "介于 32% 与 75% 之间", "Between 32 and 75 %"),
                "rows": [
                    {
                        "code": "CMP-01",
                        "title": _t(lang, "身份鉴别", "Authentication"),
                        "verdict": _t(lang, "部分符合", "Met in part"),
                        "tone": "fair",
                        "figures": ["1", "69", "0", "30"],
                        "basis": _t(lang, "加密传输配置：无证据", "no evidence on TLS"),
                    },
                    {
                        "code": "CMP-06",
                        "title": _t(lang, "可信验证", "Trusted verification"),
                        "verdict": _t(lang, "海堤不作评估", "Not assessed by Seawall"),
                        "tone": "open",
                        "figures": [],
                        "basis": "",
                    },
                ],
            }
        ],
        "notes": [_t(lang, "本报告不是等级测评结论。", "This is no MLPS assessment.")],
        "release": {"kind": "frameworks", "id": "mlps-2-0", "version": "1.0", "sha256": "ab" * 32},
    }


SAMPLES = {
    "assessment": assessment,
    "schedule": schedule,
    "quote": quote,
    "settlement": settlement,
    "conformity": conformity,
}
