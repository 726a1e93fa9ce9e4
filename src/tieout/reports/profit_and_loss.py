"""Profit and loss: what was earned and spent, by account, by department or by dimension."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tieout.core.accounts import AccountType
from tieout.ledger.differing import differing
from tieout.ledger.models import ListKind
from tieout.ledger.names import listed_names
from tieout.reports.columns import columns_of, compared_columns
from tieout.reports.document import Document, Row
from tieout.reports.profit_ahead import planned
from tieout.reports.profit_by_account import account_rows
from tieout.reports.profit_by_department import department_rows
from tieout.reports.profit_by_dimension import dimension_of, value_columns
from tieout.reports.profit_figures import Figures, figures
from tieout.reports.profit_parts import NET_INCOME, expenses_total
from tieout.reports.queries import LedgerAt
from tieout.reports.question import Question
from tieout.ui.figures import count, difference

BY_ACCOUNT = "account"
BY_DEPARTMENT = "department"
REVENUE = "revenue"
_PROFIT = (AccountType.INCOME, AccountType.EXPENSE)


def profit_views(at: LedgerAt) -> Sequence[tuple[str, str]]:
    """Return what the statement can be split by: a dimension of the books is a view of its own."""
    dimensions = listed_names(at.book, ListKind.DIMENSION, at.version).values()
    named = sorted(((f"dimension:{it.id}", it.name) for it in dimensions), key=lambda it: it[1].casefold())
    return (BY_ACCOUNT, "By account"), (BY_DEPARTMENT, "By department"), *((key, f"By {name}") for key, name in named)


def profit_and_loss(at: LedgerAt, asked: Question) -> Document:
    """Return the statement, as known at a sync. Profit is income less expense."""
    dimension = dimension_of(at, asked.view)
    if dimension or asked.values:
        asked = replace(asked, after=None)  # no forecast has dimensions
    forecast = planned(at, asked)
    if forecast is None:
        asked = replace(asked, after=None)
    if dimension:
        columns, sets = value_columns(at, asked, dimension.id, share_of=REVENUE)
    else:
        columns, sets = columns_of(at, asked, share_of=REVENUE), {}
    found = figures(at, asked, columns, sets=sets, forecast=forecast)
    rows = list(department_rows(found) if asked.view == BY_DEPARTMENT else account_rows(found))
    if asked.sections:
        rows = _expenses_only(rows)
    aside = _aside(asked, split=dimension is not None)
    return Document(
        report="profit-and-loss",
        title="Profit and loss",
        at=at,
        columns=columns,
        rows=tuple(rows) if len(rows) > 1 else (),
        view=_view(asked, dimension.name if dimension else ""),
        foot=(rows[-1].key,) if len(rows) > 1 else (),
        compared=frozenset() if aside else compared_columns(columns, found.ties.compared),
        aside=aside,
        notes=(*asked.notes, *_notes(asked, found)),
        empty="Nothing was earned or spent in these months.",
    )


def _view(asked: Question, dimension: str) -> str:
    if dimension:
        return f"by {dimension}"
    return "by department" if asked.view == BY_DEPARTMENT else "by account"


def _expenses_only(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of expenses with their total: a department has no revenue, so it has no profit either."""
    kept = [row for row in rows if row.sign > 0]
    return [*kept, expenses_total([row.key for row in kept if row.level == 1])]


def _aside(asked: Question, *, split: bool) -> str:
    """Return why the figures cannot be held against the provider's, "" where they can."""
    if asked.values or split:
        return "The books report no totals by dimension: these figures are compared with nothing"
    return ""


def _notes(asked: Question, found: Figures) -> list[str]:
    notes = list(_closed(asked, found))
    if found.to_come.faults:
        notes.append(f"In no total, since it could not be forecast: {count(found.to_come.faults, 'row')}")
    if asked.sections:
        notes.append("Revenue is in no department: the rows are the expenses of the departments chosen")
    if asked.values and found.at.explaining.lines:
        notes.append("What is not itemised has no dimension: it is left out")
    return notes


__all__ = ["NET_INCOME", "profit_and_loss", "profit_views"]


def _closed(asked: Question, found: Figures) -> Iterator[str]:
    """Yield by how much the months that are closed differ: this statement shows the books, planning what was closed."""
    book = found.at.book
    if found.at.version != book.published or asked.sections:
        return
    cells = [it for it in differing(book) if asked.first <= it.month <= asked.last and it.type in _PROFIT]
    profit = -sum(it.changed + it.remapped for it in cells)
    if cells and profit:
        words = count(len({it.month for it in cells}), "closed month")
        yield (
            f"The books changed {words}: net income here is {difference(profit, book.digits)} beside what "
            "planning pages keep"
        )
