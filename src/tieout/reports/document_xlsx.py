"""A report as a workbook: the statement, the lines behind it, and a sheet that checks one by the other."""

from __future__ import annotations

import io

from tieout.kit.sheet_writing import workbook
from tieout.reports.evidence import MOST, evidence_of
from tieout.reports.making import Made
from tieout.reports.xlsx_layout import Layout
from tieout.reports.xlsx_lines import write_check, write_lines
from tieout.reports.xlsx_report import HEAD_ROWS, write_report

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def document_xlsx(made: Made, *, most: int = MOST) -> bytes:
    """Return a report as XLSX; it holds at most ``most`` lines, and says so where there are more."""
    document = made.document
    evidence = evidence_of(document, made.asked.masked, most=most)
    file = io.BytesIO()
    day = made.at.publication.at.date()
    with workbook(file, title=document.title, company=made.at.company.name, made=day) as book:
        pages = book.page(document.title), book.page("Lines"), book.page("Check")
        report, lines, check = pages
        blocks = write_lines(lines, made, evidence)
        layout = Layout(document=document, top=HEAD_ROWS)
        checks = write_check(check, made, layout, (report.name, lines.name), (evidence, blocks))
        write_report(report, made, checks)
    return file.getvalue()
