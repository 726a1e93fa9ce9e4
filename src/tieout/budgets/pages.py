"""What the pages of budgets share: addresses, the version that an address names, and what the page's head says."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from tieout.budgets import queries
from tieout.budgets.grids import Addresses, asked_of, budget_grid
from tieout.budgets.models import Budget
from tieout.companies.access import CompanyRequest
from tieout.companies.models import Company
from tieout.expenses.books import Current, current
from tieout.ledger.models import Book
from tieout.ui.grid import Grid


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


def grid_of(request: CompanyRequest, budget: Budget) -> Grid:
    """Return a version's grid as the request's query asks for it; an editor types in one that is not frozen."""

    def at(name: str) -> str:
        return address(request, name, budget_id=budget.pk)

    def row(row_id: int) -> str:
        return address(request, "row", budget_id=budget.pk, row_id=row_id)

    editable = request.membership.may_plan and not budget.is_frozen
    return budget_grid(
        budget,
        queries.lines(budget),
        asked=asked_of(request.GET),
        first_month=first_month(request.company),
        addresses=Addresses(figures=at("figures"), cells=at("cells"), undo=at("undo"), row=row)
        if editable
        else Addresses(figures=at("figures")),
    )
