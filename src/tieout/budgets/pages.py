"""What the pages of budgets share: addresses, the version that an address names, and what the page's head says."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from tieout.budgets import queries
from tieout.budgets.models import Budget
from tieout.companies.access import CompanyRequest
from tieout.companies.models import Company
from tieout.expenses.books import Current, current
from tieout.ledger.models import Book


def address(request: CompanyRequest, name: str, **arguments: int) -> str:
    """Return where a page of this part is, in the request's company."""
    return reverse(f"budgets:{name}", kwargs={"company": request.company.slug, **arguments})


def version(request: CompanyRequest, budget_id: int) -> Budget:
    """Return a version of the request's company, or answer 404."""
    found = queries.budget(request.company, budget_id)
    if found is None:
        raise Http404
    return found


def to_version(request: CompanyRequest, budget: Budget) -> HttpResponse:
    """Send the reader to a version."""
    return redirect(address(request, "detail", budget_id=budget.pk))


def book_of(company: Company) -> Book | None:
    """Return the company's current book, if one is published."""
    found = current(company)
    return found.book if isinstance(found, Current) else None


def first_month(company: Company) -> int:
    """Return the fiscal year's first month, January while no books say it."""
    book = book_of(company)
    return book.fiscal_year_first_month if book else 1
