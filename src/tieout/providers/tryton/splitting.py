"""A line that analytic lines share out becomes several, which sum to it to the cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

NO_VALUE = ""


class Piece(NamedTuple):
    """A part of a line with its value in each dimension."""

    amount: int
    values: tuple[tuple[str, str], ...] = ()  # (dimension, value), one of a dimension


class Share(NamedTuple):
    """So much of a line is of a value; of none where the value is ``NO_VALUE``."""

    amount: int
    value: str


def split(amount: int, shares: Mapping[str, Sequence[Share]]) -> list[Piece]:
    """Return a line's pieces: ``shares`` by dimension. What no share takes has no value there.

    With several dimensions each value keeps its whole amount; how they meet is not known, so they meet in order.
    """
    pieces = [Piece(amount)]
    for dimension in sorted(shares):
        pieces = _met(pieces, _whole(amount, shares[dimension]), dimension)
    return pieces


def _whole(amount: int, shares: Sequence[Share]) -> list[Share]:
    """Return shares that sum to the line, one a value, none of them nothing."""
    summed: dict[str, int] = {}
    for share in shares:
        summed[share.value] = summed.get(share.value, 0) + share.amount
    summed[NO_VALUE] = summed.get(NO_VALUE, 0) + amount - sum(summed.values())
    return [Share(part, value) for value, part in summed.items() if part]


def _met(pieces: Sequence[Piece], shares: Sequence[Share], dimension: str) -> list[Piece]:
    """Return pieces cut so that each lies in one share."""
    if len(shares) == 1:
        return [_valued(piece, piece.amount, dimension, shares[0].value) for piece in pieces]
    if len({it.amount > 0 for it in pieces} | {it.amount > 0 for it in shares}) > 1:
        return _crossed(pieces, shares, dimension)
    met: list[Piece] = []
    left = list(shares)
    for piece in pieces:
        rest = piece.amount
        while rest:
            share = left.pop(0)
            part = min(rest, share.amount, key=abs)
            met.append(_valued(piece, part, dimension, share.value))
            rest -= part
            if share.amount != part:
                left.insert(0, Share(share.amount - part, share.value))
    return met


def _crossed(pieces: Sequence[Piece], shares: Sequence[Share], dimension: str) -> list[Piece]:
    """Return the same where signs differ: the first of each takes what the others leave, so that all sums hold."""
    first, share, others = pieces[0], shares[0], shares[1:]
    corner = first.amount - sum(it.amount for it in others)
    met = [_valued(first, corner, dimension, share.value)]
    met += [_valued(first, it.amount, dimension, it.value) for it in others]
    met += [_valued(piece, piece.amount, dimension, share.value) for piece in pieces[1:]]
    return [piece for piece in met if piece.amount]


def _valued(piece: Piece, amount: int, dimension: str, value: str) -> Piece:
    return Piece(amount, (*piece.values, (dimension, value)) if value != NO_VALUE else piece.values)
