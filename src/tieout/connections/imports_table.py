"""What each platform lets us read, as a table: made of what the providers state, never written by hand. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from tieout.core.records import Statement
from tieout.providerkit.imports import Foreign, Imports, Known, Removal, Revaluation, Row
from tieout.providerkit.interface import About, HearsWebhooks, Provider


class Sign(StrEnum):
    """How much of it comes in, at a glance."""

    ALL = "all"
    PART = "part"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What of a row a source brings. ``notes`` are whole sentences."""

    sign: Sign
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One source of postings of one platform."""

    about: About
    imports: Imports
    cells: tuple[Cell, ...]  # by `Row`

    @property
    def named(self) -> tuple[tuple[str, Cell], ...]:
        """The cells with their rows' titles, for a list."""
        return tuple((_title(row), cell) for row, cell in zip(Row, self.cells, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of the table."""

    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Sources beside each other."""

    columns: tuple[Column, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """The rows, each with a cell a column."""
        return tuple(
            Line(title=_title(row), cells=tuple(column.cells[number] for column in self.columns))
            for number, row in enumerate(Row)
        )


def imports_table(providers: Sequence[Provider]) -> Table:
    """Return the table of all sources of these providers."""
    return Table(columns=tuple(_column(it, source) for it in providers for source in it.about.imports))


def imports_of(provider: Provider, source: str) -> Table:
    """Return the table of the one source (`Capabilities.source`) that books are read from; of all, if it is unknown."""
    found = tuple(_column(provider, it) for it in provider.about.imports if it.capabilities.source == source)
    return Table(columns=found) if found else imports_table([provider])


def _column(provider: Provider, source: Imports) -> Column:
    hears = isinstance(provider, HearsWebhooks)
    cells = {
        Row.ACCOUNTS: _accounts(source),
        Row.LINES: _lines(source),
        Row.TIE_OUT: _tie_out(source),
        Row.CASH: _cash(source),
        Row.REVENUE: _revenue(source),
        Row.VENDORS: _known(source.vendors),
        Row.PAYROLL: _payroll(source),
        Row.DIMENSIONS: _dimensions(source),
        Row.ITEMS: _known(source.items),
        Row.BASIS: Cell(sign=Sign.ALL, text=" or ".join(provider.about.bases).capitalize()),
        Row.CURRENCIES: _currencies(source),
        Row.DELETIONS: _deletions(source),
        Row.HISTORY: _history(source),
        Row.CADENCE: _cadence(source, hears=hears),
    }
    return Column(
        about=provider.about, imports=source, cells=tuple(_noted(cells[row], source.notes.get(row, "")) for row in Row)
    )


def _noted(cell: Cell, note: str) -> Cell:
    return Cell(sign=cell.sign, text=cell.text, notes=(*cell.notes, note)) if note else cell


def _accounts(source: Imports) -> Cell:
    has = {
        "numbers": source.account_numbers,
        "sub-accounts": source.account_tree,
        "archived ones": source.archived_accounts,
    }
    found = [name for name, there in has.items() if there]
    missing = [name for name, there in has.items() if not there]
    text = f"The whole chart, with {_listed(found)}" if found else "The whole chart"
    return Cell(sign=Sign.ALL, text=text, notes=(f"Without {_listed(missing)}.",) if missing else ())


def _lines(source: Imports) -> Cell:
    if source.capabilities.itemises_everything:
        return Cell(sign=Sign.ALL, text="Every posting")
    return Cell(
        sign=Sign.PART,
        text="Postings of documents",
        notes=("What else a month holds is one balanced entry, shown as not itemised, with the share it covers.",),
    )


def _tie_out(source: Imports) -> Cell:
    if not source.capabilities.reports_balances:
        return Cell(sign=Sign.NONE, text="Not compared", notes=("The platform has no balances to compare with.",))
    names = {Statement.BALANCE_SHEET: "balance sheet", Statement.PROFIT_AND_LOSS: "profit and loss"}
    surveys = [names[it] for it in source.capabilities.surveys if it in names]
    notes = (f"{_listed(surveys).capitalize()} by month, for all of history.",) if surveys else ()
    return Cell(sign=Sign.ALL, text="Trial balance, at month ends", notes=notes)


def _cash(source: Imports) -> Cell:
    if source.cash_accounts:
        return Cell(sign=Sign.ALL, text="Bank and card accounts are recognised")
    return Cell(sign=Sign.PART, text="From the ledger", notes=("Which accounts are cash, you say.",))


def _revenue(source: Imports) -> Cell:
    customers = _known(source.customers)
    text = {
        Known.LINE: "With the customer of each line",
        Known.ENTRY: "With the customer of each entry",
        Known.DOCUMENT: "With the customer of the document",
        Known.NONE: "Without customers",
    }[source.customers]
    sign = Sign.PART if customers.sign is Sign.NONE else customers.sign
    return Cell(sign=sign, text=text)


def _known(where: Known) -> Cell:
    match where:
        case Known.LINE:
            return Cell(sign=Sign.ALL, text="On each line")
        case Known.ENTRY:
            return Cell(sign=Sign.ALL, text="On each entry")
        case Known.DOCUMENT:
            return Cell(sign=Sign.PART, text="From documents", notes=("A posting without a document has none.",))
        case Known.NONE:
            return Cell(sign=Sign.NONE, text="None")
        case _:
            assert_never(where)


def _payroll(source: Imports) -> Cell:
    hidden = ("Entries of pay are kept from those who may not see pay.",) if source.pay_entries else ()
    if source.payroll_accounts:
        return Cell(sign=Sign.ALL, text="Recognised by type", notes=hidden)
    return Cell(sign=Sign.PART, text="You mark them", notes=hidden)


def _dimensions(source: Imports) -> Cell:
    if not source.dimensions:
        return Cell(sign=Sign.NONE, text="None")
    return Cell(sign=Sign.ALL, text=_listed(source.dimensions).capitalize())


def _currencies(source: Imports) -> Cell:
    notes = {
        Revaluation.POSTED: ("Gains and losses by the rate are in the ledger.",),
        Revaluation.REPORTED: ("Unrealised gains and losses come in as entries of their own kind.",),
        Revaluation.NONE: (),
    }[source.revaluation]
    match source.foreign:
        case Foreign.ORIGINAL:
            return Cell(sign=Sign.ALL, text="Home and original amounts", notes=notes)
        case Foreign.HOME:
            return Cell(sign=Sign.PART, text="Home amounts only", notes=notes)
        case _:
            assert_never(source.foreign)


def _deletions(source: Imports) -> Cell:
    if not source.capabilities.sees_deletions:
        return Cell(sign=Sign.NONE, text="Not seen")
    text = {
        Removal.ABSENT: "Found, by what is missing",
        Removal.STATUS: "Found, the record says so",
        Removal.REVERSED: "Found, as a reversal",
    }[source.removal]
    return Cell(sign=Sign.ALL, text=text)


def _history(source: Imports) -> Cell:
    if source.capabilities.numbered:
        return Cell(sign=Sign.ALL, text="Everything, from the first posting")
    return Cell(sign=Sign.ALL, text="From the start you choose", notes=("Before it: opening balances.",))


def _cadence(source: Imports, *, hears: bool) -> Cell:
    if source.capabilities.numbered:
        text = "Daily, what was added"
    elif source.capabilities.feed:
        text = "Daily, what changed; weekly, all"
    else:
        text = "Daily, every month"
    notes = (
        *(("Within minutes, where webhooks are set up.",) if hears else ()),
        *((f"At most {source.calls_a_day:,} calls a day.",) if source.calls_a_day else ()),
    )
    return Cell(sign=Sign.ALL, text=text, notes=notes)


def _title(row: Row) -> str:
    return row.value.capitalize()


def _listed(names: Sequence[str]) -> str:
    """Return ``"a, b and c"``."""
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)
