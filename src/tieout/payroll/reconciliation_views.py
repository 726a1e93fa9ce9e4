"""Payroll › Reconciliation: what the total has beyond single people's pay, and why."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tieout.companies.access import CompanyRequest, member
from tieout.core.month import Month
from tieout.expenses.books import Current, current
from tieout.expenses.pages import address, month_of, today
from tieout.expenses.periods import admitted_through
from tieout.payroll.money import digits_of
from tieout.payroll.reconciliation_page import MOST_MONTHS, reconciliation_page
from tieout.payroll.rights import sees_pay

SHOWN = 6


@require_GET
@member
def reconciliation(request: CompanyRequest) -> HttpResponse:
    """Show the months that ``from`` and ``to`` ask for, else the last admitted ones."""
    last = month_of(request.GET, "to") or admitted_through(request.company) or Month.of(today()) - 1
    first = month_of(request.GET, "from") or last - (SHOWN - 1)
    first, last = max(min(first, last), max(first, last) - (MOST_MONTHS - 1)), max(first, last)
    found = current(request.company)
    book = found.book if isinstance(found, Current) else None
    page = reconciliation_page(request.company, book, list(first.until(last + 1)), pay_shown=sees_pay(request))
    context = {
        "page": page,
        "first": first,
        "last": last,
        "digits": digits_of(request.company),
        "pay_shown": sees_pay(request),
        "entries": address(request, "entries"),
    }
    return render(request, "payroll/reconciliation.html", context)
