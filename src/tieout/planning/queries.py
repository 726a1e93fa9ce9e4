"""What the plan asks of other parts' tables."""

from __future__ import annotations

from collections.abc import Sequence

from tieout.companies.models import Company
from tieout.expenses.models import Expense, Link


def expense_row(company: Company, expense_id: int) -> Expense | None:
    """Return one expense of this company, or None."""
    return Expense.objects.filter(company=company, pk=expense_id).first()


def links_of(company: Company, expense_id: int) -> Sequence[Link]:
    """Return the links of an expense, in the order in which they are asked."""
    return list(Link.objects.filter(company=company, expense=expense_id).order_by("position", "pk"))
