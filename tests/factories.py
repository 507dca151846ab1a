"""A furnished house for tests: one tenant with every party and role, its releases loaded and in force.

Everything is made through actions, so that a test starts from a state that can really come about.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from seawall import reference
from seawall.core.money import Money
from seawall.lifecycle.identify.actions import assessment, submission
from seawall.lifecycle.identify.models import Assessment
from seawall.lifecycle.protect.actions import policy, quote
from seawall.lifecycle.protect.actions.papers import Paper, attach_document
from seawall.lifecycle.protect.actions.referral import decide as decide_referral
from seawall.lifecycle.protect.models import Policy, Quote
from seawall.lifecycle.protect.queries.pricing import Wish
from seawall.lifecycle.recover.actions.claim import Opening, open_claim
from seawall.lifecycle.recover.models import Claim
from seawall.lifecycle.respond.actions.notify import Notice, notify
from seawall.lifecycle.respond.models import Incident
from seawall.lifecycle.strategy.actions import effective, panel
from seawall.records import tenancy
from seawall.records.parties.actions import organisation as parties
from seawall.records.parties.actions.person import invite
from seawall.records.parties.actions.tenant import Founding, found
from seawall.records.parties.models import Organisation, User
from seawall.records.parties.queries.viewers import of_user
from seawall.records.parties.roles import (
    ADMIN,
    BROKER,
    CLAIMS,
    HOME,
    INSURED,
    PORTFOLIO,
    PROVIDER,
    SUPERVISOR,
    UNDERWRITER,
)
from seawall.records.parties.viewer import Viewer
from seawall.records.releases.actions import load, load_shipped
from seawall.records.releases.models import Release

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
FROM = date(2026, 1, 1)
AUTHORITY = 2_000_000_00


@dataclass(frozen=True, slots=True)
class House:
    """A tenant with its organisations by kind and a viewer per role; `second` are other people of the same role."""

    slug: str
    organisations: Mapping[str, Organisation]
    viewers: Mapping[str, Viewer]
    second: Mapping[str, Viewer]

    def __getitem__(self, role: str) -> Viewer:
        return self.viewers[role]

    @property
    def system(self) -> Viewer:
        return Viewer.system(self.viewers[ADMIN].tenant, self.organisations["insurer"].pk)


def house(slug: str = "haian", *, credit_code: str = "91330106MA2KPT7X3D", at: datetime = AT) -> House:
    """Found, staff and furnish a house, and step into its tenant (the caller's connection sees it alone).

    The insured has the credit code of the example submission; empty for a house in which that company is new.
    """
    tenancy.enter(tenancy.EVERY)
    admin = found(
        house=Founding(slug, f"{slug} 财产保险", f"{slug} Insurance", f"admin@{slug}.example", "管理员"), at=at
    )
    tenancy.enter(admin.tenant)
    organisations = {"insurer": Organisation.objects.get(pk=admin.organisation)}
    for kind, name in (("broker", "经纪"), ("insured", "科技"), ("provider", "应急响应"), ("supervisor", "监管")):
        code = credit_code if kind == "insured" else ""
        organisations[kind] = parties.register(
            kind=kind, names=(f"{slug} {name}", f"{slug} {kind}"), country="CN", credit_code=code, by=admin, at=at
        )
    parties.mandate(
        broker=organisations["broker"],
        client=organisations["insured"],
        start=FROM,
        end=date(FROM.year + 3, 1, 1),
        by=admin,
        at=at,
    )
    viewers, second = {ADMIN: admin}, {}
    for role in (UNDERWRITER, CLAIMS, PORTFOLIO, SUPERVISOR, BROKER, INSURED, PROVIDER):
        viewers[role] = _person(role, slug, organisations, admin, at, "")
        second[role] = _person(role, slug, organisations, admin, at, "2")
    _furnish(viewers, organisations["provider"], at)
    return House(slug, organisations, viewers, second)


def _person(
    role: str, slug: str, organisations: Mapping[str, Organisation], admin: Viewer, at: datetime, mark: str
) -> Viewer:
    email = f"{role}{mark}@{slug}.example"
    invite(
        email=email,
        name=f"{role}{mark}",
        organisation=organisations[HOME[role]],
        role=role,
        authority=AUTHORITY,
        by=admin,
        at=at,
    )
    viewer = of_user(User.objects.get(email=email))
    assert viewer is not None
    return viewer


def _furnish(viewers: Mapping[str, Viewer], provider: Organisation, at: datetime) -> None:
    load_shipped(by=viewers[ADMIN], at=at)
    manager = viewers[PORTFOLIO]
    wording = Release.objects.get(kind="wordings")
    for product in Release.objects.filter(kind="products"):
        effective.offer_product(release=product, wording=wording, start=FROM, by=manager, at=at)
    effective.adopt_rating_plan(release=Release.objects.get(kind="rating"), start=FROM, by=manager, at=at)
    for appetite in Release.objects.filter(kind="appetite"):
        effective.adopt_appetite(release=appetite, start=FROM, by=manager, at=at)
    for service in ("tracing", "extortion_adviser"):
        panel.appoint(
            organisation=provider,
            service=service,
            price=Money.of(30000, "CNY"),
            response_minutes=30,
            by=viewers[CLAIMS],
            at=at,
        )


def submission_document(name: str = "saas-invoice", **changes: Any) -> dict[str, Any]:
    """An example submission; `changes` are dotted paths with "__", such as company__revenue="1亿"."""
    document: dict[str, Any] = copy.deepcopy(dict(reference.example(name)))
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = document
        for parent in parents:
            place = place[parent]
        if value is None:
            place.pop(last, None)
        else:
            place[last] = value
    return document


def assessed(home: House, name: str = "saas-invoice", *, at: datetime = AT, **changes: Any) -> Assessment:
    """A submission of the insured through its broker, submitted and assessed without a scan."""
    broker = home[BROKER]
    filed = submission.file(document=submission_document(name, **changes), by=broker, at=at)
    submission.submit(submission=filed.pk, by=broker, at=at)
    return assessment.make(submission=filed.pk, by=broker, at=at)


def quoted(home: House, *, at: datetime = AT, wishes: Sequence[Wish] = (), **changes: Any) -> Quote:
    """An offer that may be bound: made by the broker, released by the second underwriter where it was referred."""
    made = quote.make(assessment=assessed(home, at=at, **changes).pk, wishes=wishes, by=home[BROKER], at=at)
    for referral in made.referrals.filter(status="open"):
        head = replace(home.second[UNDERWRITER], authority=10**12)
        decide_referral(referral=referral.pk, approve=True, note="已核实控制措施", by=head, at=at)
    made.refresh_from_db()
    return made


def bound(home: House, *, product: str = "bespoke", at: datetime = AT, **changes: Any) -> Policy:
    """A policy bound by the broker, its papers attached, in force from the day applied for."""
    offer = quoted(home, at=at, **changes)
    chosen = offer.options.get(product=product)
    made = policy.bind(quote=offer.pk, option=chosen.pk, by=home[BROKER], at=at)
    for language in ("zh", "en"):
        paper = Paper("schedule", language, f"schedule-{language}.pdf", b"%PDF-1.7\n" + language.encode())
        attach_document(policy=made.pk, paper=paper, by=home.system, at=at)
    return policy.issue(policy=made.pk, by=home.system, at=at)


def easy_appetite(home: House, *, at: datetime = AT) -> None:
    """From the day of `at`, an appetite that asks for nothing but a limit within the house's capacity."""
    release = Release.objects.get(kind="appetite")
    body = {**release.body, "rules": [rule for rule in release.body["rules"] if rule["id"] == "AP-02"]}
    header = {**release.header, "version": "9.9"}
    header.pop("kind", None)
    made = load(document=reference.read_document("appetite", {**header, **body}), by=home[ADMIN], at=at)
    effective.adopt_appetite(release=made, start=timezone.localdate(at), by=home[PORTFOLIO], at=at)


def notified(
    home: House, held: Policy, *, after: timedelta = timedelta(days=30), at: datetime | None = None
) -> Incident:
    """An incident that the insured reports an hour after its discovery, `after` the policy's inception."""
    first = datetime(held.inception.year, held.inception.month, held.inception.day, 4, tzinfo=UTC)
    discovered = first + after
    notice = Notice(
        company=held.insured_id,
        what_happened="多台服务器被加密，出现勒索信",
        discovered_at=discovered,
        occurred_at=discovered - timedelta(hours=3),
        contact="王工 13800000000",
    )
    return notify(notice=notice, by=home[INSURED], at=at or discovered + timedelta(hours=1))


FACTS: Mapping[str, Any] = {
    "cause": {"value": "ransomware", "evidence": ["forensic-report"]},
    "security_event": {"value": True, "evidence": ["forensic-report"]},
    "extortion_demand": {"value": True, "evidence": ["chat-log"]},
    "known_before_inception": {"value": False, "evidence": ["declaration"]},
    "disclosure_breach": {"value": "none", "evidence": ["proposal"]},
    "security_undertaking_kept": {"value": True, "evidence": ["watch-log"]},
    "exclusions_explained": {"value": True, "evidence": ["signed-statement"]},
}


def item(id: str, cover: str, amount: str, kind: str, **facts: Any) -> dict[str, Any]:
    """An item claimed that is documented, caused by the event, reasonable and consented to."""
    stated = {"documented": True, "caused_by_event": True, "reasonable": True, "consent": True, **facts}
    paid_in = stated.pop("paid_in", "money")
    values = {name: {"value": value, "evidence": [f"invoice-{id}"]} for name, value in stated.items()}
    values["cost_kind"] = {"value": kind, "evidence": []}
    return {"id": id, "cover": cover, "amount": amount, "paid_in": paid_in, "facts": values}


def sheet(cover: str, *lines: tuple[str, str, str]) -> dict[str, Any]:
    """A worksheet of documented lines (id, kind, claimed)."""
    rows = [{"id": id, "kind": kind, "claimed": amount, "evidence": [f"invoice-{id}"]} for id, kind, amount in lines]
    return {"cover": cover, "lines": rows}


def claimed(home: House, held: Policy, **changes: Any) -> Claim:
    """A claim opened by the handler for a fresh incident; `changes` are those of `notified`."""
    incident = notified(home, held, **changes)
    return open_claim(opening=Opening(incident.pk), by=home[CLAIMS], at=incident.reported_at + timedelta(days=1))
