"""What ``tieout report`` answers: any report of the catalogue, and the four that are also asked for by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.http import QueryDict

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.placement import payroll_accounts
from tieout.reports import change_log_files, exports, general_ledger_files, text_reports
from tieout.reports.asked import number_of
from tieout.reports.balance_sheet import balance_sheet
from tieout.reports.catalogue import REPORTS
from tieout.reports.change_log import EVERYTHING, change_log
from tieout.reports.change_log_cells import Narrowed
from tieout.reports.document_files import document_csv, document_json
from tieout.reports.document_pdf import document_pdf
from tieout.reports.document_text import document_table
from tieout.reports.document_xlsx import document_xlsx
from tieout.reports.expense_report import expense_report
from tieout.reports.general_ledger import NAME as GENERAL_LEDGER
from tieout.reports.general_ledger_views import ledger_asked
from tieout.reports.general_ledger_xlsx import general_ledger_xlsx
from tieout.reports.making import make
from tieout.reports.named_filters import departments_named, values_named
from tieout.reports.queries import LedgerAt, NoReport, ledger_at, span
from tieout.reports.text_table import TextTable, render
from tieout.reports.trial_balance import trial_balances

CHANGE_LOG = "change-log"
BY_MONTH = ("trial-balance", "balance-sheet", "expenses")
"""Reports that are asked for by months, each a month end in the first two."""


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks for on the command line. Texts are as typed."""

    name: str
    company: Company
    format: Format
    month: str = ""
    first: str = ""
    last: str = ""
    sync: int | None = None
    as_then: bool | None = None  # None: as the report has it unasked
    natural: bool = False
    options: dict[str, str] = field(default_factory=dict)  # of the page's address: by, compare, view, preset …
    departments: Sequence[str] = ()
    values: Sequence[str] = ()

    @property
    def plain(self) -> bool:
        """Whether it asks for no more than months."""
        return not (self.departments or self.values or any(self.options.values()))


def names() -> tuple[str, ...]:
    """Return what reports are called."""
    return (*dict.fromkeys([*(it.name for it in REPORTS), *BY_MONTH, GENERAL_LEDGER, CHANGE_LOG]),)


def answer(wish: Wish) -> bytes:
    """Return a report in the form that is asked for. Pay comes as sums (spec §14). Raise NoReport, in words."""
    if wish.name == CHANGE_LOG:
        return _change_log(wish)
    if wish.name == GENERAL_LEDGER:
        return _general_ledger(wish)
    files_of_months = wish.format in (Format.TABLE, Format.JSON, Format.CSV)
    documents = {it.name for it in REPORTS}
    if wish.name in BY_MONTH and (wish.name not in documents or (files_of_months and wish.plain)):
        return _by_month(wish)
    if wish.name in documents:
        return _document(wish)
    raise NoReport(f"there is no report {wish.name!r}: {', '.join(names())}")


def _query(wish: Wish) -> QueryDict:
    """Return what the page's address would ask."""
    query = QueryDict(mutable=True)
    asked = {"from": wish.month or wish.first, "to": wish.month or wish.last, **wish.options}
    asked |= {"sync": str(wish.sync) if wish.sync is not None else "", "mapping": "then" if wish.as_then else ""}
    query.update({name: text for name, text in asked.items() if text})
    query.setlist("department", departments_named(wish.company, wish.departments))
    if wish.values:
        at = ledger_at(wish.company, wish.sync)
        query.setlist("value", values_named(at, wish.values))
    return query


def _document(wish: Wish) -> bytes:
    made = make(wish.company, wish.name, _query(wish), sees_pay=False)
    match wish.format:
        case Format.TABLE:
            return render(document_table(made)).encode()
        case Format.JSON:
            return document_json(made.document, turn_signs=wish.natural)
        case Format.CSV:
            return document_csv(made.document, turn_signs=wish.natural).encode()
        case Format.XLSX:
            return document_xlsx(made)
        case Format.PDF:
            return document_pdf(made)


def _general_ledger(wish: Wish) -> bytes:
    found = ledger_asked(wish.company, _query(wish), sees_pay=False)
    match wish.format:
        case Format.JSON:
            return b"".join(general_ledger_files.to_json(found, turn_signs=wish.natural))
        case Format.CSV:
            return "".join(general_ledger_files.to_csv(found, turn_signs=wish.natural)).encode()
        case Format.TABLE:
            return render(general_ledger_files.text_table(found)).encode()
        case Format.XLSX:
            return general_ledger_xlsx(found)
        case Format.PDF:
            raise NoReport(f"{wish.name} comes as table, json, csv or xlsx, not as pdf")


def _by_month(wish: Wish) -> bytes:
    if not wish.plain:
        raise NoReport(f"{wish.name} takes --month, --from, --to, --sync, --mapping, --format and --natural only")
    first, last = _months(wish)
    at = ledger_at(wish.company, wish.sync, as_then=bool(wish.as_then))
    file, tables = _made(at, wish.name, at.check(first, last))
    match wish.format:
        case Format.JSON:
            return exports.to_json(file, turn_signs=wish.natural)
        case Format.CSV:
            return exports.to_csv(file, turn_signs=wish.natural).encode()
        case Format.TABLE:
            return "\n".join(render(table) for table in tables).encode()
        case _:
            raise _no_form(wish)


def _made(at: LedgerAt, name: str, months: tuple[Month, ...]) -> tuple[exports.ReportFile, list[TextTable]]:
    """Return the report in its two forms."""
    match name:
        case "trial-balance":
            trial = list(trial_balances(at, months))
            return exports.trial_balance_file(at, trial), [text_reports.trial_balance_table(at, it) for it in trial]
        case "balance-sheet":
            sheet = balance_sheet(at, months)
            return exports.balance_sheet_file(at, sheet), [text_reports.balance_sheet_table(at, sheet)]
        case _:
            spent = expense_report(at, months)
            return exports.expense_file(at, spent), [text_reports.expense_table(at, spent)]


def _change_log(wish: Wish) -> bytes:
    """Return what moved between two syncs, in a month if one is asked for."""
    number = "the number of a sync"
    as_then = wish.as_then is not False
    syncs = span(wish.company, number_of(wish.first, number), number_of(wish.last, number), as_then=as_then)
    only = month_named(wish.month) if wish.month else None
    hidden = payroll_accounts(wish.company, syncs.book)
    log = change_log(
        wish.company, syncs, Narrowed(first=only, last=only), payroll_accounts=hidden, limit=EVERYTHING
    )  # fmt: skip
    match wish.format:
        case Format.JSON:
            return change_log_files.to_json(log, turn_signs=wish.natural)
        case Format.CSV:
            return change_log_files.to_csv(log, turn_signs=wish.natural).encode()
        case Format.TABLE:
            return render(change_log_files.text_table(log)).encode()
        case _:
            raise _no_form(wish)


def _no_form(wish: Wish) -> NoReport:
    return NoReport(f"{wish.name} comes as table, json or csv, not as {wish.format.value}")


def month_named(text: str) -> Month:
    """Return the month that a text names; raise NoReport for anything else."""
    try:
        return Month.parse(text)
    except ValueError:
        raise NoReport(f"{text!r} is not a month: write it like 2026-01") from None


def _months(wish: Wish) -> tuple[Month, Month]:
    if wish.month:
        return month_named(wish.month), month_named(wish.month)
    if not (wish.first and wish.last):
        raise NoReport("which months? give --month, or --from and --to")
    return month_named(wish.first), month_named(wish.last)
