"""Who sees what single people are paid: only members with the payroll-detail right."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpResponse
from django.shortcuts import render

from tieout.companies.access import CompanyRequest

P = ParamSpec("P")
View = Callable[Concatenate[CompanyRequest, P], HttpResponse]


def sees_pay(request: CompanyRequest) -> bool:
    """Return whether the reader may see what single people are paid."""
    return request.membership.payroll_detail


def pay_only(view: View[P]) -> View[P]:
    """Return a view that only answers readers who may see pay; the others get 403 with words. Below ``@editor``."""

    @wraps(view)
    def guarded(request: CompanyRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not sees_pay(request):
            return render(request, "payroll/no_right.html", status=403)
        return view(request, *args, **kwargs)

    return cast("View[P]", guarded)
