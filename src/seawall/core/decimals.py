"""Exact decimals from documents: numbers as they were written, whatever the file format made of them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, ROUND_UP, Context, Decimal, InvalidOperation, localcontext
from typing import Any

# Enough for products of two dozen factors on amounts in fen, with nothing lost where it could move a half.
PRECISION = 40

# A binary float carries 15 decimal digits faithfully; a longer number must be written as text.
FLOAT_DIGITS = 15

MODES = {"half_up": ROUND_HALF_UP, "up": ROUND_UP}


def exact(value: Any) -> Decimal | None:
    """The number as it was written, or None: for words, booleans, and floats longer than 15 digits."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    if not number.is_finite() or (isinstance(value, float) and len(number.as_tuple().digits) > FLOAT_DIGITS):
        return None
    return number


def exact_context() -> Any:
    """The decimal context every rating runs in, so that a caller's own context cannot change a premium."""
    return localcontext(Context(prec=PRECISION, rounding=ROUND_HALF_UP))


def rounded(value: Decimal, unit: Decimal, mode: str) -> Decimal:
    """To whole multiples of `unit` (1, 0.01, 100): `half_up` or `up` (away from zero)."""
    return (value / unit).quantize(Decimal(1), rounding=MODES[mode]) * unit


def plain(value: Decimal) -> str:
    """Without exponent and without trailing zeros, as a person writes it."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
