"""Lines that meet conditions on their ids, text and amount: what a rule's preview and a change of rules read.

Conditions are about distinct values, resolved by the caller: which vendors, which items, which sets. Only lines of an
expense are candidates, and all of them are in one index, so that sums and counts never touch the table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from django.db import connection

from tieout.ledger import dialect
from tieout.ledger.models import Book
from tieout.ledger.placing import Content


class Column(StrEnum):
    """A column of ids."""

    ACCOUNT = "account"
    PARTY = "party"
    ITEM = "item"
    DIMENSION_SET = "dimension_set"


class How(StrEnum):
    """How a folded text is compared."""

    EQUALS = "equals"
    CONTAINS = "contains"
    STARTS = "starts"


@dataclass(frozen=True, slots=True)
class Among:
    """The column holds one of the ids; with ``negated``, none of them."""

    column: Column
    ids: frozenset[int]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class ItemOrText:
    """The item is one of the ids, or the folded text compares with one of the terms; with ``negated``, neither."""

    items: frozenset[int]
    how: How
    terms: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class AmountBetween:
    """Minor units, debit positive, both included; None: no bound."""

    low: int | None
    high: int | None


Condition = Among | ItemOrText | AmountBetween


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """All conditions must hold. With ``without_payroll``, lines of payroll entries are left out (spec §14)."""

    conditions: tuple[Condition, ...]
    without_payroll: bool = False


@dataclass(frozen=True, slots=True)
class MatchedSum:
    """Matched lines of an account, as placed now, in a month (key). Minor units, debit positive."""

    account: int
    expense: int
    month: int
    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class MatchedLine:
    """One matched line with what a person knows it by."""

    id: int
    entry: int
    key: str
    expense: int
    account: int
    date: date
    type: str
    number: str
    party: str
    item: str
    text: str
    amount: int


def matched_sums(book: Book, wanted: Wanted) -> list[MatchedSum]:
    """Return how many of the published lines match, and their sums, by account, expense and month. One query."""
    where, values = _published(book, wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account, expense, month, COUNT(*), SUM(amount) FROM ledger_line line "
            f"WHERE {where} GROUP BY account, expense, month",
            values,
        )
        return [MatchedSum(row[0], row[1], row[2], row[3], int(row[4])) for row in cursor.fetchall()]


def payroll_lines(book: Book, wanted: Wanted, accounts: Collection[int]) -> int:
    """Return how many matching lines are of these accounts or of payroll entries: pay, seen as sums only (spec §14)."""
    marked = Among(Column.ACCOUNT, frozenset(accounts))
    count = sum(each.count for each in matched_sums(book, _also(wanted, marked))) if accounts else 0
    where, values = _published(book, _also(wanted, replace(marked, negated=True)), by_cell=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM ledger_line line WHERE line.entry IN (SELECT id FROM ledger_entry WHERE book = %s "
            f"AND payroll) AND {where.replace('line.book = %s', 'line.book + 0 = %s')}",
            [book.pk, *values],
        )
        return count + int(cursor.fetchone()[0])


def _also(wanted: Wanted, condition: Condition) -> Wanted:
    return replace(wanted, conditions=(*wanted.conditions, condition))


def matched_lines(
    book: Book, wanted: Wanted, sums: Collection[MatchedSum], *, offset: int, limit: int
) -> list[MatchedLine]:
    """Return some of the published lines that match, those of the latest months first; ``sums`` are what it matches.

    The sums say in which months and accounts the page's lines are, so that only those cells are read.
    """
    cells, offset = _cells(sums, offset, limit)
    if not cells:
        return []
    where, values = _published(book, wanted, by_cell=True)
    accounts, ids = dialect.among("line.account", sorted({each.account for each in cells}))
    months = [each.month for each in cells]
    where = f"{where} AND {accounts} AND line.month >= %s AND line.month <= %s"
    values = [*values, *ids, min(months), max(months)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT line.id, line.entry, entry.key, line.expense, line.account, entry.date, entry.type, entry.number,
                COALESCE(party.name, ''), COALESCE(item.name, ''), COALESCE(text.value, ''), line.amount
            FROM (
                SELECT id FROM ledger_line line WHERE {where} ORDER BY month DESC, id DESC LIMIT %s OFFSET %s
            ) chosen JOIN ledger_line line ON line.id = chosen.id
            JOIN ledger_entry entry ON entry.id = line.entry
            LEFT JOIN ledger_text text ON text.id = line.text
            LEFT JOIN ledger_listedversion party ON party.listed_id = line.party AND party.book_id = line.book
                AND party.valid_from <= %s AND party.valid_to > %s
            LEFT JOIN ledger_listedversion item ON item.listed_id = line.item AND item.book_id = line.book
                AND item.valid_from <= %s AND item.valid_to > %s
            ORDER BY entry.date DESC, line.id DESC
            """,
            [*values, limit, offset, *[book.published] * 4],
        )
        return [MatchedLine(*row) for row in cursor.fetchall()]


def _cells(sums: Collection[MatchedSum], offset: int, limit: int) -> tuple[list[MatchedSum], int]:
    """Return the sums of the months that hold the lines from offset on, and the offset within these months."""
    counts: defaultdict[int, int] = defaultdict(int)
    for each in sums:
        counts[each.month] += each.count
    months: set[int] = set()
    for month in sorted(counts, reverse=True):
        if not months and offset >= counts[month]:
            offset -= counts[month]
            continue
        months.add(month)
        if sum(counts[it] for it in months) >= offset + limit:
            break
    return [each for each in sums if each.month in months], offset


def expense_totals(book: Book, expenses: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return how many published lines each expense holds, and their sum. One query."""
    some, values = dialect.among("line.expense", sorted(expenses))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line.expense, COUNT(*), SUM(line.amount) FROM ledger_line line WHERE line.book = %s "
            f"AND line.expense > 0 AND line.valid_from <= %s AND line.valid_to > %s AND {some} GROUP BY line.expense",
            [book.pk, book.published, book.published, *values],
        )
        return {expense: (count, int(amount)) for expense, count, amount in cursor.fetchall()}


def matched_ids(book: Book, wanted: Wanted) -> list[int]:
    """Return the row ids of all lines that match, in every version: what a change of rules has to look at."""
    where, values = _where(book, wanted)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM ledger_line line WHERE {where}", values)
        return [row[0] for row in cursor.fetchall()]


def ids_in_expenses(book: Book, expenses: Collection[int]) -> list[int]:
    """Return the row ids of all lines in some expenses, in every version."""
    some, values = dialect.among("line.expense", sorted(expenses))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM ledger_line line WHERE line.book = %s AND line.expense > 0 AND {some}", [book.pk, *values]
        )
        return [row[0] for row in cursor.fetchall()]


def ids_in_account(book: Book, account: int) -> list[int]:
    """Return the row ids of all lines of an account, in every version."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_line WHERE book = %s AND account = %s", [book.pk, account])
        return [row[0] for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class WholeLine:
    """A line among all lines of its entry, in order."""

    entry: int
    key: str
    id: int
    expense: int
    month: int
    content: Content


def whole_entries(book: Book, *, lines: Collection[int] = (), keys: Collection[str] = ()) -> list[WholeLine]:
    """Return the published entries that hold some lines (row ids) or have some keys, whole, entry by entry."""
    found: dict[tuple[int, int], WholeLine] = {}
    some, given = dialect.among("id", sorted(lines))
    queries: list[tuple[str, list[Value]]] = []
    if lines:
        queries.append((f"line.entry IN (SELECT entry FROM ledger_line WHERE {some})", given))
    queries += [
        (f"entry.book = %s AND entry.key IN ({dialect.in_list(part)})", [book.pk, *part])
        for part in dialect.chunks(sorted(keys))
    ]
    with connection.cursor() as cursor:
        for which, values in queries:
            cursor.execute(
                "SELECT line.entry, entry.key, line.id, line.expense, line.month, line.account, line.party, line.item, "
                "line.dimension_set, COALESCE(text.folded, ''), line.amount, line.ordinal "
                "FROM ledger_line line JOIN ledger_entry entry ON entry.id = line.entry "
                "LEFT JOIN ledger_text text ON text.id = line.text "
                f"WHERE {which} AND entry.book = %s AND line.valid_from <= %s AND line.valid_to > %s",
                [*values, book.pk, book.published, book.published],
            )
            for *head, account, party, item, dimension_set, text, amount, ordinal in cursor.fetchall():
                content = Content(account, party, item, dimension_set, text, amount)
                entry, key, id_, expense, month = head
                found[entry, ordinal] = WholeLine(entry, key, id_, expense, month, content)
    return [found[place] for place in sorted(found)]


Value = int | str | list[int]


def _published(book: Book, wanted: Wanted, *, by_cell: bool = False) -> tuple[str, list[Value]]:
    where, values = _where(book, wanted, by_cell=by_cell)
    return f"{where} AND line.valid_from <= %s AND line.valid_to > %s", [*values, book.published, book.published]


def _where(book: Book, wanted: Wanted, *, by_cell: bool = False) -> tuple[str, list[Value]]:
    """Return the condition; ``by_cell`` where the caller adds accounts and months to seek by."""
    # "expense > 0" stands as a literal: SQLite takes the partial index only then.
    parts, values = (
        ["line.book = %s", "line.expense + 0 > 0" if by_cell else "line.expense > 0"],
        list[Value]([book.pk]),
    )
    for condition in wanted.conditions:
        part, given = _condition(book, condition)
        parts.append(part)
        values += given
    if wanted.without_payroll:
        parts.append("line.entry NOT IN (SELECT id FROM ledger_entry WHERE book = %s AND payroll)")
        values.append(book.pk)
    return " AND ".join(parts), values


def _condition(book: Book, condition: Condition) -> tuple[str, list[Value]]:
    match condition:
        case Among(column, ids, negated):
            # The plus keeps SQLite from seeking account by account where it reads the whole index anyway.
            name = f"line.{column}" if dialect.is_postgresql() else f"+line.{column}"
            return dialect.among(name, sorted(ids), negated=negated)
        case AmountBetween(low, high):
            bounds = [("line.amount >= %s", low), ("line.amount <= %s", high)]
            given = [(part, value) for part, value in bounds if value is not None]
            return " AND ".join(part for part, _ in given) or "1 = 1", [value for _, value in given]
        case ItemOrText(items, how, terms, negated):
            text, values = _texts(book, how, terms)
            if not items:
                return (f"line.text {'NOT ' if negated else ''}IN ({text})", values)
            item, given_items = dialect.among("line.item", sorted(items))
            return f"{'NOT ' if negated else ''}(line.text IN ({text}) OR {item})", [*values, *given_items]


def _texts(book: Book, how: How, terms: Sequence[str]) -> tuple[str, list[Value]]:
    """Return a subquery of the ids of the book's texts that compare."""
    place = "strpos(folded, %s)" if dialect.is_postgresql() else "instr(folded, %s)"
    test = {How.EQUALS: "folded = %s", How.CONTAINS: f"{place} > 0", How.STARTS: f"{place} = 1"}[how]
    either = " OR ".join([test] * len(terms)) or "1 = 0"
    return f"SELECT id FROM ledger_text WHERE book = %s AND ({either})", [book.pk, *terms]
