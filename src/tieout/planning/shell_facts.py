"""What this part tells the shell: how many typed actuals wait for somebody."""

from __future__ import annotations

from django.http import HttpRequest

from tieout.companies.models import Company
from tieout.expenses.books import Current, current
from tieout.planning.actual_waiting import waiting_count
from tieout.ui.shell import ShellFacts


def tell(request: HttpRequest) -> ShellFacts:
    """Return the badge of Actuals, once there are books."""
    company = getattr(request, "company", None)
    if not isinstance(company, Company) or not isinstance(found := current(company), Current):
        return ShellFacts()
    return ShellFacts(badges={"planning_actuals:actuals": waiting_count(company, found.book)})
