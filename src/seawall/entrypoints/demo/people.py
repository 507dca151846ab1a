"""Who lives in the demonstration: one house, its parties, and one person per role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from seawall.records.parties.roles import (
    ADMIN,
    BROKER,
    CLAIMS,
    INSURED,
    PORTFOLIO,
    PROVIDER,
    SUPERVISOR,
    UNDERWRITER,
)

# The demonstration's one password; the demonstration serves on loopback and its people are fictional.
PASSWORD = "haidi-2026-demo"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation of the book, by a short key."""

    key: str
    kind: str
    name_zh: str
    name_en: str
    hotline: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who can sign in; `authority` is the largest limit in fen an underwriter may bind."""

    email: str
    name: str
    role: str
    party: str
    title: Mapping[str, str]
    language: str = "zh-hans"
    authority: int = 0


PARTIES = (
    Party("broker", "broker", "方舟保险经纪有限公司", "Ark Insurance Brokers"),
    Party("response", "provider", "磐石网络应急响应中心", "Panshi Incident Response", "400-000-1199"),
    Party("counsel", "provider", "正衡律师事务所", "Zhengheng Law Firm", "021-0000-0086"),
    Party("supervisor", "supervisor", "行业监管观察员", "Supervisory observer"),
)

PEOPLE = (
    Person(
        "underwriter@haian.example", "沈砚秋", UNDERWRITER, "insurer",
        {"zh": "核保人（权限2000万元）", "en": "Underwriter, authority CNY 20m"}, authority=2_000_000_000,
    ),
    Person(
        "chief@haian.example", "陆观澜", UNDERWRITER, "insurer",
        {"zh": "首席核保人（权限1亿元）", "en": "Chief underwriter, authority CNY 100m"}, authority=10_000_000_000,
    ),
    Person("claims@haian.example", "程一诺", CLAIMS, "insurer", {"zh": "理赔人员", "en": "Claims handler"}),
    Person("claims2@haian.example", "顾明远", CLAIMS, "insurer", {"zh": "理赔复核", "en": "Claims reviewer"}),
    Person("portfolio@haian.example", "许知白", PORTFOLIO, "insurer", {"zh": "组合管理", "en": "Portfolio manager"}),
    Person("admin@haian.example", "管理员", ADMIN, "insurer", {"zh": "系统管理员", "en": "Administrator"}),
    Person("supervisor@observer.example", "韩正则", SUPERVISOR, "supervisor", {"zh": "监管", "en": "Supervisor"}),
    Person("broker@ark.example", "Grace Lin", BROKER, "broker", {"zh": "保险经纪", "en": "Broker"}, language="en"),
    Person("security@yunpiaotong.example", "李敏", INSURED, "yunpiaotong", {"zh": "被保险人云票通", "en": "Insured"}),
    Person("it@haituo.example", "周航", INSURED, "haituo", {"zh": "被保险人海拓", "en": "Insured"}),
    Person("duty@panshi.example", "应急值班", PROVIDER, "response", {"zh": "应急响应方", "en": "Responder"}),
)  # fmt: skip
