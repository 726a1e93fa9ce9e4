"""The lines that syncs have added to, changed in or removed from a closed month, each before and after."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tieout.core.month import Month
from tieout.ledger.accounts import Account, chart
from tieout.ledger.changes_between import KnownAt, LineAt, LineChange, line_changes
from tieout.ledger.closing import ClosedMonth
from tieout.ledger.models import Book, ListKind
from tieout.ledger.names import ListedName, listed_names
from tieout.ledger.queries import PAGE, Cell
from tieout.ui.figures import count, long_month


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A line as it was, or as it is. ``amount`` is None where it is not in the closed month. Debit positive."""

    entry: str  # "Bill 1041", where the change gave the record another number or type
    date: date
    account: str
    party: str
    text: str
    amount: int | None
    elsewhere: str  # the month that it stands in, where that is another one


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedLine:
    """A line before and after. ``effect`` is what that does to the closed month; minor units, debit positive."""

    kind: str
    entry: str  # "Bill 1042"
    before: Side | None
    after: Side | None
    effect: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenLines:
    """Pay that the reader may see as a sum only."""

    text: str
    account: str
    effect: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedLines:
    """A page of lines, and all of them in figures: Σ effects, hidden ones too, = ``effect``."""

    page: Sequence[ChangedLine]
    hidden: Sequence[HiddenLines]
    count: int
    effect: int
    number: int
    pages: int


def changed_lines(
    book: Book, closed: ClosedMonth, *, payroll_accounts: Collection[int] | None, number: int = 1
) -> ChangedLines:
    """Return the lines that changed since a month was copied, as the reader may see them."""
    states = KnownAt(closed.version), KnownAt(book.published)
    cells = [Cell(closed.month, closed.month)]
    number = max(number, 1)
    found = line_changes(
        book, *states, cells, payroll_accounts=payroll_accounts, offset=(number - 1) * PAGE, limit=PAGE
    )  # fmt: skip
    accounts, parties = chart(book, book.published), listed_names(book, ListKind.PARTY, book.published)
    words = _Words(closed.month, accounts, parties)
    return ChangedLines(
        page=[words.change(change) for change in found.page],
        hidden=[
            HiddenLines(text=count(tally.count, "payroll line"), account=accounts[account].label, effect=tally.effect)
            for (account, month), tally in sorted(found.hidden.items())
            if month == closed.month.key
        ],
        count=sum(found.lines.values()),
        effect=found.effect,
        number=number,
        pages=max(1, -(-found.count // PAGE)),
    )


@dataclass(frozen=True, slots=True)
class _Words:
    month: Month
    accounts: Mapping[int, Account]
    parties: Mapping[int, ListedName]

    def change(self, change: LineChange) -> ChangedLine:
        line = change.after or change.before
        effects = change.effects.items()
        before, after = change.before, change.after
        renumbered = before is not None and after is not None and _entry(before) != _entry(after)
        return ChangedLine(
            kind=str(change.kind),
            entry=_entry(line) if line else "",
            before=self._side(before, named=renumbered),
            after=self._side(after, named=renumbered),
            effect=sum(effect for place, effect in effects if place.month == self.month.key),
        )

    def _side(self, line: LineAt | None, *, named: bool) -> Side | None:
        if line is None:
            return None
        inside = line.month == self.month.key
        party = self.parties.get(line.party)
        return Side(
            entry=_entry(line) if named else "",
            date=line.date,
            account=self.accounts[line.account].label,
            party=party.name if party else "",
            text=line.text or line.memo,
            amount=line.amount if inside else None,
            elsewhere="" if inside else long_month(Month.from_key(line.month)),
        )


def _entry(line: LineAt) -> str:
    return f"{line.type} {line.number}".strip()
