"""What the plan's pages share: their addresses, and what the reader has narrowed them to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse

from tieout.companies.access import CompanyRequest
from tieout.companies.models import Company
from tieout.departments import queries as departments
from tieout.expenses.sections import PAYROLL, PAYROLL_LABEL, UNASSIGNED, UNASSIGNED_LABEL, Section


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionChoice:
    """A section to show or leave out."""

    key: Section
    name: str
    group: str
    chosen: bool


def address(request: CompanyRequest, name: str) -> str:
    """Return where a page of this part is, in the request's company."""
    return reverse(f"planning:{name}", kwargs={"company": request.company.slug})


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
