"""Which expense a line of an account is in, and in which department month by month, for reports by account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.models import Expense, ExpenseDepartment
from tieout.expenses.organising import department_at


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """An expense or a stream, and the departments that it is in, by today's mapping; a stream is in none.

    ``name``: its own, "" for the account's.
    """

    expense: int
    name: str
    periods: Mapping[int, int | None]  # from month (key) to department
    names: Mapping[int, str]
    income: bool = False

    def department(self, month: Month) -> str:
        """Return the name of the department in force in a month, "" for Unassigned."""
        return self.names.get(department_at(self.periods, month.key) or 0, "")


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a company's expenses and streams."""

    by_expense: Mapping[int, Label]
    by_account: Mapping[int, Label]

    def of(self, account: int, expense: int) -> Label | None:
        """Return whose a line is: its expense's, or its account's where it is in none that is there."""
        return self.by_expense.get(expense) or self.by_account.get(account)


def labels(company: Company) -> Labels:
    """Return the labels as the company has them today. Two queries."""
    periods: defaultdict[int, dict[int, int | None]] = defaultdict(dict)
    names: dict[int, str] = {}
    rows = ExpenseDepartment.objects.filter(expense__company=company).values_list(
        "expense_id", "from_month", "department_id", "department__name"
    )
    for expense, from_month, department, name in rows:
        periods[expense][from_month] = department
        if department is not None:
            names[department] = name
    found = list(Expense.objects.filter(company=company))
    by_expense = {it.pk: Label(it.pk, it.own_name, periods[it.pk], names, it.income) for it in found}
    return Labels(by_expense, {it.account_id: by_expense[it.pk] for it in found if it.account_id})
