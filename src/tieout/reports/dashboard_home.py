"""What this part tells the shell: the dashboard is home, once there are books."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from tieout.companies.models import Company
from tieout.expenses.books import Current, current
from tieout.ui.shell import ShellFacts


def tell(request: HttpRequest) -> ShellFacts:
    """Return where the company's first page is."""
    company = getattr(request, "company", None)
    if not isinstance(company, Company) or not isinstance(current(company), Current):
        return ShellFacts()
    return ShellFacts(home=reverse("dashboard:page", kwargs={"company": company.slug}))
