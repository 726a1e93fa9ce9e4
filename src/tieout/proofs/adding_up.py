"""Row 17: whatever is in the books, each sum that is shown is the sum of its lines, wherever it is shown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal

from django.http import QueryDict
from openpyxl import load_workbook

from tieout.core.accounts import AccountType
from tieout.core.money import to_decimal
from tieout.ledger.queries import cell_sum
from tieout.proofs.ground import Trial
from tieout.proofs.linking import Link, linked
from tieout.proofs.outcome import Measured, must
from tieout.proofs.small import small_books
from tieout.proofs.tying import must_be_well
from tieout.reports.catalogue import REPORTS
from tieout.reports.document import Column, Document, Row, RowKind
from tieout.reports.document_charts import charts_of
from tieout.reports.document_files import document_csv, document_json, file_columns
from tieout.reports.document_grid import document_grid, opened
from tieout.reports.document_xlsx import document_xlsx
from tieout.reports.making import Made, make
from tieout.reports.queries import LedgerAt, NoReport, ledger_at
from tieout.reports.xlsx_layout import Layout
from tieout.reports.xlsx_report import HEAD_ROWS
from tieout.ui.charts import rows as chart_rows
from tieout.ui.figures import whole


def adds_up(at: Trial) -> Measured:
    """Sync random books and their random changes; hold every figure of every report against its lines."""
    with linked(at.ground.provider, small_books(at)) as link:
        must_be_well(link.sync())
        at.ground.proving.Bookkeeper(link, at.dice).work(at.dice.randint(4, 16))
        must_be_well(link.sync())
        ledger = ledger_at(link.connection.company)
        _must_balance(ledger)
        figures = reports = 0
        for made in _reports(at, link, ledger):
            figures += _must_be_lines(made)
            _must_be_the_same_everywhere(made)
            reports += 1
        must(figures, "no report had a figure")
        return {"reports": reports, "figures": figures, "months": len(ledger.months)}


def _must_balance(ledger: LedgerAt) -> None:
    """Require that assets equal liabilities and equity, the year's profit among it, at each month's end."""
    for end in ledger.month_ends(ledger.months):
        kinds = {
            id_: ledger.accounts[id_].type if id_ in ledger.accounts else AccountType.EQUITY
            for id_ in end.balance_sheet
        }
        assets = sum(amount for id_, amount in end.balance_sheet.items() if kinds[id_] is AccountType.ASSET)
        claims = sum(amount for id_, amount in end.balance_sheet.items() if kinds[id_] is not AccountType.ASSET)
        must(
            assets == -(claims + end.net_income), f"{end.month} is out of balance by {assets + claims + end.net_income}"
        )


def _reports(at: Trial, link: Link, ledger: LedgerAt) -> Iterator[Made]:
    """Yield every view of every report, over all months, by periods and beside others as the dice say."""
    for report in REPORTS:
        for view in [key for key, _ in report.views(ledger)] or [""]:
            by = at.dice.choice(("month", "quarter", "year"))
            beside = at.dice.choice(("", "&compare=before", "&compare=last-year")) if report.compares else ""
            query = f"from={ledger.first}&to={ledger.last}&view={view}&by={by}"
            for asked in (query + beside, query):
                with suppress(NoReport):  # no budget yet, or nothing before the first month to compare with
                    yield make(link.connection.company, report.name, QueryDict(asked), sees_pay=True)
                    break


def _must_be_lines(made: Made) -> int:
    """Require of each figure that it is the sum of the lines that it opens; return how many there are."""
    document, figures = made.document, 0
    for row in document.rows:
        for column in document.columns if row.has_figures else ():
            if column.posted:
                cells = document.cells(row, column)
                lines = sum(cell_sum(made.at.book, it, version=made.at.version) for it in cells)
                beyond = sum(it.amount for it in document.beyond(row, column))
                shown = document.amount(row, column) - document.ahead(row, column) - beyond
                must(lines == shown, f"{_place(document, row, column)} is {shown}, its lines are {lines}")
                figures += 1
    return figures


def _must_be_the_same_everywhere(made: Made) -> None:
    """Require of page, chart, JSON, CSV and workbook that they show the document's figures, and that these add up."""
    document = made.document
    if not document.rows:
        return
    _in_json(document)
    _in_csv(document)
    _on_the_page(document)
    _in_charts(document)
    _in_the_workbook(made)


def _in_the_workbook(made: Made) -> None:
    """Require that the sheet shows each figure, and that its check of each by the lines comes to zero."""
    document = made.document
    book = load_workbook(io.BytesIO(document_xlsx(made)), data_only=True)
    layout = Layout(document=document, top=HEAD_ROWS)
    sheet = book.worksheets[0]
    for row in document.rows:
        for column in document.columns if row.has_figures else ():
            if not column.derived:
                _same(document, row, column, Decimal(repr(sheet[layout.name(row.key, column.key)].value)), turned=True)
    for cells in book["Check"].iter_rows(values_only=True):
        off = [it for it in cells if isinstance(it, int | float) and it]
        must(not off, f"the workbook of {document.report} misses its lines by {off}: {cells}")


def _in_json(document: Document) -> None:
    told = json.loads(document_json(document, turn_signs=False))
    for row, written in zip(document.lines, told["rows"], strict=True):
        for column in file_columns(document):
            _same(document, row, column, Decimal(written["amounts"][column.key]), turned=False)


def _in_csv(document: Document) -> None:
    _, *rows = csv.reader(io.StringIO(document_csv(document, turn_signs=True)))
    columns = file_columns(document)
    for row, written in zip(document.lines, rows, strict=True):
        end = len(written) - (2 if document.remarks else 1)
        for column, text in zip(columns, written[end - len(columns) : end], strict=True):
            _same(document, row, column, Decimal(text), turned=True)


def _same(document: Document, row: Row, column: Column, found: Decimal, *, turned: bool) -> None:
    amount = document.shown(row, column) if turned else document.amount(row, column)
    expected = to_decimal(amount, document.at.book.digits)
    must(found == expected, f"{_place(document, row, column)} is {expected}, a file says {found}")


def _on_the_page(document: Document) -> None:
    page = document_grid(document, asked=opened(QueryDict("all=1"), document), lines_url="/")
    found = [*((it.key, it.amounts) for it in page.rows), *((it.key, it.amounts) for it in page.feet)]
    shown = {key: [it for it in amounts if it is not None] for key, amounts in found}  # less a drawn trend
    for row in document.rows:
        own = [document.shown(row, it) for it in document.columns] if row.has_figures else []
        must(shown[row.key] == own, f"{document.report} shows {shown[row.key]} for {row.key}, not {own}")
        if row.kind in (RowKind.SUM, RowKind.TOTAL):
            for column in document.columns:
                if not column.derived:
                    parts = sum(document.amount(document.by_key[part], column) for part in row.parts)
                    must(parts == document.amount(row, column), f"{_place(document, row, column)} is not its parts")


def _in_charts(document: Document) -> None:
    """Require that a chart's table shows its series, and that the bars of a stack are the report's foot."""
    for chart in charts_of(document):
        for place, told in enumerate(chart_rows(chart)):
            values = tuple(whole(series.values[place], chart.digits) for series in chart.series)
            must(told.texts == values, f"the chart of {document.report} says {told.texts}, not {values}")
        if document.report == "vendor-spend":
            foot = document.by_key[document.foot[-1]]
            columns = [it for it in document.columns if not it.derived and not it.total]
            for place, column in enumerate(columns):
                bar = sum(series.values[place] or 0 for series in chart.series)
                must(bar == document.shown(foot, column), f"the bar of {column.key} is {bar}")


def _place(document: Document, row: Row, column: Column) -> str:
    return f"{document.report} {document.view}, {row.key}, {column.key}"
