"""What the expense pages share: today, addresses, months in an address, and saying why there is nothing."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from tieout.companies.access import CompanyRequest
from tieout.core.month import Month
from tieout.expenses.books import Missing
from tieout.ui.nav import url_of


def today() -> date:
    """Return today in the company's time zone, which the guard of the page has set."""
    return timezone.localdate()


def address(request: CompanyRequest, name: str) -> str:
    """Return where a page of this part is, in the request's company."""
    return reverse(f"expenses:{name}", kwargs={"company": request.company.slug})


def month_of(query: QueryDict, name: str) -> Month | None:
    """Return the month that a parameter names, or None."""
    try:
        return Month.parse(query.get(name, ""))
    except ValueError:
        return None


def nothing(request: CompanyRequest, missing: Missing, heading: str) -> HttpResponse:
    """Answer with the page that says why there are no figures, and what to do."""
    context = {
        "page_heading": heading,
        "syncing": missing is Missing.FIRST_SYNC,
        "connect_url": url_of("connections:connect", request.company.slug) if request.membership.may_connect else "",
        "progress_url": url_of("connections:integrations", request.company.slug),
    }
    return render(request, "expenses/nothing.html", context)
