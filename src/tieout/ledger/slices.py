"""Some accounts' sums by party, item or a dimension's value, as known at a version, for reports by axis."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from tieout.ledger import dialect
from tieout.ledger.axis_sums import Axis
from tieout.ledger.models import Book
from tieout.ledger.movements import party_movements
from tieout.ledger.names import dimension_sets

Slice = tuple[int, int, int, int, int]  # row id of the axis (0: none), account, expense, month key, amount

_COLUMNS = {Axis.PARTY: "line.party", Axis.ITEM: "line.item", Axis.DIMENSION: "line.dimension_set"}


@dataclass(frozen=True, slots=True)
class By:
    """What sums are split by. ``dimension`` is the row id of the dimension whose values they are split by."""

    axis: Axis
    dimension: int = 0


def slices(
    book: Book, version: int, by: By, accounts: Collection[int], *, sets: Collection[int] | None = None,
    payroll: bool = False,
) -> list[Slice]:  # fmt: skip
    """Return the sums, debit positive; zero is left out. Each line is in exactly one.

    ``sets`` takes only lines with one of these combinations of dimension values (0: none), None all. ``payroll``
    takes only the lines of payroll entries. By party, and narrowed by nothing, they come from the kept sums.
    """
    if not accounts:
        return []
    wanted = tuple(sorted(accounts))
    if by.axis is Axis.PARTY and sets is None and not payroll:
        return party_movements(book, version, wanted)
    value_of = _value_of(book, by)
    sums: defaultdict[tuple[int, ...], int] = defaultdict(int)
    for key, account, expense, month, amount in _added(book, version, by, wanted, sets, payroll=payroll):
        sums[value_of.get(key, 0) if by.dimension else key, account, expense, month] += int(amount)
    return [(*cell, amount) for cell, amount in sums.items() if amount]  # type: ignore[misc]


def _added(
    book: Book, version: int, by: By, accounts: tuple[int, ...], sets: Collection[int] | None, *, payroll: bool
) -> Iterable[tuple[int, int, int, int, int]]:
    parts, values = ["line.valid_from <= %s", "line.valid_to > %s"], [version, version]
    some, given = dialect.among("line.account", accounts)
    parts.append(some)
    asked: list[int | str | list[int]] = [book.pk, *values, *given]
    if sets is not None:
        some, given = dialect.among("line.dimension_set", sorted(sets))
        parts.append(some)
        asked.extend(given)
    lines = (
        "ledger_entry entry JOIN ledger_line line ON line.entry = entry.id WHERE entry.book = %s AND entry.payroll"
        if payroll
        else "ledger_line line WHERE line.book = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS[by.axis]}, line.account, line.expense, line.month, SUM(line.amount) FROM {lines} "
            f"AND {' AND '.join(parts)} GROUP BY 1, 2, 3, 4",
            asked,
        )
        rows: list[tuple[int, int, int, int, int]] = cursor.fetchall()
    return rows


def _value_of(book: Book, by: By) -> Mapping[int, int]:
    """Return the value of the dimension in each combination that has one."""
    if not by.dimension:
        return {}
    return {key: values[by.dimension] for key, values in dimension_sets(book).items() if by.dimension in values}


def sets_by_value(book: Book, dimension: int) -> dict[int, tuple[int, ...]]:
    """Return the combinations (row ids) that each value of a dimension stands in; 0: those that have none of it."""
    result: defaultdict[int, list[int]] = defaultdict(list, {0: [0]})
    for key, values in sorted(dimension_sets(book).items()):
        result[values.get(dimension, 0)].append(key)
    return {value: tuple(keys) for value, keys in result.items()}
