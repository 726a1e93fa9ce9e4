"""What needs doing that the dashboard itself found out: what could not be forecast, or has no forecast at all."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from tieout.companies.access import CompanyRequest
from tieout.reports.dashboard import Dashboard
from tieout.ui.figures import long_month
from tieout.ui.nav import url_of
from tieout.ui.todo import Todo, Urgency


def more_todos(request: CompanyRequest, told: Dashboard) -> Iterator[Todo]:
    """Yield what a company's plan lacks."""
    slug = request.company.slug
    if told.faults:
        yield Todo(
            urgency=Urgency.DOUBTFUL,
            icon="warn",
            text=f"{told.faults} could not be forecast",
            note="They are in no total to come",
            url=f"{reverse('planning:timeline', kwargs={'company': slug})}?plan=1",
        )
    if told.unplanned_payroll:
        yield Todo(
            urgency=Urgency.WAITING,
            icon="people",
            text="Payroll has no forecast",
            note=f"It had amounts in {long_month(told.unplanned_payroll[0])}: list your people, or posts to be filled",
            url=url_of("payroll:people", slug),
        )
    if told.budget is None and request.membership.may_plan:
        yield Todo(
            urgency=Urgency.USEFUL,
            icon="clock",
            text="Make a budget",
            note="Actuals are then shown beside it",
            url=url_of("budgets:list", slug),
        )
