"""What has happened in a seeded tenant: one object of every kind and, where it has ends, one at each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from seawall import reference
from seawall.core.evidence.items import Finding
from seawall.entrypoints.demo.answering import complete
from seawall.entrypoints.demo.house import House
from seawall.entrypoints.demo.marks import Mark
from seawall.entrypoints.jobs import protect as papers
from seawall.lifecycle.detect.actions import alert as alerts
from seawall.lifecycle.detect.actions import observation as observations
from seawall.lifecycle.detect.actions import watch as watches
from seawall.lifecycle.detect.models import Alert
from seawall.lifecycle.identify.actions import assessment as assessments
from seawall.lifecycle.identify.actions import consent as consents
from seawall.lifecycle.identify.actions import scan as scans
from seawall.lifecycle.identify.actions import submission as submissions
from seawall.lifecycle.identify.models import Assessment, Submission
from seawall.lifecycle.protect.actions import policy as policies
from seawall.lifecycle.protect.actions import quote as quotes
from seawall.lifecycle.protect.actions import referral as referrals
from seawall.lifecycle.protect.actions import remediation
from seawall.lifecycle.protect.models import Policy, Quote
from seawall.lifecycle.strategy.actions import effective
from seawall.lifecycle.strategy.actions import universe as universes
from seawall.lifecycle.strategy.queries.in_force import risk_universe
from seawall.records.parties.actions import organisation as parties
from seawall.records.parties.models import Organisation
from seawall.records.parties.viewer import Viewer
from seawall.records.releases.actions import load
from seawall.records.releases.models import Release
from seawall.records.vault.actions.file import store_file
from seawall.records.vault.subject import Subject

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALREADY_THERE = (("SW-HTTP-03", "found", "medium"), ("SW-TLS-04", "not_found", "info"))
NEW_SINCE = (("SW-EXP-01", "found", "high"), ("SW-TLS-01", "could_not_check", "info"), *ALREADY_THERE)


@dataclass(slots=True)
class Life:
    """A seeded tenant while it is being told."""

    house: House
    mark: Mark

    def who(self, person: str) -> Viewer:
        return self.house[self.mark.email(person)]

    def insured(self, side: str) -> Viewer:
        return self.who(f"insured-{side}")

    def broker(self, side: str) -> Viewer:
        return self.who({"a": "broker1", "b": "broker2"}[side])


def company(life: Life, side: str, at: datetime, **filing: Any) -> Submission:
    """A submission by the side's broker, who brings a company that is new; the company's person gets a seat."""
    document = life.mark.document(side, at, **filing)
    filed = submissions.file(document=document, by=life.broker(side), at=at)
    complete(filed, life.broker(side), at)
    life.house.organisations[side] = filed.company
    for seat in life.mark.people():
        if seat.party == side:
            life.house.seat(seat, at=at)
    return filed


def answered(life: Life, side: str, filed: Submission, at: datetime) -> None:
    """One answer with a scope in words, borne out by a file."""
    name, content = life.mark.paper(side, "answer-file")
    by = life.insured(side)
    file = store_file(subject=Subject.of(filed), name=name, content=content, by=by, at=at)
    submissions.answer(
        submission=filed.pk,
        answers={"Q011": "partly" if side == "a" else "yes"},
        scope_words=life.mark.word(side, "scope"),
        file=file.pk,
        by=by,
        at=at,
    )


def consented(life: Life, side: str, at: datetime) -> None:
    """One consent that was withdrawn, and one that is verified."""
    held = life.house.organisations[side]
    for field in ("withdrawn-statement", "statement"):
        given = consents.give(
            company=held.pk,
            domains=[life.mark.domain(side)],
            statement=life.mark.word(side, field),
            until=(at + 390 * DAY).date(),
            by=life.insured(side),
            at=at,
        )
        if field == "statement":
            seen = {life.mark.domain(side): "ok"}
            consents.report_verification(consent=given.pk, seen=seen, by=life.house.system, at=at)
        else:
            consents.withdraw(consent=given.pk, by=life.insured(side), at=at)


def scanned(life: Life, side: str, filed: Submission, at: datetime) -> None:
    """A scan as its job reports it; nothing is sent anywhere."""
    order = scans.order(
        company=filed.company_id,
        domains=[life.mark.domain(side)],
        purpose="assess",
        submission=filed.pk,
        by=life.broker(side),
        at=at,
    )
    _reported(life, side, order.pk, ALREADY_THERE, at)


def _reported(life: Life, side: str, order: UUID, states: tuple[tuple[str, str, str], ...], at: datetime) -> None:
    scans.start(order=order, by=life.house.system, at=at)
    host = f"{life.mark.word(side, 'host')}.{life.mark.domain(side)}"
    findings = [
        Finding(
            check=check,
            asset=host,
            state=state,  # type: ignore[arg-type]
            severity=severity,  # type: ignore[arg-type]
            observed_at=at,
            detail={"server": life.mark.word(side, "detail")} if state == "found" else {},
            reason=life.mark.word(side, "reason") if state == "could_not_check" else "",
        )
        for check, state, severity in states
    ]
    vendors = [{"name": life.mark.word(side, "seen-vendor"), "category": "cdn", "evidence": host}]
    assets = [{"name": host, "roles": ["web"], "addresses": ["192.0.2.1"], "vendors": vendors}]
    scans.report(order=order, findings=findings, assets=assets, by=life.house.system, at=at)


def assessed(life: Life, side: str, filed: Submission, at: datetime) -> Assessment:
    submissions.submit(submission=filed.pk, by=life.broker(side), at=at)
    return assessments.make(submission=filed.pk, by=life.who("underwriter"), at=at + HOUR)


def fixes(life: Life, side: str, made: Assessment, at: datetime) -> None:
    """What was advised: one thing promised, one done, one verified and taken up again."""
    rows = remediation.track(assessment=made.pk, by=life.who("underwriter"), at=at)
    by = life.insured(side)
    remediation.promise(remediation=rows[0].pk, due=(at + 30 * DAY).date(), by=by, at=at)
    for row in rows[1:3]:
        remediation.promise(remediation=row.pk, due=(at + 30 * DAY).date(), by=by, at=at)
        remediation.finish(remediation=row.pk, note=life.mark.word(side, "fix-note"), by=by, at=at + HOUR)
    note = life.mark.word(side, "reopen-note")
    remediation.verify(remediation=rows[2].pk, by=life.who("underwriter"), at=at + 2 * HOUR)
    remediation.reopen(remediation=rows[2].pk, note=note, by=life.who("underwriter"), at=at + 3 * HOUR)


def quoted(life: Life, side: str, made: Assessment, at: datetime) -> Quote:
    """Offered; what was referred is approved by the chief, whose note is the office's own."""
    offer = quotes.make(assessment=made.pk, by=life.broker(side), at=at)
    for referral in offer.referrals.filter(status="open"):
        note = life.mark.word("office", "referral-note")
        referrals.decide(referral=referral.pk, approve=True, note=note, by=life.who("chief"), at=at + HOUR)
    return offer


def bound(life: Life, side: str, offer: Quote, product: str, at: datetime) -> Policy:
    """Bound by the broker, with its papers, in force."""
    option = offer.options.get(product=product)
    held = policies.bind(quote=offer.pk, option=option.pk, by=life.broker(side), at=at)
    papers.papers(life.house.system, policy=str(held.pk))
    return policies.issue(policy=held.pk, by=life.house.system, at=at + HOUR)


def cancelled(life: Life, side: str, made: Assessment, at: datetime) -> None:
    """A second policy of another product, ended before its time."""
    held = bound(life, side, quoted(life, side, made, at), "sme", at + HOUR)
    on, reason = held.inception + 10 * DAY, life.mark.word(side, "cancel-reason")
    policies.cancel(policy=held.pk, on=on, reason=reason, by=life.who("underwriter"), at=at + 2 * HOUR)


def declined(life: Life, side: str, made: Assessment, at: datetime) -> None:
    """A quote whose referral the chief declines, and one that waits for its decision."""
    offer = quotes.make(assessment=made.pk, by=life.broker(side), at=at)
    referral = offer.referrals.get(status="open")
    note = life.mark.word("office", "decline-note")
    referrals.decide(referral=referral.pk, approve=False, note=note, by=life.who("chief"), at=at + HOUR)
    quotes.make(assessment=made.pk, by=life.broker(side), at=at + 2 * HOUR)


def watched(life: Life, side: str, held: Policy, at: datetime) -> None:
    """Two looks; the second finds what the first did not, and the insured says that it is mended."""
    watch = watches.start(policy=held.pk, by=life.who("underwriter"), at=at)
    for number, states in enumerate((ALREADY_THERE, NEW_SINCE)):
        moment = at + number * 7 * DAY
        order = watches.look(watch=watch.pk, by=life.house.system, at=moment)
        if order is None:
            raise RuntimeError("the watch did not look")
        _reported(life, side, order.pk, states, moment)
        observations.observe(order=order.pk, by=life.house.system, at=moment)
    note = life.mark.word(side, "alert-note")
    found = Alert.objects.filter(watch=watch, status="open")[0]
    if side == "a":
        alerts.settle(alert=found.pk, outcome="fixed", note=note, by=life.insured(side), at=at + 8 * DAY)


def ends(life: Life, side: str, at: datetime) -> None:
    """Submissions that came to nothing: a draft, one declined by the insurer, one closed by the broker."""
    mark, broker = life.mark, life.broker(side)
    draft, refused, given_up = (
        submissions.file(document=mark.document(side, at), by=broker, at=at) for _number in range(3)
    )
    submissions.submit(submission=refused.pk, by=broker, at=at)
    reason = mark.word(side, "decline-reason")
    submissions.decline(submission=refused.pk, reason=reason, by=life.who("underwriter"), at=at + HOUR)
    submissions.close(submission=given_up.pk, reason=mark.word(side, "close-reason"), by=broker, at=at + HOUR)
    submissions.answer(
        submission=draft.pk, answers={"Q011": "no"}, scope_words=mark.word(side, "draft-scope"), by=broker, at=at
    )


def mandated(life: Life, side: str, at: datetime) -> None:
    """The other side's broker had the company's mandate until `at`; the side's own has it from then on."""
    admin, client, brokers = life.house.admin, life.house.organisations[side], life.house.organisations
    earlier, now = ("broker2", "broker1") if side == "a" else ("broker1", "broker2")
    end = (at + 700 * DAY).date()
    start = (at - 60 * DAY).date()
    given = parties.mandate(broker=brokers[earlier], client=client, start=start, end=end, by=admin, at=at - DAY)
    reason = life.mark.word("office", "revoke-reason")
    parties.revoke(mandate=given.pk, on=timezone.localdate(at), reason=reason, by=admin, at=at)
    parties.mandate(broker=brokers[now], client=client, start=timezone.localdate(at), end=end, by=admin, at=at)


def known_before(life: Life, side: str, at: datetime) -> Organisation:
    """The side's company, registered by the administrator before anybody filed for it."""
    document = life.mark.document(side, at)["company"]
    made = parties.register(
        kind="insured",
        names=(document["name_zh"], document["name_en"]),
        country="CN",
        credit_code=document["credit_code"],
        by=life.house.admin,
        at=at,
    )
    life.house.organisations[side] = made
    return made


def own_release(life: Life, at: datetime) -> None:
    """An appetite of the tenant's own, in force from today."""
    shipped = Release.objects.filter(kind="appetite").order_by("-version")[0]
    name = life.mark.word("house", "appetite")
    header = {key: value for key, value in shipped.header.items() if key != "kind"}
    header |= {"version": "9.1", "name": {"zh": name, "en": name}, "source": life.mark.word("house", "source")}
    made = load(document=reference.read_document("appetite", {**header, **shipped.body}), by=life.house.admin, at=at)
    effective.adopt_appetite(release=made, start=timezone.localdate(at), by=life.who("portfolio"), at=at)


def own_universe(life: Life, at: datetime) -> None:
    """A risk universe of the tenant's own, in force from today, and the draft of the next."""
    manager, family = life.who("portfolio"), "ransomware_encryption"
    for rate, name in ((0.0026, "universe-source"), (0.0028, "draft-source")):
        base = risk_universe(manager, on=timezone.localdate(at))
        if base is None:
            raise RuntimeError("no risk universe is loaded")
        draft = universes.begin(base=base, by=manager, at=at)
        values = {"frequency.base": rate, "frequency.source": life.mark.word("office", name)}
        draft = universes.change(risk=family, values=values, revision=draft.revision, by=manager, at=at)
        if name == "universe-source":
            universes.adopt(revision=draft.revision, start=timezone.localdate(at), by=manager, at=at)
