"""A budget as a file, in the layout that an import reads: what goes out comes back as it was."""

from __future__ import annotations

from django.utils.text import slugify

from tieout.budgets.content import PEOPLE, Content
from tieout.budgets.layout import DEPARTMENT, ID, NAME, NUMBER, TYPE
from tieout.kit.tables import Cell, Money, Sheet, write_csv, write_xlsx

_WIDTHS = (12, 36, 22)
_MONTH_WIDTH = 13


def to_csv(content: Content) -> bytes:
    """Return the version as CSV."""
    return write_csv(_rows(content))


def to_xlsx(content: Content) -> bytes:
    """Return the version as a workbook: labels and headings stay in view."""
    months = content.first.months_to(content.last) + 1
    return write_xlsx(
        [Sheet(name=content.name, rows=_rows(content), widths=[*_WIDTHS, *[_MONTH_WIDTH] * months, 12], frozen=(1, 3))]
    )


def file_name(name: str) -> str:
    """Return a version's name as a file may be called anywhere: "budget-2026"."""
    return slugify(name) or "budget"


def _rows(content: Content) -> list[list[Cell]]:
    """Return a heading and a row for each line. The expense's id tells namesakes apart, a mark the hiring plan.

    A version that holds income says of each of its rows what it is, and what is earned is positive; one of expenses
    alone is the file that it was before there was any.
    """
    earns = any(line.income for line in content.lines)
    months = list(content.first.until(content.last + 1))
    rows: list[list[Cell]] = [[NUMBER, NAME, DEPARTMENT, *map(str, months), ID, *([TYPE] if earns else [])]]
    for line in content.lines:
        amounts = [Money(line.amounts.get(month, 0) * line.sign, content.digits) for month in months]
        rows.append(
            [
                line.number,
                line.name,
                line.department,
                *amounts,
                PEOPLE if line.kind == PEOPLE else str(line.expense or ""),
                *([line.category if line.income else "Expense"] if earns else []),
            ]
        )
    return rows
