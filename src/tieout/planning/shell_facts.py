"""What this part tells the shell: the timeline is home, once there are books; how many typed actuals wait."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from tieout.companies.models import Company
from tieout.expenses.books import Current, current
from tieout.planning.actual_waiting import waiting_count
from tieout.ui.shell import ShellFacts


def tell(request: HttpRequest) -> ShellFacts:
    """Return where the company's first page is, and how many typed actuals wait for somebody."""
    company = getattr(request, "company", None)
    if not isinstance(company, Company) or not isinstance(found := current(company), Current):
        return ShellFacts()
    return ShellFacts(
        home=reverse("planning:timeline", kwargs={"company": company.slug}),
        badges={"planning_actuals:actuals": waiting_count(company, found.book)},
    )
