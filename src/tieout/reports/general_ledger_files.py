"""The general ledger as CSV, JSON and text, written some thousand rows at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import msgspec

from tieout.core.money import to_text
from tieout.core.spreadsheet import harmless
from tieout.reports.exports import MARKS, head_of
from tieout.reports.general_ledger import NAME, AccountLedger, GeneralLedger
from tieout.reports.general_ledger_rows import Part, Posting, every_part
from tieout.reports.outline import AccountName
from tieout.reports.text_table import Rule, TextRow, TextTable
from tieout.ui.figures import difference, exact

_HEAD = (
    "account id", "number", "account", "type", "row", "date", "record", "record number", "party", "item",
    "description", "dimensions", "lines", "debit", "credit", "balance", "tie-out",
)  # fmt: skip


def kind_of(row: Posting) -> str:
    """Return what a row is: "line", "payroll" (several lines as one sum) or "carried" (a year's profit)."""
    return "line" if row.line else "payroll" if row.lines else "carried"


def to_json(found: GeneralLedger, *, turn_signs: bool) -> Iterator[bytes]:
    """Yield the ledger as JSON: amounts are decimal strings, debit positive, or natural where signs are turned."""
    head = head_of(found.at, NAME, found.asked.first, found.asked.last) | {
        "narrowed": not found.whole, "tie_out": found.state.value,
        "debit": to_text(found.debit, found.at.book.digits), "credit": to_text(found.credit, found.at.book.digits),
    }  # fmt: skip
    yield msgspec.json.encode(head)[:-1] + b',"rows":['
    accounts = lines = 0
    for part in every_part(found):
        write = _Writer(found, part.ledger.account.type.normal_sign if turn_signs else 1)
        if part.begins:
            between = b",\n" if accounts else b"\n"
            yield between + msgspec.json.encode(_account(found, part.ledger, write))[:-1] + b',"lines":['
            accounts, lines = accounts + 1, 0
        written = b",\n".join(msgspec.json.encode(_row(found, row, write)) for row in part.postings)
        yield (b",\n" if lines and written else b"") + written
        lines += len(part.postings)
        if part.ends:
            yield b"]}"
    yield b"\n]}\n"


class _Writer:
    """Writes amounts as decimal strings."""

    def __init__(self, found: GeneralLedger, sign: int) -> None:
        self._digits, self._sign = found.at.book.digits, sign

    def __call__(self, amount: int) -> str:
        return to_text(amount * self._sign, self._digits)


def _account(found: GeneralLedger, ledger: AccountLedger, write: _Writer) -> dict[str, object]:
    account = ledger.account
    result: dict[str, object] = {
        "account": {
            "id": account.external_id, "number": account.number, "name": account.name, "type": account.type.value,
        },
    }  # fmt: skip
    if found.whole:
        result |= {"opening": write(ledger.opening), "closing": write(ledger.closing)}
        if ledger.figure.theirs is not None:
            result |= {
                "books": write(ledger.figure.theirs),
                "difference": write(ledger.closing - ledger.figure.theirs),
            }
        result["tie_out"] = ledger.figure.state.value
    return result


def _row(found: GeneralLedger, row: Posting, write: _Writer) -> dict[str, object]:
    result: dict[str, object] = {"row": kind_of(row), "date": row.date.isoformat()}
    if line := row.line:
        result |= {
            "type": line.type, "id": line.external_id, "number": line.number, "party": line.party, "item": line.item,
            "dimensions": line.dimensions,
        }  # fmt: skip
    elif row.lines:
        result["lines"] = row.lines
    result |= {"description": row.text, "amount": write(row.amount)}
    return result | ({"balance": write(row.balance)} if found.whole else {})


def to_csv(found: GeneralLedger, *, turn_signs: bool) -> Iterator[str]:
    """Yield the ledger as CSV with a head row. Debits and credits are positive; signs are turned of balances."""
    yield _written([_HEAD])
    for part in every_part(found):
        yield _written(_csv_rows(found, part, turn_signs=turn_signs))


def _csv_rows(found: GeneralLedger, part: Part, *, turn_signs: bool) -> Iterator[list[str]]:
    ledger, digits = part.ledger, found.at.book.digits
    account = ledger.account
    sign = account.type.normal_sign if turn_signs else 1
    names = [account.external_id or "", account.number, account.name, account.type.value]
    names = [harmless(it) for it in names]

    def edge(word: str, day: str, balance: int, mark: str = "") -> list[str]:
        return [*names, word, day, *[""] * 9, to_text(balance * sign, digits), mark]

    if part.begins and found.whole:
        yield edge("opening", found.asked.first.start.isoformat(), ledger.opening)
    for row in part.postings:
        line = row.line
        texts = (line.type, line.number, line.party, line.item) if line else ("",) * 4
        words = [*texts, row.text, line.dimensions if line else ""]
        sides = [to_text(it, digits) if it else "" for it in (row.debit, row.credit)]
        balance = to_text(row.balance * sign, digits) if found.whole else ""
        day = row.date.isoformat()
        yield [*names, kind_of(row), day, *map(harmless, words), str(row.lines or ""), *sides, balance, ""]
    if part.ends and found.whole:
        yield edge("closing", last_day(found), ledger.closing, MARKS[ledger.figure.state])


def last_day(found: GeneralLedger) -> str:
    """Return the day of the closing balances, as ISO 8601."""
    return (found.asked.last.end - timedelta(days=1)).isoformat()


def _written(rows: Iterator[list[str]] | list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def text_table(found: GeneralLedger) -> TextTable:
    """Return the ledger for a terminal; balances are positive in the account's normal direction."""
    at, digits = found.at, found.at.book.digits
    rows: list[TextRow] = []
    for part in every_part(found):
        rows += _text_rows(found, part)
    sides = (exact(found.debit, digits), exact(found.credit, digits))
    ties = not found.asked.accounts and found.whole
    below = Rule.NONE if not ties else Rule.DOUBLE if found.state.ties else Rule.BROKEN
    rows.append(TextRow("Total", (*sides, *([""] if found.whole else [])), above=Rule.SINGLE, below=below))
    head = (
        f"{at.company.name}: General ledger, {found.asked.first} to {found.asked.last}",
        f"{at.book.basis} basis, {at.book.currency}, sync {at.publication.number}",
    )
    return TextTable(head, ("Debit", "Credit", *(["Balance"] if found.whole else [])), tuple(rows), (told(found),))


def told(found: GeneralLedger) -> str:
    """Return in a sentence how the closing balances stand against the provider's."""
    if not found.whole:
        return "Only some of the lines: balances are left out."
    return f"Closing balances at {last_day(found)}: {MARKS[found.state]}."


def _text_rows(found: GeneralLedger, part: Part) -> Iterator[TextRow]:
    account, digits = part.ledger.account, found.at.book.digits
    if part.begins:
        yield TextRow(account.label, _text_edge(found, account, part.ledger.opening))
    for row in part.postings:
        name = " ".join(filter(None, (f"  {row.date}", _what(row), row.text)))
        cells = [exact(it, digits) if it else "" for it in (row.debit, row.credit)]
        cells += [difference(row.balance * account.type.normal_sign, digits)] if found.whole else []
        yield TextRow(name, tuple(cells))
    if part.ends and found.whole:
        cells = [exact(it, digits) for it in (part.ledger.debit, part.ledger.credit)]
        cells.append(difference(part.ledger.closing * account.type.normal_sign, digits))
        yield TextRow("  Closing balance", tuple(cells), MARKS[part.ledger.figure.state], above=Rule.SINGLE)


def _text_edge(found: GeneralLedger, account: AccountName, balance: int) -> tuple[str, ...]:
    if not found.whole:
        return ()
    return ("", "", difference(balance * account.type.normal_sign, found.at.book.digits))


def _what(row: Posting) -> str:
    line = row.line
    return " ".join(filter(None, (line.type, line.number, line.party))) if line else ""
