"""The entries behind a figure, page by page, masked for readers without the payroll-detail right."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date

from tieout.core.month import Month
from tieout.expenses.cells import Beyond, RowCell, Segment
from tieout.ledger.changes_pairs import Place
from tieout.ledger.explaining import explaining
from tieout.ledger.models import Book
from tieout.ledger.queries import PAGE, CellLines, EntryLine, cell_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose lines, and to whom: what every page of one figure has in common.

    ``payroll_accounts`` is None for a reader with the payroll-detail right, else see `ledger.queries.cell_lines`.
    """

    book: Book
    cell: RowCell
    payroll_accounts: Collection[int] | None
    search: str = ""
    reversals: bool = False  # whether lines that cancel out are listed too


@dataclass(frozen=True, slots=True)
class Remapped:
    """What closed months hold beyond their lines, since rules or the chart have changed after sync N."""

    first: Month
    last: Month
    sync: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """Some of the lines, and the count and sum of all that were found. Minor units, debit positive.

    The sum holds what was ``remapped`` and what was typed ``beyond`` the lines too, unless a search asks for some of
    the lines. ``cancelled`` is how many lines are not listed because they cancel out.
    """

    lines: tuple[EntryLine, ...]
    count: int
    total: int
    page: int
    pages: int
    remapped: tuple[Remapped, ...] = ()
    beyond: tuple[Beyond, ...] = ()
    cancelled: int = 0


def entry_page(asked: Asked, page: int = 1) -> EntryPage:
    """Return one page of the lines; a number beyond the last gives the last."""
    heads = [_ask(asked, segment, offset=0, limit=0) for segment in asked.cell.segments]
    single = [head.count - sum(line.count for line in head.lines) for head in heads]  # lines shown one by one
    pages = max(1, -(-sum(single) // PAGE))
    page = min(max(1, page), pages)
    remapped = () if asked.search else tuple(_remapped(asked.cell))
    beyond = () if asked.search else asked.cell.beyond
    return EntryPage(
        # The last page has no end: a segment of hidden rows only may stand behind its last line.
        lines=tuple(_lines(asked, single, (page - 1) * PAGE, page * PAGE if page < pages else sum(single) + 1)),
        count=sum(head.count for head in heads),
        total=sum(head.total for head in heads) + sum(it.amount for it in remapped) + sum(it.amount for it in beyond),
        page=page,
        pages=pages,
        remapped=remapped,
        beyond=beyond,
        cancelled=sum(head.cancelled for head in heads),
    )


def part_of(asked: Asked) -> int:
    """Return how much of the figure is in entries that explain what the provider does not itemise, up and down."""
    return sum(
        abs(amount)
        for segment in asked.cell.segments
        for account, expense, month, amount in explaining(asked.book, segment.version).lines
        if segment.cell.holds(Place(account, expense, month))
    )


def all_lines(asked: Asked) -> Iterator[EntryLine]:
    """Yield every line, a month at a time, so that an export of any size fits into memory; then what has none."""
    for segment in asked.cell.segments:
        for month in segment.cell.first.until(segment.cell.last + 1):
            one = replace(segment, cell=replace(segment.cell, first=month, last=month))
            yield from _ask(asked, one, offset=0, limit=_WHOLE).lines
    if asked.search:
        return
    for it in _remapped(asked.cell):
        text = f"Re-mapped since these months were closed at sync {it.sync}"
        yield _as_line(it.last.start, text, it.amount)
    for typed in asked.cell.beyond:
        yield _as_line(typed.month.start, typed.text, typed.amount)


_WHOLE = 10_000_000  # more lines than a month can have


def _lines(asked: Asked, single: list[int], start: int, stop: int) -> Iterator[EntryLine]:
    """Yield the lines between two places of the whole, across segments."""
    before = 0
    for segment, count in zip(asked.cell.segments, single, strict=True):
        first, last = max(start - before, 0), min(stop - before, count)
        if first < last or (not count and start <= before < stop):
            yield from _ask(asked, segment, offset=first, limit=max(last - first, 0)).lines
        before += count


def _remapped(cell: RowCell) -> Iterator[Remapped]:
    for it in cell.segments:
        if it.remapped:
            yield Remapped(it.cell.first, it.cell.last, it.sync, it.remapped)


def _as_line(day: date, text: str, amount: int) -> EntryLine:
    """Return a row of a file that stands for no line of the books."""
    return EntryLine(
        date=day, type="", external_id="", number="", party="", item="", account="", dimensions="", text=text,
        amount=amount, count=0,
    )  # fmt: skip


def _ask(asked: Asked, segment: Segment, *, offset: int, limit: int) -> CellLines:
    return cell_lines(
        asked.book,
        segment.cell,
        version=segment.version,
        payroll_accounts=asked.payroll_accounts,
        search=asked.search,
        offset=offset,
        limit=limit,
        reversals=asked.reversals,
    )
