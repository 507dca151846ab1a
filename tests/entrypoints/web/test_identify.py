"""The pages of identification: filing, the branching questionnaire with its indication, consent, scans, assessments."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from seawall.core.evidence.items import Finding
from seawall.lifecycle.identify.actions import assessment, consent, scan, submission
from seawall.lifecycle.identify.models import Answer, Assessment, Consent, ScanOrder, Submission
from seawall.records import tenancy
from seawall.records.parties.roles import BROKER, CLAIMS, INSURED, PORTFOLIO, PROVIDER, SUPERVISOR, UNDERWRITER
from seawall.records.vault.models import File
from tests.entrypoints.web.visits import Visitor, stop_the_clock, visit
from tests.factories import AT, House, house, submission_document

EVERYBODY = (UNDERWRITER, CLAIMS, PORTFOLIO, SUPERVISOR, BROKER, INSURED)
WRITERS = (UNDERWRITER, BROKER, INSURED)
DOMAIN = "yunpiaotong.example"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def filed(home: House) -> Submission:
    return submission.file(document=submission_document(), by=home[BROKER], at=AT)


@pytest.fixture
def given(home: House, filed: Submission) -> Consent:
    until = (AT + timedelta(days=300)).date()
    made = consent.give(
        company=filed.company_id, domains=[DOMAIN], statement="同意外部检测", until=until, by=home[INSURED], at=AT
    )
    consent.report_verification(consent=made.pk, seen={DOMAIN: "ok"}, by=home.system, at=AT)
    return made


@pytest.fixture
def scanned(home: House, filed: Submission, given: Consent) -> ScanOrder:
    order = scan.order(
        company=filed.company_id, domains=[DOMAIN], purpose="assess", submission=filed.pk, by=home[BROKER], at=AT
    )
    scan.start(order=order.pk, by=home.system, at=AT)
    findings = [
        Finding("SW-MAIL-03", DOMAIN, "found", "medium", AT, {"policy": "none"}),
        Finding("SW-TLS-01", f"www.{DOMAIN}", "could_not_check", "high", AT, {}, "outbound.timeout"),
        Finding("SW-DNS-01", DOMAIN, "could_not_check", "low", AT, {}, "scan.not_applicable"),
        Finding("SW-EXP-01", DOMAIN, "not_found", "critical", AT, {}),
    ]
    return scan.report(order=order.pk, findings=findings, assets=[], by=home.system, at=AT)


@pytest.fixture
def assessed(home: House, filed: Submission, scanned: ScanOrder) -> Assessment:
    submission.submit(submission=filed.pk, by=home[BROKER], at=AT)
    return assessment.make(submission=filed.pk, by=home[BROKER], at=AT)


def typed(**changes: str) -> dict[str, str]:
    """The form of a new company; names of changes have "__" for each dot."""
    values = {
        "company.name_zh": "青桐数据（南京）有限公司",
        "company.country": "CN",
        "company.credit_code": "91320100MA1N0TD339",
        "company.industry": "I65",
        "company.revenue": "１．２亿",
        "company.employees": "８０",
        "company.records_held": "50,000",
        "company.domains.0": "qingtong.example, shop.qingtong.example",
        "company.vendors.0.name": "",
        "company.vendors.0.category": "",
        "company.vendors.3.name": "示例云",
        "company.vendors.3.category": "cloud",
        "request.product": "system",
        "request.limit": "500万",
        "request.retention": "5万",
        "request.waiting_hours": "12",
        "request.inception": "2026-12-01",
    }
    return values | {name.replace("__", "."): value for name, value in changes.items()}


# Filing ----------------------------------------------------------------------------------------------------------


def test_what_is_typed_becomes_a_draft(home: House) -> None:
    where = visit(home, BROKER).post("submissions/new/", typed())
    made = Submission.objects.get()
    assert where == f"/broker/submissions/{made.pk}/questions/"
    company = made.document["company"]
    assert company["revenue"] == {"amount": "120000000.00", "currency": "CNY"}
    assert company["employees"] == 80
    assert company["domains"] == ["qingtong.example", "shop.qingtong.example"]
    assert company["vendors"] == [{"name": "示例云", "category": "cloud"}]


def test_every_problem_stands_at_its_field_and_nothing_is_kept(home: House) -> None:
    bad = typed(
        company__credit_code="91320100MA1N0TD33X", company__revenue="viel", company__industry="",
        request__inception="2026-01-01", company__vendors__3__category="", company__domains__0="10.0.0.1",
    )  # fmt: skip
    english = visit(home, BROKER).post("submissions/new/", bad, 422)
    chinese = visit(home, BROKER, "zh").post("submissions/new/", bad, 422)
    for field in ("credit_code", "revenue", "industry"):
        assert f'id="id_company.{field}_error"' in english
    for place in ("request.inception", "company.domains.0", "company.vendors.0.category"):
        assert f'id="id_{place}_error"' in english, place
    assert "“viel” is not an amount" in english
    assert "“viel”不是" in chinese
    assert 'value="viel"' in english
    assert not Submission.objects.exists()


def test_a_row_can_be_added_without_javascript(home: House) -> None:
    page = visit(home, BROKER).post("submissions/new/", {**typed(), "add": "company.vendors"}, 200)
    assert 'name="company.vendors.2.name"' in page
    assert not Submission.objects.exists()


def test_facts_are_changed_and_another_company_is_refused(home: House, filed: Submission) -> None:
    somebody = visit(home, INSURED)
    page = somebody.get(f"submissions/{filed.pk}/facts/")
    assert 'value="86,000,000"' in page
    values = dict(re.findall(r'name="([^"]+)"[^>]*?value="([^"]*)"', page))
    values |= dict(re.findall(r'<select name="([^"]+)".*?<option value="([^"]*)" selected', page, re.DOTALL))
    values = {name: value for name, value in values.items() if name.startswith(("company.", "request."))}
    values["company.critical_infrastructure"] = ""
    assert somebody.post(f"submissions/{filed.pk}/facts/", {**values, "company.employees": "222"}).endswith(
        f"{filed.pk}/"
    )
    filed.refresh_from_db()
    assert filed.document["company"]["employees"] == 222
    assert len(filed.document["company"]["vendors"]) == 3
    refused = somebody.post(
        f"submissions/{filed.pk}/facts/", {**values, "company.credit_code": "91320100MA1N0TD339"}, 422
    )
    assert 'id="id_company.credit_code_error"' in refused


# The questionnaire ------------------------------------------------------------------------------------------------


def ask(home: House, role: str, filed: Submission, question: str, data: dict[str, object], status: int = 200) -> str:
    visitor = visit(home, role)
    answer = visitor.client.post(f"/{visitor.desk}/submissions/{filed.pk}/answers/{question}/", data, headers=HTMX)
    tenancy.enter(home.system.tenant)
    text: str = answer.content.decode()
    assert answer.status_code == status, text[:1500]
    return text


def test_every_desk_reads_the_questions_and_only_some_answer(home: House, filed: Submission) -> None:
    for role in EVERYBODY:
        page = visit(home, role).get(f"submissions/{filed.pk}/questions/identity/")
        assert ("hx-post" in page) is (role in WRITERS), role
        assert "Indicative premium" in page
    assert "参考保费" in visit(home, BROKER, "zh").get(f"submissions/{filed.pk}/questions/identity/")


def test_one_answer_brings_the_questions_that_arise_and_a_fresh_indication(home: House, filed: Submission) -> None:
    page = visit(home, BROKER).get(f"submissions/{filed.pk}/questions/history/")
    shown = re.findall(r'name="shown" value="([^"]+)"', page)
    assert "Q051A" in shown
    ask(home, BROKER, filed, "Q051", {"answers.Q051": "0", "shown": shown})
    fewer = [question for question in shown if question != "Q051A"]
    came = ask(home, BROKER, filed, "Q051", {"answers.Q051": "２", "shown": fewer})
    assert 'id="slot-Q051A" hx-swap-oob' in came
    assert 'name="answers.Q051A"' in came
    assert "1 more question arises" in came
    # What the person is typing elsewhere is not touched.
    assert 'id="slot-Q052"' not in came
    assert 'id="panel" hx-swap-oob' in came
    assert 'id="sections"' in came
    gone = ask(home, BROKER, filed, "Q051", {"answers.Q051": "0", "shown": shown})
    assert re.search(r'<div class="slot" id="slot-Q051A" hx-swap-oob="outerHTML"></div>', gone)
    newest = Answer.objects.filter(submission=filed, question="Q051").order_by("-turn").first()
    assert newest is not None
    assert newest.value == "0"
    assert newest.answered_by_name == home[BROKER].name


def test_a_wrong_answer_is_said_at_its_question_and_not_kept(home: House, filed: Submission) -> None:
    before = Answer.objects.count()
    told = ask(home, INSURED, filed, "Q051", {"answers.Q051": "viele"}, 422)
    assert re.search(r'id="error-Q051" hx-swap-oob="outerHTML"><p class="error">.*viele', told)
    ask(home, INSURED, filed, "Q011", {"answers.Q011": "perhaps"}, 422)
    ask(home, INSURED, filed, "Q011", {"answers.Q011": "yes", "scope.Q011": "x" * 201}, 422)
    ask(home, INSURED, filed, "Q011", {"answers.Q011": "yes", "scope.Q011": "a\x00b"}, 422)
    assert Answer.objects.count() == before
    ask(home, INSURED, filed, "Q999", {"answers.Q999": "yes"}, 404)


def test_not_known_is_an_answer(home: House, filed: Submission) -> None:
    ask(home, BROKER, filed, "Q014", {"answers.Q014": "", "unknown.Q014": "unknown"})
    page = visit(home, BROKER).get(f"submissions/{filed.pk}/questions/identity/")
    assert "“not known”" in page
    assert "checked" in re.findall(r'name="unknown.Q014"[^>]*', page)[0]


def test_a_whole_section_is_sent_without_javascript(home: House, filed: Submission) -> None:
    somebody = visit(home, BROKER)
    values = {"answers.Q011": "no", "answers.Q012": "yes", "answers.Q013": "none", "answers.Q014": "3",
              "answers.Q015": "1", "scope.Q011": "总部"}  # fmt: skip
    where = somebody.post(f"submissions/{filed.pk}/questions/identity/", values)
    assert where.endswith("/questions/endpoint/")
    held = {a.question: a for a in Answer.objects.filter(submission=filed).order_by("turn")}
    assert (held["Q011"].value, held["Q011"].scope, held["Q014"].value) == ("no", "总部", "3")
    count = Answer.objects.count()
    refused = somebody.post(f"submissions/{filed.pk}/questions/identity/", {**values, "answers.Q012": "partly",
                                                                           "answers.Q014": "-4"}, 422)  # fmt: skip
    assert "nothing was saved" in refused
    assert 'value="-4"' in refused
    assert Answer.objects.count() == count
    stays = somebody.post(f"submissions/{filed.pk}/questions/identity/", {**values, "then": "stay"})
    assert stays.endswith("/questions/identity/")
    assert Answer.objects.count() == count


def test_evidence_is_kept_shown_to_those_who_may_and_refused_when_it_is_no_document(
    home: House, filed: Submission
) -> None:
    good = SimpleUploadedFile("mfa.pdf", b"%PDF-1.7 screenshots", "application/pdf")
    ask(home, INSURED, filed, "Q011", {"answers.Q011": "yes", "file.Q011": good})
    path = f"submissions/{filed.pk}/answers/Q011/file/"
    assert visit(home, INSURED).raw(path).content.startswith(b"%PDF")
    assert visit(home, UNDERWRITER).raw(path)["Content-Disposition"].startswith("attachment")
    assert visit(home, BROKER).raw(path).status_code == 404
    assert "bears this answer out" in visit(home, BROKER).get(f"submissions/{filed.pk}/questions/identity/")
    # Changing the words about the answer keeps the file, whoever changes them; another answer loses it.
    ask(home, BROKER, filed, "Q011", {"answers.Q011": "yes", "scope.Q011": "VPN"})
    assert visit(home, INSURED).raw(path).status_code == 200
    ask(home, BROKER, filed, "Q011", {"answers.Q011": "no"})
    assert visit(home, INSURED).raw(path).status_code == 404
    bad = SimpleUploadedFile("x.html", b"<html><script>alert(1)</script>", "text/html")
    told = ask(home, INSURED, filed, "Q012", {"answers.Q012": "partly", "file.Q012": bad}, 422)
    assert 'id="error-file-Q012"' in told
    assert File.objects.count() == 1


def test_an_answer_takes_what_was_handed_in_back_into_draft(home: House, filed: Submission) -> None:
    somebody = visit(home, BROKER)
    somebody.post(f"submissions/{filed.pk}/submit/")
    assert "takes it back into draft" in somebody.get(f"submissions/{filed.pk}/questions/identity/")
    ask(home, BROKER, filed, "Q012", {"answers.Q012": "no"})
    filed.refresh_from_db()
    assert filed.status == "draft"


# The submission ---------------------------------------------------------------------------------------------------


def test_every_desk_sees_the_story_in_both_languages(home: House, assessed: Assessment) -> None:
    path = f"submissions/{assessed.submission_id}/"
    for role in EVERYBODY:
        for language in ("en", "zh"):
            page = visit(home, role, language).get(path)
            assert assessed.submission.number in page
            assert str(assessed.pk) in page
        assert assessed.submission.number in visit(home, role).get("submissions/")


def test_the_next_step_follows_the_state(home: House, filed: Submission) -> None:
    somebody, path = visit(home, BROKER), f"submissions/{filed.pk}/"
    assert "Ready to hand in" in somebody.get(path)
    somebody.post(f"{path}submit/")
    assert "Ready to be assessed" in somebody.get(path)
    where = somebody.post(f"{path}assess/")
    assert "/assessments/" in where
    assert "Ready for a quote" in somebody.get(path)
    assert "Assessed" in visit(home, INSURED).get(path)


def test_open_questions_keep_it_from_being_handed_in(home: House) -> None:
    document = submission_document()
    document["answers"] = document["answers"][:3]
    filed = submission.file(document=document, by=home[BROKER], at=AT)
    somebody = visit(home, BROKER)
    assert "Questions are open" in somebody.get(f"submissions/{filed.pk}/")
    refused = somebody.post(f"submissions/{filed.pk}/submit/", {}, 422)
    assert "This was not done" in refused
    filed.refresh_from_db()
    assert filed.status == "draft"


def test_declining_needs_a_reason_and_the_right_role(home: House, filed: Submission) -> None:
    visit(home, BROKER).post(f"submissions/{filed.pk}/submit/")
    path = f"submissions/{filed.pk}/decline/"
    for role in (CLAIMS, PORTFOLIO, SUPERVISOR, BROKER, INSURED):
        visit(home, role).post(path, {"reason": "no"}, 403)
    underwriter = visit(home, UNDERWRITER)
    underwriter.post(path, {"reason": " "}, 422)
    underwriter.post(path, {"reason": "暴露服务未整改"})
    page = visit(home, INSURED).get(f"submissions/{filed.pk}/")
    assert "暴露服务未整改" in page
    assert "Change the facts" not in page
    underwriter.post(path, {"reason": "again"}, 422)
    underwriter.post(f"submissions/{filed.pk}/burn/", {}, 404)


def test_an_inception_that_has_passed_is_told(home: House, filed: Submission, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch, AT + timedelta(days=150))
    assert "has passed" in visit(home, BROKER).get(f"submissions/{filed.pk}/")


# Consent and scan -------------------------------------------------------------------------------------------------


def test_a_consent_is_given_shown_and_withdrawn(home: House, filed: Submission) -> None:
    somebody = visit(home, INSURED)
    new = f"companies/{filed.company_id}/consents/new/"
    assert DOMAIN in somebody.get(new)
    values = {"domains": DOMAIN, "statement": "同意", "until": "2027-06-30"}
    where = somebody.post(new, values)
    made = Consent.objects.get()
    assert where == f"/insured/companies/{filed.company_id}/consents/{made.pk}/"
    path = f"companies/{filed.company_id}/consents/{made.pk}/"
    page = somebody.get(path)
    assert f"_seawall.{DOMAIN}" in page
    assert made.token in page
    assert 'hx-trigger="every' in somebody.get(f"{path}state/")
    somebody.post(f"{path}check/")
    consent.report_verification(consent=made.pk, seen={DOMAIN: "missing"}, by=home.system, at=AT)
    assert "holds something else" in somebody.get(path)
    consent.report_verification(consent=made.pk, seen={DOMAIN: "ok"}, by=home.system, at=AT)
    assert 'hx-trigger="every' not in somebody.get(f"{path}state/")
    visit(home, BROKER).post(f"{path}withdraw/", {}, 403)
    somebody.post(f"{path}withdraw/")
    assert "Withdrawn" in somebody.get(path)
    somebody.post(f"{path}withdraw/", {}, 409)
    somebody.post(f"{path}burn/", {}, 404)


def test_a_consent_that_cannot_be_is_refused_at_its_fields(home: House, filed: Submission) -> None:
    bad = {"domains": "localhost\n10.0.0.1", "statement": " ", "until": "2026-01-01"}
    new = f"companies/{filed.company_id}/consents/new/"
    english, chinese = (visit(home, INSURED, language).post(new, bad, 422) for language in ("en", "zh"))
    for field in ("domains", "statement", "until"):
        assert f'id="id_{field}_error"' in english
        assert f'id="id_{field}_error"' in chinese
    assert "10.0.0.1:" in english
    assert "expected here" in visit(home, INSURED).post(new, {**bad, "until": "soon"}, 422)
    assert not Consent.objects.exists()
    for role in (UNDERWRITER, CLAIMS, SUPERVISOR):
        visit(home, role).post(new, bad, 403)


def test_a_scan_is_ordered_followed_and_read(home: House, filed: Submission, given: Consent) -> None:
    somebody = visit(home, BROKER)
    where = somebody.post(f"submissions/{filed.pk}/scan/")
    order = ScanOrder.objects.get()
    assert where == f"/broker/scans/{order.pk}/"
    assert 'hx-trigger="every 2s"' in somebody.get(f"scans/{order.pk}/")
    assert "You can leave" in somebody.get(f"scans/{order.pk}/")
    again = somebody.post(f"submissions/{filed.pk}/scan/")
    assert again == f"/broker/submissions/{filed.pk}/"
    scan.start(order=order.pk, by=home.system, at=AT)
    scan.tell(order=order.pk, progress={"done": 3, "total": 9, "asset": DOMAIN}, by=home.system, at=AT)
    part = somebody.get(f"scans/{order.pk}/progress/")
    assert "3 / 9" in part
    assert DOMAIN in part
    scan.fail(order=order.pk, error="consent.none_in_force", by=home.system, at=AT)
    assert "Stopped" in somebody.get(f"scans/{order.pk}/")


def test_a_scan_without_consent_is_refused_with_a_sentence(home: House, filed: Submission) -> None:
    somebody = visit(home, BROKER)
    somebody.post(f"submissions/{filed.pk}/scan/")
    assert "tone-bad" in somebody.get(f"submissions/{filed.pk}/")
    assert not ScanOrder.objects.exists()


def test_the_three_states_of_a_check_are_kept_apart(home: House, scanned: ScanOrder) -> None:
    for role in EVERYBODY:
        path = f"scans/{scanned.pk}/"
        found = visit(home, role).get(path)
        assert "SW-MAIL-03" in found
        assert "SW-TLS-01" not in found
        unseen = visit(home, role).get(f"{path}?state=could_not_check")
        assert "SW-TLS-01" in unseen
        assert "No answer came in time" in unseen
        assert "SW-DNS-01" not in unseen
        assert "SW-EXP-01" in visit(home, role).get(f"{path}?state=not_found")


# The assessment ---------------------------------------------------------------------------------------------------


def test_the_loss_model_stays_with_the_office(home: House, assessed: Assessment) -> None:
    path = f"assessments/{assessed.pk}/"
    for role in EVERYBODY:
        page = visit(home, role).get(path)
        document = json.loads(visit(home, role).raw(f"{path}assessment.json").content)
        office = role not in (BROKER, INSURED)
        assert ("Loss a year by cover" in page) is office, role
        assert ("Events a year" in page) is office
        assert ("losses" in document) is office
        assert ("relativities" in document) is office
        assert all(("rate" in s) is office for s in document["scenarios"])
        assert "What to fix first" in page
        assert "Residual risks" in page
        assert str(assessed.seed) in page
    assert "优先整改" in visit(home, INSURED, "zh").get(path)


def test_it_comes_out_the_same_again(home: House, assessed: Assessment) -> None:
    for role in (UNDERWRITER, INSURED):
        where = f"assessments/{assessed.pk}/again/"
        assert "Equal" in visit(home, role).post(where, {}, 200)
    english = visit(home, BROKER)
    answer = english.client.post(f"/broker/assessments/{assessed.pk}/again/", headers=HTMX)
    tenancy.enter(home.system.tenant)
    assert answer.content.decode().lstrip().startswith('<div id="again"')


# Others' --------------------------------------------------------------------------------------------------------


def test_what_belongs_to_others_does_not_exist(
    home: House, assessed: Assessment, scanned: ScanOrder, given: Consent
) -> None:
    stranger = house("dongwu")
    company, filed = assessed.submission.company_id, assessed.submission_id
    reads = (
        f"submissions/{filed}/", f"submissions/{filed}/facts/", f"submissions/{filed}/questions/",
        f"submissions/{filed}/questions/identity/", f"submissions/{filed}/answers/Q011/file/", f"scans/{scanned.pk}/",
        f"scans/{scanned.pk}/progress/", f"assessments/{assessed.pk}/", f"assessments/{assessed.pk}/assessment.json",
        f"companies/{company}/consents/new/", f"companies/{company}/consents/{given.pk}/",
        f"companies/{company}/consents/{given.pk}/state/",
    )  # fmt: skip
    writes = (
        f"submissions/{filed}/submit/", f"submissions/{filed}/scan/", f"submissions/{filed}/answers/Q011/",
        f"assessments/{assessed.pk}/again/", f"companies/{company}/consents/{given.pk}/withdraw/",
    )  # fmt: skip
    for role in (UNDERWRITER, BROKER, INSURED):
        tenancy.enter(stranger.system.tenant)
        visitor = Visitor(stranger, stranger[role])
        for path in reads:
            visitor.get(path, 404 if "new" not in path or role != UNDERWRITER else 403)
        for path in writes:
            answer = visitor.client.post(f"/{visitor.desk}/{path}", {"answers.Q011": "yes", "reason": "x"})
            assert answer.status_code in (403, 404), (role, path, answer.status_code)
        assert assessed.submission.number not in visitor.get("submissions/") or role == UNDERWRITER
    tenancy.enter(home.system.tenant)
    visit(home, PROVIDER).get("submissions/", 404)
