"""The pages of what is written down: journal, vault, releases, people and tokens."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from seawall import reference
from seawall.entrypoints.web.pages.records import told
from seawall.lifecycle.protect.models import Policy
from seawall.lifecycle.recover.actions import claim as claims
from seawall.records import tenancy
from seawall.records.journal.models import Entry
from seawall.records.parties.models import Membership, Organisation, Token, User
from seawall.records.parties.queries.viewers import of_user
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
from seawall.records.releases.actions import load
from seawall.records.releases.models import Release
from tests.entrypoints.web.visits import Visitor, stop_the_clock, visit
from tests.factories import AT, House, bound, house, notified

OFFICE = (UNDERWRITER, CLAIMS, PORTFOLIO, ADMIN, SUPERVISOR)


@pytest.fixture
def home(db: None, monkeypatch: pytest.MonkeyPatch) -> House:
    found = house()
    stop_the_clock(monkeypatch, AT + timedelta(hours=2))
    return found


def at_field(page: str, name: str) -> str:
    found = re.search(rf'id="id_{re.escape(name)}_error">(.*?)</div>', page, re.DOTALL)
    assert found, f"nothing stands at {name}"
    return found[1]


def test_who_may_open_what(home: House) -> None:
    for role in OFFICE:
        somebody = visit(home, role)
        for path in ("vault/", "releases/", "tokens/"):
            somebody.get(path)
        somebody.get("journal/", 200 if role in (ADMIN, SUPERVISOR) else 403)
        somebody.get("people/", 200 if role == ADMIN else 403)
        somebody.get("organisations/", 200 if role in (ADMIN, CLAIMS) else 403)
    for role in (BROKER, INSURED, PROVIDER):
        somebody = visit(home, role)
        for path in ("journal/", "vault/", "people/", "organisations/", "vault/verifier/"):
            somebody.get(path, 404)
        somebody.get("tokens/")
    for role in (BROKER, INSURED):
        page = visit(home, role).get("releases/")
        # What is asked and sold is everybody's; how it is weighed and priced is not.
        assert "cyber-core" in page
        assert "cn-cyber-2026" not in page
        rating = Release.objects.get(kind="rating")
        visit(home, role).get(f"releases/{rating.pk}/", 404)
    for path in ("vault/head/", "vault/export/", "people/"):
        assert Client().get(f"/office/{path}").status_code in (302, 405)


# The journal --------------------------------------------------------------------------------------------------------


def test_the_journal_tells_decisions_in_words(home: House) -> None:
    supervisor = visit(home, SUPERVISOR)
    page = supervisor.get("journal/")
    assert "Person invited" in page
    assert "Appointed to the panel" in page
    assert "30,000.00" in page, "a price in minor units is told as money"
    assert "管理员" in page
    chinese = visit(home, SUPERVISOR, "zh").get("journal/")
    assert "邀请人员" in chinese
    assert "列入服务商库" in chinese
    invited = Entry.objects.filter(verb="person.invite").first()
    assert invited is not None
    one = supervisor.get(f"journal/?noun=membership&id={invited.object_id}")
    assert one.count("<tr>") == 2
    assert "Appointed" not in one.split("<tbody>")[1]
    admin = Membership.objects.get(user__email="admin@haian.example")
    assert "Appointed to the panel" not in supervisor.get(f"journal/?who={admin.user_id}").split("<tbody>")[1]
    assert "No entry fits" in supervisor.get("journal/?end=2020-01-01")
    assert "Enter a valid date" in at_field(supervisor.get("journal/?start=yesterday", 422), "start")
    assert "<tbody>" in supervisor.get("journal/?verb=panel.appoint&start=2026-11-01&end=2026-12-31")


def test_the_journal_is_exported_without_formulas(home: House) -> None:
    entry = Entry.objects.order_by("number").last()
    assert entry is not None
    answer = visit(home, ADMIN).raw("journal/?export=csv&show=all")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][0] == str(entry.number)
    assert len(rows) == Entry.objects.filter(tenant_id=home.system.tenant).count() + 1
    assert not any(cell[:1] in ("=", "+", "@", "＝") for row in rows for cell in row)


def test_every_verb_and_object_of_the_house_has_words(home: House) -> None:
    policy = bound(home)
    incident = notified(home, policy, after=timedelta(days=1), at=timezone.now() + timedelta(days=500))
    claims.open_claim(opening=claims.Opening(incident.pk), by=home[CLAIMS], at=timezone.now() + timedelta(days=501))
    source = Path(told.__file__).parents[4]
    text = "\n".join(
        path.read_text("utf-8") for part in ("lifecycle", "records") for path in (source / part).rglob("*.py")
    )
    written = set(re.findall(r'record\(\s*"([a-z_]+\.[a-z_]+)"', text))
    assert len(written) > 60
    assert {code for code in written if told.verb(code) == code} == set()
    nouns = set(Entry.objects.values_list("noun", flat=True))
    assert {code for code in nouns if told.noun(code) == code} == set()
    page = visit(home, SUPERVISOR).get("journal/")
    assert f'href="/office/incidents/{incident.pk}/"' in page


def test_what_changed_is_told_field_by_field() -> None:
    entry = Entry(
        verb="claim.reserve",
        noun="claim",
        object_id="x",
        old={"reserve": 0, "status": "opened", "facts": {"encrypted": None, "a": 1}},
        new={"reserve": 28_000_000_00, "status": "opened", "facts": {"encrypted": True, "a": 1}, "hash": "ab" * 32},
    )
    found = {change.label: (change.old, change.new) for change in told.changes(entry, "CNY", "zh")}
    assert any("28,000,000" in new for _old, new in found.values())
    assert not any("opened" in new for _old, new in found.values()), "what stayed is left out"
    assert len(found) == 3
    assert any(new.endswith("…") and len(new) < 20 for _old, new in found.values())


# The vault ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def policy(home: House) -> Policy:
    return bound(home)


def test_the_anchor_the_export_and_the_program_fit_together(home: House, policy: Policy, tmp_path: Path) -> None:
    office = visit(home, CLAIMS)
    anchor = office.client.post("/office/vault/head/")
    assert anchor.status_code == 200
    assert "seawall-anchor-" in anchor.headers["Content-Disposition"]
    case = office.client.post("/office/vault/export/", {"number": policy.number})
    whole = office.client.post("/office/vault/export/", {"all": "1"})
    program = office.client.get("/office/vault/verifier/")
    tenancy.enter(home.system.tenant)
    for name, answer in (("anchor.json", anchor), ("case.jsonl", case), ("whole.jsonl", whole), ("verify.py", program)):
        assert answer.status_code == 200, name
        (tmp_path / name).write_bytes(answer.content)
    key = json.loads(anchor.content)["key"]
    for export in ("case.jsonl", "whole.jsonl"):
        command = [sys.executable, "-I", "verify.py", export, "--anchor", "anchor.json", "--key", key]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "OK\n"), (export, done.stdout)
    page = office.get("vault/")
    assert key in page
    assert "verify_export.py EXPORT.jsonl" in page


def test_a_wrong_number_is_told_at_its_field(home: House, policy: Policy) -> None:
    for language, sentence in (("en", "is not a policy"), ("zh", "不是本机构的")):
        page = visit(home, CLAIMS, language).post("vault/export/", {"number": "C-9999-1"}, 422)
        assert sentence in at_field(page, "number")
        assert "C-9999-1" in page
    visit(home, PORTFOLIO).post("vault/export/", {"all": "1"}, 403)
    other = house("dongwu")
    stranger = Visitor(other, other[CLAIMS])
    assert stranger.client.post("/office/vault/export/", {"number": policy.number}).status_code == 422
    tenancy.enter(home.system.tenant)


def test_the_whole_log_is_worked_out_again_on_demand(home: House, policy: Policy) -> None:
    assert "every signed head are sound" in visit(home, SUPERVISOR).get("vault/?check=1")
    # Others see the heads; working the log out again is for those who read the journal.
    assert "are sound" not in visit(home, CLAIMS).get("vault/?check=1")


# Releases -----------------------------------------------------------------------------------------------------------


def test_two_versions_are_compared_place_by_place(home: House) -> None:
    old = Release.objects.get(kind="appetite")
    rules = [{**rule} for rule in old.body["rules"] if rule["id"] != "AP-02"]
    header = {**old.header, "version": "9.9"}
    header.pop("kind", None)
    document = reference.read_document("appetite", {**header, **old.body, "rules": rules})
    new = load(document=document, by=home[ADMIN], at=AT)
    office = visit(home, PORTFOLIO)
    page = office.get(f"releases/{new.pk}/?against={old.pk}")
    assert "What changed since" in page
    assert "AP-02" in page
    assert "Removed" in page
    assert "删除" in visit(home, PORTFOLIO, "zh").get(f"releases/{new.pk}/?against={old.pk}")
    wording = Release.objects.get(kind="wordings")
    page = office.get(f"releases/{new.pk}/?against={wording.pk}", 422)
    assert "This cannot be compared." in page
    office.get(f"releases/{new.pk}/?against=nonsense", 422)
    assert "9.9" in office.get("releases/?kind=appetite")
    other = house("dongwu")
    stranger = Visitor(other, other[PORTFOLIO])
    assert stranger.client.get(f"/office/releases/{new.pk}/").status_code == 404
    tenancy.enter(home.system.tenant)


# People, organisations, tokens --------------------------------------------------------------------------------------


def test_somebody_is_invited_and_leaves(home: House) -> None:
    admin = visit(home, ADMIN)
    insurer = home.organisations["insurer"]
    sent = {
        "email": "new@haian.example", "name": "新同事", "organisation": str(insurer.pk), "role": UNDERWRITER,
        "authority": "2000万",
    }  # fmt: skip
    for wrong, field in (
        ({"email": "not an address"}, "email"),
        ({"name": ""}, "name"),
        ({"authority": "a lot"}, "authority"),
        ({"role": BROKER}, "role"),
    ):
        assert at_field(admin.post("people/", {**sent, **wrong}, 422), field)
    assert "邮箱" in visit(home, ADMIN, "zh").post("people/", {**sent, "email": "x"}, 422)
    assert not User.objects.filter(email="new@haian.example").exists()
    assert admin.post("people/", sent) == "/office/people/"
    made = Membership.objects.get(user__email="new@haian.example")
    assert made.authority == 2_000_000_000
    assert at_field(admin.post("people/", sent, 422), "email")
    page = admin.get("people/")
    assert "新同事" in page
    assert "has not signed in yet" in page
    # The role's tokens end with it.
    viewer = of_user(made.user)
    assert viewer is not None
    newcomer = Visitor(home, viewer)
    newcomer.post("tokens/", {"name": "程序", "days": "30"}, 200)
    admin.post(f"people/{made.pk}/end/", {"reason": "调岗"})
    made.refresh_from_db()
    assert made.ended_at is not None
    assert Token.objects.get().revoked_at is not None
    assert newcomer.client.get("/office/protect/").status_code in (403, 404)
    tenancy.enter(home.system.tenant)
    assert "新同事" in admin.get("people/").split("Ended")[1]
    ended = Entry.objects.filter(verb="person.end").get()
    assert ended.reason == "调岗"
    # A role ends once, and nobody ends his own.
    admin.post(f"people/{made.pk}/end/", {"reason": ""})
    own = Membership.objects.get(user_id=home[ADMIN].user)
    admin.post(f"people/{own.pk}/end/", {"reason": ""})
    own.refresh_from_db()
    assert own.ended_at is None
    visit(home, CLAIMS).post(f"people/{own.pk}/end/", {}, 403)


def test_hotlines_are_set_where_they_are_shown(home: House) -> None:
    provider = home.organisations["provider"]
    admin = visit(home, ADMIN)
    page = admin.post(f"organisations/{provider.pk}/hotline/", {"hotline": "call us"}, 422)
    assert "is not a telephone number" in at_field(page, "hotline")
    admin.post(f"organisations/{provider.pk}/hotline/", {"hotline": "４００-000-1199"})
    provider.refresh_from_db()
    assert provider.hotline == "400-000-1199"
    assert "400-000-1199" in visit(home, INSURED).get("respond/report/")
    visit(home, UNDERWRITER).post(f"organisations/{provider.pk}/hotline/", {"hotline": ""}, 403)
    other = house("dongwu")
    stranger = Visitor(other, other[ADMIN])
    answer = stranger.client.post(f"/office/organisations/{provider.pk}/hotline/", {"hotline": "110"})
    assert answer.status_code == 404
    tenancy.enter(home.system.tenant)
    assert Organisation.objects.get(pk=provider.pk).hotline == "400-000-1199"


def test_a_token_is_shown_once_and_opens_the_api_until_it_is_revoked(home: House) -> None:
    broker = visit(home, BROKER)
    assert at_field(broker.post("tokens/", {"name": " ", "days": "30"}, 422), "name")
    answer = broker.client.post("/broker/tokens/", {"name": "报价程序", "days": "30"})
    assert answer.headers["Cache-Control"] == "no-store"
    page = answer.content.decode()
    tenancy.enter(home.system.tenant)
    secret = re.search(r'<code id="secret">(sw_[^<]+)</code>', page)
    assert secret
    assert secret[1] not in broker.get("tokens/")
    token = Token.objects.get()
    assert token.expires_at - timezone.now() == timedelta(days=30)
    program = Client(headers={"Authorization": f"Bearer {secret[1]}"})
    assert program.get("/api/v1/submissions").status_code == 200
    tenancy.enter(home.system.tenant)
    # Somebody else's token is not there; an administrator may end it.
    visit(home, INSURED).post(f"tokens/{token.pk}/revoke/", {}, 404)
    assert "报价程序" not in visit(home, CLAIMS).get("tokens/")
    assert "报价程序" in visit(home, ADMIN).get("tokens/")
    broker.post(f"tokens/{token.pk}/revoke/")
    assert program.get("/api/v1/submissions").status_code == 401
    tenancy.enter(home.system.tenant)
    broker.post(f"tokens/{token.pk}/revoke/", {}, 404)
    assert [e.verb for e in Entry.objects.filter(noun="token").order_by("number")] == ["token.issue", "token.revoke"]


def test_moments_in_the_journal_read_in_the_readers_zone() -> None:
    when = datetime(2026, 11, 24, 1, 0, tzinfo=AT.tzinfo).isoformat()
    entry = Entry(verb="person.end", noun="membership", object_id="x", old={}, new={"ended_at": when})
    assert told.changes(entry, "CNY", "zh")[0].new.endswith("09:00")
