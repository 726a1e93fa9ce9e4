"""The change log as a file: every row, before and after side by side, debit positive."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import msgspec

from tieout.core.money import to_text
from tieout.core.spreadsheet import harmless
from tieout.core.statements import natural
from tieout.ledger.accounts import Account
from tieout.ledger.changes_names import Written
from tieout.reports.change_log import ChangeLog, ChangeRow, HiddenRow
from tieout.reports.change_log_words import expense_name
from tieout.reports.text_table import Rule, TextRow, TextTable
from tieout.ui.figures import difference

_SIDE = ("date", "type", "number", "party", "item", "dimensions", "text", "amount")
_HEAD = ("change", "account id", "account number", "account", "account type", "month", "expense", "record", "lines",
         *(f"{when} {what}" for when in ("before", "after") for what in _SIDE), "effect")  # fmt: skip


def to_json(log: ChangeLog, *, turn_signs: bool) -> bytes:
    """Return the log as JSON: amounts are decimal strings, debit positive, or natural where signs are turned."""
    book, digits = log.span.book, log.span.book.digits
    document = {
        "report": "change-log",
        "company": log.company.slug,
        "book": {
            "connection": book.organisation.external_id,
            "basis": book.basis,
            "currency": book.currency,
            "digits": digits,
        },
        "from": log.span.first,
        "to": log.span.last,
        "mapping": "as then" if log.span.as_then else "today",
        "lines": {kind.value: lines for kind, lines in log.found.lines.items()},
        "effect": {kind.value: to_text(amount, digits) for kind, amount in log.foot.items()},
        "lists": [{"list": it.kind, "before": it.before, "after": it.after} for it in log.lists],
        "rows": [
            *(_hidden_json(log, row, turn_signs=turn_signs) for row in log.hidden),
            *(_row_json(log, row, turn_signs=turn_signs) for row in log.rows),
        ],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def to_csv(log: ChangeLog, *, turn_signs: bool) -> str:
    """Return the log as CSV with a head row. No text begins as a spreadsheet's formula would."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(_HEAD)
    empty = [""] * len(_SIDE)
    for hidden in log.hidden:
        account = _account_cells(hidden.account)
        lines = str(hidden.tally.count)
        effect = _amount(log, hidden.account, hidden.tally.effect, turn_signs=turn_signs)
        rows.writerow(["payroll", *account, str(hidden.month), "", "", lines, *empty, *empty, effect])
    for row in log.rows:
        side = row.written.after or row.written.before
        expense = expense_name(row.place.account, row.place.expense, log.labels)
        record = f"{side.line.type}:{side.line.external_id}" if side else ""
        sides = [
            cell
            for it in (row.written.before, row.written.after)
            for cell in (_side_cells(log, row, it, turn_signs=turn_signs) if it else empty)
        ]
        effect = _amount(log, row.account, row.effect, turn_signs=turn_signs)
        head = [*_account_cells(row.account), str(row.month), harmless(expense), harmless(record), "1"]
        rows.writerow([row.kind.value, *head, *sides, effect])
    return text.getvalue()


def text_table(log: ChangeLog) -> TextTable:
    """Return what moved by account and month, for a terminal; figures are natural."""
    digits = log.span.book.digits
    rows = [
        TextRow(
            f"{it.account.label}, {it.month}",
            (
                *(str(lines or "") for lines in it.tally.lines.values()),
                difference(natural(it.tally.effect, it.account.type), digits),
            ),
        )
        for it in log.by_account()
    ]
    lines = tuple(str(lines) for lines in log.found.lines.values())
    foot = TextRow("Profit", (*lines, difference(log.profit, digits)), above=Rule.SINGLE)
    book = log.span.book
    mapping = "mapping as then" if log.span.as_then else "today's mapping"
    head = (
        f"{log.company.name}: What changed from sync {log.span.first} to sync {log.span.last}",
        f"{book.basis} basis, {book.currency}, {mapping}",
    )
    kinds = tuple(kind.value.capitalize() for kind in log.found.lines)
    renamed = tuple(f"{it.kind.capitalize()} renamed: {it.before} is now {it.after}" for it in log.lists)
    return TextTable(head, (*kinds, "Effect"), (*rows, foot), renamed)


def _row_json(log: ChangeLog, row: ChangeRow, *, turn_signs: bool) -> dict[str, object]:
    result: dict[str, object] = {
        "change": row.kind.value, "account": _account_json(row.account), "month": str(row.month),
    }  # fmt: skip
    if row.place.expense:
        expense = expense_name(row.place.account, row.place.expense, log.labels)
        result["expense"] = {"id": row.place.expense} | ({"name": expense} if expense else {})
    for name, side in (("before", row.written.before), ("after", row.written.after)):
        if side is not None:
            line = side.line
            result[name] = {
                "date": line.date.isoformat(), "type": line.type, "id": line.external_id, "number": line.number,
                "account": side.account, "party": side.party, "item": side.item, "dimensions": side.dimensions,
                "text": side.text, "amount": _side_amount(log, row, side, turn_signs=turn_signs),
            }  # fmt: skip
    result["effect"] = _amount(log, row.account, row.effect, turn_signs=turn_signs)
    return result


def _hidden_json(log: ChangeLog, row: HiddenRow, *, turn_signs: bool) -> dict[str, object]:
    return {
        "change": "payroll",
        "account": _account_json(row.account),
        "month": str(row.month),
        "lines": row.tally.count,
        "effect": _amount(log, row.account, row.tally.effect, turn_signs=turn_signs),
    }


def _account_json(account: Account) -> dict[str, str]:
    return {
        "id": account.external_id, "number": account.number, "name": account.name, "type": account.type.value,
    }  # fmt: skip


def _account_cells(account: Account) -> Iterator[str]:
    return map(harmless, (account.external_id, account.number, account.name, account.type.value))


def _side_cells(log: ChangeLog, row: ChangeRow, side: Written, *, turn_signs: bool) -> Iterator[str]:
    line = side.line
    texts = (line.date.isoformat(), line.type, line.number, side.party, side.item, side.dimensions, side.text)
    yield from map(harmless, texts)
    yield _side_amount(log, row, side, turn_signs=turn_signs)


def _side_amount(log: ChangeLog, row: ChangeRow, side: Written, *, turn_signs: bool) -> str:
    """Return a side's amount in the row's own account: the other account of a corrected line may turn other signs."""
    return _amount(log, row.account, side.line.amount, turn_signs=turn_signs)


def _amount(log: ChangeLog, account: Account, amount: int, *, turn_signs: bool) -> str:
    return to_text(natural(amount, account.type) if turn_signs else amount, log.span.book.digits)
