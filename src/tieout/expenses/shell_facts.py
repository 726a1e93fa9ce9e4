"""What this part tells the shell: how many accounts wait to be organised."""

from __future__ import annotations

from django.http import HttpRequest

from tieout.companies.models import Company
from tieout.expenses.books import Current, current
from tieout.expenses.queries import unassigned_count
from tieout.ui.shell import ShellFacts


def tell(request: HttpRequest) -> ShellFacts:
    """Return the badge of Organise, once there are books."""
    company = getattr(request, "company", None)
    if not isinstance(company, Company) or not isinstance(current(company), Current):
        return ShellFacts()
    return ShellFacts(badges={"expenses:organise": unassigned_count(company)})
