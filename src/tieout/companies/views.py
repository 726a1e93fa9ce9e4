"""Where a person lands, and the settings pages of a company and its people."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tieout.companies import queries, services
from tieout.companies.access import CompanyRequest, admin, member, owner
from tieout.companies.audit_words import told
from tieout.companies.forms import CompanyForm, MemberForm, NewCompanyForm, NewMemberForm
from tieout.companies.models import Membership, Role
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


@require_GET
@member
def people(request: CompanyRequest) -> HttpResponse:
    """List who is in the company and what they may do."""
    return _people_page(request, NewMemberForm())


@require_POST
@owner
def add_person(request: CompanyRequest) -> HttpResponse:
    """Add somebody who has an account here."""
    form = NewMemberForm(request.POST)
    if form.is_valid():
        try:
            added = services.add_by_email(
                request.company,
                email=form.cleaned_data["email"],
                role=Role(form.cleaned_data["role"]),
                person=request.person,
            )
        except services.Refused as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, f"{added.person.email} was added.")
            return redirect("companies:people", company=request.company.slug)
    return _people_page(request, form)


@require_POST
@owner
def save_person(request: CompanyRequest, membership_id: int) -> HttpResponse:
    """Save a member's role and payroll-detail right."""
    membership = _membership(request, membership_id)
    form = MemberForm(request.POST)
    if not form.is_valid():
        return _people_page(request, NewMemberForm(), refusal="Choose a role from the list.")
    try:
        services.set_rights(
            membership,
            role=Role(form.cleaned_data["role"]),
            payroll_detail=form.cleaned_data["payroll_detail"],
            person=request.person,
        )
    except services.Refused as refusal:
        return _people_page(request, NewMemberForm(), refusal=str(refusal))
    messages.success(request, f"Saved for {membership.person.email}.")
    return redirect("companies:people", company=request.company.slug)


@require_POST
@owner
def remove_person(request: CompanyRequest, membership_id: int) -> HttpResponse:
    """Take a member out of the company."""
    membership = _membership(request, membership_id)
    try:
        services.remove_member(membership, person=request.person)
    except services.Refused as refusal:
        return _people_page(request, NewMemberForm(), refusal=str(refusal))
    messages.success(request, f"{membership.person.email} was removed.")
    return redirect("companies:people", company=request.company.slug)


@require_GET
@admin
def audit_log(request: CompanyRequest) -> HttpResponse:
    """List who changed what, newest first."""
    return render(request, "companies/audit.html", {"rows": told(queries.audit_log(request.company))})


def _membership(request: CompanyRequest, membership_id: int) -> Membership:
    membership = queries.member(request.company, membership_id)
    if membership is None:
        raise Http404
    return membership


def _settings_page(request: CompanyRequest, form: CompanyForm) -> HttpResponse:
    return render(request, "companies/settings.html", {"form": form}, status=422 if form.errors else 200)


def _people_page(request: CompanyRequest, form: NewMemberForm, *, refusal: str = "") -> HttpResponse:
    context = {"members": queries.members(request.company), "roles": Role.choices, "form": form, "refusal": refusal}
    return render(request, "companies/people.html", context, status=422 if form.errors or refusal else 200)
