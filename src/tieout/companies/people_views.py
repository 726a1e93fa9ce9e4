"""Settings › People: who is in the company, what they may do, and who is invited."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tieout.companies import invitations, queries, services
from tieout.companies.access import CompanyRequest, member, owner
from tieout.companies.forms import InvitationForm, MemberForm
from tieout.companies.models import Invitation, Membership, Role


@require_GET
@member
def people(request: CompanyRequest) -> HttpResponse:
    """List who is in the company and what they may do; to owners, who is invited."""
    return _page(request)


@never_cache
@require_POST
@owner
def invite(request: CompanyRequest) -> HttpResponse:
    """Invite somebody by mail, and show the link once: it is kept nowhere."""
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form)
    try:
        made, secret = invitations.invite(
            request.company,
            email=form.cleaned_data["email"],
            role=Role(form.cleaned_data["role"]),
            payroll_detail=form.cleaned_data["payroll_detail"],
            person=request.person,
            now=timezone.now(),
        )
    except services.Refused as refusal:
        form.add_error("email", str(refusal))
        return _page(request, form=form)
    return _sent(request, made, secret)


@never_cache
@require_POST
@owner
def invite_again(request: CompanyRequest, invitation_id: int) -> HttpResponse:
    """Mail another link, and show it once; the one before it no longer works."""
    found = _invitation(request, invitation_id)
    try:
        secret = invitations.renew(found, person=request.person, now=timezone.now())
    except services.Refused as refusal:
        return _page(request, refusal=str(refusal))
    found.invited_by = request.person
    return _sent(request, found, secret)


@require_POST
@owner
def withdraw(request: CompanyRequest, invitation_id: int) -> HttpResponse:
    """End an invitation."""
    found = _invitation(request, invitation_id)
    try:
        invitations.withdraw(found, person=request.person, now=timezone.now())
    except services.Refused as refusal:
        return _page(request, refusal=str(refusal))
    messages.success(request, f"The invitation of {found.email} was withdrawn: its link no longer works.")
    return redirect("companies:people", company=request.company.slug)


@require_POST
@owner
def save(request: CompanyRequest, membership_id: int) -> HttpResponse:
    """Save a member's role and payroll-detail right."""
    membership = _membership(request, membership_id)
    form = MemberForm(request.POST)
    if not form.is_valid():
        return _page(request, refusal="Choose a role from the list.")
    try:
        services.set_rights(
            membership,
            role=Role(form.cleaned_data["role"]),
            payroll_detail=form.cleaned_data["payroll_detail"],
            person=request.person,
        )
    except services.Refused as refusal:
        return _page(request, refusal=str(refusal))
    messages.success(request, f"Saved for {membership.person.email}.")
    return redirect("companies:people", company=request.company.slug)


@require_POST
@owner
def remove(request: CompanyRequest, membership_id: int) -> HttpResponse:
    """Take a member out of the company."""
    membership = _membership(request, membership_id)
    try:
        services.remove_member(membership, person=request.person)
    except services.Refused as refusal:
        return _page(request, refusal=str(refusal))
    messages.success(request, f"{membership.person.email} was removed.")
    return redirect("companies:people", company=request.company.slug)


@require_POST
@member
def leave(request: CompanyRequest) -> HttpResponse:
    """Take whoever asks out of the company."""
    try:
        services.remove_member(request.membership, person=request.person)
    except services.Refused as refusal:
        return _page(request, refusal=str(refusal))
    messages.success(request, f"You have left {request.company.name}.")
    return redirect("root")


def _membership(request: CompanyRequest, membership_id: int) -> Membership:
    membership = queries.member(request.company, membership_id)
    if membership is None:
        raise Http404
    return membership


def _invitation(request: CompanyRequest, invitation_id: int) -> Invitation:
    found = invitations.of_company(request.company, invitation_id)
    if found is None:
        raise Http404
    return found


def _sent(request: CompanyRequest, invitation: Invitation, secret: str) -> HttpResponse:
    link = settings.URL + reverse("companies:invitation-link", kwargs={"secret": secret})
    mailed = invitations.send(invitation, link) and bool(settings.EMAIL_URL)
    return _page(request, made={"email": invitation.email, "link": link, "mailed": mailed})


def _page(
    request: CompanyRequest,
    *,
    form: InvitationForm | None = None,
    refusal: str = "",
    made: dict[str, object] | None = None,
) -> HttpResponse:
    """Return the page; ``made`` is the link that is shown this once."""
    now = timezone.now()
    invited = invitations.open_ones(request.company, now=now) if request.membership.is_owner else ()
    context = {
        "members": queries.members(request.company),
        "invited": [{"it": it, "expired": it.state(now) == Invitation.EXPIRED} for it in invited],
        "roles": Role,
        "form": form or InvitationForm(),
        "refusal": refusal,
        "made": made,
    }
    wrong = refusal or (form is not None and form.errors)
    return render(request, "companies/people.html", context, status=422 if wrong else 200)
