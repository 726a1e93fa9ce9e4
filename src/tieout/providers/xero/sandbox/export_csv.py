"""Reads an export of an organisation from a folder of CSV files: one file a table, lines in tables of their own.

A file is known by its name without regard to singular or plural, a leading ``xero_`` and a trailing ``_data``;
a file that is not known is passed over. A column is a field of the API (``created_date_utc`` is CreatedDateUTC); ids
of other documents become objects: ``contact_id`` of an invoice is its Contact. Empty cells are fields that are absent.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path

from tieout.providers.xero.sandbox.export_files import field_named
from tieout.providers.xero.sandbox.export_json import BadExport, read
from tieout.providers.xero.sandbox.values import Json

# Tables of whole documents: the table, its endpoint, and the field of its id.
_TABLES = {
    "account": ("Accounts", "AccountID"),
    "contact": ("Contacts", "ContactID"),
    "item": ("Items", "ItemID"),
    "invoice": ("Invoices", "InvoiceID"),
    "credit_note": ("CreditNotes", "CreditNoteID"),
    "bank_transaction": ("BankTransactions", "BankTransactionID"),
    "bank_transfer": ("BankTransfers", "BankTransferID"),
    "payment": ("Payments", "PaymentID"),
    "prepayment": ("Prepayments", "PrepaymentID"),
    "overpayment": ("Overpayments", "OverpaymentID"),
    "manual_journal": ("ManualJournals", "ManualJournalID"),
    "tax_rate": ("TaxRates", "TaxType"),
    "tracking_category": ("TrackingCategories", "TrackingCategoryID"),
    "user": ("Users", "UserID"),
    "currency": ("Currencies", "Code"),
    "journal": ("Journals", "JournalID"),
}
# Tables of lines: the table, the table of their documents, and the field that holds them.
_LINES = {
    "journal_line": ("journal", "JournalLines"),
    "invoice_line_item": ("invoice", "LineItems"),
    "credit_note_line_item": ("credit_note", "LineItems"),
    "bank_transaction_line_item": ("bank_transaction", "LineItems"),
    "prepayment_line_item": ("prepayment", "LineItems"),
    "overpayment_line_item": ("overpayment", "LineItems"),
    "manual_journal_line": ("manual_journal", "JournalLines"),
}
# Ids of other documents that stand in a row, and the object that the API has in their place.
_OBJECTS = {
    "BankAccountID": ("BankAccount", "AccountID"),
    "FromBankAccountID": ("FromBankAccount", "AccountID"),
    "ToBankAccountID": ("ToBankAccount", "AccountID"),
    "ContactID": ("Contact", "ContactID"),
    "ContactName": ("Contact", "Name"),
    "InvoiceID": ("Invoice", "InvoiceID"),
    "CreditNoteID": ("CreditNote", "CreditNoteID"),
    "PrepaymentID": ("Prepayment", "PrepaymentID"),
    "OverpaymentID": ("Overpayment", "OverpaymentID"),
    "AccountID": ("Account", "AccountID"),
}
_OF_JOURNALS = (
    "JournalID", "JournalNumber", "JournalDate", "CreatedDateUTC", "Reference", "SourceID", "SourceType",
)  # fmt: skip
_ABOUT = ("organisation", "organization")
_BOOLEANS = {"true": True, "false": False}
_TEXT = ("Code", "Number", "Reference", "Name", "Description", "Narration", "Option")


def read_tables(path: Path) -> Json:
    """Return the documents of a folder's tables, or of one table of lines, read as those of a JSON file are."""
    files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    tables = {_table(file.stem): _rows(file) for file in files}
    _split(tables)
    if "journal" not in tables or "journal_line" not in tables:
        raise BadExport(path.name, "journals.csv and journal_lines.csv are needed")
    owners: dict[str, dict[str, Json]] = defaultdict(dict)
    found: Json = {}
    for table, (endpoint, id_key) in _TABLES.items():
        documents = [_document(table, row, id_key) for row in tables.get(table, ())]
        for document in documents:
            owners[table][str(document.get(id_key, ""))] = document
        if documents:
            found[endpoint] = documents
    lines: dict[str, Json] = {}
    for table, (owner, field) in _LINES.items():
        for row in tables.get(table, ()):
            _add_line(row, owners[owner], _TABLES[owner][1], field, f"{path.name}, {table}")
            lines[str(row.get("JournalLineID") or row.get("LineItemID") or "")] = row
    for journal in owners["journal"].values():
        journal.setdefault("JournalLines", [])
    _track(tables, lines)
    _options(tables, owners["tracking_category"])
    for name in _ABOUT:
        if tables.get(name):
            found["Organisation"] = tables[name][0]
    return read(found, path.name)


def _split(tables: dict[str, list[Json]]) -> None:
    """Make two tables of one in which every line has its journal's fields beside it, whatever it is called."""
    if "journal" in tables and "journal_line" in tables:
        return
    for rows in list(tables.values()):
        if rows and {"JournalNumber", "NetAmount"} <= rows[0].keys():
            journals = {row["JournalNumber"]: {key: row[key] for key in _OF_JOURNALS if key in row} for row in rows}
            for row in rows:
                owner = journals[row["JournalNumber"]]
                row["JournalID"] = owner["JournalID"] = str(owner.get("JournalID") or row["JournalNumber"])
            kept = [key for key in _OF_JOURNALS if key != "JournalID"]
            lines = [{key: value for key, value in row.items() if key not in kept} for row in rows]
            tables |= {"journal": list(journals.values()), "journal_line": lines}
            return


def _table(stem: str) -> str:
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", stem).lower().replace("-", "_").replace(" ", "_")
    name = name.removeprefix("xero_").removesuffix("_data")
    if name in _TABLES or name in _LINES:
        return name
    for plural, singular in (("ies", "y"), ("s", "")):
        if name.endswith(plural):
            return name.removesuffix(plural) + singular
    return name


def _rows(file: Path) -> list[Json]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            header = text.readline()
            text.seek(0)
            rows = csv.DictReader(text, delimiter=max(",;\t", key=header.count))
            return [
                {
                    field_named(column): _cell(field_named(column), cell)
                    for column, cell in row.items()
                    if column and cell
                }
                for row in rows
            ]
    except (csv.Error, UnicodeError) as error:
        raise BadExport(file.name, str(error)) from error


def _cell(field: str, text: str) -> object:
    if field.endswith(_TEXT):
        return text
    return _BOOLEANS.get(text.lower(), text)


def _document(table: str, row: Json, id_key: str) -> Json:
    """Return a document for a row: ids of other documents become objects."""
    if table == "account":
        return row
    document: Json = {}
    for key, value in row.items():
        if key in _OBJECTS and key != id_key and table not in ("journal", "contact"):
            name, inner = _OBJECTS[key]
            document.setdefault(name, {})[inner] = value
        else:
            document[key] = value
    return document


def _add_line(row: Json, owners: dict[str, Json], id_key: str, field: str, where: str) -> None:
    owner = owners.get(str(row.pop(id_key, "")))
    if owner is None:
        raise BadExport(where, f"a line has no document in its table: {row}")
    owner.setdefault(field, []).append(row)


def _track(tables: dict[str, list[Json]], lines: dict[str, Json]) -> None:
    """Put the tracking of lines on them, and options into their categories."""
    categories = {row.get("TrackingCategoryID"): row for row in tables.get("tracking_category", ())}
    for table, field in (
        ("journal_line_has_tracking_category", "TrackingCategories"),
        ("invoice_line_item_has_tracking_category", "Tracking"),
    ):
        for row in tables.get(table, ()):
            line = lines.get(str(row.get("JournalLineID") or row.get("LineItemID") or ""))
            category = str(row.get("TrackingCategoryID") or "")
            if line is None or any(one["TrackingCategoryID"] == category for one in line.get(field, ())):
                continue  # a line has one option of a category
            option: Json = {"TrackingCategoryID": category, "Option": str(row.get("Option") or "")}
            if known := categories.get(category):
                option["Name"] = known.get("Name", "")
            if given := row.get("TrackingCategoryOptionID") or row.get("TrackingOptionID"):
                option["TrackingOptionID"] = given
            line.setdefault(field, []).append(option)


def _options(tables: dict[str, list[Json]], categories: dict[str, Json]) -> None:
    """Put the options of tracking categories, which may stand in two tables of their own, into them."""
    options = {row.get("TrackingOptionID"): row for row in tables.get("tracking_category_option", ())}
    belonging = tables.get("tracking_category_has_option") or list(options.values())
    for row in belonging:
        option = options.get(row.get("TrackingOptionID"), row)
        category = categories.get(str(row.get("TrackingCategoryID")))
        if category is not None and option.get("TrackingOptionID"):
            shown = {key: value for key, value in option.items() if key != "TrackingCategoryID"}
            category.setdefault("Options", []).append({"Name": "", "Status": "ACTIVE"} | shown)
