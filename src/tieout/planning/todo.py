"""What this part has to do: closed months that the books no longer agree with, and the month to close."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from tieout.companies.models import Company, Membership, Role
from tieout.expenses.books import Current, current
from tieout.expenses.periods import admitted_through
from tieout.planning.actual_waiting import waiting_count
from tieout.planning.waiting_months import closed_months, waiting_months
from tieout.ui.figures import count, long_month
from tieout.ui.todo import Todo, Urgency


def tell(request: HttpRequest) -> Iterator[Todo]:
    """Yield what waits about closed months."""
    company, membership = getattr(request, "company", None), getattr(request, "membership", None)
    found = current(company) if isinstance(company, Company) else None
    if not isinstance(found, Current) or not isinstance(company, Company):
        return
    if typed := waiting_count(company, found.book):
        yield Todo(
            urgency=Urgency.WAITING,
            icon="person",
            text=f"The books moved under {count(typed, 'typed month')}",
            note="They say something else by now, or the row is gone",
            url=reverse("planning_actuals:typed", kwargs={"company": company.slug}),
        )
    url = reverse("planning:closed", kwargs={"company": company.slug})
    shut = closed_months(found.book)
    if waiting := waiting_months(found.book, shut):
        name = long_month(waiting[-1]) if len(waiting) == 1 else count(len(waiting), "closed month")
        yield Todo(
            urgency=Urgency.DOUBTFUL,
            icon="lock",
            text=f"The books changed {name}" if len(waiting) > 1 else f"The books changed {name}, which is closed",
            note="Accept what they say, or keep what was closed",
            url=f"{url}{waiting[0]}/" if len(waiting) == 1 else url,
        )
    through = admitted_through(company)
    if shut and through and through not in shut and isinstance(membership, Membership) and membership.may(Role.ADMIN):
        yield Todo(
            urgency=Urgency.USEFUL,
            icon="lock",
            text=f"Close {long_month(through)}",
            note="Later edits in the books will then be listed",
            url=url,
        )
