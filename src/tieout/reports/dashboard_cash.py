"""The dashboard's cash: what is there, how long it lasts, and what is burnt a month. Minor units, money in positive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.core.cash import Flow
from tieout.core.month import Month
from tieout.core.records import Statement
from tieout.core.runway import AVERAGED, Burn, Runway
from tieout.ledger import tie_out
from tieout.ledger.models import Book
from tieout.planning.cash import CashFlows, cash_flows
from tieout.planning.cash_burn import burn_of, runway_of
from tieout.reports.dashboard_books import Gathered
from tieout.reports.dashboard_charts import Figures
from tieout.reports.dashboard_standing import DIFFERS, NOT_COMPARED, TIES, Standing
from tieout.ui.charts import Chart, Series, Shape
from tieout.ui.figures import count, long_month, short_month

_BALANCES = (Statement.TRIAL_BALANCE, Statement.BALANCE_SHEET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cash:
    """Cash at the period's end. ``change`` is the period's, ``raised`` what of it came from investors or loans."""

    accounts: int
    balance: int
    change: int
    raised: int
    unexplained: int
    standing: Standing
    runway: Runway
    burn: Burn  # of the period's months
    chart: Chart
    burn_chart: Chart

    @property
    def accounts_in_words(self) -> str:
        """How many accounts the money is in."""
        return count(self.accounts, "cash account")

    @property
    def runway_note(self) -> str:
        """By what the runway is told, and what the forecast says of it."""
        months = len(self.runway.burn.months)
        average = f"by the average burn of {count(months, 'month')}" if self.runway.tenths is not None else ""
        if self.runway.runs_out:
            ahead = f"by the forecast, cash ends in {long_month(self.runway.runs_out)}"
        elif self.runway.looked:
            ahead = f"the forecast stays above zero to {long_month(self.runway.looked)}"
        else:
            ahead = ""
        return "; ".join(filter(None, (average, ahead)))


def cash(company: Company, found: Gathered, told: Figures, address: Callable[[Month], str]) -> Cash:
    """Return the cash of a dashboard, and its forecast where there is one."""
    period = found.period
    first = min(found.months[0], period.last - (AVERAGED - 1))
    flows = cash_flows(
        company, found.book, first=first, last=found.months[-1], after=period.last, forecast=found.forecast
    )  # fmt: skip
    shown = burn_of(found.book, flows)
    inside = list(period.span.months())
    return Cash(
        accounts=len(flows.banks),
        balance=flows.ends[period.last],
        change=flows.ends[period.last] - flows.begins[period.first],
        raised=sum(flows.total(Flow.FUNDRAISE, month) for month in inside),
        unexplained=sum(flows.unexplained.get(month, 0) for month in inside),
        standing=_standing(found.book, flows, period.last),
        runway=runway_of(found.book, flows),
        burn=burn_of(found.book, flows, set(inside)),
        chart=_chart(found, flows, address),
        burn_chart=_burn_chart(found, told, shown, flows, address),
    )


def _standing(book: Book, flows: CashFlows, month: Month) -> Standing:
    """Return how the balances of the cash accounts at a month's end stand."""
    accounts = set(flows.accounts.cash)
    found = tie_out.mismatches(book, book.published)
    if any(it.month == month and it.account in accounts for it in found if it.statement in _BALANCES):
        return DIFFERS
    compared = tie_out.compared_statements(book, book.published)
    return TIES if any(when == month and of in _BALANCES for of, when in compared) else NOT_COMPARED


def _chart(found: Gathered, flows: CashFlows, address: Callable[[Month], str]) -> Chart:
    return Chart(
        key="cash",
        title="Cash at the end of each month",
        labels=tuple(short_month(month) for month in found.months),
        series=(Series(name="Cash", values=tuple(flows.ends[month] for month in found.months)),),
        shape=Shape.LINES,
        digits=found.book.digits,
        unit=found.book.currency,
        forecast=found.split,
        urls=tuple(address(month) for month in found.months),
        height=210,
    )


def _burn_chart(
    found: Gathered, told: Figures, burnt: Burn, flows: CashFlows, address: Callable[[Month], str]
) -> Chart:
    by_month = {it.month: it for it in burnt.months}
    net = [by_month[month].net if month in by_month else None for month in found.months]
    loss = [by_month[month].loss if month in by_month else None for month in found.months]
    if found.split is not None:
        net[found.split :] = [-flows.net(month) for month in found.months[found.split :]]
        loss[found.split :] = [
            None if income is None else cost - income
            for income, cost in zip(told.income[found.split :], told.expenses[found.split :], strict=True)
        ]
    return Chart(
        key="burn",
        title="Net burn by month: money that left, less what was collected; negative where cash grew",
        labels=tuple(short_month(month) for month in found.months),
        series=(
            Series(name="From cash", values=tuple(net)),
            Series(name="From profit and loss", values=tuple(loss), line=True),
        ),
        digits=found.book.digits,
        unit=found.book.currency,
        forecast=found.split,
        urls=tuple(address(month) for month in found.months),
        width=560,
        height=200,
    )
