"""What documents are made of: days, exact amounts, and the refusal of what is neither."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from typing import Any

Json = dict[str, Any]
ZERO = Decimal(0)


class BadDocument(ValueError):
    """The books refuse a document: it does not balance, names what does not exist, or may not be changed any more."""


def to_day(value: object) -> date:
    """Return a day given as ``date`` or as ISO text, whatever time stands behind it."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise BadDocument(f"{value!r} is not a date") from error


def to_amount(value: object) -> Decimal:
    """Return an amount given as Decimal, int or plain text."""
    if isinstance(value, Decimal):
        return value
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        raise BadDocument(f"{value!r} is not an amount") from error
    if not amount.is_finite():
        raise BadDocument(f"{value!r} is not an amount")
    return amount


@cache
def unit(digits: int) -> Decimal:
    """Return the smallest amount with so many decimals."""
    return Decimal(1).scaleb(-digits)


def rounded(amount: Decimal, digits: int) -> Decimal:
    """Return the nearest amount with so many decimals; a half goes away from zero, as the platform's do."""
    return amount.quantize(unit(digits), ROUND_HALF_UP)


def required(payload: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401 - a field of a document is what it is
    """Return a field. Raise BadDocument where it is missing or empty."""
    value = payload.get(key)
    if value is None or value == "":
        raise BadDocument(f"{key} is missing")
    return value
