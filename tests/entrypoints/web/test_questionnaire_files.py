"""Beside the questionnaire: files out and in, forms of others, the history of an answer, what was seen from outside."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from seawall.core.evidence.items import Finding
from seawall.core.evidence.questions import FORMS
from seawall.core.problems import Invalid
from seawall.entrypoints.sheets.importing import bring_in, form_file
from seawall.lifecycle.identify.actions import consent, scan, submission
from seawall.lifecycle.identify.actions.answers import Reply, give
from seawall.lifecycle.identify.models import Answer, Submission
from seawall.lifecycle.identify.queries import answers
from seawall.lifecycle.identify.queries.file import filed as content_of
from seawall.records import tenancy
from seawall.records.journal.models import Entry
from seawall.records.parties.roles import BROKER, CLAIMS, INSURED, PORTFOLIO, SUPERVISOR, UNDERWRITER
from seawall.records.vault.actions.file import store_file
from seawall.records.vault.subject import Subject
from tests.entrypoints.web.visits import visit
from tests.factories import AT, House, house, submission_document

EVERYBODY = (UNDERWRITER, CLAIMS, PORTFOLIO, SUPERVISOR, BROKER, INSURED)
DOMAIN = "yunpiaotong.example"
SMALL = {"request__product": "sme", "company__records_held": 5000, "company__revenue": "3000万"}


@pytest.fixture
def filed(home: House) -> Submission:
    return submission.file(document=submission_document(), by=home[BROKER], at=AT)


def seen(home: House, filed: Submission, *findings: Finding) -> None:
    """A finished scan with these findings."""
    until = (AT + timedelta(days=300)).date()
    made = consent.give(
        company=filed.company_id, domains=[DOMAIN], statement="同意外部检测", until=until, by=home[INSURED], at=AT
    )
    consent.report_verification(consent=made.pk, seen={DOMAIN: "ok"}, by=home.system, at=AT)
    order = scan.order(
        company=filed.company_id, domains=[DOMAIN], purpose="assess", submission=filed.pk, by=home[BROKER], at=AT
    )
    scan.start(order=order.pk, by=home.system, at=AT)
    scan.report(order=order.pk, findings=list(findings), assets=[], by=home.system, at=AT)


def sent(home: House, role: str, filed: Submission, content: bytes, status: int = 302) -> str:
    visitor = visit(home, role)
    file = SimpleUploadedFile("form.xlsx", content)
    answer = visitor.client.post(f"/{visitor.desk}/submissions/{filed.pk}/forms/", {"file": file})
    tenancy.enter(home.system.tenant)
    text: str = answer.content.decode()
    assert answer.status_code == status, text[:1500]
    return text


def workbook(home: House, filed: Submission, **changed: str) -> bytes:
    """The form as it is handed out, with some answers written into it."""
    _name, content = form_file(home[BROKER], filed.pk, "en", whole=False, at=AT)
    book = load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    rows = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
    for question, value in changed.items():
        sheet.cell(rows[question], 4).value = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_everybody_of_the_circle_gets_the_form_and_only_some_bring_it_back(home: House, filed: Submission) -> None:
    for role in EVERYBODY:
        page = visit(home, role).get(f"submissions/{filed.pk}/forms/")
        assert ('type="file"' in page) is (role in (UNDERWRITER, BROKER, INSURED)), role
        for kind in ("zh", "en", "both"):
            got = visit(home, role).raw(f"submissions/{filed.pk}/forms/file/{kind}/")
            assert load_workbook(BytesIO(got.content)).worksheets[0].max_row > 40
        assert json.loads(visit(home, role).raw(f"submissions/{filed.pk}/forms/file/json/").content)["questions"]
    content = workbook(home, filed, Q011="No")
    sent(home, CLAIMS, filed, content, 403)
    assert visit(home, BROKER).raw(f"submissions/{filed.pk}/forms/file/exe/").status_code == 404


def test_a_filled_in_workbook_is_brought_in_once_under_the_name_of_whoever_brings_it(
    home: House, filed: Submission
) -> None:
    content = workbook(home, filed, Q011="No", Q020="3")
    before = Answer.objects.filter(submission=filed).count()
    sent(home, INSURED, filed, content)
    fresh = {a.question: a for a in Answer.objects.filter(submission=filed, turn=2)}
    assert {q: (a.value, a.answered_by_name) for q, a in fresh.items()} == {
        "Q011": ("no", home[INSURED].name),
        "Q020": ("3", home[INSURED].name),
    }
    entry = Entry.objects.filter(verb="questionnaire.answer").get()
    assert entry.new == {"status": "draft", "Q011": "no", "Q020": "3"}
    sent(home, INSURED, filed, content)
    assert Answer.objects.filter(submission=filed).count() == before + 2


def test_one_problem_keeps_everything_out_and_is_shown_at_its_cell(home: House, filed: Submission) -> None:
    before = Answer.objects.count()
    page = sent(home, INSURED, filed, workbook(home, filed, Q011="No", Q020="soon", Q030="=1+1"), 422)
    assert "Nothing was brought in" in page
    assert len(re.findall(r'<th scope="row">Questionnaire!D\d+</th>', page)) == 2
    assert "“soon” is not a number" in page
    assert Answer.objects.count() == before
    page = sent(home, INSURED, filed, b"PK\x03\x04 nothing", 422)
    assert "not a workbook" in page
    assert "请另存为" in visit(home, INSURED, "zh").post(
        f"submissions/{filed.pk}/forms/", {"file": SimpleUploadedFile("x.xlsx", b"MZ")}, 422
    )


def test_an_answer_that_stays_keeps_its_evidence_through_a_file(home: House, filed: Submission) -> None:
    file = store_file(subject=Subject.of(filed), name="a.txt", content=b"drill", by=home[INSURED], at=AT)
    until = (AT + timedelta(days=100)).date()
    give(
        submission=filed.pk, replies={"Q035": Reply("exercised", "", file.pk, until)}, by=home[INSURED], at=AT
    )  # fmt: skip
    document = json.loads(form_file(home[INSURED], filed.pk, "json", whole=False, at=AT)[1])
    for entry in document["questions"]:
        if entry["id"] == "Q035":
            entry["answer"]["scope"] = "总部"
    assert bring_in(submission=filed.pk, content=json.dumps(document).encode(), by=home[INSURED], at=AT) == 1
    newest = Answer.objects.filter(submission=filed, question="Q035").order_by("-turn")[0]
    assert (newest.scope, newest.file_id, newest.evidence_until) == ("总部", file.pk, until)


def test_a_closed_submission_takes_no_file(home: House, filed: Submission) -> None:
    content = workbook(home, filed, Q011="No")
    submission.close(submission=filed.pk, reason="撤回", by=home[BROKER], at=AT)
    page = sent(home, BROKER, filed, content, 422)
    assert "Nothing was brought in" in page


@pytest.mark.parametrize("framework", FORMS)
def test_the_answers_fill_the_forms_of_others(home: House, filed: Submission, framework: str) -> None:
    for role, language in ((UNDERWRITER, "en"), (INSURED, "zh"), (BROKER, "en")):
        page = visit(home, role, language).get(f"submissions/{filed.pk}/forms/{framework}/")
        assert ("Heading" in page) is (language == "en")
        assert "Q011" in page
    table = visit(home, BROKER).raw(f"submissions/{filed.pk}/forms/{framework}/?export=csv").content.decode("utf-8-sig")
    sheet = visit(home, BROKER).raw(f"submissions/{filed.pk}/forms/{framework}/?export=xlsx").content
    book = load_workbook(BytesIO(sheet))
    assert table.count("\n") >= book.worksheets[0].max_row > 20
    assert visit(home, BROKER).raw(f"submissions/{filed.pk}/forms/sox/").status_code == 404


def test_a_small_company_is_asked_the_short_form_and_may_answer_more(home: House) -> None:
    document = submission_document(**SMALL)
    document["answers"] = []
    small = submission.file(document=document, by=home[BROKER], at=AT)
    form = answers.questionnaire(home[BROKER], small.pk, at=AT)
    assert (form.tier.id, form.progress.asked) == ("express", 18)
    page = visit(home, BROKER).get(f"submissions/{small.pk}/questions/identity/")
    assert "Express form" in page
    assert 'name="answers.Q015"' not in page
    assert visit(home, BROKER).raw(f"submissions/{small.pk}/questions/supplier/").status_code == 404
    whole = visit(home, BROKER).get(f"submissions/{small.pk}/questions/supplier/?whole=1")
    assert 'name="answers.Q039"' in whole
    assert 'name="whole"' in whole
    give(submission=small.pk, replies={"Q039": Reply("yes")}, by=home[BROKER], at=AT)
    more = answers.questionnaire(home[BROKER], small.pk, at=AT)
    assert more.further == form.further - 1
    assert more.progress == form.progress
    # It is shown from now on, and it counts.
    assert 'name="answers.Q039"' in visit(home, BROKER).get(f"submissions/{small.pk}/questions/supplier/")
    supplier = answers.asking(home[BROKER], small.pk, at=AT).beliefs["supplier_management"]
    assert supplier.seen


def test_what_was_seen_stands_in_for_an_answer_and_beside_one_it_contradicts(home: House, filed: Submission) -> None:
    seen(home, filed, Finding("SW-EXP-01", DOMAIN, "found", "critical", AT, {"port": 3389}))
    give(submission=filed.pk, replies={"Q022": Reply("unknown")}, by=home[INSURED], at=AT)
    for role in (INSURED, UNDERWRITER):
        page = visit(home, role).get(f"submissions/{filed.pk}/questions/network/")
        assert "used in place of the answer" in page
        assert DOMAIN in page
    give(submission=filed.pk, replies={"Q022": Reply("no")}, by=home[INSURED], at=AT)
    told = visit(home, INSURED).get(f"submissions/{filed.pk}/questions/network/")
    assert "falls short of this answer" in told
    assert "change the answer" in told
    asked = visit(home, UNDERWRITER).get(f"submissions/{filed.pk}/questions/network/")
    assert "no proof of a false statement" in asked
    visitor = visit(home, INSURED)
    fresh = visitor.client.post(
        f"/{visitor.desk}/submissions/{filed.pk}/answers/Q022/", {"answers.Q022": "yes"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert re.search(r'<div id="seen-Q022" hx-swap-oob="outerHTML">\s*</div>', fresh)


def test_evidence_runs_out_and_weighs_less_then(home: House, filed: Submission) -> None:
    file = store_file(subject=Subject.of(filed), name="a.txt", content=b"drill", by=home[INSURED], at=AT)
    until = (AT + timedelta(days=10)).date()
    give(submission=filed.pk, replies={"Q011": Reply("yes", "", file.pk, until)}, by=home[INSURED], at=AT)
    page = visit(home, INSURED).get(f"submissions/{filed.pk}/questions/identity/")
    assert "counts until 4 Dec" in page or "counts until" in page
    library = answers.asking(home[INSURED], filed.pk, at=AT).library

    def reliability(days: int) -> float:
        day = (AT + timedelta(days=days)).date()
        now = answers.asking(home[UNDERWRITER], filed.pk, at=AT + timedelta(days=days))
        pieces = now.beliefs["mfa_remote"].evidence
        assert content_of(filed, as_of=day)
        return next(piece.reliability for piece in pieces if piece.ref == "answer:Q011")

    questionnaire = library.questionnaire
    assert reliability(10) == questionnaire.reliability_with_file
    assert reliability(11) == questionnaire.reliability
    for reply, code in (
        (Reply("yes", "", None, until), "answer.until_without_file"),
        (Reply("yes", "", file.pk, (AT - timedelta(days=1)).date()), "answer.evidence_out_of_date"),
    ):
        with pytest.raises(Invalid) as refused:
            give(submission=filed.pk, replies={"Q012": reply}, by=home[INSURED], at=AT)
        assert [(p.field, p.code) for p in refused.value.problems] == [("until.Q012", code)]


def test_the_last_day_of_a_file_is_set_on_the_page(home: House, filed: Submission) -> None:
    def post(role: str, data: dict[str, Any], status: int = 200) -> str:
        visitor = visit(home, role)
        answer = visitor.client.post(
            f"/{visitor.desk}/submissions/{filed.pk}/answers/Q011/", data,
            headers={"HX-Request": "true", "HX-Trigger-Name": "until.Q011"},
        )  # fmt: skip
        tenancy.enter(home.system.tenant)
        assert answer.status_code == status
        text: str = answer.content.decode()
        return text

    good = SimpleUploadedFile("mfa.pdf", b"%PDF-1.7 screenshots", "application/pdf")
    assert 'name="until.Q011"' in post(INSURED, {"answers.Q011": "yes", "file.Q011": good})
    day = (AT + timedelta(days=30)).date()
    assert 'id="evidence-Q011"' in post(INSURED, {"answers.Q011": "yes", "until.Q011": day.isoformat()})
    newest = Answer.objects.filter(submission=filed, question="Q011").order_by("-turn")[0]
    assert newest.evidence_until == day
    told = post(INSURED, {"answers.Q011": "yes", "until.Q011": "2020-01-01"}, 422)
    assert "The evidence ended on 2020-01-01" in told
    assert 'id="error-file-Q011"' in post(INSURED, {"answers.Q011": "yes", "until.Q011": "soon"}, 422)
    # Another file does not inherit the day of the one before.
    other = SimpleUploadedFile("new.pdf", b"%PDF-1.7 newer", "application/pdf")
    post(INSURED, {"answers.Q011": "yes", "until.Q011": day.isoformat(), "file.Q011": other})
    newest = Answer.objects.filter(submission=filed, question="Q011").order_by("-turn")[0]
    assert newest.evidence_until is None


def test_the_history_of_an_answer_names_who_said_what_and_when(home: House, filed: Submission) -> None:
    give(submission=filed.pk, replies={"Q011": Reply("no", "总部")}, by=home[INSURED], at=AT)
    page = visit(home, BROKER).get(f"submissions/{filed.pk}/questions/identity/")
    assert f"submissions/{filed.pk}/answers/Q011/history/" in page
    assert f"submissions/{filed.pk}/answers/Q012/history/" not in page
    for role in EVERYBODY:
        told = visit(home, role).get(f"submissions/{filed.pk}/answers/Q011/history/")
        assert told.index(home[INSURED].name) < told.index("信息安全部 李敏")
        assert "总部" in told
    assert visit(home, BROKER).raw(f"submissions/{filed.pk}/answers/Q999/history/").status_code == 404


def test_a_declaration_is_due_again_after_a_change(home: House, filed: Submission) -> None:
    later = AT + timedelta(minutes=1)
    path = f"submissions/{filed.pk}/questions/declaration/"
    assert "since this declaration" not in visit(home, INSURED).get(path)
    give(submission=filed.pk, replies={"Q011": Reply("no")}, by=home[INSURED], at=later)
    assert "1 answer has changed since this declaration" in visit(home, INSURED).get(path)
    give(submission=filed.pk, replies={"Q056": Reply("signed")}, by=home[INSURED], at=later + timedelta(minutes=1))
    assert "since this declaration" not in visit(home, INSURED).get(path)


def test_what_is_foreign_does_not_exist(home: House, filed: Submission) -> None:
    other = house("lanhai", credit_code="")
    tenancy.enter(home.system.tenant)
    for path in ("forms/", "forms/csf2/", "forms/file/en/", "answers/Q011/history/"):
        for role in (UNDERWRITER, BROKER, INSURED):
            assert visit(other, role).raw(f"submissions/{filed.pk}/{path}").status_code == 404
