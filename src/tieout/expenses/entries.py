"""The entries behind a figure, page by page, masked for readers without the payroll-detail right."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from tieout.expenses.cells import RowCell
from tieout.ledger.models import Book
from tieout.ledger.queries import PAGE, Cell, CellLines, EntryLine, cell_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose lines, as known when, to whom: what every page of one figure has in common.

    ``payroll_accounts`` is None for a reader with the payroll-detail right, else see `ledger.queries.cell_lines`.
    """

    book: Book
    cell: RowCell
    version: int
    payroll_accounts: Collection[int] | None
    search: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """Some of the lines, and the count and sum of all that were found. Minor units, debit positive."""

    lines: tuple[EntryLine, ...]
    count: int
    total: int
    page: int
    pages: int


def entry_page(asked: Asked, page: int = 1) -> EntryPage:
    """Return one page of the lines; a number beyond the last gives the last."""
    heads = [_ask(asked, segment, offset=0, limit=0) for segment in asked.cell.segments]
    single = [head.count - sum(line.count for line in head.lines) for head in heads]  # lines shown one by one
    pages = max(1, -(-sum(single) // PAGE))
    page = min(max(1, page), pages)
    return EntryPage(
        # The last page has no end: a segment of hidden rows only may stand behind its last line.
        lines=tuple(_lines(asked, single, (page - 1) * PAGE, page * PAGE if page < pages else sum(single) + 1)),
        count=sum(head.count for head in heads),
        total=sum(head.total for head in heads),
        page=page,
        pages=pages,
    )


def all_lines(asked: Asked) -> Iterator[EntryLine]:
    """Yield every line, a month at a time, so that an export of any size fits into memory."""
    for segment in asked.cell.segments:
        for month in segment.first.until(segment.last + 1):
            yield from _ask(asked, replace(segment, first=month, last=month), offset=0, limit=_WHOLE).lines


_WHOLE = 10_000_000  # more lines than a month can have


def _lines(asked: Asked, single: list[int], start: int, stop: int) -> Iterator[EntryLine]:
    """Yield the lines between two places of the whole, across segments."""
    before = 0
    for segment, count in zip(asked.cell.segments, single, strict=True):
        first, last = max(start - before, 0), min(stop - before, count)
        if first < last or (not count and start <= before < stop):
            yield from _ask(asked, segment, offset=first, limit=max(last - first, 0)).lines
        before += count


def _ask(asked: Asked, segment: Cell, *, offset: int, limit: int) -> CellLines:
    return cell_lines(
        asked.book,
        segment,
        version=asked.version,
        payroll_accounts=asked.payroll_accounts,
        search=asked.search,
        offset=offset,
        limit=limit,
    )
