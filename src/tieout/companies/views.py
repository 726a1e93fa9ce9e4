"""Where a person lands, and the settings pages of a company."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tieout.companies import queries, services
from tieout.companies.access import CompanyRequest, member, owner
from tieout.companies.forms import CompanyForm, NewCompanyForm
from tieout.ui import shell
from tieout.ui.nav import url_of


def root(request: HttpRequest) -> HttpResponse:
    """Redirect to the company of the last visit, to the only one, to naming one, or to the sign-in page."""
    if not isinstance(request.user, User):
        return redirect("account_login")
    slugs = [company.slug for company in queries.companies_of(request.user)]
    if not slugs:
        return redirect("companies:new")
    last = request.session.get("company")
    return redirect("home", company=last if last in slugs else slugs[0])


@require_GET
@member
def home(request: CompanyRequest) -> HttpResponse:
    """Redirect to the company's first page as the parts above tell it; to connecting; or say welcome."""
    target = shell.facts(request).home or url_of("connections:connect", request.company.slug)
    return redirect(target) if target else render(request, "companies/welcome.html", {"company": request.company})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Ask for the name of a new company; POST creates it."""
    assert isinstance(request.user, User)
    form = NewCompanyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            company = services.create_company(
                name=form.cleaned_data["name"], timezone=form.cleaned_data["timezone"], person=request.user
            )
        except services.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("home", company=company.slug)
    first = not queries.companies_of(request.user)
    return render(request, "companies/new.html", {"form": form, "first": first}, status=422 if form.errors else 200)


@require_GET
@member
def settings(request: CompanyRequest) -> HttpResponse:
    """Show the company's name and time zone."""
    form = CompanyForm(initial={"name": request.company.name, "timezone": request.company.timezone})
    return _settings_page(request, form)


@require_POST
@owner
def save(request: CompanyRequest) -> HttpResponse:
    """Save the company's name and time zone."""
    form = CompanyForm(request.POST)
    if form.is_valid():
        try:
            services.rename(request.company, name=form.cleaned_data["name"], person=request.person)
            services.set_timezone(request.company, timezone=form.cleaned_data["timezone"], person=request.person)
        except services.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Saved.")
            return redirect("companies:settings", company=request.company.slug)
    return _settings_page(request, form)


def _settings_page(request: CompanyRequest, form: CompanyForm) -> HttpResponse:
    return render(request, "companies/settings.html", {"form": form}, status=422 if form.errors else 200)
