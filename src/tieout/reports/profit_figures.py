"""What a question takes of income and expenses, laid into its columns. Minor units, debit positive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from tieout.core.month import Month
from tieout.expenses.sections import Member, Plan, Section, plan
from tieout.expenses.tying import Tying, tying
from tieout.ledger.line_sums import LineSum, line_sums
from tieout.ledger.queries import Cell
from tieout.planning.forecast import Forecast
from tieout.reports.beside import PARTS, State
from tieout.reports.document import Column
from tieout.reports.narrowing import NO_SET, Taken, sets_with, taking
from tieout.reports.profit_ahead import ToCome, to_come
from tieout.reports.queries import LedgerAt
from tieout.reports.question import Question

Amounts = Mapping[str, int]  # by column key


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of one account, expense and month that stand in some columns (keys); or, ``ahead``, what is planned."""

    account: int
    expense: int
    month: Month
    columns: tuple[str, ...]
    amount: int
    ahead: bool = False


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The pieces of a statement, and what its cells are made of."""

    at: LedgerAt
    columns: tuple[Column, ...]
    pieces: Sequence[Piece]
    parts: Sequence[Piece]  # what of the pieces the provider does not itemise
    plan: Plan
    ties: Tying
    drawn: Mapping[Member, frozenset[int]]  # the accounts that an expense ever drew from
    strays: Mapping[int, frozenset[int]]  # by account: expenses of its lines that are not the plan's
    wanted: Collection[Section] = frozenset()  # sections to show; empty: all
    sets: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # by column: dimension sets; missing: all
    after: Month | None = None
    linked: Mapping[Member, Sequence[Piece]] = field(default_factory=dict)  # planned, of what has no account of its own
    to_come: ToCome = field(default_factory=ToCome)

    @cached_property
    def posted(self) -> tuple[Column, ...]:
        """The columns that hold something of the ledger."""
        return tuple(it for it in self.columns if it.posted and it.first and it.last)

    def months(self, column: Column) -> Iterator[Month]:
        """Yield the months of a column that are no forecast."""
        assert column.first
        assert column.last
        last = min(column.last, self.after) if self.after else column.last
        return column.first.until(last + 1)

    def cell(
        self, column: Column, first: Month, last: Month, accounts: Iterable[int], expenses: Iterable[int] = ()
    ) -> Cell:
        """Return the cell of some months of a column."""
        return Cell(
            first,
            last,
            accounts=tuple(sorted(accounts)),
            expenses=tuple(sorted(expenses)),
            dimension_sets=self.sets.get(column.key, ()),
        )

    def account_cells(self, account: int) -> Mapping[str, tuple[Cell, ...]]:
        """Return the cells of an account's figures: by column."""
        if self.wanted:
            members = [it for it in self.plan.members if account in self.drawn.get(it, ()) or _is(it, account)]
            return self._cells(lambda it: (c for one in members for c in self._member(it, one, [account], self.takes)))
        return self._cells(lambda it: self._whole(it, [account]))

    def member_cells(self, member: Member, section: Section) -> Mapping[str, tuple[Cell, ...]]:
        """Return the cells of an expense's figures while it is in a section: by column."""
        accounts = self.drawn.get(member, frozenset())
        return self._cells(lambda it: self._member(it, member, accounts, lambda one, m: one.section(m) == section))

    def takes(self, member: Member, month: Month) -> bool:
        """Whether an expense's lines of a month are asked for."""
        return not self.wanted or member.section(month) in self.wanted

    def states(self, accounts: Collection[int], parts: Amounts, months: Collection[Month] = ()) -> Mapping[str, State]:
        """Return how figures stand that do not just tie: by column. ``months`` narrows it to some; empty: all."""
        states = {key: PARTS[self.at.explaining.kind] for key, amount in parts.items() if amount}
        for column in self.posted:
            for month in self.months(column):
                if (not months or month in months) and any((it, month) in self.ties.differing for it in accounts):
                    states[column.key] = State.DIFFERS
        return states

    def _cells(self, of: Callable[[Column], Iterable[Cell]]) -> Mapping[str, tuple[Cell, ...]]:
        return {it.key: tuple(of(it)) for it in self.posted}

    def _whole(self, column: Column, accounts: Collection[int]) -> Iterator[Cell]:
        months = list(self.months(column))
        if months and accounts:
            yield self.cell(column, months[0], months[-1], accounts)

    def _member(
        self, column: Column, member: Member, accounts: Collection[int], takes: Callable[[Member, Month], bool]
    ) -> Iterator[Cell]:
        """Yield the cells of an expense's lines on some accounts, in the months of a column in which it is taken."""
        for taken, run in groupby(self.months(column), key=lambda month: takes(member, month)):
            months = list(run)
            drawn = self.drawn.get(member, frozenset()).intersection(accounts)
            if taken and drawn and member.id:
                yield self.cell(column, months[0], months[-1], drawn, [member.id])
            own = member.account.id if member.account else 0
            if taken and own in accounts and (strays := self.strays.get(own)):
                yield self.cell(column, months[0], months[-1], [own], strays)


def _is(member: Member, account: int) -> bool:
    return member.account is not None and member.account.id == account


Place = Callable[[int, int], tuple[str, ...]]
"""The columns (keys) of a month (key) and a dimension set."""


def figures(
    at: LedgerAt,
    asked: Question,
    columns: tuple[Column, ...],
    *,
    sets: Mapping[str, tuple[int, ...]] | None = None,
    forecast: Forecast | None = None,
) -> Figures:
    """Return what the question takes, in its columns. ``sets`` splits columns (keys) by dimension sets.

    The kept sums answer, unless dimension values narrow or split the question: then one query adds up lines.
    """
    the_plan = plan(at.company, at.book, at.version)
    narrowed = sets_with(at.book, at.version, asked.values)
    by_column = _sets(columns, narrowed, sets or {})
    taken = taking(the_plan, asked.sections)
    place = _placing(columns, by_column, asked.after)
    drawn, strays = _drawn(at, the_plan)
    lines = _lines(at, columns, narrowed) if by_column else ((*it[:3], 0, it[3]) for it in at.movements)
    explained = () if by_column else ((*it[:3], 0, it[3]) for it in at.explaining.lines)
    coming = to_come(at, forecast, columns, asked.after, asked.sections) if forecast and asked.after else ToCome()
    planned, linked = _planned(the_plan, coming)
    return Figures(
        at=at,
        columns=columns,
        pieces=(*_pieces(at, lines, place, taken), *planned),
        parts=tuple(_pieces(at, explained, place, taken)),
        plan=the_plan,
        ties=tying(at.book, at.version),
        drawn=drawn,
        strays=strays,
        wanted=asked.sections,
        sets=by_column,
        after=asked.after,
        linked=linked,
        to_come=coming,
    )


def _planned(the_plan: Plan, coming: ToCome) -> tuple[list[Piece], Mapping[Member, list[Piece]]]:
    """Return what is planned of accounts, and of what links take out of accounts: that has none of its own."""
    own = {it.id: it for it in the_plan.members if it.id}
    pieces: list[Piece] = []
    linked: defaultdict[Member, list[Piece]] = defaultdict(list)
    for member, month, columns, amount in coming.members:
        account = member.account.id if member.account else 0
        piece = Piece(account, member.id, month, columns, amount, ahead=True)
        (pieces if account else linked[own.get(member.id, member)]).append(piece)
    return pieces, dict(linked)


def _sets(
    columns: Iterable[Column], narrowed: tuple[int, ...] | None, split: Mapping[str, tuple[int, ...]]
) -> dict[str, tuple[int, ...]]:
    """Return the dimension sets that each column takes; a column that takes all of them is missing."""
    result = {}
    for column in columns:
        own = split.get(column.key)
        if own is not None and narrowed is not None:
            own = tuple(it for it in own if it in narrowed) or (NO_SET,)
        if (found := own if own is not None else narrowed) is not None:
            result[column.key] = found
    return result


def _placing(columns: Iterable[Column], sets: Mapping[str, tuple[int, ...]], after: Month | None) -> Place:
    by_month: defaultdict[int, list[str]] = defaultdict(list)
    for column in columns:
        if column.posted and column.first and column.last:
            last = min(column.last, after) if after else column.last
            for month in column.first.until(last + 1):
                by_month[month.key].append(column.key)
    taken = {key: frozenset(it) for key, it in sets.items()}

    def place(month: int, dimension_set: int) -> tuple[str, ...]:
        return tuple(key for key in by_month.get(month, ()) if key not in taken or dimension_set in taken[key])

    return place


def _lines(at: LedgerAt, columns: Iterable[Column], narrowed: tuple[int, ...] | None) -> Iterable[LineSum]:
    bounds = [(it.first, it.last) for it in columns if it.posted and it.first and it.last]
    first, last = min(it[0] for it in bounds), max(it[1] for it in bounds)
    return line_sums(at.book, at.known, first=first, last=last, sets=narrowed)


def _pieces(at: LedgerAt, lines: Iterable[LineSum], place: Place, taken: Taken) -> Iterator[Piece]:
    months: dict[int, Month] = {}
    for account, expense, key, dimension_set, amount in lines:
        columns = place(key, dimension_set)
        if not columns or at.accounts[account].type.on_balance_sheet:
            continue
        month = months.get(key) or months.setdefault(key, Month.from_key(key))
        if taken(account, expense, month):
            yield Piece(account, expense, month, columns, amount)


def _drawn(at: LedgerAt, the_plan: Plan) -> tuple[dict[Member, frozenset[int]], dict[int, frozenset[int]]]:
    drawn: defaultdict[Member, set[int]] = defaultdict(set)
    strays: defaultdict[int, set[int]] = defaultdict(set)
    known = {member.id for member in the_plan.members if member.id}
    holder = the_plan.holder()
    for account, expense, _, _ in at.movements:
        if member := holder(account, expense):
            drawn[member].add(account)
            if expense not in known:
                strays[account].add(expense)
    return {it: frozenset(ids) for it, ids in drawn.items()}, {it: frozenset(ids) for it, ids in strays.items()}


def added(pieces: Iterable[Piece]) -> Amounts:
    """Return the sums of some pieces by column."""
    sums: defaultdict[str, int] = defaultdict(int)
    for piece in pieces:
        for key in piece.columns:
            sums[key] += piece.amount
    return dict(sums)


def ahead_of(pieces: Iterable[Piece]) -> Amounts:
    """Return what of some pieces is planned, by column."""
    return added(it for it in pieces if it.ahead)
