"""One month of a formula. What it needs of other cells it yields, so that no chain of cells is too long to follow."""

from __future__ import annotations

from collections.abc import Generator
from decimal import Decimal, DecimalException

from tieout.core.formulas.faults import Cell, Failed, Fault, Reason
from tieout.core.formulas.functions import COMPARISONS, FUNCTIONS, OPERATIONS
from tieout.core.formulas.tree import Call, Chain, If, Minus, Name, Number, Tree

Asking = Generator[Cell, Decimal, Decimal]
"""Yields the cells that it needs, is sent their values, returns its own; what it cannot have is thrown as Failed."""


def evaluate(tree: Tree, at: int) -> Asking:
    """Compute a tree for the month at a position. Raise Failed with the place; parts not needed are not computed."""
    match tree:
        case Number(value):
            return value
        case Name(key, offset):
            try:
                return (yield key, at + offset)
            except Failed as failed:
                raise Failed(failed.fault.at_place(tree.start, tree.end)) from None
        case Minus(operand):
            return -(yield from evaluate(operand, at))
        case Chain():
            return (yield from _chain(tree, at))
        case If(compare, left, right, then, otherwise):
            first = yield from evaluate(left, at)
            second = yield from evaluate(right, at)
            return (yield from evaluate(then if COMPARISONS[compare](first, second) else otherwise, at))
        case Call(function, arguments):
            values: list[Decimal] = []
            for argument in arguments:
                value = yield from evaluate(argument, at)
                values.append(value)
            with _Place(tree):
                return FUNCTIONS[function].work(*values)


def _chain(tree: Chain, at: int) -> Asking:
    value = yield from evaluate(tree.first, at)
    for sign, operand in tree.rest:
        other = yield from evaluate(operand, at)
        if sign == "/" and not other:
            raise Failed(Fault(reason=Reason.DIVISION, start=operand.start, end=operand.end))
        with _Place(tree):
            value = OPERATIONS[sign](value, other)
    return value


class _Place:
    """Turns an error of the arithmetic into one with the place."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, DecimalException):
            raise Failed(Fault(reason=Reason.TOO_LARGE, start=self._tree.start, end=self._tree.end)) from None
