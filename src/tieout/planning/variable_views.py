"""Settings › Variables."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tieout.companies.access import CompanyRequest, editor, member
from tieout.expenses.books import Current, Missing, current
from tieout.expenses.pages import month_of, nothing, today
from tieout.ledger.models import Book
from tieout.planning.formula_bar import show_formula
from tieout.planning.models import Variable, VariableKind
from tieout.planning.names import OWN
from tieout.planning.variable_form import SHOWN_MONTHS, VariableForm
from tieout.planning.variable_page import months_around, page
from tieout.planning.variables import (
    VariableRefused,
    remove_variable,
    revenue_plan,
    save_variable,
    used_by,
    variable_of,
)


@require_GET
@member
def listing(request: CompanyRequest) -> HttpResponse:
    """List the company's own variables, then the system's, with their values around now."""
    found = current(request.company)
    if isinstance(found, Missing):
        return nothing(request, found, "Variables")
    shown = page(request.company, found.book, today=today())
    return render(request, "planning/variables.html", {"page": shown})


@require_http_methods(["GET", "POST"])
@editor
def add(request: CompanyRequest) -> HttpResponse:
    """Make a variable."""
    return _edit(request, Variable(company=request.company))


@require_http_methods(["GET", "POST"])
@editor
def edit(request: CompanyRequest, variable_id: int) -> HttpResponse:
    """Change a variable."""
    return _edit(request, _variable(request, variable_id))


@require_http_methods(["GET", "POST"])
@editor
def revenue(request: CompanyRequest) -> HttpResponse:
    """Plan all revenue."""
    return _edit(request, revenue_plan(request.company))


@require_http_methods(["GET", "POST"])
@editor
def remove(request: CompanyRequest, variable_id: int) -> HttpResponse:
    """Ask, then remove a variable that no formula names."""
    row, book, refusal = _variable(request, variable_id), _book(request), ""
    if request.method == "POST":
        try:
            remove_variable(company=request.company, person=request.person, book=book, row=row)
        except VariableRefused as error:
            refusal = str(error)
        else:
            messages.success(request, f"{row.name} was removed.")
            return redirect("planning_variables:list", company=request.company.slug)
    context = {"row": row, "refusal": refusal, "users": used_by(request.company, f"{OWN}{row.pk}")}
    return render(request, "planning/variable_remove.html", context, status=422 if refusal else 200)


def _edit(request: CompanyRequest, row: Variable) -> HttpResponse:
    book = _book(request)
    through, _ = months_around(request.company, today())
    form = VariableForm(
        company=request.company,
        book=book,
        row=row,
        through=through,
        first=month_of(request.GET, "from") or through + 1,
        data=request.POST.dict() if request.method == "POST" else None,
    ).fill(show_formula(request.company, book, row.formula))
    if request.method == "POST" and (wished := form.read()):
        try:
            save_variable(company=request.company, person=request.person, book=book, row=row, wished=wished)
        except VariableRefused as error:
            form.errors[error.field] = str(error)
        else:
            messages.success(request, f"{row.name} was saved.")
            return redirect("planning_variables:list", company=request.company.slug)
    context = {
        "form": form,
        "kinds": VariableKind.choices,
        "earlier": form.first - SHOWN_MONTHS,
        "later": form.last + 1,
    }
    return render(request, "planning/variable.html", context, status=422 if form.errors else 200)


def _variable(request: CompanyRequest, variable_id: int) -> Variable:
    found = variable_of(request.company, variable_id)
    if found is None:
        raise Http404
    return found


def _book(request: CompanyRequest) -> Book:
    found = current(request.company)
    if not isinstance(found, Current):
        raise Http404
    return found.book
