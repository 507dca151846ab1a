"""The questionnaire as a file to fill in: a workbook in one language or both, or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from seawall.core.conditions import Condition, Join, Leaf, judge
from seawall.core.evidence.labels import choices_of, label, label_of
from seawall.core.evidence.questionnaire import Questionnaire, submission_facts
from seawall.core.evidence.questions import Question
from seawall.core.library import Library, ReleaseRef
from seawall.core.submission import Answer, Submission
from seawall.entrypoints.sheets.writing import Ask, Line, Sheet, workbook
from seawall.entrypoints.told import told

LANGUAGES = {"zh": ("zh",), "en": ("en",), "both": ("zh", "en")}
FORMAT = "seawall-questionnaire"
_TITLES = {"zh": "问卷", "en": "Questionnaire"}
_ABOUT = {"zh": "说明", "en": "About"}
HEAD: Mapping[str, Mapping[str, str]] = {
    "id": {"zh": "编号", "en": "ID"},
    "question": {"zh": "问题", "en": "Question"},
    "help": {"zh": "填写说明", "en": "How to answer"},
    "answer": {"zh": "回答", "en": "Answer"},
    "scope": {"zh": "适用范围（可不填）", "en": "What it covers (optional)"},
    "given": {"zh": "上次填报", "en": "Answered before"},
}
KEYS: Mapping[str, Mapping[str, str]] = {
    "questionnaire": {"zh": "问卷编号", "en": "Questionnaire"},
    "submission": {"zh": "投保申请编号", "en": "Submission"},
    "tier": {"zh": "问卷类型", "en": "Form"},
    "how": {"zh": "填写方法", "en": "How to fill it in"},
}
_HOW = {
    "zh": "只在浅黄色单元格中填写；选择题从下拉列表中选取，不清楚的选“不清楚”。留空的问题视为未回答，原有回答保持不变。"
    "不要增删编号列。填好后在问卷页面导入；有问题的单元格会逐一列出，改正之前不会写入任何回答。",
    "en": "Fill in the pale yellow cells only. Choose from the lists, and “Not known” where it is so. A cell left "
    "empty is no answer, and an answer given before stays. Leave the column of ids alone. Then import the file on the "
    "page of the questionnaire: every cell with a problem is told, and nothing is kept until all are mended.",
}


@dataclass(frozen=True, slots=True)
class Blank:
    """What a form is made for: a submission, its library, and whether it takes in what lies beyond its tier."""

    content: Submission
    library: Library
    whole: bool = False

    @property
    def questionnaire(self) -> Questionnaire:
        return self.library.questionnaire

    def questions(self) -> tuple[Question, ...]:
        """Every question that arises or might, once others are answered."""
        facts, questionnaire = submission_facts(self.content), self.questionnaire
        tier, given = questionnaire.tier(facts), self.given()
        return tuple(
            question
            for question in questionnaire.questions
            if question.kind != "fact"
            and (self.whole or questionnaire.asks(tier, question) or question.id in given)
            and judge(_whatever_answered(question.asked_when), facts).value is not False
        )

    def given(self) -> dict[str, Answer]:
        """The answers that count now: to questions that arise."""
        arises = {q.id for q in self.questionnaire.visible(self.content.answers, submission_facts(self.content))}
        return {answer.question: answer for answer in self.content.answers if answer.question in arises}

    def told(self) -> dict[str, str]:
        names = {code: product.name for code, product in self.library.products.items()}
        return told(self.questionnaire, self.content, names)

    def release(self) -> ReleaseRef:
        """Which questionnaire it is."""
        return next(ref for ref in self.library.releases.values() if ref.kind == "questionnaires")


def _whatever_answered(condition: Condition) -> Condition:
    """The condition with every answer not known."""
    if isinstance(condition, Leaf):
        return Leaf(condition.fact, "is", None) if condition.fact.startswith("answer.") else condition
    return Join(condition.how, tuple(_whatever_answered(part) for part in condition.parts))


def as_workbook(blank: Blank, language: str) -> bytes:
    """The form in "zh", "en" or "both", with the answers there are."""
    languages = LANGUAGES[language]
    release = blank.release()
    tier = blank.questionnaire.tier(submission_facts(blank.content))
    about = Sheet(
        label(_ABOUT, languages),
        (),
        [
            Line((label(KEYS["questionnaire"], languages), f"{release.id} {release.version}")),
            Line((label(KEYS["submission"], languages), blank.content.id)),
            Line((label(KEYS["tier"], languages), label(tier.name, languages))),
            Line((label(KEYS["how"], languages), _both(_HOW, languages))),
        ],
        (24, 90),
    )
    lines, section, facts, given = [], "", blank.told(), blank.given()
    for question in sorted((*blank.questionnaire.told(), *blank.questions()), key=blank.questionnaire.questions.index):
        if question.section != section:
            section = question.section
            lines.append(Line(("", label(blank.questionnaire.sections[section], languages)), section=True))
        lines.append(_line(question, given.get(question.id), facts.get(question.id), languages))
    head = [label(text, languages) for text in HEAD.values()]
    form = Sheet(label(_TITLES, languages), head, lines, (9, 56, 56, 38, 28, 24))
    return workbook([form, about], title=f"{blank.content.id} {label(_TITLES, languages)}")


def _line(question: Question, given: Answer | None, fact: str | None, languages: Sequence[str]) -> Line:
    text, help_ = _both(question.text, languages), _both(question.help, languages)
    if question.kind == "fact":
        return Line((question.id, text, help_, fact or "", "", ""))
    number = question.kind == "number"
    ask = Ask(
        label_of(question, given.value, languages) if given else "",
        choices_of(question, languages),
        f"{question.low:f}" if number else "",
        f"{question.high:f}" if number else "",
    )
    before = f"{given.answered_by}, {given.answered_on.isoformat()}" if given else ""
    return Line((question.id, text, help_, ask, Ask(given.scope if given else ""), before))


def _both(text: Mapping[str, str], languages: Sequence[str]) -> str:
    return "\n".join(text[language] for language in languages)


def as_json(blank: Blank) -> bytes:
    """The form as JSON, both languages in it, with the answers there are."""
    release = blank.release()
    given = blank.given()
    document = {
        "format": FORMAT,
        "questionnaire": {"id": release.id, "version": release.version},
        "submission": blank.content.id,
        "tier": blank.questionnaire.tier(submission_facts(blank.content)).id,
        "told": blank.told(),
        "questions": [_question(question, given.get(question.id)) for question in blank.questions()],
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def _question(question: Question, given: Answer | None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": question.id,
        "section": question.section,
        "type": question.kind,
        "text": dict(question.text),
        "help": dict(question.help),
        "required": question.required,
    }
    if question.options:
        shown["options"] = {code: dict(text) for code, text in question.options.items()}
    if question.kind == "number":
        shown["bounds"] = [f"{question.low:f}", f"{question.high:f}"]
    answer = {"value": given.value, "scope": given.scope} if given else {"value": "", "scope": ""}
    return {**shown, "answer": answer}


def kinds() -> dict[str, str]:
    """The files a form can be had as, by code."""
    return {
        "zh": _("Workbook in Chinese"),
        "en": _("Workbook in English"),
        "both": _("Workbook in both languages"),
        "json": _("JSON, for programs"),
    }
