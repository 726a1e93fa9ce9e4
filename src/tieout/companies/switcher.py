"""What the shell shows of companies."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse

from tieout.companies import queries
from tieout.ui.shell import CompanyLink, ShellFacts


def tell(request: HttpRequest) -> ShellFacts:
    """Return the companies of whoever asks."""
    if not isinstance(request.user, User):
        return ShellFacts()
    here = getattr(request, "company", None)
    return ShellFacts(
        companies=tuple(
            CompanyLink(
                name=company.name,
                url=reverse("home", kwargs={"company": company.slug}),
                current=company == here,
            )
            for company in queries.companies_of(request.user)
        )
    )
