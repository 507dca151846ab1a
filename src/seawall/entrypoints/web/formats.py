"""How money, numbers and dates read in each language. Pure: the locale and the zone are arguments."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta, get_timezone_gmt
from babel.numbers import format_decimal, get_currency_name

from seawall.core.money import Money, exponent

MINUS = "\u2212"
Number = Decimal | int | float


def locale_of(language: str) -> Locale:
    """Babel's locale for a Django language code; anything but English reads as simplified Chinese."""
    return Locale("en", "GB") if language.lower().startswith("en") else Locale("zh", "CN", script="Hans")


def _is_chinese(locale: Locale) -> bool:
    return bool(locale.language == "zh")


def number(value: Number, locale: Locale, places: int | None = None) -> str:
    """Grouped by thousands with a true minus; `places` decimals, or as many as the value has (at most six)."""
    exact = Decimal(str(value))
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    decimals = "0" * places if places is not None else "######"
    text = format_decimal(exact, format="#,##0" + ("." + decimals if decimals else ""), locale=locale)
    return str(text).replace("-", MINUS)


def percent(share: Number, locale: Locale, places: int = 1) -> str:
    """A share of one as per cent."""
    return number(Decimal(str(share)) * 100, locale, places) + "%"


def factor(value: Decimal | int, locale: Locale) -> str:
    """A rating factor: a multiplication sign and two to four decimals."""
    shown = Decimal(value).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    tail = str(shown).split(".")[1].rstrip("0")
    return "×\u2009" + number(shown, locale, max(2, len(tail)))


def amount(money: Money, locale: Locale, places: int | None = None) -> str:
    """Without its currency, for columns that name the currency once in their head."""
    return number(money.amount, locale, exponent(money.currency) if places is None else places)


def unit_of(currency: str, locale: Locale) -> str:
    """How the currency is named beside an amount: 元 or 美元 in Chinese, the ISO code in English."""
    if not _is_chinese(locale):
        return currency
    return "元" if currency == "CNY" else str(get_currency_name(currency, locale=locale))


def money(value: Money, locale: Locale, places: int | None = None) -> str:
    """In full: 1,200,000.00 元 or CNY 1,200,000.00."""
    text, unit = amount(value, locale, places), unit_of(value.currency, locale)
    return f"{text}\u00a0{unit}" if _is_chinese(locale) else f"{unit}\u00a0{text}"


def amount_short(value: Money, locale: Locale) -> str:
    """Rounded to at most four figures with 万 and 亿, or k, m and bn; below ten thousand in full units."""
    size = abs(value.amount)
    steps = (
        ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"))
        if _is_chinese(locale)
        else ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"), (Decimal(10) ** 4, "k"))
    )
    for step, unit in steps:
        if size >= step:
            divisor = Decimal(1000) if unit == "k" else step
            scaled = value.amount / divisor
            whole = len(str(int(abs(scaled))))
            rounded = scaled.quantize(Decimal(1).scaleb(-max(0, min(2, 4 - whole))), ROUND_HALF_UP)
            return number(rounded.normalize(), locale) + unit
    return number(value.amount, locale, 0)


def money_short(value: Money, locale: Locale) -> str:
    """Rounded for headlines: 120万元 or CNY 1.2m."""
    text, unit = amount_short(value, locale), unit_of(value.currency, locale)
    return f"{text}{unit}" if _is_chinese(locale) else f"{unit}\u00a0{text}"


def day(value: date, locale: Locale) -> str:
    """2026年11月24日 or 24 Nov 2026."""
    return str(format_date(value, "y年M月d日" if _is_chinese(locale) else "d MMM y", locale=locale))


def short_day(value: date, locale: Locale) -> str:
    """For columns: 2026-11-24 or 24 Nov 2026."""
    return value.isoformat() if _is_chinese(locale) else day(value, locale)


def moment(value: datetime, locale: Locale, zone: tzinfo) -> str:
    """Date and time to the minute in the viewer's zone: 2026-11-24 10:30 or 24 Nov 2026, 10:30."""
    local = value.astimezone(zone)
    pattern = "y-MM-dd HH:mm" if _is_chinese(locale) else "d MMM y, HH:mm"
    return str(format_datetime(local, pattern, locale=locale))


def zone_of(value: datetime, zone: tzinfo) -> str:
    """The offset shown on hover: UTC+08:00."""
    shown = str(get_timezone_gmt(value.astimezone(zone), "iso8601"))
    return "UTC" + ("+00:00" if shown == "Z" else shown)


def ago(value: datetime, locale: Locale, now: datetime) -> str:
    """How long ago or ahead, for freshness only."""
    return str(format_timedelta(value - now, add_direction=True, locale=locale))


def size(octets: int, locale: Locale) -> str:
    """A file's size in kB or MB."""
    if octets < 1_000_000:
        return number(max(Decimal(octets) / 1000, Decimal("0.1")), locale, 0 if octets >= 10_000 else 1) + "\u00a0kB"
    return number(Decimal(octets) / 1_000_000, locale, 1) + "\u00a0MB"
