"""What expenses are called, for pages that name a few of them."""

from __future__ import annotations

from collections.abc import Collection

from tieout.companies.models import Company
from tieout.expenses.books import Current, current
from tieout.expenses.sections import plan


def names_of(company: Company, expenses: Collection[int]) -> list[str]:
    """Return numbers and names of some expenses, in the order of the chart."""
    found = current(company)
    if not isinstance(found, Current):
        return []
    wanted = set(expenses)
    return [it.label for it in plan(company, found.book, found.book.published).members if it.id in wanted]
