"""What expenses are called, for pages that name a few of them."""

from __future__ import annotations

from collections.abc import Collection

from tieout.companies.models import Company
from tieout.expenses.books import Current, current
from tieout.expenses.streams import both_plans


def names_of(company: Company, expenses: Collection[int]) -> list[str]:
    """Return numbers and names of some expenses and streams, in the order of the chart."""
    found = current(company)
    if not isinstance(found, Current):
        return []
    wanted = set(expenses)
    plans = both_plans(company, found.book)
    return [it.label for plan in plans for it in plan.members if it.id in wanted]
