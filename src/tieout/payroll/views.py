"""The people of a company: the list, one person, raises and typed pay."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tieout.companies.access import CompanyRequest, editor, member
from tieout.core import pay
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.kit.tables import write_csv, write_xlsx
from tieout.payroll import people_page, person_page
from tieout.payroll import people_services as services
from tieout.payroll.downloads import download
from tieout.payroll.forms import PayForm, PersonForm, RaiseForm
from tieout.payroll.models import Employee
from tieout.payroll.money import digits_of
from tieout.payroll.people_sheet import sheet
from tieout.payroll.person_fields import Context
from tieout.payroll.rights import pay_only, sees_pay
from tieout.ui.figures import long_month

MONTHS_SHOWN = 12


@require_GET
@member
def people(request: CompanyRequest) -> HttpResponse:
    """List the people by department."""
    search, left_too = request.GET.get("q", "").strip(), "left" in request.GET
    page = people_page.people_page(
        request.company, today=timezone.localdate(), pay_shown=sees_pay(request), search=search, left_too=left_too
    )
    context = {
        "page": page,
        "search": search,
        "left_too": left_too,
        "digits": digits_of(request.company),
        "pay_shown": sees_pay(request),
    }
    return render(request, "payroll/people.html", context)


@require_GET
@member
def export(request: CompanyRequest) -> HttpResponse:
    """Return the list as a sheet, in the layout of the template: ``?as=csv``, else XLSX."""
    made = sheet(request.company, people_page.listed(request.company), pay=sees_pay(request))
    if request.GET.get("as") == "csv":
        return download(write_csv(made.rows), "people.csv")
    return download(write_xlsx([made]), "people.xlsx")


@require_http_methods(["GET", "POST"])
@editor
@pay_only
def add(request: CompanyRequest) -> HttpResponse:
    """Ask for a new person, then add them."""
    form = PersonForm(request.POST or None, context=_context(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.make_person(request.company, form.values, person=request.person)
        except services.Refused as refusal:
            form.add_error("ref", str(refusal))
        else:
            messages.success(request, f"{made.name} was added.")
            return redirect("payroll:people", company=request.company.slug)
    return render(request, "payroll/add.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@member
def person(request: CompanyRequest, employee_id: int) -> HttpResponse:
    """Show one person; to who may see pay, what each month cost."""
    return _person_page(request, *_person(request, employee_id))


@require_POST
@editor
@pay_only
def save(request: CompanyRequest, employee_id: int) -> HttpResponse:
    """Save what is known of a person."""
    employee, terms = _person(request, employee_id)
    form = PersonForm(request.POST, context=_context(request), of=employee)
    if form.is_valid():
        try:
            changed = services.change_person(employee, form.values, person=request.person)
        except services.Refused as refusal:
            form.add_error("ref", str(refusal))
        else:
            messages.success(request, f"{employee.name} was saved." if changed else "Nothing was changed.")
            return _to_person(request, employee_id)
    return _person_page(request, employee, terms, form=form)


@require_POST
@editor
@pay_only
def raise_pay(request: CompanyRequest, employee_id: int) -> HttpResponse:
    """Give a raise."""
    employee, terms = _person(request, employee_id)
    form = RaiseForm(request.POST, digits=digits_of(request.company), currency=request.company.currency)
    if form.is_valid():
        month: Month = form.cleaned_data["month"]
        amount, rate = form.cleaned_data["amount"], form.cleaned_data["rate"]
        try:
            services.add_raise(employee, month=month, amount=amount, rate=rate, person=request.person)
        except services.Refused as refusal:
            form.add_error("month", str(refusal))
        else:
            messages.success(request, f"The raise holds from {long_month(month)}.")
            return _to_person(request, employee_id)
    return _person_page(request, employee, terms, raise_form=form)


@require_POST
@editor
@pay_only
def remove_raise(request: CompanyRequest, employee_id: int, raise_id: int) -> HttpResponse:
    """Take a raise back."""
    employee, _ = _person(request, employee_id)
    if not services.remove_raise(employee, raise_id, person=request.person):
        raise Http404
    messages.success(request, "The raise was removed.")
    return _to_person(request, employee_id)


@require_POST
@editor
@pay_only
def type_pay(request: CompanyRequest, employee_id: int) -> HttpResponse:
    """Say what a month cost, or take that back."""
    employee, terms = _person(request, employee_id)
    form = PayForm(request.POST, digits=digits_of(request.company), currency=request.company.currency)
    if form.is_valid():
        month: Month = form.cleaned_data["month"]
        services.type_pay(employee, month=month, amount=form.cleaned_data["amount"], person=request.person)
        messages.success(request, f"{long_month(month)} was saved.")
        return _to_person(request, employee_id)
    return _person_page(request, employee, terms, pay_form=form)


@require_http_methods(["GET", "POST"])
@editor
@pay_only
def remove(request: CompanyRequest, employee_id: int) -> HttpResponse:
    """Ask, then take a person off the list."""
    employee, _ = _person(request, employee_id)
    if request.method == "POST":
        services.remove_person(employee, person=request.person)
        messages.success(request, f"{employee.name} was removed.")
        return redirect("payroll:people", company=request.company.slug)
    return render(request, "payroll/remove.html", {"employee": employee})


def _person(request: CompanyRequest, employee_id: int) -> tuple[Employee, pay.Terms]:
    found = people_page.person(request.company, employee_id)
    if found is None:
        raise Http404
    return found


def _context(request: CompanyRequest) -> Context:
    return Context(
        departments=departments.departments(request.company),
        digits=digits_of(request.company),
        currency=request.company.currency,
    )


def _to_person(request: CompanyRequest, employee_id: int) -> HttpResponse:
    return redirect("payroll:person", company=request.company.slug, employee_id=employee_id)


def _person_page(
    request: CompanyRequest, employee: Employee, terms: pay.Terms, *, form: PersonForm | None = None,
    raise_form: RaiseForm | None = None, pay_form: PayForm | None = None,
) -> HttpResponse:  # fmt: skip
    digits, currency = digits_of(request.company), request.company.currency
    context: dict[str, object] = {"employee": employee, "digits": digits, "pay_shown": sees_pay(request)}
    if sees_pay(request):
        running = Month.of(timezone.localdate())
        months = list((running - (MONTHS_SHOWN - 1)).until(running + 1))
        context |= {
            "pay": pay.in_force(terms, running),
            "cost": pay.cost(terms, running),
            "raises": person_page.raise_rows(employee, terms),
            "months": person_page.month_rows(employee, terms, months),
        }
    if sees_pay(request) and request.membership.may_plan:
        context |= {
            "form": form or PersonForm(context=_context(request), of=employee),
            "raise_form": raise_form or RaiseForm(digits=digits, currency=currency),
            "pay_form": pay_form or PayForm(digits=digits, currency=currency),
        }
    wrong = any(each is not None and each.errors for each in (form, raise_form, pay_form))
    return render(request, "payroll/person.html", context, status=422 if wrong else 200)
