"""Which lines of the books a report by axis is about: its accounts, narrowed, and what of them its reader may not see.

What is masked (spec §14) are the lines of payroll accounts and of payroll entries on others. They are summed as one,
and no row of theirs names anybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.month import Month
from tieout.expenses.sections import Holder, Plan, plan
from tieout.ledger.models import Book
from tieout.ledger.queries import Cell
from tieout.ledger.slices import By, Slice, slices
from tieout.reports.narrowing import sets_with
from tieout.reports.queries import LedgerAt, NoReport
from tieout.reports.question import Question


@dataclass(frozen=True, slots=True)
class Split:
    """Sums by axis that a reader may see, and those that only count. Minor units, debit positive."""

    shown: list[Slice]
    masked: list[Slice]


@dataclass(frozen=True, slots=True)
class Lines:
    """What lines a row takes: ids as in `ledger.queries.Cell`, () for all."""

    parties: tuple[int, ...] = ()
    items: tuple[int, ...] = ()
    sets: tuple[int, ...] = ()
    account: int = 0


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The accounts of one side, as a question narrows them."""

    book: Book
    version: int
    accounts: frozenset[int]
    masked: frozenset[int] | None  # None: the reader sees all
    sets: frozenset[int] | None = None  # combinations of dimension values, None for all
    sections: frozenset[str] = frozenset()
    plan: Plan | None = None  # where sections narrow it
    strays: Mapping[int, frozenset[int]] = field(default_factory=dict)  # by account: expenses that the plan lacks

    def split(self, by: By) -> Split:
        """Return the sums that the scope takes, the masked ones apart."""
        found = slices(self.book, self.version, by, self.accounts, sets=self.sets)
        if self.masked is None:
            return Split([it for it in found if self._takes(it)], [])
        masked = [it for it in found if it[1] in self.masked]
        left: defaultdict[tuple[int, ...], int] = defaultdict(int)
        for *cell, amount in found:
            if cell[1] not in self.masked:
                left[tuple(cell)] = amount
        open_accounts = self.accounts - self.masked
        for *cell, amount in slices(self.book, self.version, by, open_accounts, sets=self.sets, payroll=True):
            left[tuple(cell)] -= amount
            masked.append((*cell, amount))  # type: ignore[arg-type]
        shown: list[Slice] = [(*cell, amount) for cell, amount in left.items() if amount]  # type: ignore[misc]
        return Split([it for it in shown if self._takes(it)], [it for it in masked if self._takes(it)])

    def _takes(self, it: Slice) -> bool:
        return self.plan is None or self.holds(it[1], it[2], Month.from_key(it[3]))

    def holds(self, account: int, expense: int, month: Month) -> bool:
        """Return whether the scope takes what an account and an expense hold in a month."""
        if account not in self.accounts:
            return False
        if self._holder is None:
            return True
        member = self._holder(account, expense)
        return member is not None and member.section(month) in self.sections

    @cached_property
    def _holder(self) -> Holder | None:
        return self.plan.holder() if self.plan else None

    def cells(self, first: Month, last: Month, lines: Lines) -> Iterator[Cell]:
        """Yield what the ledger is asked for lines that the reader may see."""
        hidden = self.masked or frozenset()
        payroll = None if self.masked is None else False
        yield from self._cells(first, last, self.accounts - hidden, lines, payroll=payroll)

    def masked_cells(self, first: Month, last: Month) -> Iterator[Cell]:
        """Yield what the ledger is asked for lines that the reader may not see one by one."""
        hidden = self.masked or frozenset()
        yield from self._cells(first, last, self.accounts & hidden, Lines(), payroll=None)
        yield from self._cells(first, last, self.accounts - hidden, Lines(), payroll=True)

    def _cells(
        self, first: Month, last: Month, accounts: frozenset[int], lines: Lines, *, payroll: bool | None
    ) -> Iterator[Cell]:
        if lines.account:
            accounts &= {lines.account}
        sets = lines.sets or tuple(sorted(self.sets or ()))
        for start, end, drawn, expenses in self._runs(first, last, accounts):
            # No account at all would mean every one to the ledger.
            if drawn:
                yield Cell(
                    start, end, accounts=drawn, expenses=expenses, parties=lines.parties, items=lines.items,
                    dimension_sets=sets, payroll=payroll,
                )  # fmt: skip

    def _runs(
        self, first: Month, last: Month, accounts: frozenset[int]
    ) -> Iterator[tuple[Month, Month, tuple[int, ...], tuple[int, ...]]]:
        """Yield months with the accounts and expenses to ask for; a department's may change from month to month."""
        if self.plan is None:
            yield first, last, tuple(sorted(accounts)), ()
            return
        for members, run in groupby(first.until(last + 1), key=self._members):
            months = list(run)
            expenses = tuple(sorted(it for it, _ in members if it))
            if expenses:
                yield months[0], months[-1], tuple(sorted(accounts)), expenses
            own = {account for _, account in members if account in accounts and account in self.strays}
            for account in sorted(own):
                yield months[0], months[-1], (account,), tuple(sorted(self.strays[account]))

    def _members(self, month: Month) -> tuple[tuple[int, int], ...]:
        assert self.plan
        return tuple(
            (it.id, it.account.id if it.account else 0)
            for it in self.plan.members
            if it.section(month) in self.sections
        )


def scope_of(at: LedgerAt, asked: Question, side: AccountType, *, other: bool = True) -> Scope:
    """Return the scope of a question on the income or the expense side; raise NoReport for what cannot be told.

    Without ``other``, other income is left out: interest and the like are no revenue.
    """
    accounts = frozenset(
        id_ for id_, it in at.accounts.items() if it.type is side and (other or it.role is not AccountRole.OTHER_INCOME)
    )
    if asked.accounts:
        accounts &= asked.accounts
    masked = None if asked.masked is None else frozenset(asked.masked)
    sets = sets_with(at.book, at.version, asked.values)
    scope = Scope(
        book=at.book, version=at.version, accounts=accounts, masked=masked,
        sets=None if sets is None else frozenset(sets),
    )  # fmt: skip
    return _in_sections(at, asked, scope) if asked.sections else scope


def _in_sections(at: LedgerAt, asked: Question, scope: Scope) -> Scope:
    if at.as_then:
        raise NoReport("departments narrow this report by today's mapping only: leave out one of the two")
    narrowed = plan(at.company, at.book, at.version)
    known = {member.id for member in narrowed.members if member.id}
    strays: defaultdict[int, set[int]] = defaultdict(set)
    for account, expense, _, _ in at.movements:
        if account in scope.accounts and expense not in known:
            strays[account].add(expense)
    return Scope(
        book=scope.book, version=scope.version, accounts=scope.accounts, masked=scope.masked, sets=scope.sets,
        sections=asked.sections, plan=narrowed,
        strays={account: frozenset(expenses) for account, expenses in strays.items()},
    )  # fmt: skip
