"""The company's first page: how it stands, what drives it, and what needs doing. Minor units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tieout.budgets.comparing import Cells
from tieout.companies.models import Company
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.expenses.sections import PEOPLE
from tieout.ledger.models import Book
from tieout.payroll.queries import headcount
from tieout.reports.dashboard_books import Gathered, gather
from tieout.reports.dashboard_cash import Cash, cash
from tieout.reports.dashboard_charts import figures, payroll_chart, profit_chart
from tieout.reports.dashboard_period import Period
from tieout.reports.dashboard_rows import CategoryRow, Planned, VarianceRow, categories, planned, variances
from tieout.reports.dashboard_standing import Standing
from tieout.ui.charts import Chart
from tieout.ui.figures import count


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """A figure with where it leads. ``change`` holds the period before and this one."""

    label: str
    amount: int
    url: str
    standing: Standing | None = None
    change: Cells | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who is there at the period's end."""

    employees: int
    contractors: int

    @property
    def words(self) -> str:
        """How many, in words; "" where nobody is listed."""
        if not self.employees and not self.contractors:
            return ""
        parts = [count(self.employees, "employee")] if self.employees else []
        parts += [count(self.contractors, "contractor")] if self.contractors else []
        everybody = self.employees + self.contractors
        return f"{count(everybody, 'person', 'people')}: {', '.join(parts)}" if len(parts) > 1 else parts[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the dashboard's figures lead. Each takes first and last month."""

    profit_and_loss: Callable[[Month, Month], str]
    expenses: Callable[[Month, Month], str]
    cash: Callable[[Month, Month], str]
    people: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """The page."""

    period: Period
    cash: Cash
    stats: Sequence[Stat]
    net_standing: Standing
    profit: Chart
    categories: Sequence[CategoryRow]
    expenses: int
    budget: Planned | None
    variances: Sequence[VarianceRow]
    payroll: Stat
    payroll_chart: Chart
    people: People
    ahead: bool  # whether charts go on with a forecast
    typed: Standing | None  # what people typed over the net income of the period
    faults: str  # how much could not be forecast, in words
    unplanned_payroll: tuple[Month, int] | None


def dashboard(company: Company, book: Book, period: Period, to: Addresses) -> Dashboard:
    """Return the dashboard of a period."""
    found = gather(company, book, period)
    told = figures(found)
    heads = headcount(company, found.months[0], found.months[-1])
    beside = planned(found)
    address = to.expenses(period.first, period.last)
    rows = categories(found, beside, address)
    return Dashboard(
        period=period,
        cash=cash(company, found, told, lambda month: to.cash(month, month)),
        stats=_stats(found, to),
        net_standing=found.standing(AccountType.INCOME, AccountType.EXPENSE),
        profit=profit_chart(found, told, lambda month: to.profit_and_loss(month, month)),
        categories=rows,
        expenses=found.timeline.total[found.at],
        budget=beside,
        variances=variances(found, beside, address, to.profit_and_loss(period.first, period.last)),
        payroll=_payroll(found, rows, to),
        payroll_chart=payroll_chart(found, told, heads, lambda month: to.expenses(month, month)),
        people=People(employees=heads.of(period.last), contractors=heads.contractors(period.last)),
        ahead=found.split is not None,
        typed=found.typed_standing,
        faults=found.timeline.failing,
        unplanned_payroll=found.timeline.unplanned_payroll,
    )


def _stats(found: Gathered, to: Addresses) -> list[Stat]:
    """Return revenue, other income where there is any, expenses and net income of the period."""
    period = found.period
    income, expenses = found.income_of(period.span), found.timeline.total[found.at]
    before = None
    if period.before and found.before_at is not None:
        before = found.income_of(period.before), found.timeline.total[found.before_at]
    url = to.profit_and_loss(period.first, period.last)
    return [
        *_income(found, url),
        Stat(
            label="Expenses",
            amount=expenses,
            url=to.expenses(period.first, period.last),
            standing=found.standing(AccountType.EXPENSE),
            change=Cells(before[1], expenses) if before else None,
        ),
        Stat(
            label="Net income",
            amount=income - expenses,
            url=url,
            standing=found.standing(AccountType.INCOME, AccountType.EXPENSE),
            change=Cells(before[0] - before[1], income - expenses) if before else None,
        ),
    ]


def _income(found: Gathered, url: str) -> list[Stat]:
    period = found.period
    before = period.before if found.before_at is not None else None
    other = found.other_income_of(period.span)
    shown = [("Revenue", False, found.revenue_of)]
    if other or (before and found.other_income_of(before)):
        shown.append(("Other income", True, found.other_income_of))
    return [
        Stat(
            label=label,
            amount=amount_of(period.span),
            url=url,
            standing=found.income_standing(other=is_other),
            change=Cells(amount_of(before), amount_of(period.span)) if before else None,
        )
        for label, is_other, amount_of in shown
    ]


def _payroll(found: Gathered, rows: Sequence[CategoryRow], to: Addresses) -> Stat:
    own = next((row for row in rows if row.key == PEOPLE), None)
    return Stat(
        label="Payroll",
        amount=own.amount if own else 0,
        url=own.url if own else to.people,
        standing=found.payroll_standing,
        change=own.change if own else None,
    )
