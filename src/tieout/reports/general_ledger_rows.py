"""The rows of a general ledger, some at a time, each with the balance after it: four queries whatever the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tieout.ledger.account_lines import Stretch, skipped_sum, stretch_lines
from tieout.ledger.queries import EntryLine
from tieout.reports.general_ledger import AccountLedger, Block, GeneralLedger
from tieout.ui.figures import count

CARRIED = "Carried to retained earnings"
CARRIED_IN = "Profit of the fiscal year before"
AT_ONCE = 5_000  # rows that a file reads at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A row: a line, pay of a month as one sum, or the profit of a year. ``amount`` is debit positive."""

    date: date
    text: str
    amount: int
    balance: int  # the account's after it; without meaning where the ledger is narrowed
    line: EntryLine | None = None
    lines: int = 1  # how many lines it stands for

    @property
    def hidden(self) -> bool:
        """Whether it is pay that the reader sees as a sum."""
        return self.line is None and self.lines > 0

    @property
    def debit(self) -> int:
        """Its amount where it is a debit, else 0."""
        return max(self.amount, 0)

    @property
    def credit(self) -> int:
        """Its amount, positive, where it is a credit, else 0."""
        return max(-self.amount, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some rows of an account. ``begins`` and ``ends`` say whether its first and its last row are among them."""

    ledger: AccountLedger
    before: int  # the balance before the first of the rows
    postings: tuple[Posting, ...]
    begins: bool
    ends: bool


class _Piece(NamedTuple):
    """Rows of an account from ``first`` on, up to ``last``, that one excluded."""

    ledger: AccountLedger
    first: int
    last: int


def length(found: GeneralLedger) -> int:
    """Return how long a ledger is: an account without rows counts as one."""
    return sum(max(1, it.rows) for it in found.accounts)


def every_part(found: GeneralLedger, size: int = AT_ONCE) -> Iterator[Part]:
    """Yield all rows, not more than ``size`` in memory at a time."""
    for offset in range(0, length(found), size):
        yield from parts(found, offset, size)


def parts(found: GeneralLedger, offset: int, size: int) -> list[Part]:
    """Return the rows at these places of the ledger (see `length`), by account."""
    pieces = list(_pieces(found, offset, offset + size))
    stretch = _stretch(pieces)
    lines = iter(stretch_lines(found.taking, stretch)) if stretch else iter(())
    result = []
    for ledger, first, last in pieces:
        rows: list[Posting] = []
        begins = first == 0
        balance = before = ledger.opening if begins else _before(found, ledger, first)
        for block, start in _placed(ledger):
            for place in range(max(start, first), min(start + block.rows, last)):
                row = _posting(ledger, block, place - start, balance, lines)
                balance = row.balance
                rows.append(row)
        result.append(Part(ledger=ledger, before=before, postings=tuple(rows), begins=begins, ends=last >= ledger.rows))
    return result


def _pieces(found: GeneralLedger, first: int, last: int) -> Iterator[_Piece]:
    place = 0
    for ledger in found.accounts:
        size = max(1, ledger.rows)
        if place < last and place + size > first:
            yield _Piece(ledger, max(0, first - place), min(ledger.rows, last - place))
        place += size


def _placed(ledger: AccountLedger) -> Iterator[tuple[Block, int]]:
    """Yield each month with the place of its first row."""
    place = 0
    for block in ledger.blocks:
        yield block, place
        place += block.rows


def _stretch(pieces: list[_Piece]) -> Stretch | None:
    """Return which single lines the pieces hold: they stand one behind the other."""
    accounts: list[int] = []
    begin = (0, 0)
    held = 0
    for ledger, first, last in pieces:
        for block, start in _placed(ledger):
            lines = start + block.rows - block.shown.count  # where the month's single lines begin
            here = min(start + block.rows, last) - max(lines, first)
            if here > 0:
                begin = begin if held else (block.month.key, max(0, first - lines))
                held += here
                accounts.append(ledger.account.row)
    if not held:
        return None
    return Stretch(accounts=tuple(dict.fromkeys(accounts)), month=begin[0], skip=begin[1], count=held)


def _before(found: GeneralLedger, ledger: AccountLedger, first: int) -> int:
    """Return an account's balance before one of its rows."""
    balance = ledger.opening
    for block, start in _placed(ledger):
        if start + block.rows <= first:
            balance += block.amount
        elif start < first:
            above = [block.carried, *([block.hidden.amount] if block.hidden.count else [])]
            above = above if block.carried else above[1:]
            balance += sum(above[: first - start])
            skip = max(0, first - start - len(above))
            stretch = Stretch(accounts=(ledger.account.row,), month=block.month.key, skip=skip, count=0)
            balance += skipped_sum(found.taking, stretch)
    return balance


def _posting(ledger: AccountLedger, block: Block, place: int, balance: int, lines: Iterator[EntryLine]) -> Posting:
    first = block.month.start
    if block.carried and place == 0:
        text = CARRIED if not ledger.account.type.on_balance_sheet else CARRIED_IN
        return Posting(date=first, text=text, amount=block.carried, balance=balance + block.carried, lines=0)
    if block.hidden.count and place == bool(block.carried):
        number, amount = block.hidden.count, block.hidden.amount
        text = count(number, "payroll line")
        return Posting(date=first, text=text, amount=amount, balance=balance + amount, lines=number)
    line = next(lines)
    return Posting(date=line.date, text=line.text, amount=line.amount, balance=balance + line.amount, line=line)
