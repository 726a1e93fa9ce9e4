"""Whole accounts' lines, one account after the other: what a general ledger lists. Minor units, debit positive."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection

from tieout.core.month import Month
from tieout.ledger import dialect
from tieout.ledger.accounts import chart
from tieout.ledger.models import Book
from tieout.ledger.queries import (
    JOINS,
    EntryLine,
    Value,
    dimension_names,
    entry_line,
    found_lines,
    open_lines,
)

_LINES = "FROM ledger_line line JOIN ledger_entry entry ON entry.id = line.entry"
_ORDER = "line.month, entry.date, entry.id, line.ordinal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """Which lines are taken, for whom: of months from first to last, both included, as known at a version.

    ``payroll_accounts`` is None for a reader with the payroll-detail right, else see `ledger.queries.cell_lines`.
    ``sets`` are combinations of dimension values (row ids), None for all lines.
    """

    book: Book
    version: int
    first: Month
    last: Month
    payroll_accounts: Collection[int] | None
    search: str = ""
    sets: tuple[int, ...] | None = None

    def where(self) -> tuple[str, list[Value]]:
        """Return the condition that all lines fulfil, seen one by one or not, and its values."""
        parts = ["line.book = %s AND line.valid_from <= %s AND line.valid_to > %s AND line.month BETWEEN %s AND %s"]
        values: list[Value] = [self.book.pk, self.version, self.version, self.first.key, self.last.key]
        if self.sets is not None:
            some, given = dialect.among("line.dimension_set", self.sets)
            parts.append(some)
            values += given
        return " AND ".join(parts), values

    @property
    def joins(self) -> tuple[str, list[Value]]:
        """What is joined to count lines: names only where they are searched."""
        return (JOINS, [self.version] * 4) if self.search else (_LINES, [])


@dataclass(frozen=True, slots=True)
class MonthLines:
    """The lines of an account in a month: how many, and what they add up to on either side (both positive)."""

    count: int
    debit: int
    credit: int

    @property
    def amount(self) -> int:
        """Their sum, debit positive."""
        return self.debit - self.credit


ByMonth = dict[tuple[int, int], MonthLines]
"""By account (row id) and month key."""


def open_months(taking: Taking) -> ByMonth:
    """Return the lines that the reader may see one by one, by account and month."""
    shown, shown_values = open_lines(taking.payroll_accounts)
    found, found_values = found_lines(taking.search)
    joins, given = taking.joins
    where, values = taking.where()
    return _by_month(f"{joins} WHERE {where} AND {shown} AND {found}", [*given, *values, *shown_values, *found_values])


def hidden_months(taking: Taking) -> ByMonth:
    """Return the lines that the reader sees as sums only, by account and month; none answers a search."""
    if taking.payroll_accounts is None or taking.search:
        return {}
    shown, shown_values = open_lines(taking.payroll_accounts)
    where, values = taking.where()
    return _by_month(f"{_LINES} WHERE {where} AND NOT ({shown})", [*values, *shown_values])


def _by_month(lines: str, values: list[Value]) -> ByMonth:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line.account, line.month, COUNT(*), "
            "SUM(CASE WHEN line.amount > 0 THEN line.amount ELSE 0 END), "
            f"SUM(CASE WHEN line.amount < 0 THEN -line.amount ELSE 0 END) {lines} GROUP BY line.account, line.month",
            values,
        )
        return {
            (account, month): MonthLines(count, int(debit), int(credit))
            for account, month, count, debit, credit in cursor.fetchall()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Lines that stand one behind the other: of ``accounts`` in this order, from a month of the first one on.

    ``skip`` lines of that month are left out; then come ``count`` lines.
    """

    accounts: Sequence[int]
    month: int  # its key
    skip: int
    count: int


def stretch_lines(taking: Taking, stretch: Stretch) -> list[EntryLine]:
    """Return the lines of a stretch."""
    names = dimension_names(taking.book, taking.version)
    accounts = chart(taking.book, taking.version)
    condition, values = _stretch(taking, stretch)
    order = " ".join(f"WHEN {int(id_)} THEN {place}" for place, id_ in enumerate(stretch.accounts))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry.date, entry.type, entry.external_id, entry.number, party.name, item.name, text.value, "
            "entry.memo, line.account, line.dimension_set, line.amount, entry.record, entry.kind "
            f"{JOINS} WHERE {condition} ORDER BY CASE line.account {order} END, {_ORDER} LIMIT %s OFFSET %s",
            [*[taking.version] * 4, *values, stretch.count, stretch.skip],
        )
        return [entry_line(row, accounts[row[8]].label, names.get(row[9], "")) for row in cursor.fetchall()]


def skipped_sum(taking: Taking, stretch: Stretch) -> int:
    """Return the sum of the lines that a stretch leaves out at its beginning."""
    if not stretch.skip:
        return 0
    condition, values = _stretch(taking, stretch, only_first=True)
    joins, given = taking.joins
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(SUM(skipped.amount), 0) FROM (SELECT line.amount AS amount "
            f"{joins} WHERE {condition} ORDER BY {_ORDER} LIMIT %s) skipped",
            [*given, *values, stretch.skip],
        )
        return int(cursor.fetchone()[0])


def _stretch(taking: Taking, stretch: Stretch, *, only_first: bool = False) -> tuple[str, list[Value]]:
    shown, shown_values = open_lines(taking.payroll_accounts)
    found, found_values = found_lines(taking.search)
    where, values = taking.where()
    some, given = dialect.among("line.account", stretch.accounts[:1] if only_first else list(stretch.accounts))
    begin = "line.month = %s" if only_first else "(line.account <> %s OR line.month >= %s)"
    from_month: list[Value] = [stretch.month] if only_first else [stretch.accounts[0], stretch.month]
    return (
        f"{where} AND {some} AND {begin} AND {shown} AND {found}",
        [*values, *given, *from_month, *shown_values, *found_values],
    )
