"""``tieout report``: the reports for people and for scripts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Never

import typer

from tieout.config.commands import need_django
from tieout.core.month import Month

if TYPE_CHECKING:
    from tieout.companies.models import Company
    from tieout.reports.exports import ReportFile
    from tieout.reports.queries import LedgerAt
    from tieout.reports.text_table import TextTable


class Name(StrEnum):
    TRIAL_BALANCE = "trial-balance"
    BALANCE_SHEET = "balance-sheet"
    EXPENSES = "expenses"
    CHANGE_LOG = "change-log"


class Mapping(StrEnum):
    THEN = "then"
    TODAY = "today"


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def report(  # noqa: PLR0913, PLR0917 - the options of a command are its arguments
    name: Annotated[Name, typer.Argument(help="Which report.")],
    company: Annotated[str, typer.Option(help="The company's short name, as in its addresses.")],
    month: Annotated[str, typer.Option(help="One month, like 2026-01.")] = "",
    first: Annotated[
        str, typer.Option("--from", help="The first month of a range; for the change log a sync, 0 before the first.")
    ] = "",
    last: Annotated[str, typer.Option("--to", help="The last month of a range; for the change log a sync.")] = "",
    sync: Annotated[int | None, typer.Option(help="As known at this sync; the latest by default.")] = None,
    mapping: Annotated[
        Mapping | None, typer.Option(help="Expenses by today's rules, or as they were then (change log: unless asked).")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="For people, scripts or spreadsheets.")] = Format.TABLE,
    natural: Annotated[
        bool, typer.Option("--natural", help="JSON and CSV: positive in the account's normal direction.")
    ] = False,
    output: Annotated[Path | None, typer.Option(help="Write to this file.")] = None,
) -> None:
    """Write a report. In trial balance and balance sheet each month is a month end. Exits with 2 if there is none."""
    need_django()
    from tieout.reports.queries import ledger_at

    if name is Name.CHANGE_LOG:
        with refusals():
            text = _change_log(company, (first, last, month), mapping is not Mapping.TODAY, format_, natural=natural)
        _put(text, output)
        return
    with refusals():
        months = _months(month, first, last)
        at = ledger_at(find_company(company), sync, as_then=mapping is Mapping.THEN)
        text = _write(at, name, at.check(*months), format_, natural=natural)
    _put(text, output)


def _put(text: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(text)
        return
    try:
        output.write_bytes(text)
    except OSError as error:
        refuse(f"cannot write {output}: {error.strerror}")


def find_company(slug: str) -> Company:
    """Return the company of a slug; end with one sentence and status 2 if there is none."""
    from tieout.companies.queries import by_slug

    found = by_slug(slug)
    return found or refuse(f"there is no company {slug!r}")


def parse_month(text: str) -> Month:
    """Return the month that the text names; end with one sentence and status 2 for anything else."""
    try:
        return Month.parse(text)
    except ValueError:
        refuse(f"{text!r} is not a month: write it like 2026-01")


@contextmanager
def refusals() -> Iterator[None]:
    """End with the refusal's sentence and status 2 where a report is not there."""
    from tieout.reports.queries import NoReport

    try:
        yield
    except NoReport as refusal:
        refuse(str(refusal))


def refuse(why: str) -> Never:
    """Say why on standard error and end with status 2."""
    typer.echo(f"tieout: {why}", err=True)
    raise typer.Exit(2)


def _months(month: str, first: str, last: str) -> tuple[Month, Month]:
    if month and (first or last):
        refuse("give --month, or --from and --to, not both")
    if month:
        return parse_month(month), parse_month(month)
    if not (first and last):
        refuse("which months? give --month, or --from and --to")
    return parse_month(first), parse_month(last)


def _write(at: LedgerAt, name: Name, months: tuple[Month, ...], format_: Format, *, natural: bool) -> bytes:
    from tieout.reports.exports import to_csv, to_json
    from tieout.reports.text_table import render

    file, tables = _made(at, name, months)
    match format_:
        case Format.JSON:
            return to_json(file, turn_signs=natural)
        case Format.CSV:
            return to_csv(file, turn_signs=natural).encode()
        case Format.TABLE:
            return "\n".join(render(table) for table in tables).encode()


def _change_log(
    company: str,
    asked: tuple[str, str, str],
    as_then: bool,
    format_: Format,
    *,
    natural: bool,
) -> bytes:
    """Return what moved between two syncs, in a month if one is asked for; pay comes as sums (spec §14)."""
    from tieout.expenses.placement import payroll_accounts
    from tieout.reports import change_log_files
    from tieout.reports.asked import number_of
    from tieout.reports.change_log import EVERYTHING, change_log
    from tieout.reports.change_log_cells import Narrowed
    from tieout.reports.queries import span
    from tieout.reports.text_table import render

    first, last, month = asked
    found = find_company(company)
    number = "the number of a sync"
    syncs = span(found, number_of(first, number), number_of(last, number), as_then=as_then)
    only = parse_month(month) if month else None
    hidden = payroll_accounts(found, syncs.book)
    log = change_log(found, syncs, Narrowed(first=only, last=only), payroll_accounts=hidden, limit=EVERYTHING)
    match format_:
        case Format.JSON:
            return change_log_files.to_json(log, turn_signs=natural)
        case Format.CSV:
            return change_log_files.to_csv(log, turn_signs=natural).encode()
        case Format.TABLE:
            return render(change_log_files.text_table(log)).encode()


def _made(at: LedgerAt, name: Name, months: tuple[Month, ...]) -> tuple[ReportFile, list[TextTable]]:
    """Return the report in its two forms."""
    from tieout.reports import exports, text_reports
    from tieout.reports.balance_sheet import balance_sheet
    from tieout.reports.expense_report import expense_report
    from tieout.reports.trial_balance import trial_balances

    match name:
        case Name.TRIAL_BALANCE:
            trial = list(trial_balances(at, months))
            return exports.trial_balance_file(at, trial), [text_reports.trial_balance_table(at, it) for it in trial]
        case Name.BALANCE_SHEET:
            sheet = balance_sheet(at, months)
            return exports.balance_sheet_file(at, sheet), [text_reports.balance_sheet_table(at, sheet)]
        case Name.EXPENSES:
            spent = expense_report(at, months)
            return exports.expense_file(at, spent), [text_reports.expense_table(at, spent)]
        case Name.CHANGE_LOG:
            raise AssertionError("the change log is between two syncs, not at one")
