"""Faults of what answers hold: each makes an answer that a careful client must refuse, or must cope with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from tieout.providerkit.sandbox_faults import Faults
from tieout.providers.xero.sandbox.wire import Json

UNKNOWN_ACCOUNT = "00000000-0000-4000-8000-00000000dead"
UNKNOWN_SOURCE = "NOVELPOSTING"
_OPTIONAL = ("Description", "Reference", "TrackingCategories", "Tracking", "TaxType", "TaxName", "TaxAmount",
             "GrossAmount", "CurrencyRate", "HasAttachments", "AccountCode", "ReportingCode", "ReportingCodeName",
             "IsReconciled", "AddToWatchlist", "DateString", "DueDateString", "Phones", "Addresses")  # fmt: skip


def _raised(journal: Json, by: Decimal) -> None:
    line = journal["JournalLines"][0]
    line["NetAmount"] += by
    line["GrossAmount"] += by


def _alter_amount(page: list[Json]) -> None:
    _raised(page[0], Decimal(1))
    last = page[0]["JournalLines"][-1]
    last["NetAmount"] -= 1
    last["GrossAmount"] -= 1


def _alter_date(page: list[Json]) -> None:
    day = page[0]["JournalDate"]
    page[0]["JournalDate"] = day - timedelta(days=366) if isinstance(day, date) else day


_PAGE: dict[str, Callable[[list[Json]], None]] = {
    "unbalanced": lambda page: _raised(page[0], Decimal(1)),
    "drop_journal": lambda page: page.__delitem__(0),
    "duplicate_journal": lambda page: page.insert(0, page[0]),
    "unknown_account": lambda page: page[0]["JournalLines"][0].update(AccountID=UNKNOWN_ACCOUNT),
    "unknown_source": lambda page: page[0].update(SourceType=UNKNOWN_SOURCE),
    "alter_amount": _alter_amount,
    "alter_date": _alter_date,
}


def journals(page: list[Json], faults: Faults, path: str) -> list[Json]:
    """Return a page of journals with the faults that are on. ``page`` may be changed: it is a copy of the books'."""
    if gap := faults.peek("number_gap", path):
        page = [it for it in page if it["JournalNumber"] != int(str(gap.value))]
    if late := faults.take("late_number", path):
        page = [it for it in page if it["JournalNumber"] != int(str(late.value))]
    for name, spoil in _PAGE.items():
        if page and faults.take(name, path):
            spoil(page)
    return page


def shaped(document: object, faults: Faults, path: str) -> object:
    """Return a document as some of the platform's answers have it: amounts as text, keys that are not there."""
    texts = faults.peek("strings_for_numbers", path) is not None
    bare = faults.peek("missing_keys", path) is not None
    return _shaped(document, texts=texts, bare=bare) if texts or bare else document


def _shaped(value: object, *, texts: bool, bare: bool) -> object:
    if isinstance(value, dict):
        return {
            key: _shaped(inner, texts=texts, bare=bare)
            for key, inner in value.items()
            if not (bare and key in _OPTIONAL)
        }
    if isinstance(value, list | tuple):
        return [_shaped(inner, texts=texts, bare=bare) for inner in value]
    if texts and isinstance(value, bool | Decimal):
        return str(value).lower()
    return value


def trial_balance(report: Json, faults: Faults, path: str, month: str) -> Json:
    """Return a trial balance of a month (2026-01) that a fault has moved an amount in, or that does not add up."""
    shift = faults.peek("trial_balance_shift", path)
    if shift and shift.args.get("month", month) == month:
        faults.take("trial_balance_shift", path)
        rows = _balance_rows(report)
        wanted = shift.args.get("account")
        target = next((row for row in rows if _account(row) == wanted), rows[0]) if wanted else rows[0]
        other = next(row for row in rows if row is not target)
        amount = Decimal(str(shift.args.get("amount", "1.00")))
        _move(target, amount)
        _move(other, -amount)
        _total(report)
    if faults.take("trial_balance_break", path):
        _move(_balance_rows(report)[0], Decimal(1))
    return report


def _balance_rows(report: Json) -> list[Json]:
    """Return the rows of accounts of the balance sheet, those with a balance first."""
    sections = [it for it in report["Rows"] if it.get("Title") in ("Assets", "Liabilities", "Equity")]
    rows = [row for section in sections for row in section["Rows"] if row["RowType"] == "Row" and _account(row)]
    return sorted(rows, key=lambda row: not _ytd(row))


def _account(row: Json) -> str:
    return next((str(it["Value"]) for it in row["Cells"][0].get("Attributes", ()) if it["Id"] == "account"), "")


def _ytd(row: Json) -> Decimal:
    cells = row["Cells"]
    return Decimal(cells[3].get("Value") or 0) - Decimal(cells[4].get("Value") or 0)


def _move(row: Json, amount: Decimal) -> None:
    after = _ytd(row) + amount
    row["Cells"][3]["Value"] = str(after) if after > 0 else ""
    row["Cells"][4]["Value"] = str(-after) if after < 0 else ""


def _total(report: Json) -> None:
    rows = [row for section in report["Rows"] for row in section.get("Rows", ()) if row["RowType"] == "Row"]
    for section in report["Rows"]:
        for row in section.get("Rows", ()):
            if row["RowType"] == "SummaryRow" and not section.get("Title"):
                for place in (3, 4):
                    total = sum((Decimal(it["Cells"][place].get("Value") or 0) for it in rows), Decimal(0))
                    row["Cells"][place]["Value"] = str(total)
