"""A price's steps as rows of a waterfall table. Pure; takes steps of `core.pricing` or the dicts they are stored as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from seawall.core.money import Money


@dataclass(frozen=True, slots=True)
class Row:
    """One step: `change` is None where nothing went before it; `x` and `width` are per cent of the largest amount.

    `kind` is total (an amount that stands on its own), up, down or same; `cover` names the group the row belongs to and
    `first` is true where a group begins.
    """

    title: Mapping[str, str] | str
    rule: str
    inputs: str
    effect: str
    value: Decimal | None
    change: Money | None
    after: Money
    cover: str | None
    first: bool
    kind: str
    x: Decimal
    width: Decimal


def _read(step: Any, name: str) -> Any:
    return step.get(name) if isinstance(step, Mapping) else getattr(step, name, None)


def _amount(step: Any) -> Decimal:
    amount = _read(step, "amount")
    return amount.amount if isinstance(amount, Money) else Decimal(str(amount))


def _inputs(step: Any) -> str:
    given = _read(step, "inputs") or ()
    pairs = given.items() if isinstance(given, Mapping) else given
    return " · ".join(f"{name} {value}" for name, value in pairs)


def _before(step: Any, amounts: Mapping[str | None, Decimal]) -> Decimal | None:
    """The running amount that this step met: its cover's, else the policy's; None where it starts anew."""
    cover = _read(step, "cover")
    effect = _read(step, "effect") or "multiply"
    if not amounts or effect == "start" or (effect == "amount" and cover is None and len(amounts) > 1):
        return None
    return amounts.get(cover, amounts.get(None))


def rows(steps: Sequence[Any], currency: str) -> list[Row]:
    """The steps in their order; amounts are rounded to the minor unit for show only."""
    top = max([abs(_amount(step)) for step in steps], default=Decimal(0)) or Decimal(1)
    amounts: dict[str | None, Decimal] = {}
    made: list[Row] = []
    for step in steps:
        cover, now, before = _read(step, "cover"), _amount(step), _before(step, amounts)
        shown = Money.of(now, currency)
        low, high = (Decimal(0), now) if before is None else (min(before, now), max(before, now))
        value = _read(step, "factor")
        made.append(
            Row(
                title=_read(step, "title"),
                rule=_read(step, "rule") or "",
                inputs=_inputs(step),
                effect=_read(step, "effect") or "multiply",
                value=None if value is None else Decimal(str(value)),
                change=None if before is None else shown - Money.of(before, currency),
                after=shown,
                cover=cover,
                first=bool(made) and made[-1].cover != cover,
                kind="total" if before is None else "up" if now > before else "down" if now < before else "same",
                x=round(low * 100 / top, 2),
                width=round((high - low) * 100 / top, 2),
            )
        )
        amounts[cover] = now
    return made
