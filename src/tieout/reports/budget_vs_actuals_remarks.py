"""The notes on a budget's variances as the report's own: those of figures that it shows, and of months inside them."""

from __future__ import annotations

from collections.abc import Sequence

from tieout.budgets.models import Budget
from tieout.budgets.notes import Place, notes
from tieout.reports.budget_vs_actuals_columns import VARIANCE, Period
from tieout.reports.document import Remark, Row


def remarks_of(budget: Budget, rows: Sequence[Row], periods: Sequence[Period]) -> tuple[Remark, ...]:
    """Return the notes in the order of the rows, numbered from 1.

    A note on months that no column has by themselves, such as those of a quarter's month, has no column but is told.
    """
    found = notes(budget)
    first, last = min(it.first for it in periods), max(it.last for it in periods)
    places = {row.key: (number, row.label) for number, row in enumerate(rows)}
    columns = {(it.first, it.last): f"{it.key}{VARIANCE}" for it in reversed(periods)}
    inside = [it for it in found if it.row in places and first <= it.first and it.last <= last]
    inside.sort(key=lambda it: (places[it.row][0], it.first, it.last))
    return tuple(
        Remark(
            number=number,
            place=f"{places[it.row][1]}, {it.months}",
            text=found[it].text,
            person=found[it].person,
            at=found[it].at,
            row=it.row,
            column=columns.get((it.first, it.last), ""),
        )
        for number, it in enumerate(inside, 1)
    )


def place_of(row: Row, period: Period) -> Place:
    """Return where a note on a figure is kept."""
    return Place(row.key, period.first, period.last)
