"""Which expense an account is in, and in which department month by month, for reports by account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.expenses.models import Expense, ExpenseDepartment
from tieout.expenses.organising import department_at


@dataclass(frozen=True, slots=True)
class Label:
    """An account's expense, and the departments that it is in, by today's mapping."""

    expense: int
    periods: Mapping[int, int | None]  # from month (key) to department
    names: Mapping[int, str]

    def department(self, month: Month) -> str:
        """Return the name of the department in force in a month, "" for Unassigned."""
        return self.names.get(department_at(self.periods, month.key) or 0, "")


def labels(company: Company) -> Mapping[int, Label]:
    """Return the labels by account row id, as the company has them today. Two queries."""
    periods: defaultdict[int, dict[int, int | None]] = defaultdict(dict)
    names: dict[int, str] = {}
    rows = ExpenseDepartment.objects.filter(expense__company=company).values_list(
        "expense_id", "from_month", "department_id", "department__name"
    )
    for expense, from_month, department, name in rows:
        periods[expense][from_month] = department
        if department is not None:
            names[department] = name
    return {
        account: Label(expense, periods[expense], names)
        for expense, account in Expense.objects.filter(company=company, account__isnull=False).values_list(
            "pk", "account_id"
        )
    }
