"""The entries of a figure of the plan: a page, the same as a side sheet, and as CSV."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from tieout.companies.access import CompanyRequest, member
from tieout.core.month import Month
from tieout.expenses import typed_over
from tieout.expenses.books import Current, Missing, current
from tieout.expenses.cells import UnknownRow, cell
from tieout.expenses.entries import Asked
from tieout.expenses.entry_sheet import Addresses, entries_file, entries_response
from tieout.expenses.pages import address, month_of, nothing
from tieout.expenses.periods import Span, parse_key
from tieout.expenses.placement import payroll_accounts
from tieout.expenses.tying import tying
from tieout.ui.nav import reached_through


@require_GET
@member
def entries(request: CompanyRequest) -> HttpResponse:
    """Show the lines that a figure is the sum of."""
    found = current(request.company)
    if isinstance(found, Missing):
        return nothing(request, found, "Entries")
    asked = _asked(request, found)
    figure = asked.cell
    reached_through(request, "planning:timeline" if figure.sign > 0 else "revenue:timeline")
    ties = tying(found.book)
    span = Span(label="", first=figure.first, last=figure.last)
    tied = None if figure.restated.sum else ties.state(figure.accounts, span)
    typed = typed_over.tell(request, figure.key, figure.first, figure.last)
    addresses = _addresses(request, asked)
    return entries_response(request, asked, addresses, sync=found.sync, tied=tied, typed_over=typed)


@require_GET
@member
def export(request: CompanyRequest) -> HttpResponse:
    """Answer with all lines of a figure as CSV."""
    found = current(request.company)
    if isinstance(found, Missing):
        raise Http404
    return entries_file(request, _asked(request, found))


def _asked(request: CompanyRequest, found: Current) -> Asked:
    """Return which figure is asked for. Raise Http404 for a row or months that are none."""
    first, last = _months(request)
    try:
        figure = cell(request.company, found.book, request.GET.get("row", ""), first, last)
    except UnknownRow as error:
        raise Http404 from error
    sees_pay = request.membership.payroll_detail
    return Asked(
        book=found.book,
        cell=figure,
        payroll_accounts=None if sees_pay else payroll_accounts(request.company, found.book),
        search=request.GET.get("q", "").strip(),
        reversals=request.GET.get("reversed") == "1",
    )


def _months(request: CompanyRequest) -> tuple[Month, Month]:
    """Return the months that ``month`` (a column's key) or ``from`` and ``to`` name."""
    if month := request.GET.get("month"):
        try:
            return parse_key(month)
        except ValueError as error:
            raise Http404 from error
    first, last = month_of(request.GET, "from"), month_of(request.GET, "to")
    if first is None or (last or first) < first:
        raise Http404
    return first, last or first


def _addresses(request: CompanyRequest, asked: Asked) -> Addresses:
    figure = asked.cell
    length = figure.first.months_to(figure.last) + 1
    this = _query(asked)
    return Addresses(
        here=address(request, "entries"),
        export=f"{address(request, 'export')}?{this}",
        query=this,
        kept=(("row", figure.key), ("from", str(figure.first)), ("to", str(figure.last))),
        turned=_query(replace(asked, reversals=not asked.reversals)),
        earlier=_query(asked, months=-length),
        later=_query(asked, months=length),
    )


def _query(asked: Asked, *, months: int = 0) -> str:
    """Return the address's query for the figure, or for its row some months later."""
    query = {"row": asked.cell.key, "from": str(asked.cell.first + months), "to": str(asked.cell.last + months)}
    query |= {"q": asked.search} if asked.search else {}
    return urlencode(query | ({"reversed": "1"} if asked.reversals else {}))
