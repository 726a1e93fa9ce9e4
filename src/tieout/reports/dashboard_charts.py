"""The dashboard's charts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tieout.core.month import Month
from tieout.expenses.sections import PEOPLE
from tieout.payroll.queries import Headcount
from tieout.reports.dashboard_books import Gathered
from tieout.ui.charts import Chart, Series
from tieout.ui.figures import short_month

Address = Callable[[Month], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Month by month, in the order of the chart: None where nothing is known."""

    income: tuple[int | None, ...]  # other income among it
    expenses: tuple[int, ...]
    payroll: tuple[int, ...]


def figures(found: Gathered) -> Figures:
    """Return the months' income, expenses and payroll; a month to come has no income unless it is planned."""
    people = next((row.amounts for row in found.timeline.rows if row.key == PEOPLE), ())
    count = len(found.months)
    return Figures(
        income=tuple(
            found.income.get(month, 0) if month <= found.period.through else _planned_income(found, month)
            for month in found.months
        ),
        expenses=found.timeline.total[:count],
        payroll=tuple(amount or 0 for amount in people[:count]) or (0,) * count,
    )


def _planned_income(found: Gathered, month: Month) -> int | None:
    """Return the income that is forecast of a month: the streams', and what revenue as a whole is beyond them.

    None where no stream is planned: what formulas take revenue for then is an average that nobody decided.
    """
    if found.forecast is None:
        return None
    known = [months[month] for months in found.forecast.revenue.values() if month in months]
    return sum(known) + found.forecast.adjustment.get(month, 0) if known else None


def profit_chart(found: Gathered, told: Figures, address: Address) -> Chart:
    """Return income and expenses side by side, with what is left of them as a line."""
    left = tuple(
        None if income is None else income - cost for income, cost in zip(told.income, told.expenses, strict=True)
    )
    return Chart(
        key="profit",
        title="Income, expenses and net income by month",
        labels=_labels(found),
        series=(
            Series(name="Income", values=told.income),
            Series(name="Expenses", values=told.expenses),
            Series(name="Net income", values=left, line=True),
        ),
        digits=found.book.digits,
        unit=found.book.currency,
        forecast=found.split,
        urls=tuple(address(month) for month in found.months),
        height=230,
    )


def payroll_chart(found: Gathered, told: Figures, heads: Headcount, address: Address) -> Chart:
    """Return payroll by month, with how many people there are above each bar: posts that the plan fills among them."""
    posts = found.forecast.heads.values() if found.forecast else ()
    counts = [
        heads.of(month, contractors=True) + sum(filled.get(month, 0) for filled in posts) for month in found.months
    ]
    return Chart(
        key="payroll",
        title="Employees & contractors by month, headcount above the bars" if any(counts) else "Payroll by month",
        labels=_labels(found),
        series=(Series(name="Payroll", values=told.payroll),),
        digits=found.book.digits,
        unit=found.book.currency,
        forecast=found.split,
        above=tuple(str(it) for it in counts) if any(counts) else (),
        urls=tuple(address(month) for month in found.months),
        width=560,
        height=200,
    )


def _labels(found: Gathered) -> tuple[str, ...]:
    return tuple(short_month(month) for month in found.months)
