"""What this part has to do: people of whom nobody has said what they are paid."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from tieout.companies.models import Company
from tieout.payroll.models import Employee
from tieout.ui.figures import count
from tieout.ui.todo import Todo, Urgency


def tell(request: HttpRequest) -> Iterator[Todo]:
    """Yield how many people who work here, or will, have no pay. It names nobody."""
    company = getattr(request, "company", None)
    if not isinstance(company, Company):
        return
    here = Q(end__isnull=True) | Q(end__gte=timezone.localdate())
    without = Employee.objects.filter(here, company=company, amount=0, raises__isnull=True).count()
    if without:
        yield Todo(
            urgency=Urgency.WAITING,
            icon="people",
            text=f"{count(without, 'person', 'people')} without pay",
            note="They cost nothing in the forecast until somebody says what they are paid",
            url=reverse("payroll:people", kwargs={"company": company.slug}),
        )
