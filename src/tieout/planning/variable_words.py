"""A variable's values as people read and type them. A percent variable's 5 is 0.05 in formulas."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from tieout.core.typed import LARGEST, NotTyped, parse_decimal
from tieout.planning.models import VariableKind
from tieout.ui.figures import ZERO, exact

_MOST_DECIMALS = 8
_DASHES = ("-", "–", "—")


def value_words(value: Decimal, kind: VariableKind, digits: int) -> str:
    """Return a value for reading: "1,234.50", "12.5 %", "3"; zero is a dash."""
    if not value:
        return ZERO
    match kind:
        case VariableKind.MONEY:
            minor = int(value.scaleb(digits).quantize(Decimal(1), ROUND_HALF_UP))
            return exact(minor, digits) if minor else "0"
        case VariableKind.PERCENT:
            return f"{_short(value * 100)} %"
        case VariableKind.NUMBER:
            return _short(value)


def value_text(value: Decimal, kind: VariableKind) -> str:
    """Return a value as somebody would type it."""
    shown = value * 100 if kind is VariableKind.PERCENT else value
    return f"{shown.normalize():f}"


def read_value(text: str, kind: VariableKind, digits: int, currency: str) -> Decimal | None:
    """Return what somebody typed as formulas see it, None for nothing. Raise NotTyped with a sentence."""
    text = text.strip()
    if not text:
        return None
    if text in _DASHES:
        return Decimal(0)
    if kind is VariableKind.PERCENT:
        text = text.removesuffix("%").rstrip()
    if kind is not VariableKind.MONEY:
        currency, digits = "", 2
    value = parse_decimal(text, digits, currency=currency)
    if abs(value) > LARGEST or -int(value.as_tuple().exponent) > _MOST_DECIMALS:
        raise NotTyped(f"“{text[:40]}” has more than {_MOST_DECIMALS} decimals. Round it first.")
    return value.scaleb(-2) if kind is VariableKind.PERCENT else value


def _short(value: Decimal) -> str:
    """Return a number with at most four decimals, thousands grouped."""
    rounded = value.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    text = f"{abs(rounded):,f}".rstrip("0").rstrip(".") or "0"
    return f"({text})" if rounded < 0 else text
