"""Cash as the Actuals page shows it: the bank accounts' postings, and ending balances that people typed over.

Amounts are minor units, money in positive. A cash account is a row by its id ("bank:12"), whatever it is called.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.core.actuals import CashMonth, Figure, Moved
from tieout.core.month import Month
from tieout.ledger.accounts import chart
from tieout.ledger.models import Book
from tieout.planning.actual_records import BANK, CASH, Record, records
from tieout.planning.actuals import Line, MovedCell, Place
from tieout.planning.cash import CashFlows, cash_flows


@dataclass(frozen=True, slots=True, kw_only=True)
class CashActuals:
    """Cash in months of the books: begins + flows + unexplained = ends = Σ what the accounts show."""

    months: tuple[Month, ...]
    flows: CashFlows
    banks: tuple[Line, ...]
    cash: Mapping[Month, CashMonth]
    records: Mapping[Place, Record]
    moved: tuple[MovedCell, ...]

    def figures(self) -> Iterator[tuple[Place, str, str, Figure]]:
        """Yield each balance that can be typed: its place, what it is called, its section, and its layers."""
        for line in self.banks:
            for month, figure in line.figures.items():
                yield (line.key, month), line.name, CASH, figure


def cash_actuals(company: Company, book: Book, first: Month, last: Month) -> CashActuals | None:
    """Return cash in months, both included, or None where the books have none of them. A handful of queries."""
    first = max(first, Month.of(book.start))
    if last < first:
        return None
    found = cash_flows(company, book, first=first, last=last, after=last)
    before = first - 1
    typed = {(it.row, it.month): it for it in records(company, before, last) if it.row.startswith(BANK)}
    banks = _banks(company, book, found, typed)
    here = {line.key for line in banks}
    gone = [MovedCell(record=it, section=CASH) for it in typed.values() if it.row not in here]
    earlier = _typed_beyond(company, book, typed, before) if any(month == before for _, month in typed) else 0
    cash: dict[Month, CashMonth] = {}
    for month in found.months:
        made = CashMonth(
            begins=found.begins[month] + earlier,
            flows=found.net(month) - found.unexplained.get(month, 0),
            banks=[line.figures[month] for line in banks],
            moved=[Moved(it.record.typed) for it in gone if it.record.month == month],
        )
        cash[month], earlier = made, made.beyond
    return CashActuals(
        months=found.months,
        flows=found,
        banks=banks,
        cash=cash,
        records={at: it for at, it in typed.items() if at[0] in here and at[1] >= first},
        moved=tuple(it for it in gone if it.record.month >= first),
    )


def _typed_beyond(company: Company, book: Book, typed: Mapping[Place, Record], month: Month) -> int:
    """Return how much was typed beyond the books at the end of a month."""
    found = cash_flows(company, book, first=month, last=month, after=month)
    banks = _banks(company, book, found, typed)
    here = {line.key for line in banks}
    gone = [Moved(it.typed) for (row, at), it in typed.items() if at == month and row not in here]
    return CashMonth(begins=0, flows=0, banks=[line.figures[month] for line in banks], moved=gone).beyond


def _banks(company: Company, book: Book, found: CashFlows, typed: Mapping[Place, Record]) -> tuple[Line, ...]:
    """Return the cash accounts that hold or held anything, and those that somebody typed."""
    del company
    ends = {row.account.id: row.ends for row in found.banks}
    accounts = chart(book, book.published)
    lines = []
    for account in found.accounts.cash:
        key = f"{BANK}{account}"
        if account not in ends and not any(row == key for row, _ in typed):
            continue
        figures = {}
        for month in found.months:
            record = typed.get((key, month))
            imported = ends.get(account, {}).get(month, 0)
            figures[month] = Figure(imported=imported, typed=record.typed if record else None)
        it = accounts[account]
        lines.append(Line(key=key, label=it.name or it.number, code=it.number if it.name else "", figures=figures))
    return tuple(lines)
