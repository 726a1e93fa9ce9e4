"""A document as JSON (spec §15) and as CSV: lines only, so that the rows of a column can be added up."""

from __future__ import annotations

import csv
import io

import msgspec

from tieout.core.money import to_text
from tieout.core.spreadsheet import harmless
from tieout.reports.beside import State, overall
from tieout.reports.document import Column, ColumnKind, Document, Row

_MARKS = {state: state.value for state in State} | {State.DIFFERS: "UNVERIFIED"}


def document_json(document: Document, *, turn_signs: bool) -> bytes:
    """Return the report as JSON: amounts are decimal strings, debit positive, or as shown where signs are turned."""
    book = document.at.book
    columns = file_columns(document)
    told = {
        "report": document.report,
        "view": document.view,
        "company": document.at.company.slug,
        "book": {
            "connection": book.organisation.external_id,
            "basis": book.basis,
            "currency": book.currency,
            "digits": book.digits,
        },
        "sync": document.at.publication.number,
        "mapping": "as then" if document.at.as_then else "today",
        "from": str(min(it.first for it in columns if it.first)),
        "to": str(max(it.last for it in columns if it.last)),
        "columns": [
            {"key": it.key, "kind": it.kind.value, "from": str(it.first), "to": str(it.last)} for it in columns
        ],
        "tie_out": document.whole_state.value,
        "rows": [_json_row(document, row, columns, turn_signs=turn_signs) for row in document.lines],
    }
    if document.remarks:
        told["notes"] = [
            {"row": it.row, "column": it.column, "of": it.place, "text": it.text, "by": it.person}
            for it in document.remarks
        ]
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"


def document_csv(document: Document, *, turn_signs: bool) -> str:
    """Return the report as CSV with a head row. No text begins as a spreadsheet's formula would."""
    columns = file_columns(document)
    named = _named(document)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    noted = _noted(document)
    rows.writerow([*named, *(harmless(_head(it)) for it in columns), "tie-out", *(["notes"] if noted else [])])
    for row in document.lines:
        labels = _labels(row)
        amounts = [_text(document, row, it, turn_signs=turn_signs) for it in columns]
        said = [harmless(noted.get(row.key, ""))] if noted else []
        rows.writerow([*(harmless(labels[name]) for name in named), *amounts, _MARKS[row_state(document, row)], *said])
    return text.getvalue()


def _noted(document: Document) -> dict[str, str]:
    """Return what people wrote on each line, and typed over it; on sums, JSON, workbook and print have it."""
    lines = {row.key for row in document.lines}
    noted: dict[str, str] = {}
    for it in document.remarks:
        if it.row in lines:
            before = noted.get(it.row)
            noted[it.row] = f"{before}; {it.place}: {it.text}" if before else f"{it.place}: {it.text}"
    for row in document.lines:
        told = dict.fromkeys(f"{it.month}: {it.text}" for several in row.beyond.values() for it in several)
        if told:
            noted[row.key] = "; ".join(filter(None, (noted.get(row.key, ""), *told)))
    return noted


def file_columns(document: Document) -> tuple[Column, ...]:
    """Return the columns that files hold: none that can be worked out of the others."""
    return tuple(it for it in document.columns if not it.derived and not (it.total and it.key == "total"))


def row_state(document: Document, row: Row) -> State:
    """Return how a row stands over all its posted columns."""
    posted = (ColumnKind.ACTUAL, ColumnKind.PARTIAL)
    return overall(document.state(row, it) for it in file_columns(document) if it.kind in posted)


def _head(column: Column) -> str:
    return column.key if column.kind.value in ("actual", "partial") else f"{column.key} {column.kind.value}"


def _named(document: Document) -> list[str]:
    """Return the columns of text that some row has something for."""
    found = {name for row in document.lines for name, label in _labels(row).items() if label}
    return [name for name in _labels(Row(key="", label="")) if name in found or name == "row"]


def _labels(row: Row) -> dict[str, str]:
    account = row.account
    return {
        "account id": (account.external_id or "") if account else "",
        "number": account.number if account else "",
        "account": account.name if account else "",
        "type": account.type.value if account else "",
        "department": row.department or "",
        "party": row.party or "",
        "row": row.label,
    }


def _text(document: Document, row: Row, column: Column, *, turn_signs: bool) -> str:
    amount = document.shown(row, column) if turn_signs else document.amount(row, column)
    return to_text(amount, document.at.book.digits)


def _json_row(document: Document, row: Row, columns: tuple[Column, ...], *, turn_signs: bool) -> dict[str, object]:
    result: dict[str, object] = {"row": row.label}
    if row.account:
        result["account"] = {
            "id": row.account.external_id,
            "number": row.account.number,
            "name": row.account.name,
            "type": row.account.type.value,
        }
    if row.expense is not None:
        result["expense"] = {"id": row.expense}
    result |= {name: it for name, it in (("department", row.department), ("party", row.party)) if it is not None}
    result["amounts"] = {it.key: _text(document, row, it, turn_signs=turn_signs) for it in columns}
    result["tie_out"] = row_state(document, row).value
    sign, digits = (row.sign if turn_signs else 1), document.at.book.digits
    typed = {key: sum(it.amount for it in several) for key, several in row.beyond.items()}
    for name, part, turned in (
        ("not_itemised", row.residuals, 1),
        ("forecast", row.ahead, sign),
        ("typed", typed, sign),
    ):
        found = {it.key: to_text(part[it.key] * turned, digits) for it in columns if part.get(it.key)}
        result |= {name: found} if found else {}
    return result
