"""What stands behind the last actual month of a timeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tieout.core.month import Month
from tieout.expenses.amounts import Months
from tieout.planning.forecast import Forecast


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What stands in the months ``after`` one: a forecast, by when it is an expense or by when its cash leaves."""

    forecast: Forecast
    after: Month
    cash: bool = False
    income: bool = False  # of the streams, not of the expenses
    shown: Mapping[int, Iterable[Month]] = field(default_factory=dict)  # months in which an expense has a row anyway

    @property
    def amounts(self) -> Mapping[int, Months]:
        """The months of each expense, or stream, by its id."""
        if self.income:
            return self.forecast.collections if self.cash else self.forecast.revenue
        return self.forecast.cash if self.cash else self.forecast.amounts

    @property
    def typed(self) -> frozenset[tuple[int, Month]]:
        """The months of expenses that somebody typed. What is typed is the expense, never its cash."""
        return frozenset() if self.cash else self.forecast.typed

    @property
    def people(self) -> Mapping[Month, int]:
        """What the hiring plan costs, all departments together: of one, it could be a single person's pay."""
        months: defaultdict[Month, int] = defaultdict(int)
        if self.income:
            return months
        for amounts in (self.forecast.people_cash if self.cash else self.forecast.people).values():
            for month, amount in amounts.items():
                months[month] += amount
        return {month: amount for month, amount in months.items() if month > self.after}

    @property
    def beyond(self) -> Mapping[Month, int]:
        """What revenue as a whole is expected to be beyond the sum of the streams; it is collected as it is earned."""
        if not self.income:
            return {}
        return {month: amount for month, amount in self.forecast.adjustment.items() if month > self.after}
