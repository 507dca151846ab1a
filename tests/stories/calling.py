"""The stories as another system tells them: over HTTP, with tokens, against a server that runs."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from django.utils import timezone
from procrastinate.contrib.django import app

from seawall.entrypoints.jobs import tasks
from seawall.lifecycle.protect.actions.policy import local_day
from seawall.lifecycle.recover.actions.experience import propose_experience
from seawall.records.parties.actions.person import issue_token
from seawall.records.parties.models import Membership
from seawall.records.parties.roles import ADMIN, BROKER, CLAIMS, PORTFOLIO, PROVIDER, SUPERVISOR, UNDERWRITER
from seawall.records.parties.viewer import Viewer
from seawall.technology.lab import Lab
from tests.factories import House, house
from tests.stories.telling import document, person
from tests.stories.underwriting import Case, trace_premium

assert tasks
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Caller:
    """One token at the API. Every answer is JSON; what is no success must be expected by its code."""

    site: str
    token: str

    def get(self, path: str) -> Any:
        answer = self._ask("GET", path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()

    def raw(self, path: str) -> bytes:
        answer = self._ask("GET", path)
        assert answer.status_code == 200, (path, answer.text)
        return answer.content

    def all(self, path: str) -> list[dict[str, Any]]:
        """The first page of a list."""
        items: list[dict[str, Any]] = self.get(path)["items"]
        return items

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, key: str = "") -> Any:
        answer = self._ask("POST", path, body or {}, key)
        assert answer.status_code in (200, 201), (path, answer.status_code, answer.text)
        return answer.json()

    def refused(self, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, str]:
        """(status, code) of a problem document."""
        answer = self._ask("POST", path, body or {})
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        problem = answer.json()
        assert problem["detail"]
        return answer.status_code, problem["type"].removeprefix("urn:seawall:problem:")

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, key: str = "") -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}
        if method == "POST":
            headers["Idempotency-Key"] = key or f"story-{next(_numbers)}"
        return httpx.request(method, f"{self.site}/api/v1/{path}", headers=headers, json=body, timeout=60)


@dataclass(slots=True)
class Calls:
    """A case told over HTTP: a caller per person, and what came of it so far."""

    case: Case
    site: str
    home: House
    lab: Lab
    work: Callable[[], None]
    by: dict[str, Caller] = field(default_factory=dict)
    company: str = ""
    submission: str = ""
    assessment: str = ""
    policy: str = ""

    def token(self, viewer: Viewer) -> Caller:
        """A token of the viewer's own membership."""
        held = Membership.objects.filter(user_id=viewer.user, organisation_id=viewer.organisation)[0]
        now = timezone.now()
        expires = now + timedelta(days=1)
        _, secret = issue_token(membership=held, name="story", expires_at=expires, by=viewer, at=now)
        return Caller(self.site, secret)


def begun(case: Case, site: str, lab: Lab, work: Callable[[], None]) -> Calls:
    """A house with a token for everybody; the broker files, the company gets a person and a token of its own."""
    now = timezone.now()
    told = Calls(case, site, house(credit_code="", at=now), lab, work)
    for role in (UNDERWRITER, CLAIMS, PORTFOLIO, ADMIN, SUPERVISOR, BROKER, PROVIDER):
        told.by[role] = told.token(told.home[role])
    told.by["reviewer"] = told.token(told.home.second[CLAIMS])
    chief = person(told.home, told.home.organisations["insurer"], UNDERWRITER, "chief@haian.example", 10**12)
    told.by["chief"] = told.token(chief)
    words = document(case.example, now, case.says, request__limit=case.limit, request__retention=case.retention)
    filed = told.by[BROKER].post("submissions", {"document": words})
    told.submission = filed["id"]
    told.company = told.by[BROKER].get(f"submissions/{told.submission}")["company"]
    company = told.home.organisations["insured"].__class__.objects.get(pk=told.company)
    told.by["insured"] = told.token(person(told.home, company, "insured", f"security@{case.domain}"))
    assert told.by["insured"].get("me")["roles"] == ["insured"]
    return told


def looked_at(told: Calls) -> None:
    """Consent, TXT record, scan."""
    insured, broker, domain = told.by["insured"], told.by[BROKER], told.case.domain
    until = (local_day(timezone.now()) + timedelta(days=380)).isoformat()
    wish = {"company": told.company, "domains": [domain], "submission": told.submission}
    assert broker.refused("scans", wish) == (422, "consent.none_in_force")
    given = insured.post(
        "consents", {"company": told.company, "domains": [domain], "statement": "同意外部检测", "until": until}
    )
    record = insured.all(f"companies/{told.company}/consents")[0]["record"]
    for name, token in record.items():
        told.lab.dns(name, "TXT", token)
    told.work()
    seen = next(c for c in insured.all(f"companies/{told.company}/consents") if c["id"] == given["id"])
    assert seen["verification"] == {domain: "ok"}
    order = broker.post("scans", wish)
    told.work()
    scan = broker.get(f"scans/{order['id']}")
    assert scan["status"] == "done"
    assert {"found", "not_found"} <= {finding["state"] for finding in scan["findings"]}


def assessed(told: Calls) -> None:
    """An indication, then the assessment, which comes out again."""
    broker, underwriter = told.by[BROKER], told.by[UNDERWRITER]
    before = broker.get(f"submissions/{told.submission}/indication")
    assert before["low"] < before["score"] < before["high"]
    broker.post(f"submissions/{told.submission}/submit")
    told.assessment = underwriter.post(f"submissions/{told.submission}/assessments")["id"]
    score = underwriter.get(f"assessments/{told.assessment}")["result"]["score"]
    assert 0 <= score["low"] < score["value"] < score["high"] <= 100
    # The panel draws a quarter of the assessment's sample: the same score, ends within a point or two.
    assert abs(score["value"] - before["score"]) < 0.01
    assert abs(score["low"] - before["low"]) < 3
    assert underwriter.get(f"assessments/{told.assessment}/replay") == {"equal": True, "differing": []}


def bound(told: Calls) -> None:
    """Quote, referral, and a contract that is made once however often it is asked for."""
    broker, underwriter = told.by[BROKER], told.by[UNDERWRITER]
    offer = broker.post("quotes", {"assessment": told.assessment})
    page = underwriter.get(f"quotes/{offer['id']}")
    assert underwriter.get(f"quotes/{offer['id']}/replay") == {"equal": True, "differing": []}
    option = next(o for o in page["options"] if o["product"] == told.case.product)
    assert option["premium"] == yuan(trace_premium(option["rating"]).minor)
    wish = {"option": option["id"]}
    # As long as an underwriter has to decide, the broker reads that it is so, and no price.
    waiting = broker.get(f"quotes/{offer['id']}")
    assert (waiting["status"], waiting["options"]) == ("referred", [])
    assert broker.refused(f"quotes/{offer['id']}/bind", wish) == (409, "policy.referral_open")
    referral = page["referrals"][0]["id"]
    told.by["chief"].post(f"referrals/{referral}/decision", {"approve": True, "note": "已核实整改计划"})
    assert option["premium"] in [o["premium"] for o in broker.get(f"quotes/{offer['id']}")["options"]]
    first = broker.post(f"quotes/{offer['id']}/bind", wish, key="bind-once")
    assert broker.post(f"quotes/{offer['id']}/bind", wish, key="bind-once") == first
    assert broker.refused(f"quotes/{offer['id']}/bind", wish) == (409, "policy.already_bound")
    told.policy = first["id"]
    told.work()
    underwriter.post(f"policies/{told.policy}/issue")
    assert [p["status"] for p in broker.all("policies")] == ["in_force"]
    for language in ("zh", "en"):
        assert told.by["insured"].raw(f"policies/{told.policy}/papers/schedule/{language}").startswith(b"%PDF-")


def watched(told: Calls, change: Callable[[], None], fault: str) -> None:
    """The watch begins; the patrol's first look finds what was not there when the policy was bound."""
    told.by[UNDERWRITER].post(f"policies/{told.policy}/watch")
    change()
    app.tasks["detect.patrol"].defer(timestamp=0)
    told.work()
    alerts = [a for a in told.by["insured"].all("alerts") if a["effect"] == "now"]
    assert {(a["check"], a["status"]) for a in alerts} == {(fault, "open")}
    for alert in alerts:
        settled = told.by["insured"].post(f"alerts/{alert['id']}/settle", {"outcome": "fixed", "note": "已关闭"})
        assert settled["status"] == "settled"


def incident(told: Calls, words: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Reported by the insured, confirmed by the handler; everybody reads the same case."""
    now = timezone.now().isoformat()
    notice = {
        "company": told.company, "what_happened": words, "discovered_at": now, "occurred_at": now,
        "contact": "13800000000", "facts": dict(facts),
    }  # fmt: skip
    made = told.by["insured"].post("incidents", notice)
    told.by[CLAIMS].post(f"incidents/{made['id']}/triage", {"words": "已核实"})
    found: dict[str, Any] = told.by["insured"].get(f"incidents/{made['id']}")
    assert found["policy"] == told.policy
    return found


def yuan(fen: int) -> dict[str, str]:
    """An amount in fen as the API writes it."""
    return {"amount": f"{fen // 100}.{fen % 100:02d}", "currency": "CNY"}


def claimed(told: Calls, incident_id: str, paper: str) -> tuple[str, str]:
    """A claim and its paper: (claim, reference to the paper)."""
    handler = told.by[CLAIMS]
    reserve = {"amount": "1200000.00", "currency": "CNY"}
    claim: str = handler.post("claims", {"incident": incident_id, "reserve": reserve})["id"]
    content = base64.b64encode(paper.encode()).decode()
    file = told.by["insured"].post(f"claims/{claim}/files", {"name": "单证.txt", "content": content})
    handler.post(f"claims/{claim}/proof", {"on": local_day(timezone.now()).isoformat()})
    return claim, f"vault:{file['id']}"


def paid(told: Calls, claim: str, amount: str) -> None:
    """Approved by the second person, paid once although asked three times, closed."""
    handler = told.by[CLAIMS]
    assert handler.refused(f"claims/{claim}/approval", {}) == (403, "claim.four_eyes")
    told.by["reviewer"].post(f"claims/{claim}/approval", {"note": "复核无误"})
    order = {"key": "once", "amount": {"amount": amount, "currency": "CNY"}, "payee": "被保险人"}
    first = handler.post(f"claims/{claim}/payments", order, key="pay")
    assert handler.post(f"claims/{claim}/payments", order, key="pay") == first
    assert handler.post(f"claims/{claim}/payments", order) == first
    other = {**order, "amount": {"amount": "1.00", "currency": "CNY"}}
    assert handler.refused(f"claims/{claim}/payments", other) == (422, "payment.key_reused")
    handler.post(f"claims/{claim}/close", {"reason": "全部赔付"})
    page = told.by["insured"].get(f"claims/{claim}")
    assert (page["status"], len(page["payments"])) == ("closed", 1)
    assert "reserve" not in page
    assert told.by["supervisor"].get(f"claims/{claim}")["reserve"] == yuan(0)


def learned(told: Calls) -> None:
    """On the first day nothing has been on risk yet; what ten days have shown, the portfolio manager decides on."""
    handler, manager = told.by[CLAIMS], told.by[PORTFOLIO]
    assert handler.refused("experience/CNY") == (409, "experience.none")
    later = timezone.now() + timedelta(days=10)
    propose_experience(currency="CNY", until=timezone.localdate(later), by=told.home[CLAIMS], at=later)
    proposal = manager.all("rating-proposals")[0]
    assert (proposal["status"], proposal["evidence"]["events"]) == ("proposed", 1)
    decision, words = f"rating-proposals/{proposal['id']}/decision", {"approve": True, "note": "纳入下一版费率"}
    assert handler.refused(decision, words) == (403, "forbidden")
    assert manager.post(decision, words)["status"] == "approved"
