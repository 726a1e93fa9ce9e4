"""By how much closed months differ from the books, and why: lines changed, or lines stand elsewhere.

A cell is (account, expense, month). Copy → the copied version's lines in today's expenses → the books: the first step
is *re-mapped*, the second is what the books changed. Minor units, debit positive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db import connection

from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.ledger import dialect
from tieout.ledger.accounts import chart
from tieout.ledger.closing import HOLDS, ClosedMonth, closed
from tieout.ledger.models import Book

_Cell = tuple[int, int, int]  # account, expense, month key


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """A cell whose books are not what it was closed with: books = closed + remapped + changed.

    An account that counts as something else since has one for each type: all of it left the one and came to the other.
    """

    account: int
    expense: int
    month: Month
    type: AccountType
    closed: int
    remapped: int
    changed: int

    @property
    def is_expense(self) -> bool:
        """Whether it is part of the expenses of its month."""
        return self.type is AccountType.EXPENSE

    @property
    def books(self) -> int:
        """What the books say now."""
        return self.closed + self.remapped + self.changed


# ``was`` is the account's type in the copy where it is another one now.
_CELLS = f"""
    SELECT cell.account, cell.expense, cell.month, SUM(cell.copied), SUM(cell.kept), MAX(cell.was)
    FROM (
        SELECT kept.account, kept.expense, close.month, kept.amount AS copied, 0 AS kept,
            CASE WHEN kept.type = at.type THEN '' ELSE kept.type END AS was
        FROM ledger_monthclose close JOIN ledger_closedsum kept ON kept.close_id = close.id
        JOIN ledger_listedversion at ON at.listed_id = kept.account AND at.book_id = close.book_id
            AND at.valid_from <= %s AND at.valid_to > %s
        WHERE {HOLDS}
        UNION ALL
        SELECT kept.account, kept.expense, close.month, 0, kept.amount, ''
        FROM ledger_monthclose close
        JOIN ledger_monthsum kept ON kept.book = close.book_id AND kept.month = close.month WHERE {HOLDS}
    ) cell
    GROUP BY cell.account, cell.expense, cell.month HAVING SUM(cell.copied) <> SUM(cell.kept) OR MAX(cell.was) <> ''
"""


def differing(book: Book) -> list[Differing]:
    """Return the cells of closed months that the books, as published, no longer agree with.

    The cost follows the cells that differ, once the sums are compared.
    """
    shut = closed(book)
    if not shut:
        return []
    types = {id_: account.type for id_, account in chart(book, book.published).items()}
    cells = dict(_unequal(book, types))
    then = _lines_then(book, cells, shut)
    return [
        found
        for cell, (copied, kept, was) in sorted(cells.items())
        for found in _told(cell, copied, kept, then.get(cell, 0), was, types[cell[0]])
    ]


def _unequal(book: Book, types: Mapping[int, AccountType]) -> Iterator[tuple[_Cell, tuple[int, int, AccountType]]]:
    """Yield the cells that differ, with what was copied, what is kept, and the account's type then."""
    with connection.cursor() as cursor:
        cursor.execute(_CELLS, [book.published, book.published, book.pk, book.pk])
        rows = cursor.fetchall()
    was = {(account, month): AccountType(type_) for account, _, month, *_, type_ in rows if type_}
    for account, expense, month, copied, kept, _ in rows:
        yield (account, expense, month), (int(copied), int(kept), was.get((account, month), types[account]))


def _lines_then(book: Book, cells: Iterable[_Cell], shut: Mapping[Month, ClosedMonth]) -> dict[_Cell, int]:
    """Return what the lines that were copied sum to where they stand now."""
    wanted: defaultdict[tuple[int, int], set[int]] = defaultdict(set)  # of version and month, accounts
    for account, _, month in cells:
        wanted[shut[Month.from_key(month)].version, month].add(account)
    result: dict[_Cell, int] = {}
    with connection.cursor() as cursor:
        for (version, month), accounts in wanted.items():
            which, values = dialect.among("line.account", sorted(accounts))
            cursor.execute(
                "SELECT line.account, line.expense, SUM(line.amount) FROM ledger_line line "
                f"WHERE line.book = %s AND {which} AND line.month = %s "
                "AND line.valid_from <= %s AND line.valid_to > %s GROUP BY line.account, line.expense",
                [book.pk, *values, month, version, version],
            )
            result |= {(account, expense, month): int(amount) for account, expense, amount in cursor.fetchall()}
    return result


def _told(cell: _Cell, copied: int, kept: int, then: int, was: AccountType, type_: AccountType) -> Iterator[Differing]:
    account, expense, month = cell[0], cell[1], Month.from_key(cell[2])
    if was is not type_:
        yield Differing(
            account=account, expense=expense, month=month, type=was, closed=copied, remapped=-copied, changed=0
        )
        copied = 0
    yield Differing(
        account=account, expense=expense, month=month, type=type_,
        closed=copied, remapped=then - copied, changed=kept - then,
    )  # fmt: skip
