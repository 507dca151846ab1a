"""Filing, editing, answering, submitting, declining and closing: what goes, what does not, and who may."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from seawall.core.problems import Invalid
from seawall.core.status import WrongState
from seawall.lifecycle.identify.actions import submission
from seawall.lifecycle.identify.models import Answer, Submission
from seawall.lifecycle.identify.queries import answers, scope
from seawall.lifecycle.identify.queries.file import newest_answers
from seawall.records import tenancy
from seawall.records.journal.models import Counter, Entry
from seawall.records.parties.actions import organisation as parties
from seawall.records.parties.actions.person import invite
from seawall.records.parties.models import Mandate, Organisation, User
from seawall.records.parties.queries.viewers import of_user
from seawall.records.parties.roles import ADMIN, BROKER, CLAIMS, INSURED, PORTFOLIO, PROVIDER, SUPERVISOR, UNDERWRITER
from seawall.records.parties.viewer import Forbidden, NotFound, Viewer
from seawall.records.vault.actions.file import store_file
from seawall.records.vault.subject import Subject
from tests.factories import AT, House, house, submission_document
from tests.races import at_once

NEW_COMPANY = {"company__name_zh": "新海公司", "company__credit_code": "91310115MA1HTG8L23"}


@pytest.fixture
def home(db: None) -> House:
    return house()


def filed(home: House, role: str = BROKER, **changes: Any) -> Submission:
    return submission.file(document=submission_document(**changes), by=home[role], at=AT)


def another_broker(home: House) -> Viewer:
    made = parties.register(
        kind="broker", names=("别家经纪", "Other Brokers"), country="CN", credit_code="", by=home[ADMIN], at=AT
    )
    invite(email="b@other.example", name="乙", organisation=made, role=BROKER, by=home[ADMIN], at=AT)
    viewer = of_user(User.objects.get(email="b@other.example"))
    assert viewer is not None
    return viewer


def fields(refused: Invalid) -> set[tuple[str, str]]:
    return {(p.field, p.code) for p in refused.problems}


def test_a_broker_files_for_its_client(home: House) -> None:
    made = filed(home)
    assert (made.number, made.status) == ("S-2026-000001", "draft")
    assert made.company == home.organisations["insured"]
    assert made.broker == home.organisations["broker"]
    assert not {"id", "answers", "consent"} & set(made.document)
    assert Answer.objects.filter(submission=made, turn=1).count() == len(submission_document()["answers"])
    entry = Entry.objects.get(verb="submission.file")
    assert (entry.object_id, entry.user_id, entry.new["number"]) == (str(made.pk), home[BROKER].user, made.number)


def test_the_number_is_given_here_so_an_id_may_be_left_out(home: House) -> None:
    made = filed(home, id=None)
    assert scope.submission(home[BROKER], made.pk, at=AT).number == "S-2026-000001"
    assert submission.facts_document(made)["id"] == made.number


def test_a_new_company_is_registered_and_the_filing_broker_gets_its_mandate(home: House) -> None:
    made = filed(home, **NEW_COMPANY)
    assert made.company.credit_code == NEW_COMPANY["company__credit_code"]
    mandate = Mandate.objects.get(client=made.company)
    assert (mandate.broker, mandate.period.lower) == (home.organisations["broker"], AT.date())
    assert mandate.period.upper == AT.date() + timedelta(days=submission.MANDATE_DAYS)
    again = filed(home, **NEW_COMPANY)
    assert (again.company, Mandate.objects.filter(client=made.company).count()) == (made.company, 1)
    told = Entry.objects.exclude(verb="asset.observe").order_by("number")
    verbs = list(told.values_list("verb", flat=True))
    assert verbs[-4:] == ["organisation.register", "mandate.give", "submission.file", "submission.file"]


def test_a_company_abroad_is_known_by_its_name(home: House) -> None:
    abroad: dict[str, Any] = {
        "company__name_zh": None,
        "company__name_en": "Harbour Ltd",
        "company__country": "SG",
        "company__credit_code": None,
    }
    first = filed(home, **abroad)
    assert (first.company.name_zh, first.company.country, first.company.credit_code) == ("Harbour Ltd", "SG", "")
    assert filed(home, **abroad).company == first.company
    abroad["company__country"] = "HK"
    assert filed(home, **abroad).company != first.company
    with pytest.raises(submission.NotYours):
        submission.file(document=submission_document(**abroad), by=another_broker(home), at=AT)


def test_a_broker_cannot_take_a_known_company_by_filing_for_it(home: House) -> None:
    other = another_broker(home)
    with pytest.raises(submission.NotYours) as refused:
        submission.file(document=submission_document(), by=other, at=AT)
    assert refused.value.problems[0].field == "company.credit_code"
    # Nor when nobody holds the mandate: an insured that comes by itself is not a broker's for the asking.
    direct = submission.file(document=submission_document(**NEW_COMPANY), by=home[UNDERWRITER], at=AT)
    with pytest.raises(submission.NotYours):
        submission.file(document=submission_document(**NEW_COMPANY), by=other, at=AT)
    assert not Mandate.objects.filter(client=direct.company).exists()
    with pytest.raises(NotFound):
        scope.submission(other, direct.pk, at=AT)


def test_the_broker_of_record_stays_so_whoever_files(home: House) -> None:
    assert filed(home, INSURED).broker == home.organisations["broker"]
    assert filed(home, UNDERWRITER).broker == home.organisations["broker"]
    assert submission.file(document=submission_document(**NEW_COMPANY), by=home[UNDERWRITER], at=AT).broker is None


def test_an_insured_files_for_itself_alone(home: House) -> None:
    assert filed(home, INSURED).company == home.organisations["insured"]
    with pytest.raises(submission.NotYours):
        filed(home, INSURED, **NEW_COMPANY)
    assert not Organisation.objects.filter(credit_code=NEW_COMPANY["company__credit_code"]).exists()


@pytest.mark.parametrize("role", [CLAIMS, PORTFOLIO, ADMIN, SUPERVISOR, PROVIDER])
def test_who_may_not(home: House, role: str) -> None:
    made = filed(home)
    by = home[role]
    with pytest.raises(Forbidden):
        filed(home, role)
    with pytest.raises(Forbidden):
        submission.edit(submission=made.pk, document=submission_document(), by=by, at=AT)
    with pytest.raises(Forbidden):
        submission.answer(submission=made.pk, answers={"Q011": "no"}, by=by, at=AT)
    with pytest.raises(Forbidden):
        submission.submit(submission=made.pk, by=by, at=AT)
    with pytest.raises(Forbidden):
        submission.decline(submission=made.pk, reason="x", by=by, at=AT)
    with pytest.raises(Forbidden):
        submission.close(submission=made.pk, reason="x", by=by, at=AT)


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"company__credit_code": "91330106MA2KPT7X3A"}, "company.credit_code", "submission.credit_code"),
    ({"company__credit_code": None}, "company.credit_code", "submission.credit_code_missing"),
    ({"company__revenue": "-1"}, "company.revenue", "document.negative"),
    ({"company__revenue": "99999999亿"}, "company.revenue", "document.absurd_amount"),
    ({"company__revenue": "许多"}, "company.revenue", "money.not_an_amount"),
    ({"request__limit": {"amount": 1, "currency": "XYZ"}}, "request.limit", "money.unknown_currency"),
    ({"currency": "ABC"}, "currency", "money.unknown_currency"),
    ({"company__domains": ["93.184.216.34"]}, "company.domains.0", "host.address"),
    ({"company__domains": ["ok.example", "[::1]"]}, "company.domains.1", "host.address"),
    ({"company__domains": ["intranet.local"]}, "company.domains.0", "host.private"),
    ({"company__domains": ["localhost"]}, "company.domains.0", "host.private"),
    ({"company__domains": ["com.cn"]}, "company.domains.0", "host.shared_suffix"),
    ({"request__inception": "2026-11-23"}, "request.inception", "submission.inception_past"),
    (
        {
            "consent": {
                "domains": ["yunpiaotong.example"],
                "by": "王建国",
                "valid_from": "2025-11-20",
                "valid_until": "2026-11-20",
            }
        },
        "consent.valid_until",
        "submission.consent_expired",
    ),
    (
        {"answers": [{"question": "Q777", "value": "yes", "answered_by": "甲", "answered_on": "2026-11-20"}]},
        "answers.Q777",
        "questionnaire.unknown_question",
    ),
    (
        {"answers": [{"question": "Q011", "value": "maybe", "answered_by": "甲", "answered_on": "2026-11-20"}]},
        "answers.Q011",
        "questionnaire.choice",
    ),
]


@pytest.mark.parametrize(("changes", "field", "code"), BAD, ids=[f"{field}-{code}" for _, field, code in BAD])
def test_bad_input_is_told_at_its_field_and_leaves_nothing(
    home: House, changes: dict[str, Any], field: str, code: str
) -> None:
    entries, organisations = Entry.objects.count(), Organisation.objects.count()
    with pytest.raises(Invalid) as refused:
        filed(home, **changes)
    assert (field, code) in fields(refused.value)
    assert not Submission.objects.exists()
    assert not Answer.objects.exists()
    assert not Counter.objects.exists()
    assert (Entry.objects.count(), Organisation.objects.count()) == (entries, organisations)


def test_every_problem_is_told_at_once(home: House) -> None:
    wrong: dict[str, Any] = {
        "company__credit_code": "1",
        "company__revenue": "-5",
        "company__domains": ["10.0.0.1"],
        "request__limit": 0,
        "consent": None,
    }
    with pytest.raises(Invalid) as refused:
        filed(home, **wrong)
    assert {p.field for p in refused.value.problems} == {
        "company.credit_code",
        "company.revenue",
        "company.domains.0",
        "request.limit",
    }
    for nonsense in ([], "text", None, {}):
        with pytest.raises(Invalid):
            submission.file(document=nonsense, by=home[BROKER], at=AT)  # type: ignore[arg-type]


def test_editing_replaces_the_facts_and_keeps_the_answers(home: House) -> None:
    made = filed(home)
    changed = submission_document(company__employees=500)
    submission.edit(submission=made.pk, document=changed, by=home[INSURED], at=AT)
    made.refresh_from_db()
    assert made.document["company"]["employees"] == 500
    assert len(newest_answers(made)) == len(changed["answers"])
    entry = Entry.objects.get(verb="submission.edit")
    assert entry.old["document"]["company"]["employees"] != entry.new["document"]["company"]["employees"] == 500
    with pytest.raises(submission.NotYours):
        submission.edit(submission=made.pk, document=submission_document(**NEW_COMPANY), by=home[BROKER], at=AT)
    with pytest.raises(Invalid) as refused:
        submission.edit(submission=made.pk, document=submission_document(company__revenue="-1"), by=home[BROKER], at=AT)
    assert fields(refused.value) == {("company.revenue", "document.negative")}
    made.refresh_from_db()
    assert made.document["company"]["employees"] == 500


def test_a_submitted_submission_that_is_changed_is_a_draft_again(home: House) -> None:
    made = filed(home)
    submission.submit(submission=made.pk, by=home[BROKER], at=AT)
    with pytest.raises(WrongState):
        submission.submit(submission=made.pk, by=home[BROKER], at=AT)
    submission.edit(submission=made.pk, document=submission_document(company__employees=5), by=home[BROKER], at=AT)
    assert Submission.objects.get().status == "draft"
    submission.submit(submission=made.pk, by=home[INSURED], at=AT)
    submission.answer(submission=made.pk, answers={"Q011": "no"}, by=home[BROKER], at=AT)
    assert Submission.objects.get().status == "draft"
    entry = Entry.objects.filter(verb="questionnaire.answer").get()
    assert entry.old == {"status": "submitted", "Q011": "yes"}
    assert entry.new == {"status": "draft", "Q011": "no"}


def test_the_newest_answer_wins_and_the_earlier_ones_stay(home: House) -> None:
    made = filed(home)
    for value in ("no", "partly", "yes"):
        submission.answer(submission=made.pk, answers={"Q011": value}, scope_words="总部", by=home[INSURED], at=AT)
    assert newest_answers(made)["Q011"].value == "yes"
    told = answers.history(home[UNDERWRITER], made.pk, "Q011", at=AT)
    assert [(a.turn, a.value) for a in told] == [(4, "yes"), (3, "partly"), (2, "no"), (1, "yes")]
    assert [a.answered_by_name for a in told] == ["insured"] * 3 + ["信息安全部 李敏"]
    assert answers.answers_of(home[BROKER], made.pk, at=AT)["Q011"].scope == "总部"


def test_the_same_answer_on_the_same_day_is_kept_once(home: House) -> None:
    made = filed(home)
    for _ in range(2):
        submission.answer(submission=made.pk, answers={"Q011": " no "}, by=home[INSURED], at=AT)
    assert Answer.objects.filter(submission=made, question="Q011").count() == 2
    assert Entry.objects.filter(verb="questionnaire.answer").count() == 1
    submission.answer(submission=made.pk, answers={"Q011": "no"}, by=home[INSURED], at=AT + timedelta(days=1))
    assert Answer.objects.filter(submission=made, question="Q011").count() == 3


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"Q011": "maybe"}, "questionnaire.choice"),
        ({"Q014": "-3"}, "questionnaire.number"),
        ({"Q014": "many"}, "questionnaire.number"),
        ({"Q777": "yes"}, "questionnaire.unknown_question"),
        ({"Q011": "  "}, "document.blank"),
        ({"Q011": "x" * 3000}, "document.too_long"),
        ({"Q011": "yes\x00"}, "document.unreadable"),
        ({"Q030": "none", "Q031": "part"}, "questionnaire.not_asked"),
    ],
)
def test_answers_that_do_not_fit(home: House, given: dict[str, str], code: str) -> None:
    made = filed(home)
    before = Answer.objects.count()
    good = {"Q012": "yes"}
    with pytest.raises(Invalid) as refused:
        submission.answer(submission=made.pk, answers=given | good, by=home[INSURED], at=AT)
    wrong = list(given)[-1]
    assert fields(refused.value) == {(f"answers.{wrong}", code)}
    assert Answer.objects.count() == before


def test_answers_with_nothing_in_them_or_too_wide_a_scope(home: House) -> None:
    made = filed(home)
    with pytest.raises(Invalid) as refused:
        submission.answer(submission=made.pk, answers={}, scope_words="x" * 201, by=home[INSURED], at=AT)
    assert fields(refused.value) == {("answers", "document.missing"), ("scope", "document.too_long")}
    with pytest.raises(Invalid) as refused:
        submission.answer(submission=made.pk, answers={"Q011": "no"}, scope_words="\x07", by=home[INSURED], at=AT)
    assert fields(refused.value) == {("scope", "document.unreadable")}


def test_a_file_behind_an_answer_is_of_this_submission_and_hidden_from_the_broker(home: House) -> None:
    made, other = filed(home), filed(home)
    subject = Subject.of(made)
    file = store_file(subject=subject, name="演练.txt", content=b"exercise", by=home[INSURED], at=AT)
    submission.answer(submission=made.pk, answers={"Q035": "exercised"}, file=file.pk, by=home[INSURED], at=AT)
    seen = answers.answers_of(home[UNDERWRITER], made.pk, at=AT)["Q035"]
    assert (seen.file, seen.backed) == (file.pk, True)
    hidden = answers.answers_of(home[BROKER], made.pk, at=AT)["Q035"]
    assert (hidden.file, hidden.backed) == (None, True)
    office = store_file(subject=subject, name="note.txt", content=b"internal", by=home[UNDERWRITER], at=AT)
    unused = store_file(subject=subject, name="b.txt", content=b"unused", by=home[INSURED], at=AT)
    for wrong, by in ((office.pk, home[INSURED]), (unused.pk, home[BROKER]), (uuid4(), home[UNDERWRITER])):
        with pytest.raises(NotFound):
            submission.answer(submission=made.pk, answers={"Q011": "no"}, file=wrong, by=by, at=AT)
    with pytest.raises(NotFound):
        submission.answer(submission=other.pk, answers={"Q011": "no"}, file=file.pk, by=home[INSURED], at=AT)
    # A file that bears out an answer already stays behind its next turn, whoever gives it.
    submission.answer(submission=made.pk, answers={"Q035": "written"}, file=file.pk, by=home[BROKER], at=AT)
    assert newest_answers(made)["Q035"].file_id == file.pk


def test_an_unfinished_questionnaire_cannot_be_submitted(home: House) -> None:
    document = submission_document()
    document["answers"] = [a for a in document["answers"] if a["question"] not in {"Q012", "Q016"}]
    made = submission.file(document=document, by=home[BROKER], at=AT)
    with pytest.raises(submission.Incomplete) as refused:
        submission.submit(submission=made.pk, by=home[BROKER], at=AT)
    assert fields(refused.value) == {
        ("answers", "submission.incomplete"),
        ("answers.Q012", "questionnaire.not_answered"),
        ("answers.Q016", "questionnaire.not_answered"),
    }
    assert refused.value.problems[0].params == {"count": 2, "questions": "Q012, Q016"}
    state = answers.questionnaire(home[INSURED], made.pk, at=AT)
    assert state.progress.asked - state.progress.answered == 2
    assert dict(state.sections)["identity"][0].answer is not None
    submission.answer(submission=made.pk, answers={"Q012": "unknown", "Q016": "all"}, by=home[INSURED], at=AT)
    assert answers.questionnaire(home[INSURED], made.pk, at=AT).progress.complete
    assert submission.submit(submission=made.pk, by=home[BROKER], at=AT).status == "submitted"


def test_an_old_draft_can_be_opened_but_not_submitted(home: House) -> None:
    made = filed(home)
    late = AT + timedelta(days=400)
    with tenancy.inside(home[ADMIN].tenant):
        parties.mandate(
            broker=home.organisations["broker"],
            client=home.organisations["insured"],
            start=date(2029, 1, 1),
            end=date(2030, 1, 1),
            by=home[ADMIN],
            at=AT,
        )
    assert answers.questionnaire(home[BROKER], made.pk, at=late).progress.complete
    submission.answer(submission=made.pk, answers={"Q011": "no"}, by=home[BROKER], at=late)
    with pytest.raises(Invalid) as refused:
        submission.submit(submission=made.pk, by=home[BROKER], at=late)
    assert fields(refused.value) == {("request.inception", "submission.inception_past")}


def test_declining_needs_a_reason_and_is_final(home: House) -> None:
    made = filed(home)
    with pytest.raises(WrongState):
        submission.decline(submission=made.pk, reason="x", by=home[UNDERWRITER], at=AT)
    submission.submit(submission=made.pk, by=home[BROKER], at=AT)
    with pytest.raises(submission.NoReason):
        submission.decline(submission=made.pk, reason=" ", by=home[UNDERWRITER], at=AT)
    for role in (BROKER, INSURED):
        with pytest.raises(Forbidden):
            submission.decline(submission=made.pk, reason="x", by=home[role], at=AT)
    declined = submission.decline(submission=made.pk, reason=" 超出承保偏好 ", by=home[UNDERWRITER], at=AT)
    assert (declined.status, declined.reason) == ("declined", "超出承保偏好")
    assert Entry.objects.get(verb="submission.decline").reason == "超出承保偏好"
    with pytest.raises(WrongState):
        submission.answer(submission=made.pk, answers={"Q011": "no"}, by=home[BROKER], at=AT)
    with pytest.raises(WrongState):
        submission.edit(submission=made.pk, document=submission_document(), by=home[BROKER], at=AT)


def test_closing(home: House) -> None:
    made = filed(home)
    with pytest.raises(submission.NoReason):
        submission.close(submission=made.pk, reason="", by=home[BROKER], at=AT)
    assert submission.close(submission=made.pk, reason="客户撤回", by=home[BROKER], at=AT).status == "closed"
    with pytest.raises(WrongState):
        submission.close(submission=made.pk, reason="again", by=home[BROKER], at=AT)


def test_a_submission_of_another_house_or_another_broker_is_not_there(home: House) -> None:
    made = filed(home)
    strangers = [another_broker(home), house("other")[UNDERWRITER], house("third")[BROKER]]
    tenancy.enter(tenancy.EVERY)
    for by in strangers:
        with pytest.raises(NotFound):
            submission.edit(submission=made.pk, document=submission_document(), by=by, at=AT)
        with pytest.raises(NotFound):
            submission.answer(submission=made.pk, answers={"Q011": "no"}, by=by, at=AT)
        with pytest.raises(NotFound):
            submission.submit(submission=made.pk, by=by, at=AT)
        with pytest.raises(NotFound):
            submission.close(submission=made.pk, reason="x", by=by, at=AT)
        with pytest.raises(NotFound):
            answers.questionnaire(by, made.pk, at=AT)
        assert not scope.submissions(by, at=AT).exists()
    assert list(scope.submissions(home[SUPERVISOR], at=AT)) == [made]
    assert not scope.submissions(home[PROVIDER], at=AT).exists()


def test_a_mandate_that_has_ended_shows_nothing_any_more(home: House) -> None:
    made = filed(home)
    later = AT.replace(year=2029, month=2)
    assert not scope.submissions(home[BROKER], at=later).exists()
    with pytest.raises(NotFound):
        submission.submit(submission=made.pk, by=home[BROKER], at=later)


@pytest.mark.django_db(transaction=True)
def test_two_brokers_at_once_for_one_new_company() -> None:
    home = house()
    other = another_broker(home)
    document = submission_document(**NEW_COMPANY)

    def file(by: Viewer) -> Any:
        return lambda: submission.file(document=copy.deepcopy(document), by=by, at=AT)

    outcomes = at_once(home[ADMIN].tenant, file(home[BROKER]), file(other))
    assert sorted(type(found).__name__ for found in outcomes) == ["NotYours", "Submission"]
    assert Organisation.objects.filter(credit_code=NEW_COMPANY["company__credit_code"]).count() == 1
    assert Mandate.objects.filter(client__credit_code=NEW_COMPANY["company__credit_code"]).count() == 1
    assert [s.number for s in Submission.objects.all()] == ["S-2026-000001"]


@pytest.mark.django_db(transaction=True)
def test_answers_at_once_take_turns() -> None:
    home = house()
    made = filed(home)

    def say(role: str, value: str) -> Any:
        return lambda: submission.answer(submission=made.pk, answers={"Q011": value}, by=home[role], at=AT)

    outcomes = at_once(home[ADMIN].tenant, say(BROKER, "no"), say(INSURED, "partly"), say(UNDERWRITER, "unknown"))
    assert all(isinstance(found, Submission) for found in outcomes)
    turns = Answer.objects.filter(submission=made, question="Q011").order_by("turn").values_list("turn", flat=True)
    assert list(turns) == [1, 2, 3, 4]


@pytest.mark.django_db(transaction=True)
def test_submitting_twice_at_once_submits_once() -> None:
    home = house()
    made = filed(home)
    works = [lambda: submission.submit(submission=made.pk, by=home[BROKER], at=AT)] * 2
    outcomes = at_once(home[ADMIN].tenant, *works)
    assert sorted(type(found).__name__ for found in outcomes) == ["Submission", "WrongState"]
    assert Entry.objects.filter(verb="submission.submit").count() == 1
