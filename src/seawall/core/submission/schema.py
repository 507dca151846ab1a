"""The submission document as JSON Schema 2020-12.

It says all that a schema can say about a document: keys, types, lengths, closed lists and forms, that is, everything
`read` reports with a code in `SHAPE_CODES`, and a test holds the two together. Rules of meaning (check digits, days,
host names, amounts) stay in `read`. Titles and descriptions are English; `x-zh` holds the Chinese ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from seawall.core.submission import codes, reading
from seawall.core.submission.fields import (
    CODE_FORM,
    CURRENCY_FORM,
    DATE_FORM,
    INTEGER_FORM,
    LONGEST_TEXT,
    NOT_BLANK,
    READABLE,
)

_Node: TypeAlias = dict[str, Any]


def _text(longest: int = LONGEST_TEXT, form: str | None = None) -> _Node:
    forms = [NOT_BLANK, READABLE] if form is None else [NOT_BLANK, READABLE, form]
    return {"type": "string", "maxLength": longest, "allOf": [{"pattern": pattern} for pattern in forms]}


def _maybe(node: _Node) -> _Node:
    return {"anyOf": [node, {"type": "null"}]}


def _list(item: _Node, most: int) -> _Node:
    return _maybe({"type": "array", "items": item, "maxItems": most})


def _mapping(properties: dict[str, _Node], required: Sequence[str], order: Sequence[str]) -> _Node:
    if set(properties) != set(order):
        raise ValueError(f"schema and reader disagree on keys: {set(properties) ^ set(order)}")
    return {
        "type": "object",
        "properties": {key: properties[key] for key in order},
        "required": list(required),
        "additionalProperties": False,
    }


_CHOICE_PRODUCT = {"enum": [*codes.PRODUCTS, None]}
_DATE: _Node = {"type": "string", "pattern": DATE_FORM}
_INTEGER: _Node = {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": INTEGER_FORM}]}
_AMOUNT: _Node = {
    "anyOf": [
        {"type": ["number", "string"]},
        {
            "type": "object",
            "properties": {"amount": {"type": ["number", "string"]}, "currency": _text(form=CURRENCY_FORM)},
            "required": ["amount", "currency"],
            "additionalProperties": False,
        },
    ]
}


def _about(node: _Node, en: str, zh: str, *examples: Any, more: tuple[str, str] | None = None) -> _Node:
    """The node with its title in both languages, examples, and `more`: the description (English, Chinese)."""
    told: _Node = {"title": en, "x-zh": {"title": zh}}
    if more:
        told["description"] = more[0]
        told["x-zh"]["description"] = more[1]
    if examples:
        told["examples"] = list(examples)
    return told | node


_AMOUNT_HINT = (
    "A number, text such as 1,200,000 or 120万, or {amount, currency}. A bare amount is in the document's currency.",
    "可填数字、“120万”之类的文字，或写明 {amount, currency}；未写明币种的，按申请书币种计。",
)


def _vendor() -> _Node:
    return _mapping(
        {
            "name": _about(_text(), "Name", "名称", "Example Cloud"),
            "category": _about({"enum": list(codes.VENDOR_CATEGORIES)}, "Category", "类别", "cloud"),
        },
        ("name", "category"),
        reading.VENDOR_KEYS,
    )


def _certificate() -> _Node:
    return _mapping(
        {
            "standard": _about({"enum": list(codes.CERTIFICATE_STANDARDS)}, "Standard", "标准", "iso27001"),
            "valid_until": _about(_DATE, "Valid through", "有效期至", "2028-05-31"),
        },
        ("standard", "valid_until"),
        reading.CERTIFICATE_KEYS,
    )


def _company() -> _Node:
    required = ("industry", "revenue", "employees", "records_held")
    node = _mapping(
        {
            "name_zh": _about(_maybe(_text()), "Chinese name", "中文名称", "云票通（杭州）科技有限公司"),
            "name_en": _about(
                _maybe(_text()), "English name", "英文名称", "Yunpiaotong (Hangzhou) Technology Co., Ltd."
            ),
            "country": _about(
                _maybe(_text(2)),
                "Country",
                "注册地",
                "CN",
                more=("ISO 3166-1 alpha-2; CN if left out.", "ISO 3166-1 两位代码；不填即为 CN。"),
            ),
            "credit_code": _about(
                _maybe(_text(reading.LONGEST_CREDIT_CODE)),
                "Unified social credit code",
                "统一社会信用代码",
                "91330106MA2KPT7X3D",
                more=("Required of companies registered in mainland China.", "在中国内地登记的企业必填。"),
            ),
            "industry": _about(
                _text(reading.LONGEST_INDUSTRY),
                "Industry",
                "行业",
                "I65",
                more=(
                    "GB/T 4754-2017: section letter and up to four digits.",
                    "按 GB/T 4754-2017 填写：门类字母，可再加二至四位数字。",
                ),
            ),
            "revenue": _about(_AMOUNT, "Annual revenue", "年营业收入", "3800万", more=_AMOUNT_HINT),
            "employees": _about(_INTEGER, "Employees", "员工人数", 120),
            "records_held": _about(_INTEGER, "Personal records held", "持有个人信息条数", 850000),
            "domains": _about(
                _list({"type": "string"}, reading.MOST_DOMAINS),
                "Domains",
                "域名",
                ["yunpiaotong.example"],
                more=("Registrable host names; no addresses.", "可注册的域名，不填 IP 地址。"),
            ),
            "vendors": _about(_list(_vendor(), reading.MOST_ITEMS), "Suppliers relied on", "依赖的供应商"),
            "mlps_level": _about(_maybe(_INTEGER), "MLPS level (1–4)", "等级保护定级（一至四级）", 3),
            "certificates": _about(_list(_certificate(), reading.MOST_CERTIFICATES), "Certificates", "资质证书"),
            "critical_infrastructure": _about(
                _maybe({"type": "boolean"}),
                "Operates critical information infrastructure",
                "是否为关键信息基础设施运营者",
                False,
            ),
        },
        required,
        reading.COMPANY_KEYS,
    )
    named = {key: {"properties": {key: {"type": "string"}}, "required": [key]} for key in ("name_zh", "name_en")}
    chinese = {"properties": {"country": {"enum": ["CN", None]}}}
    return node | {"if": chinese, "then": named["name_zh"], "else": named["name_en"]}


def _request() -> _Node:
    return _mapping(
        {
            "product": _about(
                _CHOICE_PRODUCT, "Product", "产品", "system", more=("Left out: not decided yet.", "不填表示尚未选定。")
            ),
            "limit": _about(_AMOUNT, "Aggregate limit", "累计责任限额", "1000万", more=_AMOUNT_HINT),
            "retention": _about(_AMOUNT, "Retention", "免赔额", 100000, more=_AMOUNT_HINT),
            "waiting_hours": _about(_INTEGER, "Waiting period, hours", "等待期（小时）", 12),
            "inception": _about(
                _DATE,
                "Inception",
                "起保日期",
                "2027-04-01",
                more=("Today or up to 180 days ahead.", "自申请当日起 180 天以内。"),
            ),
            "tolerance": _about(
                _maybe(_AMOUNT),
                "Loss the company can bear itself in a year",
                "企业一年内可自行承受的损失",
                "200万",
                more=_AMOUNT_HINT,
            ),
        },
        ("limit", "retention", "waiting_hours", "inception"),
        reading.REQUEST_KEYS,
    )


def _answer() -> _Node:
    value = {"anyOf": [_text(reading.LONGEST_ANSWER), {"type": ["number", "boolean"]}]}
    return _mapping(
        {
            "question": _about(_text(form=CODE_FORM), "Question", "问题编号", "Q011"),
            "value": _about(
                value,
                "Answer",
                "回答",
                "partly",
                more=(
                    "yes, partly, no or unknown; a choice code; a number; or text, as the question asks.",
                    "按题型填 yes（是）、partly（部分）、no（否）、unknown（不清楚），或选项代码、数字、文字。",
                ),
            ),
            "answered_by": _about(_text(), "Answered by", "填报人", "信息安全部 李敏"),
            "answered_on": _about(_DATE, "Answered on", "填报日期", "2026-11-20"),
            "scope": _about(_maybe(_text()), "What the answer covers", "回答所涵盖的范围", "生产环境"),
            "evidence_file": _about(_maybe(_text()), "File that bears it out", "佐证材料", "vault:backup-drill.pdf"),
            "evidence_until": _about(_maybe(_DATE), "Last day the file bears it out", "佐证材料有效期至", "2027-09-30"),
        },
        ("question", "value", "answered_by", "answered_on"),
        reading.ANSWER_KEYS,
    )


def _consent() -> _Node:
    return _mapping(
        {
            "domains": _about(
                {"type": "array", "items": {"type": "string"}, "maxItems": reading.MOST_DOMAINS},
                "Domains that may be assessed",
                "授权检测的域名",
                ["yunpiaotong.example"],
            ),
            "by": _about(_text(), "Given by", "授权人", "王建国，法定代表人"),
            "valid_from": _about(_DATE, "From", "授权起始日", "2026-11-20"),
            "valid_until": _about(_DATE, "Until (not included)", "授权截止日（当日不含）", "2027-11-20"),
        },
        ("domains", "by", "valid_from", "valid_until"),
        reading.CONSENT_KEYS,
    )


SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:seawall:submission:1",
    "title": "Submission",
    "description": "An application for cyber insurance, as sent by a company or its broker.",
    "x-zh": {"title": "投保申请", "description": "企业自行或由经纪人代为提交的网络安全保险投保申请。"},
} | _mapping(
    {
        "id": _about(_text(form=CODE_FORM), "Reference", "申请编号", "SUB-2026-0001"),
        "currency": _about(_maybe(_text(form=CURRENCY_FORM)), "Currency of bare amounts", "默认币种", "CNY"),
        "company": _about(_company(), "Company", "投保企业"),
        "request": _about(_request(), "Cover asked for", "投保需求"),
        "answers": _about(_list(_answer(), reading.MOST_ITEMS), "Answers", "问卷回答"),
        "consent": _about(_maybe(_consent()), "Consent to assessment", "检测授权"),
    },
    ("id", "company", "request"),
    reading.DOCUMENT_KEYS,
)
