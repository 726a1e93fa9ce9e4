"""The functions of formulas, over exact decimals, and the bounds that they compute in."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

ZERO = Decimal(0)
CONTEXT = Context(prec=34, Emax=18, Emin=-40, traps=[DivisionByZero, InvalidOperation, Overflow])
"""34 digits, below 10^19: a quotient that does not end is cut there; anything larger is an error, not infinity."""
MOST_ROUNDING = 12  # digits behind the point that round() takes; before it: 6
LEAST_ROUNDING = -6


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how it is called, what it gives, and between how many arguments it takes."""

    usage: str
    gives: str
    work: Callable[..., Decimal]
    least: int = 1
    most: int = 1


def _floor(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_FLOOR)


def _ceiling(value: Decimal) -> Decimal:
    return value.to_integral_value(ROUND_CEILING)


def _round(value: Decimal, digits: Decimal = ZERO) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP) + ZERO


def _sum(*values: Decimal) -> Decimal:
    return sum(values, ZERO)


def _average(*values: Decimal) -> Decimal:
    return sum(values, ZERO) / len(values)


_MANY = 100
FUNCTIONS = {
    "floor": Function("floor(x)", "the whole number at or below x", _floor),
    "ceiling": Function("ceiling(x)", "the whole number at or above x", _ceiling),
    "round": Function("round(x, digits)", "x rounded, halves away from zero; digits may be left out", _round, 1, 2),
    "min": Function("min(a, b, …)", "the smallest", lambda *values: min(values), 1, _MANY),
    "max": Function("max(a, b, …)", "the largest", lambda *values: max(values), 1, _MANY),
    "sum": Function("sum(a, b, …)", "all of them together", _sum, 1, _MANY),
    "avg": Function("avg(a, b, …)", "their average", _average, 1, _MANY),
}
IF = Function("if(a > b, x, y)", "x where the comparison holds, else y; the other one is not computed", min, 3, 3)
"""Told here with the functions; computed apart, since it leaves one of its parts alone."""

OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
