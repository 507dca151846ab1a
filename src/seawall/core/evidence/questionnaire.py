"""A questionnaire: its questions in order, which of them arise, and how far the answers have got."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from seawall.core.conditions import ALWAYS, Condition, Leaf, facts_named, judge
from seawall.core.documents import Node
from seawall.core.evidence.controls import LEAST_RELIABILITY, ControlPrior
from seawall.core.evidence.questions import Question, read_question
from seawall.core.evidence.tiers import Tier, read_tiers, tier_of
from seawall.core.problems import Collector, Problem
from seawall.core.submission.model import Answer, Submission
from seawall.core.texts import Text

_ANSWER = "answer."


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of required questions that arise: `answered` of `asked`, `unknown` of those answered "unknown"."""

    answered: int
    asked: int
    unknown: int

    @property
    def complete(self) -> bool:
        return self.answered == self.asked


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Questions in order, by section.

    An answer counts as evidence with `reliability`, or `reliability_with_file` while a file bears it out, for
    `shelf_life` from the day it was given. A file without a last day of its own bears it out for `file_life`.
    """

    sections: Mapping[str, Text]
    questions: tuple[Question, ...]
    reliability: float
    reliability_with_file: float
    shelf_life: timedelta
    file_life: timedelta | None
    tiers: tuple[Tier, ...]

    @classmethod
    def load(cls, document: Mapping[str, Any], controls: Mapping[str, ControlPrior] | None = None) -> Questionnaire:
        """From the body of a `questionnaires` document; raises `Invalid` with everything wrong in it.

        A condition may look at answers of earlier questions only, may ask only for answers that exist, and must be
        able to hold. When `controls` are given, answers may speak only of these.
        """
        problems = Collector()
        node = Node(document, problems=problems)
        node.only("sections", "reliability", "shelf_life_days", "file_life_days", "tiers", "questions")
        sections = node.child("sections")
        weights = node.child("reliability")
        weights.only("plain", "with_file")
        tiers = read_tiers(node, _tier_problems)
        known = [tier.id for tier in tiers]
        questions = tuple(read_question(entry, sections.value, controls, known) for entry in node.children("questions"))
        questionnaire = cls(
            sections={name: sections.text(name) for name in sections.value},
            questions=questions,
            reliability=weights.number("plain", LEAST_RELIABILITY, 1),
            reliability_with_file=weights.number("with_file", LEAST_RELIABILITY, 1),
            shelf_life=timedelta(days=node.integer("shelf_life_days", 1, 3660)),
            file_life=timedelta(days=node.integer("file_life_days", 1, 3660)) if "file_life_days" in node else None,
            tiers=tiers,
        )
        problems.extend(_branching_problems(questions))
        problems.raise_if_any()
        return questionnaire

    def question(self, question_id: str) -> Question | None:
        return next((question for question in self.questions if question.id == question_id), None)

    def visible(self, answers: Iterable[Answer], facts: Mapping[str, Any]) -> tuple[Question, ...]:
        """The questions that arise and take an answer, in order, whatever the tier.

        A question whose condition looks at an answer not given (or no longer asked for) waits; one whose condition
        looks at a fact that is not known is asked, so that nothing is left out for want of knowledge.
        """
        given = {answer.question: answer.value for answer in answers}
        known = dict(facts)
        shown = []
        for question in self.questions:
            verdict = judge(question.asked_when, known)
            waits = any(name.startswith(_ANSWER) for name in verdict.missing)
            if question.kind != "fact" and (verdict.value or (verdict.value is None and not waits)):
                shown.append(question)
                if question.id in given and question.problem(given[question.id], "") is None:
                    known[_ANSWER + question.id] = _comparable(question, given[question.id])
        return tuple(shown)

    def tier(self, facts: Mapping[str, Any]) -> Tier:
        """The form that a company is asked."""
        return tier_of(self.tiers, facts)

    def asks(self, tier: Tier, question: Question) -> bool:
        """Whether the form of a tier holds a question: every tier holds the questions of those before it."""
        order = [known.id for known in self.tiers]
        return not question.tier or order.index(question.tier) <= order.index(tier.id)

    def asked(self, answers: Iterable[Answer], facts: Mapping[str, Any]) -> tuple[Question, ...]:
        """The questions that arise and that the company's tier asks, in order."""
        tier = self.tier(facts)
        return tuple(question for question in self.visible(answers, facts) if self.asks(tier, question))

    def told(self) -> tuple[Question, ...]:
        """The questions that the submission itself answers."""
        return tuple(question for question in self.questions if question.kind == "fact")

    def holds_until(self, answer: Answer) -> date | None:
        """The last day on which the file behind an answer bears it out; None without a file or an end."""
        return None if answer.evidence_file is None else self.file_until(answer.answered_on, answer.evidence_until)

    def file_until(self, answered_on: date, until: date | None) -> date | None:
        """The same of a file that came with an answer of that day, with `until` as its own last day if it has one."""
        return until if until is not None or self.file_life is None else answered_on + self.file_life

    def problems(self, answers: Sequence[Answer], facts: Mapping[str, Any]) -> tuple[Problem, ...]:
        """Answers that do not fit or are not asked for, then required questions without an answer."""
        shown = {question.id: question for question in self.visible(answers, facts)}
        found = []
        for index, answer in enumerate(answers):
            field = f"answers.{index}"
            question = self.question(answer.question)
            if question is None:
                field += ".question"
                found.append(Problem(field, "questionnaire.unknown_question", {"question": answer.question}))
            elif answer.question not in shown:
                found.append(Problem(f"{field}.question", "questionnaire.not_asked", {"question": answer.question}))
            elif problem := question.problem(answer.value, f"{field}.value"):
                found.append(problem)
        given = {answer.question for answer in answers}
        missing = [q for q in self.asked(answers, facts) if q.required and q.id not in given]
        return (*found, *(Problem(f"answers.{question.id}", "questionnaire.not_answered") for question in missing))

    def progress(self, answers: Sequence[Answer], facts: Mapping[str, Any]) -> Progress:
        given = {answer.question: answer.value for answer in answers}
        required = [question.id for question in self.asked(answers, facts) if question.required]
        values = [given[question] for question in required if question in given]
        return Progress(answered=len(values), asked=len(required), unknown=values.count("unknown"))


def submission_facts(submission: Submission) -> dict[str, Any]:
    """The facts that conditions may name; `revenue_cny` (major units) is not known for revenue in another currency."""
    company = submission.company
    return {
        "country": company.country,
        "industry_section": company.industry[:1],
        "industry_division": company.industry[:3],
        "revenue_cny": company.revenue.amount if company.revenue.currency == "CNY" else None,
        "employees": company.employees,
        "records_held": company.records_held,
        "domain_count": len(company.domains),
        "vendor_count": len(company.vendors),
        "mlps_level": company.mlps_level,
        "critical_infrastructure": company.critical_infrastructure,
        "product": submission.request.product,
    }


NUMBER_FACTS = ("revenue_cny", "employees", "records_held", "domain_count", "vendor_count", "mlps_level")
FACTS = (
    *NUMBER_FACTS,
    *("country", "industry_section", "industry_division", "critical_infrastructure", "product"),
)
_ORDERINGS = ("above", "at_least", "below", "at_most")


def _comparable(question: Question, value: str) -> str | Decimal | None:
    """As conditions compare it; a number that is not known stays not known."""
    if question.kind == "number":
        return None if value == "unknown" else Decimal(value)
    return value


def _branching_problems(questions: Sequence[Question]) -> Iterator[Problem]:
    earlier: dict[str, Question] = {}
    for index, question in enumerate(questions):
        field = f"questions[{index}].asked_when"
        if question.kind == "fact" and (question.asked_when != ALWAYS or question.tier):
            yield Problem(field, "questionnaire.told", {"question": question.id})
        if question.id in earlier:
            yield Problem(f"questions[{index}].id", "document.twice", {"value": question.id})
        wrong = list(_condition_problems(question, earlier, field))
        yield from wrong
        if not wrong and not _can_hold(question.asked_when, earlier):
            yield Problem(field, "questionnaire.dead")
        earlier[question.id] = question


def _condition_problems(question: Question, earlier: Mapping[str, Question], field: str) -> Iterator[Problem]:
    for leaf in _leaves(question.asked_when):
        about = earlier.get(leaf.fact.removeprefix(_ANSWER)) if leaf.fact.startswith(_ANSWER) else None
        if leaf.fact.startswith(_ANSWER) and about is None:
            yield Problem(field, "questionnaire.forward_condition", {"question": leaf.fact.removeprefix(_ANSWER)})
        elif about is None and leaf.fact not in FACTS:
            yield Problem(field, "document.unknown", {"value": leaf.fact})
        elif not _comparable_by(leaf, about):
            yield Problem(field, "questionnaire.not_comparable", {"fact": leaf.fact, "op": leaf.op})
        elif about is not None and about.options:
            impossible = [str(value) for value in _wanted(leaf) if value not in about.options]
            if impossible:
                params = {"question": about.id, "values": ", ".join(impossible)}
                yield Problem(field, "questionnaire.impossible_condition", params)


def _tier_problems(condition: Condition, field: str, problems: Collector) -> None:
    """A tier goes by the facts of the submission alone."""
    for leaf in _leaves(condition):
        if leaf.fact not in FACTS:
            problems.add(field, "document.unknown", value=leaf.fact)
        elif not _comparable_by(leaf, None):
            problems.add(field, "questionnaire.not_comparable", fact=leaf.fact, op=leaf.op)


def _comparable_by(leaf: Leaf, about: Question | None) -> bool:
    """Whether the comparison makes sense: numbers are ordered, everything may be equal, nothing is a collection."""
    if leaf.op not in _ORDERINGS:
        return leaf.op != "has_any"
    numeric = leaf.fact in NUMBER_FACTS if about is None else about.kind == "number"
    return numeric and isinstance(leaf.wanted, int | float) and not isinstance(leaf.wanted, bool)


def _leaves(condition: Condition) -> Iterator[Leaf]:
    if isinstance(condition, Leaf):
        yield condition
    else:
        for part in condition.parts:
            yield from _leaves(part)


def _wanted(leaf: Leaf) -> tuple[Any, ...]:
    if leaf.op == "known":
        return ()
    return tuple(leaf.wanted) if isinstance(leaf.wanted, list | tuple) else (leaf.wanted,)


def _can_hold(condition: Condition, earlier: Mapping[str, Question]) -> bool:
    """Whether some answers and facts make the condition true.

    Tries for each "not known", every option, and both sides of every value it is compared with.
    """
    names = facts_named(condition)
    values: list[list[Any]] = []
    for name in names:
        wanted = [value for leaf in _leaves(condition) if leaf.fact == name for value in _wanted(leaf)]
        question = earlier.get(name.removeprefix(_ANSWER)) if name.startswith(_ANSWER) else None
        if question and question.options:
            values.append([None, *question.options])
        else:
            values.append([None, True, *(side for value in wanted for side in _sides(value))])
    return any(judge(condition, dict(zip(names, chosen, strict=True))).value for chosen in itertools.product(*values))


def _sides(value: Any) -> tuple[Any, ...]:
    if isinstance(value, bool):
        return (True, False)
    if isinstance(value, int | float):
        return (value - 1, value, value + 1)
    return (value, f"not {value}")
