"""Money: whole minor units of an ISO 4217 currency. No float comes near it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import total_ordering

from seawall.core.problems import Refused

# ISO 4217 minor units: two decimals unless listed here.
_EXPONENTS = {
    "BHD": 3, "BIF": 0, "CLF": 4, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3,
    "JPY": 0, "KMF": 0, "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3,
    "UGX": 0, "UYW": 4, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip
_TWO_DECIMALS = frozenset(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF"
    " CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG"
    " HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU"
    " MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR"
    " SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED"
    " VES WST XCD YER ZAR ZMW ZWG".split()
)

# Largest amount taken from outside, in major units: ten quadrillion is beyond any economy.
ABSURD = Decimal("1e16")


class UnknownCurrency(Refused):
    code = "money.unknown_currency"
    status = 422


class NotAnAmount(Refused):
    code = "money.not_an_amount"
    status = 422


class MixedCurrencies(Refused):
    code = "money.mixed_currencies"


def exponent(currency: str) -> int:
    """Decimals of the currency by ISO 4217; raises `UnknownCurrency`."""
    if currency in _EXPONENTS:
        return _EXPONENTS[currency]
    if currency in _TWO_DECIMALS:
        return 2
    raise UnknownCurrency("currency", currency=currency)


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """`minor` units (fen, cents, yen) of `currency`."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        exponent(self.currency)
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise TypeError("Money counts whole minor units")

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Money:
        """From major units, half up to the currency's decimals; floats are refused with `TypeError`."""
        if isinstance(amount, float):
            raise TypeError("Money is never made from a float")
        scaled = Decimal(amount).scaleb(exponent(currency))
        return cls(int(scaled.to_integral_value(ROUND_HALF_UP)), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @property
    def amount(self) -> Decimal:
        """In major units, exact."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise MixedCurrencies("currency", left=self.currency, right=other.currency)

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def times(self, factor: Decimal | int) -> Money:
        """Multiplied by an exact factor, half up to the minor unit: the one rounding rule for money."""
        if isinstance(factor, float):
            raise TypeError("Money is never multiplied by a float")
        return Money(int((Decimal(self.minor) * Decimal(factor)).to_integral_value(ROUND_HALF_UP)), self.currency)

    def allocate(self, weights: Sequence[int | Decimal]) -> list[Money]:
        """Split by weights so that the parts add up to the whole (largest remainder first).

        Raises `ValueError` when no weight is positive or one is negative.
        """
        total = sum((Decimal(w) for w in weights), Decimal(0))
        if total <= 0 or any(w < 0 for w in weights):
            raise ValueError("weights must be non-negative and not all zero")
        sign = -1 if self.minor < 0 else 1
        exact = [Decimal(abs(self.minor)) * Decimal(w) / total for w in weights]
        parts = [int(x) for x in exact]
        order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
        for i in order[: abs(self.minor) - sum(parts)]:
            parts[i] += 1
        return [Money(sign * p, self.currency) for p in parts]

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,.{exponent(self.currency)}f}"


def total(amounts: Sequence[Money], currency: str) -> Money:
    """Sum, zero of `currency` when there is nothing to add."""
    result = Money.zero(currency)
    for amount in amounts:
        result += amount
    return result


_NUMBER = re.compile(r"(?P<sign>[-+]?)(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<fraction>\.\d+)?(?P<unit>[千万亿]*)")
_UNITS = {"千": 10**3, "万": 10**4, "亿": 10**8}


def parse_amount(text: str | int | Decimal, currency: str, field: str = "amount") -> Money:
    """What a person types: full-width digits, thousands, 万 and 亿, or a plain number, in major units.

    Raises `NotAnAmount` (also for more decimals than the currency has, or an absurd size) and `UnknownCurrency`.
    """
    places = exponent(currency)
    cleaned = unicodedata.normalize("NFKC", str(text)).strip().replace(" ", "").replace("，", ",")
    match = _NUMBER.fullmatch(cleaned)
    if not match:
        raise NotAnAmount(field, text=str(text)[:40])
    try:
        value = Decimal(match["sign"] + match["digits"].replace(",", "") + (match["fraction"] or ""))
    except InvalidOperation as error:
        raise NotAnAmount(field, text=str(text)[:40]) from error
    for unit in match["unit"]:
        value *= _UNITS[unit]
    if abs(value) > ABSURD or value != value.quantize(Decimal(1).scaleb(-places)):
        raise NotAnAmount(field, text=str(text)[:40])
    return Money.of(value, currency)
