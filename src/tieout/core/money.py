"""Money as whole minor units: exact in, exact out, and no float on the way."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

# ISO 4217 minor units that are not two. Everything else has two digits.
_DIGITS = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    "CLF": 4,
    "UYW": 4,
}


class NotMoney(ValueError):
    """The text is not an amount, or has more decimals than its currency."""


def currency_digits(currency: str) -> int:
    """Return how many decimals ISO 4217 gives to a currency code such as ``USD`` (2) or ``JPY`` (0)."""
    return _DIGITS.get(currency, 2)


def to_minor(amount: str | Decimal, digits: int) -> int:
    """Return an amount in minor units: ``to_minor("-12.5", 2) == -1250``.

    Raise NotMoney for text that is no plain decimal, and for an amount finer than one minor unit: rounding here
    would lose money without a word.
    """
    try:
        scaled = Decimal(amount).scaleb(digits)
        minor = int(scaled)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise NotMoney(f"{str(amount)!r} is not an amount") from error
    if minor != scaled:
        raise NotMoney(f"{str(amount)!r} has more than {digits} decimals")
    return minor


def to_decimal(minor: int, digits: int) -> Decimal:
    """Return minor units as an exact Decimal with ``digits`` decimals."""
    return Decimal(minor).scaleb(-digits)


def to_text(minor: int, digits: int) -> str:
    """Return minor units as a plain decimal string, the form of every export: ``to_text(-5, 2) == "-0.05"``."""
    if not digits:
        return str(minor)
    whole, cents = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole}.{cents:0{digits}d}"


def average(amounts: Sequence[int]) -> int:
    """Return the mean in minor units, half away from zero; 0 of none."""
    if not amounts:
        return 0
    total = sum(amounts)
    whole = (2 * abs(total) + len(amounts)) // (2 * len(amounts))
    return whole if total >= 0 else -whole
