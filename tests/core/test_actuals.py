"""Two layers of actuals: the examples of the specification, and that lines and adjustment make the total."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tieout.core.actuals import CashMonth, Figure, Moved, Origin, SectionMonth, TypedOver

AMOUNTS = st.integers(-(10**12), 10**12)
MAYBE = st.none() | AMOUNTS
TYPED = st.builds(TypedOver, AMOUNTS, MAYBE)
FIGURES = st.builds(Figure, imported=MAYBE, typed=st.none() | TYPED, estimate=MAYBE)
OWN = st.builds(Figure, imported=MAYBE, typed=st.none() | TYPED)
SECTIONS = st.builds(
    SectionMonth,
    own=OWN,
    lines=st.lists(FIGURES, max_size=6),
    moved=st.lists(st.builds(Moved, TYPED, st.booleans()), max_size=3),
)


def test_streams_of_8_000_and_books_of_10_000_are_adjusted_by_2_000() -> None:
    lines = [Figure(typed=TypedOver(5_000_00, None)), Figure(typed=TypedOver(3_000_00, None))]
    found = SectionMonth(own=Figure(imported=10_000_00), lines=lines)
    assert (found.total, found.adjustment) == (10_000_00, 2_000_00)


def test_lines_of_11_088_and_a_subtotal_typed_10_000_are_adjusted_by_minus_1_088() -> None:
    lines = [Figure(imported=6_000_00), Figure(imported=5_088_00)]
    own = Figure(imported=11_088_00, typed=TypedOver(10_000_00, 11_088_00))
    found = SectionMonth(own=own, lines=lines)
    assert (found.total, found.adjustment) == (10_000_00, -1_088_00)


def test_typed_stands_before_imported_before_estimate() -> None:
    figure = Figure(imported=2, typed=TypedOver(1, 2), estimate=3)
    assert (figure.shown, figure.origin) == (1, Origin.TYPED)
    assert (replace(figure, typed=None).shown, replace(figure, typed=None).origin) == (2, Origin.IMPORTED)
    bare = Figure(estimate=3)
    assert (bare.shown, bare.origin) == (3, Origin.ESTIMATED)
    assert (Figure().shown, Figure().origin) == (0, Origin.NOTHING)
    assert Figure(imported=0, estimate=3).shown == 0  # the books say zero, which is not nothing


def test_books_that_move_under_a_typed_amount_are_told() -> None:
    assert not Figure(imported=2, typed=TypedOver(1, 2)).moved_on
    assert Figure(imported=3, typed=TypedOver(1, 2)).moved_on
    assert Figure(imported=0, typed=TypedOver(1, None)).moved_on  # there were no books, and now there are
    assert not Figure(imported=3).moved_on


@given(SECTIONS)
def test_lines_and_adjustment_make_the_total(found: SectionMonth) -> None:
    assert sum(line.shown for line in found.lines) + found.adjustment == found.total


@given(SECTIONS)
def test_a_typed_subtotal_is_what_is_shown_and_without_it_the_books_are(found: SectionMonth) -> None:
    if found.own.typed:
        assert found.total == found.own.typed.amount
    elif found.own.imported is not None and not any(it.whole for it in found.moved):
        assert found.total == found.own.imported


@given(SECTIONS, st.data())
def test_a_line_that_goes_with_its_typed_amount_takes_nothing_from_the_total(
    found: SectionMonth, data: st.DataObject
) -> None:
    typed = [at for at, line in enumerate(found.lines) if line.typed]
    if not typed:
        return
    gone = data.draw(st.sampled_from(typed))
    left = [line for at, line in enumerate(found.lines) if at != gone]
    line = found.lines[gone]
    assert line.typed
    after = replace(found, lines=left, moved=[*found.moved, Moved(line.typed)])
    assert after.total == found.total
    assert after.adjustment == found.adjustment + line.shown


@given(SECTIONS, st.data())
def test_typing_a_line_where_there_are_books_changes_no_total_and_reset_returns_to_them(
    found: SectionMonth, data: st.DataObject
) -> None:
    lines = [replace(line, typed=None) for line in found.lines]
    before = replace(found, lines=lines)
    if not lines:
        return
    at = data.draw(st.integers(0, len(lines) - 1))
    typed = replace(lines[at], typed=TypedOver(data.draw(AMOUNTS), lines[at].imported))
    after = replace(before, lines=[*lines[:at], typed, *lines[at + 1 :]])
    assert after.lines[at].origin is Origin.TYPED
    if found.own.typed or found.own.imported is not None:
        assert after.total == before.total
    else:
        assert after.total - before.total == typed.shown - lines[at].shown
    back = replace(after, lines=[*lines[:at], replace(typed, typed=None), *lines[at + 1 :]])
    assert back == before


@given(OWN, st.lists(FIGURES, max_size=4), TYPED)
def test_a_section_that_goes_leaves_what_was_typed_beyond_the_books(
    own: Figure, lines: list[Figure], typed: TypedOver
) -> None:
    found = SectionMonth(own=replace(own, typed=None), lines=lines)
    after = replace(found, moved=[Moved(typed, whole=True)])
    assert after.total - found.total == typed.amount - (typed.over or 0)


BANKS = st.lists(st.builds(Figure, imported=AMOUNTS, typed=st.none() | TYPED), min_size=1, max_size=4)


@given(AMOUNTS, st.lists(st.tuples(AMOUNTS, BANKS), min_size=1, max_size=5))
def test_cash_adds_up_in_every_month_whatever_is_typed(opening: int, months: list[tuple[int, list[Figure]]]) -> None:
    beyond, books, unexplained, bare = 0, opening, 0, 0
    for flows, banks in months:
        found = CashMonth(begins=books + beyond, flows=flows, banks=banks)
        untyped = CashMonth(begins=books, flows=flows, banks=[replace(it, typed=None) for it in banks])
        assert found.begins + found.flows + found.unexplained == found.ends == sum(it.shown for it in banks)
        unexplained, bare = unexplained + found.unexplained, bare + untyped.unexplained
        books, beyond = sum(it.imported or 0 for it in banks), found.beyond
        assert unexplained - bare == beyond  # what is typed changes no later month: it is out again in the next
