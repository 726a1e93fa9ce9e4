"""What single parties billed: each entry's sum over some accounts, with what is needed to find it at the provider."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import connection

from tieout.core.month import Month
from tieout.core.records import EntryKind
from tieout.core.recurring import Bill
from tieout.ledger import dialect
from tieout.ledger.models import Book


def bills(
    book: Book, version: int, accounts: Collection[int], first: Month, last: Month, *,
    parties: Collection[int] | None = None, payroll: bool = True, twins: bool = False,
) -> list[Bill]:  # fmt: skip
    """Return the entries with lines of a party on the accounts, oldest first; ``parties`` None: of every party.

    ``payroll`` False leaves payroll entries out. ``twins`` takes only entries of an amount, up or down, that the
    party has in several of them. An amount of zero is no bill.
    """
    if not accounts or parties == ():
        return []
    where, values = _where(accounts, parties, payroll=payroll)
    made = (
        "SELECT line.party AS party, line.entry AS entry, SUM(line.amount) AS amount FROM ledger_line line "
        "WHERE line.book = %s AND line.valid_from <= %s AND line.valid_to > %s AND line.month >= %s "
        f"AND line.month <= %s AND {where} GROUP BY line.party, line.entry"
    )
    several = (
        "JOIN (SELECT party, ABS(amount) AS size FROM made GROUP BY 1, 2 HAVING COUNT(*) > 1) several "
        "ON several.party = made.party AND several.size = ABS(made.amount) "
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH made AS ({made}) SELECT made.party, made.amount, entry.date, entry.number, entry.type, "
            "entry.external_id, entry.record, entry.kind FROM made "
            f"{several if twins else ''}JOIN ledger_entry entry ON entry.id = made.entry "
            "WHERE made.amount <> 0 ORDER BY entry.date, entry.id",
            [book.pk, version, version, first.key, last.key, *values],
        )
        return [_bill(row) for row in cursor.fetchall()]


def _where(
    accounts: Collection[int], parties: Collection[int] | None, *, payroll: bool
) -> tuple[str, list[int | str | list[int]]]:
    some, values = dialect.among("line.account", sorted(accounts))
    parts = [some, "line.party > 0"]
    if parties is not None:
        some, given = dialect.among("line.party", sorted(parties))
        parts.append(some)
        values = [*values, *given]
    if not payroll:
        paid = "SELECT paid.id FROM ledger_entry paid WHERE paid.book = line.book AND paid.payroll"
        parts.append(f"line.entry NOT IN ({paid})")
    return " AND ".join(parts), values


def _bill(row: tuple[int, int, date, str, str, str, str, str]) -> Bill:
    party, amount, day, number, type_, external_id, record, kind = row
    posted = EntryKind(kind) is EntryKind.POSTED
    return Bill(
        party=party, amount=int(amount), day=day, number=number, type=type_,
        record=(record.partition(":")[2] or external_id) if posted else "",
    )  # fmt: skip
