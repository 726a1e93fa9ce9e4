"""A formula as a tree. Places (``start``, ``end``) point into the text; two trees that mean the same are equal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

FARTHEST = 60  # months of an offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where something stands in the text."""

    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Number(Placed):
    """A number; ``12%`` is 0.12."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Name(Placed):
    """A variable's key, and how many months away it is looked at. The place is the name's alone."""

    key: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Minus(Placed):
    """The negative of something."""

    operand: Tree


@dataclass(frozen=True, slots=True)
class Chain(Placed):
    """Operands of + and −, or of * and /, from left to right. One level whatever its length: no chain is deep."""

    first: Tree
    rest: tuple[tuple[str, Tree], ...]


@dataclass(frozen=True, slots=True)
class If(Placed):
    """One of two, by a comparison. The one that is not taken is not computed, so it cannot fail."""

    compare: str
    left: Tree
    right: Tree
    then: Tree
    otherwise: Tree


@dataclass(frozen=True, slots=True)
class Call(Placed):
    """A function of its arguments."""

    function: str
    arguments: tuple[Tree, ...]


Tree = Number | Name | Minus | Chain | If | Call


def parts(tree: Tree) -> tuple[Tree, ...]:
    """Return what a tree is made of, one level down."""
    match tree:
        case Number() | Name():
            return ()
        case Minus(operand):
            return (operand,)
        case Chain(first, rest):
            return (first, *(operand for _, operand in rest))
        case If(_, left, right, then, otherwise):
            return (left, right, then, otherwise)
        case Call(_, arguments):
            return arguments


def names(tree: Tree) -> Iterator[Name]:
    """Yield the names in a tree, from left to right."""
    if isinstance(tree, Name):
        yield tree
    for part in parts(tree):
        yield from names(part)
