"""TrialBalance as amounts by account: what our own sums are compared with.

The report's first two columns are the month's movement, the last two what counts here: income and expense since the
financial year began, all else since ever. Retained earnings hold all earlier profit, though Xero posts no closing
entries. An account is known by its id among the first cell's attributes; its label is for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec

from tieout.core.money import NotMoney, to_minor, to_text
from tieout.providers.xero.faults import Doubt
from tieout.providers.xero.lists import Lists
from tieout.providers.xero.wire import Cell, Report, ReportAnswer, Row

_COLUMNS = ("account", "debit", "credit", "ytd debit", "ytd credit")
_SECTIONS = frozenset({"revenue", "income", "expenses", "assets", "liabilities", "equity", ""})

_decoder = msgspec.json.Decoder(ReportAnswer)


def trial_balance(raw: bytes, lists: Lists, day: date, digits: int) -> dict[str, int]:
    """Return the trial balance as at a day: account id to amount, none of them zero.

    Raise Doubt unless it sums to zero and to its own total.
    """
    report = _report(raw, day)
    where = f"TrialBalance {day}"
    header, *rows = report.rows or [Row()]
    titles = tuple((cell.value or "").strip().lower() for cell in header.cells or ())
    if header.type != "Header" or titles != _COLUMNS:
        raise Doubt(f"its columns are {', '.join(titles) or 'missing'}", where)
    amounts: dict[str, int] = {}
    sums, total = [0, 0, 0, 0], None
    for row in _rows(rows, where):
        figures = _figures(row, digits, where)
        if row.type == "SummaryRow":
            if total is not None:
                raise Doubt("it has two totals", where)
            total = figures
            continue
        sums = [ours + theirs for ours, theirs in zip(sums, figures, strict=True)]
        _add(amounts, row, figures[2] - figures[3], lists, where)
    if total is None and amounts:
        raise Doubt("the total is missing", where)
    if total is not None and total != sums:
        raise Doubt(f"its rows sum to {_said(sums, digits)}, its total says {_said(total, digits)}", where)
    if sums[2] != sums[3]:
        raise Doubt(f"its debits and credits differ: {_said(sums, digits)}", where)
    return {account: amount for account, amount in amounts.items() if amount}


def _report(raw: bytes, day: date) -> Report:
    found = _decoder.decode(raw).found
    if len(found) != 1:
        raise Doubt(f"it holds {len(found)} reports")
    report = found[0]
    if (shown := _shown_day(report)) is not None and shown != day:
        raise Doubt(f"it is as at {shown}, asked was {day}")
    return report


def _shown_day(report: Report) -> date | None:
    """Return the day that the title names, "As at 31 January 2026"; None where it is not written like that."""
    for title in report.titles:
        if title.lower().startswith("as at "):
            try:
                return datetime.strptime(title[6:].strip(), "%d %B %Y").date()  # noqa: DTZ007 - a day without a zone
            except ValueError:
                return None
    return None


def _rows(rows: Iterable[Row], where: str) -> Iterator[Row]:
    """Yield the rows of all sections and their sum line. Raise Doubt for a part of an unknown kind."""
    for row in rows:
        match row.type:
            case "Section":
                if (row.title or "").strip().lower() not in _SECTIONS:
                    raise Doubt(f"it has an unknown section {row.title!r}", where)
                yield from _rows(row.rows or (), where)
            case "Row" | "SummaryRow":
                yield row
            case other:
                raise Doubt(f"it has a row of the unknown kind {other!r}", where)


def _figures(row: Row, digits: int, where: str) -> list[int]:
    cells: Sequence[Cell] = row.cells or ()
    if len(cells) != len(_COLUMNS):
        raise Doubt(f"a row has {len(cells)} cells where {len(_COLUMNS)} columns are", where)
    try:
        return [to_minor(Decimal(cell.value or "0"), digits) for cell in cells[1:]]
    except (NotMoney, ArithmeticError) as error:
        raise Doubt(f"the row {cells[0].value!r} has a figure that is no amount", where) from error


def _add(amounts: dict[str, int], row: Row, amount: int, lists: Lists, where: str) -> None:
    label = (row.cells or [Cell()])[0]
    account = label.account
    if not account:
        raise Doubt(f"the row {label.value!r} names no account", where)
    lists.account(account, f"{where}, row {label.value!r}")
    if account in amounts:
        raise Doubt(f"the account {label.value!r} is there twice", where)
    amounts[account] = amount


def _said(figures: Sequence[int], digits: int) -> str:
    return " / ".join(to_text(figure, digits) for figure in figures)
