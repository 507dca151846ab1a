"""A library: what a standard, law, plan or model asks, in chapters, and which controls speak of each requirement.

Names only for standards under copyright; the words are ours. Each row says how sure we are of it:

    verified            read in the text or on a public page of its publisher
    derived             follows from something verified
    general_knowledge   known in the trade, to be checked against the text before it is relied on
    judgement           ours
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from seawall.core.documents import Node, Released
from seawall.core.problems import Collector
from seawall.core.texts import Text

KINDS = ("standard", "law", "plan", "guide", "model")
CONFIDENCES = ("verified", "derived", "general_knowledge", "judgement")
_BODY = ("kind", "jurisdiction", "issuer", "in_force", "standing", "about", "binds", "doubt", "fines", "chapters",
         "levels", "scoring", "rows")  # fmt: skip
_ROW = ("chapter", "code", "zh", "en", "controls", "coverage", "confidence")


@dataclass(frozen=True, slots=True)
class Link:
    """A control that speaks of a requirement, with its share among the controls that do."""

    control: str
    weight: float


@dataclass(frozen=True, slots=True)
class Requirement:
    """`coverage`: how far the linked controls decide the requirement, from 0 (no control speaks of it) to 1; judgement.

    `items` counts the points that an assessor checks under it, by level, where the library has levels.
    """

    code: str
    chapter: str
    name: Text
    links: tuple[Link, ...]
    coverage: float
    confidence: str
    items: Mapping[int, int]

    @property
    def controls(self) -> tuple[str, ...]:
        return tuple(link.control for link in self.links)


@dataclass(frozen=True, slots=True)
class Fine:
    """What a breach may cost: the article, the rule in our own words, and the ceiling where the law states one."""

    article: str
    rule: Text
    ceiling: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Framework:
    """One library. `in_force` None where nothing enters into force or the day is not known to us."""

    id: str
    version: str
    sha256: str
    name: Text
    kind: str
    jurisdiction: str
    issuer: Text
    in_force: date | None
    standing: Text
    about: Text
    binds: Text | None
    doubt: Text | None
    fines: tuple[Fine, ...]
    chapters: Mapping[str, Text]
    levels: tuple[int, ...]
    scoring: Mapping[str, Any]
    requirements: tuple[Requirement, ...]

    def at(self, level: int | None) -> tuple[Requirement, ...]:
        """What is asked at a level; everything where the library has none or none is named."""
        if level is None or not self.levels:
            return self.requirements
        return tuple(r for r in self.requirements if r.items.get(level, 0) > 0)


def load_framework(document: Released, controls: Collection[str] | None = None) -> Framework:
    """From a `frameworks` document; raises `Invalid` with everything wrong in it.

    With `controls` given, only these may be named.
    """
    problems = Collector()
    node = Node(document.body, problems=problems)
    node.only(*_BODY)
    chapters = {code: node.child("chapters").text(code) for code in node.child("chapters").value}
    levels = tuple(int(level) for level in node.value.get("levels", ()))
    rows = [_requirement(row, chapters, controls, levels) for row in node.children("rows") if _whole(row, levels)]
    node.unique("rows", [row.code for row in rows])
    framework = Framework(
        id=document.header.id,
        version=document.header.version,
        sha256=document.sha256,
        name=document.header.name,
        kind=node.one_of("kind", KINDS),
        jurisdiction=node.string("jurisdiction"),
        issuer=node.text("issuer"),
        in_force=node.date("in_force") if "in_force" in node else None,
        standing=node.text("standing"),
        about=node.text("about"),
        binds=node.text("binds") if "binds" in node else None,
        doubt=node.text("doubt") if "doubt" in node else None,
        fines=tuple(_fine(fine) for fine in node.children("fines", default=True)),
        chapters=chapters,
        levels=levels,
        scoring=node.child("scoring").value if "scoring" in node else {},
        requirements=tuple(rows),
    )
    for code in chapters:
        if not any(row.chapter == code for row in rows):
            problems.add(f"chapters.{code}", "framework.empty_chapter", chapter=code)
    problems.raise_if_any()
    return framework


def _fine(node: Node) -> Fine:
    node.only("article", "rule", "ceiling", "confidence")
    return Fine(
        node.string("article"), node.text("rule"), node.string("ceiling", ""), node.one_of("confidence", CONFIDENCES)
    )


def _whole(row: Node, levels: tuple[int, ...]) -> bool:
    row.only(*_ROW, *(f"l{level}" for level in levels))
    return bool(row.value)


def _requirement(
    row: Node, chapters: Collection[str], controls: Collection[str] | None, levels: tuple[int, ...]
) -> Requirement:
    links = tuple(_links(row, controls))
    coverage = row.number("coverage", 0, 1)
    if bool(links) != (coverage > 0):
        row.problems.add(row.at("coverage"), "framework.coverage_without_control")
    return Requirement(
        code=row.string("code"),
        chapter=row.one_of("chapter", chapters),
        name=Node({"name": row.value}, row.path, row.problems).text("name"),
        links=links,
        coverage=coverage,
        confidence=row.one_of("confidence", CONFIDENCES),
        items={level: int(row.number(f"l{level}", 0, 99)) for level in levels},
    )


def _links(row: Node, controls: Collection[str] | None) -> Iterator[Link]:
    """`mfa_remote*2 patching`: controls with their weights, 1 where none is written."""
    seen: set[str] = set()
    for word in row.string("controls", "").split():
        control, _, weight = word.partition("*")
        if controls is not None and control not in controls:
            row.problems.add(row.at("controls"), "document.unknown", value=control)
        if control in seen:
            row.problems.add(row.at("controls"), "document.twice", value=control)
        if weight and not weight.isdigit():
            row.problems.add(row.at("controls"), "document.not_a_number")
            weight = ""
        seen.add(control)
        yield Link(control, float(weight or 1))
