"""How faults spoil a report: each makes an answer that a careful client must refuse, or must cope with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tieout.providers.quickbooks.sandbox.frame import EMPTY
from tieout.providers.quickbooks.sandbox.general_ledger import cut
from tieout.providers.quickbooks.sandbox.reports import REPORTS, ReportCall
from tieout.providers.quickbooks.sandbox.wire import Json

_GERMAN = {
    "Date": "Datum",
    "Transaction Type": "Buchungsart",
    "Num": "Nr.",
    "Name": "Name",
    "Memo/Description": "Beschreibung",
    "Split": "Gegenkonto",
    "Debit": "Soll",
    "Credit": "Haben",
    "Amount": "Betrag",
    "Balance": "Saldo",
    "Total": "Gesamt",
    "Class": "Klasse",
    "Location": "Standort",
    "Account": "Konto",
}
UNKNOWN_ACCOUNT = "987654321"
UNKNOWN_TYPE = "Novel Posting"
_AMOUNT = re.compile(r"-?\d*\.\d+")


def damaged(call: ReportCall) -> Json:
    """Return a report with the faults that are on. Raise KeyError for a report that does not exist."""
    if call.faults.take("wrong_echo", call.path):
        call = call.without_dates()
    report = REPORTS[call.name](call)
    if call.name == "GeneralLedger":
        for name, spoil in _LEDGER.items():
            ledger = _Ledger(report)
            if ledger.debit_row and (fault := call.faults.take(name, call.path)):  # an empty month has nothing to spoil
                spoil(ledger, ledger.debit_row, fault.value)
    for name, change in _ANY.items():
        if fault := call.faults.take(name, call.path):
            change(report, fault.value)
    return report


@dataclass(frozen=True, slots=True)
class _Found:
    """A row of a transaction: where it stands, and the sections around it, outermost first."""

    siblings: list[Json]
    place: int
    around: tuple[Json, ...]

    @property
    def row(self) -> Json:
        return self.siblings[self.place]


class _Ledger:
    """A GeneralLedger report, to be walked and spoilt."""

    def __init__(self, report: Json) -> None:
        self.report = report
        self.keys = [_key(column) for column in report["Columns"]["Column"]]
        self.debit = max(self.at("debt_amt"), self.at("debt_home_amt"))
        debits = (found for found in self.rows() if found.row["ColData"][self.debit]["value"] not in ("", ".00"))
        self.debit_row = next(debits, None) if self.debit >= 0 else None

    def at(self, key: str) -> int:
        return self.keys.index(key) if key in self.keys else -1

    def rows(self) -> Iterator[_Found]:
        """Yield the rows that are lines of transactions, those under no account left out."""
        kind = self.at("txn_type")
        for found in _walk(self.report["Rows"].get("Row", []), ()):
            if any(_account_of(section) for section in found.around) and (
                kind < 0 or "id" in found.row["ColData"][kind]
            ):
                yield found


def _account_of(section: Json) -> str:
    return str(section["Header"]["ColData"][0].get("id", "")) if "Header" in section else ""


def _walk(rows: list[Json], around: tuple[Json, ...]) -> Iterator[_Found]:
    for place, row in enumerate(rows):
        if "Rows" in row:
            yield from _walk(row["Rows"]["Row"], (*around, row))
        elif "ColData" in row:
            yield _Found(rows, place, around)


def _raise(cells: list[Json], place: int) -> None:
    cells[place] = {"value": str(Decimal(cells[place]["value"] or "0") + 1)}


def _cut_off(ledger: _Ledger, _first: _Found, value: object) -> None:
    rows = ledger.report["Rows"]["Row"]
    left = value if isinstance(value, int) and value is not True else sum(1 for _ in ledger.rows()) // 2
    ledger.report["Rows"] = {"Row": cut(rows, left, len(ledger.keys))}


def _wrong_summary(ledger: _Ledger, first: _Found, _value: object) -> None:
    _raise(first.around[-1]["Summary"]["ColData"], ledger.debit)


def _drop_row(_ledger: _Ledger, first: _Found, _value: object) -> None:
    del first.siblings[first.place]


def _duplicate_row(_ledger: _Ledger, first: _Found, _value: object) -> None:
    first.siblings.insert(first.place, {**first.row, "ColData": list(first.row["ColData"])})


def _unbalanced(ledger: _Ledger, first: _Found, _value: object) -> None:
    _raise(first.row["ColData"], ledger.debit)
    for section in first.around:
        _raise(section["Summary"]["ColData"], ledger.debit)


def _alter_amount(ledger: _Ledger, first: _Found, _value: object) -> None:
    _raise(first.row["ColData"], ledger.debit)


def _unknown_account(_ledger: _Ledger, first: _Found, _value: object) -> None:
    section = next(section for section in reversed(first.around) if _account_of(section))
    cells = section["Header"]["ColData"]
    cells[0] = {**cells[0], "id": UNKNOWN_ACCOUNT}


def _alter_date(ledger: _Ledger, first: _Found, value: object) -> None:
    cells, place = first.row["ColData"], ledger.at("tx_date")
    on = date.fromisoformat(cells[place]["value"])
    other = str(value) if isinstance(value, str) else on.replace(year=on.year - 3, day=min(on.day, 28)).isoformat()
    cells[place] = {"value": other}


def _unknown_txn_type(ledger: _Ledger, first: _Found, value: object) -> None:
    place = ledger.at("txn_type")
    chosen = first.row["ColData"][place]["id"]
    for found in ledger.rows():
        if found.row["ColData"][place]["id"] == chosen:
            name = value if isinstance(value, str) else UNKNOWN_TYPE
            found.row["ColData"][place] = {"value": name, "id": chosen}


_LEDGER: dict[str, Callable[[_Ledger, _Found, object], None]] = {
    "wrong_summary": _wrong_summary,
    "drop_row": _drop_row,
    "duplicate_row": _duplicate_row,
    "unbalanced": _unbalanced,
    "alter_amount": _alter_amount,
    "unknown_account": _unknown_account,
    "alter_date": _alter_date,
    "unknown_txn_type": _unknown_txn_type,
    "cut_off": _cut_off,
}


# --- what can happen to any report ---------------------------------------------------------------------------------


def _key(column: Json) -> str:
    found = (meta["Value"] for meta in column.get("MetaData", ()) if meta["Name"] == "ColKey")
    return str(next(found, column["ColType"]))


def _cell_lists(rows: list[Json]) -> Iterator[list[Json]]:
    for row in rows:
        if "ColData" in row:
            yield row["ColData"]
        for part in ("Header", "Summary"):
            if part in row:
                yield row[part]["ColData"]
        yield from _cell_lists(row.get("Rows", {}).get("Row", []))


def _missing_column(report: Json, value: object) -> None:
    columns = report["Columns"]["Column"]
    place = next((n for n, column in enumerate(columns) if _key(column) == value), None)
    if place is not None:
        for cells in (columns, *_cell_lists(report["Rows"].get("Row", []))):
            del cells[place : place + 1]


def _columns_reordered(report: Json, _value: object) -> None:
    for cells in (report["Columns"]["Column"], *_cell_lists(report["Rows"].get("Row", []))):
        cells[1:] = cells[:0:-1]  # the first one holds the sections' names


def _titles_localised(report: Json, _value: object) -> None:
    for column in report["Columns"]["Column"]:
        column["ColTitle"] = _GERMAN.get(column["ColTitle"], f"{column['ColTitle']} (de)" if column["ColTitle"] else "")


def _no_colkey(report: Json, _value: object) -> None:
    for column in report["Columns"]["Column"]:
        column["ColType"] = _key(column)
        del column["MetaData"]


def _comma_amounts(report: Json, _value: object) -> None:
    money = [column["ColType"] == "Money" for column in report["Columns"]["Column"]]
    for cells in _cell_lists(report["Rows"].get("Row", [])):
        for place, cell in enumerate(cells):
            if money[place] and cell is not EMPTY and _AMOUNT.fullmatch(cell["value"]):
                cells[place] = {**cell, "value": f"{Decimal(cell['value']):,}"}


_ANY: dict[str, Callable[[Json, object], None]] = {
    "comma_amounts": _comma_amounts,
    "missing_column": _missing_column,
    "columns_reordered": _columns_reordered,
    "titles_localised": _titles_localised,
    "no_colkey": _no_colkey,
}
