"""Settings › Departments."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tieout.companies.access import CompanyRequest, admin, member
from tieout.departments import queries, services, usage
from tieout.departments.categories import Category
from tieout.departments.forms import NameForm, NewDepartmentForm, RemoveForm
from tieout.departments.models import Department


@require_GET
@member
def listing(request: CompanyRequest) -> HttpResponse:
    """List the departments by category."""
    return _page(request, NewDepartmentForm())


@require_POST
@admin
def add(request: CompanyRequest) -> HttpResponse:
    """Add a custom department."""
    form = NewDepartmentForm(request.POST)
    if form.is_valid():
        category, name = Category(form.cleaned_data["category"]), form.cleaned_data["name"]
        try:
            made = services.create(request.company, category=category, name=name, person=request.person)
        except services.Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"{made.name} was added.")
            return _back(request)
    return _page(request, form)


@require_POST
@admin
def rename(request: CompanyRequest, department_id: int) -> HttpResponse:
    """Rename a department."""
    department, form = _department(request, department_id), NameForm(request.POST)
    if not form.is_valid():
        return _page(request, NewDepartmentForm(), refusal="Give the department a name of at most 80 letters.")
    try:
        services.rename(department, name=form.cleaned_data["name"], person=request.person)
    except services.Refused as refusal:
        return _page(request, NewDepartmentForm(), refusal=str(refusal))
    messages.success(request, f"It is called {department.name} now.")
    return _back(request)


@require_POST
@admin
def hide(request: CompanyRequest, department_id: int) -> HttpResponse:
    """Hide a department from choices, or show it again (``hidden=0``)."""
    department = _department(request, department_id)
    hidden = request.POST.get("hidden", "1") == "1"
    services.set_hidden(department, hidden=hidden, person=request.person)
    messages.success(request, f"{department.name} is {'hidden' if hidden else 'shown'}.")
    return _back(request)


@require_http_methods(["GET", "POST"])
@admin
def remove(request: CompanyRequest, department_id: int) -> HttpResponse:
    """Ask, then remove a custom department; one in use needs a department that takes over."""
    department, refusal = _department(request, department_id), ""
    if request.method == "POST":
        form = RemoveForm(request.POST)
        chosen = form.cleaned_data["target"] if form.is_valid() else None
        target = _department(request, chosen) if chosen else None
        try:
            services.remove(department, target=target, person=request.person)
        except services.Refused as error:
            refusal = str(error)
        else:
            messages.success(request, f"{department.name} was removed.")
            return _back(request)
    context = {
        "department": department,
        "in_use": usage.in_use(department),
        "targets": [each for each in queries.departments(request.company, hidden=False) if each != department],
        "refusal": refusal,
    }
    return render(request, "departments/remove.html", context, status=422 if refusal else 200)


def _department(request: CompanyRequest, department_id: int) -> Department:
    found = queries.department(request.company, department_id)
    if found is None:
        raise Http404
    return found


def _back(request: CompanyRequest) -> HttpResponse:
    return redirect("departments:list", company=request.company.slug)


def _page(request: CompanyRequest, form: NewDepartmentForm, *, refusal: str = "") -> HttpResponse:
    context = {"groups": queries.by_category(request.company), "form": form, "refusal": refusal}
    return render(request, "departments/list.html", context, status=422 if form.errors or refusal else 200)
