"""Reports as files: one flat shape for all of them, written as JSON (spec §15) or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from tieout.core.accounts import AccountType
from tieout.core.money import to_text
from tieout.core.month import Month
from tieout.core.spreadsheet import harmless
from tieout.core.statements import natural
from tieout.reports.balance_sheet import BalanceSheet
from tieout.reports.beside import PART_WORDS, PARTS, Beside, State, overall
from tieout.reports.expense_report import ExpenseReport, row_state
from tieout.reports.expense_report import state as expense_state
from tieout.reports.outline import AccountName
from tieout.reports.queries import LedgerAt
from tieout.reports.trial_balance import TrialBalance

Amounts = Mapping[Month, int]
MARKS = {state: state.value for state in State} | {State.DIFFERS: "UNVERIFIED"}


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of a report file: no sub-totals, so that the rows of a column can be added up."""

    account: AccountName
    amounts: Amounts
    state: State
    expense: int | None = None  # the expense's row id
    linked: str = ""  # its name where a link carved it out of the account
    department: str | None = None  # "": Unassigned
    books: Amounts | None = None  # the provider's figures, of the months that were compared
    difference: Amounts | None = None
    parts: Amounts = field(default_factory=dict)  # what of the amounts the provider does not itemise, if anything


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report with all that a reader of the file must know. Minor units, debit positive."""

    report: str
    at: LedgerAt
    months: tuple[Month, ...]
    state: State
    rows: tuple[FileRow, ...]

    @property
    def part(self) -> str:
        """What ``parts`` are: "not itemised", "revalued"; "" where there are none."""
        return PART_WORDS[PARTS[self.at.explaining.kind]] if any(row.parts for row in self.rows) else ""


def trial_balance_file(at: LedgerAt, reports: Sequence[TrialBalance]) -> ReportFile:
    """Return trial balances at several month ends as one file, with the books' figures and the differences."""
    figures: dict[AccountName, dict[Month, Beside]] = {}
    for report in reports:
        for row in report.rows:
            figures.setdefault(row.account, {})[report.month] = row.figure
    blank = {it.month: Beside(0, 0 if it.compared else None) for it in reports}
    return ReportFile(
        report="trial-balance",
        at=at,
        months=tuple(it.month for it in reports),
        state=overall(it.state for it in reports),
        rows=tuple(_beside_row(account, blank | figures[account]) for account in _chart_order(at, figures)),
    )


def balance_sheet_file(at: LedgerAt, sheet: BalanceSheet) -> ReportFile:
    """Return a balance sheet as a file: the rows of a month sum to zero."""
    return ReportFile(
        report="balance-sheet",
        at=at,
        months=sheet.months,
        state=overall(sheet.state(month) for month in sheet.months),
        rows=tuple(
            _beside_row(row.account, row.figures)
            for row in sheet.rows
            if row.is_net_income or any(it.ours or it.theirs for it in row.figures.values())
        ),
    )


def expense_file(at: LedgerAt, report: ExpenseReport) -> ReportFile:
    """Return expenses by account and month as a file."""
    return ReportFile(
        report="expenses",
        at=at,
        months=report.months,
        state=expense_state(report),
        rows=tuple(
            FileRow(
                row.account,
                row.amounts,
                row_state(report, row),
                expense=row.expense,
                department=row.department,
                linked=row.linked,
                parts=row.parts,
            )
            for row in report.rows
        ),
    )


def to_json(file: ReportFile, *, turn_signs: bool) -> bytes:
    """Return the report as JSON: amounts are decimal strings, debit positive, or natural where signs are turned."""
    write = _writer(file, turn_signs=turn_signs)
    document = head_of(file.at, file.report, file.months[0], file.months[-1])
    document |= {
        "tie_out": file.state.value,
        "rows": [_json_row(row, file.part.replace(" ", "_"), write) for row in file.rows],
    }
    if file.report == "expenses":  # the one report that asks which expense a line is in
        document["mapping"] = "as then" if file.at.as_then else "today"
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def head_of(at: LedgerAt, report: str, first: Month, last: Month) -> dict[str, object]:
    """Return what every report's JSON begins with."""
    book = at.book
    return {
        "report": report,
        "company": at.company.slug,
        "book": {
            "connection": book.organisation.external_id,
            "basis": book.basis,
            "currency": book.currency,
            "digits": book.digits,
        },
        "sync": at.publication.number,
        "from": str(first),
        "to": str(last),
    }


def to_csv(file: ReportFile, *, turn_signs: bool) -> str:
    """Return the report as CSV with a head row. No text begins as a spreadsheet's formula would."""
    write = _writer(file, turn_signs=turn_signs)
    with_books = any(row.books is not None for row in file.rows)
    with_department = any(row.department is not None for row in file.rows)
    head = ["account id", "number", "account", "type", *(["department"] if with_department else [])]
    head += [str(month) for month in file.months]
    if with_books:
        head += [f"{month} {what}" for what in ("books", "difference") for month in file.months]
    head += [f"{month} {file.part}" for month in file.months] if file.part else []
    head.append("tie-out")
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(head)
    for row in file.rows:
        kind = row.account.type
        cells = [row.account.external_id or "", row.account.number, row.account.name, kind.value]
        cells += [row.department or ""] if with_department else []
        columns = [row.amounts, *((row.books or {}, row.difference or {}) if with_books else ())]
        columns += [row.parts] if file.part else []
        amounts = [write(kind, column[month]) if month in column else "" for column in columns for month in file.months]
        rows.writerow([*(harmless(cell) for cell in cells), *amounts, MARKS[row.state]])
    return text.getvalue()


def _beside_row(account: AccountName, figures: Mapping[Month, Beside]) -> FileRow:
    return FileRow(
        account=account,
        amounts={month: it.ours for month, it in figures.items()},
        state=overall(it.state for it in figures.values()),
        books={month: it.theirs for month, it in figures.items() if it.theirs is not None},
        difference={month: it.difference for month, it in figures.items() if it.difference is not None},
        parts={month: it.part for month, it in figures.items() if it.part},
    )


def _chart_order(at: LedgerAt, accounts: Mapping[AccountName, object]) -> Iterator[AccountName]:
    order = {id_: place for place, id_ in enumerate(at.accounts)}
    return iter(sorted(accounts, key=lambda it: order.get(it.row, len(order))))


_Write = Callable[[AccountType, int], str]


def _writer(file: ReportFile, *, turn_signs: bool) -> _Write:
    digits = file.at.book.digits

    def write(kind: AccountType, amount: int) -> str:
        return to_text(natural(amount, kind) if turn_signs else amount, digits)

    return write


def _json_row(row: FileRow, part: str, write: _Write) -> dict[str, object]:
    kind = row.account.type

    def amounts(of: Amounts) -> dict[str, str]:
        return {str(month): write(kind, amount) for month, amount in sorted(of.items())}

    result: dict[str, object] = {
        "account": {
            "id": row.account.external_id,
            "number": row.account.number,
            "name": row.account.name,
            "type": kind.value,
        }
    }
    if row.expense is not None:
        result["expense"] = {"id": row.expense} | ({"name": row.linked} if row.linked else {})
    if row.department:
        result["department"] = row.department
    result["amounts"] = amounts(row.amounts)
    if row.books is not None and row.difference is not None:
        result |= {"books": amounts(row.books), "difference": amounts(row.difference)}
    if row.parts:
        result[part] = amounts(row.parts)
    return result
