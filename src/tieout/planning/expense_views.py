"""The expense form: all options of one expense, with a preview of what they come to."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from tieout.companies.access import CompanyRequest, owner
from tieout.expenses.books import Missing, current
from tieout.expenses.pages import nothing, today
from tieout.planning.expense_facts import Facts, facts
from tieout.planning.expense_form import ExpenseForm
from tieout.planning.expense_preview import Preview, preview
from tieout.planning.expense_saving import save_expense
from tieout.planning.models import Driver, Every, Frequency, Growth
from tieout.planning.options import ASKS, OptionsRefused
from tieout.planning.pages import address


@require_http_methods(["GET", "POST"])
@owner
def edit(request: CompanyRequest, expense_id: int) -> HttpResponse:
    """Show all options of an expense; save them. ``preview`` in the form shows what they come to and saves nothing."""
    found = current(request.company)
    if isinstance(found, Missing):
        return nothing(request, found, "Expense")
    known = facts(request.company, found.book, expense_id=expense_id, today=today())
    if known is None:
        raise Http404
    if request.method == "GET":
        form = ExpenseForm.saved(known)
        return _page(request, known, form, _previewed(known, form))
    form = ExpenseForm.typed(known, request.POST)
    asked = form.read()
    if asked is None or "preview" in request.POST:
        return _page(request, known, form, _previewed(known, form), refused=bool(form.errors))
    try:
        changed = save_expense(company=request.company, person=request.person, facts=known, asked=asked)
    except OptionsRefused as refusal:
        form.refuse(refusal.errors)
        return _page(request, known, form, None, refused=True)
    name = known.member.name if known.member else asked.name
    messages.success(request, f"{name} was saved." if changed else f"Nothing of {name} was changed.")
    return redirect(_back(request))


@require_POST
@owner
def show_preview(request: CompanyRequest, expense_id: int) -> HttpResponse:
    """Answer with what the form comes to as it stands: the panel beside it."""
    found = current(request.company)
    known = None
    if not isinstance(found, Missing):
        known = facts(request.company, found.book, expense_id=expense_id, today=today())
    if known is None:
        raise Http404
    form = ExpenseForm.typed(known, request.POST)
    context = {"facts": known, "form": form, "preview": _previewed(known, form), "book": known.book}
    return render(request, "planning/_expense_preview.html", context)


def _previewed(known: Facts, form: ExpenseForm) -> Preview | None:
    """Return what a form comes to; None, with the errors at their fields, where it comes to nothing."""
    asked = form.read()
    if asked is None:
        return None
    try:
        return preview(known, asked)
    except OptionsRefused as refusal:
        form.refuse(refusal.errors)
        return None


def _page(
    request: CompanyRequest, known: Facts, form: ExpenseForm, shown: Preview | None, *, refused: bool = False
) -> HttpResponse:
    context = {
        "facts": known,
        "member": known.member,
        "book": known.book,
        "form": form,
        "preview": shown,
        "drivers": [(each, " ".join(ASKS[each])) for each in Driver],
        "frequencies": Frequency,
        "growths": Growth,
        "intervals": Every,
        "back": _back(request),
        "first": known.through + 1,
    }
    template = "planning/_expense.html" if getattr(request, "htmx", False) else "planning/expense.html"
    return render(request, template, context, status=422 if refused else 200)


def _back(request: CompanyRequest) -> str:
    """Return where the person came from, if that is a page of ours; else the summary."""
    wanted = request.POST.get("back") or request.GET.get("back") or ""
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if own else address(request, "summary")
