"""The change log: what moved between two syncs, in figures that add up and line by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.expenses.labels import Labels, labels
from tieout.ledger.accounts import Account, chart
from tieout.ledger.changes_between import (
    Kind,
    KnownAt,
    LineChanges,
    Place,
    Tally,
    line_changes,
)
from tieout.ledger.changes_names import ListChange, WrittenChange, list_changes, written
from tieout.ledger.models import Book
from tieout.ledger.movements import known_movements
from tieout.ledger.queries import PAGE, Cell
from tieout.reports.change_log_cells import Narrowed, cells, holds
from tieout.reports.queries import Span

EVERYTHING = 10_000_000
"""A limit for files, which hold all rows."""


@dataclass(frozen=True, slots=True)
class AccountMonth:
    """What moved in an account's month."""

    account: Account
    month: Month
    tally: Tally


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A line's change as one cell sees it: a line that moved from March to April has a row in each."""

    kind: Kind
    account: Account
    month: Month
    place: Place
    effect: int
    written: WrittenChange


@dataclass(frozen=True, slots=True)
class HiddenRow:
    """Pay that the reader may see as a sum only: one row an account and month."""

    account: Account
    month: Month
    tally: Tally


@dataclass(frozen=True, slots=True)
class ChangeLog:
    """What moved. Minor units, debit positive."""

    company: Company
    span: Span
    narrowed: Narrowed
    found: LineChanges
    accounts: Mapping[int, Account]
    labels: Labels
    rows: tuple[ChangeRow, ...]  # of the page asked for
    hidden: tuple[HiddenRow, ...]
    lists: tuple[ListChange, ...]
    foot: Mapping[AccountType, int]

    def by_account(self) -> list[AccountMonth]:
        """Return what moved by account and month, in the order of the chart."""
        tallies: defaultdict[tuple[int, int], Tally] = defaultdict(Tally)
        for place, tally in self.found.by_place.items():
            into = tallies[place.account, place.month]
            for kind, lines in tally.lines.items():
                into.add(kind, lines, 0)
            into.effect += tally.effect
        order = {id_: at for at, id_ in enumerate(self.accounts)}
        return [
            AccountMonth(self.accounts[account], Month.from_key(month), tally)
            for (account, month), tally in sorted(tallies.items(), key=lambda it: (order[it[0][0]], it[0][1]))
        ]

    @property
    def profit(self) -> int:
        """What profit changes by, profit positive."""
        return -self.foot[AccountType.INCOME] - self.foot[AccountType.EXPENSE]

    @property
    def whole(self) -> bool:
        """Whether nothing narrows what is shown."""
        return self.narrowed == Narrowed()


def change_log(
    company: Company, asked: Span, narrowed: Narrowed, *, payroll_accounts: Collection[int] | None, offset: int = 0,
    limit: int = PAGE,
) -> ChangeLog:  # fmt: skip
    """Return what moved between two syncs, as far as it is asked for; a page of rows and the sums of all."""
    book = asked.book
    older, newer = asked.states
    before = chart(book, older.version)
    accounts = chart(book, newer.version)
    accounts = {**accounts, **{id_: it for id_, it in before.items() if id_ not in accounts}}
    placed = labels(company)
    wanted = cells(narrowed, accounts, placed, touched(asked) if narrowed.department else ())
    found = LineChanges((), 0, dict.fromkeys(Kind, 0), {}, {})
    if wanted is not None:
        found = line_changes(book, older, newer, wanted, payroll_accounts=payroll_accounts, offset=offset, limit=limit)
    rows = [
        ChangeRow(it.change.kind, accounts[place.account], Month.from_key(place.month), place, effect, it)
        for it in written(book, found.page, older.version, newer.version)
        for place, effect in it.change.effects.items()
        if holds(wanted, place)
    ]
    return ChangeLog(
        company=company,
        span=asked,
        narrowed=narrowed,
        found=found,
        accounts=accounts,
        labels=placed,
        rows=tuple(rows),
        hidden=tuple(
            HiddenRow(accounts[account], Month.from_key(month), tally)
            for (account, month), tally in sorted(found.hidden.items())
            if offset == 0
        ),
        lists=tuple(list_changes(book, older.version, newer.version)) if wanted == () else (),
        foot=_foot(found, accounts, _retyped(book, older, before, accounts, wanted)),
    )


def touched(asked: Span) -> Collection[Place]:
    """Return every place where something moved."""
    return line_changes(asked.book, *asked.states, payroll_accounts=None, limit=0).by_place


_Moved = tuple[AccountType, AccountType, int]


def _foot(found: LineChanges, accounts: Mapping[int, Account], retyped: Iterable[_Moved]) -> dict[AccountType, int]:
    result = dict.fromkeys(AccountType, 0)
    for place, tally in found.by_place.items():
        result[accounts[place.account].type] += tally.effect
    for was, now, amount in retyped:
        result[was] -= amount
        result[now] += amount
    return result


def _retyped(
    book: Book, older: KnownAt, before: Mapping[int, Account], after: Mapping[int, Account],
    wanted: Sequence[Cell] | None,
) -> Iterator[_Moved]:  # fmt: skip
    """Yield what accounts held before that have become accounts of another type: it moves without any line."""
    turned = {id_ for id_, it in before.items() if after[id_].type is not it.type}
    for account, expense, month, amount in known_movements(book, older) if turned else ():
        if account in turned and holds(wanted, Place(account, expense, month)):
            yield before[account].type, after[account].type, amount
