"""Closed months: the list, what changed in one of them, and what is decided about them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tieout.companies.access import CompanyRequest, admin, member
from tieout.core.month import Month
from tieout.expenses.books import Current, Missing, current
from tieout.expenses.pages import month_of, nothing
from tieout.expenses.placement import payroll_accounts
from tieout.ledger import closing as ledger_closing
from tieout.ledger.models import CloseAct
from tieout.planning import closing
from tieout.planning.closed_lines import changed_lines
from tieout.planning.closed_months import MonthRow, explained, month_rows
from tieout.planning.pages import address
from tieout.ui.figures import count, long_month
from tieout.ui.nav import url_of

_MOST_NOTE = 500
_DONE = {
    CloseAct.ACCEPTED: "{} now shows what the books say.",
    CloseAct.KEPT: "{} stays as it was closed.",
    CloseAct.REOPENED: "{} is open again: it shows what the books say.",
}


@require_GET
@member
def listing(request: CompanyRequest) -> HttpResponse:
    """List the months that are closed or can be."""
    found = current(request.company)
    if isinstance(found, Missing):
        return nothing(request, found, "Closed months")
    rows = month_rows(request.company, found.book)
    context = {
        "rows": rows,
        "book": found.book,
        "sync": found.sync,
        "waits": sum(row.waits for row in rows),
        "next": max((row.month for row in rows if row.closed is None), default=None),
        "locked": found.book.organisation.closed_through,
        "organisation": found.book.organisation.name,
    }
    return render(request, "planning/closed.html", context)


@require_http_methods(["GET", "POST"])
@admin
def close(request: CompanyRequest) -> HttpResponse:
    """Ask, then close a month and every open one before it."""
    found = _current(request)
    open_ones = closing.open_months(request.company, found.book)
    through = month_of(request.POST or request.GET, "through") or max(open_ones, default=None)
    months = [month for month in open_ones if through and month <= through]
    refusal = ""
    if request.method == "POST" and through:
        try:
            closed = closing.close_through(
                company=request.company, book=found.book, person=request.person, month=through, sync=_sync(request),
                note=_note(request), now=timezone.now(),
            )  # fmt: skip
        except closing.Refused as error:
            refusal = str(error)
        else:
            what = long_month(closed[0]) if len(closed) == 1 else count(len(closed), "month")
            messages.success(request, f"{what} closed, as of sync {found.sync}.")
            return redirect(address(request, "closed"))
    wanted = set(months)
    rows = [row for row in month_rows(request.company, found.book) if row.month in wanted]
    context = {
        "rows": rows, "total": sum(row.shown for row in rows), "through": through, "open_months": open_ones[::-1],
        "book": found.book, "sync": found.sync, "refusal": refusal,
    }  # fmt: skip
    return render(request, "planning/close.html", context, status=409 if refusal else 200)


@require_GET
@member
def month(request: CompanyRequest, month: str) -> HttpResponse:
    """Show what changed in a closed month."""
    found = _current(request)
    return _month(request, found, _row(request, found, month))


@require_POST
@admin
def accept(request: CompanyRequest, month: str) -> HttpResponse:
    """Show what the books say from now on: a new copy."""
    return _decide(request, month, CloseAct.ACCEPTED)


@require_POST
@admin
def keep(request: CompanyRequest, month: str) -> HttpResponse:
    """Leave what was closed in place, knowing what the books say."""
    return _decide(request, month, CloseAct.KEPT)


@require_http_methods(["GET", "POST"])
@admin
def reopen(request: CompanyRequest, month: str) -> HttpResponse:
    """Ask, then open a closed month again."""
    if request.method == "POST":
        return _decide(request, month, CloseAct.REOPENED)
    found = _current(request)
    row = _row(request, found, month)
    return render(request, "planning/closed_reopen.html", {"row": row, "book": found.book, "sync": found.sync})


def _decide(request: CompanyRequest, month: str, act: CloseAct) -> HttpResponse:
    found = _current(request)
    row = _row(request, found, month)
    try:
        closing.decide(
            company=request.company, book=found.book, person=request.person, month=row.month, act=act,
            sync=_sync(request), note=_note(request), now=timezone.now(),
        )  # fmt: skip
    except closing.Refused as error:
        return _month(request, found, row, refusal=str(error))
    messages.success(request, _DONE[act].format(long_month(row.month)))
    return HttpResponseRedirect(address(request, "closed"))


def _month(request: CompanyRequest, found: Current, row: MonthRow, refusal: str = "") -> HttpResponse:
    if row.closed is None:
        return redirect(address(request, "closed"))
    book, sees_pay = found.book, request.membership.payroll_detail
    page = request.GET.get("page", "")
    key = row.month.key
    context = {
        "row": row,
        "closed": row.closed,
        "book": book,
        "sync": found.sync,
        "refusal": refusal,
        "explained": explained(request.company, book, row.month),
        "lines": changed_lines(
            book,
            row.closed,
            payroll_accounts=None if sees_pay else payroll_accounts(request.company, book),
            number=int(page) if page.isascii() and page.isdigit() and len(page) < 9 else 1,
        ),
        "change_log": url_of("reports:change-log", request.company.slug),
        "history": [it for it in ledger_closing.history(book) if it.month == key],
    }
    return render(request, "planning/closed_month.html", context, status=409 if refusal else 200)


def _current(request: CompanyRequest) -> Current:
    found = current(request.company)
    if isinstance(found, Missing):
        raise Http404
    return found


def _row(request: CompanyRequest, found: Current, text: str) -> MonthRow:
    """Return the month that an address names, or answer 404."""
    try:
        wanted = Month.parse(text)
    except ValueError as error:
        raise Http404 from error
    row = next((it for it in month_rows(request.company, found.book) if it.month == wanted), None)
    if row is None:
        raise Http404
    return row


def _sync(request: CompanyRequest) -> int:
    """Return the sync that the form was shown at, 0 for none."""
    text = request.POST.get("sync", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _note(request: CompanyRequest) -> str:
    return request.POST.get("note", "")[:_MOST_NOTE]
