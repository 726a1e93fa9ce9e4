"""Which months' expenses tie out: the tie-out by account and month end, told of the movement of single months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.records import EntryKind, Statement
from tieout.expenses.periods import Span
from tieout.ledger import tie_out
from tieout.ledger.accounts import natures
from tieout.ledger.explaining import explaining
from tieout.ledger.models import Book
from tieout.ledger.tie_out import Mismatch
from tieout.ui.figures import exact


@dataclass(frozen=True, slots=True)
class Parts:
    """What of the expenses, or streams, the provider does not itemise, by expense and month: entries explain it."""

    by: EntryKind = EntryKind.RESIDUAL
    amounts: Mapping[tuple[int, Month], int] = field(default_factory=dict)

    def by_expense(self) -> Mapping[int, Mapping[Month, int]]:
        """Return the amounts of each expense."""
        result: defaultdict[int, dict[Month, int]] = defaultdict(dict)
        for (expense, month), amount in self.amounts.items():
            result[expense][month] = amount
        return result

    def within(self, months: Container[Month]) -> int:
        """Return how much that is in some months, up and down."""
        return sum(abs(amount) for (_, month), amount in self.amounts.items() if month in months)

    def words(self, amount: int, digits: int) -> str:
        """Return "50.00 not itemised", or "" for nothing."""
        word = "not itemised" if self.by is EntryKind.RESIDUAL else "revalued"
        return f"{exact(amount, digits)} {word}" if amount else ""


@dataclass(frozen=True, slots=True)
class Tying:
    """Months that were compared, and (account, month) whose movement differs from the provider's."""

    compared: frozenset[Month]
    differing: frozenset[tuple[int, Month]]
    parts: Parts = field(default_factory=Parts)

    def differs(self, accounts: Iterable[int], span: Span) -> bool:
        """Return whether any of the accounts differs in any of the span's months."""
        months = set(span.months())
        wanted = set(accounts)
        return any(account in wanted and month in months for account, month in self.differing)

    def state(self, accounts: Iterable[int], span: Span) -> bool | None:
        """Return True if all of it ties, False if something differs, None if some month was not compared."""
        if self.differs(accounts, span):
            return False
        return True if self.compared.issuperset(span.months()) else None


def tying(book: Book, version: int | None = None, *, income: bool = False) -> Tying:
    """Return how a version of a book (default: the published one) ties, by month.

    ``income``: with what of the streams, not of the expenses, the provider does not itemise.
    """
    version = book.published if version is None else version
    found = tie_out.mismatches(book, version)
    compared = frozenset(
        month
        for statement, month in tie_out.compared_statements(book, version)
        if statement in (Statement.TRIAL_BALANCE, Statement.PROFIT_AND_LOSS)
    )
    differing = _movements(found, book.fiscal_year_first_month)
    return Tying(
        compared,
        frozenset((account, month) for account, month in differing if month in compared),
        parts(book, version, income=income),
    )


def parts(book: Book, version: int, *, income: bool = False) -> Parts:
    """Return what of a version's expenses, or streams, the provider does not itemise."""
    found = explaining(book, version)
    type_ = AccountType.INCOME if income else AccountType.EXPENSE
    kinds = natures(book, version) if found.lines else {}
    amounts: defaultdict[tuple[int, Month], int] = defaultdict(int)
    for account, expense, month, amount in found.lines:
        if expense and kinds[account].type is type_:
            amounts[expense, Month.from_key(month)] += amount
    return Parts(found.kind, {place: amount for place, amount in amounts.items() if amount})


def _movements(found: Iterable[Mismatch], first_month: int) -> Iterable[tuple[int, Month]]:
    """Yield where a month's own movement differs: a trial balance carries a difference on to the year's end."""
    balances: defaultdict[int, dict[Month, int]] = defaultdict(dict)
    for it in found:
        if it.statement is Statement.PROFIT_AND_LOSS:
            yield it.account, it.month
        elif it.statement is Statement.TRIAL_BALANCE:
            balances[it.account][it.month] = it.difference
    for account, differences in balances.items():
        for month in {*differences, *(each + 1 for each in differences)}:
            before = 0 if month.number == first_month else differences.get(month - 1, 0)
            if differences.get(month, 0) != before:
                yield account, month
