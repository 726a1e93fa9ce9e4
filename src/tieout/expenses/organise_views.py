"""Organise: every expense account gets its department, and payroll is marked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tieout.companies.access import CompanyRequest, admin, member
from tieout.core.month import Month
from tieout.expenses import organise_form
from tieout.expenses.books import Current, Missing, current
from tieout.expenses.organise_page import OrganisePage, OrganiseRow, organise_page
from tieout.expenses.organising import UnknownChoice, organise
from tieout.expenses.pages import address, nothing, today
from tieout.expenses.periods import admitted_through
from tieout.ui.figures import count, short_month

_SHOWS = ("all", "unassigned", "payroll")


@require_GET
@member
def page(request: CompanyRequest) -> HttpResponse:
    """Show all expense accounts, those without a department first."""
    found = current(request.company)
    if isinstance(found, Missing):
        return nothing(request, found, "Organise")
    return _render(request, found, _page(request, found))


@require_POST
@admin
def save(request: CompanyRequest) -> HttpResponse:
    """Write what the form changes, then come back to the same page."""
    found = current(request.company)
    if isinstance(found, Missing):
        return redirect("expenses:organise", company=request.company.slug)
    shown = _page(request, found)
    try:
        sent = organise_form.read(request.POST, shown)
        changed = organise(
            company=request.company,
            person=request.person,
            choices=sent.choices,
            since=sent.since,
            suggested_payroll={row.id for row in shown.rows if row.payroll and not row.decided},
        )
    except organise_form.Unreadable as refusal:
        return _render(request, found, shown, refusal=str(refusal))
    except UnknownChoice:
        return _render(
            request, found, shown, refusal="An account or department is not there any more. Nothing was saved."
        )
    messages.success(request, f"Saved {count(changed, 'change')}." if changed else "Nothing to save.")
    back = request.POST.get("back", "")
    return redirect(f"{address(request, 'organise')}{f'?{back}' if back else ''}")


def _page(request: CompanyRequest, found: Current) -> OrganisePage:
    last = admitted_through(request.company) or Month.of(today()) - 1
    return organise_page(request.company, found.book, last=last)


def _render(request: CompanyRequest, found: Current, shown: OrganisePage, *, refusal: str = "") -> HttpResponse:
    show = value if (value := request.GET.get("show", "")) in _SHOWS else "all"
    text = request.GET.get("q", "").strip()
    rows = [row for row in shown.rows if _wanted(row, show, text)]
    groups = [
        ("Unassigned", [row for row in rows if row.unassigned]),
        ("Assigned", [row for row in rows if not row.unassigned]),
    ]
    context = {
        "page": shown,
        "book": found.book,
        "groups": [(name, inside, sum(row.amount for row in inside)) for name, inside in groups if inside],
        "tabs": [(name, name.capitalize(), sum(_wanted(row, name, "") for row in shown.rows)) for name in _SHOWS],
        "show": show,
        "search": text,
        "back": request.GET.urlencode(),
        "unassigned": sum(row.unassigned for row in shown.rows),
        "changes": request.membership.may_connect,
        "first": short_month(shown.first),
        "last": short_month(shown.last),
        "refusal": refusal,
    }
    return render(request, "expenses/organise.html", context, status=422 if refusal else 200)


def _wanted(row: OrganiseRow, show: str, text: str) -> bool:
    kinds = {"unassigned": row.unassigned, "payroll": row.payroll}
    return kinds.get(show, True) and text.casefold() in row.label.casefold()
