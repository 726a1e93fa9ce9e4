"""What the expense pages share: today, addresses, the departments to choose from, and saying why there is nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from tieout.companies.access import CompanyRequest, may_change
from tieout.companies.models import Company
from tieout.departments import queries as departments
from tieout.expenses.books import Missing
from tieout.expenses.sections import PAYROLL, PAYROLL_LABEL, UNASSIGNED, UNASSIGNED_LABEL, Section
from tieout.ui.nav import url_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionChoice:
    """A section to show or leave out."""

    key: Section
    name: str
    group: str
    chosen: bool


def today() -> date:
    """Return today in the company's time zone, which the guard of the page has set."""
    return timezone.localdate()


def address(request: CompanyRequest, name: str) -> str:
    """Return where a page of this part is, in the request's company."""
    return reverse(f"expenses:{name}", kwargs={"company": request.company.slug})


def with_query(request: CompanyRequest, **changes: str) -> str:
    """Return the request's query with some parameters set anew."""
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"


def narrowed(request: CompanyRequest) -> str:
    """Return the part of the query that the summary and the timeline both understand: departments and search."""
    query = request.GET.copy()
    for name in set(query) - {"department", "q"}:
        del query[name]
    return query.urlencode()


def sections(company: Company, chosen: Collection[Section]) -> list[SectionChoice]:
    """Return what a timeline can be narrowed to, in the order of its rows."""
    named = [
        *((f"department:{it.pk}", it.name, it.group.label) for it in departments.departments(company)),
        (PAYROLL, PAYROLL_LABEL, ""),
        (UNASSIGNED, UNASSIGNED_LABEL, ""),
    ]
    return [SectionChoice(key=key, name=name, group=group, chosen=key in chosen) for key, name, group in named]


def nothing(request: CompanyRequest, missing: Missing, heading: str) -> HttpResponse:
    """Answer with the page that says why there are no figures, and what to do."""
    context = {
        "page_heading": heading,
        "syncing": missing is Missing.FIRST_SYNC,
        "connect_url": url_of("connections:connect", request.company.slug) if may_change(request.membership) else "",
        "progress_url": url_of("connections:integrations", request.company.slug),
    }
    return render(request, "expenses/nothing.html", context)
