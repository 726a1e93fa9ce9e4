"""After a link was saved: whether budget goes along."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tieout.companies.access import CompanyRequest, editor
from tieout.expenses import queries
from tieout.expenses.books import Missing, current
from tieout.expenses.pages import address as expenses_address
from tieout.expenses.pages import today
from tieout.planning import asking
from tieout.planning.along import Changed, move, offer
from tieout.planning.cells import CellsRefused
from tieout.planning.options import OptionsRefused
from tieout.planning.side import side_of


@require_http_methods(["GET", "POST"])
@editor
def along(request: CompanyRequest, link_id: int) -> HttpResponse:
    """Offer to move budget from the accounts that a link draws from; without any budget there is nothing to offer."""
    found, link = current(request.company), queries.link(request.company, link_id)
    if link is None or isinstance(found, Missing):
        raise Http404
    through = asking.through_of(request.company, today=today())
    side = side_of(income=link.expense.income)
    offered = offer(request.company, found.book, link.expense_id, through=through)
    if offered is None:
        home = side.url(request.company.slug, side.home) if side.income else expenses_address(request, "links")
        return redirect(home)
    if request.method == "POST":
        chosen = [int(it) for it in request.POST.getlist("source") if it.isascii() and it.isdigit() and len(it) < 19]
        try:
            moved = move(
                company=request.company, person=request.person, book=found.book, offered=offered, sources=chosen,
                seal=request.POST.get("seal", ""), through=through,
            )  # fmt: skip
        except (CellsRefused, OptionsRefused, Changed) as refusal:
            messages.error(request, str(refusal))
        else:
            said = "Budget moved along. Undo on the timeline takes typed months back."
            messages.success(request, said if moved else "Budgets stay as they were.")
        return redirect(side.url(request.company.slug, "timeline"))
    context = {"offer": offered, "book": found.book, "link": link, "side": side}
    return render(request, "planning/along.html", context)
