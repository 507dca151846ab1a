"""Playbooks: the steps for a category of incident, and what is assumed of one before anybody has looked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from seawall.core.conditions import ALWAYS, Condition, judge, read_condition
from seawall.core.documents import Node
from seawall.core.problems import Collector
from seawall.core.texts import Text

PHASES = ("first_hour", "contain", "recover", "learn")
BEARERS = ("insured", "insurer", "broker", "provider")
QUESTIONS = ("importance", "business_loss", "social_harm", "category")


@dataclass(frozen=True, slots=True)
class Step:
    """What `bearer` does within `due_minutes` of the notice; `service` is the panel service that can take it on."""

    key: str
    phase: str
    bearer: str
    due_minutes: int
    service: str
    when: Condition
    title: Text
    detail: Text


@dataclass(frozen=True, slots=True)
class Playbook:
    """Steps for `categories` (codes or classes of GB/T 20986); without any it serves whatever no other one names."""

    categories: tuple[str, ...]
    steps: tuple[Step, ...]

    def steps_for(self, facts: Mapping[str, Any]) -> tuple[Step, ...]:
        """The steps whose condition is true; one that hangs on an unknown fact waits until it is known."""
        return tuple(step for step in self.steps if judge(step.when, facts).value is True)


def load_playbook(document: Mapping[str, Any], categories: Iterable[str] = ()) -> Playbook:
    """From the body of a `playbooks` document; raises `Invalid`. Codes are checked when `categories` are given."""
    problems = Collector()
    node = Node(document, problems=problems)
    node.only("categories", "steps")
    known = set(categories)
    codes = node.strings("categories", default=True)
    for code in codes if known else ():
        if code not in known:
            problems.add("categories", "incident.unknown_category", category=code)
    steps = tuple(_step(entry) for entry in node.children("steps"))
    node.unique("steps", [step.key for step in steps])
    if not steps:
        problems.add("steps", "incident.no_rows")
    problems.raise_if_any()
    return Playbook(codes, steps)


def _step(node: Node) -> Step:
    node.only("key", "phase", "bearer", "due_minutes", "service", "when", "title", "detail")
    return Step(
        key=node.string("key"),
        phase=node.one_of("phase", PHASES),
        bearer=node.one_of("bearer", BEARERS),
        due_minutes=node.integer("due_minutes", 1, 525_600),
        service=node.string("service", ""),
        when=read_condition(node.value["when"], node.at("when"), node.problems) if "when" in node else ALWAYS,
        title=node.text("title"),
        detail=node.text("detail"),
    )


def choose(playbooks: Iterable[Playbook], category: str) -> Playbook:
    """The playbook that names the code, else the one that names its class, else the general one."""
    held = list(playbooks)
    for wanted in (category, category.split("-")[0]):
        for playbook in held:
            if wanted in playbook.categories:
                return playbook
    return next(playbook for playbook in held if not playbook.categories)


@dataclass(frozen=True, slots=True)
class FirstLook:
    """One answer per question, from what the notice says."""

    importance: str
    business_loss: str
    social_harm: str
    category: str


def first_look(document: Mapping[str, Any], facts: Mapping[str, Any]) -> FirstLook:
    """Judge the rules of a `triage` document; a rule over unknown facts does not count. Raises `Invalid`."""
    problems = Collector()
    answers = {}
    for question in QUESTIONS:
        node = Node(document.get(question), question, problems)
        rules = [
            (read_condition(rule.value.get("when"), rule.at("when"), problems), rule.string("is"))
            for rule in node.children("rules")
        ]
        otherwise = node.string("otherwise")
        problems.raise_if_any()
        answers[question] = next((answer for when, answer in rules if judge(when, facts).value is True), otherwise)
    return FirstLook(**answers)
