"""The pages of protection: who sees what, what is refused where, and that nothing is left half done."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from seawall.entrypoints.jobs import papers as jobs
from seawall.entrypoints.jobs import protect
from seawall.entrypoints.web.listing import _plain
from seawall.lifecycle.protect.actions import quote as quotes
from seawall.lifecycle.protect.actions import remediation
from seawall.lifecycle.protect.models import LedgerEntry, Policy, Quote, Referral, Remediation
from seawall.records import tenancy
from seawall.records.parties.actions.person import invite
from seawall.records.parties.models import User
from seawall.records.parties.roles import BROKER, CLAIMS, INSURED, PORTFOLIO, PROVIDER, SUPERVISOR, UNDERWRITER
from tests.entrypoints.web.visits import Visitor, stop_the_clock, visit
from tests.factories import AT, House, assessed, bound, easy_appetite, house, quoted

LATER = AT + timedelta(hours=2)
EVERYBODY = (UNDERWRITER, CLAIMS, PORTFOLIO, SUPERVISOR, BROKER, INSURED)


@pytest.fixture
def home(db: None, monkeypatch: pytest.MonkeyPatch) -> House:
    found = house()
    stop_the_clock(monkeypatch, LATER)
    return found


def referred(home: House) -> Quote:
    made = quotes.make(assessment=assessed(home).pk, by=home[BROKER], at=AT)
    assert made.status == "referred"
    return made


def chief(home: House) -> Visitor:
    """An underwriter with authority for everything."""
    email = "chief@haian.example"
    insurer = home.organisations["insurer"]
    invite(
        email=email, name="chief", organisation=insurer, role=UNDERWRITER, authority=10**12,
        by=home["administrator"], at=AT,
    )  # fmt: skip
    return Visitor(home, replace(home[UNDERWRITER], user=User.objects.get(email=email).pk, authority=10**12))


@pytest.fixture
def stranger(home: House) -> House:
    """Another house, which must see nothing of the first."""
    found = house("dongwu")
    tenancy.enter(home.system.tenant)
    return found


# Lists ------------------------------------------------------------------------------------------------------------


def test_lists_open_empty_and_filled_at_every_desk_in_both_languages(home: House) -> None:
    people = [visit(home, role, language) for role in EVERYBODY for language in ("en", "zh")]
    for somebody in people:
        for path in ("protect/", "policies/", "fixes/") if somebody.desk != "insured" else ("protect/", "policies/"):
            assert "<table" not in somebody.get(path)
    policy = bound(home)
    for somebody in people:
        assert policy.quote.number in somebody.get("protect/")
        assert policy.number in somebody.get("policies/")


def test_providers_and_strangers_find_no_lists(home: House, stranger: House) -> None:
    made = quoted(home)
    assert made.number not in Visitor(stranger, stranger[UNDERWRITER]).get("protect/")
    tenancy.enter(home.system.tenant)
    Visitor(home, home[PROVIDER]).client.get("/provider/protect/")
    assert Visitor(home, home[PROVIDER]).raw("protect/").status_code == 404
    # A desk of other people does not exist.
    assert visit(home, BROKER).client.get("/office/protect/").status_code == 404


def test_a_list_filters_sorts_remembers_and_exports(home: House) -> None:
    made = quoted(home)
    office = visit(home, UNDERWRITER)
    assert made.number not in office.get("protect/?state=declined")
    # The list is found again as it was left, until it is asked for otherwise.
    assert made.number not in office.get("protect/")
    assert made.number in office.get("protect/?state=&sort=-valid_until&q=")
    assert 'aria-sort="descending"' in office.get("protect/")
    assert made.number not in office.get("protect/?q=nobody")
    assert made.number in office.get(f"protect/?q={made.number[-4:]}")
    # An order nobody offered is no order.
    office.get("protect/?sort=insured__password")
    answer = office.raw("protect/?state=&q=&export=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][0] == made.number
    assert rows[1][1] == home.organisations["insured"].name_en
    assert len(rows[0]) == len(rows[1])


def test_the_export_holds_no_formula() -> None:
    assert _plain("=1+1") == "'=1+1"
    assert _plain("@x") == "'@x"
    assert _plain(-3) == "-3"


def test_what_needs_a_decision_stands_first_with_whether_i_may_decide(home: House) -> None:
    made = referred(home)
    text = visit(home, UNDERWRITER).get("protect/")
    assert "Awaiting a decision" in text
    assert "beyond your authority" in text
    assert chief(home).get("protect/").count(made.number) == 2
    assert "Awaiting a decision" not in visit(home, BROKER).get("protect/")


# The quote --------------------------------------------------------------------------------------------------------


def test_the_office_sees_cost_the_broker_the_trace_the_insured_the_terms(home: House) -> None:
    made = quoted(home)
    path = f"quotes/{made.pk}/"
    office, broker, insured = (visit(home, role).get(path) for role in (UNDERWRITER, BROKER, INSURED))
    assert "Technical price" in office
    assert "Where the gap lies" in office
    assert "Every step of the plan" in office
    assert "Technical price" not in broker
    assert "Expected loss" not in broker
    assert "Every step of the plan" in broker
    for word in ("Technical price", "Every step", "Expected loss", "AP-05", "Referral", "Commission"):
        assert word not in insured, word
    for page in (office, broker, insured):
        assert "Bespoke edition" in page
        assert "Business interruption" in page
    assert "Technical price" in visit(home, SUPERVISOR).get(path)


def test_a_referred_quote_shows_no_options_outside(home: House) -> None:
    made = referred(home)
    broker = visit(home, BROKER).get(f"quotes/{made.pk}/")
    assert "An underwriter is looking at this quote" in broker
    assert "The options appear once the insurer has decided" in broker
    assert "Release for binding" not in broker
    assert "What would settle it" in broker
    insured = visit(home, INSURED).get(f"quotes/{made.pk}/")
    assert "The options appear once the insurer has decided" in insured
    assert "What would settle it" not in insured


def test_quotes_of_others_do_not_exist(home: House, stranger: House) -> None:
    made = quoted(home)
    option = made.options.first()
    assert option is not None
    for role in EVERYBODY:
        foreign = Visitor(stranger, stranger[role])
        foreign.get(f"quotes/{made.pk}/", 404)
        foreign.post(f"quotes/{made.pk}/refer/", {"reason": "x"}, 404)
        foreign.get(f"quotes/{made.pk}/paper/zh/", 404)
        foreign.get(f"quotes/{made.pk}/bind/{option.pk}/", 404 if foreign.viewer.may("quote.bind") else 403)
    tenancy.enter(home.system.tenant)
    assert Quote.objects.get(pk=made.pk).status == "offered"


def test_a_decision_needs_authority_a_reason_and_other_eyes(home: House) -> None:
    made = referred(home)
    referral = made.referrals.get()
    path = f"quotes/{made.pk}/referrals/{referral.pk}/approve/"
    assert "beyond your authority" in visit(home, UNDERWRITER).get(f"quotes/{made.pk}/")
    # Without authority it is said so on the page, and nothing moves.
    assert "is beyond your authority of" in visit(home, UNDERWRITER).post(path, {"note": "fine"}, 422)
    assert "超出" in visit(home, UNDERWRITER, "zh").post(path, {"note": "fine"}, 422)
    boss = chief(home)
    refused = boss.post(path, {"note": "  "}, 422)
    assert "This field is required" in refused
    refused = Visitor(home, boss.viewer, "zh").post(path, {"note": ""}, 422)
    assert "必填" in refused
    assert Referral.objects.get(pk=referral.pk).status == "open"
    assert boss.post(path, {"note": "已核实"}) == f"/office/quotes/{made.pk}/"
    text = boss.get(f"quotes/{made.pk}/")
    assert "Released: the quote can be bound." in text
    assert "已核实" in text
    # The note stays inside.
    assert "已核实" not in visit(home, BROKER).get(f"quotes/{made.pk}/")
    # A second decision is refused on the page.
    assert boss.post(path, {"note": "again"}, 422)
    visit(home, BROKER).post(path, {"note": "me"}, 403)
    boss.post(f"quotes/{made.pk}/referrals/{referral.pk}/shrug/", {"note": "x"}, 404)


def test_whoever_made_the_quote_does_not_decide_on_it(home: House) -> None:
    boss = chief(home)
    made = quotes.make(assessment=assessed(home).pk, by=boss.viewer, at=AT)
    assert "a colleague: you made it" in boss.get("protect/")
    text = boss.post(f"quotes/{made.pk}/referrals/{made.referrals.get().pk}/approve/", {"note": "mine"}, 422)
    assert "may not decide on its referral" in text
    assert Referral.objects.get(quote=made).status == "open"


def test_an_offer_can_be_put_before_an_underwriter_all_the_same(home: House) -> None:
    made = quoted(home)
    broker = visit(home, BROKER)
    assert "This field is required" in broker.post(f"quotes/{made.pk}/refer/", {"reason": ""}, 422)
    broker.post(f"quotes/{made.pk}/refer/", {"reason": "please look at the limit"})
    assert Quote.objects.get(pk=made.pk).status == "referred"
    visit(home, INSURED).post(f"quotes/{made.pk}/refer/", {"reason": "me too"}, 403)


def test_pricing_again_says_that_it_is_the_same(home: House) -> None:
    made = quoted(home)
    assert "The same to the last fen" in visit(home, UNDERWRITER).get(f"quotes/{made.pk}/again/")
    visit(home, BROKER).get(f"quotes/{made.pk}/again/", 404)


# Making -----------------------------------------------------------------------------------------------------------


def _wishes(**changes: Any) -> dict[str, Any]:
    data = {
        "rows": ["sme", "bespoke"],
        "wishes.0.limit": "300万", "wishes.0.retention": "３０，０００", "wishes.0.waiting_hours": "12",
        "wishes.0.covers": ["business_interruption"],
        "wishes.1.limit": "5,000,000", "wishes.1.retention": "50000", "wishes.1.waiting_hours": "24",
        "wishes.1.covers": ["business_interruption", "extortion", "data_restoration"],
    }  # fmt: skip
    return data | {key.replace("__", "."): value for key, value in changes.items()}


def test_a_quote_is_made_as_wished_with_amounts_as_people_type_them(home: House) -> None:
    easy_appetite(home)
    found = assessed(home)
    broker = visit(home, BROKER)
    form = broker.get(f"quotes/new/{found.pk}/")
    assert 'name="wishes.2.limit"' in form
    place = broker.post(f"quotes/new/{found.pk}/", _wishes())
    made = Quote.objects.get(pk=place.rstrip("/").split("/")[-1])
    first, second = made.options.all()
    assert (first.product, first.limit, first.retention) == ("sme", 3_000_000_00, 30_000_00)
    assert [c["cover"] for c in first.terms["covers"]] == ["business_interruption", "data_restoration"]
    assert [c["cover"] for c in second.terms["covers"]] == ["business_interruption", "extortion", "data_restoration"]
    assert second.terms["covers"][0]["waiting_hours"] == 24
    # The same wishes stand in the form when other limits are asked for.
    again = broker.get(f"quotes/new/{found.pk}/?like={made.pk}")
    assert 'value="3,000,000"' in again
    assert 'name="wishes.2.limit"' not in again


def test_a_post_without_wishes_prices_every_product(home: House) -> None:
    found = assessed(home)
    place = visit(home, UNDERWRITER).post(f"quotes/new/{found.pk}/")
    assert Quote.objects.get(pk=place.rstrip("/").split("/")[-1]).options.count() == 3


@pytest.mark.parametrize(
    ("change", "english", "chinese"),
    [
        ({"wishes__0__limit": "a lot"}, "a lot", "a lot"),
        ({"wishes__0__limit": ""}, "This field is required", "必填"),
        ({"wishes__1__retention": "900万"}, "retention", "免赔额"),
        ({"wishes__1__waiting_hours": "a day"}, "8760", "8760"),
        ({"wishes__1__covers": []}, "cover", "保障"),
    ],
)
def test_bad_wishes_stand_at_their_field_and_keep_what_was_typed(
    home: House, change: dict[str, Any], english: str, chinese: str
) -> None:
    found = assessed(home)
    for language, said in (("en", english), ("zh", chinese)):
        text = visit(home, BROKER, language).post(f"quotes/new/{found.pk}/", _wishes(**change), 422)
        field = next(iter(change)).replace("__", ".")
        error = text[text.index(f'id="id_{field}_error"') :][:700]
        assert said in error
        assert "300万" in text or field == "wishes.0.limit"
    assert not Quote.objects.exists()


def test_rows_are_added_and_left_out_without_losing_what_was_typed(home: House) -> None:
    found = assessed(home)
    broker = visit(home, BROKER)
    more = broker.post(f"quotes/new/{found.pk}/", _wishes(add="system"), 200)
    assert 'name="wishes.2.limit"' in more
    assert "300万" in more
    less = broker.post(f"quotes/new/{found.pk}/", _wishes(drop="0"), 200)
    assert 'name="wishes.1.limit"' not in less
    assert "300万" not in less
    assert 'value="5,000,000"' in less
    assert not Quote.objects.exists()


def test_only_those_who_may_make_quotes(home: House, stranger: House) -> None:
    found = assessed(home)
    visit(home, INSURED).get(f"quotes/new/{found.pk}/", 403)
    visit(home, CLAIMS).get(f"quotes/new/{found.pk}/", 403)
    Visitor(stranger, stranger[BROKER]).get(f"quotes/new/{found.pk}/", 404)
    assert not Quote.objects.exists()


# Binding ----------------------------------------------------------------------------------------------------------


def _option(made: Quote) -> Any:
    return made.options.get(product="bespoke")


@pytest.mark.parametrize("role", [BROKER, INSURED])
def test_binding_says_the_numbers_makes_the_policy_and_waits_for_the_papers(home: House, role: str) -> None:
    made = quoted(home)
    option = _option(made)
    somebody = visit(home, role)
    path = f"quotes/{made.pk}/bind/{option.pk}/"
    text = somebody.get(path)
    assert f"{option.premium // 100:,}.00" in text
    assert "goes on risk for" in text
    place = somebody.post(path, {"start": made.inception.isoformat()})
    policy = Policy.objects.get(quote=made)
    assert place == f"/{somebody.desk}/policies/{policy.pk}/"
    page = somebody.get(f"policies/{policy.pk}/")
    assert policy.number in page
    assert f"/{somebody.desk}/policies/{policy.pk}/progress/" in page
    assert "0 / 2" in somebody.get(f"policies/{policy.pk}/progress/")
    # The second time the page says what it has become.
    assert policy.number in somebody.post(path, {"start": made.inception.isoformat()}, 422)
    assert Policy.objects.count() == 1


@pytest.mark.parametrize(
    ("start", "english", "chinese"),
    [
        ("2026-11-01", "Cover cannot begin on 2026-11-01", "2026-11-01"),
        ("2027-11-01", "Cover cannot begin as late as", "2027-11-01"),
        ("someday", "Enter a valid date", "日期"),
        ("", "This field is required", "必填"),
    ],
)
def test_a_day_that_cannot_be_is_refused_at_its_field(home: House, start: str, english: str, chinese: str) -> None:
    made = quoted(home)
    path = f"quotes/{made.pk}/bind/{_option(made).pk}/"
    for language, said in (("en", english), ("zh", chinese)):
        text = visit(home, BROKER, language).post(path, {"start": start}, 422)
        error = text[text.index('id="id_start_error"') :][:600]
        assert said in error
    assert not Policy.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_what_is_not_on_offer_is_not_bound(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = referred(home)
    path = f"quotes/{waiting.pk}/bind/{_option(waiting).pk}/"
    visit(home, BROKER).get(path, 404)
    boss = chief(home)
    assert "waits for an underwriter" in boss.post(path, {"start": "2026-12-01"}, 422)
    visit(home, CLAIMS).post(path, {"start": "2026-12-01"}, 403)
    stop_the_clock(monkeypatch, AT + timedelta(days=40))
    text = visit(home, BROKER).get(f"quotes/{waiting.pk}/")
    assert "This quote has lapsed" in text
    assert "Bind…" not in text
    assert not Policy.objects.exists()


def test_an_underwriter_does_not_bind_beyond_his_authority(home: House) -> None:
    easy_appetite(home)
    made = quotes.make(assessment=assessed(home, request__limit="600万").pk, by=home[BROKER], at=AT)
    assert made.status == "offered"
    path = f"quotes/{made.pk}/bind/{_option(made).pk}/"
    text = visit(home, UNDERWRITER).post(path, {"start": made.inception.isoformat()}, 422)
    assert "is beyond your authority of" in text
    assert not Policy.objects.exists()


# Papers -----------------------------------------------------------------------------------------------------------


def test_a_quotation_is_drawn_when_asked_for_and_read_by_those_who_may(home: House) -> None:
    made = quoted(home)
    broker = visit(home, BROKER)
    path = f"quotes/{made.pk}/paper/en/"
    assert "drawn when you ask for it" in broker.get(f"quotes/{made.pk}/")
    assert "Draw up" in broker.get(path)
    waiting = broker.post(path).removeprefix("/broker/")
    assert "being drawn up" in broker.get(waiting)
    jobs.quote(home.system, quote=str(made.pk), language="en")
    jobs.quote(home.system, quote=str(made.pk), language="en")
    for role in (BROKER, INSURED, UNDERWRITER):
        answer = visit(home, role).raw(path)
        assert answer.content.startswith(b"%PDF")
        assert answer.headers["Content-Type"] == "application/pdf"
    polled = broker.get(path, headers={"HX-Request": "true"})
    assert "hx-get" not in polled
    assert "Open" in polled
    broker.get(f"quotes/{made.pk}/paper/fr/", 404)
    unready = referred(home)
    broker.post(f"quotes/{unready.pk}/paper/en/", status=409)


def test_the_report_for_others_has_no_loss_model_in_it(home: House, stranger: House) -> None:
    found = assessed(home)
    path = f"assessments/{found.pk}/report/zh/"
    office, insured = visit(home, UNDERWRITER), visit(home, INSURED)
    for somebody in (office, insured):
        somebody.post(path)
    jobs.report(home.system, assessment=str(found.pk), language="zh", whole=True)
    # The office's own is not handed to others.
    assert "Draw up" in insured.get(path)
    jobs.report(home.system, assessment=str(found.pk), language="zh", whole=False)
    one, two = office.raw(path).content, insured.raw(path).content
    assert one.startswith(b"%PDF")
    assert two.startswith(b"%PDF")
    assert one != two
    Visitor(stranger, stranger[INSURED]).get(path, 404)


# The policy -------------------------------------------------------------------------------------------------------


def test_the_policy_at_every_desk(home: House, stranger: House) -> None:
    policy = bound(home)
    for role in EVERYBODY:
        text = visit(home, role).get(f"policies/{policy.pk}/")
        assert "Business interruption" in text
        assert ("Ledger" in text) == (home[role].kind in ("insurer", "supervisor")), role
        assert visit(home, role).raw(f"policies/{policy.pk}/papers/schedule/zh/").content.startswith(b"%PDF")
    for role in EVERYBODY:
        Visitor(stranger, stranger[role]).get(f"policies/{policy.pk}/", 404)
        Visitor(stranger, stranger[role]).get(f"policies/{policy.pk}/papers/schedule/zh/", 404)
    tenancy.enter(home.system.tenant)
    visit(home, BROKER).get(f"policies/{policy.pk}/papers/invoice/zh/", 404)
    assert "Cancel the policy" not in visit(home, BROKER).get(f"policies/{policy.pk}/")


def test_a_policy_is_issued_once_its_papers_are_there(home: House) -> None:
    made = quoted(home)
    visit(home, BROKER).post(f"quotes/{made.pk}/bind/{_option(made).pk}/", {"start": "2026-12-01"})
    policy = Policy.objects.get(quote=made)
    office = visit(home, UNDERWRITER)
    refused = office.post(f"policies/{policy.pk}/issue/", status=422)
    assert "schedule" in refused
    assert policy.number in refused
    protect.papers(home.system, policy=str(policy.pk))
    assert "2 / 2" in office.get(f"policies/{policy.pk}/progress/")
    visit(home, BROKER).post(f"policies/{policy.pk}/issue/", status=403)
    office.post(f"policies/{policy.pk}/issue/")
    assert "In force" in office.get(f"policies/{policy.pk}/")
    office.post(f"policies/{policy.pk}/shrug/", status=404)


def test_cancelling_asks_with_the_numbers_and_books_back(home: House) -> None:
    policy = bound(home)
    office = visit(home, UNDERWRITER)
    path = f"policies/{policy.pk}/cancel/"
    assert "What goes back" in office.get(path)
    for data, said in (
        ({"on": "2026-12-01", "reason": ""}, "This field is required"),
        ({"on": "2020-01-01", "reason": "x"}, "2020-01-01"),
        ({"on": "never", "reason": "x"}, "Enter a valid date"),
    ):
        assert said in office.post(path, data, 422)
    assert Policy.objects.get(pk=policy.pk).status == "in_force"
    office.post(path, {"on": policy.inception.isoformat(), "reason": "applied for by the insured"})
    assert Policy.objects.get(pk=policy.pk).status == "cancelled"
    text = office.get(f"policies/{policy.pk}/")
    assert "no cover from" in text
    assert "Premium returned on cancellation" in text
    assert "has ended already" in office.get(path)
    for role in (CLAIMS, SUPERVISOR):
        visit(home, role).get(path, 403)
    for role in (BROKER, INSURED):
        visit(home, role).get(path, 404)


def test_a_booking_is_taken_back_once_and_by_the_manager(home: House) -> None:
    policy = bound(home)
    number = policy.entries.first().transaction  # type: ignore[union-attr]
    path = f"policies/{policy.pk}/bookings/{number}/reverse/"
    manager = visit(home, PORTFOLIO)
    assert "This field is required" in manager.post(path, {"reason": ""}, 422)
    visit(home, UNDERWRITER).post(path, {"reason": "mine"}, 403)
    manager.post(path, {"reason": "booked twice"})
    assert "booked back" in manager.get(f"policies/{policy.pk}/")
    assert "taken back already" in manager.post(path, {"reason": "again"}, 422)
    other = "00000000-0000-0000-0000-000000000000"
    manager.post(f"policies/{policy.pk}/bookings/{other}/reverse/", {"reason": "x"}, 404)


def test_the_evidence_of_a_policy_is_handed_out_to_those_who_may(home: House) -> None:
    policy = bound(home)
    for role, status in ((UNDERWRITER, 200), (INSURED, 200), (SUPERVISOR, 200), (PORTFOLIO, 403), (BROKER, 404)):
        text = visit(home, role).post(f"policies/{policy.pk}/evidence/", status=status)
        if status == 200:
            assert '"policy.bound"' in text.replace("\\", "")


# Fixes ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def fix(home: House) -> Remediation:
    rows = remediation.track(assessment=assessed(home).pk, by=home[UNDERWRITER], at=AT)
    return rows[0]


def test_fixes_are_seen_by_the_company_its_broker_and_the_office(
    home: House, fix: Remediation, stranger: House
) -> None:
    for role in EVERYBODY:
        text = visit(home, role).get(f"companies/{fix.company_id}/fixes/")
        assert fix.title["en"] in text
        assert fix.title["zh"] in visit(home, role, "zh").get(f"fixes/{fix.pk}/")
        if role != INSURED:
            assert fix.title["en"] in visit(home, role).get("fixes/")
    # An insured has one company: its own page.
    assert visit(home, INSURED).raw("fixes/").headers["Location"].endswith(f"/companies/{fix.company_id}/fixes/")
    Visitor(stranger, stranger[INSURED]).get(f"companies/{fix.company_id}/fixes/", 404)
    Visitor(stranger, stranger[UNDERWRITER]).get(f"fixes/{fix.pk}/", 404)
    Visitor(stranger, stranger[UNDERWRITER]).post(f"fixes/{fix.pk}/verify/", {"note": "x"}, 404)


def test_a_fix_is_promised_done_verified_and_taken_up_again(home: House, fix: Remediation) -> None:
    insured, office = visit(home, INSURED), visit(home, UNDERWRITER)
    assert "This field is required" in insured.post(f"fixes/{fix.pk}/promise/", {"due": ""}, 422)
    assert "has passed already" in insured.post(f"fixes/{fix.pk}/promise/", {"due": "2026-01-01"}, 422)
    assert "已过" in visit(home, INSURED, "zh").post(f"fixes/{fix.pk}/promise/", {"due": "2026-01-01"}, 422)
    insured.post(f"fixes/{fix.pk}/promise/", {"due": "2026-12-24"})
    assert "Promised for" in insured.get(f"fixes/{fix.pk}/")
    assert "Show that it is so" in insured.post(f"fixes/{fix.pk}/finish/", {"note": " "}, 422)
    strange = SimpleUploadedFile("tool.exe", b"MZ\x90\x00" + b"\0" * 64)
    assert "not of a type accepted" in insured.post(f"fixes/{fix.pk}/finish/", {"note": "done", "file": strange}, 422)
    assert Remediation.objects.get(pk=fix.pk).status == "promised"
    proof = SimpleUploadedFile("proof.txt", "全部终端已安装".encode())
    insured.post(f"fixes/{fix.pk}/finish/", {"note": "installed everywhere", "file": proof})
    assert insured.raw(f"fixes/{fix.pk}/file/").content.decode() == "全部终端已安装"
    assert office.raw(f"fixes/{fix.pk}/file/").status_code == 200
    # A broker sees that there is evidence, not the evidence.
    assert "A file was handed in as evidence" in visit(home, BROKER).get(f"fixes/{fix.pk}/")
    visit(home, BROKER).get(f"fixes/{fix.pk}/file/", 404)
    insured.post(f"fixes/{fix.pk}/verify/", {"note": "myself"}, 403)
    office.post(f"fixes/{fix.pk}/verify/", {"note": "seen on site"})
    assert "Verified" in insured.get(f"fixes/{fix.pk}/")
    assert "This field is required" in office.post(f"fixes/{fix.pk}/reopen/", {"note": ""}, 422)
    office.post(f"fixes/{fix.pk}/reopen/", {"note": "the agent is off again"})
    assert Remediation.objects.get(pk=fix.pk).status == "open"
    office.post(f"fixes/{fix.pk}/shrug/", {"note": "x"}, 404)


def test_a_late_promise_is_called_late(home: House, fix: Remediation, monkeypatch: pytest.MonkeyPatch) -> None:
    remediation.promise(remediation=fix.pk, due=AT.date(), by=home[INSURED], at=AT)
    stop_the_clock(monkeypatch, AT + timedelta(days=9))
    office = visit(home, UNDERWRITER)
    assert fix.title["en"] in office.get("fixes/?state=late")
    assert "late since" in office.get(f"companies/{fix.company_id}/fixes/")
    assert "Late" in office.get(f"fixes/{fix.pk}/")
