"""What an expense would cost if its form were saved: the next months, and the year. Amounts are minor units."""

from __future__ import annotations

from dataclasses import dataclass

from tieout.core.month import Month
from tieout.expenses.periods import fiscal_year
from tieout.planning.expense_facts import Facts
from tieout.planning.expense_form import Asked
from tieout.planning.forecast import Instead, forecast
from tieout.planning.options import as_options, checked

MONTHS = 12
_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewMonth:
    """A forecast month; ``before`` is what the same month of the year before was, None before the books begin."""

    month: Month
    expense: int | None
    cash: int | None
    typed: bool
    before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The next twelve months, and the fiscal year that the first of them lies in."""

    months: tuple[PreviewMonth, ...]
    year: int
    through: Month  # the last admitted month
    actual: int  # of the year, to date
    rest: int  # forecast of the year's other months
    year_before: int | None
    error: str

    @property
    def total(self) -> int:
        """The year: actual to date and forecast to its end."""
        return self.actual + self.rest

    @property
    def planned(self) -> bool:
        """Whether any month has a forecast."""
        return any(it.expense is not None for it in self.months)

    @property
    def expense(self) -> int:
        """What the months shown cost."""
        return sum(it.expense or 0 for it in self.months)

    @property
    def cash(self) -> int:
        """The cash that leaves in the months shown."""
        return sum(it.cash or 0 for it in self.months)

    @property
    def before(self) -> int | None:
        """What the same months of the year before were."""
        known = [it.before for it in self.months if it.before is not None]
        return sum(known) if known else None


def preview(facts: Facts, asked: Asked) -> Preview:
    """Return what a form's forecast comes to. Raise OptionsRefused where it cannot be."""
    income = facts.side.income
    wanted = checked(facts.company, facts.book, asked.wanted, through=facts.through, own=facts.own, income=income)
    typed = {month: amount for month, amount in asked.typed.items() if amount is not None}
    instead = Instead(options=as_options(facts.company, facts.expense, wanted), typed=typed)
    first = facts.through + 1
    start = first.fiscal_year_start(facts.book.fiscal_year_first_month)
    last = max(first + (MONTHS - 1), start + (_YEAR - 1))
    found = forecast(facts.company, facts.book, through=facts.through, last=last, instead=instead)
    # One that is being added is none of the streams yet: it is told among the expenses.
    of_stream = income and facts.expense
    accrued, moved = (found.revenue, found.collections) if of_stream else (found.amounts, found.cash)
    amounts, cash = accrued.get(facts.expense, {}), moved.get(facts.expense, {})
    reach = Month.of(facts.book.start)

    def actual(month: Month) -> int | None:
        return facts.actuals.get(month, 0) if reach <= month <= facts.through else None

    return Preview(
        months=tuple(
            PreviewMonth(
                month=month,
                expense=amounts.get(month),
                cash=cash.get(month),
                typed=month in typed,
                before=actual(month - _YEAR),
            )
            for month in first.until(first + MONTHS)
        ),
        year=fiscal_year(first, facts.book.fiscal_year_first_month),
        through=facts.through,
        actual=sum(actual(month) or 0 for month in start.until(first)),
        rest=sum(amounts.get(month, 0) for month in first.until(start + _YEAR)),
        year_before=(
            sum(facts.actuals.get(month, 0) for month in (start - _YEAR).until(start))
            if reach <= start - _YEAR and facts.member
            else None
        ),
        error=found.errors.get(facts.expense, ""),
    )
