"""What the plan asks of other parts' tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tieout.companies.models import Company
from tieout.core.formulas.texts import keys_of
from tieout.expenses.models import Expense, Link, Mapping
from tieout.ledger.models import Book, MonthClose
from tieout.payroll.models import HiringDriver


def expense_row(company: Company, expense_id: int) -> Expense | None:
    """Return one expense of this company, or None."""
    return Expense.objects.filter(company=company, pk=expense_id).first()


def still_there(company: Company, expenses: Collection[int]) -> set[int]:
    """Return which of these expenses are the company's. One query."""
    return set(Expense.objects.filter(company=company, pk__in=expenses).values_list("pk", flat=True))


def posts_naming(company: Company, keys: Collection[str]) -> Sequence[HiringDriver]:
    """Return the posts to be filled whose formula names one of these keys. One query."""
    posts = HiringDriver.objects.filter(company=company).order_by("pk")
    return [it for it in posts if not keys_of(it.formula).isdisjoint(keys)]


def links_of(company: Company, expense_id: int) -> Sequence[Link]:
    """Return the links of an expense, in the order in which they are asked."""
    return list(Link.objects.filter(company=company, expense=expense_id).order_by("position", "pk"))


def rules_and_closings(company: Company, book: Book) -> tuple[int, int]:
    """Return the version of the company's rules, and the last decision about a month of a book. Two queries."""
    rules = Mapping.objects.filter(company=company).values_list("version", flat=True).first()
    last = MonthClose.objects.filter(book=book).order_by("-pk").values_list("pk", flat=True).first()
    return rules or 0, last or 0
