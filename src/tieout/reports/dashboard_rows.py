"""The dashboard's tables: expenses by category, and the largest variances. Costs are positive, minor units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from tieout.budgets import queries as budgets
from tieout.budgets.comparing import Cells
from tieout.budgets.content import OTHER_INCOME, REVENUE
from tieout.budgets.content import PEOPLE as PEOPLE_LINE
from tieout.budgets.models import Budget
from tieout.core.accounts import AccountType
from tieout.core.month import Month
from tieout.core.statements import natural
from tieout.expenses.sections import PAYROLL, PEOPLE, PEOPLE_LABEL
from tieout.planning.actual_rows import ADJUSTMENT
from tieout.planning.timeline import HIRING
from tieout.planning.timeline_rows import TimelineRow
from tieout.reports.dashboard_books import Gathered

MOST = 6  # variances that are shown
BAR = 240  # the widest bar, in the drawing's own units


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRow:
    """A category's expenses of the period; ``budget`` is None without one, ``before`` without a period before."""

    key: str
    label: str
    url: str
    amount: int
    before: int | None
    budget: int | None
    width: int = 0  # of the bar
    tick: int | None = None  # where the budget stands beside it

    @property
    def change(self) -> Cells | None:
        """The period before and this one."""
        return None if self.before is None else Cells(self.before, self.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceRow:
    """An expense, or payroll or a kind of income as a whole, beside its budget; as a reader expects their signs."""

    label: str
    department: str
    url: str
    income: bool = False

    @property
    def bad(self) -> bool:
        """Whether it is bad news: a cost above its budget, or revenue below it."""
        return self.cells.difference < 0 if self.income else self.cells.over

    cells: Cells  # budget and actual


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The budget that stands beside the period: by expense id, and for payroll and both kinds of income as a whole."""

    budget: Budget
    by_expense: Mapping[int, int]
    people: int
    income: Mapping[str, int]  # by category, credit positive; without what the budget plans nothing of at all
    covers: bool  # whether it has a month of the period, in the books' money
    other_money: bool = False


def planned(found: Gathered) -> Planned | None:
    """Return the chosen version's amounts of the period, None where there is no budget. Three queries."""
    budget = budgets.chosen(found.book.company)
    if budget is None:
        return None
    months = set(found.period.span.months())
    payroll = {row.form for row in found.timeline.rows if row.parent == PAYROLL}
    by_expense: defaultdict[int, int] = defaultdict(int)
    people = 0
    income: defaultdict[str, int] = defaultdict(int)
    for line in budgets.lines(budget).values():
        amount = sum(value for month, value in line.amounts.items() if month in months)
        if line.income:
            income[line.category] += natural(amount, AccountType.INCOME)
        elif line.kind == PEOPLE_LINE or line.expense in payroll:
            people += amount
        else:
            by_expense[line.expense or 0] += amount
    first, last = Month.from_key(budget.first), Month.from_key(budget.last)
    other = (budget.currency, budget.digits) != (found.book.currency, found.book.digits)
    return Planned(
        budget=budget,
        by_expense=dict(by_expense),
        people=people,
        income=dict(income),
        covers=any(first <= month <= last for month in months) and not other,
        other_money=other,
    )


def categories(found: Gathered, beside: Planned | None, address: str) -> list[CategoryRow]:
    """Return the top rows of the timeline for the period: they sum to its expenses."""
    rows = found.timeline.rows
    budget = _by_category(found, beside) if beside and beside.covers else {}
    amounts = [row.amounts[found.at] or 0 for row in rows if row.level == 1]
    widest = max([0, *amounts, *budget.values()])
    return [
        CategoryRow(
            key=row.key,
            label=row.label,
            url=_narrowed(address, [it.key for it in rows if it.parent == row.key and it.key != HIRING] or [row.key]),
            amount=row.amounts[found.at] or 0,
            before=None if found.before_at is None else row.amounts[found.before_at] or 0,
            budget=budget.get(row.key, 0) if beside and beside.covers else None,
            width=_scaled(row.amounts[found.at] or 0, widest),
            tick=_scaled(budget.get(row.key, 0), widest) if budget.get(row.key) else None,
        )
        for row in rows
        if row.level == 1 and (row.amounts[found.at] or budget.get(row.key))
    ]


def variances(found: Gathered, beside: Planned | None, address: str, revenue_address: str) -> list[VarianceRow]:
    """Return the expenses that differ most from their budget, the largest first."""
    if beside is None or not beside.covers:
        return []
    rows = [row for row in _variances(found, beside, address, revenue_address) if row.cells.difference]
    return sorted(rows, key=lambda row: -abs(row.cells.difference))[:MOST]


def _variances(found: Gathered, beside: Planned, address: str, revenue_address: str) -> Iterator[VarianceRow]:
    names = {row.key: row.label for row in found.timeline.rows if row.level == 2}
    seen: defaultdict[int, int] = defaultdict(int)
    shown: dict[int, TimelineRow] = {}
    for row in _leaves(found):
        seen[row.form] += row.amounts[found.at] or 0
        shown[row.form] = row
    parents = {row.key: row for row in found.timeline.rows}
    for form, row in shown.items():
        if form:
            above = parents.get(row.parent)
            section = above.parent if above and above.level == 3 else row.parent
            label = above.label if row.rest and above else row.label
            yield VarianceRow(
                label=label,
                department=names.get(section, ""),
                url=_narrowed(address, [section], find=label),
                cells=Cells(beside.by_expense.get(form, 0), seen[form]),
            )
    for row in found.timeline.rows:
        if row.key.startswith(ADJUSTMENT) and row.parent != PAYROLL:
            yield VarianceRow(
                label=row.label,
                department=names.get(row.parent, ""),
                url=_narrowed(address, [row.parent]),
                cells=Cells(0, row.amounts[found.at] or 0),
            )
    for category, amount_of in ((REVENUE, found.revenue_of), (OTHER_INCOME, found.other_income_of)):
        if category in beside.income:
            yield VarianceRow(
                label=category,
                department="",
                url=revenue_address,
                cells=Cells(beside.income[category], amount_of(found.period.span)),
                income=True,
            )
    people = next((row.amounts[found.at] or 0 for row in found.timeline.rows if row.key == PEOPLE), 0)
    yield VarianceRow(
        label=PEOPLE_LABEL,
        department="",
        url=_narrowed(address, [PAYROLL]),
        cells=Cells(beside.people, people),
    )


def _narrowed(address: str, sections: Sequence[str], *, find: str = "") -> str:
    """Return the timeline's address, narrowed to departments and to what an expense is called."""
    asked = [("department", section) for section in sections] + ([("q", find)] if find else [])
    return f"{address}&{urlencode(asked)}"


def _leaves(found: Gathered) -> Iterator[TimelineRow]:
    """Yield the rows that are one expense each, payroll and hiring aside."""
    above = {row.parent for row in found.timeline.rows if row.level == 4}
    parents = {row.key: row.parent for row in found.timeline.rows}
    for row in found.timeline.rows:
        if row.level >= 3 and row.key not in above:
            section = parents.get(row.parent, "") if row.level == 4 else row.parent
            if section != PAYROLL:
                yield row


def _by_category(found: Gathered, beside: Planned) -> dict[str, int]:
    """Return the budget of each category: an expense's is where it stands in the period's last rows."""
    parents = {row.key: row.parent for row in found.timeline.rows}
    home: dict[int, str] = {}
    for row in _leaves(found):
        top = row.key
        while parents.get(top):
            top = parents[top]
        home[row.form] = top
    result: defaultdict[str, int] = defaultdict(int, {PEOPLE: beside.people})
    for expense, amount in beside.by_expense.items():
        if expense in home:
            result[home[expense]] += amount
    return dict(result)


def _scaled(amount: int, widest: int) -> int:
    return BAR * max(amount, 0) // widest if widest else 0
