"""The demonstration's book: companies that really went through the stages, on days in the past, by the same actions."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from seawall import reference
from seawall.entrypoints.demo import cases
from seawall.entrypoints.demo import house as houses
from seawall.entrypoints.demo.answering import complete
from seawall.entrypoints.demo.house import House
from seawall.entrypoints.demo.people import PEOPLE
from seawall.entrypoints.jobs import protect as papers
from seawall.lifecycle.detect.actions import observation as observations
from seawall.lifecycle.detect.actions import watch as watches
from seawall.lifecycle.identify.actions import assessment as assessments
from seawall.lifecycle.identify.actions import consent as consents
from seawall.lifecycle.identify.actions import scan as scans
from seawall.lifecycle.identify.actions import submission as submissions
from seawall.lifecycle.identify.models import Assessment, Consent, ScanOrder, Submission
from seawall.lifecycle.protect.actions import policy as policies
from seawall.lifecycle.protect.actions import quote as quotes
from seawall.lifecycle.protect.actions import referral as referrals
from seawall.lifecycle.protect.actions import remediation
from seawall.lifecycle.protect.models import Policy, Quote
from seawall.records import tenancy
from seawall.records.parties.models import Organisation, Tenant
from seawall.technology.lab import Lab
from seawall.technology.scan import scan as look

BROKER, UNDERWRITER, CHIEF = "broker@ark.example", "underwriter@haian.example", "chief@haian.example"
WITH_A_SCAN = ("yunpiaotong", "haituo")


@dataclass(frozen=True, slots=True)
class Sketch:
    """A company of the book: which example it follows, what differs, and how far it has come.

    `days_ago` is when its submission was filed; `until` is draft, submitted, assessed, quoted or bound.
    """

    key: str
    example: str
    company: Mapping[str, Any]
    request: Mapping[str, Any]
    days_ago: int
    until: str
    answers: float = 1.0
    says: Mapping[str, str] = field(default_factory=dict)


# Back-ups on another machine of the same domain, restored in part: insurable, and no help against ransomware.
BACKED_UP = {"Q030": "separate", "Q031": "part", "Q011": "yes"}
CAREFUL = {**BACKED_UP, "Q012": "yes", "Q013": "mfa_only", "Q016": "all", "Q030": "offline", "Q044": "yes"}

SKETCHES = (
    Sketch("yunpiaotong", "saas-invoice", {}, {}, 150, "bound"),
    Sketch("haituo", "hosting-ransomware", {}, {}, 120, "bound", says=BACKED_UP),
    Sketch(
        "linglan", "saas-invoice",
        {"name_zh": "铃兰互联网医院（苏州）有限公司", "name_en": "Linglan Online Hospital (Suzhou) Co., Ltd.",
         "credit_code": "91320500MA1P2K7H0G", "industry": "Q84", "revenue": "3.2亿", "employees": 640,
         "records_held": 5200000, "domains": ["linglan-hospital.example"]},
        {"product": "bespoke", "limit": "3000万", "retention": "20万"}, 21, "quoted", 0.85,
    ),
    Sketch(
        "chuanjia", "hosting-ransomware",
        {"name_zh": "川甲智能装备（成都）股份有限公司", "name_en": "Chuanjia Smart Equipment (Chengdu) Corp.",
         "credit_code": "91510100MA6C9T2X4W", "industry": "C34", "revenue": "6.8亿", "employees": 1500,
         "records_held": 18000, "domains": ["chuanjia.example"]},
        {"product": "bespoke", "limit": "2000万", "retention": "50万"}, 40, "bound", 0.9, CAREFUL,
    ),
    Sketch(
        "bohai", "saas-invoice",
        {"name_zh": "渤海智行车联网科技有限公司", "name_en": "Bohai Zhixing Connected Vehicles Co., Ltd.",
         "credit_code": "91120116MA05R8KQ37", "industry": "I65", "revenue": "1.9亿", "employees": 320,
         "records_held": 900000, "domains": ["bohai-zhixing.example"]},
        {"product": "bespoke", "limit": "1500万", "retention": "20万"}, 9, "assessed", 0.7,
    ),
    Sketch(
        "xiaoman", "hosting-ransomware",
        {"name_zh": "小满文创（厦门）有限公司", "name_en": "Xiaoman Creative (Xiamen) Co., Ltd.",
         "credit_code": "91350200MA2Y6LPE8C", "industry": "R88", "revenue": "860万", "employees": 26,
         "records_held": 12000, "domains": ["xiaoman.example"], "mlps_level": None},
        {"product": "sme", "limit": "100万", "retention": "1万", "tolerance": "20万"}, 6, "submitted", 1.0, CAREFUL,
    ),
    Sketch(
        "jiuzhou", "saas-invoice",
        {"name_zh": "九州通联支付科技有限公司", "name_en": "Jiuzhou Tonglian Payments Co., Ltd.",
         "credit_code": "91310115MA1K4DYT2B", "industry": "J69", "revenue": "2.4亿", "employees": 410,
         "records_held": 7600000, "domains": ["jiuzhou-pay.example"]},
        {"product": "system", "limit": "2000万", "retention": "20万"}, 2, "draft", 0.4,
    ),
)  # fmt: skip

Tell = Callable[[int, int, str], None]


@dataclass(slots=True)
class Told:
    """How far a company has come: what later stages build on."""

    sketch: Sketch
    company: Organisation
    submission: Submission
    consent: Consent | None = None
    assessment: Assessment | None = None
    quote: Quote | None = None
    policy: Policy | None = None

    @property
    def in_force(self) -> Policy:
        """The policy; only asked of companies that were bound."""
        if self.policy is None:
            raise RuntimeError(f"{self.sketch.key} was not bound")
        return self.policy


def seed(lab: Lab, *, tell: Tell) -> None:
    """Make the book unless it is there; afterwards the lab's name server shows every consent's token."""
    tenancy.enter(tenancy.EVERY)
    if not Tenant.objects.filter(slug=houses.SLUG).exists():
        with transaction.atomic():
            _write(lab, tell)
    publish(lab)


def publish(lab: Lab) -> None:
    """Let the lab's name server show the tokens of all consents: the demonstration's people cannot edit its zones."""
    with tenancy.inside(tenancy.EVERY):
        for consent in Consent.objects.filter(withdrawn_at=None).order_by("recorded_at"):
            for domain in consent.domains:
                lab.dns(f"{consents.TOKEN_NAME}.{domain}", "TXT", consent.token)


def _write(lab: Lab, tell: Tell) -> None:
    now = timezone.now().replace(microsecond=0)
    house = houses.build(at=now - timedelta(days=240))
    at_binding(lab)
    stories: dict[str, Told] = {}
    for number, sketch in enumerate(SKETCHES):
        tell(number, len(SKETCHES) + 3, sketch.key)
        told = stories[sketch.key] = _tell(house, lab, sketch, now - timedelta(days=sketch.days_ago))
        for person in PEOPLE:
            if person.party == sketch.key:
                house.organisations[sketch.key] = told.company
                house.seat(person, at=now - timedelta(days=sketch.days_ago))
    as_it_is(lab)
    tell(len(SKETCHES), len(SKETCHES) + 3, "watch")
    for key, days in (("yunpiaotong", 60), ("haituo", 30)):
        watched(house, lab, stories[key], now - timedelta(days=days))
    tell(len(SKETCHES) + 1, len(SKETCHES) + 3, "claims")
    first, second = stories["yunpiaotong"], stories["haituo"]
    cases.saas(house, first.in_force, first.company.pk, now - timedelta(days=50))
    cases.hosting(house, second.in_force, second.company.pk, now - timedelta(days=12))
    cases.learned(house, now - timedelta(hours=2))
    tenancy.enter(tenancy.NONE)


def at_binding(lab: Lab) -> None:
    """The lab as it was when the policies were bound: the remote desktop closed, DMARC in place."""
    lab.close_port("remote.haituo.example", 3389)
    lab.fix_dmarc("haituo.example")


def as_it_is(lab: Lab) -> None:
    """The lab as it starts: what the watch will notice."""
    lab.open_port("remote.haituo.example", 3389)
    lab.dns("_dmarc.haituo.example", "TXT")


def watched(house: House, lab: Lab, told: Told, at: datetime) -> None:
    """Start the watch and let it look twice: once as at binding (the scan of the assessment), once as things are."""
    watch = watches.start(policy=told.in_force.pk, every_days=7, by=house[CHIEF], at=at)
    order = watches.look(watch=watch.pk, by=house.system, at=at)
    if order is not None:
        observations.observe(order=made(house, lab, order.pk, at).pk, by=house.system, at=at)


def _document(sketch: Sketch, at: datetime) -> dict[str, Any]:
    document = copy.deepcopy(dict(reference.example(sketch.example)))
    document["company"].update(sketch.company)
    document["company"] = {k: v for k, v in document["company"].items() if v is not None}
    document["request"].update(sketch.request)
    document["request"]["inception"] = (at + timedelta(days=10)).date().isoformat()
    document["company"]["certificates"] = [
        {**c, "valid_until": (at + timedelta(days=400)).date().isoformat()} for c in document["company"]["certificates"]
    ]
    document.pop("consent", None)
    # A seeded draw decides which answers an unfinished form still lacks, so that the book is the same every time.
    draw = random.Random(sketch.key)
    document["answers"] = [
        {
            **answer,
            "answered_on": timezone.localdate(at).isoformat(),
            "value": sketch.says.get(answer["question"], answer["value"]),
        }
        for answer in document["answers"]
        if sketch.answers == 1.0 or draw.random() < sketch.answers
    ]
    return document


def _tell(house: House, lab: Lab, sketch: Sketch, at: datetime) -> Told:
    broker = house[BROKER]
    filed = submissions.file(document=_document(sketch, at), by=broker, at=at)
    told = Told(sketch, filed.company, filed)
    if sketch.key in WITH_A_SCAN:
        told.consent = _consented(house, told, at)
        outside(house, lab, told, at + timedelta(hours=1), purpose="assess")
    if sketch.until == "draft":
        return told
    complete(told.submission, house[BROKER], at + timedelta(hours=2))
    submissions.submit(submission=filed.pk, by=broker, at=at + timedelta(hours=3))
    if sketch.until == "submitted":
        return told
    told.assessment = assessments.make(submission=filed.pk, by=house[UNDERWRITER], at=at + timedelta(days=1))
    remediation.track(assessment=told.assessment.pk, by=house[UNDERWRITER], at=at + timedelta(days=1))
    if sketch.until == "assessed":
        return told
    told.quote = quotes.make(assessment=told.assessment.pk, by=house[UNDERWRITER], at=at + timedelta(days=2))
    if sketch.until == "bound":
        told.policy = _bound(house, told, at + timedelta(days=3))
    return told


def _consented(house: House, told: Told, at: datetime) -> Consent:
    domains = told.submission.document["company"]["domains"]
    given = consents.give(
        company=told.company.pk,
        domains=domains,
        statement="同意海岸财险在保险期间内对上述域名进行外部、非侵入式安全检测。",
        until=(at + timedelta(days=380)).date(),
        by=house[BROKER],
        at=at,
    )
    return consents.report_verification(consent=given.pk, seen=dict.fromkeys(domains, "ok"), by=house.system, at=at)


def outside(house: House, lab: Lab, told: Told, at: datetime, *, purpose: str) -> ScanOrder:
    """Order a scan on a day in the past and make it for real, against the lab as it is now."""
    order = scans.order(
        company=told.company.pk,
        domains=told.submission.document["company"]["domains"],
        purpose=purpose,
        submission=told.submission.pk if purpose == "assess" else None,
        by=house[BROKER],
        at=at,
    )
    return made(house, lab, order.pk, at)


def made(house: House, lab: Lab, order: UUID, at: datetime) -> ScanOrder:
    """Do what the job would do for a scan order, dated `at`."""
    started = scans.start(order=order, by=house.system, at=at)
    result = look(started.domains, lab.egress(), now=at)
    return scans.report(order=order, findings=result.findings, assets=[], by=house.system, at=at)


def _bound(house: House, told: Told, at: datetime) -> Policy:
    quote = told.quote
    if quote is None:
        raise RuntimeError("nothing was quoted")
    for referral in quote.referrals.filter(status="open"):
        note = "限额与行业在授权范围内，整改计划已确认。"
        referrals.decide(referral=referral.pk, approve=True, note=note, by=house[CHIEF], at=at)
    option = quote.options.get(product=told.submission.document["request"]["product"])
    policy = policies.bind(quote=quote.pk, option=option.pk, by=house[CHIEF], at=at + timedelta(hours=1))
    papers.papers(house.system, policy=str(policy.pk))
    return policies.issue(policy=policy.pk, by=house[CHIEF], at=at + timedelta(hours=2))
