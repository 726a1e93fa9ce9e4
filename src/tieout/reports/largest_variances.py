"""Where a month went furthest from the budget, for pages that have room for a few rows."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.budgets import queries as budgets
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.reports.budget_vs_actuals_columns import VARIANCE, Period
from tieout.reports.budget_vs_actuals_narrowing import by_size, variance, within
from tieout.reports.budget_vs_actuals_sides import sides
from tieout.reports.document import tenths
from tieout.reports.queries import NothingRead, ledger_at


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeVariance:
    """A row of budget vs actuals in one month. Minor units, in the sign in which they are shown."""

    row: str  # its key in the report; with ``column``, what opens it there
    column: str
    label: str
    department: str  # or the category, where it is in none
    budget: int
    actual: int
    variance: int  # actual less budget
    favourable: bool
    tenths: int | None  # of a percent of the budget, None where nothing was planned

    @property
    def word(self) -> str:
        """Which way it goes."""
        return "favourable" if self.favourable else "unfavourable"


@dataclass(frozen=True, slots=True)
class Largest:
    """The largest variances of a month against a budget, the largest first, whichever way they go."""

    budget: str
    frozen: bool
    rows: tuple[LargeVariance, ...]


def largest_variances(company: Company, month: Month, n: int) -> Largest | None:
    """Return at most ``n`` variances of a month against the budget that pages show beside actuals.

    None where there is no budget, no books, or the budget is in other money or does not cover the month.
    """
    budget = budgets.chosen(company)
    try:
        at = ledger_at(company)
    except NothingRead:
        return None
    money = (at.book.currency, at.book.digits)
    if budget is None or (budget.currency, budget.digits) != money or not budget.first <= month.key <= budget.last:
        return None
    period = Period(str(month), "", month, month)
    rows = by_size(sides(at, budgets.lines(budget), as_posted=False).rows, period)[:n]
    return Largest(
        budget.name,
        budget.is_frozen,
        tuple(
            LargeVariance(
                row=it.key,
                column=f"{period.key}{VARIANCE}",
                label=it.line.label,
                department=it.line.department or it.line.category,
                budget=planned * it.line.sign,
                actual=within(it.actual, month, month) * it.line.sign,
                variance=differs * it.line.sign,
                favourable=differs < 0,
                tenths=tenths(differs, abs(planned)) * it.line.sign if planned else None,
            )
            for it in rows
            for planned in (within(it.budget, month, month),)
            if (differs := variance(it, period))
        ),
    )
