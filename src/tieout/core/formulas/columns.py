"""All months of a formula at once: a tree becomes closures over whole columns of values.

This is the fast way. It knows no faults: where one is met, or the arithmetic refuses, the model goes cell by cell.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from operator import neg

from tieout.core.formulas.functions import COMPARISONS, FUNCTIONS, OPERATIONS
from tieout.core.formulas.tree import Call, Chain, If, Minus, Name, Number, Tree

Column = list[Decimal]
Read = Callable[[str, int], Column]
"""Returns a variable's column, looked at so many months away."""
Compiled = Callable[[Read, int], Column]
"""Returns a formula's column of so many months."""


class Awkward(Exception):
    """A column cannot be had whole."""


@lru_cache(maxsize=20_000)
def compiled(tree: Tree) -> Compiled:
    """Return a function that computes a tree over all months; the same tree is compiled once."""
    return _compiled(tree)


def _compiled(tree: Tree) -> Compiled:
    match tree:
        case Number(value):
            return lambda _read, count: [value] * count
        case Name(key, offset):
            return lambda read, _count: read(key, offset)
        case Minus(operand):
            inner = _compiled(operand)
            return lambda read, count: list(map(neg, inner(read, count)))
        case Chain():
            return _chain(tree)
        case If():
            return _if(tree)
        case Call(function, arguments):
            work, inners = FUNCTIONS[function].work, [_compiled(argument) for argument in arguments]
            return lambda read, count: list(map(work, *(inner(read, count) for inner in inners)))


def _chain(tree: Chain) -> Compiled:
    first = _compiled(tree.first)
    rest = [(OPERATIONS[sign], _compiled(operand)) for sign, operand in tree.rest]

    def column(read: Read, count: int) -> Column:
        values = first(read, count)
        for work, operand in rest:
            values = list(map(work, values, operand(read, count)))
        return values

    return column


def _if(tree: If) -> Compiled:
    compare = COMPARISONS[tree.compare]
    left, right, then, otherwise = map(_compiled, (tree.left, tree.right, tree.then, tree.otherwise))

    def column(read: Read, count: int) -> Column:
        holds = list(map(compare, left(read, count), right(read, count)))
        if all(holds):
            return then(read, count)
        if not any(holds):
            return otherwise(read, count)
        pairs = zip(holds, then(read, count), otherwise(read, count), strict=True)
        return [yes if held else no for held, yes, no in pairs]

    return column
