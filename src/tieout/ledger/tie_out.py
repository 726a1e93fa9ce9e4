"""The tie-out: every account at every month end, ours beside the provider's own statements.

Ours comes from the lines alone; theirs are the figures that the provider reported. Nothing is rounded or plugged. What
the platform is known to report and not to itemise is explained (`ledger.explaining`) after the comparison, and the
comparison is stored as it was: what differed, and which of it is explained.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import connection, transaction

from tieout.core.month import Month
from tieout.core.records import EntryKind, Statement
from tieout.core.residuals import NOTHING_MOVED, Coverage, coverage_by_month
from tieout.core.statements import MonthEnd, month_ends
from tieout.kit.remember import remembered
from tieout.ledger import dialect
from tieout.ledger.accounts import chart
from tieout.ledger.explaining import EXPLAINING_KINDS, NOTHING_EXPLAINED, Explanation, Moved, explain, itemised
from tieout.ledger.models import Book
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
    """One statement at one month's end: what differs, and what would without the entries that explain it.

    Of a mismatch ``ours`` is what readers see; of an explained one it is what the provider's postings come to.
    ``coverage`` is that of a trial balance.
    """

    statement: Statement
    month: Month
    compared: int
    mismatches: tuple[Mismatch, ...]
    explained: tuple[Mismatch, ...] = ()
    coverage: Coverage = NOTHING_MOVED

    @property
    def largest(self) -> int:
        return max((abs(it.difference) for it in self.mismatches), default=0)


@dataclass(frozen=True, slots=True)
class TieOut:
    """The comparison of a whole version, and what explains the part of the differences that has a known cause."""

    months: tuple[MonthResult, ...]
    explanation: Explanation = NOTHING_EXPLAINED

    @property
    def mismatches(self) -> list[Mismatch]:
        """What differs and is not explained."""
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

    @property
    def coverage(self) -> Coverage:
        """How much of all that moved is itemised."""
        return sum((month.coverage for month in self.months), NOTHING_MOVED)


def compare(book: Book, version: int, received: Collection[tuple[Statement, Month]], *, itemises: bool) -> TieOut:
    """Compare a version of the book with the provider's statements as known at that version.

    ``received`` names the statements that the provider gave: one of them without any figure says that all is zero.
    ``itemises`` says whether every posting of the platform is in what was read. The entries that explain differences
    do not count as ours, whatever an earlier version has of them: they are worked out anew.
    """
    accounts = chart(book, version)
    natures = {id_: account.nature for id_, account in accounts.items()}
    months = sorted({month for _, month in received})
    theirs = _theirs(book, version)
    ours = itemised(book, version)

    def beside(moved: Sequence[Moved]) -> list[MonthResult]:
        return [
            _compare(statement, end, theirs.get((statement, end.month), {}))
            for end in month_ends(moved, natures, months, first_month=book.fiscal_year_first_month)
            for statement in Statement
            if (statement, end.month) in received
        ]

    alone = beside(ours)
    differences = {
        it.month: {found.account: -found.difference for found in it.mismatches}
        for it in alone
        if it.statement is Statement.TRIAL_BALANCE
    }
    found = explain(differences, accounts, itemises=itemises, first_month=book.fiscal_year_first_month)
    explained = beside([*ours, *found.moved]) if found.movements else alone
    coverage: dict[Month, Coverage] = {}
    if not itemises:
        start = Month.of(book.start).key
        coverage = dict(coverage_by_month((it for it in ours if it[1] >= start), found.movements, differences))
    return TieOut(tuple(_merged(*both, coverage) for both in zip(alone, explained, strict=True)), found)


def _merged(alone: MonthResult, explained: MonthResult, coverage: Mapping[Month, Coverage]) -> MonthResult:
    left = {it.account for it in explained.mismatches}
    of_trial_balance = alone.statement is Statement.TRIAL_BALANCE
    return replace(
        explained,
        explained=tuple(it for it in alone.mismatches if it.account not in left),
        coverage=coverage.get(alone.month, NOTHING_MOVED) if of_trial_balance else NOTHING_MOVED,
    )


def record(book: Book, version: int, result: TieOut, guard: Guard) -> None:
    """Store a comparison under its version, in place of an earlier one of the same version."""
    with transaction.atomic(), connection.cursor() as cursor:
        guard()
        for table in ("ledger_tieoutmonth", "ledger_difference"):
            cursor.execute(f"DELETE FROM {table} WHERE book = %s AND version = %s", [book.pk, version])
        dialect.insert(
            "ledger_tieoutmonth",
            (
                "book", "version", "statement", "month", "compared", "differing", "largest", "moved", "not_itemised",
            ),
            [
                (
                    book.pk, version, it.statement.value, it.month.key, it.compared, len(it.mismatches), it.largest,
                    it.coverage.moved, it.coverage.not_itemised,
                )
                for it in result.months
            ],
        )  # fmt: skip
        kind = result.explanation.kind.value
        dialect.insert(
            "ledger_difference",
            ("book", "version", "statement", "month", "account", "ours", "theirs", "explained"),
            [
                (book.pk, version, it.statement.value, it.month.key, it.account, it.ours, it.theirs, by)
                for month in result.months
                for by, found in (("", month.mismatches), (kind, month.explained))
                for it in found
            ],
        )


@remembered
def mismatches(book: Book, version: int) -> list[Mismatch]:
    """Return what did not tie at a version and nothing explained, as stored with it."""
    return _differences(book, version, (EntryKind.POSTED,))[EntryKind.POSTED]


def explained(book: Book, version: int) -> Mapping[EntryKind, list[Mismatch]]:
    """Return what tied at a version only by entries that explain differences, by the kind of these entries."""
    return _differences(book, version, EXPLAINING_KINDS)


def _differences(book: Book, version: int, kinds: Sequence[EntryKind]) -> Mapping[EntryKind, list[Mismatch]]:
    by = {"" if kind is EntryKind.POSTED else kind.value: kind for kind in kinds}
    result: dict[EntryKind, list[Mismatch]] = {kind: [] for kind in kinds}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement, month, account, ours, theirs, explained FROM ledger_difference "
            f"WHERE book = %s AND version = %s AND explained IN ({dialect.in_list(list(by))}) "
            "ORDER BY month, statement, account",
            [book.pk, version, *by],
        )
        for statement, month, account, ours, theirs, explained_by in cursor.fetchall():
            it = Mismatch(Statement(statement), Month.from_key(month), account, ours, theirs)
            result[by[explained_by]].append(it)
    return result


def stored_coverage(book: Book, version: int) -> Mapping[Month, Coverage]:
    """Return how much of each compared month's movement was itemised at a version, as stored with it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT month, not_itemised, moved FROM ledger_tieoutmonth WHERE book = %s AND version = %s "
            "AND statement = %s ORDER BY month",
            [book.pk, version, Statement.TRIAL_BALANCE.value],
        )
        return {Month.from_key(month): Coverage(*sums) for month, *sums in cursor.fetchall()}


@remembered
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


MAY_FALL = 50  # thousandths of the movement by which coverage may fall from one sync to the next (spec §4)


@dataclass(frozen=True, slots=True)
class CoverageFall:
    """How much of the movement was itemised and is now, in thousandths."""

    before: int
    now: int


def coverage_fall(book: Book, now: TieOut) -> CoverageFall | None:
    """Return by how much less is itemised than at the published version, None where that is no reason to stop."""
    known = stored_coverage(book, book.published)
    before, after = sum(known.values(), NOTHING_MOVED).per_mille, now.coverage.per_mille
    return CoverageFall(before, after) if known and before - after > MAY_FALL else None


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
