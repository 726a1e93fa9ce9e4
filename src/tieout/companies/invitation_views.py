"""The way in by invitation. The link's secret stays in its address for one redirect, and goes nowhere from there."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tieout.companies import invitations, queries
from tieout.companies.accounts import SESSION_KEY, invitation_of
from tieout.companies.models import Invitation, Role
from tieout.companies.services import Refused


@never_cache
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """Keep the link's digest in the session and go on to an address without it: no log and no referrer gets it."""
    request.session[SESSION_KEY] = invitations.digest(secret)
    answer = redirect("companies:invitation")
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@never_cache
@require_GET
def invitation(request: HttpRequest) -> HttpResponse:
    """Say who invites to what, and offer to join, to sign in or to sign up; or say why the link does not work."""
    return _page(request)


@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """Join the company that the opened link invites to."""
    found = invitation_of(request)
    if found is None or not isinstance(request.user, User):
        return redirect("companies:invitation")
    try:
        joined = invitations.accept(found, person=request.user, now=timezone.now())
    except Refused as refusal:
        return _page(request, refusal=str(refusal))
    del request.session[SESSION_KEY]
    messages.success(request, f"You have joined {joined.company.name} as {joined.in_words}.")
    return redirect("home", company=joined.company.slug)


@require_POST
def change_person(request: HttpRequest) -> HttpResponse:
    """Sign out, and come back to the invitation as somebody else."""
    kept = request.session.get(SESSION_KEY, "")
    logout(request)
    request.session[SESSION_KEY] = kept
    return redirect("companies:invitation")


def _page(request: HttpRequest, *, refusal: str = "") -> HttpResponse:
    found = invitation_of(request)
    state = found.state(timezone.now()) if found else ""
    person = request.user if isinstance(request.user, User) else None
    inside = queries.membership(person, found.company.slug) if found and person else None
    context = {
        "invitation": found,
        "state": state,
        "role": Role(found.role) if found else None,
        "inside": inside,
        "wrong_person": bool(found and person and not invitations.is_for(found, person)),
        "refusal": refusal,
        "has_account": bool(found and queries.is_known(found.email)),
    }
    works = inside is not None or state == Invitation.OPEN
    status = 422 if refusal else 200 if works else 410
    return render(request, "companies/invitation.html", context, status=status)
