"""Random formulas, and a second, tiny way to compute them that shares nothing with the first."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from tieout.core.formulas.lexer import name_of
from tieout.core.formulas.tree import Call, Chain, If, Minus, Name, Number, Tree

KEYS = ("a1", "a2", "d3", "v4")
SHOWN = {
    "a1": ("Account", "5010"),
    "a2": ("Account", "Rent & rates"),
    "d3": ("Department", "Women's wear.EU"),
    "v4": ("Préis",),
}


class Known:
    """The names of the variables above."""

    def find(self, parts: tuple[str, ...]) -> str | None:
        return next((key for key, name in SHOWN.items() if name == parts), None)

    def close_to(self, parts: tuple[str, ...]) -> str:
        return ""


def shown_name(key: str) -> str:
    """Return how a formula spells a key's name."""
    return name_of(SHOWN[key])


def trees(keys: tuple[str, ...] = KEYS, *, farthest: int = 3, earlier_only: bool = False) -> st.SearchStrategy[Tree]:
    """Return random trees; ``earlier_only`` looks at months before alone."""
    numbers = st.decimals(0, 1000, places=2).map(Number) | st.integers(0, 20).map(lambda n: Number(Decimal(n)))
    offsets = st.integers(-farthest, -1 if earlier_only else 0)
    leaves = numbers | st.builds(Name, st.sampled_from(keys), offsets)
    return st.recursive(leaves, _larger, max_leaves=8)


def _larger(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    def chain(signs: str) -> st.SearchStrategy[Tree]:
        rest = st.lists(st.tuples(st.sampled_from(signs), inner), min_size=1, max_size=3).map(tuple)
        return st.builds(Chain, inner, rest)

    many = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return (
        chain("+-")
        | chain("*/")
        | st.builds(Minus, inner)
        | st.builds(If, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), inner, inner, inner, inner)
        | st.builds(Call, st.sampled_from(["min", "max", "sum", "avg"]), many)
        | st.builds(Call, st.sampled_from(["floor", "ceiling", "round"]), st.tuples(inner))
        | st.builds(lambda it: Call("round", (it, Number(Decimal(2)))), inner)
    )


def written(tree: Tree, name: Callable[[str], str], space: str = " ") -> str:
    """Return a text of a tree, with a bracket around whatever may need one."""

    def inner(part: Tree) -> str:
        text = written(part, name, space)
        return f"({space}{text}{space})" if isinstance(part, Chain | Minus) else text

    match tree:
        case Number(value):
            return f"{value:f}"
        case Name(key, offset):
            return name(key) + (f"[{space}{offset}{space}]" if offset else "")
        case Minus(operand):
            return f"-{space}{inner(operand)}"
        case Chain(first, rest):
            return inner(first) + "".join(f"{space}{sign}{space}{inner(operand)}" for sign, operand in rest)
        case If(compare, left, right, then, otherwise):
            texts = [written(part, name, space) for part in (left, right, then, otherwise)]
            return f"if({texts[0]}{space}{compare}{space}{texts[1]},{texts[2]},{space}{texts[3]})"
        case Call(function, arguments):
            return f"{function}({','.join(written(part, name, space) for part in arguments)})"


class NoValue(Exception):
    """The tiny interpreter has no answer either."""


def value(tree: Tree, read: Callable[[str, int], Fraction], at: int) -> Fraction:
    """Compute a tree in fractions, which are exact: nothing of the product's arithmetic is used."""

    def of(part: Tree) -> Fraction:
        return value(part, read, at)

    match tree:
        case Number(number):
            return Fraction(number)
        case Name(key, offset):
            return read(key, at + offset)
        case Minus(operand):
            return -of(operand)
        case Chain(first, rest):
            total = of(first)
            for sign, operand in rest:
                other = of(operand)
                if sign == "/" and other == 0:
                    raise NoValue
                total = _operated(sign, total, other)
            return total
        case If(compare, left, right, then, otherwise):
            side = (of(left) > of(right)) - (of(left) < of(right))
            holds = {"=": side == 0, "<>": side != 0, "<": side < 0, "<=": side <= 0, ">": side > 0, ">=": side >= 0}
            return of(then if holds[compare] else otherwise)
        case Call(function, arguments):
            return _called(function, [of(part) for part in arguments])


def _operated(sign: str, left: Fraction, right: Fraction) -> Fraction:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right


def _called(function: str, values: list[Fraction]) -> Fraction:
    first = values[0]
    match function:
        case "floor":
            return Fraction(math.floor(first))
        case "ceiling":
            return Fraction(math.ceil(first))
        case "round":
            unit = 10 ** int(values[1]) if len(values) > 1 else 1
            size = math.floor(abs(first) * unit + Fraction(1, 2))
            return Fraction(size if first > 0 else -size, unit)
        case "min" | "max":
            return sorted(values)[0 if function == "min" else -1]
        case _:
            return sum(values, Fraction()) / (len(values) if function == "avg" else 1)
