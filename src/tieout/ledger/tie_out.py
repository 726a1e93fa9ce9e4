"""The tie-out: every account at every month end, ours beside the provider's own statements.

Ours comes from the lines alone; theirs are the figures that the provider reported. Nothing is rounded or plugged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from tieout.core.month import Month
from tieout.core.records import Statement
from tieout.core.statements import MonthEnd, month_ends
from tieout.ledger import dialect
from tieout.ledger.accounts import natures
from tieout.ledger.models import Book
from tieout.ledger.movements import movements
from tieout.ledger.versions import Guard

NET_INCOME = 0  # the account id of a statement's derived net income


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One balance that does not tie. Minor units, debit positive; account 0 is the statement's net income."""

    statement: Statement
    month: Month
    account: int
    ours: int
    theirs: int

    @property
    def difference(self) -> int:
        return self.ours - self.theirs

    @property
    def place(self) -> tuple[Statement, Month, int]:
        return self.statement, self.month, self.account


@dataclass(frozen=True, slots=True)
class MonthResult:
    """One statement at one month's end."""

    statement: Statement
    month: Month
    compared: int
    mismatches: tuple[Mismatch, ...]

    @property
    def largest(self) -> int:
        return max((abs(it.difference) for it in self.mismatches), default=0)


@dataclass(frozen=True, slots=True)
class TieOut:
    """The comparison of a whole version."""

    months: tuple[MonthResult, ...]

    @property
    def mismatches(self) -> list[Mismatch]:
        return [it for month in self.months for it in month.mismatches]

    @property
    def tied(self) -> bool:
        return not self.mismatches

    @property
    def largest(self) -> int:
        return max((month.largest for month in self.months), default=0)

    @property
    def compared(self) -> int:
        """Accounts × months compared with the trial balance."""
        return sum(month.compared for month in self.months if month.statement is Statement.TRIAL_BALANCE)


def compare(book: Book, version: int, received: Collection[tuple[Statement, Month]]) -> TieOut:
    """Compare a version of the book with the provider's statements as known at that version.

    ``received`` names the statements that the provider gave: one of them without any figure says that all is zero.
    """
    theirs = _theirs(book, version)
    months = sorted({month for _, month in received})
    ours = month_ends(
        ((account, month, amount) for account, _, month, amount in movements(book, version)),
        natures(book, version),
        months,
        first_month=book.fiscal_year_first_month,
    )
    return TieOut(
        tuple(
            _compare(statement, end, theirs.get((statement, end.month), {}))
            for end in ours
            for statement in Statement
            if (statement, end.month) in received
        )
    )


def record(book: Book, version: int, result: TieOut, guard: Guard) -> None:
    """Store a comparison under its version, in place of an earlier one of the same version."""
    with transaction.atomic(), connection.cursor() as cursor:
        guard()
        for table in ("ledger_tieoutmonth", "ledger_difference"):
            cursor.execute(f"DELETE FROM {table} WHERE book = %s AND version = %s", [book.pk, version])
        dialect.insert(
            "ledger_tieoutmonth",
            ("book", "version", "statement", "month", "compared", "differing", "largest"),
            [
                (book.pk, version, it.statement.value, it.month.key, it.compared, len(it.mismatches), it.largest)
                for it in result.months
            ],
        )
        dialect.insert(
            "ledger_difference",
            ("book", "version", "statement", "month", "account", "ours", "theirs"),
            [
                (book.pk, version, it.statement.value, it.month.key, it.account, it.ours, it.theirs)
                for it in result.mismatches
            ],
        )


def mismatches(book: Book, version: int) -> list[Mismatch]:
    """Return what did not tie at a version, as stored with it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement, month, account, ours, theirs FROM ledger_difference WHERE book = %s AND version = %s "
            "ORDER BY month, statement, account",
            [book.pk, version],
        )
        return [
            Mismatch(Statement(statement), Month.from_key(month), account, ours, theirs)
            for statement, month, account, ours, theirs in cursor.fetchall()
        ]


def compared_statements(book: Book, version: int) -> frozenset[tuple[Statement, Month]]:
    """Return which statements at which months' ends were compared at a version."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement, month FROM ledger_tieoutmonth WHERE book = %s AND version = %s", [book.pk, version]
        )
        return frozenset((Statement(statement), Month.from_key(month)) for statement, month in cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Before:
    """What was known of the balances at the published version: which were compared, and which differed by how much."""

    compared: frozenset[tuple[Statement, Month]]
    differences: Mapping[tuple[Statement, Month, int], int]

    def knows(self, it: Mismatch) -> bool:
        """Whether a difference was there already.

        A month end that was not compared then has no difference of its own: one that is carried on from the last
        month end that was, unchanged, is known.
        """
        if (it.statement, it.month) in self.compared:
            return it.place in self.differences
        earlier = [month for statement, month in self.compared if statement is it.statement and month < it.month]
        return bool(earlier) and self.differences.get((it.statement, max(earlier), it.account)) == it.difference


def before(book: Book) -> Before:
    """Return what was known at the book's published version."""
    return Before(
        compared=compared_statements(book, book.published),
        differences={it.place: it.difference for it in mismatches(book, book.published)},
    )


def newly_differing(now: TieOut, known: Before) -> list[Mismatch]:
    """Return the balances that differ now and did not before: the doubt that holds a sync (spec §3)."""
    return [it for it in now.mismatches if not known.knows(it)]


def _compare(statement: Statement, ours: MonthEnd, theirs: Mapping[int, int]) -> MonthResult:
    match statement:
        case Statement.TRIAL_BALANCE:
            amounts = dict(ours.trial_balance)
        case Statement.BALANCE_SHEET:
            amounts = {**ours.balance_sheet, NET_INCOME: ours.net_income}
        case Statement.PROFIT_AND_LOSS:
            amounts = {**ours.profit_and_loss, NET_INCOME: sum(ours.profit_and_loss.values())}
    accounts: Sequence[int] = sorted(amounts.keys() | theirs.keys())
    differing = tuple(
        Mismatch(statement, ours.month, account, amounts.get(account, 0), theirs.get(account, 0))
        for account in accounts
        if amounts.get(account, 0) != theirs.get(account, 0)
    )
    return MonthResult(statement, ours.month, len(accounts), differing)


def _theirs(book: Book, version: int) -> dict[tuple[Statement, Month], dict[int, int]]:
    result: defaultdict[tuple[Statement, Month], dict[int, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement, month, account, amount FROM ledger_theirbalance "
            "WHERE book = %s AND valid_from <= %s AND valid_to > %s",
            [book.pk, version, version],
        )
        for statement, month, account, amount in cursor.fetchall():
            result[Statement(statement), Month.from_key(month)][account] = amount
    return result
