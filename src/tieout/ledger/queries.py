"""What pages, API, CLI and exports ask the ledger. Amounts are minor units, debit positive."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from tieout.core.month import Month
from tieout.core.records import EntryKind
from tieout.ledger import dialect
from tieout.ledger.accounts import chart
from tieout.ledger.cash import EXPLAINING_ENTRIES, OWN_ENTRIES, opening_day
from tieout.ledger.changes_pairs import Place
from tieout.ledger.explaining import EXPLAINING
from tieout.ledger.known_at import KnownAt, in_expenses_then
from tieout.ledger.models import Book, Publication
from tieout.ledger.reversals import Cancelling, cancelling

Value = int | str | list[int]

PAGE = 200
OPENING_KEY = "Opening balance:opening"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a figure is the sum of: lines in months from first to last, both included, that all its fields take.

    Each field names row ids; an empty one takes every line, and 0 stands for lines that have none. ``counters`` are
    bank accounts: it takes the other lines of posted entries that move one of them, which is where their cash came
    from. ``explaining`` is whether lines are in entries that explain what is not itemised; None: in these and others.
    ``payroll`` is whether they are in payroll entries, in the same way. ``then`` is by which mapping lines are in their
    expenses; None: today's.
    """

    first: Month
    last: Month
    accounts: tuple[int, ...] = ()
    expenses: tuple[int, ...] = ()
    parties: tuple[int, ...] = ()
    items: tuple[int, ...] = ()
    dimension_sets: tuple[int, ...] = ()
    counters: tuple[int, ...] = ()
    explaining: bool | None = None
    payroll: bool | None = None
    then: KnownAt | None = None

    def holds(self, place: Place) -> bool:
        """Whether the figure holds explaining lines of a place: these have no party, item or dimension, and no pay."""
        return (
            self.first.key <= place.month <= self.last.key
            and (not self.accounts or place.account in self.accounts)
            and (not self.expenses or place.expense in self.expenses)
            and all(not ids or 0 in ids for ids in (self.parties, self.items, self.dimension_sets))
            and not self.counters
            and self.explaining is not False
            and not self.payroll
        )


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of a cell with its entry's header. ``count`` is over 1 only for hidden payroll lines, told as one."""

    date: date
    type: str
    external_id: str
    number: str
    party: str
    item: str
    text: str
    account: str
    dimensions: str
    amount: int
    count: int = 1
    record: str = ""  # "Invoice:0c8f", as `core.records.EntryRecord.record`
    kind: EntryKind = EntryKind.POSTED

    @property
    def record_id(self) -> str:
        """What the provider knows the line's record by, "" for what is no posting of the provider's."""
        return (self.record.partition(":")[2] or self.external_id) if self.kind is EntryKind.POSTED else ""

    @property
    def hidden(self) -> bool:
        """Whether this stands for payroll lines that the reader may not see one by one."""
        return not self.type


@dataclass(frozen=True, slots=True)
class CellLines:
    """A page of a cell's lines and the whole cell's foot. ``total`` sums every matching line, not the page only.

    ``cancelled`` is how many lines are left out, and not counted, because they cancel out (`ledger.reversals`).
    """

    lines: tuple[EntryLine, ...]
    count: int
    total: int
    cancelled: int = 0


_VISIBLE = "line.book = %s AND line.valid_from <= %s AND line.valid_to > %s"
_ENTRIES = "FROM ledger_line line JOIN ledger_entry entry ON entry.id = line.entry"
JOINS = f"""
    {_ENTRIES}
    LEFT JOIN ledger_text text ON text.id = line.text
    LEFT JOIN ledger_listedversion party
        ON party.listed_id = line.party AND party.book_id = line.book AND party.valid_from <= %s AND party.valid_to > %s
    LEFT JOIN ledger_listedversion item
        ON item.listed_id = line.item AND item.book_id = line.book AND item.valid_from <= %s AND item.valid_to > %s
"""


def line_count(book: Book) -> int:
    """Return how many posted lines readers see: not the opening entry's, and none that explain a difference."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM ledger_line WHERE book = %s AND valid_from <= %s AND valid_to > %s",
            [book.pk, book.published, book.published],
        )
        lines = int(cursor.fetchone()[0])
        for which, values in (("entry.key = %s", [OPENING_KEY]), (f"entry.{EXPLAINING}", [])):
            cursor.execute(
                "SELECT COUNT(*) FROM ledger_line line JOIN ledger_entry entry ON entry.id = line.entry "
                f"WHERE entry.book = %s AND {which} AND line.valid_from <= %s AND line.valid_to > %s",
                [book.pk, *values, book.published, book.published],
            )
            lines -= int(cursor.fetchone()[0])
        return lines


def publication_before(made: Publication) -> Publication | None:
    """Return the company's publication right before one, or None for the first."""
    return Publication.objects.filter(company=made.company_id, number=made.number - 1).first()


def last_month(book: Book) -> Month | None:
    """Return the latest month with an entry that readers see, or that a run has staged; None for an empty book."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT MAX(date) FROM ledger_entry WHERE book = %s AND valid_to > %s", [book.pk, book.published]
        )
        (latest,) = cursor.fetchone()
    if latest is None:
        return None
    return Month.of(latest if isinstance(latest, date) else date.fromisoformat(latest))


def cell_sum(book: Book, cell: Cell, *, version: int) -> int:
    """Return the sum of a cell's lines as known at a version."""
    where, values = _where(book, cell, version)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COALESCE(SUM(line.amount), 0) FROM ledger_line line WHERE {where}", values)
        return int(cursor.fetchone()[0])


def cell_lines(
    book: Book,
    cell: Cell,
    *,
    version: int,
    payroll_accounts: Collection[int] | None,
    search: str = "",
    offset: int = 0,
    limit: int = PAGE,
    reversals: bool = False,
) -> CellLines:
    """Return the lines of a cell as known at a version, oldest first, and their sum.

    Lines that were undone stay out together with what undid them, unless ``reversals`` are asked for too: the sum is
    the same.

    ``payroll_accounts`` is None for a reader with the payroll-detail right. For everyone else it names the accounts
    marked or suggested as payroll: their lines, and all lines of payroll entries, come as one row per account and
    month and answer no search (spec §14). With a search the foot is that of the lines found.
    """
    where, values = _where(book, cell, version)
    open_where, open_values = open_lines(payroll_accounts)
    found, found_values = found_lines(search)
    at = [version] * 4
    names = dimension_names(book, version)
    accounts = chart(book, version)
    condition = f"{where} AND {open_where} AND {found}"
    everything: list[Value] = [*at, *values, *open_values, *found_values]
    pairs = Cancelling()
    if not reversals:
        # Names are joined where they are searched: the lines of a whole account may be many.
        given = (JOINS, everything) if search else (_ENTRIES, everything[len(at) :])
        pairs = cancelling(book, given[0], condition, given[1])
    if pairs.entries:
        seen, hidden_pairs = dialect.among("line.entry", pairs.entries, negated=True)
        condition, everything = f"{condition} AND {seen}", [*everything, *hidden_pairs]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*), COALESCE(SUM(line.amount), 0) {JOINS} WHERE {condition}", everything)
        count, total = cursor.fetchone()
        hidden = [] if search or payroll_accounts is None else _hidden(book, where, values, payroll_accounts, version)
        cursor.execute(
            "SELECT entry.date, entry.type, entry.external_id, entry.number, party.name, item.name, text.value, "
            "entry.memo, line.account, line.dimension_set, line.amount, entry.record, entry.kind "
            f"{JOINS} WHERE {condition} ORDER BY entry.date, entry.id, line.ordinal LIMIT %s OFFSET %s",
            [*everything, limit, offset],
        )
        lines = [entry_line(row, accounts[row[8]].label, names.get(row[9], "")) for row in cursor.fetchall()]
    return CellLines(
        lines=tuple(lines if offset else [*hidden, *lines]),
        count=count + sum(line.count for line in hidden),
        total=int(total) + sum(line.amount for line in hidden),
        cancelled=pairs.lines,
    )


def entry_line(row: Sequence[Any], account: str, dimensions: str) -> EntryLine:
    """Return a row of the query of lines as a line."""
    return EntryLine(
        date=row[0],
        type=row[1],
        external_id=row[2],
        number=row[3],
        party=row[4] or "",
        item=row[5] or "",
        text=row[6] or row[7],
        account=account,
        dimensions=dimensions,
        amount=row[10],
        record=row[11],
        kind=EntryKind(row[12]),
    )


def _where(book: Book, cell: Cell, version: int) -> tuple[str, list[Value]]:
    parts = [_VISIBLE, "line.month >= %s", "line.month <= %s"]
    values: list[Value] = [book.pk, version, version, cell.first.key, cell.last.key]
    columns = (
        ("account", cell.accounts),
        ("expense", cell.expenses),
        ("party", cell.parties),
        ("item", cell.items),
        ("dimension_set", cell.dimension_sets),
    )
    for column, ids in columns:
        if ids:
            by_then = cell.then if column == "expense" else None
            some, given = in_expenses_then(book.pk, by_then, ids) if by_then else dialect.among(f"line.{column}", ids)
            parts.append(some)
            values.extend(given)
    if cell.counters:
        banks, given = dialect.among("bank.account", cell.counters)
        others, given_again = dialect.among("line.account", cell.counters, negated=True)
        parts.append(
            f"{others} AND line.entry IN (SELECT bank.entry FROM ledger_line bank WHERE bank.book = %s AND {banks} "
            f"AND bank.month >= %s AND bank.month <= %s) AND line.entry NOT IN ({OWN_ENTRIES})"
        )
        values.extend([*given_again, book.pk, *given, cell.first.key, cell.last.key])
        values.extend([book.pk, book.pk, opening_day(book, version).isoformat()])
    if cell.explaining is not None:
        parts.append(f"line.entry {'' if cell.explaining else 'NOT '}IN ({EXPLAINING_ENTRIES})")
        values.append(book.pk)
    if cell.payroll is not None:
        parts.append(
            f"line.entry {'IN' if cell.payroll else 'NOT IN'} "
            "(SELECT paid.id FROM ledger_entry paid WHERE paid.book = %s AND paid.payroll)"
        )
        values.append(book.pk)
    return " AND ".join(parts), values


def open_lines(payroll_accounts: Collection[int] | None) -> tuple[str, list[int | str]]:
    """Return the condition for lines that the reader may see one by one."""
    if payroll_accounts is None:
        return "1 = 1", []
    if not payroll_accounts:
        return "NOT entry.payroll", []
    marked: Sequence[int] = sorted(payroll_accounts)
    return f"NOT entry.payroll AND line.account NOT IN ({dialect.in_list(marked)})", [*marked]


def found_lines(search: str) -> tuple[str, list[int | str]]:
    if not search:
        return "1 = 1", []
    pattern = "%" + search.casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    columns = ("entry.number", "entry.type", "entry.memo", "text.value", "party.name", "item.name")
    return (
        "(" + " OR ".join(f"LOWER(COALESCE({column}, '')) LIKE %s ESCAPE '\\'" for column in columns) + ")",
        [pattern] * len(columns),
    )


def _hidden(
    book: Book, where: str, values: list[Value], payroll_accounts: Collection[int], version: int
) -> list[EntryLine]:
    """Return the payroll lines that the reader may not see, as one row per account and month: amount and count."""
    shown, shown_values = open_lines(payroll_accounts)
    labels = {id_: account.label for id_, account in chart(book, version).items()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line.month, line.account, COUNT(*), SUM(line.amount) "
            "FROM ledger_line line JOIN ledger_entry entry ON entry.id = line.entry "
            f"WHERE {where} AND NOT ({shown}) GROUP BY line.month, line.account ORDER BY line.month, line.account",
            [*values, *shown_values],
        )
        return [
            EntryLine(
                date=Month.from_key(month).start,
                type="",
                external_id="",
                number="",
                party="",
                item="",
                text=f"{count:,} payroll {'entry' if count == 1 else 'entries'}",
                account=labels[account],
                dimensions="",
                amount=int(amount),
                count=count,
            )
            for month, account, count, amount in cursor.fetchall()
        ]


def dimension_names(book: Book, version: int) -> dict[int, str]:
    """Return each dimension set's values as one label: "Sales:East · Oakland"."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pair.dimension_set_id, at.name FROM ledger_dimensionsetvalue pair "
            "JOIN ledger_dimensionset one ON one.id = pair.dimension_set_id "
            "JOIN ledger_listedversion at ON at.listed_id = pair.value AND at.book_id = one.book "
            "WHERE one.book = %s AND at.valid_from <= %s AND at.valid_to > %s ORDER BY pair.dimension, at.name",
            [book.pk, version, version],
        )
        result: dict[int, str] = {}
        for set_id, name in cursor.fetchall():
            result[set_id] = f"{result[set_id]} · {name}" if set_id in result else name
    return result
