"""Settings › Cash accounts."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tieout.companies.access import CompanyRequest, admin, member
from tieout.core.cash import Flow
from tieout.core.month import Month
from tieout.expenses.books import Missing, current
from tieout.expenses.pages import nothing, today
from tieout.ledger.accounts import chart
from tieout.planning.cash_account_page import asked, cash_accounts_page
from tieout.planning.cash_accounts import CashRefused, Choice, choose
from tieout.ui.figures import count, short_month


@require_GET
@member
def listing(request: CompanyRequest) -> HttpResponse:
    """Show which accounts are cash and what the others' money counts as."""
    return _page(request)


@require_POST
@admin
def save(request: CompanyRequest) -> HttpResponse:
    """Take what was ticked and chosen, or one more account as cash."""
    books = current(request.company)
    if isinstance(books, Missing):
        raise Http404
    accounts = chart(books.book, books.book.published)
    try:
        wanted = asked(request.POST.dict(), request.POST.getlist("shown"))
        if more := request.POST.get("more", ""):
            wanted[int(more)] = Choice(cash=True)
        changed = choose(request.company, request.person, accounts, wanted)
    except CashRefused as refusal:
        return _page(request, str(refusal))
    except (KeyError, ValueError):
        return _page(request, "This page was changed meanwhile. Look at it again, and save.")
    if changed:
        messages.success(request, f"{count(len(changed), 'account')} changed. Cash is counted anew in all months.")
    return redirect("planning_cash_settings:accounts", company=request.company.slug)


def _page(request: CompanyRequest, refusal: str = "") -> HttpResponse:
    books = current(request.company)
    if isinstance(books, Missing):
        return nothing(request, books, "Cash accounts")
    page = cash_accounts_page(request.company, books.book, Month.of(today()))
    context = {
        "page": page,
        "book": books.book,
        "flows": list(Flow),
        "first": short_month(page.first),
        "last": short_month(page.last),
        "refusal": refusal,
        "changes": request.membership.may_connect,
    }
    return render(request, "planning/cash_accounts.html", context, status=422 if refusal else 200)
