"""Amounts as papers show them: grouped digits, and for renminbi the capital characters 大写 that cannot be altered."""

from __future__ import annotations

from seawall.core.money import Money

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_SMALL = ("", "拾", "佰", "仟")
_LARGE = ("", "万", "亿", "万亿")


def grouped(money: Money) -> str:
    """``-1,234,567.80`` with the currency's own number of decimals."""
    return f"{money.amount:,f}"


def _section(number: int) -> str:
    """One group of four digits, 1 to 9999, with 零 for gaps inside it."""
    text, gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit == 0:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _DIGITS[digit] + _SMALL[power]
        gap = False
    return text


def in_capitals(money: Money) -> str:
    """The amount in words as cheques and policies carry it: 贰拾伍万元伍角整. Renminbi below 10^16 yuan only.

    Source: 正确填写票据和结算凭证的基本规定 (PBOC, annex to 支付结算办法).
    """
    if money.currency != "CNY" or abs(money.minor) >= 10**18:
        raise ValueError("capital characters are for renminbi below 10^16 yuan")
    yuan, cents = divmod(abs(money.minor), 100)
    words, gap = "", False
    for power in (3, 2, 1, 0):
        section = yuan // 10 ** (4 * power) % 10_000
        if section == 0:
            gap = bool(words)
            continue
        words += ("零" if gap or (words and section < 1000) else "") + _section(section) + _LARGE[power]
        gap = False
    words = f"{words}元" if words else ""
    jiao, fen = divmod(cents, 10)
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif fen and words:
        words += "零"
    if fen:
        words += f"{_DIGITS[fen]}分"
    elif words:
        words += "整"
    return ("负" if money.minor < 0 else "") + (words or "零元整")
