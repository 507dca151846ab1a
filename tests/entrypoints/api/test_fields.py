"""What each side reads of one object, and what it does not; what it sends in that is not its to set."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from seawall.core.money import Money
from seawall.lifecycle.protect.models import Policy
from seawall.lifecycle.recover.actions import claim as claims
from seawall.lifecycle.recover.actions import settlement
from seawall.lifecycle.respond.actions import engagement as engagements
from seawall.lifecycle.respond.actions import timeline
from seawall.lifecycle.respond.actions.timeline import Upload
from seawall.lifecycle.strategy.models import PanelProvider
from seawall.records.parties.viewer import Viewer
from tests.entrypoints.api.calling import call
from tests.entrypoints.api.conftest import Token
from tests.factories import FACTS, House, bound, item, notified, sheet, submission_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(home: House) -> Policy:
    before = timezone.now() - timedelta(days=2)
    return bound(home, at=before, request__inception=timezone.localdate(before).isoformat())


def keys_in(found: Any) -> set[str]:
    """Every name of a field, however deep."""
    if isinstance(found, dict):
        return set(found) | {key for part in found.values() for key in keys_in(part)}
    return {key for part in found for key in keys_in(part)} if isinstance(found, list) else set()


def told(token: Token, viewer: Viewer, address: str) -> Any:
    answer = call(token(viewer), "get", f"/api/v1/{address}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_quote(home: House, token: Token, held: Policy) -> None:
    address = f"quotes/{held.quote_id}"
    office = told(token, home["underwriter"], address)
    broker, insured = told(token, home["broker"], address), told(token, home["insured"], address)
    assert office["options"][0]["internals"]
    assert "internals" not in keys_in(broker)
    assert {"rating", "reasons"} <= set(broker["options"][0])
    hidden = {"internals", "rating", "refused", "outcome", "reasons", "referrals", "releases", "engine"}
    assert not (hidden | {"commission_share"}) & keys_in(insured)
    assert insured["options"][0]["premium"] == office["options"][0]["premium"]
    assert all("decided_by" not in referral for referral in broker["referrals"])


def test_an_assessment(home: House, token: Token, held: Policy) -> None:
    address = f"assessments/{held.quote.assessment_id}"
    assert {"losses", "expected", "q995"} <= keys_in(told(token, home["underwriter"], address))
    for role in ("broker", "insured"):
        seen = told(token, home[role], address)
        assert not {"losses", "relativities", "paid", "paid_by_cover", "curve"} & keys_in(seen["result"])
        assert seen["result"]["fixes"][0]["premium"]["amount"]


def test_a_policy(home: House, token: Token, held: Policy) -> None:
    assert told(token, home["underwriter"], f"policies/{held.pk}")["ledger"]["premium_receivable"]["amount"]
    for role in ("broker", "insured"):
        assert "ledger" not in told(token, home[role], f"policies/{held.pk}")


@pytest.fixture
def claim(home: House, held: Policy) -> str:
    now = timezone.now()
    incident = notified(home, held, after=timedelta(), at=now)
    by, handler = home["insured"], home["claims_handler"]
    timeline.add_event(
        incident=incident.pk,
        words="日志",
        happened_at=now,
        upload=Upload("zeuge.txt", b"zeuge-content"),
        by=by,
        at=now,
    )
    place = PanelProvider.objects.get(service="tracing")
    engagements.engage(incident=incident.pk, provider=place.pk, brief="溯源", by=handler, at=now)
    opening = claims.Opening(incident.pk, reserve=Money.of("123456", "CNY"))
    opened = claims.open_claim(opening=opening, by=handler, at=now)
    paper = claims.hand_in(claim=opened.pk, name="zeuge-rechnung.txt", content=b"zeuge", by=by, at=now)
    one = item("r-1", "data_restoration", "120000", "restoration")
    one["facts"]["documented"]["evidence"] = [f"vault:{paper.pk}"]
    settlement.determine(claim=opened.pk, facts=FACTS, items=[one], by=handler, at=now)
    lines = sheet("data_restoration", ("r-1", "restoration", "120000"))
    settlement.adjust(claim=opened.pk, worksheets=[lines], by=handler, at=now)
    return str(opened.pk)


def test_a_claim(home: House, token: Token, claim: str) -> None:
    office = told(token, home["claims_handler"], f"claims/{claim}")
    assert office["reserve"] == {"amount": office["reserve"]["amount"], "currency": "CNY"}
    assert office["reserves"]
    for role in ("broker", "insured"):
        seen = told(token, home[role], f"claims/{claim}")
        assert not {"reserve", "reserves"} & keys_in(seen)
        assert "123456" not in str(seen)
    insured, broker = told(token, home["insured"], f"claims/{claim}"), told(token, home["broker"], f"claims/{claim}")
    assert insured["files"][0]["name"] == "zeuge-rechnung.txt"
    assert broker["files"] == []
    assert "evidence" in keys_in(insured["determination"])
    assert "evidence" not in keys_in(broker)
    assert "vault:" not in str(broker)
    answer = call(token(home["broker"]), "get", f"/api/v1/claims/{claim}/files/{insured['files'][0]['id']}")
    assert answer.status_code == 404


def test_an_incident(home: House, token: Token, claim: str) -> None:
    incident = told(token, home["claims_handler"], f"claims/{claim}")["incident"]["id"]
    address = f"incidents/{incident}"
    office, insured = told(token, home["claims_handler"], address), told(token, home["insured"], address)
    broker, provider = told(token, home["broker"], address), told(token, home["provider"], address)
    assert office["policy"]
    assert office["engagements"][0]["price"]
    assert [file["name"] for file in insured["files"]] == ["zeuge.txt"]
    assert insured["engagements"][0]["price"] is None
    assert broker["files"] == []
    assert all(event["file"] is None for event in broker["timeline"])
    assert provider["policy"] is None
    assert provider["duties"] == []
    assert {task["bearer"] for task in provider["tasks"]} <= {"provider"}
    # Not before it has taken the work on.
    assert provider["files"] == []
    for other in ("claims", "policies", "quotes", "companies", "submissions", "assessments", "watches", "alerts"):
        assert told(token, home["provider"], other)["items"] == [], other


def test_fields_that_are_not_the_caller_s_to_set_are_refused(home: House, token: Token, held: Policy) -> None:
    """Not ignored: nobody learns by trying whether a name would have done something."""
    mine = token(home["insured"])
    extra = {"reserve": 1, "premium": 1, "status": "in_force", "tenant": "x", "by": "x", "at": "2020-01-01"}
    tries = (
        (
            "consents",
            {"company": str(held.insured_id), "domains": ["a.example"], "statement": "s", "until": "2027-01-01"},
        ),
        (f"quotes/{held.quote_id}/bind", {"option": str(held.option_id)}),
        ("tokens", {"name": "t"}),
    )
    for address, body in tries:
        for name, value in extra.items():
            answer = call(mine, "post", f"/api/v1/{address}", {**body, name: value})
            assert answer.status_code == 422, (address, name)
            assert {"field": name, "code": "schema.extra_forbidden"}.items() <= answer.json()["errors"][0].items()


def test_lists_come_in_pages_that_fit_together(home: House, token: Token, held: Policy) -> None:
    mine = token(home["administrator"])
    whole = call(mine, "get", "/api/v1/journal?size=200").json()
    assert whole["total"] > 25
    seen, page = [], 1
    while page:
        part = call(mine, "get", f"/api/v1/journal?size=10&page={page}").json()
        seen += part["items"]
        page = part["next"]
    assert seen[: len(whole["items"])] == whole["items"]
    assert len(seen) == whole["total"]
    beyond = call(mine, "get", "/api/v1/journal?page=9999").json()
    assert beyond == {"items": [], "total": whole["total"], "next": None}


def test_an_answer_brings_its_file(home: House, token: Token, held: Policy) -> None:
    """In one transaction: an answer that is refused leaves no file."""
    document = submission_document(request__inception=timezone.localdate().isoformat())
    document.pop("consent", None)
    mine = token(home["insured"])
    filed = call(mine, "post", "/api/v1/submissions", {"document": document}).json()["id"]
    upload = {"name": "zeuge.txt", "content": "enVnZQ=="}
    address = f"/api/v1/submissions/{filed}/answers"
    assert call(mine, "post", address, {"answers": {"Q999": "yes"}, "upload": upload}).status_code == 422
    files = f"vault/files?noun=submission&subject={filed}"
    assert told(token, home["insured"], files)["items"] == []
    answer = call(mine, "post", address, {"answers": {"Q011": "partly"}, "upload": upload})
    assert answer.status_code == 200, answer.content
    kept = told(token, home["insured"], files)["items"]
    assert [file["name"] for file in kept] == ["zeuge.txt"]
    given = told(token, home["insured"], f"submissions/{filed}")["answers"]["Q011"]
    assert (given["backed"], given["file"]) == (True, kept[0]["id"])
    seen = told(token, home["broker"], f"submissions/{filed}")["answers"]["Q011"]
    assert (seen["backed"], seen["file"]) == (True, None)
    assert call(token(home["broker"]), "get", f"/api/v1/{files}").status_code == 403
