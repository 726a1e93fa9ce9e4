"""What this part tells the shell: how many accounts wait to be organised, and that the timeline is home."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from tieout.companies.models import Company
from tieout.expenses.books import Current, current
from tieout.expenses.queries import unassigned_count
from tieout.ui.shell import ShellFacts


def tell(request: HttpRequest) -> ShellFacts:
    """Return the badge of Organise, and where the company's first page is once there are books."""
    company = getattr(request, "company", None)
    if not isinstance(company, Company) or not isinstance(current(company), Current):
        return ShellFacts()
    return ShellFacts(
        badges={"expenses:organise": unassigned_count(company)},
        home=reverse("expenses:timeline", kwargs={"company": company.slug}),
    )
