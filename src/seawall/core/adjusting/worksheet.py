"""A worksheet: lines claimed under one cover, what supports them, what is taken off and by which clause.

Kinds of cost follow Art. 7 of the DORA standards on classification: gross first, recoveries apart; routine maintenance,
improvement and insurance premiums never count. Which clause takes them off is data of the wording.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from seawall.core.decimals import plain
from seawall.core.liability.gates import FAILED, NEEDS_EVIDENCE, Determination
from seawall.core.money import Money, total
from seawall.core.problems import Collector
from seawall.core.texts import Text, read_text

NOT_DOCUMENTED = "not_documented"
VIRTUAL_CURRENCY = "virtual_currency"
PENDING = "pending"
"""A deduction for now: the determination still asks for evidence."""


@dataclass(frozen=True, slots=True)
class CostKind:
    """`disallowed_by` is the clause that never lets this kind count; None: it may count. `dora` the point of Art. 7."""

    code: str
    title: Text
    dora: str
    disallowed_by: str | None


@dataclass(frozen=True, slots=True)
class CostSchema:
    """The kinds a line may have, the reasons for a deduction with their clauses, and where each clause applies."""

    kinds: Mapping[str, CostKind]
    reasons: Mapping[str, tuple[str, Text]]
    jurisdictions: Mapping[str, str | None]

    def applies(self, clause: str, jurisdiction: str) -> bool:
        """A clause without a jurisdiction applies everywhere."""
        return self.jurisdictions[clause] in (None, jurisdiction)


@dataclass(frozen=True, slots=True)
class Deduction:
    """`amount` taken off a line; `reason` is a code of the schema, `clause` where the wording says so."""

    reason: str
    clause: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Line:
    """One amount claimed. `deductions` (reason, amount) are the adjuster's; kind and evidence are checked anyway."""

    id: str
    kind: str
    claimed: Money
    evidence: tuple[str, ...] = ()
    paid_in: str = "money"
    deductions: tuple[tuple[str, Money], ...] = ()


@dataclass(frozen=True, slots=True)
class AdjustedLine:
    """`claimed` = the deductions + `admitted`, exactly. A saving is a line with negative amounts."""

    id: str
    kind: str
    claimed: Money
    deductions: tuple[Deduction, ...]
    admitted: Money
    evidence: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "claimed": plain(self.claimed.amount),
            "deductions": [
                {"reason": d.reason, "clause": d.clause, "amount": plain(d.amount.amount)} for d in self.deductions
            ],
            "admitted": plain(self.admitted.amount),
            "evidence": list(self.evidence),
        }


@dataclass(frozen=True, slots=True)
class Worksheet:
    """All lines of one cover. `mitigation` lines stand apart from the loss: the law pays them on top of it."""

    cover: str
    currency: str
    lines: tuple[AdjustedLine, ...] = field(default_factory=tuple)

    @property
    def claimed(self) -> Money:
        """Gross, mitigation included."""
        return total([line.claimed for line in self.lines], self.currency)

    @property
    def covered(self) -> Money:
        """The admitted loss without mitigation, never below zero."""
        loss = total([line.admitted for line in self.lines if line.kind != "mitigation"], self.currency)
        return max(loss, Money.zero(self.currency))

    @property
    def mitigation(self) -> Money:
        return total([line.admitted for line in self.lines if line.kind == "mitigation"], self.currency)


def load_costs(document: Mapping[str, Any]) -> CostSchema:
    """From the `cost_kinds` and `deductions` of a wording; raises `Invalid` for a clause the wording does not have."""
    problems = Collector("wording")
    clauses = {str(c.get("id")): c.get("jurisdiction") for c in document.get("clauses") or ()}
    kinds: dict[str, CostKind] = {}
    for code, body in (document.get("cost_kinds") or {}).items():
        place, clause = f"cost_kinds.{code}", body.get("disallowed_by")
        if clause is not None and clause not in clauses:
            problems.add(f"{place}.disallowed_by", "wording.unknown_clause", clause=str(clause))
        title = read_text(body.get("title"), f"{place}.title", problems)
        kinds[str(code)] = CostKind(str(code), title, str(body.get("dora", "")), clause)
    reasons: dict[str, tuple[str, Text]] = {}
    for code, body in (document.get("deductions") or {}).items():
        place, clause = f"deductions.{code}", str(body.get("clause"))
        if clause not in clauses:
            problems.add(f"{place}.clause", "wording.unknown_clause", clause=clause)
        reasons[str(code)] = (clause, read_text(body.get("title"), f"{place}.title", problems))
    for needed in (NOT_DOCUMENTED, VIRTUAL_CURRENCY):
        if needed not in reasons:
            problems.add(f"deductions.{needed}", "wording.unknown_clause", clause=needed)
    problems.raise_if_any()
    return CostSchema(kinds, reasons, clauses)


def adjust_lines(
    cover: str, currency: str, lines: Sequence[Line], costs: CostSchema, *, jurisdiction: str
) -> Worksheet:
    """Take off what does not count. Raises `Invalid`: an unknown kind or reason, a negative amount, a mixed currency.

    In order: virtual currency where it is barred, a kind that never counts, a line without evidence, then the
    adjuster's deductions, none of which takes off more than is left.
    """
    problems = Collector("lines")
    for line in lines:
        _check(line, currency, costs, problems)
    problems.raise_if_any()
    return Worksheet(cover, currency, tuple(_adjust(line, costs, jurisdiction) for line in lines))


def _check(line: Line, currency: str, costs: CostSchema, problems: Collector) -> None:
    if line.kind not in costs.kinds:
        problems.add(f"{line.id}.kind", "adjusting.unknown_kind", kind=line.kind)
    amounts = [line.claimed, *(amount for _, amount in line.deductions)]
    if any(amount.currency != currency for amount in amounts):
        problems.add(line.id, "adjusting.currency", currency=currency)
    if any(amount.minor < 0 for amount in amounts):
        problems.add(line.id, "adjusting.negative", line=line.id)
    for reason, _ in line.deductions:
        if reason not in costs.reasons:
            problems.add(f"{line.id}.deductions", "adjusting.unknown_reason", reason=reason)


def _adjust(line: Line, costs: CostSchema, jurisdiction: str) -> AdjustedLine:
    never = costs.kinds[line.kind].disallowed_by
    wanted: list[tuple[str, str, Money]] = []
    barred = costs.reasons[VIRTUAL_CURRENCY][0]
    if line.paid_in == VIRTUAL_CURRENCY and costs.applies(barred, jurisdiction):
        wanted.append((VIRTUAL_CURRENCY, barred, line.claimed))
    if never is not None and costs.applies(never, jurisdiction):
        wanted.append((line.kind, never, line.claimed))
    if not line.evidence:
        wanted.append((NOT_DOCUMENTED, costs.reasons[NOT_DOCUMENTED][0], line.claimed))
    wanted += [(reason, costs.reasons[reason][0], amount) for reason, amount in line.deductions]
    return deduct(line.id, line.kind, line.claimed, wanted, line.evidence)


def deduct(
    id: str, kind: str, claimed: Money, wanted: Sequence[tuple[str, str, Money]], evidence: tuple[str, ...]
) -> AdjustedLine:
    """Take off each (reason, clause, amount) in turn, never more than is left; what takes off nothing is not told."""
    left, taken = claimed, list[Deduction]()
    for reason, clause, amount in wanted:
        part = min(amount, left)
        if part.minor > 0:
            taken.append(Deduction(reason, clause, part))
            left -= part
    return AdjustedLine(id, kind, claimed, tuple(taken), left, evidence)


def with_determination(worksheet: Worksheet, determination: Determination) -> Worksheet:
    """Disallow, with the deciding clause, lines whose item failed; lines that wait for evidence are pending.

    An item is named by the id of its line, or by the cover for a worksheet as a whole.
    """
    judged = {item.item: item for item in determination.items}
    lines: list[AdjustedLine] = []
    for line in worksheet.lines:
        item = judged.get(line.id) or judged.get(worksheet.cover)
        if item is None or item.outcome not in (FAILED, NEEDS_EVIDENCE) or line.admitted.minor <= 0:
            lines.append(line)
            continue
        gate = next(gate for gate in item.gates if gate.outcome == item.outcome)
        reason = gate.gate if item.outcome == FAILED else PENDING
        more = Deduction(reason, gate.deciding[0].clause, line.admitted)
        zero = Money.zero(worksheet.currency)
        lines.append(AdjustedLine(line.id, line.kind, line.claimed, (*line.deductions, more), zero, line.evidence))
    return Worksheet(worksheet.cover, worksheet.currency, tuple(lines))
