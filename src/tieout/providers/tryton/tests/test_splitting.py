"""Shared lines: every piece is accounted for, whatever the shares."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tieout.providers.tryton.splitting import Piece, Share, split

_VALUES = st.sampled_from("abc")
_AMOUNTS = st.integers(-10_000, 10_000)
_SHARES = st.lists(st.builds(Share, _AMOUNTS, _VALUES), max_size=4)


def test_a_line_without_shares_is_one_piece() -> None:
    assert split(1234, {}) == [Piece(1234)]


def test_a_line_of_one_value_stays_whole() -> None:
    assert split(1234, {"d": [Share(1234, "x")], "r": [Share(1234, "y")]}) == [Piece(1234, (("d", "x"), ("r", "y")))]


def test_a_percentage_becomes_several_lines_to_the_cent() -> None:
    assert split(1001, {"d": [Share(601, "x"), Share(400, "y")]}) == [
        Piece(601, (("d", "x"),)),
        Piece(400, (("d", "y"),)),
    ]


def test_what_no_share_takes_has_no_value() -> None:
    assert split(-1000, {"d": [Share(-300, "x")]}) == [Piece(-300, (("d", "x"),)), Piece(-700)]


def test_shares_of_two_dimensions_meet_in_order_and_none_turns_its_sign() -> None:
    pieces = split(100, {"d": [Share(10, "a"), Share(90, "b")], "r": [Share(10, "x"), Share(90, "y")]})
    assert pieces == [Piece(10, (("d", "a"), ("r", "x"))), Piece(90, (("d", "b"), ("r", "y")))]


@given(amount=_AMOUNTS.filter(bool), shares=st.dictionaries(st.sampled_from("DRS"), _SHARES, max_size=3))
def test_nothing_is_lost_and_every_value_keeps_its_amount(amount: int, shares: dict[str, list[Share]]) -> None:
    pieces = split(amount, shares)
    assert sum(piece.amount for piece in pieces) == amount
    for dimension, some in shares.items():
        wanted: Counter[str] = Counter()
        for share in some:
            wanted[share.value] += share.amount
        found: Counter[str] = Counter()
        for piece in pieces:
            if (value := dict(piece.values).get(dimension)) is not None:
                found[value] += piece.amount
        assert {key: it for key, it in found.items() if it} == {key: it for key, it in wanted.items() if it}
    assert all(len(dict(piece.values)) == len(piece.values) for piece in pieces)


@given(amount=st.integers(1, 10_000), cuts=st.lists(st.integers(0, 10_000), min_size=2, max_size=2))
def test_shares_of_the_lines_own_sign_make_pieces_of_its_sign(amount: int, cuts: list[int]) -> None:
    first, second = (min(cut, amount) for cut in cuts)
    pieces = split(amount, {"D": [Share(first, "a"), Share(amount - first, "b")], "R": [Share(second, "x")]})
    assert all(piece.amount > 0 for piece in pieces)
