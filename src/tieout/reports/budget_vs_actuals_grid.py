"""Budget vs actuals as the grid of its page: a band a period, and on each variance which way it goes."""

from __future__ import annotations

from collections.abc import Iterator

from tieout.reports.beside import State
from tieout.reports.budget_vs_actuals import BudgetVsActuals
from tieout.reports.document import Column, ColumnKind, Remark, Row, RowKind
from tieout.ui import grid
from tieout.ui.figures import exact, percent
from tieout.ui.grid import Asked, Band, Foot, Grid, Sign

FAVOURABLE, UNFAVOURABLE = "Favourable", "Unfavourable"
_WORDS = {ColumnKind.BUDGET: "Budget", ColumnKind.CHANGE: "Variance", ColumnKind.PERCENT: "%"}
_TOLD = 3  # typed months that the note on a figure names
_HUGE = 10_000 * 10  # tenths of a percent: beyond, the figure says nothing any more


def variances_grid(document: BudgetVsActuals, *, asked: Asked, lines_url: str, exact_figures: bool = False) -> Grid:
    """Return the grid. An actual opens its lines, a budget figure and a variance what they consist of."""
    foot = set(document.foot)
    body = [row for row in document.rows if row.key not in foot]
    return Grid(
        label=document.title,
        corner=f"{document.at.book.currency}{'' if exact_figures else ', whole units'}",
        bands=[
            Band(label=it.label, note=it.stretch if it.total else "", span=4, total=it.total, partial=it.partial)
            for it in document.periods
        ],
        columns=[_column(document, it) for it in document.columns],
        rows=[_row(document, row, below=_below(body, place)) for place, row in enumerate(body)],
        feet=[_foot(document, document.by_key[key]) for key in document.foot],
        digits=document.at.book.digits,
        asked=asked,
        entries_url=lines_url,
        exact=exact_figures,
        from_start=True,
    )


def percent_words(document: BudgetVsActuals, row: Row, column: Column) -> str:
    """Return a percentage as people read it: "new" where nothing was planned, and no more digits than say something."""
    budget, actual = (document.amount(row, document.by_column[key]) for key in column.of)
    if actual == budget:
        return ""
    if not budget:
        return "new"
    tenths = document.amount(row, column)
    if abs(tenths) > _HUGE:
        return "over 10,000 %" if tenths > 0 else "under (10,000 %)"
    return percent(tenths) if tenths else "under 0.1 %"


def news(document: BudgetVsActuals, row: Row, column: Column) -> str:
    """Return which way a variance goes, "" for none. Debit positive, more is never good news."""
    return (FAVOURABLE if way < 0 else UNFAVOURABLE) if (way := document.amount(row, column)) else ""


def _below(rows: list[Row], place: int) -> bool:
    return place + 1 < len(rows) and rows[place + 1].level > rows[place].level


def _column(document: BudgetVsActuals, column: Column) -> grid.Column:
    return grid.Column(
        label=_WORDS.get(column.kind, "Actual"),
        month="" if column.kind is ColumnKind.PERCENT else column.key,
        hint=column.note,
        total=column.kind is ColumnKind.BUDGET and column is not document.columns[0],
        partial=column.kind is ColumnKind.PARTIAL and not column.total,
        unverified=document.column_state(column) is State.DIFFERS,
        percent=column.kind is ColumnKind.PERCENT,
    )


def _row(document: BudgetVsActuals, row: Row, *, below: bool) -> grid.Row:
    signs, notes = _signs(document, row)
    return grid.Row(
        key=row.key,
        label=row.label,
        code=row.account.number if row.account else "",
        level=row.level,
        amounts=[document.shown(row, it) for it in document.columns],
        texts=dict(_texts(document, row)),
        expandable=below,
        badge=row.badge,
        hint=row.note,
        total=row.kind is RowKind.TOTAL,
        rest=row.key.startswith("rest:"),
        signs=signs,
        notes=notes,
    )


def _foot(document: BudgetVsActuals, row: Row) -> Foot:
    signs, notes = _signs(document, row)
    return Foot(
        key=row.key,
        label=row.label,
        amounts=[document.shown(row, it) for it in document.columns],
        texts=dict(_texts(document, row)),
        signs=signs,
        notes=notes,
        tied=[_tied(document, row, it) for it in document.columns],
    )


def _tied(document: BudgetVsActuals, row: Row, column: Column) -> bool | None:
    state = document.state(row, column)
    return True if state.ties else False if state is State.DIFFERS else None


def _texts(document: BudgetVsActuals, row: Row) -> Iterator[tuple[int, str]]:
    for place, column in enumerate(document.columns):
        if column.kind is ColumnKind.PERCENT:
            yield place, percent_words(document, row, column)


def _signs(document: BudgetVsActuals, row: Row) -> tuple[dict[int, str], dict[int, str]]:
    signs: dict[int, str] = {}
    notes: dict[int, str] = {}
    for place, column in enumerate(document.columns):
        found = [*_told(document, row, column), *_remarked(document, row, column)]
        if found:
            signs[place] = " ".join(sign for sign, _ in found)
            notes[place] = ". ".join(words for _, words in found)
    return signs, notes


def _told(document: BudgetVsActuals, row: Row, column: Column) -> Iterator[tuple[str, str]]:
    if column.kind is ColumnKind.CHANGE:
        if words := news(document, row, column):
            yield Sign.FAVOURABLE if words == FAVOURABLE else Sign.UNFAVOURABLE, words
    elif typed := document.beyond(row, column):
        yield Sign.TYPED, ". ".join(it.text for it in typed[:_TOLD])
    elif words := document.restated_words(row, column):
        yield Sign.RESTATED, words
    elif document.state(row, column) is State.DIFFERS:
        yield Sign.UNVERIFIED, "Unverified: the books say something else"
    elif part := document.residual(row, column):
        yield Sign.PART, f"{exact(part, document.at.book.digits)} not itemised"


def _remarked(document: BudgetVsActuals, row: Row, column: Column) -> Iterator[tuple[str, str]]:
    if it := remark_at(document, row, column):
        yield Sign.NOTED, f"Note {it.number}: {it.text}"


def remark_at(document: BudgetVsActuals, row: Row, column: Column) -> Remark | None:
    """Return the note on a figure, if there is one."""
    return next((it for it in document.remarks if (it.row, it.column) == (row.key, column.key)), None)
