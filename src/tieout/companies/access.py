"""The one place that decides who sees which company and what they may do there.

Every view at ``/c/<slug:company>/…`` wears ``@member``, ``@editor``, ``@admin`` or ``@owner``, and gets
``request.company``, ``request.membership`` and ``request.person`` instead of the slug. A test walks all routes and
compares them with the list in ``tests/companies/access_table.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from tieout.companies import queries
from tieout.companies.models import Company, Membership, Role

P = ParamSpec("P")


class CompanyRequest(HttpRequest):
    """A request of a member: what a decorated view gets."""

    company: Company
    membership: Membership
    person: User  # who asks: request.user, known to be signed in


View = Callable[Concatenate[CompanyRequest, P], HttpResponse]
Route = Callable[Concatenate[HttpRequest, str, P], HttpResponse]


def member(view: View[P]) -> Route[P]:
    """Return the view for everybody in the company. A stranger gets 404: the company is not even named."""
    return _guarded(view, Role.VIEWER)


def editor(view: View[P]) -> Route[P]:
    """Return the view for those who plan. A viewer gets 403 with words, a stranger 404."""
    return _guarded(view, Role.EDITOR)


def admin(view: View[P]) -> Route[P]:
    """Return the view for those who connect and map. An editor and a viewer get 403 with words, a stranger 404."""
    return _guarded(view, Role.ADMIN)


def owner(view: View[P]) -> Route[P]:
    """Return the view for the company's owners. Other members get 403 with words, a stranger 404."""
    return _guarded(view, Role.OWNER)


def _guarded(view: View[P], needed: Role) -> Route[P]:
    @wraps(view)
    def route(request: HttpRequest, company: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, User):
            return _to_login(request)
        membership = queries.membership(request.user, company)
        if membership is None:
            raise Http404
        admitted = _admit(request, membership)
        if not membership.may(needed):
            return render(admitted, "companies/refused.html", {"needed": needed}, status=403)
        # Times on the page are the company's own.
        with timezone.override(membership.company.zone):
            return view(admitted, *args, **kwargs)

    route.access = "member" if needed is Role.VIEWER else needed.value  # type: ignore[attr-defined]
    return cast("Route[P]", route)


def _admit(request: HttpRequest, membership: Membership) -> CompanyRequest:
    admitted = cast("CompanyRequest", request)
    admitted.company, admitted.membership, admitted.person = membership.company, membership, membership.person
    if request.session.get("company") != membership.company.slug:
        request.session["company"] = membership.company.slug  # "/" comes back here
    return admitted


def _to_login(request: HttpRequest) -> HttpResponse:
    if getattr(request, "htmx", False):  # a fragment must not be replaced by a sign-in form
        return HttpResponseClientRedirect(resolve_url("account_login"))
    return redirect_to_login(request.get_full_path())
