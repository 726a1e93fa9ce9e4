"""All that a forecast is made of, read at once: a fixed number of queries, whatever is planned.

Amounts are minor units; costs and revenue are both positive here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from tieout.companies.models import Company
from tieout.core.accounts import AccountType
from tieout.core.formulas.texts import keys_of, tree_of
from tieout.core.formulas.tree import FARTHEST, names
from tieout.core.month import Month
from tieout.expenses.sections import Member, Plan
from tieout.expenses.streams import shown_plans
from tieout.ledger.accounts import Account, chart
from tieout.ledger.closing import shown_movements
from tieout.ledger.customers import Customers, customers
from tieout.ledger.models import Book
from tieout.payroll.queries import Headcount, HiringDriver, headcount, hiring_drivers, people_costs
from tieout.planning.models import Driver, Options, Paid, PlanCell, Variable, VariableMonth
from tieout.planning.names import CUSTOMERS, NEW_CUSTOMERS, is_revenue, own_variables
from tieout.planning.schedules import shares

MOST_HISTORY = 119  # months before the last admitted one that formulas can look at
_LEAST_HISTORY = 35
NEW = 0
"""Stands for the id of an expense that is not saved yet."""

Months = Mapping[Month, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """What stands in for what is saved of one expense or stream: its form's preview. ``options.expense_id`` 0: new."""

    options: Options
    typed: Months


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What people and books say: actuals from ``first`` to ``through``, a forecast from there to ``last``."""

    book: Book
    first: Month
    through: Month
    last: Month
    end: Month  # after `last` where formulas look ahead
    plan: Plan
    accounts: Mapping[int, Account]
    held: Mapping[Member, Months]
    streams: Plan
    earned: Mapping[Member, Months]  # by stream, income positive
    options: Mapping[int, Options]  # by expense or stream
    typed: Mapping[int, Months]  # by expense or stream, after `through`
    terms: Mapping[int, tuple[int, ...]]
    variables: Sequence[Variable]
    values: Mapping[int, Mapping[Month, Decimal]]  # by variable
    heads: Headcount
    people: Mapping[int | None, Months]  # costs by department
    posts: Sequence[HiringDriver]
    customers: Customers


def inputs(
    company: Company,
    book: Book,
    *,
    through: Month,
    last: Month,
    instead: Instead | None,
    counts_customers: bool = False,
) -> Inputs:
    """Return what a forecast of the months after ``through`` is made of.

    Customers are counted only if a formula asks for them, or ``counts_customers``.
    """
    options = {row.expense_id: row for row in Options.objects.filter(company=company)}
    variables, posts = own_variables(company), hiring_drivers(company)
    if instead:
        options[instead.options.expense_id or NEW] = instead.options
    formulas = [
        *(it.formula for it in options.values() if it.driver == Driver.FORMULA),
        *(it.formula for it in variables),
        *(it.formula for it in posts),
    ]
    end = last + _reach(formulas)
    typed = _typed(company, through, end)
    if instead:
        months = {month: amount for month, amount in instead.typed.items() if through < month <= end}
        typed[instead.options.expense_id or NEW] = months
    values = _values(company) if variables else {}
    first = _first(book, through, values)
    accounts = chart(book, book.published)
    the_plan, streams = shown_plans(company, book, accounts)
    counts_customers = counts_customers or any({CUSTOMERS, NEW_CUSTOMERS} & keys_of(it) for it in formulas)
    costs, earned = _actuals(book, the_plan, streams, first, through)
    sold = [it.id for it in accounts.values() if is_revenue(it)]
    return Inputs(
        book=book,
        first=first,
        through=through,
        last=last,
        end=end,
        plan=the_plan,
        accounts=accounts,
        held=costs,
        streams=streams,
        earned=earned,
        options=options,
        typed=typed,
        terms=shares(company) if any(it.paid == Paid.CUSTOM for it in options.values()) else {},
        variables=variables,
        values=values,
        heads=headcount(company, first, end),
        people=people_costs(company, through + 1, end),
        posts=posts,
        customers=customers(book, sold) if counts_customers else Customers({}, {}),
    )


def _reach(formulas: Iterable[str]) -> int:
    """Return how far beyond the last month formulas may look, by chains in which each takes part once."""
    ahead = (max((name.offset for name in names(tree_of(it))), default=0) for it in formulas if it)
    return min(sum(it for it in ahead if it > 0), FARTHEST)


def _first(book: Book, through: Month, values: Mapping[int, Mapping[Month, Decimal]]) -> Month:
    """Return the first month that formulas can look at: that of the books or of a typed value, within bounds."""
    earliest = min([Month.of(book.start), *(month for months in values.values() for month in months)])
    return max(min(earliest, through - _LEAST_HISTORY), through - MOST_HISTORY)


def _typed(company: Company, through: Month, last: Month) -> dict[int, dict[Month, int]]:
    cells = PlanCell.objects.filter(company=company, month__gt=through.key, month__lte=last.key)
    result: defaultdict[int, dict[Month, int]] = defaultdict(dict)
    for expense, key, amount in cells.values_list("expense_id", "month", "amount"):
        result[expense][Month.from_key(key)] = amount
    return result


def _values(company: Company) -> dict[int, dict[Month, Decimal]]:
    result: defaultdict[int, dict[Month, Decimal]] = defaultdict(dict)
    rows = VariableMonth.objects.filter(company=company).values_list("variable_id", "month", "value")
    for variable, key, value in rows:
        result[variable][Month.from_key(key)] = Decimal(value)
    return result


def _actuals(
    book: Book, the_plan: Plan, streams: Plan, first: Month, through: Month
) -> tuple[dict[Member, Months], dict[Member, Months]]:
    """Return what each expense holds and each stream earned by month; a closed month as it was closed.

    The books keep revenue as a credit, which is negative there.
    """
    costs: defaultdict[Member, defaultdict[Month, int]] = defaultdict(lambda: defaultdict(int))
    earned: defaultdict[Member, defaultdict[Month, int]] = defaultdict(lambda: defaultdict(int))
    holder, earner, month_of = the_plan.holder(), streams.holder(), cache(Month.from_key)
    for account, expense, key, amount, type_ in shown_movements(book, book.published):
        if not first.key <= key <= through.key:
            continue
        if type_ is AccountType.INCOME and (stream := earner(account, expense)):
            earned[stream][month_of(key)] -= amount
        elif type_ is AccountType.EXPENSE and (member := holder(account, expense)):
            costs[member][month_of(key)] += amount
    return dict(costs), dict(earned)
