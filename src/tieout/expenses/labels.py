"""Which expense and department an account is in today, for reports by account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tieout.companies.models import Company
from tieout.expenses.models import Expense, ExpenseDepartment


@dataclass(frozen=True, slots=True)
class Label:
    """An account's expense, and the name of the department that it is in; "" is Unassigned."""

    expense: int
    department: str


def labels(company: Company) -> Mapping[int, Label]:
    """Return the labels by account row id, as the company has them today. Two queries."""
    periods = ExpenseDepartment.objects.filter(expense__company=company).order_by("from_month")
    departments = dict(periods.values_list("expense_id", "department__name"))
    return {
        account: Label(expense, departments.get(expense) or "")
        for expense, account in Expense.objects.filter(company=company).values_list("pk", "account_id")
        if account is not None
    }
