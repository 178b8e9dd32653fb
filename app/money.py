"""Home of money: integer fen, parsed from and shown as yuan only at the edge. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from app.errors import DomainError
from app.text import text

_YUAN = re.compile(r"[¥￥]?\s*(-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?\s*元?")
_MAX_FEN = 10**15


def parse_yuan(written: str) -> int:
    """Read an amount in yuan as a person writes it; give fen.

    Raises: DomainError when it is no amount, is too large, or has part cents.

    >>> parse_yuan("1,409.5"), parse_yuan("¥ 3"), parse_yuan("-0.05")
    (140950, 300, -5)
    """
    match = _YUAN.fullmatch(written.strip().translate(_HALF_WIDTH))
    if match is None:
        raise DomainError(
            text("“{written}” is not an amount in yuan. Write it like 15 or 15.50.", written=written[:40])
        )
    sign, whole, cents = match.groups()
    fen = int(whole.replace(",", "")) * 100 + int((cents or "0").ljust(2, "0"))
    if fen > _MAX_FEN:
        raise DomainError(text("“{written}” is larger than any amount here. Check it.", written=written[:40]))
    return -fen if sign else fen


_HALF_WIDTH = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")


def format_yuan(fen: int) -> str:
    """Write fen as yuan with two decimals and thousands separators.

    >>> format_yuan(140950), format_yuan(-5)
    ('1,409.50', '-0.05')
    """
    yuan, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{cents:02d}"


def in_capitals(fen: int) -> str:
    """Write an amount in capitals (大写金额), as vouchers show it; up to a hundred million million yuan.

    Source: 支付结算办法 (正确填写票据和结算凭证的基本规定).

    >>> in_capitals(140950)
    '人民币壹仟肆佰零玖元伍角整'
    >>> in_capitals(32504)
    '人民币叁佰贰拾伍元零肆分'
    >>> in_capitals(0), in_capitals(-100_000_00)
    ('人民币零元整', '人民币负壹拾万元整')
    """
    yuan, cents = divmod(abs(fen), 100)
    jiao, rest = divmod(cents, 10)
    written = _whole_in_capitals(yuan) + "元" if yuan or not cents else ""
    if jiao:
        written += _DIGITS[jiao] + "角"
    if rest:
        written += ("零" if yuan and not jiao else "") + _DIGITS[rest] + "分"
    else:
        written += "整"
    return f"人民币{'负' if fen < 0 else ''}{written}"


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_MYRIADS = ("", "万", "亿", "万亿")


def _whole_in_capitals(number: int) -> str:
    """Write a whole number in groups of four digits; one 零 stands for any run of zeros inside.

    Zeros that only end a group are not written before a full next group, as the rule allows.

    >>> _whole_in_capitals(10_010_000), _whole_in_capitals(100_000_001), _whole_in_capitals(107_000)
    ('壹仟零壹万', '壹亿零壹', '壹拾万柒仟')
    """
    written, above = "", 0
    for group in reversed(range(len(_MYRIADS))):
        four = number // 10_000**group % 10_000
        if four:
            skips = four < 1000 or above == 0  # noqa: PLR2004 - a full group has thousands
            written += ("零" if written and skips else "") + _four_in_capitals(four) + _MYRIADS[group]
        above = four
    return written or _DIGITS[0]


def _four_in_capitals(number: int) -> str:
    """Write a number from 1 to 9999.

    >>> _four_in_capitals(1409), _four_in_capitals(5), _four_in_capitals(2030)
    ('壹仟肆佰零玖', '伍', '贰仟零叁拾')
    """
    written, gap = "", False
    for place in reversed(range(len(_PLACES))):
        digit = number // 10**place % 10
        if digit:
            written += ("零" if gap and written else "") + _DIGITS[digit] + _PLACES[place]
        gap = digit == 0
    return written


def percent_of(fen: int, percent: Decimal) -> int:
    """Give a percentage of a non-negative amount, rounded half up to a fen.

    >>> percent_of(1250, Decimal(25)), percent_of(1250, Decimal("12.5"))
    (313, 156)
    """
    numerator, denominator = percent.as_integer_ratio()
    return (2 * fen * numerator + 100 * denominator) // (200 * denominator)


def share(total_fen: int, weights: Sequence[int]) -> list[int]:
    """Share an amount by weights so that the parts add up to it exactly.

    Largest remainders first, earlier parts first among equals.

    >>> share(100, [1, 1, 1])
    [34, 33, 33]
    >>> share(-100, [1, 2])
    [-33, -67]

    Raises: ValueError when the weights are negative or all zero.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        msg = "weights must be non-negative and not all zero"
        raise ValueError(msg)
    sign = -1 if total_fen < 0 else 1
    parts = [abs(total_fen) * weight // whole for weight in weights]
    remainders = [abs(total_fen) * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
    for index in by_remainder[: abs(total_fen) - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]
