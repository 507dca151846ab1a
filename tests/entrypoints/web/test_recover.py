"""The pages of recovery: from opening to payment through forms, problems at their fields, and who sees which figure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from seawall.entrypoints.jobs import recover as jobs
from seawall.lifecycle.protect.models import Policy
from seawall.lifecycle.recover.actions import claim as claims
from seawall.lifecycle.recover.actions import settlement
from seawall.lifecycle.recover.models import Claim, Payment
from seawall.lifecycle.recover.queries.clocks import clocks, with_next_day
from seawall.lifecycle.recover.queries.paper import statement
from seawall.lifecycle.respond.actions.triage import Findings, triage
from seawall.lifecycle.strategy.models import RatingProposal
from seawall.records import tenancy
from seawall.records.parties.roles import BROKER, CLAIMS, INSURED, PORTFOLIO, PROVIDER, SUPERVISOR, UNDERWRITER
from tests.entrypoints.web.visits import Visitor, stop_the_clock, visit
from tests.factories import FACTS, House, bound, house, item, notified, sheet

EVERYBODY = (UNDERWRITER, CLAIMS, PORTFOLIO, SUPERVISOR, BROKER, INSURED)
ITEM = ("documented", "caused_by_event", "reasonable", "consent", "emergency", "interruption", "overstated")


@pytest.fixture
def home(db: None) -> House:
    return house()


@pytest.fixture
def held(home: House, monkeypatch: pytest.MonkeyPatch) -> Policy:
    policy = bound(home)
    first = policy.inception
    now = datetime(first.year, first.month, first.day, 4, tzinfo=timezone.get_current_timezone()) + timedelta(days=40)
    stop_the_clock(monkeypatch, now)
    return policy


@pytest.fixture
def opened(home: House, held: Policy) -> Claim:
    incident = notified(home, held, after=timedelta(days=30))
    return claims.open_claim(opening=claims.Opening(incident.pk), by=home[CLAIMS], at=timezone.now())


def second(home: House) -> Visitor:
    return Visitor(home, home.second[CLAIMS])


def at_field(page: str, name: str) -> str:
    """The sentences that stand at a field."""
    found = re.search(rf'id="id_{re.escape(name)}_error">(.*?)</div>', page, re.DOTALL)
    assert found, f"nothing stands at {name}"
    return found[1]


def adjusted(home: House, claim: Claim, amount: str = "380000") -> Claim:
    """Judged and settled by the first handler: one item of restoration."""
    now = timezone.now()
    wanted = item("rebuild", "data_restoration", amount, "restoration")
    settlement.determine(claim=claim.pk, facts=FACTS, items=[wanted], by=home[CLAIMS], at=now)
    sheets = [sheet("data_restoration", ("rebuild", "restoration", amount))]
    settlement.adjust(claim=claim.pk, worksheets=sheets, by=home[CLAIMS], at=now)
    claim.refresh_from_db()
    return claim


def facts(**changes: str) -> dict[str, str]:
    said = {
        "cause": "ransomware", "security_event": "yes", "extortion_demand": "yes", "known_before_inception": "no",
        "disclosure_breach": "none", "security_undertaking_kept": "yes", "exclusions_explained": "yes",
    }  # fmt: skip
    return {f"facts.{name}": value for name, value in {**said, **changes}.items()}


def row(number: int, name: str, cover: str, kind: str, amount: str, **changes: str) -> dict[str, str]:
    said = dict.fromkeys(ITEM, "") | dict.fromkeys(ITEM[:4], "yes")
    values = {"id": name, "cover": cover, "cost_kind": kind, "amount": amount, "paid_in": "money", **said, **changes}
    return {f"items.{number}.{key}": value for key, value in values.items()}


# Lists and walls ----------------------------------------------------------------------------------------------------


def test_lists_open_at_every_desk_and_the_next_day_comes_first(home: House, held: Policy) -> None:
    for role in EVERYBODY:
        for language in ("en", "zh"):
            assert "<table" not in visit(home, role, language).get("recover/?state=all")
    incident = notified(home, held, after=timedelta(days=30))
    made = claims.open_claim(opening=claims.Opening(incident.pk), by=home[CLAIMS], at=timezone.now())
    for role in EVERYBODY:
        assert made.number in visit(home, role).get("recover/?state=all")
    page = visit(home, CLAIMS).get("recover/")
    assert "days left" in page
    assert "Assess the claim" in page
    assert "Case reserve" in page
    assert "Case reserve" not in visit(home, INSURED).get("recover/")
    visit(home, PROVIDER).get("recover/", 404)
    assert made.number in visit(home, CLAIMS).raw("recover/?state=all&q=&export=csv").content.decode("utf-8-sig")


def test_the_sorted_day_is_that_of_the_clocks(home: House, opened: Claim) -> None:
    """The list sorts by SQL, the page tells by Python: both say the same all the way to the payment."""

    def same() -> None:
        found = with_next_day(Claim.objects.filter(pk=opened.pk)).get()
        running = [c.due for c in clocks(found, on=found.policy.day(timezone.now())) if c.done_on is None]
        assert found.next_day == min(running, default=None)  # type: ignore[attr-defined]

    same()
    claims.receive_proof(claim=opened.pk, on=opened.policy.day(timezone.now()), by=home[CLAIMS], at=timezone.now())
    same()
    adjusted(home, opened)
    same()
    second(home).post(f"claims/{opened.pk}/approve/", {"amount": "100000", "note": ""})
    same()
    pay(home, opened, "40000", "k1")
    same()
    pay(home, opened, "60000", "k2")
    same()


def test_nobody_sees_the_claim_of_another_house(home: House, opened: Claim) -> None:
    other = house("dongwu")
    for role in (*EVERYBODY, PROVIDER):
        stranger = Visitor(other, other[role])
        for path in ("", "determine/", "adjust/", "pay/", "statement/zh/"):
            answer = stranger.client.get(f"/{stranger.desk}/claims/{opened.pk}/{path}")
            assert answer.status_code in (403, 404), (role, path)
            assert opened.number not in answer.content.decode()
    tenancy.enter(home.system.tenant)
    visit(home, PROVIDER).get(f"claims/{opened.pk}/", 404)


def test_each_desk_sees_its_figures_and_its_acts(home: House, opened: Claim) -> None:
    here = f"claims/{opened.pk}/"
    visit(home, CLAIMS).post(f"{here}reserve/", {"amount": "123万", "reason": "估计"})
    adjusted(home, opened)
    upload = SimpleUploadedFile("发票.txt", "人民币三十八万元".encode())
    visit(home, INSURED).post(f"{here}paper/", {"upload": upload})
    office, insured, broker = (visit(home, role).get(here) for role in (CLAIMS, INSURED, BROKER))
    assert "1,230,000" in office
    assert "估计" in office
    for page in (insured, broker):
        assert "1,230,000" not in page
        assert "估计" not in page
        assert "reserve" not in page.lower()
        # The days of the law and the clauses are theirs to see.
        assert "Days of the law" in page
        assert "Insurance Law art. 23" in page
        assert "IA-05" in page
    assert "发票.txt" in insured
    assert "发票.txt" in office
    assert "发票.txt" not in broker
    watching = visit(home, SUPERVISOR).get(here)
    assert "1,230,000" in watching
    assert "determine/" not in watching
    for role in (UNDERWRITER, SUPERVISOR):
        visit(home, role).get(f"{here}determine/", 403)
        visit(home, role).post(f"{here}reserve/", {"amount": "1", "reason": "x"}, 403)
    visit(home, INSURED).get(f"{here}determine/", 404)
    visit(home, INSURED).post(f"{here}approve/", {"amount": ""}, 403)
    visit(home, BROKER).post(f"{here}paper/", {}, 403)


# Opening ------------------------------------------------------------------------------------------------------------


def test_a_claim_is_opened_from_an_incident(home: House, held: Policy) -> None:
    incident = notified(home, held, after=timedelta(days=30))
    office = visit(home, CLAIMS)
    assert incident.number in office.get("claims/open/")
    page = office.get(f"claims/open/?incident={incident.pk}")
    assert held.number in page
    assert "answers" in page
    page = office.post(f"claims/open/?incident={incident.pk}", {"policy": "", "reserve": "a lot"}, 422)
    assert at_field(page, "reserve")
    tomorrow = (held.day(timezone.now()) + timedelta(days=1)).isoformat()
    page = office.post(f"claims/open/?incident={incident.pk}", {"policy": "", "requested_on": tomorrow}, 422)
    assert "still to come" in at_field(page, "requested_on")
    assert not Claim.objects.exists()
    there = office.post(f"claims/open/?incident={incident.pk}", {"policy": "", "reserve": "280万"})
    made = Claim.objects.get()
    assert there == f"/office/claims/{made.pk}/"
    assert made.reserve == 280_000_000
    page = office.post(f"claims/open/?incident={incident.pk}", {"policy": ""}, 422)
    assert made.number in page
    assert incident.number not in office.get("claims/open/")
    office.get("claims/open/?incident=nonsense", 404)
    visit(home, UNDERWRITER).get("claims/open/", 403)


@pytest.mark.parametrize(("language", "sentence"), [("en", "was discovered on"), ("zh", "发现")])
def test_a_day_outside_the_period_is_refused_with_its_dates(
    home: House, held: Policy, monkeypatch: pytest.MonkeyPatch, language: str, sentence: str
) -> None:
    early = notified(home, held, after=timedelta(days=-3), at=timezone.now())
    stop_the_clock(monkeypatch, timezone.now() + timedelta(days=400))
    late = notified(home, held, after=timedelta(days=380), at=timezone.now())
    office = visit(home, CLAIMS, language)
    for incident in (early, late):
        page = office.post(f"claims/open/?incident={incident.pk}", {"policy": str(held.pk)}, 422)
        told = at_field(page, "policy")
        assert sentence in told
        # The dates that decide stand in the sentence.
        for day in (held.inception, held.expiry):
            assert day.isoformat() in told
    assert not Claim.objects.exists()


# 定责 and 定损 ------------------------------------------------------------------------------------------------------


def test_cover_is_determined_in_rows(home: House, opened: Claim) -> None:
    office = visit(home, CLAIMS)
    here = f"claims/{opened.pk}/"
    upload = SimpleUploadedFile("溯源报告.txt", "经远程桌面进入".encode())
    office.post(f"{here}paper/", {"upload": upload})
    seen = Findings(facts={"ransom_note": True}, category="MI-07", words="确认为勒索软件")
    triage(incident=opened.incident_id, findings=seen, by=home[CLAIMS], at=timezone.now())
    page = office.get(f"{here}determine/")
    paper = re.search(r'value="(vault:[^"]+)"', page)
    assert paper
    assert "溯源报告.txt" in page
    # What the incident says already is there to be looked at.
    assert re.search(r'<option value="ransomware" selected>', page)
    assert "__i__" in page.split("<template>")[1]
    sent = {
        **facts(), "paper": paper[1],
        **row(0, "赎金", "extortion", "ransom", "130万", paid_in="virtual_currency", evidence=paper[1]),
        **row(1, "数据恢复", "data_restoration", "restoration", "38万", evidence=paper[1]),
        **row(4, "停业", "business_interruption", "income", "504000", interruption="yes", evidence=paper[1]),
        **row(7, "", "", "", "", evidence=""),
    }  # fmt: skip
    assert office.post(f"{here}determine/", sent) == f"/office/{here}"
    made = opened.determinations.get()
    assert [i["id"] for i in made.document["items"]] == ["赎金", "数据恢复", "business_interruption"]
    assert made.document["facts"]["cause"] == {"value": "ransomware", "evidence": [paper[1]]}
    assert made.outcome == "partly"
    for role, language, told in (
        (CLAIMS, "en", "in virtual currency, is not payable"),
        (INSURED, "zh", "虚拟货币"),
        (BROKER, "en", "CN-02"),
    ):
        page = visit(home, role, language).get(here)
        assert told in page
        assert "1,300,000.00" in page
    # The clause and what would change it, or that nothing would.
    assert "三协会" in visit(home, INSURED, "zh").get(here)
    assert "Nothing: it may not be insured in China" in visit(home, INSURED).get(here)
    # Determining again starts from what was said.
    page = office.get(f"{here}determine/")
    assert 'value="赎金"' in page
    assert 'value="130万"' not in page.replace("1,300,000", "")
    adjust_in_rows(home, opened)


def adjust_in_rows(home: House, opened: Claim) -> None:
    office, here = visit(home, CLAIMS), f"claims/{opened.pk}/"
    page = office.get(f"{here}adjust/")
    assert "waiting period" in page
    assert "A gate refuses this item" in page
    paper = re.search(r'value="(vault:[^"]+)" selected', page)
    assert paper
    sent = {
        "sheets.0.evidence": paper[1],
        "sheets.1.evidence": paper[1],
        "sheets.1.take.0.amount": "6万", "sheets.1.take.0.reason": "",
        "sheets.2.evidence": paper[1], "sheets.2.extra_evidence": paper[1],
        "sheets.2.extra_cost": "", "sheets.2.avoided": "", "sheets.2.saved_cost": "2万",
        "sheets.2.run.0.repeat": "48", "sheets.2.run.0.expected_profit": "7000",
        "sheets.2.run.0.fixed_cost": "5,000", "sheets.2.run.0.actual": "1500",
        "sheets.2.run.3.repeat": "", "sheets.2.run.3.expected_profit": "", "sheets.2.run.3.fixed_cost": "",
        "sheets.2.run.3.actual": "",
    }  # fmt: skip
    page = office.post(f"{here}adjust/", sent, 422)
    assert "Choose the clause" in at_field(page, "sheets.1.take.0.reason")
    page = office.post(
        f"{here}adjust/", {**sent, "sheets.1.take.0.reason": "betterment", "sheets.1.take.0.amount": "x"}, 422
    )
    assert at_field(page, "sheets.1.take.0.amount")
    wrong = {**sent, "sheets.1.take.0.reason": "betterment"}
    page = office.post(f"{here}adjust/", {**wrong, "sheets.2.run.0.repeat": "two days"}, 422)
    assert at_field(page, "sheets.2.run.0.repeat")
    page = office.post(f"{here}adjust/", {**wrong, "sheets.2.saved_cost": "?"}, 422)
    assert at_field(page, "sheets.2.saved_cost")
    assert not opened.adjustments.exists()
    assert office.post(f"{here}adjust/", wrong) == f"/office/{here}"
    made = opened.adjustments.get()
    lines = {line["id"]: line for s in made.result["worksheets"] for line in s["lines"]}
    assert lines["赎金"]["admitted"] == "0"
    assert lines["数据恢复"]["admitted"] == "320000"
    assert lines["saved_cost"]["admitted"] == "-20000"
    page = visit(home, INSURED).get(here)
    assert "From loss to payment" in page
    assert "Betterment" in page
    assert "EX-05" in page
    # What was settled comes back to be corrected.
    page = office.get(f"{here}adjust/")
    assert 'value="60,000"' in page
    assert 'value="48"' in page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_problems_of_a_determination_stand_where_they_arise(home: House, opened: Claim, language: str) -> None:
    office, here = visit(home, CLAIMS, language), f"claims/{opened.pk}/determine/"
    page = office.post(here, facts(), 422)
    assert {"en": "at least one item", "zh": "至少"}[language] in page
    page = office.post(here, {**facts(), **row(3, "x", "extortion", "forensic", "much")}, 422)
    assert at_field(page, "items.3.amount")
    assert 'value="much"' in page
    page = office.post(here, {**facts(), **row(2, "x", "", "forensic", "5万")}, 422)
    assert at_field(page, "items.2.cover")
    page = office.post(here, {**facts(cause="aliens"), **row(0, "x", "extortion", "forensic", "5万")}, 422)
    assert "id_facts.cause" in page
    foreign = "vault:00000000-0000-4000-8000-000000000000"
    page = office.post(here, {**facts(), **row(0, "x", "extortion", "forensic", "5万", evidence=foreign)}, 422)
    assert at_field(page, "items.0.evidence")
    twice = {**facts(), **row(0, "x", "extortion", "forensic", "5万"), **row(1, "x", "extortion", "legal", "5万")}
    page = office.post(here, twice, 422)
    assert {"en": "Two items have the same id", "zh": "相同"}[language] in page
    assert not opened.determinations.exists()
    visit(home, CLAIMS).get(f"claims/{opened.pk}/adjust/", 404)


# Money --------------------------------------------------------------------------------------------------------------


def pay(home: House, claim: Claim, amount: str, key: str, **more: str) -> str:
    order = {"amount": amount, "payee": "海拓托管", "key": key, "confirmed": "yes", **more}
    return visit(home, CLAIMS).post(f"claims/{claim.pk}/pay/", order)


def test_a_second_person_approves_and_the_payment_is_made_once(home: House, opened: Claim) -> None:
    adjusted(home, opened)
    first, reviewer, here = visit(home, CLAIMS), second(home), f"claims/{opened.pk}/"
    assert "You adjusted this claim, so a colleague approves it." in first.get(here)
    assert "ask a colleague" in first.post(f"{here}approve/", {"amount": "100000", "note": ""}, 422)
    page = reviewer.post(f"{here}approve/", {"amount": "9亿", "note": ""}, 422)
    assert at_field(page, "amount")
    reviewer.post(f"{here}approve/", {"amount": "20万", "note": "复核"})
    opened.refresh_from_db()
    assert opened.approved == 20_000_000
    page = first.get(f"{here}pay/")
    assert 'name="key"' in page
    assert "200,000.00" in page
    page = first.post(f"{here}pay/", {"amount": "30万", "payee": "海拓", "key": "k"}, 422)
    assert "200,000.00" in at_field(page, "amount")
    page = first.post(f"{here}pay/", {"amount": "", "payee": "", "key": "k"}, 422)
    assert at_field(page, "payee")
    # The sentence with the numbers comes first; nothing is paid by it.
    page = first.post(f"{here}pay/", {"amount": "15万", "payee": "海拓托管", "key": "k"}, 200)
    assert "150,000.00" in page
    assert "cannot be taken back" in page
    assert 'name="confirmed"' in page
    assert not Payment.objects.exists()
    for _again in range(2):
        assert pay(home, opened, "15万", "k") == f"/office/{here}"
    made = Payment.objects.get()
    opened.refresh_from_db()
    assert made.amount == opened.paid == 15_000_000
    # The same key for another payment is refused at the field of the form.
    order = {"amount": "1万", "payee": "海拓托管", "key": "k", "confirmed": "yes"}
    first.post(f"{here}pay/", order, 422)
    assert Payment.objects.count() == 1
    page = visit(home, INSURED).get(here)
    assert "150,000.00" in page
    assert made.number in page
    reviewer.get(f"{here}pay/")
    visit(home, UNDERWRITER).get(f"{here}pay/", 403)


def test_the_statement_is_drawn_for_both_sides(home: House, opened: Claim) -> None:
    adjusted(home, opened)
    office, insured, here = visit(home, CLAIMS), visit(home, INSURED), f"claims/{opened.pk}/statement/zh/"
    # Before anything is approved the settlement is the office's own.
    insured.get(here, 404)
    assert office.post(here).endswith("?drawing=1")
    assert "components" not in office.get(here + "?drawing=1")
    jobs.statement(home.system, claim=str(opened.pk), language="zh")
    got = office.raw(here)
    assert got.content.startswith(b"%PDF")
    second(home).post(f"claims/{opened.pk}/approve/", {"amount": "", "note": ""})
    opened.refresh_from_db()
    assert statement(opened, "zh") is None, "an approval makes another statement"
    assert insured.post(here).endswith("?drawing=1")
    for _again in range(2):
        jobs.statement(home.system, claim=str(opened.pk), language="zh")
    assert insured.raw(here).content.startswith(b"%PDF")
    assert visit(home, BROKER).raw(here).content.startswith(b"%PDF")
    office.get(f"claims/{opened.pk}/statement/fr/", 404)
    # It does not stand among the papers handed in.
    assert "settlement" not in office.get(f"claims/{opened.pk}/").split('id="papers"')[1]


def test_a_refusal_needs_a_second_person(home: House, opened: Claim) -> None:
    first, reviewer, here = visit(home, CLAIMS), second(home), f"claims/{opened.pk}/"
    sent = {**facts(known_before_inception="yes"), **row(0, "x", "data_restoration", "restoration", "5万")}
    first.post(f"{here}determine/", sent)
    page = first.get(here)
    assert "so a colleague decides" in page
    assert "EX-02" in page
    assert "deny/" not in page
    assert "ask a colleague" in first.post(f"{here}deny/", {"reason": "已知情形"}, 422)
    page = reviewer.post(f"{here}deny/", {"reason": " "}, 422)
    assert at_field(page, "reason")
    reviewer.post(f"{here}deny/", {"reason": "投保前已知"})
    opened.refresh_from_db()
    assert opened.status == "denied"
    page = visit(home, INSURED).get(here)
    assert "投保前已知" in page
    assert "EX-02" in page


def test_a_claim_is_closed_reopened_and_learnt_from(home: House, opened: Claim) -> None:
    office, here = visit(home, CLAIMS), f"claims/{opened.pk}/"
    page = office.post(f"{here}close/", {"reason": "撤回"}, 422)
    assert opened.number in page
    page = office.post(f"{here}close/", {"reason": "", "withdrawn": "on"}, 422)
    assert at_field(page, "reason")
    office.post(f"{here}close/", {"reason": "被保险人撤回", "withdrawn": "on"})
    opened.refresh_from_db()
    assert opened.status == "closed"
    assert "Withdrawn by the insured" in visit(home, INSURED).get(here)
    office.post(f"{here}learn/")
    assert RatingProposal.objects.count() == 1
    office.post(f"{here}reopen/", {"reason": "补充材料"})
    opened.refresh_from_db()
    assert opened.status == "reopened"


def test_the_evidence_of_a_claim_is_handed_out_and_recorded(home: House, opened: Claim) -> None:
    office, here = visit(home, CLAIMS), f"claims/{opened.pk}/"
    answer = office.client.post(f"/office/{here}evidence/")
    assert answer.status_code == 200
    assert opened.number in answer.headers["Content-Disposition"]
    assert answer.content.startswith(b'{"') or answer.content.startswith(b"{")
    tenancy.enter(home.system.tenant)
    assert visit(home, BROKER).post(f"{here}evidence/", {}, 403)
    visit(home, CLAIMS).post(f"{here}nothing/", {}, 404)
    assert any(name in visit(home, INSURED).get(here) for name in ("Export the evidence",))


def test_small_forms_tell_their_problems(home: House, opened: Claim) -> None:
    office, here = visit(home, CLAIMS), f"claims/{opened.pk}/"
    page = office.post(f"{here}reserve/", {"amount": "-5", "reason": "x"}, 422)
    assert at_field(page, "amount")
    page = office.post(f"{here}reserve/", {"amount": "5万", "reason": ""}, 422)
    assert at_field(page, "reason")
    assert 'value="5万"' in page
    future = (opened.policy.day(timezone.now()) + timedelta(days=2)).isoformat()
    page = office.post(f"{here}proof/", {"on": future}, 422)
    assert at_field(page, "on")
    office.post(f"{here}proof/", {"on": ""})
    opened.refresh_from_db()
    assert opened.proof_on == opened.policy.day(timezone.now())
    page = office.post(f"{here}paper/", {}, 422)
    assert at_field(page, "upload")
    page = office.post(f"{here}paper/", {"upload": SimpleUploadedFile("x.html", b"<script>alert(1)</script>")}, 422)
    assert at_field(page, "upload")
