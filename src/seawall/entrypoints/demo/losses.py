"""Incidents and claims of a seeded tenant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from seawall.core.money import Money
from seawall.entrypoints.demo.cases import facts, item
from seawall.entrypoints.demo.lives import DAY, HOUR, Life
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
from seawall.lifecycle.respond.models import Incident
from seawall.lifecycle.strategy.actions.proposal import decide
from seawall.lifecycle.strategy.models import PanelProvider
from seawall.records.vault.actions.file import erase
from seawall.records.vault.actions.log import anchor, sign_head
from seawall.records.vault.subject import Subject

FACTS = {
    "encrypted": True,
    "ransom_note": True,
    "personal_data": True,
    "people_affected": 1200,
    "jurisdictions": ["CN"],
}
WORKSHEET = "data_restoration"


def incident(life: Life, side: str, at: datetime) -> Incident:
    """Noticed by the insured, triaged, worked on by a provider, its duties done, waived or open."""
    mark, handler, by = life.mark, life.who("claims"), life.insured(side)
    notice = Notice(
        company=life.house.organisations[side].pk,
        what_happened=mark.word(side, "what-happened"),
        discovered_at=at,
        occurred_at=at - HOUR,
        affected=mark.word(side, "affected"),
        contact=mark.word(side, "contact"),
        facts=FACTS,
    )
    made = notify(notice=notice, by=by, at=at + HOUR)
    found = triage.Findings(facts={"direct_loss": "80万"}, words=mark.word(side, "triage"))
    triage.triage(incident=made.pk, findings=found, by=handler, at=at + 2 * HOUR)
    engaged(life, side, made, at + 2 * HOUR)
    upload = Upload(*mark.paper(side, "event"))
    timeline.add_event(
        incident=made.pk, words=mark.word(side, "event"), happened_at=at, upload=upload, by=by, at=at + 3 * HOUR
    )
    task = made.tasks.filter(status="open").order_by("position")[0]
    steps.start(task=task.pk, by=handler, at=at + 3 * HOUR)
    steps.finish(task=task.pk, note=mark.word(side, "task-note"), by=handler, at=at + 4 * HOUR)
    owed = list(made.duties.filter(status="due", bearer="insured").order_by("deadline", "rule"))
    receipt = Upload(*mark.paper(side, "receipt"))
    note = mark.word(side, "duty-note")
    duties.mark_done(duty=owed[0].pk, when=at + 4 * HOUR, note=note, upload=receipt, by=by, at=at + 4 * HOUR)
    duties.waive(duty=owed[1].pk, reason=mark.word(side, "waiver"), by=handler, at=at + 5 * HOUR)
    return made


def engaged(life: Life, side: str, about: Incident, at: datetime) -> None:
    """One provider reports, another declines."""
    mark, handler = life.mark, life.who("claims")
    for service, person in (("tracing", "provider"), ("online_expert", "counsel")):
        panel = PanelProvider.objects.get(service=service)
        brief = mark.word(side, "brief")
        work = engagements.engage(incident=about.pk, provider=panel.pk, brief=brief, by=handler, at=at)
        if person == "counsel":
            reason = mark.word(side, "declined-work")
            engagements.decline(engagement=work.pk, reason=reason, by=life.who(person), at=at)
            continue
        engagements.accept(engagement=work.pk, by=life.who(person), at=at)
        report = Upload(*mark.paper(side, "report"))
        words = mark.word(side, "findings")
        engagements.report(engagement=work.pk, findings=words, upload=report, by=life.who(person), at=at + HOUR)


def over(life: Life, side: str, about: Incident, at: datetime) -> None:
    """Contained and closed, reopened, closed again."""
    mark, handler = life.mark, life.who("claims")
    triage.contain(incident=about.pk, when=at, words=mark.word(side, "contained"), by=handler, at=at)
    for duty in about.duties.filter(status="due"):
        duties.waive(duty=duty.pk, reason=mark.word(side, "late-waiver"), by=handler, at=at)
    triage.close(incident=about.pk, lesson=mark.word(side, "lesson"), by=handler, at=at)
    triage.reopen(incident=about.pk, reason=mark.word(side, "reopened"), by=handler, at=at + HOUR)


def claim(life: Life, side: str, about: Incident, at: datetime) -> Claim:
    """Opened, judged, adjusted and paid in part; the reserve's reason is the office's own."""
    mark, handler, reviewer = life.mark, life.who("claims"), life.who("reviewer")
    opened = claims.open_claim(opening=claims.Opening(about.pk), by=handler, at=at)
    reason = mark.word("office", "reserve-reason")
    claims.reserve(claim=opened.pk, amount=Money.of("400000", "CNY"), reason=reason, by=handler, at=at)
    claims.receive_proof(claim=opened.pk, on=opened.policy.day(at), by=handler, at=at)
    name, content = mark.paper(side, "invoice")
    file = claims.hand_in(claim=opened.pk, name=name, content=content, by=life.insured(side), at=at)
    paper = f"vault:{file.pk}"
    judged(life, side, opened, paper, at + HOUR)
    line = {"id": mark.word(side, "line"), "kind": "restoration", "claimed": "300000", "evidence": [paper]}
    sheets: list[dict[str, Any]] = [{"cover": WORKSHEET, "lines": [line]}]
    settlements.adjust(claim=opened.pk, worksheets=sheets, by=handler, at=at + 2 * HOUR)
    note = mark.word("office", "approval-note")
    payments.approve(claim=opened.pk, note=note, by=reviewer, at=at + 3 * HOUR)
    order = payments.Order(mark.word(side, "payment-key"), Money.of("100000", "CNY"), mark.word(side, "payee"))
    payments.pay(claim=opened.pk, order=order, by=handler, at=at + 4 * HOUR)
    return opened


def judged(life: Life, side: str, opened: Claim, paper: str, at: datetime, **changes: Any) -> None:
    wanted = item(life.mark.word(side, "line"), WORKSHEET, "300000", "restoration", paper)
    stated = facts(paper, cause="ransomware", extortion_demand=True, **changes)
    settlements.determine(claim=opened.pk, facts=stated, items=[wanted], by=life.who("claims"), at=at)


def settled(life: Life, side: str, held: Claim, at: datetime) -> None:
    """The rest is paid, the claim closed and taken up again."""
    mark, handler = life.mark, life.who("claims")
    held.refresh_from_db()
    rest = Money(held.outstanding, held.currency)
    order = payments.Order(mark.word(side, "payment-key-2"), rest, mark.word(side, "payee"))
    payments.pay(claim=held.pk, order=order, by=handler, at=at)
    claims.close(claim=held.pk, reason=mark.word(side, "closed"), by=handler, at=at + HOUR)
    claims.reopen(claim=held.pk, reason=mark.word(side, "taken-up"), by=handler, at=at + 2 * HOUR)


def denied(life: Life, side: str, about: Incident, at: datetime) -> None:
    """A claim for what was known before the inception: it fails a gate, and the second person denies it."""
    mark, handler = life.mark, life.who("claims")
    opened = claims.open_claim(opening=claims.Opening(about.pk), by=handler, at=at)
    name, content = mark.paper(side, "denied")
    file = claims.hand_in(claim=opened.pk, name=name, content=content, by=handler, at=at)
    judged(life, side, opened, f"vault:{file.pk}", at, known_before_inception=True)
    claims.deny(claim=opened.pk, reason=mark.word(side, "denial"), by=life.who("reviewer"), at=at + HOUR)


def learned(life: Life, at: datetime) -> None:
    """One proposal decided and one open; heads signed and anchored; the files of one incident forgotten."""
    note = life.mark.word("office", "proposal-note")
    first = propose_experience(currency="CNY", until=timezone.localdate(at), by=life.who("claims"), at=at)
    decide(proposal=first.pk, approve=True, note=note, by=life.who("portfolio"), at=at + HOUR)
    propose_experience(currency="CNY", until=timezone.localdate(at), by=life.who("claims"), at=at + 2 * HOUR)
    sign_head(by=life.house.system, at=at)
    anchor(by=life.who("supervisor"), at=at)


def forgotten(life: Life, side: str, at: datetime) -> None:
    """An incident whose originals had to be erased."""
    mark, by = life.mark, life.insured(side)
    company, contact = life.house.organisations[side].pk, mark.word(side, "contact")
    made = notify(notice=Notice(company, mark.word(side, "small-event"), at, contact), by=by, at=at + HOUR)
    upload = Upload(*mark.paper(side, "erased"))
    words = mark.word(side, "event")
    timeline.add_event(incident=made.pk, words=words, happened_at=at, upload=upload, by=by, at=at + HOUR)
    reason = mark.word("office", "erase-reason")
    erase(subject=Subject.of(made), reason=reason, by=life.house.admin, at=at + DAY)
