"""What the plan's pages share: their addresses, and what the reader has narrowed them to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from django.urls import reverse

from tieout.companies.access import CompanyRequest
from tieout.companies.models import Company
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.expenses.books import Current
from tieout.expenses.pages import address as expenses_address
from tieout.expenses.pages import today
from tieout.expenses.sections import PAYROLL, PAYROLL_LABEL, UNASSIGNED, UNASSIGNED_LABEL, Section
from tieout.planning.asking import View, view_of
from tieout.planning.grids import Addresses
from tieout.planning.side import EXPENSES, Side
from tieout.planning.timeline import Kind, Timeline, timeline


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


def form_address(request: CompanyRequest, expense: int = 0, *, side: Side = EXPENSES) -> str:
    """Return where an expense's, or stream's, form is, or that of a new one."""
    return side.url(request.company.slug, "expense" if expense else "add", expense)


def shown(request: CompanyRequest, found: Current, side: Side) -> tuple[View, Timeline]:
    """Return what the request's query asks to see, and the timeline that it sees."""
    view = view_of(request.GET, request.company, found.book, today=today(), income=side.income)
    made = timeline(
        request.company, found.book, view.spans, only=view.only, ahead=view.ahead, income=side.income
    )  # fmt: skip
    return view, made


def addresses(request: CompanyRequest, view: View, side: Side = EXPENSES) -> Addresses:
    """Return where the rows of the request's timeline lead: for a viewer, nowhere that something is changed."""
    query = request.GET.urlencode()
    slug = request.company.slug
    changes = request.membership.may_plan
    return Addresses(
        entries=expenses_address(request, "entries"),
        closed=address(request, "closed"),
        rows=f"{side.url(slug, 'rows')}?{query}",
        figures=side.url(slug, "figures"),
        edit=side.url(slug, "cells") if changes and view.ahead and not view.cash else "",
        undo=side.url(slug, "undo"),
        form=partial(form_address, request, side=side) if changes else lambda _: "",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What the line under a timeline says, in labels of columns."""

    differing: list[str]
    tied: bool | None  # None: no column has posted months only
    running: str  # a month that shows what was posted so far
    mixed: list[str]
    faults: str
    restated: list[str]  # closed months that the books no longer agree with, and by how much
    part: str  # how much of the posted months the provider does not itemise, in words


def status(found: Timeline, view: View, digits: int) -> Status:
    """Return what is to be said of a timeline's columns."""
    kinds = [found.kind(span) for span in view.spans]
    columns = list(zip(view.spans, kinds, found.tied, found.total, strict=True))
    posted = [tied or not total for _, kind, tied, total in columns if kind in (Kind.ACTUAL, Kind.PARTIAL)]
    return Status(
        differing=[span.label for span, _, tied, _ in columns if tied is False],
        tied=all(posted) if posted else None,
        running=next((it.label for it, kind, *_ in columns if kind is Kind.PARTIAL and not it.total), ""),
        mixed=[span.label for span, kind, *_ in columns if kind is Kind.MIXED],
        faults=found.failing,
        restated=[
            f"{span.label}: {differs.words(digits)}"
            for at, span in enumerate(view.spans)
            if not span.total and (differs := found.restated.get(at)) and differs.sum
        ],
        part=found.parts.words(found.parts.within(_posted_months(found, view)), digits),
    )


def _posted_months(found: Timeline, view: View) -> set[Month]:
    months = {month for span in view.spans for month in span.months()}
    return {month for month in months if found.after is None or month <= found.after}


def with_query(request: CompanyRequest, **changes: str) -> str:
    """Return the request's query with some parameters set anew, or left out if ""."""
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
        if not value:
            del query[name]
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
