"""The first half of both stories: from the filing to a policy that is watched, with the real jobs and papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app

from seawall.core.decimals import exact_context
from seawall.core.money import Money
from seawall.core.problems import Refused
from seawall.lifecycle.detect.actions import watch as watches
from seawall.lifecycle.detect.models import Alert, Observation, Watch
from seawall.lifecycle.identify.actions import assessment as assessments
from seawall.lifecycle.identify.actions import consent as consents
from seawall.lifecycle.identify.actions import scan as scans
from seawall.lifecycle.identify.actions import submission as submissions
from seawall.lifecycle.identify.models import Assessment, Submission
from seawall.lifecycle.protect.actions import policy as policies
from seawall.lifecycle.protect.actions import quote as quotes
from seawall.lifecycle.protect.actions import referral as referrals
from seawall.lifecycle.protect.models import LedgerEntry, Policy, Quote
from seawall.lifecycle.protect.queries import ledger as books
from seawall.lifecycle.protect.queries import quote as quoting
from seawall.records.parties.models import Organisation
from seawall.records.parties.roles import BROKER, INSURED, UNDERWRITER
from seawall.records.parties.viewer import Viewer
from seawall.technology.lab import Lab
from seawall.technology.papers import in_capitals
from tests.factories import AUTHORITY, House, house
from tests.stories.telling import consented, document, jobs, person, schedule_text, show_tokens


@dataclass(frozen=True, slots=True)
class Case:
    """What one story insures: its example, its domain, the product asked for and what differs from the example."""

    example: str
    domain: str
    product: str
    limit: str
    retention: str
    says: Mapping[str, str]


@dataclass(slots=True)
class Story:
    """Where a story has got to."""

    case: Case
    home: House
    lab: Lab
    work: Callable[[], None]
    filed: Submission
    company: Organisation
    insured: Viewer

    @property
    def broker(self) -> Viewer:
        return self.home[BROKER]

    @property
    def underwriter(self) -> Viewer:
        return self.home[UNDERWRITER]


def begun(case: Case, lab: Lab, work: Callable[[], None]) -> Story:
    """A house in which the broker files for a company that nobody knew; the company gets a person of its own."""
    now = timezone.now()
    home = house(credit_code="", at=now)
    words = document(case.example, now, case.says, request__limit=case.limit, request__retention=case.retention)
    filed = submissions.file(document=words, by=home[BROKER], at=now)
    assert filed.company.name_zh == words["company"]["name_zh"]
    insured = person(home, filed.company, INSURED, f"security@{case.domain}")
    return Story(case, home, lab, work, filed, filed.company, insured)


def looked_at(story: Story) -> None:
    """Consent, its proof in the DNS, and the scan: none without the other."""
    domains = [story.case.domain]
    given = consented(story.company, domains, story.insured, timezone.now())
    story.work()
    given.refresh_from_db()
    assert (given.verification, given.verified_at) == ({story.case.domain: "missing"}, None)
    with pytest.raises(scans.NoConsent):
        _scan(story)
    show_tokens(story.lab, given)
    consents.check_again(consent=given.pk, by=story.insured, at=timezone.now())
    story.work()
    given.refresh_from_db()
    assert given.verification == {story.case.domain: "ok"}
    assert given.verified_at is not None
    order = _scan(story)
    story.work()
    order.refresh_from_db()
    assert (order.status, order.error) == ("done", "")
    assert order.findings.filter(state="found").exists()
    assert order.findings.filter(state="not_found").exists()


def _scan(story: Story) -> Any:
    return scans.order(
        company=story.company.pk,
        domains=[story.case.domain],
        purpose="assess",
        submission=story.filed.pk,
        by=story.broker,
        at=timezone.now(),
    )


def assessed(story: Story) -> Assessment:
    """Submitted and assessed with what the scan saw: a score within its interval, which comes out again."""
    submissions.submit(submission=story.filed.pk, by=story.broker, at=timezone.now())
    made = assessments.make(submission=story.filed.pk, by=story.underwriter, at=timezone.now())
    assert 0 <= made.score_low < made.score < made.score_high <= 100
    assert made.inputs["findings"]
    assert assessments.replay(assessment=made.pk, by=story.underwriter, at=timezone.now()) == (True, [])
    return made


def bound(story: Story, assessment: Assessment) -> Policy:
    """Quoted, referred and released; bound once although asked twice; issued when its papers are printed."""
    offer = quotes.make(assessment=assessment.pk, by=story.broker, at=timezone.now())
    _priced(story, offer)
    option = offer.options.get(product=story.case.product)
    with pytest.raises(policies.ReferralOpen):
        policies.bind(quote=offer.pk, option=option.pk, by=story.broker, at=timezone.now())
    _released(story, offer)
    policy = policies.bind(quote=offer.pk, option=option.pk, by=story.broker, at=timezone.now())
    with pytest.raises(policies.AlreadyBound) as again:
        policies.bind(quote=offer.pk, option=option.pk, by=story.insured, at=timezone.now())
    assert again.value.problems[0].params["number"] == policy.number
    assert Policy.objects.count() == jobs("protect.papers") == 1
    assert LedgerEntry.objects.filter(account="premium_receivable").count() == 1
    with pytest.raises(policies.PapersMissing):
        policies.issue(policy=policy.pk, by=story.underwriter, at=timezone.now())
    story.work()
    policies.issue(policy=policy.pk, by=story.underwriter, at=timezone.now())
    policy.refresh_from_db()
    assert policy.status == "in_force"
    _printed(story, policy)
    sums = books.balances(story.underwriter, policy=policy.pk)
    assert sums["premium_receivable", "CNY"] == policy.premium
    assert books.unbalanced(story.underwriter) == {}
    return policy


def _priced(story: Story, offer: Quote) -> None:
    """Each option's trace multiplies and adds up to its premium, and the whole quote comes out again."""
    assert [option.product for option in offer.options.all()] == ["sme", "system", "bespoke"]
    for option in offer.options.all():
        assert option.premium == trace_premium(option.rating).minor
    assert quoting.replay(story.underwriter, offer.pk, at=timezone.now()).same


def trace_premium(rating: Mapping[str, Any] | None) -> Money:
    """Go through the trace by hand: every factor multiplies what stood before, covers add up, whole yuan at the end."""
    assert rating is not None
    amounts: dict[str | None, Decimal] = {}
    parts: dict[str, Decimal] = {}
    with exact_context():
        for step in rating["steps"]:
            cover, after = step["cover"], Decimal(step["amount"])
            factor = None if step["factor"] is None else Decimal(step["factor"])
            if step["effect"] == "multiply" and factor is not None:
                before = amounts.get(cover, amounts.get(None, Decimal(0)))
                assert abs(before * factor - after) < Decimal("1e-9"), step["id"]
            amounts[cover] = after
            if cover is not None:
                parts[cover] = after
            elif step["id"] == "covers":
                assert abs(sum(parts.values()) - after) < Decimal("1e-9")
    premium = Money.of(rating["premium"], rating["currency"])
    assert Decimal(rating["steps"][-1]["amount"]) == premium.amount
    assert sum((Money.of(part, "CNY").minor for part in rating["covers"].values()), 0) == premium.minor
    return premium


def _released(story: Story, offer: Quote) -> None:
    """The appetite's open points go to an underwriter whose authority covers the limit."""
    referral = offer.referrals.get(status="open")
    assert [reason["rule"] for reason in referral.reasons]
    chief = person(story.home, story.home.organisations["insurer"], UNDERWRITER, "chief@haian.example", 100_000_000_00)

    def decide(by: Viewer) -> None:
        referrals.decide(referral=referral.pk, approve=True, note="已核实整改计划", by=by, at=timezone.now())

    if max(option.limit for option in offer.options.all()) > AUTHORITY:
        refused("referral.beyond_authority", lambda: decide(story.home.second[UNDERWRITER]))
    decide(chief)
    offer.refresh_from_db()
    assert offer.status == "offered"


def _printed(story: Story, policy: Policy) -> None:
    """The schedule in both languages says who is insured for how much, and that ransom in tokens is not."""
    premium, limit = (Money(minor, "CNY") for minor in (policy.premium, policy.aggregate_limit))
    zh = schedule_text(policy, "zh", story.insured, timezone.now())
    en = schedule_text(policy, "en", story.insured, timezone.now())
    for words in (policy.number, story.company.name_zh, in_capitals(limit), "保险单明细表", "责任免除", "虚拟货币"):
        assert words in zh
    for words in (policy.number, story.company.name_en.replace(" ", ""), "Policyschedule", "Virtualcurrency"):
        assert words in en
    for text in (zh, en):
        assert str(premium).replace(" ", "") in text


def watched(story: Story, policy: Policy, change: Callable[[], None], mend: Callable[[], None]) -> list[Alert]:
    """The patrol starts the watch; nothing new at first, then what `change` did to the hosts, then that it is mended.

    Returns the alerts that asked to be mended now: one for each name under which the fault is seen.
    """
    app.tasks["detect.patrol"].defer(timestamp=0)
    story.work()
    watch = Watch.objects.get(policy=policy)
    assert Observation.objects.get().counts == {"appeared": 0, "resolved": 0, "worsened": 0, "could_not": 0}
    assert not Alert.objects.exists()
    change()
    _look(story, watch, timezone.now() + timedelta(days=7))
    alerts = list(Alert.objects.filter(effect="now"))
    assert alerts
    for alert in alerts:
        assert (alert.status, alert.change) == ("open", "appeared")
        assert alert.due_on == timezone.localdate(alert.observation.recorded_at) + timedelta(days=3)
    mend()
    _look(story, watch, timezone.now() + timedelta(days=14))
    for alert in alerts:
        alert.refresh_from_db()
        assert (alert.status, alert.outcome, alert.change) == ("settled", "fixed", "resolved")
    return alerts


def _look(story: Story, watch: Watch, at: datetime) -> None:
    order = watches.look(watch=watch.pk, by=story.home.system, at=at)
    assert order is not None
    story.work()
    order.refresh_from_db()
    assert order.status == "done"


def refused(code: str, act: Callable[[], Any]) -> None:
    """`act` is refused with `code`."""
    with pytest.raises(Refused) as found:
        act()
    assert found.value.code == code
