"""The cash page, and the lines behind its figures."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from tieout.companies.access import CompanyRequest, member
from tieout.core.cash import Flow
from tieout.core.runway import Runway
from tieout.expenses.books import Current, Missing, current
from tieout.expenses.cells import RowCell, UnknownRow
from tieout.expenses.entries import Asked as AskedLines
from tieout.expenses.entry_sheet import Addresses, entries_file, entries_response
from tieout.expenses.pages import nothing, today
from tieout.expenses.periods import By, Span, parse_key
from tieout.expenses.placement import payroll_accounts
from tieout.ledger.balance_ties import BalanceTies, balance_ties
from tieout.planning import asking
from tieout.planning.actual_sheet import tell_typed
from tieout.planning.cash import CashFlows, cash_flows
from tieout.planning.cash_burn import runway
from tieout.planning.cash_cells import BEGINS, ENDS, cash_cell
from tieout.planning.cash_grid import CashTable, cash_grid, cash_table
from tieout.planning.pages import with_query
from tieout.ui.figures import short_month
from tieout.ui.grid import Asked

_OPEN = frozenset({ENDS})  # the rows that show at first what is below them


@require_GET
@member
def page(request: CompanyRequest) -> HttpResponse:
    """Show cash month by month."""
    books = current(request.company)
    if isinstance(books, Missing):
        return nothing(request, books, "Cash")
    view = asking.view_of(request.GET, request.company, books.book, today=today())
    found = _flows(request, books, view)
    ties = balance_ties(books.book, books.book.published)
    table = cash_table(found, view.spans, ties, books.book.digits)
    grid = cash_grid(
        table, found, books.book, asked=_opened(request.GET), entries_url=_address(request, "entries"),
        admitted=view.through,
    )  # fmt: skip
    left = _runway(request, books, view)
    context = {
        "grid": grid,
        "view": view,
        "book": books.book,
        "sync": books.sync,
        **_told(left),
        "unexplained": bool(found.unexplained),
        "no_revenue": _without_revenue(found),
        "all_tied": all(_ties(found, table)),
        "differing": [span.label for span, tied in zip(view.spans, table.tied, strict=True) if tied is False],
        **_switches(request, view),
    }
    return render(request, "planning/cash.html", context)


def _flows(request: CompanyRequest, books: Current, view: asking.View) -> CashFlows:
    first, last = min(span.first for span in view.spans), max(span.last for span in view.spans)
    return cash_flows(
        request.company, books.book, first=first, last=last, after=view.ahead.after if view.ahead else last,
        forecast=view.ahead.forecast if view.ahead else None,
    )  # fmt: skip


def _without_revenue(found: CashFlows) -> bool:
    """Whether forecast months hold payments alone, so that cash can only fall."""
    planned = {row.flow for row in found.rows if not row.account}
    return bool(planned) and Flow.COLLECTIONS not in planned


def _runway(request: CompanyRequest, books: Current, view: asking.View) -> Runway:
    return runway(
        request.company, books.book, through=view.through, forecast=view.ahead.forecast if view.ahead else None,
        last=max(span.last for span in view.spans),
    )  # fmt: skip


def _told(left: Runway) -> dict[str, object]:
    """Return what the strip of facts says."""
    months = [it.month for it in left.burn.months]
    return {
        "runway": left,
        "runway_month": short_month(left.after),
        "net_burn": abs(left.burn.net),
        "loss": abs(left.burn.loss),
        "burn_months": f"{short_month(months[0])} – {short_month(months[-1])}" if months else "no month yet",
        "runs_out": short_month(left.runs_out) if left.runs_out else "",
        "looked": short_month(left.looked) if left.looked else "",
    }


def _ties(found: CashFlows, table: CashTable) -> list[bool | None]:
    """Return how the ending balances of actual columns tie; [None] where there is no such column."""
    return [
        tied for span, tied in zip(table.spans, table.tied, strict=True) if span.last <= found.after
    ] or [None]  # fmt: skip


def _switches(request: CompanyRequest, view: asking.View) -> dict[str, object]:
    """Return what the page offers to look at differently."""
    ahead = view.ahead is not None and view.running > view.through
    return {
        "switches": [(by, with_query(request, by=by.value)) for by in By],
        "running": short_month(view.running),
        "running_asked": request.GET.get("running", ""),
        "running_switch": with_query(request, running="forecast" if view.posted else "posted") if ahead else "",
        "first": short_month(view.spans[0].first),
        "last": short_month(view.spans[-1].last),
        "through": short_month(view.through),
    }


def _opened(query: QueryDict) -> Asked:
    """Return which rows are open. The address keeps what differs from how the page begins."""
    opens, shuts = set(query.getlist("open")), set(query.getlist("shut"))
    shut, opened = (shuts - opens) & _OPEN, opens - shuts - _OPEN
    others = ((name, value) for name, values in query.lists() if name not in ("open", "shut") for value in values)
    carried = (*others, *(("open", key) for key in sorted(opened)), *(("shut", key) for key in sorted(shut)))
    return Asked(opened=frozenset(opened | (_OPEN - shut)), carried=carried)


@dataclass(frozen=True, slots=True)
class _Lines:
    books: Current
    asked: AskedLines
    tied: bool | None


@require_GET
@member
def entries(request: CompanyRequest) -> HttpResponse:
    """Show the lines that a figure is the sum of."""
    found = _lines(request)
    figure = found.asked.cell
    return entries_response(
        request, found.asked, _addresses(request, found.asked), sync=found.books.sync, tied=found.tied,
        typed_over=tell_typed(request, figure.key, figure.first, figure.last),
    )  # fmt: skip


@require_GET
@member
def export(request: CompanyRequest) -> HttpResponse:
    """Answer with all lines of a figure as CSV."""
    return entries_file(request, _lines(request).asked)


def _lines(request: CompanyRequest) -> _Lines:
    """Return the figure that is asked for. Raise Http404 for a row or months that are none."""
    books = current(request.company)
    if isinstance(books, Missing):
        raise Http404
    book, query = books.book, request.GET
    try:
        first, last = parse_key(query.get("month", ""))
        found = cash_flows(request.company, book, first=first, last=last, after=last)
        figure = cash_cell(found, book, book.published, query.get("row", ""), first, last)
    except (ValueError, UnknownRow) as error:
        raise Http404 from error
    sees_pay = request.membership.payroll_detail
    asked = AskedLines(
        book=book,
        cell=figure,
        payroll_accounts=None if sees_pay else payroll_accounts(request.company, book),
        search=query.get("q", "").strip(),
        reversals=query.get("reversed") == "1",
    )
    return _Lines(books, asked, _tied(balance_ties(book, book.published), figure))


def _tied(ties: BalanceTies, figure: RowCell) -> bool | None:
    """Return how a balance ties; what moved it is compared with nothing."""
    if figure.key == BEGINS:
        return ties.state(figure.accounts, figure.first - 1)
    if figure.key == ENDS or figure.key.startswith("bank:"):
        return ties.state(figure.accounts, figure.last)
    return None


def _addresses(request: CompanyRequest, asked: AskedLines) -> Addresses:
    figure, this = asked.cell, _query(asked)
    length = figure.first.months_to(figure.last) + 1
    span = Span(label="", first=figure.first, last=figure.last).key
    return Addresses(
        here=_address(request, "entries"),
        export=f"{_address(request, 'export')}?{this}",
        query=this,
        kept=(("row", figure.key), ("month", span)),
        turned=_query(replace(asked, reversals=not asked.reversals)),
        earlier=_query(asked, months=-length),
        later=_query(asked, months=length),
    )


def _query(asked: AskedLines, *, months: int = 0) -> str:
    """Return the address's query for the figure, or for its row some months later."""
    figure = asked.cell
    span = Span(label="", first=figure.first + months, last=figure.last + months)
    query = {"row": figure.key, "month": span.key} | ({"q": asked.search} if asked.search else {})
    return urlencode(query | ({"reversed": "1"} if asked.reversals else {}))


def _address(request: CompanyRequest, name: str) -> str:
    return reverse(f"planning_cash:{name}", kwargs={"company": request.company.slug})
