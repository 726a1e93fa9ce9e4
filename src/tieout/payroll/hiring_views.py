"""The hiring plan: posts to be filled, by formula."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tieout.companies.access import CompanyRequest, editor, member
from tieout.core.month import Month
from tieout.departments import queries as departments
from tieout.expenses.pages import today
from tieout.expenses.periods import admitted_through
from tieout.payroll import hiring as services
from tieout.payroll.forms import HiringForm
from tieout.payroll.hiring_page import hiring_page
from tieout.payroll.models import HiringDriver
from tieout.payroll.money import digits_of
from tieout.payroll.person_fields import Context
from tieout.payroll.rights import pay_only, sees_pay

MONTHS_SHOWN = 6


@require_GET
@member
def hiring(request: CompanyRequest) -> HttpResponse:
    """List the posts to be filled with the people that their formulas give in the months to come."""
    first = (admitted_through(request.company) or Month.of(today()) - 1) + 1
    months = list(first.until(first + MONTHS_SHOWN))
    page = hiring_page(request.company, months, pay_shown=sees_pay(request))
    context = {"page": page, "digits": digits_of(request.company), "pay_shown": sees_pay(request)}
    return render(request, "payroll/hiring.html", context)


@require_http_methods(["GET", "POST"])
@editor
@pay_only
def add(request: CompanyRequest) -> HttpResponse:
    """Ask for a post, then add it."""
    return _form_page(request, None)


@require_http_methods(["GET", "POST"])
@editor
@pay_only
def edit(request: CompanyRequest, driver_id: int) -> HttpResponse:
    """Show a post's form, then save it."""
    return _form_page(request, _driver(request, driver_id))


@require_POST
@editor
@pay_only
def remove(request: CompanyRequest, driver_id: int) -> HttpResponse:
    """Take a post out of the plan."""
    post = _driver(request, driver_id)
    services.remove_driver(post, person=request.person)
    messages.success(request, f"{post.title} was removed.")
    return redirect("payroll:hiring", company=request.company.slug)


def _driver(request: CompanyRequest, driver_id: int) -> HiringDriver:
    found = services.driver(request.company, driver_id)
    if found is None:
        raise Http404
    return found


def _form_page(request: CompanyRequest, post: HiringDriver | None) -> HttpResponse:
    context = Context(
        departments=departments.departments(request.company),
        digits=digits_of(request.company),
        currency=request.company.currency,
    )
    form = HiringForm(request.POST or None, context=context, company=request.company, of=post)
    if request.method == "POST" and form.is_valid():
        saved = services.save_driver(request.company, form.values, person=request.person, of=post)
        messages.success(request, f"{saved.title} was saved.")
        return redirect("payroll:hiring", company=request.company.slug)
    shown = {"form": form, "post": post, "bar": services.formulas()}
    return render(request, "payroll/post.html", shown, status=422 if form.errors else 200)
