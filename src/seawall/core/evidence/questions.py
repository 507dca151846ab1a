"""One question of a questionnaire: how it is asked, answered, and what an answer says about controls."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, TypeAlias, get_args

from seawall.core.conditions import ALWAYS, Condition, read_condition
from seawall.core.documents import Node
from seawall.core.evidence.controls import LEAST_RELIABILITY, ControlPrior
from seawall.core.evidence.items import STATES, State
from seawall.core.problems import Problem
from seawall.core.texts import Text

Kind: TypeAlias = Literal["yes_no", "choice", "number", "text", "sign", "fact"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# Any question may be answered so: it is an answer, and it says nothing.
UNKNOWN = "unknown"
_YES_NO: Mapping[str, Text] = {
    "yes": {"zh": "是", "en": "Yes"},
    "partly": {"zh": "部分", "en": "Partly"},
    "no": {"zh": "否", "en": "No"},
}
_UNKNOWN_TEXT: Text = {"zh": "不清楚", "en": "Not known"}
SIGNED = "signed"
_SIGNED_TEXT: Text = {"zh": "本人声明", "en": "I declare this"}
# What a question of kind "fact" may be told by, in the submission document.
TOLD_BY = (
    *("company.revenue", "company.industry", "company.employees", "company.records_held", "company.mlps_level"),
    *("company.certificates", "company.critical_infrastructure", "company.domains", "company.vendors", "request"),
)
# The forms of others that a question can fill, by framework: NIST CSF 2.0, ISO/IEC 27001:2022, GB/T 22239-2019
# control points, CIS Controls 8.1 safeguards.
FORMS = ("csf2", "iso27001", "mlps", "cis")


@dataclass(frozen=True, slots=True)
class Band:
    """Numbers up to and including `at_most` (None: all that are left) point to `says`."""

    at_most: Decimal | None
    says: State


@dataclass(frozen=True, slots=True)
class Speaks:
    """What the answer says about one control: by option, or for numbers by band (the first that holds).

    `reliability` and `reliability_with_file` take the place of the questionnaire's where they are given.
    """

    control: str
    options: Mapping[str, State]
    bands: tuple[Band, ...]
    reliability: float | None = None
    reliability_with_file: float | None = None

    def of(self, value: str) -> State | None:
        """The state a valid answer points to; None when it says nothing."""
        if value == UNKNOWN:
            return None
        if not self.bands:
            return self.options.get(value)
        number = Decimal(value)
        return next(band.says for band in self.bands if band.at_most is None or number <= band.at_most)


@dataclass(frozen=True, slots=True)
class Question:
    """`options` in the order shown ("unknown" last); `low` and `high` bound a number; `forms` are the cross-walks.

    A question of kind "sign" takes one answer, "signed". One of kind "fact" is told by the submission (`fact` is where)
    and takes no answer. `tier` is the first tier that asks it; empty: all do.
    """

    id: str
    section: str
    kind: Kind
    text: Text
    help: Text
    options: Mapping[str, Text]
    low: Decimal
    high: Decimal
    unit: Text | None
    asked_when: Condition
    required: bool
    speaks_of: tuple[Speaks, ...]
    forms: Mapping[str, tuple[str, ...]]
    tier: str = ""
    fact: str = ""

    def problem(self, value: str, field: str) -> Problem | None:
        """What is wrong with an answer, if anything."""
        if self.kind == "fact":
            return Problem(field, "questionnaire.told", {"question": self.id})
        if (value == UNKNOWN and self.kind != "sign") or self.kind == "text":
            return None
        if self.kind == "number":
            bounds = {"low": f"{self.low:f}", "high": f"{self.high:f}"}
            number = _number(value)
            inside = number is not None and self.low <= number <= self.high
            return None if inside else Problem(field, "questionnaire.number", {"text": value[:40], **bounds})
        if value in self.options:
            return None
        return Problem(field, "questionnaire.choice", {"text": value[:40], "choices": ", ".join(self.options)})


def _number(value: str) -> Decimal | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def read_question(
    node: Node,
    sections: Mapping[str, Any],
    controls: Mapping[str, ControlPrior] | None,
    tiers: Collection[str] = (),
) -> Question:
    """A question from its document; problems go to the node's collector."""
    node.only("id", "section", "type", "text", "help", "options", "low", "high", "unit", "asked_when", "required",
              "speaks_of", "forms", "tier", "fact")  # fmt: skip
    named = node.one_of("type", KINDS)
    kind: Kind = next((known for known in KINDS if known == named), "text")
    options = _options(node, kind)
    return Question(
        id=node.string("id"),
        section=node.one_of("section", sections),
        kind=kind,
        text=node.text("text"),
        help=node.text("help"),
        options=options,
        low=node.decimal("low") if kind == "number" else Decimal(0),
        high=node.decimal("high") if kind == "number" else Decimal(0),
        unit=node.text("unit") if "unit" in node else None,
        asked_when=read_condition(node.value["asked_when"], node.at("asked_when"), node.problems)
        if "asked_when" in node
        else ALWAYS,
        required=node.boolean("required", True),
        speaks_of=tuple(_speaks(entry, kind, options, controls) for entry in node.children("speaks_of", default=True)),
        forms=_forms(node.child("forms")),
        tier=node.one_of("tier", tiers) if "tier" in node else "",
        fact=node.one_of("fact", TOLD_BY) if kind == "fact" or "fact" in node else "",
    )


def _forms(node: Node) -> Mapping[str, tuple[str, ...]]:
    """By framework; a single name may stand without its list."""
    node.only(*FORMS)
    return {
        name: (node.string(name),) if isinstance(node.value[name], str) else node.strings(name)
        for name in FORMS
        if name in node
    }


def _options(node: Node, kind: Kind) -> Mapping[str, Text]:
    if kind == "yes_no":
        return {**_YES_NO, UNKNOWN: _UNKNOWN_TEXT}
    if kind == "choice":
        return {**_offered(node), UNKNOWN: _UNKNOWN_TEXT}
    return {SIGNED: _SIGNED_TEXT} if kind == "sign" else {}


def _offered(node: Node) -> Mapping[str, Text]:
    """As a list, which keeps its order everywhere; a map, as older releases have it, loses it in a database."""
    if not isinstance(node.value.get("options"), list | tuple):
        offered = node.child("options")
        return {code: offered.text(code) for code in offered.value}
    entries = list(node.children("options"))
    for entry in entries:
        entry.only("value", "text")
    codes = [entry.string("value") for entry in entries]
    node.unique("options", codes)
    return dict(zip(codes, (entry.text("text") for entry in entries), strict=True))


def _speaks(node: Node, kind: Kind, options: Mapping[str, Text], controls: Mapping[str, ControlPrior] | None) -> Speaks:
    node.only("control", "says", "reliability")
    control = node.string("control") if controls is None else node.one_of("control", controls)
    weights = _weights(node)
    if kind == "number":
        return Speaks(control, {}, _bands(node), *weights)
    says = node.child("says")
    if not says.value or kind in {"text", "sign", "fact"}:
        node.problems.add(says.path, "questionnaire.says_nothing")
    for option in says.value:
        if option not in options:
            node.problems.add(says.at(option), "document.unknown", value=option)
    return Speaks(control, {option: _state(says, option) for option in says.value}, (), *weights)


def _weights(node: Node) -> tuple[float | None, float | None]:
    if "reliability" not in node:
        return None, None
    weights = node.child("reliability")
    weights.only("plain", "with_file")
    return weights.number("plain", LEAST_RELIABILITY, 1), weights.number("with_file", LEAST_RELIABILITY, 1)


def _state(node: Node, key: str) -> State:
    says = node.one_of(key, STATES)
    return next((state for state in STATES if state == says), "absent")


def _bands(node: Node) -> tuple[Band, ...]:
    bands = []
    for entry in node.children("says"):
        entry.only("at_most", "state")
        bands.append(Band(entry.decimal("at_most") if "at_most" in entry else None, _state(entry, "state")))
    edges = [band.at_most for band in bands]
    closed = [edge for edge in edges[:-1] if edge is not None]
    if not edges or edges[-1] is not None or len(closed) != len(edges) - 1 or closed != sorted(set(closed)):
        node.problems.add(node.at("says"), "questionnaire.bands")
    return tuple(bands)
