"""What this part has to do: accounts that stand in no department."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from tieout.companies.models import Company
from tieout.expenses.queries import unassigned_count
from tieout.ui.figures import count
from tieout.ui.todo import Todo, Urgency


def tell(request: HttpRequest) -> Iterator[Todo]:
    """Yield Organise, while an account waits for it."""
    company = getattr(request, "company", None)
    if isinstance(company, Company) and (waiting := unassigned_count(company)):
        yield Todo(
            urgency=Urgency.WAITING,
            icon="split",
            text=f"{count(waiting, 'account')} {'is' if waiting == 1 else 'are'} unassigned",
            note="Their amounts are in the totals, and in no department",
            url=reverse("expenses:organise", kwargs={"company": company.slug}),
        )
