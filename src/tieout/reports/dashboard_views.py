"""The dashboard's page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tieout.companies.access import CompanyRequest, member
from tieout.core.month import Month
from tieout.expenses.books import Missing, current
from tieout.expenses.pages import nothing, today
from tieout.kit.remember import remembering
from tieout.ledger.models import Book
from tieout.planning.asking import through_of
from tieout.reports.dashboard import Addresses, dashboard
from tieout.reports.dashboard_period import LENGTH_WORDS, Period, period
from tieout.reports.dashboard_todo import more_todos
from tieout.ui.figures import short_month
from tieout.ui.nav import url_of
from tieout.ui.todo import todos


@require_GET
@member
def page(request: CompanyRequest) -> HttpResponse:
    """Show how the company stands, as of a month that counts as actuals. What the parts ask alike is read once."""
    with remembering():
        return _page(request)


def _page(request: CompanyRequest) -> HttpResponse:
    found = current(request.company)
    if isinstance(found, Missing):
        return nothing(request, found, "Dashboard")
    book = found.book
    asked = period(
        request.GET,
        start=Month.of(book.start),
        through=through_of(request.company, today=today()),
        first_month=book.fiscal_year_first_month,
    )
    to = addresses(request.company.slug)
    told = dashboard(request.company, book, asked, to)
    context = {
        "it": told,
        "book": book,
        "sync": found.sync,
        "todos": sorted([*todos(request), *more_todos(request, told)], key=lambda it: it.urgency),
        "cash_url": to.cash(asked.first, asked.last),
        "profit_url": to.profit_and_loss(asked.first, asked.last),
        **_choices(book, asked),
        "links": _links(request, asked),
    }
    return render(request, "reports/dashboard.html", context)


def addresses(company: str) -> Addresses:
    """Return where the figures of a company (its slug) lead."""

    def leads(name: str) -> Callable[[Month, Month], str]:
        base = reverse(name, kwargs={"company": company})
        return lambda first, last: f"{base}?from={first}&to={last}"

    return Addresses(
        profit_and_loss=leads("reports:profit-and-loss"),
        expenses=leads("planning:timeline"),
        cash=leads("planning_cash:page"),
        people=url_of("payroll:people", company),
    )


def _choices(book: Book, asked: Period) -> dict[str, object]:
    start = min(Month.of(book.start), asked.through)
    return {
        "lengths": [(it.value, word, it is asked.length) for it, word in LENGTH_WORDS.items()],
        "months": [(str(month), short_month(month)) for month in reversed(list(start.until(asked.through + 1)))],
    }


def _links(request: CompanyRequest, asked: Period) -> dict[str, str]:
    slug = request.company.slug
    compared = url_of("reports:budget-vs-actuals", slug)
    return {
        "variances": f"{compared}?{asked.query}" if compared else url_of("budgets:compare", slug),
        "budgets": url_of("budgets:list", slug),
        "timeline": f"{reverse('planning:timeline', kwargs={'company': slug})}?{asked.query}",
        "typed": f"{url_of('planning_actuals:actuals', slug)}?{asked.query}",
        "people": url_of("payroll:people", slug),
        "reconciliation": url_of("payroll:reconciliation", slug),
        "trial_balance": f"{url_of('reports:trial-balance', slug)}?month={asked.last}",
    }
